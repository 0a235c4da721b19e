#include "ledger/judge/receipt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ledger/base/base64.h"
#include "ledger/codec/entry_codec.h"
#include "ledger/log/possession.h"
#include "ledger/log/proof_file.h"
#include "tests/support/book_fixture.h"
#include "tests/support/forge.h"
#include "tests/support/matchers.h"

namespace amanah::testing_support {
namespace {

using domain::DisbursementState;
using domain::kAdministrators;
using judge::EntryProof;
using judge::Receipt;
using testing::ElementsAre;
using testing::HasSubstr;

class ReceiptTest : public testing::Test {
 protected:
  ReceiptTest() {
    recorder_.Post("dinsos", {Grant("e1"), Grant("e2"), Grant("e3")});
    payment_ = recorder_
                   .Post("bank-a",
                         {Report("d1", "e1", DisbursementState::kCredited),
                          Report("d2", "e2", DisbursementState::kCredited),
                          Report("d3", "e3", DisbursementState::kInstructed)})
                   .first +
               1;
  }

  EntryProof ProofOf(uint64_t sequence) const {
    const auto& entries = recorder_.entries();
    std::vector<crypto::Hash> leaves;
    for (const std::string& entry : entries) {
      leaves.push_back(log::LeafHash(AsBytes(entry)));
    }
    const codec::Entry entry = *codec::DecodeEntry(AsBytes(entries[sequence]));
    std::vector<crypto::Hash> statements;
    const uint64_t first = sequence - entry.seal.index;
    for (uint64_t i = first; i < first + entry.seal.size; ++i) {
      statements.push_back(log::LeafHash(
          AsBytes(codec::DecodeEntry(AsBytes(entries[i]))->statement)));
    }
    return {sequence, entries[sequence], log::PathInLeaves(leaves, sequence),
            log::PathInLeaves(statements, entry.seal.index)};
  }
  Receipt PartsOf(uint64_t sequence, std::vector<uint64_t> keys,
                  int generation = 1) const {
    Receipt parts;
    parts.entry = ProofOf(sequence);
    for (const uint64_t key : keys) parts.key_entries.push_back(ProofOf(key));
    parts.checkpoint = CheckpointOf(recorder_.entries(), generation);
    return parts;
  }
  absl::StatusOr<judge::VerifiedReceipt> Check(const Receipt& receipt) {
    return judge::VerifyReceipt(recorder_.parties().id(),
                                judge::FormatReceipt(receipt));
  }
  static constexpr uint64_t kBankAEnrolment = 3;

