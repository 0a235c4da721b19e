// Grants one entitlement.

#include <algorithm>
#include <memory>

#include "client/app.h"
#include "client/arguments.h"
#include "client/commands.h"
#include "client/posting.h"
#include "client/pseudonyms.h"
#include "client/reference.h"
#include "ledger/base/status.h"

namespace amanah::client {
namespace {

struct Options {
  std::string entitlement;
  std::string program;
  uint32_t year = 0;
  std::string funds_region;
  std::string recipient;
  std::string scheme = "id.nik";
  std::string household;
  bool ask_household = false;
  std::string household_scheme = "id.kk";
  unsigned members = 0;
  std::string region;
  std::string months;
  std::string amount;
  std::string currency = "IDR";
  std::string basis;
  std::string basis_digest;
  std::string reference;
};

absl::Status AskPeople(Context& context, const Options& options,
                       domain::EntitlementGranted* body) {
  AMANAH_ASSIGN_OR_RETURN(
      body->recipient,
      PseudonymOrAsk(context, options.recipient, "recipient", options.scheme));
  if (options.ask_household || !options.household.empty()) {
    AMANAH_ASSIGN_OR_RETURN(
        body->household, PseudonymOrAsk(context, options.household, "household",
                                        options.household_scheme));
  }
  for (unsigned i = 0; i < options.members; ++i) {
    AMANAH_ASSIGN_OR_RETURN(
        const crypto::Pseudonym member,
        AskPseudonym(context, absl::StrFormat("member %d", i + 1),
                     options.scheme));
    body->members.push_back(member);
  }
  std::sort(body->members.begin(), body->members.end());
  return absl::OkStatus();
}

absl::StatusOr<ExitCode> Run(Context& context, const Options& options) {
  domain::EntitlementGranted body;
  body.entitlement = options.entitlement;
  body.program = options.program;
  body.fiscal_year = options.year;
  body.appropriation_region = options.funds_region;
  body.region = options.region;
  AMANAH_ASSIGN_OR_RETURN(body.months, ParseMonths(options.months));
  body.currency = options.currency;
  AMANAH_ASSIGN_OR_RETURN(body.amount,
                          ParseMoney(options.amount, options.currency));
  body.basis = options.basis;
  if (!options.basis_digest.empty()) {
    AMANAH_ASSIGN_OR_RETURN(body.basis_digest,
                            ParseHash("--basis-digest", options.basis_digest));
  }
  AMANAH_RETURN_IF_ERROR(AskPeople(context, options, &body));
  std::string reference = options.reference.empty()
                              ? MakeReference({"grant", body.entitlement})
                              : options.reference;
  return SayAndReport(context, {{std::move(reference), std::move(body)}});
}

void AddOptions(Command command, Options* options) {
  command.AddOption("ENTITLEMENT", options->entitlement, "Its name, new")
      .Required();
  command.AddOption("--program", options->program, "The program").Required();
  command.AddOption("--year", options->year, "The funds' fiscal year")
      .Required();
  command.AddOption("--funds-region", options->funds_region,
                    "The funds' region; absent: the whole of the scheme");
  command.AddOption("--recipient", options->recipient,
                    "Pseudonym, base64; else the number is asked for");
  command.AddOption("--scheme", options->scheme, "What that number is")
      .ShowDefault();
  command.AddFlag("--ask-household", options->ask_household,
                  "Ask for the household's number too");
  command.AddOption("--household", options->household,
                    "The household's pseudonym, base64");
  command
      .AddOption("--household-scheme", options->household_scheme,
                 "What the household's number is")
      .ShowDefault();
  command.AddOption("--members", options->members,
                    "Ask for the numbers of so many further members");
  command.AddOption("--region", options->region, "The recipient's region")
      .Required();
  command.AddOption("--months", options->months, "2026-01 or 2026-01..2026-03")
      .Required();
  command.AddOption("--amount", options->amount, "For all the months together")
      .Required();
  command.AddOption("--currency", options->currency, "ISO 4217 code")
      .ShowDefault();
  command
      .AddOption("--basis", options->basis,
                 "Code of the decision that it rests on")
      .Required();
  command.AddOption("--basis-digest", options->basis_digest,
                    "Salted SHA-256 of the evidence, base64");
  command.AddOption("--reference", options->reference,
                    "The statement's reference; else grant/ENTITLEMENT");
}

}  // namespace

void AddGrant(Command app, Context& context) {
  Command command = app.AddCommand(
      "grant", "Grant an entitlement; the recipient's number is asked for");
  auto options = std::make_shared<Options>();
  AddOptions(command, options.get());
  Teach(command,
        {{"food aid of Rp600,000 for a quarter, to a household",
          "amanah grant E-1 --program sembako --year 2026 --funds-region 35.76 "
          "--region 35.76.02.1003 --months 2026-01..2026-03 --amount 600000 "
          "--basis SK-2026-7 --ask-household"}});
  OnRun(command, context,
        [&context, options] { return Run(context, *options); });
}

}  // namespace amanah::client
