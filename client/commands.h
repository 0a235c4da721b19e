// Every command of the program, one file each in client/commands.
#ifndef AMANAH_CLIENT_COMMANDS_H_
#define AMANAH_CLIENT_COMMANDS_H_

#include <CLI/CLI.hpp>

namespace amanah::client {

class Context;

// Adds all commands to the program.
void AddCommands(CLI::App& app, Context& context);

// Keys and the opening of a ledger.
void AddKeygen(CLI::App& app, Context& context);
void AddKey(CLI::App& app, Context& context);
void AddPseudonym(CLI::App& app, Context& context);
void AddInit(CLI::App& app, Context& context);

// What administrators say together.
void AddEnrol(CLI::App& app, Context& context);
void AddRotate(CLI::App& app, Context& context);
void AddSuspend(CLI::App& app, Context& context);
void AddReinstate(CLI::App& app, Context& context);
void AddSucceed(CLI::App& app, Context& context);
void AddLedgerKey(CLI::App& app, Context& context);
void AddRules(CLI::App& app, Context& context);
void AddProgram(CLI::App& app, Context& context);
void AddFund(CLI::App& app, Context& context);

// Batches in files.
void AddSign(CLI::App& app, Context& context);
void AddPost(CLI::App& app, Context& context);

// What one authority says.
void AddPins(CLI::App& app, Context& context);
void AddGrant(CLI::App& app, Context& context);
void AddRevoke(CLI::App& app, Context& context);
void AddPay(CLI::App& app, Context& context);
void AddReturn(CLI::App& app, Context& context);
void AddImport(CLI::App& app, Context& context);

// Questions, and the proofs of their answers.
void AddStatus(CLI::App& app, Context& context);
void AddGet(CLI::App& app, Context& context);
void AddList(CLI::App& app, Context& context);
void AddBalances(CLI::App& app, Context& context);
void AddSummary(CLI::App& app, Context& context);
void AddCheckpoint(CLI::App& app, Context& context);
void AddProve(CLI::App& app, Context& context);
void AddReceipt(CLI::App& app, Context& context);
void AddExport(CLI::App& app, Context& context);
void AddAudit(CLI::App& app, Context& context);

}  // namespace amanah::client

#endif  // AMANAH_CLIENT_COMMANDS_H_
