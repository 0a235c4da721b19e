#include "client/commands.h"

#include <array>

namespace amanah::client {
namespace {

using Add = void (*)(Command app, Context& context);

// In the order in which the help shows them.
constexpr std::array kCommands{
    // Keys and the opening of a ledger.
    Add{AddKeygen}, Add{AddKey}, Add{AddPseudonym}, Add{AddInit},
    // What administrators say together.
    Add{AddEnrol}, Add{AddRotate}, Add{AddSuspend}, Add{AddReinstate},
    Add{AddSucceed}, Add{AddProgram}, Add{AddFund}, Add{AddRules},
    Add{AddLedgerKey},
    // Batches in files.
    Add{AddSign}, Add{AddPost},
    // What one authority says.
    Add{AddPins}, Add{AddGrant}, Add{AddRevoke}, Add{AddPay}, Add{AddReturn},
    Add{AddImport},
    // Questions, and the proofs of their answers.
    Add{AddStatus}, Add{AddGet}, Add{AddList}, Add{AddBalances},
    Add{AddSummary}, Add{AddCheckpoint}, Add{AddProve}, Add{AddReceipt},
    Add{AddExport}, Add{AddAudit}};

}  // namespace

void AddCommands(Command app, Context& context) {
  for (const Add add : kCommands) add(app, context);
}

}  // namespace amanah::client
