#include "ledger/judge/replay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ledger/log/merkle.h"
#include "tests/support/book_fixture.h"
#include "tests/support/forge.h"
#include "tests/support/matchers.h"

namespace amanah::testing_support {
namespace {

using domain::DisbursementState;
using domain::kAdministrators;
using judge::Finding;
using judge::FindingKind;
using judge::Replay;

// A replay with the rows that it comes to.
struct Replayed {
  domain::MemoryState base;
  domain::Overlay state{&base};
  std::vector<Finding> findings;
  std::vector<uint64_t> batches;  // first sequences
  Replay replay;

  explicit Replayed(judge::ReplayOptions options = {})
      : replay(&state, options, Keep(), OnBatch()) {}
  Replayed(const domain::MemoryState& from, const judge::LedgerId& ledger,
           const judge::Tip& tip)
      : base(from), replay(&state, ledger, tip, {}, Keep(), OnBatch()) {}

  Replay::OnFinding Keep() {
    return [this](Finding finding) { findings.push_back(std::move(finding)); };
  }
  Replay::OnBatch OnBatch() {
    return [this](const judge::ReplayedBatch& batch) {
      batches.push_back(batch.first_sequence);
    };
  }
  absl::Status Add(const std::string& entry) {
    return replay.Add(AsBytes(entry), log::LeafHash(AsBytes(entry)));
  }
};

class ReplayTest : public testing::Test {
 protected:
  ReplayTest() {
    recorder_.Post("dinsos", {Grant("e1"), Grant("e2"), Grant("e1")});
    recorder_.Post("bank-a",
                   {Report("d1", "e1", DisbursementState::kInstructed),
                    Report("d2", "e2", DisbursementState::kCredited)});
    recorder_.Post("bank-b",
                   {Report("x1", "e1", DisbursementState::kCredited)});
    recorder_.Post(kAdministrators, {recorder_.parties().Rotation(
                                        "bank-a", domain::Role::kBank, 2)});
    recorder_.Post("bank-a",
                   {Report("d1", "e1", DisbursementState::kCredited),
                    Report("d2", "e2", DisbursementState::kReturned)},
                   {.signers = {{"bank-a", 2}}});
  }

  Recorder recorder_;
};

// The rows as one list in order of keys.
std::vector<domain::StateChange> RowsOf(domain::Overlay* state) {
  return state->TakeChanges();
}

TEST_F(ReplayTest, ComesToTheVeryRowsThatTheSequencerHad) {
  Replayed replayed;
  for (const std::string& entry : recorder_.entries()) {
    ASSERT_OK(replayed.Add(entry));
  }
  replayed.replay.Finish();
  EXPECT_TRUE(replayed.findings.empty());
  EXPECT_EQ(replayed.batches, (std::vector<uint64_t>{0, 1, 8, 11, 13, 14, 15}));
  EXPECT_EQ(replayed.replay.tip().size, recorder_.size());
  EXPECT_EQ(replayed.replay.ledger()->origin, kTestOrigin);
  EXPECT_EQ(replayed.replay.ledger()->genesis,
            recorder_.parties().id().genesis);
  EXPECT_EQ(RowsOf(&replayed.state), RowsOf(recorder_.state()));
}

TEST_F(ReplayTest, GoesOnWhereAStateStands) {
  Replayed first;
  size_t taken = 0;
  while (taken < 11) ASSERT_OK(first.Add(recorder_.entries()[taken++]));
  ASSERT_TRUE(first.replay.between_batches());
  first.base.Apply(first.state.TakeChanges());

  Replayed second(first.base, *first.replay.ledger(), first.replay.tip());
  while (taken < recorder_.size()) {
    ASSERT_OK(second.Add(recorder_.entries()[taken++]));
  }
  second.replay.Finish();
  EXPECT_TRUE(second.findings.empty());
  second.base.Apply(second.state.TakeChanges());
  const domain::MemoryState& want = recorder_.rows();
  EXPECT_EQ(second.base.size(), want.size());
}

TEST_F(ReplayTest, KnowsWhereABatchEnds) {
  Replayed replayed;
  for (size_t i = 0; i < 9; ++i)
    ASSERT_OK(replayed.Add(recorder_.entries()[i]));
  EXPECT_FALSE(replayed.replay.between_batches());
  EXPECT_EQ(replayed.batches.size(), 2U);
  ASSERT_OK(replayed.Add(recorder_.entries()[9]));
  replayed.replay.Finish();
  ASSERT_EQ(replayed.findings.size(), 1U);
  EXPECT_EQ(replayed.findings[0].kind, FindingKind::kBatch);
  EXPECT_EQ(replayed.findings[0].sequence, 8U);
  EXPECT_TRUE(replayed.replay.between_batches());
}

TEST_F(ReplayTest, LeavesOutTheSignaturesWhenAsked) {
  std::vector<std::string> entries = recorder_.entries();
  EditEntry(&entries, 13, [](codec::Entry* entry) {
    entry->seal.signatures[0].signature.bytes[9] ^= 1;
  });
  entries = Rechain(std::move(entries));
  for (const bool verify : {true, false}) {
    Replayed replayed({.verify_signatures = verify});
    for (const std::string& entry : entries) ASSERT_OK(replayed.Add(entry));
    EXPECT_EQ(replayed.findings.size(), verify ? 1U : 0U);
  }
}

TEST_F(ReplayTest, EndsWithoutAnOpening) {
  Replayed replayed;
  ASSERT_OK(replayed.Add("no entry"));
  // Of the batch at 8: complete, but of no ledger.
  absl::Status status;
  for (size_t i = 8; i < 11; ++i) {
    status.Update(replayed.Add(recorder_.entries()[i]));
  }
  EXPECT_THAT(status, Fails(absl::StatusCode::kDataLoss, "opens no ledger"));
  Replayed other;
  EXPECT_THAT(other.Add(recorder_.entries()[13]),
              Fails(absl::StatusCode::kDataLoss, "opens no ledger"));
}

TEST_F(ReplayTest, HandsOnAFailureToRead) {
  class Broken final : public domain::StateReader {
   public:
    absl::StatusOr<std::string> Get(const domain::StateKey&) const override {
      return absl::UnavailableError("disk gone");
    }
    absl::Status GetMany(std::span<const domain::StateKey>,
                         std::vector<std::string>*) const override {
      return absl::UnavailableError("disk gone");
    }
  };
  const Broken broken;
  domain::Overlay state(&broken);
  judge::Tip tip;
  tip.size = 13;
  tip.last_hash = log::LeafHash(AsBytes(recorder_.entries()[12]));
  std::vector<Finding> findings;
  Replay replay(&state, recorder_.parties().id(), tip, {},
                [&](Finding finding) { findings.push_back(finding); });
  const std::string& entry = recorder_.entries()[13];
  EXPECT_THAT(replay.Add(AsBytes(entry), log::LeafHash(AsBytes(entry))),
              Fails(absl::StatusCode::kUnavailable, "disk gone"));
}

TEST(FindingTest, HasANameForEachKind) {
  for (int i = 0; i <= static_cast<int>(FindingKind::kTree); ++i) {
    EXPECT_FALSE(FindingKindName(static_cast<FindingKind>(i)).empty());
  }
}

}  // namespace
}  // namespace amanah::testing_support
