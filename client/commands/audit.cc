// The whole log judged again, from a folder or from a server.

#include "ledger/audit/audit.h"

#include <memory>
#include <nlohmann/json.hpp>

#include "client/app.h"
#include "client/arguments.h"
#include "client/commands.h"
#include "client/error.h"
#include "client/kept_state.h"
#include "client/queries/asking.h"
#include "client/remote_source.h"
#include "ledger/audit/report.h"
#include "ledger/base/status.h"
#include "ledger/log/note.h"
#include "ledger/store/tile_folder.h"

namespace amanah::client {
namespace {

struct Options {
  std::string folder;
  std::vector<std::string> kept;
};

// The origin that is audited: the profile's, else what the checkpoint says.
absl::StatusOr<std::string> OriginOf(const Profile& profile,
                                     const std::string& note) {
  if (!profile.origin.empty()) return profile.origin;
  AMANAH_ASSIGN_OR_RETURN(const log::Note parsed, log::ParseNote(note));
  AMANAH_ASSIGN_OR_RETURN(const log::Checkpoint checkpoint,
                          log::ParseCheckpointText(parsed.text));
  return checkpoint.origin;
}

// The notes that were named, else the one in the state folder.
absl::StatusOr<std::vector<std::string>> KeptNotes(Context& context,
                                                   const Options& options,
                                                   const std::string& note) {
  std::vector<std::string> notes;
  for (const std::string& file : options.kept) {
    AMANAH_ASSIGN_OR_RETURN(notes.emplace_back(), ReadText(file));
  }
  if (!notes.empty()) return notes;
  AMANAH_ASSIGN_OR_RETURN(const Profile* const profile, context.profile());
  const auto origin = OriginOf(*profile, note);
  // What no ledger can be called, none was kept of; the audit tells of it.
  if (!origin.ok() || !log::IsValidOrigin(*origin)) return notes;
  const auto folder = context.state_folder();
  if (!folder.ok()) return notes;
  AMANAH_ASSIGN_OR_RETURN(const auto seen,
                          KeptState(*folder, *origin).ReadCheckpoint());
  if (seen.has_value()) notes.push_back(seen->note);
  return notes;
}

absl::StatusOr<audit::AuditReport> AuditSource(Context& context,
                                               const Options& options,
                                               const log::TileSource& source) {
  AMANAH_ASSIGN_OR_RETURN(const Profile* const profile, context.profile());
  audit::AuditOptions how;
  if (!profile->origin.empty()) how.origin = profile->origin;
  how.genesis = profile->genesis;
  how.clock = &context.clock();
  const auto note = source.ReadCheckpoint();
  AMANAH_ASSIGN_OR_RETURN(how.kept_checkpoints,
                          KeptNotes(context, options, note.value_or("")));
  Output& output = context.output();
  if (!how.genesis.has_value()) {
    output.Warn(
        "no genesis is pinned: this shows that the log is sound, not that it "
        "is the ledger you mean; compare entry 0 with what was published");
  }
  if (how.kept_checkpoints.empty()) {
    output.Note(
        "no checkpoint was kept: a removed end of the log would not show");
  }
  Progress progress(&output, "auditing", 0);
  how.on_progress = [&](uint64_t entries, uint64_t size) {
    progress.SetAll(size);
    progress.Set(entries);
  };
  return audit::Audit(source, how);
}

ExitCode CodeOf(audit::Verdict verdict) {
  switch (verdict) {
    case audit::Verdict::kAgrees:
      return ExitCode::kDone;
    case audit::Verdict::kFindings:
    case audit::Verdict::kUnreadable:
      return ExitCode::kRefused;
    case audit::Verdict::kNeedsRules:
      return ExitCode::kNeedsRules;
  }
  return ExitCode::kRefused;
}

// `server`: why the server did not hand the log over, where it did not.
ExitCode Tell(Output* output, const audit::AuditReport& report,
              const absl::Status& server) {
  output->Line(audit::FormatReport(report));
  const audit::Verdict verdict = report.verdict();
  if (verdict == audit::Verdict::kAgrees) {
    MarkAs(output, Standing::kProved,
           "every entry, seal, outcome and balance, computed again here");
  }
  auto json = nlohmann::ordered_json::parse(audit::FormatReportAsJson(report),
                                            nullptr, false);
  if (!server.ok()) json["error"] = ErrorJson(server);
  output->Json(json);
  return CodeOf(verdict);
}

absl::StatusOr<ExitCode> RunFolder(Context& context, const Options& options) {
  std::error_code error;
  if (!std::filesystem::is_directory(options.folder, error)) {
    return absl::NotFoundError(
        absl::StrFormat("there is no folder %s", options.folder));
  }
  const store::TileFolder folder(options.folder);
  AMANAH_ASSIGN_OR_RETURN(const audit::AuditReport report,
                          AuditSource(context, options, folder));
  return Tell(&context.output(), report, absl::OkStatus());
}

absl::StatusOr<ExitCode> RunServer(Context& context, const Options& options) {
  AMANAH_ASSIGN_OR_RETURN(const Asked asked, BeginAsking(context));
  AMANAH_ASSIGN_OR_RETURN(const v1::GetCheckpointResponse answer,
                          asked.remote->GetCheckpoint());
  AMANAH_ASSIGN_OR_RETURN(const log::Checkpoint checkpoint,
                          asked.verifier->OpenTip(answer.checkpoint()));
  const RemoteSource source(asked.remote, answer.checkpoint(), checkpoint.size);
  AMANAH_ASSIGN_OR_RETURN(const audit::AuditReport report,
                          AuditSource(context, options, source));
  // A log that the server did not hand over is no finding of the log's.
  const absl::Status server = report.verdict() == audit::Verdict::kUnreadable
                                  ? source.server_status()
                                  : absl::OkStatus();
  const ExitCode code = Tell(&context.output(), report, server);
  AMANAH_RETURN_IF_ERROR(server);
  return code;
}

}  // namespace

void AddAudit(Command app, Context& context) {
  Command command = app.AddCommand(
      "audit",
      "Judge the whole log again: every hash, seal, outcome and balance. Exit "
      "code 1 if anything is found, 4 if it needs later rules");
  auto options = std::make_shared<Options>();
  command.AddOption("DIR", options->folder,
                    "A folder that `amanah export` made; else the profile's "
                    "server is read");
  command.AddOption("--kept", options->kept,
                    "Files with checkpoints kept from earlier; else the last "
                    "one that we saw of this ledger");
  Teach(command, {{"a copy, without the server", "amanah audit mojokerto"},
                  {"the server itself", "amanah audit"}});
  OnRun(command, context, [&context, options] {
    return options->folder.empty() ? RunServer(context, *options)
                                   : RunFolder(context, *options);
  });
}

}  // namespace amanah::client
