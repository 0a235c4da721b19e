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

void AddOptions(Command command, Options* options) {
  command.AddOption("PROGRAM", options->program, "Its code").Required();
  command
      .AddOption("--program-version", options->version,
                 "1 for a new program, then one more each time")
      .ShowDefault();
  command
      .AddOption("--months", options->months,
                 "Months it grants for, such as 2026-01..2026-12")
      .Required();
  command.AddOption("--currency", options->currency, "ISO 4217 code")
      .ShowDefault();
  command.AddFlag("--whole-units", options->whole_units,
                  "Amounts have no decimals");
  command.AddOption("--unit", options->unit, "Whom its benefit is for")
      .OneOf({"person", "household"})
      .Required();
  command
      .AddOption("--benefit", options->benefit,
                 "Benefit code; grants of one code and month overlap")
      .Required();
  command
      .AddOption("--recipient-scheme", options->recipient_scheme,
                 "What recipients' numbers are")
      .ShowDefault();
  command
      .AddOption("--region-scheme", options->region_scheme,
                 "What region codes are")
      .ShowDefault();
  command.AddOption("--excludes", options->excludes,
                    "Programs whose recipients it excludes");
  command.AddOption("--ceiling", options->ceiling,
                    "Most that a grant may give for one month");
  AddProposalFlags(command, &options->proposal);
}

}  // namespace

void AddProgram(Command app, Context& context) {
  Command group = app.AddGroup("program", "Programs of assistance");
  Command command =
      group.AddCommand("define", "Propose a program or its next version");
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