  Recorder recorder_;
  uint64_t payment_ = 0;
};

TEST_F(ReceiptTest, ShowsAnEntryToWhoKnowsEntryZeroAlone) {
  const auto checked = Check(PartsOf(payment_, {0, kBankAEnrolment}));
  ASSERT_OK(checked);
  EXPECT_EQ(checked->entry.author, "bank-a");
  EXPECT_EQ(checked->entry.entry.sequence, payment_);
  EXPECT_EQ(
      std::get<domain::DisbursementReported>(checked->entry.statement.body)
          .disbursement,
      "d2");
  EXPECT_EQ(checked->checkpoint.size, recorder_.size());
}

TEST_F(ReceiptTest, IsAProofFileOfTheStandardForm) {
  const auto text =
      judge::FormatReceipt(PartsOf(payment_, {0, kBankAEnrolment}));
  EXPECT_TRUE(text.starts_with("c2sp.org/tlog-proof@v1\nextra "));
  EXPECT_THAT(text, HasSubstr("\nindex 12\n"));
  EXPECT_TRUE(text.ends_with(CheckpointOf(recorder_.entries())));
  const auto parts = judge::ParseReceipt(text);
  ASSERT_OK(parts);
  EXPECT_EQ(parts->entry.bytes, recorder_.entries()[payment_]);
  EXPECT_EQ(judge::FormatReceipt(*parts), text);
}

TEST_F(ReceiptTest, ShowsEntryZeroAndWhatAdministratorsSaid) {
  EXPECT_OK(Check(PartsOf(0, {0})));
  const auto checked = Check(PartsOf(kBankAEnrolment, {0}));
  ASSERT_OK(checked);
  EXPECT_EQ(checked->entry.author, kAdministrators);
  EXPECT_THAT(checked->entry.signers, ElementsAre("ani", "budi"));
}

TEST_F(ReceiptTest, FollowsRotatedKeys) {
  const uint64_t rotation =
      recorder_
          .Post(kAdministrators, {recorder_.parties().Rotation(
                                     "bank-a", domain::Role::kBank, 2)})
          .first;
  const uint64_t credited =
      recorder_
          .Post("bank-a", {Report("d3", "e3", DisbursementState::kCredited)},
                {.signers = {{"bank-a", 2}}})
          .first;
  const crypto::SigningKey key = CheckpointKey(2);
  const judge::LedgerId& id = recorder_.parties().id();
  const std::string possession = log::FormatPossessionText(
      {id.origin, id.genesis, id.origin, "ledger-checkpoint"});
  const uint64_t checkpoints =
      recorder_
          .Post(kAdministrators,
                {domain::LedgerKeyRotated{
                    domain::LedgerKeyKind::kCheckpoint,
                    id.origin,
                    {key.public_key(), key.Sign(AsBytes(possession))}}})
          .first;
  EXPECT_OK(Check(PartsOf(credited, {0, rotation, checkpoints}, 2)));
  // Without one of them, or under the key that no longer signs.
  EXPECT_THAT(Check(PartsOf(credited, {0, checkpoints}, 2)),
              Fails(absl::StatusCode::kNotFound, "was not given"));
  EXPECT_THAT(Check(PartsOf(credited, {0, rotation}, 2)),
              Fails(absl::StatusCode::kUnauthenticated, ""));
  EXPECT_THAT(Check(PartsOf(credited, {0, rotation, checkpoints}, 1)),
              Fails(absl::StatusCode::kUnauthenticated, ""));
}

TEST_F(ReceiptTest, FailsForAnotherLedger) {
  const std::string text =
      judge::FormatReceipt(PartsOf(payment_, {0, kBankAEnrolment}));
  judge::LedgerId other = recorder_.parties().id();
  other.genesis.bytes[0] ^= 1;
  EXPECT_THAT(judge::VerifyReceipt(other, text),
              Fails(absl::StatusCode::kDataLoss, "entry 0"));
  other = recorder_.parties().id();
  other.origin = "ledger.example/malang";
  EXPECT_FALSE(judge::VerifyReceipt(other, text).ok());
}

TEST_F(ReceiptTest, FailsWithAnyPartOfAnother) {
  const Receipt good = PartsOf(payment_, {0, kBankAEnrolment});
  const auto expect = [&](const std::function<void(Receipt*)>& change) {
    Receipt bad = good;
    change(&bad);
    EXPECT_FALSE(Check(bad).ok());
  };
  expect([](auto* parts) { ++parts->entry.sequence; });
  expect([&](auto* parts) { parts->entry.bytes = recorder_.entries()[11]; });
  expect([](auto* parts) { parts->entry.inclusion_path.pop_back(); });
  expect([](auto* parts) { parts->entry.inclusion_path[0].bytes[0] ^= 1; });
  expect([](auto* parts) { parts->entry.batch_path[0].bytes[0] ^= 1; });
  expect([](auto* parts) { parts->entry.batch_path.clear(); });
  expect([](auto* parts) { parts->key_entries.clear(); });
  expect([](auto* parts) { parts->key_entries.pop_back(); });
  expect([](auto* parts) {
    parts->key_entries.erase(parts->key_entries.begin());
  });
  expect([&](auto* parts) { parts->key_entries[1] = ProofOf(4); });
  expect(
      [](auto* parts) { parts->key_entries[1].batch_path[0].bytes[0] ^= 1; });
  expect([](auto* parts) {
    parts->key_entries[1].inclusion_path[0].bytes[0] ^= 1;
  });
  expect([](auto* parts) {
    parts->key_entries[0].inclusion_path[0].bytes[0] ^= 1;
  });
  expect([](auto* parts) { parts->checkpoint = "no note\n"; });
  expect([&](auto* parts) {
    parts->checkpoint = CheckpointOf(recorder_.entries(), 2);
  });
  expect([&](auto* parts) {
    std::vector<std::string> shorter = recorder_.entries();
    shorter.pop_back();
    parts->checkpoint = CheckpointOf(shorter);
  });
}

// An operator re-hashes and re-signs, but cannot seal.
TEST_F(ReceiptTest, FailsForAnEntryThatItsAuthorDidNotSeal) {
  std::vector<std::string> entries = recorder_.entries();
  EditStatement(&entries, payment_, [](domain::Statement* statement) {
    std::get<domain::DisbursementReported>(statement->body).amount = Rupiah(1);
  });
  entries = Rechain(std::move(entries));
  Receipt parts = PartsOf(payment_, {0, kBankAEnrolment});
  std::vector<crypto::Hash> leaves;
  for (const std::string& entry : entries) {
    leaves.push_back(log::LeafHash(AsBytes(entry)));
  }
  parts.entry.bytes = entries[payment_];
  parts.entry.inclusion_path = log::PathInLeaves(leaves, payment_);
  for (EntryProof& key : parts.key_entries) {
    key.inclusion_path = log::PathInLeaves(leaves, key.sequence);
  }
  parts.checkpoint = CheckpointOf(entries);
  EXPECT_THAT(Check(parts), Fails(absl::StatusCode::kDataLoss,
                                  "not one of its seal's batch"));
}

TEST_F(ReceiptTest, FailsWithOneBitFlippedAnywhere) {
  const std::string text =
      judge::FormatReceipt(PartsOf(payment_, {0, kBankAEnrolment}));
  for (size_t i = 0; i < text.size(); ++i) {
    std::string flipped = text;
    flipped[i] = static_cast<char>(flipped[i] ^ (1 << (i % 7)));
    EXPECT_FALSE(judge::VerifyReceipt(recorder_.parties().id(), flipped).ok())
        << "byte " << i;
  }
  for (size_t length = 0; length < text.size(); length += 13) {
    EXPECT_FALSE(
        judge::VerifyReceipt(recorder_.parties().id(), text.substr(0, length))
            .ok());
  }
}

}  // namespace
}  // namespace amanah::testing_support
