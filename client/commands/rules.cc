// Proposes the next version of the rules.

#include <memory>

#include "absl/strings/str_format.h"
#include "client/app.h"
#include "client/commands.h"
#include "client/proposing.h"
#include "client/reference.h"

namespace amanah::client {
namespace {

struct Options {
  uint32_t version = 0;
  ProposalFlags proposal;
};

}  // namespace

void AddRules(Command app, Context& context) {
  Command group = app.AddGroup("rules", "The rules that judge");
  Command command = group.AddCommand(
      "adopt", "Propose the rules that judge from the following batch on");
  auto options = std::make_shared<Options>();
  command
      .AddOption("VERSION", options->version,
                 "One more than the version in force")
      .Required();
  AddProposalFlags(command, &options->proposal);
  Teach(command, {{"go on to rules version 2",
                   "amanah rules adopt 2 --out rules-2.batch"}});
  OnRun(command, context, [&context, options] {
    return Propose(
        context, options->proposal,
        MakeReference({"rules", absl::StrFormat("%d", options->version)}),
        domain::RulesAdopted{options->version});
  });
}

}  // namespace amanah::client
