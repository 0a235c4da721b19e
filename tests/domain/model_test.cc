// The book against a naive second reading of the rules, over random statements;
// and against itself, whatever is cached, trimmed or reloaded.

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "ledger/domain/accounts.h"
#include "ledger/domain/book.h"
#include "tests/domain/naive_book.h"
#include "tests/domain/random_statements.h"
#include "tests/support/book_fixture.h"

namespace amanah::domain {
namespace {

using testing_support::ApplyTo;
using testing_support::Opening;
using testing_support::Posted;
using testing_support::Rows;
using testing_support::TestBook;

constexpr int kStatements = 6'000;
constexpr uint32_t kSeeds[] = {1, 2, 3, 4, 5, 6};

struct Recorded {
  NaivePosting posting;
  Outcome outcome;
};

// What a run of random statements leaves.
struct Played {
  NaiveBook model{Opening()};
  TestBook book;
  std::vector<Recorded> log;
};

void ExpectSameMoney(Played* run) {
  const std::vector<NaiveParts> money = run->model.Money();
  for (size_t i = 0; i < money.size(); ++i) {
    const NaiveAccount& want = run->model.accounts()[i];
    const AccountRow row =
        run->book.Account(want.program, want.fiscal_year, want.region);
    ASSERT_EQ(row.appropriated.minor, want.appropriated);
    ASSERT_EQ(row.last_entry, want.last_entry);
    ASSERT_EQ(row.available.minor, money[i].available);
    ASSERT_EQ(row.committed.minor, money[i].committed);
    ASSERT_EQ(row.in_transit.minor, money[i].in_transit);
    ASSERT_EQ(row.credited.minor, money[i].credited);
  }
}

void ExpectSameEntitlements(Played* run) {
  for (size_t i = 0; i < run->model.grants().size(); ++i) {
    const NaiveGrant& want = run->model.grants()[i];
    const EntitlementRow row = run->book.Entitlement(want.body.entitlement);
    EXPECT_EQ(row.amount, want.body.amount);
    EXPECT_EQ(row.live.minor, run->model.Live(i));
    EXPECT_EQ(row.revoked_entry, want.revoked);
  }
}

// Says `count` random statements to the book and to the model.
void Play(uint32_t seed, int count, Played* run) {
  RandomStatements random(seed, &run->model);
  for (int i = 0; i < count; ++i) {
    const NaivePosting posting = random.Next();
    const auto repeat = run->model.FindRepeat(posting);
    const Posted posted =
        run->book.Post(posting.author, posting.statement, posting.bytes);
    ASSERT_EQ(posted.repeat, repeat.has_value());
    if (repeat.has_value()) {
      ASSERT_EQ(posted.sequence, *repeat);
      continue;
    }
    ASSERT_EQ(posted.outcome, run->model.Judge(posting))
        << KindName(posting.statement.body) << " of " << posting.author
        << ", entry " << posted.sequence << " of seed " << seed;
    run->model.Take(posting, posted.outcome, posted.sequence);
    run->log.push_back({posting, posted.outcome});
    ASSERT_NO_FATAL_FAILURE(ExpectSameMoney(run));
  }
}

// What a replay of a run leaves. With `random`, changes are taken, reloaded,
// prefetched and forgotten in between.
Rows Replay(const std::vector<Recorded>& log, std::mt19937* random) {
  Rows rows;
  MemoryState base;
  auto state = std::make_unique<Overlay>(&base);
  testing_support::Open(state.get());
  const auto take = [&] {
    const std::vector<StateChange> changes = state->TakeChanges();
    base.Apply(changes);
    ApplyTo(&rows, changes);
  };
  uint64_t sequence = 0;
  for (const auto& [posting, outcome] : log) {
    const Prepared prepared = Prepare(posting.author, posting.statement,
                                      crypto::Sha256(AsBytes(posting.bytes)));
    const auto chance = random == nullptr ? 99u : (*random)() % 100;
    if (chance < 30) {
      std::vector<StateKey> keys;
      AppendKeys(prepared, &keys);
      state->Prefetch(keys);
      AppendDependentKeys(prepared, state.get(), &keys);
      state->Prefetch(keys);
    }
    const Author author = *FindAuthor(state.get(), posting.author);
    EXPECT_FALSE(FindRepeat(state.get(), prepared).has_value());
    EXPECT_EQ(Check(state.get(), 1, author, prepared), outcome);
    Apply(state.get(), 1, author, prepared, outcome, ++sequence);
    if (chance % 10 == 0) take();
    if (chance % 20 == 0) state->Trim();
    if (chance == 40) {
      take();
      state = std::make_unique<Overlay>(&base);
    }
  }
  take();
  EXPECT_TRUE(state->status().ok());
  EXPECT_EQ(base.size(), rows.size());
  return rows;
}

TEST(BookModelTest, AnswersAsANaiveModelDoes) {
  std::set<Refusal> met;
  size_t accepted = 0;
  for (const uint32_t seed : kSeeds) {
    Played run;
    ASSERT_NO_FATAL_FAILURE(Play(seed, kStatements, &run));
    ExpectSameEntitlements(&run);
    for (const Recorded& recorded : run.log) {
      if (recorded.outcome.accepted()) {
        ++accepted;
      } else {
        met.insert(*recorded.outcome.refusal);
      }
    }
  }
  // The statements are worth as much as what they lead to: every refusal, and
  // far from refusals only.
  for (int number = 1; number < 256; ++number) {
    const auto name = RefusalName(number);
    if (!name.has_value()) continue;
    EXPECT_TRUE(met.contains(static_cast<Refusal>(number))) << *name;
  }
  EXPECT_GT(accepted, std::size(kSeeds) * kStatements / 3);
}

TEST(BookModelTest, LeavesTheSameRowsWhateverIsCached) {
  for (const uint32_t seed : {11u, 12u, 13u}) {
    Played run;
    ASSERT_NO_FATAL_FAILURE(Play(seed, 1'500, &run));
    const Rows once = Replay(run.log, nullptr);
    EXPECT_GT(once.size(), 1'000u);
    for (uint32_t replay = 0; replay < 4; ++replay) {
      std::mt19937 random(seed + replay);
      EXPECT_EQ(Replay(run.log, &random), once);
    }
  }
}

}  // namespace
}  // namespace amanah::domain
