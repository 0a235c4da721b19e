// What a batch is answered that the ledger does not take.
#ifndef AMANAH_LEDGER_WRITER_HALTED_H_
#define AMANAH_LEDGER_WRITER_HALTED_H_

#include <string_view>

#include "absl/strings/str_format.h"
#include "ledger/judge/problem.h"

namespace amanah::writer {

// For its author. What exactly failed names the operator's files, and is for
// the operator: Ledger::status().
inline constexpr std::string_view kStorageFailed =
    "a write to its storage failed";

inline judge::BatchError Halted(std::string_view why) {
  return {judge::Problem::kHalted,
          absl::StrFormat("the ledger appends nothing: %s", why),
          {},
          {}};
}

}  // namespace amanah::writer

#endif  // AMANAH_LEDGER_WRITER_HALTED_H_
