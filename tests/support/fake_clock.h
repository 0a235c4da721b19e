// A clock that a test moves.
#ifndef AMANAH_TESTS_SUPPORT_FAKE_CLOCK_H_
#define AMANAH_TESTS_SUPPORT_FAKE_CLOCK_H_

#include <atomic>
#include <cstdint>

#include "ledger/base/clock.h"

namespace amanah::testing_support {

// Thread-safe.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(int64_t now_us) : now_us_(now_us) {}

  int64_t NowUs() const override { return now_us_; }
  int64_t MonotonicUs() const override { return monotonic_us_; }
  BootId Boot() const override { return BootId{boot_}; }

  // Both clocks move on, as time does.
  void Advance(int64_t us) {
    now_us_ += us;
    monotonic_us_ += us;
  }
  // The wall clock is set, by a person or by a fault.
  void Step(int64_t us) { now_us_ += us; }
  // The machine starts anew, and its monotonic clock too.
  void Reboot() {
    ++boot_;
    monotonic_us_ = 1'000;
  }

 private:
  std::atomic<int64_t> now_us_;
  std::atomic<int64_t> monotonic_us_ = 1'000'000;
  std::atomic<uint8_t> boot_ = 1;
};

}  // namespace amanah::testing_support

#endif  // AMANAH_TESTS_SUPPORT_FAKE_CLOCK_H_
