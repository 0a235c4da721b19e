#include "ledger/base/clock.h"

#include <algorithm>
#include <ctime>
#include <fstream>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_replace.h"
#include "ledger/base/check.h"

namespace amanah {
namespace {

int64_t ReadUs(clockid_t id) {
  timespec now{};
  AMANAH_CHECK(clock_gettime(id, &now) == 0);
  return int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1'000;
}

BootId ReadBoot() {
  // "7b6a52b0-9d0b-4d05-9c7e-9b4f0d0c2a11"
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::string text;
  std::getline(file, text);
  text = absl::StrReplaceAll(text, {{"-", ""}});
  BootId boot{};
  const std::string bytes = absl::HexStringToBytes(text);
  if (text.size() == 2 * boot.size()) {
    std::copy(bytes.begin(), bytes.end(), boot.begin());
  }
  return boot;
}

class RealClock final : public Clock {
 public:
  int64_t NowUs() const override { return ReadUs(CLOCK_REALTIME); }
  int64_t MonotonicUs() const override { return ReadUs(CLOCK_BOOTTIME); }
  BootId Boot() const override { return boot_; }

 private:
  const BootId boot_ = ReadBoot();
};

}  // namespace

const Clock& SystemClock() {
  static const RealClock clock;
  return clock;
}

}  // namespace amanah
