#include "ledger/judge/proved_entry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ledger/codec/entry_codec.h"
#include "ledger/log/merkle.h"
#include "tests/support/book_fixture.h"
#include "tests/support/forge.h"
#include "tests/support/matchers.h"

namespace amanah::testing_support {
namespace {

using absl::StatusCode;
using domain::kAdministrators;
using domain::Role;
using judge::EntryProof;
using judge::KeyRing;
using testing::ElementsAre;

// Where TestLedger::PilotBodies() stand.
constexpr uint64_t kDinsos = 1;
constexpr uint64_t kBankA = 3;

class ProvedEntryTest : public testing::Test {
 protected:
  // The proof of an entry among `entries` as they are.
  static EntryProof ProofIn(const std::vector<std::string>& entries,
                            uint64_t sequence) {
    std::vector<crypto::Hash> leaves;
    for (const std::string& one : entries) {
      leaves.push_back(log::LeafHash(AsBytes(one)));
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
  static log::Checkpoint TipOf(const std::vector<std::string>& entries) {
    std::vector<crypto::Hash> leaves;
    for (const std::string& one : entries) {
      leaves.push_back(log::LeafHash(AsBytes(one)));
    }
    return {std::string(kTestOrigin), entries.size(), log::RootOf(leaves), {}};
  }

  EntryProof Proof(uint64_t sequence) const {
    return ProofIn(recorder_.entries(), sequence);
  }
  log::Checkpoint Tip() const { return TipOf(recorder_.entries()); }
  KeyRing Ring() {
    auto ring = KeyRing::FromEntryZero(recorder_.parties().id(),
                                       recorder_.entries()[0]);
    EXPECT_OK(ring);
    return *std::move(ring);
  }
  // A ring that knows these entries' keys.
  KeyRing RingWith(const std::vector<uint64_t>& sequences) {
    KeyRing ring = Ring();
    for (const uint64_t one : sequences) {
      EXPECT_OK(ring.Add(Proof(one), Tip())) << one;
    }
    return ring;
  }

  Recorder recorder_;
};

TEST_F(ProvedEntryTest, StartsFromEntryZeroAlone) {
  const KeyRing ring = Ring();
  EXPECT_EQ(ring.opening().threshold, 2);
  const auto zero = ring.Verify(Proof(0), Tip());
  ASSERT_OK(zero);
  EXPECT_EQ(zero->author, kAdministrators);
  EXPECT_THAT(zero->signers, ElementsAre("ani", "budi"));
}

TEST_F(ProvedEntryTest, RefusesAnotherEntryZero) {
  judge::LedgerId id = recorder_.parties().id();
  id.genesis.bytes[0] ^= 1;
  EXPECT_THAT(KeyRing::FromEntryZero(id, recorder_.entries()[0]),
              Fails(StatusCode::kDataLoss, "was to be expected"));
  // An entry 0 of the right hash that opens nothing.
  const std::string& other = recorder_.entries()[kBankA];
  id.genesis = log::LeafHash(AsBytes(other));
  EXPECT_THAT(KeyRing::FromEntryZero(id, other),
              Fails(StatusCode::kDataLoss, "does not begin"));
  // The ledger of another name.
  id = recorder_.parties().id();
  id.origin = "ledger.example/other";
  EXPECT_THAT(KeyRing::FromEntryZero(id, recorder_.entries()[0]),
              Fails(StatusCode::kDataLoss, "entry 0"));
  id.genesis = log::LeafHash(AsBytes("junk"));
  EXPECT_THAT(KeyRing::FromEntryZero(id, "junk"),
              Fails(StatusCode::kDataLoss, "entry 0"));
}

TEST_F(ProvedEntryTest, NamesTheKeyThatIsMissing) {
  const uint64_t grant =
      recorder_.Post("dinsos", {Grant("e1"), Grant("e2")}).first;
  EXPECT_THAT(Ring().Verify(Proof(grant), Tip()),
              Fails(StatusCode::kNotFound, "of entry 1"));
  const auto verified = RingWith({kDinsos}).Verify(Proof(grant + 1), Tip());
  ASSERT_OK(verified);
  EXPECT_EQ(verified->author, "dinsos");
  EXPECT_EQ(verified->entry.sequence, grant + 1);
  EXPECT_EQ(verified->seal.size, 2);
  EXPECT_EQ(verified->hash,
            log::LeafHash(AsBytes(recorder_.entries()[grant + 1])));
}

TEST_F(ProvedEntryTest, NoticesEachPartThatIsNotSo) {
  const uint64_t grant =
      recorder_.Post("dinsos", {Grant("e1"), Grant("e2")}).first;
  const KeyRing ring = RingWith({kDinsos});
  using Lie = void (*)(EntryProof*);
  const Lie lies[] = {[](EntryProof* p) { ++p->sequence; },
                      [](EntryProof* p) { p->bytes.pop_back(); },
                      [](EntryProof* p) { p->bytes[20] ^= 1; },
                      [](EntryProof* p) { p->inclusion_path[0].bytes[0] ^= 1; },
                      [](EntryProof* p) { p->inclusion_path.pop_back(); },
                      [](EntryProof* p) { p->inclusion_path.emplace_back(); },
                      [](EntryProof* p) { p->batch_path[0].bytes[0] ^= 1; },
                      [](EntryProof* p) { p->batch_path.clear(); },
                      [](EntryProof* p) { p->batch_path.emplace_back(); }};
  for (const Lie& lie : lies) {
    SCOPED_TRACE(&lie - lies);
    EntryProof proof = Proof(grant);
    lie(&proof);
    EXPECT_THAT(ring.Verify(proof, Tip()), Fails(StatusCode::kDataLoss, ""));
  }
  log::Checkpoint tip = Tip();
  tip.root.bytes[0] ^= 1;
  EXPECT_THAT(ring.Verify(Proof(grant), tip),
              Fails(StatusCode::kDataLoss, "entry 8"));
}

// An operator can put what he likes in his own log, and prove that it is there.
TEST_F(ProvedEntryTest, BelievesNoEntryThatItsAuthorDidNotSeal) {
  const uint64_t grant = recorder_.Post("dinsos", {Grant("e1")}).first;
  const KeyRing ring = RingWith({kDinsos});
  const struct {
    void (*edit)(codec::Entry*);
    const char* why;
  } rows[] = {
      {[](codec::Entry* e) { e->seal.signatures[0].signature.bytes[0] ^= 1; },
       "signature of dinsos"},
      {[](codec::Entry* e) { e->seal.last_second += 1; },
       "signature of dinsos"},
      {[](codec::Entry* e) { e->seal.signatures[0].key_entry = e->sequence; },
       "not before it"},
      {[](codec::Entry* e) { e->seal.administrators = true; },
       "dinsos is no administrator"},
      {[](codec::Entry* e) {
         e->seal.signatures[0].key_entry = 0;
         e->seal.signatures[0].key_position = 1;
       },
       "signature of budi"}};
  for (const auto& row : rows) {
    SCOPED_TRACE(row.why);
    std::vector<std::string> entries = recorder_.entries();
    EditEntry(&entries, grant, row.edit);
    EXPECT_THAT(ring.Verify(ProofIn(entries, grant), TipOf(entries)),
                Fails(StatusCode::kDataLoss, row.why));
  }
}

TEST_F(ProvedEntryTest, BelievesNoEntryAfterItsLastSecond) {
  const uint64_t grant =
      recorder_.Post("dinsos", {Grant("e1")}, {.last_second = 1'800'000'000})
          .first;
  const KeyRing ring = RingWith({kDinsos});
  std::vector<std::string> entries = recorder_.entries();
  EditEntry(&entries, grant, [](codec::Entry* entry) {
    entry->time_us = 1'800'000'000'999'999;
  });
  EXPECT_OK(ring.Verify(ProofIn(entries, grant), TipOf(entries)));
  EditEntry(&entries, grant, [](codec::Entry* entry) { ++entry->time_us; });
  EXPECT_THAT(ring.Verify(ProofIn(entries, grant), TipOf(entries)),
              Fails(StatusCode::kDataLoss, "holds to second 1800000000"));
}

TEST_F(ProvedEntryTest, TakesNoKeyFromFewerThanTheThreshold) {
  std::vector<std::string> entries = recorder_.entries();
  EditEntry(&entries, kBankA,
            [](codec::Entry* e) { e->seal.signatures.pop_back(); });
  KeyRing ring = Ring();
  EXPECT_THAT(ring.Add(ProofIn(entries, kBankA), TipOf(entries)),
              Fails(StatusCode::kDataLoss, "2 administrators must sign, 1"));
  entries = recorder_.entries();
  EditEntry(&entries, kBankA,
            [](codec::Entry* e) { e->seal.signatures[1].key_position = 2; });
  EXPECT_THAT(ring.Add(ProofIn(entries, kBankA), TipOf(entries)),
              Fails(StatusCode::kDataLoss, "signature of citra"));
}

TEST_F(ProvedEntryTest, TakesNoKeyFromWhatGivesNone) {
  KeyRing ring = RingWith({kDinsos});
  EXPECT_THAT(ring.Add(Proof(6), Tip()),
              Fails(StatusCode::kDataLoss, "gives nobody a key"));
  const uint64_t grant = recorder_.Post("dinsos", {Grant("e1")}).first;
  EXPECT_THAT(ring.Add(Proof(grant), Tip()),
              Fails(StatusCode::kDataLoss, "gives nobody a key"));
  // The name bank-a is used: the enrolment is on the record, and refused.
  domain::AuthorityEnrolled again =
      recorder_.parties().Enrolment("bank-a", Role::kBank);
  again.key = recorder_.parties().Rotation("bank-a", Role::kBank, 2).key;
  const RecordedBatch refused = recorder_.Post(kAdministrators, {again});
  ASSERT_FALSE(refused.outcomes[0].accepted());
  EXPECT_THAT(ring.Add(Proof(refused.first), Tip()),
              Fails(StatusCode::kDataLoss, "gives nobody a key"));
}

TEST_F(ProvedEntryTest, FollowsRotationsWithoutTheEnrolment) {
  const uint64_t rotation =
      recorder_
          .Post(kAdministrators,
                {recorder_.parties().Rotation("bank-a", Role::kBank, 2)})
          .first;
  const uint64_t pins =
      recorder_
          .Post("bank-a", {domain::PinsChanged{{PinOf("new")}}},
                {.signers = {{"bank-a", 2}}})
          .first;
  const auto verified = RingWith({rotation}).Verify(Proof(pins), Tip());
  ASSERT_OK(verified);
  EXPECT_EQ(verified->author, "bank-a");
}

TEST_F(ProvedEntryTest, FollowsAnAdministratorsRotation) {
  const uint64_t rotation =
      recorder_
          .Post(kAdministrators,
                {recorder_.parties().Rotation("ani", Role::kAdministrator, 2)})
          .first;
  const uint64_t suspension =
      recorder_
          .Post(kAdministrators, {domain::AuthoritySuspended{"bank-b", "x"}},
                {.signers = {{"ani", 2}, {"citra", 1}}})
          .first;
  const auto verified = RingWith({rotation}).Verify(Proof(suspension), Tip());
  ASSERT_OK(verified);
  EXPECT_THAT(verified->signers, ElementsAre("citra", "ani"));
}

TEST_F(ProvedEntryTest, OpensCheckpointsWithTheKeyOfTheirSize) {
  domain::LedgerKeyRotated body;
  body.kind = domain::LedgerKeyKind::kCheckpoint;
  body.key_name = kTestOrigin;
  body.key = recorder_.parties().LedgerKeyWithProof(body.kind, 2);
  const std::vector<std::string> before = recorder_.entries();
  const uint64_t rotation = recorder_.Post(kAdministrators, {body}).first;
  const KeyRing unaware = Ring();
  const KeyRing ring = RingWith({rotation});
  EXPECT_OK(ring.OpenCheckpoint(CheckpointOf(before, 1)));
  EXPECT_OK(ring.OpenCheckpoint(CheckpointOf(recorder_.entries(), 2)));
  EXPECT_THAT(ring.OpenCheckpoint(CheckpointOf(recorder_.entries(), 1)),
              Fails(StatusCode::kUnauthenticated, ""));
  EXPECT_THAT(ring.OpenCheckpoint(CheckpointOf(before, 2)),
              Fails(StatusCode::kUnauthenticated, ""));
  EXPECT_THAT(unaware.OpenCheckpoint(CheckpointOf(recorder_.entries(), 2)),
              Fails(StatusCode::kUnauthenticated, ""));
}

}  // namespace
}  // namespace amanah::testing_support
