// Time, behind an interface so that no test depends on the real clock.
#ifndef AMANAH_LEDGER_BASE_CLOCK_H_
#define AMANAH_LEDGER_BASE_CLOCK_H_

#include <array>
#include <cstdint>

namespace amanah {

// Names one run of a machine, from boot to boot; zeros: not known.
using BootId = std::array<uint8_t, 16>;

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  // UTC microseconds since 1970; may step in either direction.
  virtual int64_t NowUs() const = 0;
  // Microseconds since some start; never steps, counts suspended time too.
  virtual int64_t MonotonicUs() const = 0;
  // The run of the machine in which MonotonicUs() counts: its values can be
  // compared with those of another process of the same run.
  virtual BootId Boot() const = 0;
};

// The machine's clocks (CLOCK_REALTIME, CLOCK_BOOTTIME) and Linux's boot_id.
// Lives for ever.
const Clock& SystemClock();

}  // namespace amanah

#endif  // AMANAH_LEDGER_BASE_CLOCK_H_
