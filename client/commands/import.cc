// Imports a file of entitlements or disbursements by a mapping.

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <system_error>

#include "client/app.h"
#include "client/commands.h"
#include "client/describe.h"
#include "client/error.h"
#include "client/import/planner.h"
#include "client/import/remote_link.h"
#include "client/import/report.h"
#include "client/queries/asking.h"
#include "ledger/base/status.h"

namespace amanah::client {
namespace {

namespace fs = std::filesystem;

struct Options {
  bool entitlements = false;
  std::string file;
  std::string mapping;
  std::optional<uint64_t> rows;
  std::string sum;
  std::string id_key;
  std::string result;
  PostOptions post;
};

// The keys that an import works with, for as long as it does.
struct Keys {
  std::optional<crypto::Secret> salt;
  std::optional<crypto::Secret> pseudonym;
  std::optional<crypto::Secret> ids;
};

absl::StatusOr<Mapping> LoadMapping(const Options& options) {
  AMANAH_ASSIGN_OR_RETURN(Mapping mapping, ReadMapping(options.mapping));
  if (mapping.for_entitlements() != options.entitlements) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s maps %s", options.mapping,
        mapping.for_entitlements() ? "entitlements" : "disbursements"));
  }
  if (options.rows.has_value()) mapping.totals.rows = options.rows;
  if (!options.sum.empty()) mapping.totals.sum = options.sum;
  if (options.id_key.empty()) return mapping;
  if (!mapping.id_key.has_value()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s makes its ids without a key (ids.public), and --id-key names one",
        options.mapping));
  }
  mapping.id_key = options.id_key;
  return mapping;
}

absl::Status LoadKeys(Context& context, const Mapping& mapping, Keys* keys) {
  AMANAH_ASSIGN_OR_RETURN(keys->salt, context.salt_key());
  if (mapping.for_entitlements()) {
    AMANAH_ASSIGN_OR_RETURN(keys->pseudonym, context.pseudonym_key());
  }
  if (mapping.id_key.has_value()) {
    AMANAH_ASSIGN_OR_RETURN(
        crypto::KeyFile file,
        context.ReadKey(*mapping.id_key, crypto::KeyKind::kSalt));
    keys->ids = std::move(file.secret);
  }
  return absl::OkStatus();
}

const crypto::Secret* KeyIfAny(const std::optional<crypto::Secret>& key) {
  return key.has_value() ? &*key : nullptr;
}

// The result file must not take the place of what is read.
absl::Status CheckResultPath(const Options& options) {
  for (const std::string& read : {options.file, options.mapping}) {
    std::error_code ignored;
    if (fs::equivalent(options.result, read, ignored)) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "--result %s would replace a file that is read", options.result));
    }
  }
  return absl::OkStatus();
}

std::string SumsText(const Sums& sums) {
  std::string text;
  for (const auto& [currency, sum] : sums) {
    text += absl::StrFormat("%s%s", text.empty() ? "" : ", ",
                            FormatMoney(sum, currency));
  }
  return text;
}

// `ended`: of an import that an error ended, too, it is told how far it came.
void Print(const ImportSummary& summary, const absl::Status& ended, bool check,
           Output* output) {
  Table table{{{"outcome"}, {"rows", true}, {"sum", true}}, {}};
  const std::pair<const char*, const Tally*> lines[] = {
      {"accepted", &summary.accepted}, {"refused", &summary.refused},
      {"differs", &summary.differing}, {"new", &summary.fresh},
      {"not known", &summary.unknown}, {"all", &summary.all}};
  for (const auto& [name, tally] : lines) {
    if (tally->rows == 0) continue;
    table.rows.push_back(
        {name, FormatCount(tally->rows), SumsText(tally->sums)});
  }
  output->Print(table);
  for (const auto& [reason, rows] : summary.refused_by_reason) {
    output->Line(
        absl::StrFormat("refused as %s: %s", reason, FormatCount(rows)));
  }
  output->Line(check ? "Nothing was posted."
                     : absl::StrFormat("%s statements were posted.",
                                       FormatCount(summary.posted)));
  nlohmann::ordered_json json = SummaryJson(summary);
  if (summary.recorded() > 0) {
    MarkAs(output, Standing::kProved,
           "each recorded row: its entry, seal, outcome and place in the log");
    json["standing"] = StandingText(Standing::kProved);
  }
  if (summary.fresh.rows > 0) {
    MarkAs(output, Standing::kStated, "that nothing is recorded of the new");
    json["new"]["standing"] = StandingText(Standing::kStated);
  }
  if (!ended.ok()) json["error"] = ErrorJson(ended);
  output->Json(json);
}

absl::StatusOr<Survey> SurveyWithProgress(Context& context,
                                          const ImportSource& source) {
  Progress progress(&context.output(), "reading", 0);
  return SurveyFile(source, [&progress](uint64_t done, uint64_t all) {
    progress.SetAll(all);
    progress.Set(done);
  });
}

