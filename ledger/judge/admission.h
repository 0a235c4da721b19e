// Whether a sealed batch may enter the log now: what depends on the order of
// batches and on the time, and not on the rules of the book.
#ifndef AMANAH_LEDGER_JUDGE_ADMISSION_H_
#define AMANAH_LEDGER_JUDGE_ADMISSION_H_

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "ledger/domain/book.h"
#include "ledger/judge/possession.h"
#include "ledger/judge/sealing.h"

namespace amanah::judge {

// Who speaks and which rules judge, as they stood before the first entry.
struct Admission {
  domain::Author author;
  uint32_t rules_version = 0;
};

// The sequences of a batch that is on the record already, one a statement.
using Repeat = std::vector<uint64_t>;

// A batch that is recorded already is a repeat, whatever its seal's last second
// and its author's status. Otherwise the first of these that holds is an error:
// recorded in part; rules that are not known here; author suspended; key not in
// force; fewer administrators than the threshold; last second before `time_us`;
// a proof of possession; quota. The state is only read.
std::variant<Admission, Repeat, BatchError> Admit(const LedgerId& ledger,
                                                  const SealedBatch& batch,
                                                  int64_t time_us,
                                                  domain::Overlay* state);

// kExpired when `time_us` is after the seal's last second.
std::optional<BatchError> CheckLastSecond(const log::SealText& seal,
                                          int64_t time_us);

}  // namespace amanah::judge

#endif  // AMANAH_LEDGER_JUDGE_ADMISSION_H_
