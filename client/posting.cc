#include "client/posting.h"

#include <nlohmann/json.hpp>

#include "client/batch_file.h"
#include "client/describe.h"
#include "client/queries/asking.h"
#include "ledger/base/base64.h"
#include "ledger/base/status.h"

namespace amanah::client {
namespace {

using nlohmann::ordered_json;

absl::Status VerifyAnswer(Context& context, const OpenedBatch& opened,
                          const v1::PostBatchRequest& batch,
                          const v1::Acknowledgement& acknowledgement) {
  AMANAH_ASSIGN_OR_RETURN(Verifier* const verifier, context.verifier());
  const std::vector<std::string> bytes(batch.statements().begin(),
                                       batch.statements().end());
  Progress progress(&context.output(), "verifying", bytes.size());
  return verifier->VerifyAcknowledgement(
      opened.seal.author, bytes, acknowledgement,
      [&progress](size_t done) { progress.Set(done); });
}

ordered_json ResultJson(const domain::Statement& statement,
                        const v1::Result& result,
                        const domain::Outcome& outcome) {
  ordered_json json;
  json["sequence"] = result.sequence();
  json["reference"] = statement.reference;
  json["outcome"] = OutcomeJson(outcome);
  json["entry_hash"] = EncodeBase64(AsBytes(result.entry_hash()));
  return json;
}

// Somebody else might have recorded it just now, but for what we saw before.
Standing StandingOfRepeat(Verifier* verifier,
                          const v1::Acknowledgement& acknowledgement) {
  for (const v1::Result& result : acknowledgement.results()) {
    if (!verifier->WasThereBefore(result.sequence())) return Standing::kStated;
  }
  return Standing::kProved;
}

absl::StatusOr<ExitCode> Report(Context& context, const OpenedBatch& opened,
                                const v1::Acknowledgement& acknowledgement) {
  AMANAH_ASSIGN_OR_RETURN(Verifier* const verifier, context.verifier());
  Output& output = context.output();
  size_t refused = 0;
  ordered_json results = ordered_json::array();
  for (int i = 0; i < acknowledgement.results_size(); ++i) {
    const v1::Result& result = acknowledgement.results(i);
    const domain::Statement& statement =
        opened.statements[static_cast<size_t>(i)];
    AMANAH_ASSIGN_OR_RETURN(const domain::Outcome outcome,
                            OutcomeOf(result.outcome()));
    if (!outcome.accepted()) ++refused;
    results.push_back(ResultJson(statement, result, outcome));
    output.Line(
        absl::StrFormat("%s %s", opened.seal.author, Describe(statement)));
    output.Line(absl::StrFormat(
        "  entry %d: %s", result.sequence(),
        output.Toned(outcome.accepted() ? Tone::kGood : Tone::kBad,
                     DescribeOutcome(outcome))));
  }
  output.Mark(Standing::kProved);
  const Standing repeat = StandingOfRepeat(verifier, acknowledgement);
  if (acknowledgement.repeat()) {
    MarkAs(&output, repeat,
           "that this was on the record already, and nothing was added");
  }
  output.Json({{"author", opened.seal.author},
               {"repeat", acknowledgement.repeat()},
               {"repeat_standing", StandingText(repeat)},
               {"refused", refused},
               {"results", std::move(results)},
               {"checkpoint", acknowledgement.checkpoint()},
               {"standing", StandingText(Standing::kProved)}});
  return refused == 0 ? ExitCode::kDone : ExitCode::kRefused;
}

}  // namespace

absl::StatusOr<ExitCode> PostAndReport(Context& context,
                                       const v1::PostBatchRequest& batch) {
  AMANAH_ASSIGN_OR_RETURN(const OpenedBatch opened, OpenBatch(batch));
  if (opened.signatures.empty()) {
    return absl::InvalidArgumentError(
        "nobody has signed the batch: `amanah sign` it first");
  }
  AMANAH_ASSIGN_OR_RETURN(Verifier* const verifier, context.verifier());
  AMANAH_RETURN_IF_ERROR(verifier->Prepare());
  AMANAH_ASSIGN_OR_RETURN(Remote* const remote, context.remote());
  AMANAH_ASSIGN_OR_RETURN(const v1::PostBatchResponse answer,
                          remote->PostBatch(batch));
  AMANAH_RETURN_IF_ERROR(
      VerifyAnswer(context, opened, batch, answer.acknowledgement()));
  return Report(context, opened, answer.acknowledgement());
}

absl::StatusOr<ExitCode> SayAndReport(
    Context& context,
    const std::vector<std::pair<std::string, domain::Body>>& statements) {
  AMANAH_ASSIGN_OR_RETURN(const judge::LedgerId ledger, context.ledger());
  AMANAH_ASSIGN_OR_RETURN(const std::string author, context.authority());
  AMANAH_ASSIGN_OR_RETURN(const crypto::Secret salt, context.salt_key());
  AMANAH_ASSIGN_OR_RETURN(const crypto::SigningKey key, context.signing_key());
  std::vector<std::string> encoded;
  for (const auto& [reference, body] : statements) {
    AMANAH_ASSIGN_OR_RETURN(std::string bytes,
                            EncodeChecked(Salted(salt, reference, body)));
    encoded.push_back(std::move(bytes));
  }
  AMANAH_ASSIGN_OR_RETURN(
      const v1::PostBatchRequest batch,
      SealBatch(ledger, author, key, context.NowSeconds() + kValidityOwnSeconds,
                std::move(encoded)));
  return PostAndReport(context, batch);
}

}  // namespace amanah::client
