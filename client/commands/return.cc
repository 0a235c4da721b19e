// Reports what became of a payment that is on the record already.

#include <memory>
#include <optional>

#include "client/app.h"
#include "client/arguments.h"
#include "client/commands.h"
#include "client/posting.h"
#include "client/reference.h"
#include "ledger/base/status.h"

namespace amanah::client {
namespace {

struct Options {
  std::string disbursement;
  std::string state = "returned";
  std::string reason;
  std::string bank_reason;
  std::string date;
  std::string channel;
  std::string bank;
  std::string reference;
};

// The payment's first report, proved. A later one repeats what it says.
absl::StatusOr<domain::DisbursementReported> FirstReport(
    Context& context, const std::string& bank,
    const std::string& disbursement) {
  AMANAH_ASSIGN_OR_RETURN(Verifier* const verifier, context.verifier());
  AMANAH_RETURN_IF_ERROR(verifier->Prepare());
  AMANAH_ASSIGN_OR_RETURN(Remote* const remote, context.remote());
  v1::GetDisbursementRequest request;
  request.set_bank(bank);
  request.set_disbursement(disbursement);
  AMANAH_ASSIGN_OR_RETURN(const v1::GetDisbursementResponse answer,
                          remote->GetDisbursement(request));
  AMANAH_ASSIGN_OR_RETURN(const VerifiedProof proof,
                          verifier->VerifyProof(answer.proof()));
  for (const VerifiedProof::Item& item : proof.items) {
    if (!item.content.has_value()) continue;
    const judge::VerifiedEntry& content = *item.content;
    const auto* report =
        std::get_if<domain::DisbursementReported>(&content.statement.body);
    if (report != nullptr && content.entry.outcome.accepted() &&
        content.author == bank && report->disbursement == disbursement) {
      return *report;
    }
  }
  return absl::DataLossError(absl::StrFormat(
      "the server shows no accepted report of the payment %s by %s",
      disbursement, bank));
}

absl::StatusOr<ExitCode> Run(Context& context, const Options& options) {
  AMANAH_ASSIGN_OR_RETURN(const std::string us, context.authority());
  const std::string bank = options.bank.empty() ? us : options.bank;
  AMANAH_ASSIGN_OR_RETURN(domain::DisbursementReported body,
                          FirstReport(context, bank, options.disbursement));
  AMANAH_ASSIGN_OR_RETURN(body.state, ParseState(options.state));
  body.value_date = options.date;
  if (!options.channel.empty()) body.channel = options.channel;
  body.reason_code = options.reason;
  body.bank_reason_code = options.bank_reason;
  body.predecessor = bank == us ? "" : bank;
  std::string reference =
      options.reference.empty()
          ? MakeReference({"return", body.disbursement, options.state})
          : options.reference;
  return SayAndReport(context, {{std::move(reference), std::move(body)}});
}

}  // namespace

void AddReturn(Command app, Context& context) {
  Command command = app.AddCommand(
      "return",
      "Report what became of a payment on the record: returned, rejected or "
      "credited");
  auto options = std::make_shared<Options>();
  command
      .AddOption("DISBURSEMENT", options->disbursement,
                 "The payment; its other fields are read from its first "
                 "report")
      .Required();
  command.AddOption("--state", options->state, "Where it stands now")
      .OneOf({"returned", "rejected", "credited"})
      .ShowDefault();
  command.AddOption("--reason", options->reason,
                    "ISO 20022 reason code; needed unless credited");
  command.AddOption("--bank-reason", options->bank_reason,
                    "The reason as our own system names it");
  command.AddOption("--date", options->date, "Value date, YYYY-MM-DD")
      .Required();
  command.AddOption("--channel", options->channel,
                    "Code of the channel; else the first report's");
  command.AddOption("--bank", options->bank,
                    "The bank that first reported it, if we succeeded it");
  command.AddOption("--reference", options->reference,
                    "The statement's reference; else "
                    "return/DISBURSEMENT/STATE");
  Teach(command, {{"the account is closed, and the money came back",
                   "amanah return D-1 --reason AC04 --date 2026-01-20"},
                  {"an instructed payment has arrived",
                   "amanah return D-2 --state credited --date 2026-01-16"}});
  OnRun(command, context,
        [&context, options] { return Run(context, *options); });
}

}  // namespace amanah::client
