#include "ledger/writer/time_keeper.h"

#include <gtest/gtest.h>

#include "tests/support/fake_clock.h"
#include "tests/support/matchers.h"

namespace amanah::writer {
namespace {

using testing_support::Fails;
using testing_support::FakeClock;

constexpr int64_t kSecond = 1'000'000;
constexpr int64_t kStart = 1'000'000 * kSecond;
constexpr TimeLimits kLimits{300 * kSecond, 86'400 * kSecond, false};

TEST(TimeKeeperTest, TakesALeadUpToTheLimitAndNoMore) {
  FakeClock clock(kStart);
  TimeKeeper time(&clock, kStart, kLimits);
  ASSERT_OK(time.Next());
  clock.Step(300 * kSecond);
  EXPECT_EQ(*time.Next(), kStart + 300 * kSecond);
  clock.Step(300 * kSecond + 1);
  EXPECT_THAT(time.Next(), Fails(absl::StatusCode::kUnavailable, "leads"));
}

TEST(TimeKeeperTest, CountsTheTimeThatPassed) {
  FakeClock clock(kStart);
  TimeKeeper time(&clock, kStart, kLimits);
  ASSERT_OK(time.Next());
  clock.Advance(10'000'000 * kSecond);
  EXPECT_EQ(*time.Next(), kStart + 10'000'000 * kSecond);
}

TEST(TimeKeeperTest, NeverGoesBackwards) {
  FakeClock clock(kStart - kSecond);
  TimeKeeper time(&clock, kStart, kLimits);
  EXPECT_EQ(*time.Next(), kStart);
  clock.Step(-500 * kSecond);
  EXPECT_EQ(*time.Next(), kStart);
}

TEST(TimeKeeperTest, AStartTakesAGapUpToItsOwnLimit) {
  FakeClock clock(kStart + 86'400 * kSecond);
  EXPECT_OK(TimeKeeper(&clock, kStart, kLimits).Next());
  clock.Step(1);
  EXPECT_THAT(TimeKeeper(&clock, kStart, kLimits).Next(),
              Fails(absl::StatusCode::kUnavailable, "confirmation"));
  TimeLimits confirmed = kLimits;
  confirmed.confirmed = true;
  TimeKeeper time(&clock, kStart, confirmed);
  EXPECT_OK(time.Next());
  // The confirmation was for the start alone.
  clock.Step(301 * kSecond);
  EXPECT_THAT(time.Next(), Fails(absl::StatusCode::kUnavailable, "leads"));
}

}  // namespace
}  // namespace amanah::writer
