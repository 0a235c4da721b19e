#include "client/commands.h"

namespace amanah::client {

void AddCommands(CLI::App& app, Context& context) {
  (void)app;
  (void)context;
}

}  // namespace amanah::client
