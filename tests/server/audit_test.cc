// Checkpoints, proofs and the log itself.
#include <gtest/gtest.h>

#include "ledger/judge/proved_entry.h"
#include "ledger/log/checkpoint.h"
#include "ledger/log/merkle.h"
#include "ledger/log/possession.h"
#include "ledger/log/proof.h"
#include "server/limits.h"
#include "tests/server/server_fixture.h"
#include "tests/support/matchers.h"

namespace amanah::server {
namespace {

using grpc::StatusCode;
using testing_support::CheckpointKey;
using testing_support::Grant;

class AuditTest : public ServerTest {
 protected:
  AuditTest() { Start(); }

  log::Checkpoint Open(std::string_view note, int generation = 1) {
    const log::VerifierKey key = log::MakeVerifierKey(
        testing_support::kTestOrigin, CheckpointKey(generation).public_key());
    const auto opened = log::OpenCheckpoint(note, testing_support::kTestOrigin,
                                            std::span(&key, 1));
    EXPECT_OK(opened);
    return opened.ok() ? opened->checkpoint : log::Checkpoint{};
  }
  std::vector<crypto::Hash> HashesOf(
      const google::protobuf::RepeatedPtrField<std::string>& fields) {
    std::vector<crypto::Hash> hashes;
    for (const std::string& field : fields) {
      hashes.push_back(*crypto::HashFromBytes(AsBytes(field)));
    }
    return hashes;
  }
  v1::GetCheckpointResponse GetCheckpoint() {
    v1::GetCheckpointResponse response;
    EXPECT_TRUE(Ask("bpk", &v1::Audit::Stub::GetCheckpoint,
                    v1::GetCheckpointRequest(), &response)
                    .ok());
    return response;
  }
  // The entries of a range, and how the stream ended.
  std::vector<std::string> Stream(uint64_t first, uint64_t count,
                                  StatusCode want = StatusCode::OK) {
    v1::StreamEntriesRequest request;
    request.set_first(first);
    request.set_count(count);
    grpc::ClientContext context;
    const auto stream = AuditAs("bpk")->StreamEntries(&context, request);
    std::vector<std::string> entries;
    v1::StreamEntriesResponse chunk;
    while (stream->Read(&chunk)) {
      EXPECT_EQ(chunk.first(), first + entries.size());
      size_t length = 0;
      for (const std::string& entry : chunk.entries()) {
        entries.push_back(entry);
        length += entry.size();
      }
      EXPECT_LE(length, kChunkLengthMax);
    }
    EXPECT_EQ(stream->Finish().error_code(), want);
    return entries;
  }
};

TEST_F(AuditTest, GivesTheNewestCheckpoint) {
  EXPECT_EQ(Open(GetCheckpoint().checkpoint()).size, kFirstFree);
  Say("dinsos", {Grant("E1")});
  const v1::GetCheckpointResponse response = GetCheckpoint();
  EXPECT_EQ(Open(response.checkpoint()).size, kFirstFree + 1);
  EXPECT_EQ(response.key_entries_size(), 0);
}

TEST_F(AuditTest, ProvesACheckpointKeyThatWasRotated) {
  const judge::LedgerId& id = ledger_->id();
  const crypto::SigningKey next = CheckpointKey(2);
  domain::LedgerKeyRotated rotation;
  rotation.key_name = id.origin;
  rotation.key = {
      next.public_key(),
      next.Sign(AsBytes(log::FormatPossessionText(
          {id.origin, id.genesis, id.origin, "ledger-checkpoint"})))};
  // Sealed by a key that was rotated itself.
  Say("administrators",
      {parties().Rotation("ani", domain::Role::kAdministrator, 2)});
  const uint64_t at =
      ledger_
          .Post(parties().Post("administrators", {rotation},
                               {.signers = {{"ani", 2}, {"budi", 1}}}))
          .results[0]
          .sequence;
  const v1::GetCheckpointResponse response = GetCheckpoint();
  const log::Checkpoint checkpoint = Open(response.checkpoint(), 2);
  EXPECT_EQ(checkpoint.size, at + 1);
  std::vector<uint64_t> sequences;
  for (const v1::ProvedEntry& entry : response.key_entries()) {
    sequences.push_back(entry.sequence());
  }
  EXPECT_EQ(sequences, (std::vector<uint64_t>{0, at - 1, at}));
  auto ring = judge::KeyRing::FromEntryZero(id, *ledger_->entries().Get(0));
  ASSERT_OK(ring);
  for (const v1::ProvedEntry& entry : response.key_entries()) {
    if (entry.sequence() == 0) continue;
    EXPECT_OK(ring->Add(
        {entry.sequence(), entry.entry(), HashesOf(entry.inclusion_path()),
         HashesOf(entry.batch_path())},
        checkpoint));
  }
  EXPECT_OK(ring->OpenCheckpoint(response.checkpoint()));
}

TEST_F(AuditTest, TellsOfEachCheckpointThatIsLarger) {
  grpc::ClientContext context;
  v1::WatchCheckpointsRequest request;
  request.set_larger_than(kFirstFree);
  // Hashes are for everyone.
  const auto stream = AuditAs("dukcapil")->WatchCheckpoints(&context, request);
  v1::WatchCheckpointsResponse response;
  stream->WaitForInitialMetadata();
  for (uint64_t i = 0; i < 5; ++i) {
    Say("dinsos", {Grant("E" + std::to_string(i))});
    ASSERT_TRUE(stream->Read(&response));
    EXPECT_EQ(Open(response.checkpoint()).size, kFirstFree + 1 + i);
  }
  context.TryCancel();
  EXPECT_EQ(stream->Finish().error_code(), StatusCode::CANCELLED);
}

TEST_F(AuditTest, TellsAWatcherWhereTheLogStands) {
  grpc::ClientContext context;
  const auto stream = AuditAs("bpk")->WatchCheckpoints(&context, {});
  v1::WatchCheckpointsResponse response;
  ASSERT_TRUE(stream->Read(&response));
  EXPECT_EQ(Open(response.checkpoint()).size, kFirstFree);
  context.TryCancel();
}

TEST_F(AuditTest, StreamsTheLogByRanges) {
  const std::vector<std::string> all = Stream(0, 0);
  ASSERT_EQ(all.size(), kFirstFree);
  for (uint64_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(all[i], *ledger_->entries().Get(i));
  }
  EXPECT_EQ(Stream(3, 2), (std::vector<std::string>{all[3], all[4]}));
  EXPECT_EQ(Stream(15, 100), (std::vector<std::string>{all[15]}));
  EXPECT_TRUE(Stream(kFirstFree, 0).empty());
  EXPECT_TRUE(Stream(kFirstFree + 1, 0, StatusCode::OUT_OF_RANGE).empty());
}

TEST_F(AuditTest, StreamsALogOfSeveralChunks) {
  for (const char* prefix : {"A", "B", "C"}) {
    Say("dinsos", Grants(2'000, prefix));
  }
  const std::vector<std::string> all = Stream(0, 0);
  EXPECT_EQ(all.size(), kFirstFree + 6'000);
  std::vector<crypto::Hash> leaves;
  leaves.reserve(all.size());
  for (const std::string& entry : all) {
    leaves.push_back(log::LeafHash(AsBytes(entry)));
  }
  EXPECT_EQ(log::RootOf(leaves), Open(GetCheckpoint().checkpoint()).root);
}

TEST_F(AuditTest, ProvesInclusionAtAnySize) {
  for (uint64_t size = 1; size <= kFirstFree; ++size) {
    for (uint64_t sequence = 0; sequence < size; ++sequence) {
      v1::GetInclusionProofRequest request;
      request.set_sequence(sequence);
      request.set_size(size == kFirstFree ? 0 : size);
      v1::GetInclusionProofResponse response;
      ASSERT_TRUE(Ask("dukcapil", &v1::Audit::Stub::GetInclusionProof, request,
                      &response)
                      .ok());
      const auto root = log::RootAt(ledger_->tiles(), size);
      ASSERT_OK(root);
      EXPECT_OK(log::CheckInclusion(
          sequence, size,
          *crypto::HashFromBytes(AsBytes(response.entry_hash())),
          HashesOf(response.path()), *root));
      EXPECT_EQ(Open(response.checkpoint()).size, kFirstFree);
    }
  }
}

TEST_F(AuditTest, ProvesConsistencyBetweenAnySizes) {
  for (uint64_t old_size = 1; old_size <= kFirstFree; ++old_size) {
    for (uint64_t new_size = old_size; new_size <= kFirstFree; ++new_size) {
      v1::GetConsistencyProofRequest request;
      request.set_old_size(old_size);
      request.set_new_size(new_size == kFirstFree ? 0 : new_size);
      v1::GetConsistencyProofResponse response;
      ASSERT_TRUE(Ask("dukcapil", &v1::Audit::Stub::GetConsistencyProof,
                      request, &response)
                      .ok());
      EXPECT_OK(
          log::CheckConsistency(old_size, new_size, HashesOf(response.path()),
                                *log::RootAt(ledger_->tiles(), old_size),
                                *log::RootAt(ledger_->tiles(), new_size)));
    }
  }
}

TEST_F(AuditTest, HasNoProofBeyondTheLog) {
  v1::GetInclusionProofResponse inclusion_response;
  v1::GetInclusionProofRequest inclusion;
  inclusion.set_sequence(kFirstFree);
  EXPECT_EQ(Ask("bpk", &v1::Audit::Stub::GetInclusionProof, inclusion,
                &inclusion_response)
                .error_code(),
            StatusCode::OUT_OF_RANGE);
  inclusion.set_sequence(0);
  inclusion.set_size(kFirstFree + 1);
  EXPECT_EQ(Ask("bpk", &v1::Audit::Stub::GetInclusionProof, inclusion,
                &inclusion_response)
                .error_code(),
            StatusCode::OUT_OF_RANGE);
  const struct {
    uint64_t old_size;
    uint64_t new_size;
    StatusCode want;
  } rows[] = {{0, 0, StatusCode::INVALID_ARGUMENT},
              {2, 1, StatusCode::OUT_OF_RANGE},
              {1, kFirstFree + 1, StatusCode::OUT_OF_RANGE},
              {kFirstFree + 1, 0, StatusCode::OUT_OF_RANGE},
              {kFirstFree, 0, StatusCode::OK}};
  for (const auto& row : rows) {
    v1::GetConsistencyProofRequest request;
    request.set_old_size(row.old_size);
    request.set_new_size(row.new_size);
    v1::GetConsistencyProofResponse response;
    EXPECT_EQ(
        Ask("bpk", &v1::Audit::Stub::GetConsistencyProof, request, &response)
            .error_code(),
        row.want)
        << row.old_size << " " << row.new_size;
  }
}

}  // namespace
}  // namespace amanah::server
