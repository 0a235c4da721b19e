#include "ledger/base/clock.h"

#include <ctime>

#include "ledger/base/check.h"

namespace amanah {
namespace {

int64_t ReadUs(clockid_t id) {
  timespec now{};
  AMANAH_CHECK(clock_gettime(id, &now) == 0);
  return int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1'000;
}

class RealClock final : public Clock {
 public:
  int64_t NowUs() const override { return ReadUs(CLOCK_REALTIME); }
  int64_t MonotonicUs() const override { return ReadUs(CLOCK_BOOTTIME); }
};

}  // namespace

const Clock& SystemClock() {
  static const RealClock clock;
  return clock;
}

}  // namespace amanah
