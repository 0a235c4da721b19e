// Revokes one entitlement.

#include <memory>

#include "client/app.h"
#include "client/commands.h"
#include "client/posting.h"
#include "client/reference.h"

namespace amanah::client {
namespace {

struct Options {
  std::string entitlement;
  std::string reason;
  std::string reference;
};

}  // namespace

void AddRevoke(Command app, Context& context) {
  Command command = app.AddCommand(
      "revoke", "Revoke an entitlement: it takes no new payment");
  auto options = std::make_shared<Options>();
  command.AddOption("ENTITLEMENT", options->entitlement, "Its name").Required();
  command.AddOption("--reason", options->reason, "Code of the reason")
      .Required();
  command.AddOption("--reference", options->reference,
                    "The statement's reference; else revoke/ENTITLEMENT");
  Teach(command,
        {{"the recipient moved away", "amanah revoke E-1 --reason MOVED"}});
  OnRun(command, context, [&context, options] {
    std::string reference =
        options->reference.empty()
            ? MakeReference({"revoke", options->entitlement})
            : options->reference;
    return SayAndReport(
        context,
        {{std::move(reference),
          domain::EntitlementRevoked{options->entitlement, options->reason}}});
  });
}

}  // namespace amanah::client
