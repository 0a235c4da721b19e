// The questions of `amanah get`, one file or two each.
#ifndef AMANAH_CLIENT_COMMANDS_GET_H_
#define AMANAH_CLIENT_COMMANDS_GET_H_

#include <CLI/CLI.hpp>

#include "client/app.h"

namespace amanah::client {

void AddGetEntry(CLI::App* get, Context& context);
void AddGetReference(CLI::App* get, Context& context);
void AddGetProgram(CLI::App* get, Context& context);
void AddGetEntitlement(CLI::App* get, Context& context);
void AddGetDisbursement(CLI::App* get, Context& context);
void AddGetRecipient(CLI::App* get, Context& context);

}  // namespace amanah::client

#endif  // AMANAH_CLIENT_COMMANDS_GET_H_
