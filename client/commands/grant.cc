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

void AddOptions(CLI::App* command, Options* options) {
  command->add_option("ENTITLEMENT", options->entitlement, "Its name, new")
      ->required();
  command->add_option("--program", options->program, "The program")->required();
  command->add_option("--year", options->year, "The funds' fiscal year")
      ->required();
  command->add_option("--funds-region", options->funds_region,
                      "The funds' region; absent: the whole of the scheme");
  command->add_option("--recipient", options->recipient,
                      "Pseudonym, base64; else the number is asked for");
  command->add_option("--scheme", options->scheme, "What that number is")
      ->capture_default_str();
  command->add_flag("--ask-household", options->ask_household,
                    "Ask for the household's number too");
  command->add_option("--household", options->household,
                      "The household's pseudonym, base64");
  command
      ->add_option("--household-scheme", options->household_scheme,
                   "What the household's number is")
      ->capture_default_str();
  command->add_option("--members", options->members,
                      "Ask for the numbers of so many further members");
  command->add_option("--region", options->region, "The recipient's region")
      ->required();
  command
      ->add_option("--months", options->months, "2026-01 or 2026-01..2026-03")
      ->required();
  command
      ->add_option("--amount", options->amount, "For all the months together")
      ->required();
  command->add_option("--currency", options->currency, "ISO 4217 code")
      ->capture_default_str();
  command
      ->add_option("--basis", options->basis,
                   "Code of the decision that it rests on")
      ->required();
  command->add_option("--basis-digest", options->basis_digest,
                      "Salted SHA-256 of the evidence, base64");
  command->add_option("--reference", options->reference,
                      "The statement's reference; else grant/ENTITLEMENT");
}

}  // namespace

void AddGrant(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand(
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
