// What a person or household was granted, and what became of it.

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "client/commands/get.h"
#include "client/pseudonyms.h"
#include "client/queries/asking.h"
#include "client/queries/telling.h"
#include "ledger/base/status.h"

namespace amanah::client {
namespace {

using nlohmann::ordered_json;

struct Options {
  std::string scheme = "id.nik";
  std::string pseudonym;
};

bool Names(const domain::EntitlementGranted& grant,
           const crypto::Pseudonym& pseudonym) {
  return grant.recipient == pseudonym || grant.household == pseudonym ||
         std::find(grant.members.begin(), grant.members.end(), pseudonym) !=
             grant.members.end();
}

// Grants must name the pseudonym, and all else an entitlement of its.
absl::Status CheckOnlyOf(const VerifiedProof& proof, const Story& story,
                         const crypto::Pseudonym& pseudonym, bool truncated) {
  for (const VerifiedProof::Item& item : proof.items) {
    if (!item.content.has_value()) continue;
    const domain::Body& body = item.content->statement.body;
    const std::string* entitlement = nullptr;
    bool concerns = false;
    if (const auto* grant = std::get_if<domain::EntitlementGranted>(&body)) {
      concerns = Names(*grant, pseudonym);
    } else if (const auto* revoked =
                   std::get_if<domain::EntitlementRevoked>(&body)) {
      entitlement = &revoked->entitlement;
    } else if (const auto* report =
                   std::get_if<domain::DisbursementReported>(&body)) {
      entitlement = &report->entitlement;
    }
    if (entitlement != nullptr) {
      concerns = truncated || story.FindGrant(*entitlement) != nullptr;
    }
    if (!concerns) {
      return NotSo(absl::StrFormat(
          "entry %d does not concern the pseudonym asked for", item.sequence));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<Standing> CheckAnswer(
    const v1::GetRecipientHistoryResponse& answer, const Story& story) {
  const bool all = story.complete();
  Standing standing = all ? Standing::kProved : Standing::kStated;
  uint64_t before = 0;
  for (const v1::EntitlementStatus& status : answer.entitlements()) {
    if (status.granted_sequence() <= before) {
      return NotSo("the server's entitlements are not in order");
    }
    before = status.granted_sequence();
    AMANAH_RETURN_IF_ERROR(CheckForm(status));
    if (!all) continue;
    AMANAH_RETURN_IF_ERROR(CheckStatus(status, story).status());
  }
  before = 0;
  for (const v1::DisbursementStatus& status : answer.disbursements()) {
    if (status.first_sequence() <= before) {
      return NotSo("the server's disbursements are not in order");
    }
    before = status.first_sequence();
    AMANAH_RETURN_IF_ERROR(CheckForm(status));
    if (!all) continue;
    AMANAH_RETURN_IF_ERROR(CheckStatus(status, story).status());
  }
  if (all && (static_cast<size_t>(answer.entitlements_size()) !=
                  story.grants().size() ||
              static_cast<size_t>(answer.disbursements_size()) !=
                  story.payments().size())) {
    return NotSo(absl::StrFormat(
        "the server tells of %d entitlements and %d disbursements; its entries "
        "prove %d and %d",
        answer.entitlements_size(), answer.disbursements_size(),
        story.grants().size(), story.payments().size()));
  }
  return standing;
}

void TellGrant(Output* output, const ProvedGrant& granted, const Story& story) {
  const domain::EntitlementGranted& grant = granted.grant;
  const domain::Amount live =
      story.LiveOf(grant.entitlement).value_or(domain::Amount{});
  output->Line(absl::StrFormat("%s for %s, %s: %s", grant.program,
                               MonthsText(grant.months),
                               FormatMoney(grant.amount, grant.currency),
                               GrantHeadline(*output, granted, live)));
  output->Line(
      absl::StrFormat("  entitlement %s, granted by %s (entry %d, "
                      "recorded %s)",
                      grant.entitlement, granted.author, granted.sequence,
                      FormatTime(granted.time_us)));
  for (const ProvedPayment& payment : story.payments()) {
    if (payment.last.entitlement != grant.entitlement) continue;
    output->Line(absl::StrFormat("  payment %s: %s", payment.last.disbursement,
                                 PaymentHeadline(*output, payment)));
  }
}

void TellRefused(Output* output, const VerifiedProof& proof) {
  bool first = true;
  for (const VerifiedProof::Item& item : proof.items) {
    if (!item.content.has_value() || item.content->entry.outcome.accepted()) {
      continue;
    }
    if (first) output->Line("Refused:");
    first = false;
    TellEntry(output, item);
  }
}

void Tell(Output* output, const v1::GetRecipientHistoryResponse& answer,
          const VerifiedProof& proof, const Story& story, Standing standing) {
  for (const ProvedGrant& granted : story.grants()) {
    TellGrant(output, granted, story);
  }
  TellRefused(output, proof);
  if (proof.items.empty()) output->Line("Nothing is on the record.");
  MarkAs(output, Standing::kProved,
         absl::StrFormat("the %d entries behind this, their seals and their "
                         "place in the log",
                         proof.items.size()));
  if (standing == Standing::kProved) {
    MarkAs(output, Standing::kStated,
           "that nothing else is on the record for this number");
  } else {
    MarkAs(output, Standing::kStated,
           absl::StrFormat("that there are %s%d entitlements and %d payments; "
                           "not all of their entries are shown",
                           answer.truncated() ? "more than " : "",
                           answer.entitlements_size(),
                           answer.disbursements_size()));
  }
  if (proof.items.empty()) return;
  TellProof(output, proof.checkpoint,
            story.payments().empty() ? proof.items.back().sequence
                                     : story.payments().back().last_sequence);
}

ordered_json AnswerJson(const v1::GetRecipientHistoryResponse& answer,
                        const VerifiedProof& proof, const Story& story,
                        Standing standing) {
  ordered_json grants = ordered_json::array();
  for (const auto& one : story.grants()) grants.push_back(GrantJson(one));
  ordered_json payments = ordered_json::array();
  for (const auto& one : story.payments()) payments.push_back(PaymentJson(one));
  ordered_json stated;
  stated["complete"] = standing == Standing::kProved
                           ? "that nothing else is on the record for it"
                           : "not all entries are shown";
  if (standing == Standing::kStated) {
    stated["truncated"] = answer.truncated();
    for (const auto& one : answer.entitlements()) {
      stated["entitlements"].push_back(MessageJson(one));
    }
    for (const auto& one : answer.disbursements()) {
      stated["disbursements"].push_back(MessageJson(one));
    }
  }
  return {{"proved",
           {{"entries", EntriesJson(proof.items)},
            {"checkpoint", CheckpointJson(proof.checkpoint)}}},
          {"reckoned",
           {{"entitlements", std::move(grants)},
            {"payments", std::move(payments)}}},
          {"stated", std::move(stated)}};
}

absl::StatusOr<ExitCode> Run(Context& context, const Options& options) {
  AMANAH_ASSIGN_OR_RETURN(
      const crypto::Pseudonym pseudonym,
      PseudonymOrAsk(context, options.pseudonym, "recipient", options.scheme));
  AMANAH_ASSIGN_OR_RETURN(const Asked asked, BeginAsking(context));
  v1::GetRecipientHistoryRequest request;
  request.set_pseudonym(AsText(pseudonym.view()).data(),
                        pseudonym.view().size());
  AMANAH_ASSIGN_OR_RETURN(const v1::GetRecipientHistoryResponse answer,
                          asked.remote->GetRecipientHistory(request));
  AMANAH_ASSIGN_OR_RETURN(const VerifiedProof proof,
                          asked.verifier->VerifyProof(answer.proof()));
  AMANAH_ASSIGN_OR_RETURN(const Story story,
                          Story::Of(proof, answer.truncated()));
  AMANAH_RETURN_IF_ERROR(
      CheckOnlyOf(proof, story, pseudonym, answer.truncated()));
  AMANAH_ASSIGN_OR_RETURN(const Standing standing, CheckAnswer(answer, story));
  Output& output = context.output();
  Tell(&output, answer, proof, story, standing);
  output.Json(AnswerJson(answer, proof, story, standing));
  return ExitCode::kDone;
}

}  // namespace

void AddGetRecipient(Command get, Context& context) {
  Command command = get.AddCommand(
      "recipient",
      "What a person or household was granted and paid. The number is asked "
      "for, or read from standard input; only its pseudonym is sent");
  auto options = std::make_shared<Options>();
  command
      .AddOption("--scheme", options->scheme, "id.nik, id.kk or country.scheme")
      .ShowDefault();
  command.AddOption("--pseudonym", options->pseudonym,
                    "The pseudonym itself, as `amanah pseudonym` prints it");
  Teach(command,
        {{"of a NIK, typed without echo", "amanah get recipient"},
         {"of a household's KK", "amanah get recipient --scheme id.kk"}});
  OnRun(command, context,
        [&context, options] { return Run(context, *options); });
}

}  // namespace amanah::client
