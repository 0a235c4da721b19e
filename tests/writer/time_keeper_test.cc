#include "ledger/writer/time_keeper.h"

#include <gtest/gtest.h>

#include "ledger/writer/ledger.h"
#include "tests/support/fake_clock.h"
#include "tests/support/matchers.h"

namespace amanah::writer {
namespace {

using testing_support::Fails;
using testing_support::FakeClock;

constexpr int64_t kSecond = 1'000'000;
constexpr int64_t kStart = 1'000'000 * kSecond;
constexpr TimeLimits kLimits{300 * kSecond, 86'400 * kSecond, false};

// The last entry was made just now.
LastEntryTime JustNow(const FakeClock& clock) {
  return {kStart, clock.MonotonicUs()};
}

// The time of an entry that is made now.
int64_t Make(TimeKeeper* time) {
  const absl::StatusOr<EntryTime> next = time->Next();
  EXPECT_OK(next);
  if (!next.ok()) return 0;
  time->Made(*next);
  return next->us;
}

TEST(TimeKeeperTest, TakesALeadUpToTheLimitAndNoMore) {
  FakeClock clock(kStart);
  TimeKeeper time(&clock, JustNow(clock), kLimits);
  clock.Step(300 * kSecond);
  EXPECT_EQ(Make(&time), kStart + 300 * kSecond);
  clock.Step(300 * kSecond + 1);
  EXPECT_THAT(time.Next(), Fails(absl::StatusCode::kUnavailable, "leads"));
  // It is back.
  clock.Step(-1);
  EXPECT_EQ(Make(&time), kStart + 600 * kSecond);
}

TEST(TimeKeeperTest, CountsFromTheLastEntryNotFromTheLastLook) {
  FakeClock clock(kStart);
  TimeKeeper time(&clock, JustNow(clock), kLimits);
  clock.Step(200 * kSecond);
  EXPECT_OK(time.Next());
  clock.Step(100 * kSecond + 1);
  EXPECT_THAT(time.Next(), Fails(absl::StatusCode::kUnavailable, "leads"));
}

TEST(TimeKeeperTest, CountsTheTimeThatPassed) {
  FakeClock clock(kStart);
  TimeKeeper time(&clock, JustNow(clock), kLimits);
  clock.Advance(10'000'000 * kSecond);
  EXPECT_EQ(Make(&time), kStart + 10'000'000 * kSecond);
}

TEST(TimeKeeperTest, NeverGoesBackwards) {
  FakeClock clock(kStart - kSecond);
  TimeKeeper time(&clock, JustNow(clock), kLimits);
  EXPECT_EQ(Make(&time), kStart);
  clock.Step(-500 * kSecond);
  EXPECT_EQ(Make(&time), kStart);
}

TEST(TimeKeeperTest, AStartThatKnowsTheTimeElapsedTakesNoMoreThanThat) {
  FakeClock clock(kStart);
  const LastEntryTime last = JustNow(clock);
  clock.Advance(86'400 * kSecond);
  clock.Step(300 * kSecond);
  EXPECT_OK(TimeKeeper(&clock, last, kLimits).Next());
  clock.Step(1);
  EXPECT_THAT(TimeKeeper(&clock, last, kLimits).Next(),
              Fails(absl::StatusCode::kUnavailable, "leads"));
}

TEST(TimeKeeperTest, AStartThatDoesNotTakesAGapUpToItsOwnLimit) {
  FakeClock clock(kStart + 86'400 * kSecond);
  const LastEntryTime last{kStart, std::nullopt};
  TimeKeeper idle(&clock, last, kLimits);
  EXPECT_OK(idle.Next());
  // Until the first entry, what passes is known again.
  clock.Advance(500 * kSecond);
  EXPECT_OK(idle.Next());
  clock.Step(1);
  EXPECT_THAT(idle.Next(),
              Fails(absl::StatusCode::kUnavailable, "confirmation"));
  clock.Step(-1);
  EXPECT_EQ(Make(&idle), kStart + 86'900 * kSecond);
  clock.Step(301 * kSecond);
  EXPECT_THAT(idle.Next(), Fails(absl::StatusCode::kUnavailable, "leads"));
}

TEST(TimeKeeperTest, TakesAConfirmedTimeOnce) {
  FakeClock clock(kStart);
  TimeLimits confirmed = kLimits;
  confirmed.confirmed = true;
  for (const LastEntryTime& last :
       {JustNow(clock), LastEntryTime{kStart, std::nullopt}}) {
    FakeClock stepped(kStart + 864'000 * kSecond);
    TimeKeeper time(&stepped, last, confirmed);
    // A look does not use it up.
    EXPECT_OK(time.Next());
    EXPECT_EQ(Make(&time), kStart + 864'000 * kSecond);
    stepped.Step(301 * kSecond);
    EXPECT_THAT(time.Next(), Fails(absl::StatusCode::kUnavailable, "leads"));
  }
}

TEST(TimeKeeperTest, HasTheLimitsThatTheDocumentsName) {
  const LedgerOptions options;
  EXPECT_EQ(options.clock_lead_max_us, 300 * kSecond);
  EXPECT_EQ(options.clock_gap_at_start_max_us, 2'592'000 * kSecond);
}

}  // namespace
}  // namespace amanah::writer
