// What became of an entitlement or of a payment.

#include <memory>
#include <nlohmann/json.hpp>

#include "client/commands/get.h"
#include "client/queries/asking.h"
#include "client/queries/telling.h"
#include "ledger/base/status.h"

namespace amanah::client {
namespace {

using nlohmann::ordered_json;

// What the answer speaks of beside what was asked for.
absl::Status CheckOnlyOf(const VerifiedProof& proof,
                         const std::string& entitlement) {
  for (const VerifiedProof::Item& item : proof.items) {
    if (!item.content.has_value()) continue;
    const domain::Body& body = item.content->statement.body;
    const std::string* named = nullptr;
    if (const auto* grant = std::get_if<domain::EntitlementGranted>(&body)) {
      named = &grant->entitlement;
    } else if (const auto* revoked =
                   std::get_if<domain::EntitlementRevoked>(&body)) {
      named = &revoked->entitlement;
    } else if (const auto* report =
                   std::get_if<domain::DisbursementReported>(&body)) {
      named = &report->entitlement;
    }
    if (named == nullptr || *named != entitlement) {
      return NotSo(absl::StrFormat("entry %d does not concern entitlement %s",
                                   item.sequence, entitlement));
    }
  }
  return absl::OkStatus();
}

// `reckoned` follows from the entries, if the server left none of them out.
ordered_json AnswerJson(const char* name,
                        const google::protobuf::Message& status,
                        Standing standing, bool truncated,
                        const VerifiedProof& proof, ordered_json reckoned) {
  ordered_json stated;
  if (truncated) stated["truncated"] = true;
  stated["complete"] = "that nothing else is on the record for it";
  (standing == Standing::kProved ? reckoned : stated)[name] =
      MessageJson(status);
  return {{"proved",
           {{"entries", EntriesJson(proof.items)},
            {"checkpoint", CheckpointJson(proof.checkpoint)}}},
          {"reckoned", std::move(reckoned)},
          {"stated", std::move(stated)}};
}

void MarkAnswer(Output* output, Standing standing) {
  MarkAs(output, Standing::kProved,
         "the entries shown, their seals and their place in the log");
  MarkAs(output, Standing::kStated,
         standing == Standing::kProved
             ? "that nothing later is on the record for it"
             : "where it stands, since not all of its entries can be shown");
}

void TellStatus(Output* output, const v1::EntitlementStatus& status) {
  const std::string& currency = status.currency();
  const auto money = [&](int64_t minor) {
    return FormatMoney({minor}, currency);
  };
  Fields fields{
      {"Program",
       absl::StrFormat("%s, region %s", status.program(), status.region())},
      {"Months", status.first_month() == status.last_month()
                     ? status.first_month()
                     : absl::StrFormat("%s to %s", status.first_month(),
                                       status.last_month())},
      {"Granted",
       absl::StrFormat("%s in entry %d", money(status.amount_minor()),
                       status.granted_sequence())},
      {"Paid or under way", money(status.live_minor())},
      {"Not paid", money(status.amount_minor() - status.live_minor())}};
  if (status.has_revoked_sequence()) {
    fields.emplace_back(
        "Revoked", absl::StrFormat("in entry %d", status.revoked_sequence()));
  }
  output->Print(fields);
}

void TellEntitlement(Output* output, const v1::EntitlementStatus& status,
                     Standing standing, const VerifiedProof& proof,
                     const Story& story) {
  const ProvedGrant* granted = story.FindGrant(status.entitlement());
  if (standing == Standing::kProved && granted != nullptr) {
    output->Line(absl::StrFormat(
        "Entitlement %s: %s", status.entitlement(),
        GrantHeadline(*output, *granted, {status.live_minor()})));
  } else {
    output->Line(absl::StrFormat("Entitlement %s", status.entitlement()));
  }
  TellStatus(output, status);
  for (const ProvedPayment& payment : story.payments()) {
    output->Line(absl::StrFormat("Payment %s: %s", payment.last.disbursement,
                                 PaymentHeadline(*output, payment)));
  }
  output->Line();
  output->Line("What is on the record:");
  TellEntries(output, proof.items);
  MarkAnswer(output, standing);
  TellProof(output, proof.checkpoint,
            story.payments().empty() ? status.granted_sequence()
                                     : story.payments().back().last_sequence);
}

absl::StatusOr<ExitCode> RunEntitlement(Context& context,
                                        const std::string& name) {
  AMANAH_ASSIGN_OR_RETURN(const Asked asked, BeginAsking(context));
  v1::GetEntitlementRequest request;
  request.set_entitlement(name);
  AMANAH_ASSIGN_OR_RETURN(const v1::GetEntitlementResponse answer,
                          asked.remote->GetEntitlement(request));
  AMANAH_ASSIGN_OR_RETURN(const VerifiedProof proof,
                          asked.verifier->VerifyProof(answer.proof()));
  AMANAH_RETURN_IF_ERROR(CheckOnlyOf(proof, name));
  AMANAH_ASSIGN_OR_RETURN(const Story story,
                          Story::Of(proof, answer.truncated()));
  const v1::EntitlementStatus& status = answer.status();
  if (status.entitlement() != name) {
    return NotSo(absl::StrFormat(
        "the server answers for another entitlement than %s", name));
  }
  AMANAH_ASSIGN_OR_RETURN(const Standing standing, CheckStatus(status, story));
  Output& output = context.output();
  TellEntitlement(&output, status, standing, proof, story);
  ordered_json payments = ordered_json::array();
  for (const auto& one : story.payments()) payments.push_back(PaymentJson(one));
  output.Json(AnswerJson("entitlement", status, standing, answer.truncated(),
                         proof, {{"payments", std::move(payments)}}));
  return ExitCode::kDone;
}

struct DisbursementOptions {
  std::string name;
  std::string bank;
};

absl::StatusOr<std::string> BankFor(Context& context, const std::string& bank) {
  if (!bank.empty()) return bank;
  return context.authority();
}

void TellDisbursement(Output* output, const v1::DisbursementStatus& status,
                      Standing standing, const VerifiedProof& proof,
                      const Story& story) {
  const ProvedPayment* payment =
      story.FindPayment(status.bank(), status.disbursement());
  if (standing == Standing::kProved && payment != nullptr) {
    output->Line(PaymentHeadline(*output, *payment));
  }
  const auto state = static_cast<domain::DisbursementState>(status.state());
  output->Print(Fields{
      {"Disbursement", status.disbursement()},
      {"Bank", status.bank()},
      {"Entitlement", status.entitlement()},
      {"State", std::string(domain::DisbursementStateName(state))},
      {"Amount", FormatMoney({status.amount_minor()}, status.currency())},
      {"First report", absl::StrFormat("entry %d", status.first_sequence())},
      {"Last report", absl::StrFormat("entry %d", status.last_sequence())}});
  output->Line();
  output->Line("What is on the record:");
  TellEntries(output, proof.items);
  MarkAnswer(output, standing);
  TellProof(output, proof.checkpoint, status.last_sequence());
}

absl::StatusOr<ExitCode> RunDisbursement(Context& context,
                                         const DisbursementOptions& options) {
  AMANAH_ASSIGN_OR_RETURN(const std::string bank,
                          BankFor(context, options.bank));
  AMANAH_ASSIGN_OR_RETURN(const Asked asked, BeginAsking(context));
  v1::GetDisbursementRequest request;
  request.set_bank(bank);
  request.set_disbursement(options.name);
  AMANAH_ASSIGN_OR_RETURN(const v1::GetDisbursementResponse answer,
                          asked.remote->GetDisbursement(request));
  AMANAH_ASSIGN_OR_RETURN(const VerifiedProof proof,
                          asked.verifier->VerifyProof(answer.proof()));
  AMANAH_ASSIGN_OR_RETURN(const Story story,
                          Story::Of(proof, answer.truncated()));
  const v1::DisbursementStatus& status = answer.status();
  if (status.bank() != bank || status.disbursement() != options.name) {
    return NotSo(absl::StrFormat(
        "the server answers for another disbursement than %s of %s",
        options.name, bank));
  }
  AMANAH_ASSIGN_OR_RETURN(const Standing standing, CheckStatus(status, story));
  Output& output = context.output();
  TellDisbursement(&output, status, standing, proof, story);
  ordered_json reckoned = ordered_json::object();
  if (const ProvedPayment* payment = story.FindPayment(bank, options.name)) {
    reckoned["payment"] = PaymentJson(*payment);
  }
  output.Json(AnswerJson("disbursement", status, standing, answer.truncated(),
                         proof, std::move(reckoned)));
  return ExitCode::kDone;
}

}  // namespace

void AddGetEntitlement(Command get, Context& context) {
  Command command = get.AddCommand(
      "entitlement", "An entitlement: granted to whom, paid by whom and when");
  auto name = std::make_shared<std::string>();
  command.AddOption("ENTITLEMENT", *name, "Its name").Required();
  Teach(command, {{"was it paid", "amanah get entitlement E-1"},
                  {"for a program", "amanah get entitlement E-1 --json"}});
  OnRun(command, context,
        [&context, name] { return RunEntitlement(context, *name); });
}

void AddGetDisbursement(Command get, Context& context) {
  Command command = get.AddCommand(
      "disbursement", "A payment: where it stands, and every report of it");
  auto options = std::make_shared<DisbursementOptions>();
  command.AddOption("DISBURSEMENT", options->name, "The bank's name for it")
      .Required();
  command.AddOption("--bank", options->bank,
                    "The bank that reported it first; else the profile's "
                    "authority");
  Teach(command, {{"a payment of ours", "amanah get disbursement D-1"},
                  {"one of another bank's, for those who may read it",
                   "amanah get disbursement D-1 --bank bank-jatim"}});
  OnRun(command, context,
        [&context, options] { return RunDisbursement(context, *options); });
}

}  // namespace amanah::client
