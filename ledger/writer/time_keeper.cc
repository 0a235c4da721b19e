#include "ledger/writer/time_keeper.h"

#include <algorithm>

#include "absl/strings/str_format.h"

namespace amanah::writer {

TimeKeeper::TimeKeeper(const Clock* clock, int64_t last_us,
                       const TimeLimits& limits)
    : clock_(clock),
      limits_(limits),
      last_us_(last_us),
      last_monotonic_us_(clock->MonotonicUs()) {}

absl::StatusOr<int64_t> TimeKeeper::Next() {
  const int64_t now_us = clock_->NowUs();
  const int64_t monotonic_us = clock_->MonotonicUs();
  const int64_t elapsed_us = monotonic_us - last_monotonic_us_;
  const int64_t lead_max_us =
      started_ ? limits_.lead_max_us : limits_.gap_at_start_max_us;
  const int64_t lead_us = now_us - last_us_ - elapsed_us;
  const bool confirmed = !started_ && limits_.confirmed;
  if (lead_us > lead_max_us && !confirmed) {
    return absl::UnavailableError(absl::StrFormat(
        "the clock leads the last entry by %d s more than has elapsed, at most "
        "%d s are taken without the operator's confirmation",
        lead_us / 1'000'000, lead_max_us / 1'000'000));
  }
  started_ = true;
  last_us_ = std::max(last_us_, now_us);
  last_monotonic_us_ = monotonic_us;
  return last_us_;
}

}  // namespace amanah::writer
