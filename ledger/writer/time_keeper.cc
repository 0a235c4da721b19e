#include "ledger/writer/time_keeper.h"

#include <algorithm>

#include "absl/strings/str_format.h"

namespace amanah::writer {

TimeKeeper::TimeKeeper(const Clock* clock, const LastEntryTime& last,
                       const TimeLimits& limits)
    : clock_(clock),
      limits_(limits),
      last_{last.us, last.monotonic_us.value_or(clock->MonotonicUs())},
      elapsed_known_(last.monotonic_us.has_value()),
      confirmed_(limits.confirmed) {}

absl::StatusOr<EntryTime> TimeKeeper::Next() const {
  const EntryTime now{clock_->NowUs(), clock_->MonotonicUs()};
  const std::lock_guard lock(mutex_);
  const int64_t elapsed_us = now.monotonic_us - last_.monotonic_us;
  const int64_t lead_us = now.us - last_.us - elapsed_us;
  const int64_t lead_max_us =
      elapsed_known_ ? limits_.lead_max_us : limits_.gap_at_start_max_us;
  if (lead_us > lead_max_us && !confirmed_) {
    return absl::UnavailableError(absl::StrFormat(
        "the clock leads the last entry by %d s more than has elapsed, at most "
        "%d s are taken without the operator's confirmation",
        lead_us / 1'000'000, lead_max_us / 1'000'000));
  }
  return EntryTime{std::max(last_.us, now.us), now.monotonic_us};
}

void TimeKeeper::Made(const EntryTime& time) {
  const std::lock_guard lock(mutex_);
  last_ = time;
  elapsed_known_ = true;
  confirmed_ = false;
}

}  // namespace amanah::writer
