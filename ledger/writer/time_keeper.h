// The times of entries: never backwards, and never far ahead of what a steady
// clock allows, since one entry from a clock that stepped forward would hold
// all later ones to its time.
#ifndef AMANAH_LEDGER_WRITER_TIME_KEEPER_H_
#define AMANAH_LEDGER_WRITER_TIME_KEEPER_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "ledger/base/clock.h"

namespace amanah::writer {

struct TimeLimits {
  // How far a time may lead the last one plus the time elapsed.
  int64_t lead_max_us = 0;
  // The same for the first time after a start.
  int64_t gap_at_start_max_us = 0;
  // The first time after a start is taken as it is.
  bool confirmed = false;
};

// Not thread-safe.
class TimeKeeper {
 public:
  // `last_us`: the time of the last entry.
  TimeKeeper(const Clock* clock, int64_t last_us, const TimeLimits& limits);

  // The time for the next entries. UNAVAILABLE while the clock is too far
  // ahead; nothing is appended until it is back, or the operator has looked at
  // it and starts the ledger anew with a confirmation.
  absl::StatusOr<int64_t> Next();

 private:
  const Clock* clock_;
  TimeLimits limits_;
  int64_t last_us_;
  int64_t last_monotonic_us_;
  bool started_ = false;
};

}  // namespace amanah::writer

#endif  // AMANAH_LEDGER_WRITER_TIME_KEEPER_H_
