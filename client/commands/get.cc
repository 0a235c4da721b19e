#include "client/commands/get.h"

#include "client/commands.h"

namespace amanah::client {

void AddGet(Command app, Context& context) {
  Command get = app.AddGroup(
      "get", "What happened, in words, with the proof that it did");
  AddGetDisbursement(get, context);
  AddGetEntitlement(get, context);
  AddGetRecipient(get, context);
  AddGetReference(get, context);
  AddGetProgram(get, context);
  AddGetEntry(get, context);
  Teach(get, {{"was this payment made, by whom, and when",
               "amanah get disbursement D-1 --bank bank-jatim"},
              {"what became of an entitlement", "amanah get entitlement E-1"},
              {"one entry of the ledger", "amanah get entry 0"}});
}

}  // namespace amanah::client
