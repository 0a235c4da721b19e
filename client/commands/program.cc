// Proposes a program, or its next version.

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
  uint32_t version = 1;
  std::string months;
  std::string currency = "IDR";
  bool whole_units = false;
  std::string unit;
  std::string benefit;
  std::string recipient_scheme = "id.nik";
  std::string region_scheme = "id.kemendagri";
  std::vector<std::string> excludes;
  std::string ceiling;
  ProposalFlags proposal;
};

absl::StatusOr<ExitCode> Run(Context& context, const Options& options) {
  domain::ProgramDefined body;
  body.program = options.program;
  body.version = options.version;
  AMANAH_ASSIGN_OR_RETURN(body.months, ParseMonths(options.months));
  body.currency = options.currency;
  body.whole_units = options.whole_units;
  body.unit = options.unit == "person" ? domain::Unit::kPerson
                                       : domain::Unit::kHousehold;
  body.benefit = options.benefit;
  body.recipient_scheme = options.recipient_scheme;
  body.region_scheme = options.region_scheme;
  AMANAH_ASSIGN_OR_RETURN(body.excludes,
                          Ascending("--excludes", options.excludes));
  if (!options.ceiling.empty()) {
    AMANAH_ASSIGN_OR_RETURN(body.ceiling,
                            ParseMoney(options.ceiling, options.currency));
  }
  std::string reference = MakeReference(
      {"program", body.program, absl::StrFormat("%d", body.version)});
  return Propose(context, options.proposal, std::move(reference),
                 std::move(body));
}

void AddOptions(CLI::App* command, Options* options) {
  command->add_option("PROGRAM", options->program, "Its code")->required();
  command
      ->add_option("--program-version", options->version,
                   "1 for a new program, then one more each time")
      ->capture_default_str();
  command
      ->add_option("--months", options->months,
                   "Months it grants for, such as 2026-01..2026-12")
      ->required();
  command->add_option("--currency", options->currency, "ISO 4217 code")
      ->capture_default_str();
  command->add_flag("--whole-units", options->whole_units,
                    "Amounts have no decimals");
  command->add_option("--unit", options->unit, "Whom its benefit is for")
      ->check(CLI::IsMember({"person", "household"}))
      ->required();
  command
      ->add_option("--benefit", options->benefit,
                   "Benefit code; grants of one code and month overlap")
      ->required();
  command
      ->add_option("--recipient-scheme", options->recipient_scheme,
                   "What recipients' numbers are")
      ->capture_default_str();
  command
      ->add_option("--region-scheme", options->region_scheme,
                   "What region codes are")
      ->capture_default_str();
  command->add_option("--excludes", options->excludes,
                      "Programs whose recipients it excludes");
  command->add_option("--ceiling", options->ceiling,
                      "Most that a grant may give for one month");
  AddProposalFlags(command, &options->proposal);
}

}  // namespace

void AddProgram(CLI::App& app, Context& context) {
  CLI::App* group = app.add_subcommand("program", "Programs of assistance");
  group->require_subcommand(1);
  CLI::App* command =
      group->add_subcommand("define", "Propose a program or its next version");
  auto options = std::make_shared<Options>();
  AddOptions(command, options.get());
  Teach(command,
        {{"food aid for households, at most Rp600,000 a month",
          "amanah program define sembako --months 2026-01..2026-12 --unit "
          "household --benefit SEMBAKO --whole-units --ceiling 600000 --out "
          "sembako.batch"}});
  OnRun(command, context,
        [&context, options] { return Run(context, *options); });
}

}  // namespace amanah::client
