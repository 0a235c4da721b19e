// Proposes that an authority may say nothing more, or may speak again.

#include <memory>

#include "client/app.h"
#include "client/commands.h"
#include "client/proposing.h"
#include "client/reference.h"

namespace amanah::client {
namespace {

struct Options {
  std::string name;
  std::string reason;
  ProposalFlags proposal;
};

void AddOptions(Command command, Options* options) {
  command.AddOption("NAME", options->name, "The authority").Required();
  command.AddOption("--reason", options->reason, "Code of the reason")
      .Required();
  AddProposalFlags(command, &options->proposal);
}

}  // namespace

void AddSuspend(Command app, Context& context) {
  Command command = app.AddCommand(
      "suspend", "Propose that an authority may say nothing more");
  auto options = std::make_shared<Options>();
  AddOptions(command, options.get());
  Teach(command, {{"a bank whose key was stolen",
                   "amanah suspend bank-jatim --reason KEY-STOLEN --out "
                   "suspend-bank-jatim.batch"}});
  OnRun(command, context, [&context, options] {
    return Propose(context, options->proposal,
                   MakeReference({"suspend", options->name, options->reason}),
                   domain::AuthoritySuspended{options->name, options->reason});
  });
}

void AddReinstate(Command app, Context& context) {
  Command command = app.AddCommand(
      "reinstate", "Propose that a suspended authority may speak again");
  auto options = std::make_shared<Options>();
  AddOptions(command, options.get());
  Teach(command, {{"after its key was rotated",
                   "amanah reinstate bank-jatim --reason KEY-ROTATED --out "
                   "reinstate-bank-jatim.batch"}});
  OnRun(command, context, [&context, options] {
    return Propose(context, options->proposal,
                   MakeReference({"reinstate", options->name, options->reason}),
                   domain::AuthorityReinstated{options->name, options->reason});
  });
}

}  // namespace amanah::client