absl::StatusOr<ExitCode> Post(Context& context, const Options& options,
                              const ImportSource& source,
                              const Survey& survey) {
  AMANAH_ASSIGN_OR_RETURN(const crypto::SigningKey key, context.signing_key());
  RemoteLinkOptions link_options;
  AMANAH_ASSIGN_OR_RETURN(link_options.author, context.authority());
  link_options.key = &key;
  link_options.clock = &context.clock();
  AMANAH_ASSIGN_OR_RETURN(Remote* const remote, context.remote());
  AMANAH_ASSIGN_OR_RETURN(Verifier* const verifier, context.verifier());
  RemoteLink link(remote, verifier, link_options);

  std::optional<ResultFile> results;
  if (!options.result.empty()) {
    AMANAH_RETURN_IF_ERROR(CheckResultPath(options));
    AMANAH_ASSIGN_OR_RETURN(results, ResultFile::Open(options.result));
  }
  ImportSummary summary;
  absl::Status ended;
  {
    Progress progress(&context.output(), "rows", survey.rows);
    ended = RunImport(source, survey, options.post, &link,
                      results.has_value() ? &*results : nullptr, &summary,
                      [&progress](uint64_t rows) { progress.Set(rows); });
  }
  if (!ended.ok()) ended = link.Mark(ended);
  Print(summary, ended, options.post.check, &context.output());
  if (!ended.ok()) return ended;
  return summary.all_is_well() ? ExitCode::kDone : ExitCode::kRefused;
}

absl::StatusOr<ExitCode> Run(Context& context, const Options& options) {
  ImportSource source;
  source.file = options.file;
  AMANAH_ASSIGN_OR_RETURN(source.mapping, LoadMapping(options));
  Keys keys;
  AMANAH_RETURN_IF_ERROR(LoadKeys(context, source.mapping, &keys));
  source.keys = {KeyIfAny(keys.pseudonym), KeyIfAny(keys.ids)};
  source.salt_key = KeyIfAny(keys.salt);
  AMANAH_ASSIGN_OR_RETURN(const Survey survey,
                          SurveyWithProgress(context, source));
  context.output().Line(
      absl::StrFormat("%s: %s rows, %s", source.file.filename().string(),
                      FormatCount(survey.rows), SumsText(survey.sums)));
  return Post(context, options, source, survey);
}

void AddKind(Command import, Context& context, const char* name,
             const char* about, bool entitlements,
             const std::vector<Example>& examples) {
  Command command = import.AddCommand(name, about);
  auto options = std::make_shared<Options>();
  options->entitlements = entitlements;
  command.AddOption("FILE", options->file, "The CSV file").Required();
  command
      .AddOption("--mapping", options->mapping,
                 "TOML file that says what the columns mean "
                 "(docs/import.md)")
      .Required();
  command.AddOption("--rows", options->rows,
                    "Control total: rows that must be there to import");
  command.AddOption("--sum", options->sum,
                    "Control total: what they must sum to, as 163145.00");
  command.AddOption("--id-key", options->id_key,
                    "Key file of the ids, in place of the mapping's");
  command.AddFlag("--check", options->post.check,
                  "Post nothing; say what the ledger has and lacks");
  command.AddFlag("--retry-refused", options->post.retry_refused,
                  "Post refused rows again, as their next attempt");
  command
      .AddOption("--last-attempt", options->post.attempt_max,
                 "With --retry-refused: no attempt beyond this one")
      .InRange(1, 99)
      .ShowDefault();
  command.AddOption("--result", options->result,
                    "Write a line for each row to this CSV file");
  Teach(command, examples);
  OnRun(command, context,
        [&context, options] { return Run(context, *options); });
}

}  // namespace

void AddImport(Command app, Context& context) {
  Command import = app.AddGroup(
      "import",
      "Post a whole file; safe to run again: what is recorded stays as it is");
  AddKind(import, context, "entitlements",
          "Grant the entitlements that a file lists", true,
          {{"look at the whole file and at the ledger, and post nothing",
            "amanah import entitlements grants.csv --mapping grants.toml "
            "--check"},
           {"grant them, if the file holds what its letter says",
            "amanah import entitlements grants.csv --mapping grants.toml "
            "--rows 999 --sum 163145.00 --result grants-result.csv"},
           {"try the refused ones again, once",
            "amanah import entitlements grants.csv --mapping grants.toml "
            "--retry-refused --last-attempt 2"}});
  AddKind(import, context, "disbursements",
          "Report the payments that a file lists", false,
          {{"report what was paid, with a line for each row",
            "amanah import disbursements paid.csv --mapping paid.toml "
            "--result paid-result.csv"}});
}

}  // namespace amanah::client
