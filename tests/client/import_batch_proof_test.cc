// Proofs of whole batches against logs that an operator with the ledger's keys
// made: their checkpoints are signed, and their entries hang together.
#include <gtest/gtest.h>

#include "absl/strings/str_format.h"
#include "client/import/batch_proof.h"
#include "ledger/base/bytes.h"
#include "ledger/codec/entry_codec.h"
#include "ledger/log/merkle.h"
#include "tests/support/book_fixture.h"
#include "tests/support/forge.h"
#include "tests/support/matchers.h"
#include "tests/support/temporary_folder.h"

namespace amanah::client {
namespace {

namespace ts = testing_support;
using ts::Fails;

codec::Entry Decoded(const std::string& bytes) {
  auto entry = codec::DecodeEntry(AsBytes(bytes));
  EXPECT_OK(entry);
  return *std::move(entry);
}

void AddPath(const std::vector<crypto::Hash>& path,
             google::protobuf::RepeatedPtrField<std::string>* on_wire) {
  for (const crypto::Hash& hash : path) {
    on_wire->Add(std::string(AsText(hash.view())));
  }
}

class BatchProofTest : public testing::Test {
 protected:
  static constexpr uint64_t kFirst = ts::TestLedger::kPilotSize;
  static constexpr size_t kSize = 5;

  BatchProofTest() {
    std::vector<domain::Body> grants;
    for (size_t i = 0; i < kSize; ++i) {
      grants.emplace_back(ts::Grant(absl::StrFormat("e%d", i)));
    }
    recorder_.Post("dinsos", grants);
    sealed_ = recorder_.entries();
    entries_ = sealed_;
  }

  // The server's best proof: the seal's tree is that of what was sealed.
  void Add(uint64_t sequence,
           google::protobuf::RepeatedPtrField<v1::ProvedEntry>* on_wire) {
    std::vector<crypto::Hash> log;
    for (const auto& bytes : entries_) {
      log.push_back(log::LeafHash(AsBytes(bytes)));
    }
    const codec::Seal seal = Decoded(entries_[sequence]).seal;
    std::vector<crypto::Hash> batch;
    for (uint32_t i = 0; i < seal.size; ++i) {
      batch.push_back(log::LeafHash(
          AsBytes(Decoded(sealed_[sequence - seal.index + i]).statement)));
    }
    v1::ProvedEntry* proved = on_wire->Add();
    proved->set_sequence(sequence);
    proved->set_entry(entries_[sequence]);
    proved->set_entry_hash(std::string(AsText(log[sequence].view())));
    AddPath(log::PathInLeaves(log, sequence), proved->mutable_inclusion_path());
    AddPath(log::PathInLeaves(batch, seal.index), proved->mutable_batch_path());
  }

  // What the server says of the batch: what the log holds.
  std::vector<Claim> Claims() {
    held_.clear();
    std::vector<Claim> claims;
    for (size_t i = 0; i < kSize; ++i) {
      held_.push_back(Decoded(entries_[kFirst + i]));
    }
    for (const codec::Entry& entry : held_) {
      claims.push_back({"",
                        entry.statement,
                        {entry.sequence, entry.outcome,
                         log::LeafHash(AsBytes(entry.statement))}});
    }
    return claims;
  }

  absl::Status Prove(std::vector<Claim> claims,
                     std::string_view author = "dinsos") {
    fetched_ = 0;
    Fetch fetch;
    fetch.entry = [this](uint64_t sequence) {
      ++fetched_;
      v1::GetEntryResponse response;
      Add(sequence, response.mutable_proof()->mutable_entries());
      Add(1, response.mutable_proof()->mutable_key_entries());
      response.mutable_proof()->set_checkpoint(ts::CheckpointOf(entries_));
      return response;
    };
    fetch.consistency = [this](uint64_t, uint64_t) {
      // From entry 0 to the tip: the path of the first leaf, and the hash that
      // it begins with.
      std::vector<crypto::Hash> log;
      for (const auto& bytes : entries_) {
        log.push_back(log::LeafHash(AsBytes(bytes)));
      }
      v1::GetConsistencyProofResponse response;
      AddPath(log::PathInLeaves(log, 0), response.mutable_path());
      return response;
    };
    const ts::TemporaryFolder folder;
    Verifier verifier(recorder_.parties().id(),
                      KeptState(folder.path(), ts::kTestOrigin), fetch);
    EXPECT_OK(verifier.Prepare());
    fetched_ = 0;
    return ProveClaims(&verifier, author, std::move(claims));
  }

  ts::Recorder recorder_;
  std::vector<std::string> sealed_;   // as recorded
  std::vector<std::string> entries_;  // as shown
  std::vector<codec::Entry> held_;
  int fetched_ = 0;
};

TEST_F(BatchProofTest, TakesTwoEntriesOfABatch) {
  EXPECT_OK(Prove(Claims()));
  EXPECT_EQ(fetched_, 2);
}

TEST_F(BatchProofTest, TakesThemInAnyOrder) {
  auto claims = Claims();
  std::swap(claims[0], claims[3]);
  EXPECT_OK(Prove(std::move(claims)));
  EXPECT_EQ(fetched_, 2);
}

TEST_F(BatchProofTest, NothingIsProvedOfAnotherAuthor) {
  EXPECT_THAT(Prove(Claims(), "bank-a"),
              Fails(absl::StatusCode::kDataLoss, "entry 8 is not what"));
}

// The log hangs together, and the first and last entries are sealed.
TEST_F(BatchProofTest, AStatementThatWasNotSealedIsNoticed) {
  ts::EditStatement(&entries_, kFirst + 2, [](domain::Statement* statement) {
    std::get<domain::EntitlementGranted>(statement->body).amount.minor += 1;
  });
  entries_ = ts::Rechain(entries_);
  EXPECT_THAT(Prove(Claims()), Fails(absl::StatusCode::kDataLoss, "entry 10"));
}

TEST_F(BatchProofTest, AnOutcomeThatTheEntryDoesNotHoldIsNoticed) {
  auto claims = Claims();
  claims[2].record.outcome = {domain::Refusal::kOverlap, 3};
  EXPECT_THAT(Prove(std::move(claims)),
              Fails(absl::StatusCode::kDataLoss, "entry 10 is not what"));
  EXPECT_EQ(fetched_, 4);
}

}  // namespace
}  // namespace amanah::client
