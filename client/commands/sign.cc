// Shows what a batch says and adds our signature to its seal.

#include <memory>
#include <nlohmann/json.hpp>

#include "client/app.h"
#include "client/batch_file.h"
#include "client/commands.h"
#include "client/describe.h"
#include "ledger/base/status.h"

namespace amanah::client {
namespace {

struct Options {
  std::string file;
  bool yes = false;
};

bool IsOpening(const OpenedBatch& batch) {
  return std::holds_alternative<domain::LedgerOpened>(batch.statements[0].body);
}

// Whoever signs for another ledger than the one that he thinks of has signed
// something else.
absl::Status CheckLedger(const Profile& profile, const OpenedBatch& batch) {
  if (!profile.origin.empty() && batch.seal.origin != profile.origin) {
    return absl::InvalidArgumentError(
        absl::StrFormat("the batch is for the ledger %s, the profile's is %s",
                        batch.seal.origin, profile.origin));
  }
  if (IsOpening(batch)) return absl::OkStatus();
  AMANAH_ASSIGN_OR_RETURN(const judge::LedgerId ledger, LedgerOf(profile));
  if (batch.seal.genesis != ledger.genesis) {
    return absl::InvalidArgumentError(
        "the batch is for another ledger of the same name: its entry 0 is not "
        "the profile's genesis");
  }
  return absl::OkStatus();
}

// Nobody signs what he was not shown: before a question the words stand on
// standard error where --json keeps them from standard output.
void Show(const OpenedBatch& batch, bool asks, Output* output) {
  const auto line = [&](std::string_view text = "") {
    if (asks && output->json()) {
      output->Note(text);
    } else {
      output->Line(text);
    }
  };
  line(absl::StrFormat(
      "A batch of %s for the ledger %s, with %d statements:", batch.seal.author,
      batch.seal.origin, batch.statements.size()));
  for (const domain::Statement& statement : batch.statements) {
    line();
    for (const std::string& one : DescribeInFull(statement)) line(one);
  }
  line();
  for (const log::NoteSignature& one : batch.signatures) {
    line(absl::StrFormat("Signed already in the name of %s.", one.name));
  }
  line(absl::StrFormat(
      "May be posted until %s.",
      FormatTime(static_cast<int64_t>(batch.seal.last_second) * 1'000'000)));
}

absl::StatusOr<ExitCode> Run(Context& context, const Options& options) {
  AMANAH_ASSIGN_OR_RETURN(v1::PostBatchRequest batch,
                          ReadBatchFile(options.file));
  AMANAH_ASSIGN_OR_RETURN(const OpenedBatch opened, OpenBatch(batch));
  AMANAH_ASSIGN_OR_RETURN(const Profile* const profile, context.profile());
  AMANAH_RETURN_IF_ERROR(CheckLedger(*profile, opened));
  AMANAH_ASSIGN_OR_RETURN(const std::string signer, context.authority());
  if (opened.seal.author != domain::kAdministrators &&
      opened.seal.author != signer) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "the batch is of %s alone, and we are %s", opened.seal.author, signer));
  }
  Show(opened, !options.yes, &context.output());
  if (!options.yes) {
    AMANAH_ASSIGN_OR_RETURN(
        const bool sure,
        context.prompt().Confirm(absl::StrFormat("sign as %s?", signer)));
    if (!sure) {
      context.output().Note("Not signed.");
      context.output().Json({{"file", options.file}, {"signed", false}});
      return ExitCode::kRefused;
    }
  }
  AMANAH_ASSIGN_OR_RETURN(const crypto::SigningKey key, context.signing_key());
  AMANAH_RETURN_IF_ERROR(SignBatch(signer, key, &batch));
  AMANAH_RETURN_IF_ERROR(WriteBatchFile(options.file, batch));
  const size_t signatures = opened.signatures.size() + 1;
  context.output().Line(absl::StrFormat("Signed as %s; %d have signed %s.",
                                        signer, signatures, options.file));
  nlohmann::ordered_json statements = nlohmann::ordered_json::array();
  for (const domain::Statement& one : opened.statements) {
    statements.push_back(StatementJson(one));
  }
  context.output().Json({{"file", options.file},
                         {"signed", true},
                         {"signer", signer},
                         {"signatures", signatures},
                         {"statements", std::move(statements)}});
  return ExitCode::kDone;
}

}  // namespace

void AddSign(Command app, Context& context) {
  Command command = app.AddCommand(
      "sign", "Show in words what a batch file says, and add our signature");
  auto options = std::make_shared<Options>();
  command.AddOption("FILE", options->file, "Batch file").Required();
  command.AddFlag("-y,--yes", options->yes, "Do not ask");
  Teach(command, {{"an administrator looks at a proposal and signs it",
                   "amanah sign enrol-bank-jatim.batch --yes --authority budi "
                   "--signing-key keys/budi/signing.key"}});
  OnRun(command, context,
        [&context, options] { return Run(context, *options); });
}

}  // namespace amanah::client
