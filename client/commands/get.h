// The questions of `amanah get`, one file or two each.
#ifndef AMANAH_CLIENT_COMMANDS_GET_H_
#define AMANAH_CLIENT_COMMANDS_GET_H_

#include "client/app.h"
#include "client/command.h"

namespace amanah::client {

void AddGetEntry(Command get, Context& context);
void AddGetReference(Command get, Context& context);
void AddGetProgram(Command get, Context& context);
void AddGetEntitlement(Command get, Context& context);
void AddGetDisbursement(Command get, Context& context);
void AddGetRecipient(Command get, Context& context);

}  // namespace amanah::client

#endif  // AMANAH_CLIENT_COMMANDS_GET_H_
