// Derives the pseudonym of a person or household.

#include <memory>
#include <nlohmann/json.hpp>

#include "client/app.h"
#include "client/commands.h"
#include "client/pseudonyms.h"
#include "ledger/base/status.h"

namespace amanah::client {
namespace {

absl::StatusOr<ExitCode> Run(Context& context, const std::string& scheme) {
  AMANAH_ASSIGN_OR_RETURN(const crypto::Pseudonym pseudonym,
                          AskPseudonym(context, "", scheme));
  context.output().Line(FormatPseudonym(pseudonym));
  context.output().Json({{"scheme", scheme},
                         {"epoch", pseudonym.epoch()},
                         {"pseudonym", FormatPseudonym(pseudonym)}});
  return ExitCode::kDone;
}

}  // namespace

void AddPseudonym(Command app, Context& context) {
  Command command = app.AddCommand(
      "pseudonym",
      "The pseudonym of a number that is asked for, or read from standard "
      "input; it never stands on the command line");
  auto scheme = std::make_shared<std::string>("id.nik");
  command.AddOption("--scheme", *scheme, "id.nik, id.kk or country.scheme")
      .ShowDefault();
  Teach(command,
        {{"of a NIK, typed without echo",
          "amanah pseudonym --pseudonym-key keys/pseudonyms/pseudonym.key"},
         {"of a household's KK",
          "amanah pseudonym --scheme id.kk --pseudonym-key "
          "keys/pseudonyms/pseudonym.key"}});
  OnRun(command, context, [&context, scheme] { return Run(context, *scheme); });
}

}  // namespace amanah::client
