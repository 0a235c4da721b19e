// What a batch is answered that the ledger does not take.
#ifndef AMANAH_LEDGER_WRITER_HALTED_H_
#define AMANAH_LEDGER_WRITER_HALTED_H_

#include <string_view>

#include "ledger/judge/problem.h"

namespace amanah::writer {

judge::BatchError Halted(std::string_view why);

// What exactly failed names the operator's files, and is for the operator:
// Ledger::status().
judge::BatchError StorageFailed();

}  // namespace amanah::writer

#endif  // AMANAH_LEDGER_WRITER_HALTED_H_
