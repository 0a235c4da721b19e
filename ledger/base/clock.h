// Time, behind an interface so that no test depends on the real clock.
#ifndef AMANAH_LEDGER_BASE_CLOCK_H_
#define AMANAH_LEDGER_BASE_CLOCK_H_

#include <cstdint>

namespace amanah {

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  // UTC microseconds since 1970; may step in either direction.
  virtual int64_t NowUs() const = 0;
  // Microseconds since some start; never steps, counts suspended time too.
  virtual int64_t MonotonicUs() const = 0;
};

// The machine's clocks (CLOCK_REALTIME and CLOCK_BOOTTIME). Lives for ever.
const Clock& SystemClock();

}  // namespace amanah

#endif  // AMANAH_LEDGER_BASE_CLOCK_H_
