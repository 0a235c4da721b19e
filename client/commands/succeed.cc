// Proposes that one authority takes over another's open business.

#include <memory>

#include "client/app.h"
#include "client/commands.h"
#include "client/proposing.h"
#include "client/reference.h"

namespace amanah::client {
namespace {

struct Options {
  std::string name;
  std::string successor;
  ProposalFlags proposal;
};

}  // namespace

void AddSucceed(Command app, Context& context) {
  Command command = app.AddCommand(
      "succeed",
      "Propose that one authority takes over another's open entitlements and "
      "payments");
  auto options = std::make_shared<Options>();
  command.AddOption("NAME", options->name, "Whose business").Required();
  command
      .AddOption("--by", options->successor,
                 "Who takes it over; of the same role")
      .Required();
  AddProposalFlags(command, &options->proposal);
  Teach(command, {{"two banks merge",
                   "amanah succeed bank-jatim --by bank-bri --out "
                   "succeed-bank-jatim.batch"}});
  OnRun(command, context, [&context, options] {
    return Propose(
        context, options->proposal,
        MakeReference({"succeed", options->name, options->successor}),
        domain::AuthoritySucceeded{options->name, options->successor});
  });
}

}  // namespace amanah::client
