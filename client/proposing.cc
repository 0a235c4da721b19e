#include "client/proposing.h"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "client/arguments.h"
#include "client/batch_file.h"
#include "client/describe.h"
#include "ledger/base/status.h"
#include "ledger/codec/statement_codec.h"

namespace amanah::client {
namespace {

// The statements that are in the file already.
absl::StatusOr<std::vector<std::string>> StatementsBefore(
    const ProposalFlags& flags) {
  if (!flags.append) {
    if (std::filesystem::exists(flags.out)) {
      return absl::AlreadyExistsError(absl::StrFormat(
          "there is a file %s; give another --out, or --append", flags.out));
    }
    return std::vector<std::string>();
  }
  AMANAH_ASSIGN_OR_RETURN(const v1::PostBatchRequest batch,
                          ReadBatchFile(flags.out));
  AMANAH_ASSIGN_OR_RETURN(const OpenedBatch opened, OpenBatch(batch));
  if (opened.seal.author != domain::kAdministrators) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s is a batch of %s and no proposal", flags.out, opened.seal.author));
  }
  return std::vector<std::string>(batch.statements().begin(),
                                  batch.statements().end());
}

}  // namespace

void AddProposalFlags(Command command, ProposalFlags* flags) {
  command
      .AddOption("-o,--out", flags->out,
                 "Batch file to write, for others to sign and to post")
      .Required();
  command.AddFlag("--append", flags->append,
                  "Add the statement to the proposal in that file; its "
                  "signatures are dropped");
  command.AddOption("--reference", flags->reference,
                    "The statement's reference; made from what it says "
                    "otherwise");
  command
      .AddOption("--valid-for", flags->valid_for,
                 "How long it may be posted, such as 12h or 7d")
      .ShowDefault();
  command.AddFlag("--unsigned", flags->is_unsigned,
                  "Do not sign it with the profile's key");
}

absl::StatusOr<ExitCode> Propose(Context& context, const ProposalFlags& flags,
                                 std::string reference, domain::Body body) {
  AMANAH_ASSIGN_OR_RETURN(const judge::LedgerId ledger, context.ledger());
  AMANAH_ASSIGN_OR_RETURN(const int64_t span, ParseSpan(flags.valid_for));
  AMANAH_ASSIGN_OR_RETURN(const crypto::Secret salt, context.salt_key());
  if (!flags.reference.empty()) reference = flags.reference;
  AMANAH_ASSIGN_OR_RETURN(
      std::string bytes,
      EncodeChecked(Salted(salt, std::move(reference), std::move(body))));
  AMANAH_ASSIGN_OR_RETURN(std::vector<std::string> statements,
                          StatementsBefore(flags));
  statements.push_back(std::move(bytes));
  AMANAH_ASSIGN_OR_RETURN(
      v1::PostBatchRequest batch,
      ProposeBatch(ledger, domain::kAdministrators,
                   context.NowSeconds() + static_cast<uint64_t>(span),
                   std::move(statements)));
  if (!flags.is_unsigned) {
    AMANAH_ASSIGN_OR_RETURN(const std::string signer, context.authority());
    AMANAH_ASSIGN_OR_RETURN(const crypto::SigningKey key,
                            context.signing_key());
    AMANAH_RETURN_IF_ERROR(SignBatch(signer, key, &batch));
  }
  AMANAH_RETURN_IF_ERROR(WriteBatchFile(flags.out, batch));
  ReportProposal(context, flags.out, batch);
  return ExitCode::kDone;
}

void ReportProposal(Context& context, const std::string& path,
                    const v1::PostBatchRequest& batch) {
  const auto opened = OpenBatch(batch);
  if (!opened.ok()) return;
  Output& output = context.output();
  nlohmann::ordered_json statements = nlohmann::ordered_json::array();
  for (const domain::Statement& one : opened->statements) {
    output.Line(absl::StrFormat("%s %s", opened->seal.author, Describe(one)));
    statements.push_back(StatementJson(one));
  }
  nlohmann::ordered_json signers = nlohmann::ordered_json::array();
  for (const log::NoteSignature& one : opened->signatures) {
    signers.push_back(one.name);
  }
  output.Line(absl::StrFormat(
      "Written to %s, signed by %d; may be posted until %s.", path,
      opened->signatures.size(),
      FormatTime(static_cast<int64_t>(opened->seal.last_second) * 1'000'000)));
  output.Line(absl::StrFormat(
      "Next: the other administrators `amanah sign %s`, then `amanah post %s`.",
      path, path));
  output.Json({{"file", path},
               {"author", opened->seal.author},
               {"last_second", opened->seal.last_second},
               {"signers", std::move(signers)},
               {"statements", std::move(statements)}});
}

}  // namespace amanah::client
