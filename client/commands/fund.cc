// Proposes money for a program, a fiscal year and a region.

#include <memory>

#include "client/app.h"
#include "client/arguments.h"
#include "client/commands.h"
#include "client/proposing.h"
#include "client/reference.h"
#include "ledger/base/status.h"

namespace amanah::client {
namespace {

struct Options {
  std::string program;
  uint32_t year = 0;
  std::string region;
  std::string amount;
  std::string currency = "IDR";
  std::string legal_basis;
  ProposalFlags proposal;
};

absl::StatusOr<ExitCode> Run(Context& context, const Options& options) {
  domain::FundsAppropriated body;
  body.program = options.program;
  body.fiscal_year = options.year;
  body.region = options.region;
  body.currency = options.currency;
  AMANAH_ASSIGN_OR_RETURN(body.amount,
                          ParseMoney(options.amount, options.currency));
  body.legal_basis = options.legal_basis;
  std::string reference = MakeReference(
      {"fund", body.program, absl::StrFormat("%d", body.fiscal_year),
       body.region.empty() ? "all" : body.region, body.legal_basis});
  return Propose(context, options.proposal, std::move(reference),
                 std::move(body));
}

}  // namespace

void AddFund(Command app, Context& context) {
  Command command = app.AddCommand(
      "fund", "Propose money for a program, a fiscal year and a region");
  auto options = std::make_shared<Options>();
  command.AddOption("PROGRAM", options->program, "The program").Required();
  command.AddOption("--year", options->year, "Fiscal year").Required();
  command.AddOption("--region", options->region,
                    "Region; absent: the whole of the scheme");
  command
      .AddOption("--amount", options->amount,
                 "With the currency's decimals; --amount=-1000 takes back")
      .Required();
  command.AddOption("--currency", options->currency, "ISO 4217 code")
      .ShowDefault();
  command
      .AddOption("--legal-basis", options->legal_basis,
                 "Code of the legal basis. For a second sum on the same "
                 "basis give another --reference")
      .Required();
  AddProposalFlags(command, &options->proposal);
  Teach(command,
        {{"ten billion rupiah for a city",
          "amanah fund sembako --year 2026 --region 35.76 --amount 10000000000 "
          "--legal-basis DPA-2026-11 --out fund-sembako.batch"},
         {"in the same proposal as the program",
          "amanah fund sembako --year 2026 --region 35.76 --amount 10000000000 "
          "--legal-basis DPA-2026-11 --out sembako.batch --append"}});
  OnRun(command, context,
        [&context, options] { return Run(context, *options); });
}

}  // namespace amanah::client
