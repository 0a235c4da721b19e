// Every command of the program, one file each in client/commands.
#ifndef AMANAH_CLIENT_COMMANDS_H_
#define AMANAH_CLIENT_COMMANDS_H_

#include "client/command.h"

namespace amanah::client {

class Context;

// Adds all commands to the program.
void AddCommands(Command app, Context& context);

// Keys and the opening of a ledger.
void AddKeygen(Command app, Context& context);
void AddKey(Command app, Context& context);
void AddPseudonym(Command app, Context& context);
void AddInit(Command app, Context& context);

// What administrators say together.
void AddEnrol(Command app, Context& context);
void AddRotate(Command app, Context& context);
void AddSuspend(Command app, Context& context);
void AddReinstate(Command app, Context& context);
void AddSucceed(Command app, Context& context);
void AddLedgerKey(Command app, Context& context);
void AddRules(Command app, Context& context);
void AddProgram(Command app, Context& context);
void AddFund(Command app, Context& context);

// Batches in files.
void AddSign(Command app, Context& context);
void AddPost(Command app, Context& context);

// What one authority says.
void AddPins(Command app, Context& context);
void AddGrant(Command app, Context& context);
void AddRevoke(Command app, Context& context);
void AddPay(Command app, Context& context);
void AddReturn(Command app, Context& context);
void AddImport(Command app, Context& context);

// Questions, and the proofs of their answers.
void AddStatus(Command app, Context& context);
void AddGet(Command app, Context& context);
void AddList(Command app, Context& context);
void AddBalances(Command app, Context& context);
void AddSummary(Command app, Context& context);
void AddCheckpoint(Command app, Context& context);
void AddProve(Command app, Context& context);
void AddReceipt(Command app, Context& context);
void AddExport(Command app, Context& context);
void AddAudit(Command app, Context& context);

}  // namespace amanah::client

#endif  // AMANAH_CLIENT_COMMANDS_H_
