// The times of entries: never backwards, and never far ahead of what a steady
// clock allows, since one entry from a clock that stepped forward would hold
// all later ones to its time.
#ifndef AMANAH_LEDGER_WRITER_TIME_KEEPER_H_
#define AMANAH_LEDGER_WRITER_TIME_KEEPER_H_

#include <cstdint>
#include <mutex>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ledger/base/clock.h"

namespace amanah::writer {

struct TimeLimits {
  // How far a time may lead the last entry's plus the time elapsed since.
  int64_t lead_max_us = 0;
  // The same while it is not known how much time had elapsed at the start.
  int64_t gap_at_start_max_us = 0;
  // The first entry after a start takes the time as it is.
  bool confirmed = false;
};

// When the last entry was made.
struct LastEntryTime {
  int64_t us = 0;  // its time, UTC
  // By the clock's MonotonicUs(); absent when that began to count since.
  std::optional<int64_t> monotonic_us;
};

// A reading of both clocks.
struct EntryTime {
  int64_t us = 0;
  int64_t monotonic_us = 0;
};

// Thread-safe; one thread makes entries.
class TimeKeeper {
 public:
  TimeKeeper(const Clock* clock, const LastEntryTime& last,
             const TimeLimits& limits);

  // The time for the next entries. UNAVAILABLE while the clock is too far
  // ahead; nothing is appended until it is back, or the operator has looked at
  // it and starts the ledger anew with a confirmation.
  absl::StatusOr<EntryTime> Next() const;
  // Entries were made with this.
  void Made(const EntryTime& time);

 private:
  const Clock* const clock_;
  const TimeLimits limits_;
  mutable std::mutex mutex_;  // guards what follows
  EntryTime last_;
  bool elapsed_known_;
  bool confirmed_;
};

}  // namespace amanah::writer

#endif  // AMANAH_LEDGER_WRITER_TIME_KEEPER_H_
