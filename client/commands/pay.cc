// Reports a payment of one entitlement.

#include <memory>

#include "client/app.h"
#include "client/arguments.h"
#include "client/commands.h"
#include "client/posting.h"
#include "client/reference.h"
#include "ledger/base/status.h"

namespace amanah::client {
namespace {

struct Options {
  std::string entitlement;
  std::string disbursement;
  std::string end_to_end_id;
  std::string state = "credited";
  std::string amount;
  std::string currency = "IDR";
  std::string date;
  std::string channel;
  std::string reference;
};

absl::StatusOr<ExitCode> Run(Context& context, const Options& options) {
  domain::DisbursementReported body;
  body.disbursement = options.disbursement;
  body.entitlement = options.entitlement;
  body.end_to_end_id = options.end_to_end_id.empty() ? options.disbursement
                                                     : options.end_to_end_id;
  AMANAH_ASSIGN_OR_RETURN(body.state, ParseState(options.state));
  body.currency = options.currency;
  AMANAH_ASSIGN_OR_RETURN(body.amount,
                          ParseMoney(options.amount, options.currency));
  body.value_date = options.date;
  body.channel = options.channel;
  std::string reference =
      options.reference.empty()
          ? MakeReference({"pay", body.disbursement, options.state})
          : options.reference;
  return SayAndReport(context, {{std::move(reference), std::move(body)}});
}

}  // namespace

void AddPay(Command app, Context& context) {
  Command command = app.AddCommand(
      "pay", "Report a payment of an entitlement: instructed or credited");
  auto options = std::make_shared<Options>();
  command.AddOption("ENTITLEMENT", options->entitlement, "What is paid")
      .Required();
  command
      .AddOption("--disbursement", options->disbursement,
                 "Our name for the payment")
      .Required();
  command.AddOption("--end-to-end-id", options->end_to_end_id,
                    "The payment's end-to-end id; else its name");
  command.AddOption("--state", options->state, "Where it stands")
      .OneOf({"instructed", "credited"})
      .ShowDefault();
  command.AddOption("--amount", options->amount, "What is paid").Required();
  command.AddOption("--currency", options->currency, "ISO 4217 code")
      .ShowDefault();
  command.AddOption("--date", options->date, "Value date, YYYY-MM-DD")
      .Required();
  command.AddOption("--channel", options->channel, "Code of the channel")
      .Required();
  command.AddOption("--reference", options->reference,
                    "The statement's reference; else pay/DISBURSEMENT/STATE. "
                    "After a refusal, a new attempt needs a new one");
  Teach(
      command,
      {{"the money is in the recipient's account",
        "amanah pay E-1 --disbursement D-1 --amount 600000 --date 2026-01-15 "
        "--channel CARD"},
       {"the bank was told to pay; what became of it follows with `amanah "
        "return`",
        "amanah pay E-2 --disbursement D-2 --state instructed --amount 200000 "
        "--date 2026-01-15 --channel POST"}});
  OnRun(command, context,
        [&context, options] { return Run(context, *options); });
}

}  // namespace amanah::client
