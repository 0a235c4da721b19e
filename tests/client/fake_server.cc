#include "tests/client/fake_server.h"

#include <bit>
#include <set>
#include <utility>
#include <variant>

#include "client/exit.h"
#include "ledger/base/check.h"
#include "ledger/codec/statement_codec.h"
#include "ledger/log/merkle.h"

namespace amanah::testing_support {
namespace {

using crypto::Hash;

std::vector<Hash> LeavesOf(const std::vector<std::string>& entries) {
  std::vector<Hash> leaves;
  for (const std::string& one : entries) {
    leaves.push_back(log::LeafHash(AsBytes(one)));
  }
  return leaves;
}

// RFC 6962 section 2.1.2: SUBPROOF(m, D[n], b).
void SubProof(size_t m, std::span<const Hash> leaves, bool whole,
              std::vector<Hash>* path) {
  if (m == leaves.size()) {
    if (!whole) path->push_back(log::RootOf(leaves));
    return;
  }
  const size_t k = std::bit_floor(leaves.size() - 1);
  if (m <= k) {
    SubProof(m, leaves.first(k), whole, path);
    path->push_back(log::RootOf(leaves.subspan(k)));
  } else {
    SubProof(m - k, leaves.subspan(k), false, path);
    path->push_back(log::RootOf(leaves.first(k)));
  }
}

template <typename Field>
void AddHashes(const std::vector<Hash>& hashes, Field* field) {
  for (const Hash& one : hashes) *field->Add() = AsText(one.view());
}

codec::Entry Decoded(const std::string& entry) {
  auto decoded = codec::DecodeEntry(AsBytes(entry));
  AMANAH_CHECK(decoded.ok());
  return *std::move(decoded);
}

absl::Status NotAsked() {
  return client::FromServer(absl::UnimplementedError("no test asks for this"));
}

}  // namespace

std::vector<std::string> FakeServer::Shown() const {
  const auto& all = recorder_->entries();
  return {all.begin(), all.begin() + static_cast<std::ptrdiff_t>(size())};
}

std::string FakeServer::Checkpoint() const {
  return CheckpointOf(Shown(), generation_);
}

v1::ProvedEntry FakeServer::Proved(uint64_t sequence) const {
  const std::vector<std::string> entries = Shown();
  const codec::Entry entry = Decoded(entries.at(sequence));
  std::vector<Hash> statements;
  const uint64_t first = sequence - entry.seal.index;
  for (uint64_t i = first; i < first + entry.seal.size; ++i) {
    statements.push_back(
        log::LeafHash(AsBytes(Decoded(recorder_->entries().at(i)).statement)));
  }
  v1::ProvedEntry proved;
  proved.set_sequence(sequence);
  proved.set_entry(entries[sequence]);
  proved.set_entry_hash(
      std::string(AsText(log::LeafHash(AsBytes(entries[sequence])).view())));
  AddHashes(log::PathInLeaves(LeavesOf(entries), sequence),
            proved.mutable_inclusion_path());
  AddHashes(log::PathInLeaves(statements, entry.seal.index),
            proved.mutable_batch_path());
  return proved;
}

// The entries that introduced the keys of an entry's seal, down to entry 0.
void FakeServer::AddKeyEntries(uint64_t sequence, v1::Proof* proof) const {
  std::set<uint64_t> needed;
  std::vector<uint64_t> open{sequence};
  while (!open.empty()) {
    const codec::Entry entry = Decoded(recorder_->entries().at(open.back()));
    open.pop_back();
    for (const codec::SealSignature& one : entry.seal.signatures) {
      if (needed.insert(one.key_entry).second) open.push_back(one.key_entry);
    }
  }
  for (const uint64_t one : needed) *proof->add_key_entries() = Proved(one);
}

v1::Proof FakeServer::ProofOf(const std::vector<uint64_t>& sequences) const {
  v1::Proof proof;
  for (const uint64_t one : sequences) {
    *proof.add_entries() = Proved(one);
    AddKeyEntries(one, &proof);
  }
  proof.set_checkpoint(Checkpoint());
  return proof;
}

client::Fetch FakeServer::AsFetch() {
  client::Fetch fetch;
  fetch.entry = [this](uint64_t sequence) {
    v1::GetEntryRequest request;
    request.set_sequence(sequence);
    return GetEntry(request);
  };
  fetch.checkpoint = [this] { return GetCheckpoint(); };
  fetch.consistency = [this](uint64_t old_size, uint64_t new_size) {
    v1::GetConsistencyProofRequest request;
    request.set_old_size(old_size);
    request.set_new_size(new_size);
    return GetConsistencyProof(request);
  };
  return fetch;
}

v1::Acknowledgement FakeServer::Acknowledge(
    const std::vector<uint64_t>& sequences, bool repeat) const {
  v1::Acknowledgement answer;
  for (const uint64_t sequence : sequences) {
    const std::string& bytes = recorder_->entries().at(sequence);
    const domain::Outcome outcome = Decoded(bytes).outcome;
    v1::Result* result = answer.add_results();
    result->set_sequence(sequence);
    result->set_entry_hash(
        std::string(AsText(log::LeafHash(AsBytes(bytes)).view())));
    result->mutable_outcome()->set_verdict(
        outcome.accepted() ? v1::VERDICT_ACCEPTED : v1::VERDICT_REFUSED);
    if (!outcome.accepted()) {
      result->mutable_outcome()->set_refusal(
          static_cast<v1::Refusal>(*outcome.refusal));
    }
    if (outcome.conflict.has_value()) {
      result->mutable_outcome()->set_conflict(*outcome.conflict);
    }
  }
  answer.set_checkpoint(Checkpoint());
  answer.set_repeat(repeat);
  return answer;
}

absl::StatusOr<v1::PostBatchResponse> FakeServer::PostBatch(
    const v1::PostBatchRequest& request) {
  const Answer answer = recorder_->Submit(
      {request.seal(),
       {request.statements().begin(), request.statements().end()}});
  if (const auto* error = std::get_if<judge::BatchError>(&answer)) {
    v1::BatchError out;
    out.set_code(static_cast<uint32_t>(judge::CodeOf(error->problem)));
    out.set_message(error->message);
    out.set_problem(static_cast<v1::BatchProblem>(error->problem));
    return client::StatusOf(out);
  }
  std::vector<uint64_t> sequences;
  const auto* repeat = std::get_if<judge::Repeat>(&answer);
  if (repeat != nullptr) {
    sequences = *repeat;
  } else {
    const auto& recorded = std::get<RecordedBatch>(answer);
    for (uint64_t i = 0; i < recorded.outcomes.size(); ++i) {
      sequences.push_back(recorded.first + i);
    }
  }
  v1::PostBatchResponse response;
  *response.mutable_acknowledgement() =
      Acknowledge(sequences, repeat != nullptr);
  if (on_post) on_post(&response);
  return response;
}

absl::StatusOr<v1::GetEntryResponse> FakeServer::GetEntry(
    const v1::GetEntryRequest& request) {
  if (request.sequence() >= size()) {
    return client::FromServer(absl::NotFoundError("no such entry"));
  }
  v1::GetEntryResponse response;
  *response.mutable_proof() = ProofOf({request.sequence()});
  if (on_entry) on_entry(&response);
  return response;
}

absl::StatusOr<v1::GetDisbursementResponse> FakeServer::GetDisbursement(
    const v1::GetDisbursementRequest& request) {
  std::vector<uint64_t> reports;
  for (uint64_t i = 1; i < size(); ++i) {
    const auto statement = codec::DecodeStatement(
        AsBytes(Decoded(recorder_->entries()[i]).statement));
    AMANAH_CHECK(statement.ok());
    const auto* report =
        std::get_if<domain::DisbursementReported>(&statement->body);
    if (report != nullptr && report->disbursement == request.disbursement()) {
      reports.push_back(i);
    }
  }
  v1::GetDisbursementResponse response;
  *response.mutable_proof() = ProofOf(reports);
  return response;
}

absl::StatusOr<v1::GetCheckpointResponse> FakeServer::GetCheckpoint() {
  v1::GetCheckpointResponse response;
  response.set_checkpoint(Checkpoint());
  v1::Proof proof;
  for (const uint64_t one : rotations_) {
    AddKeyEntries(one, &proof);
    *proof.add_key_entries() = Proved(one);
  }
  *response.mutable_key_entries() = proof.key_entries();
  return response;
}

absl::StatusOr<v1::GetConsistencyProofResponse> FakeServer::GetConsistencyProof(
    const v1::GetConsistencyProofRequest& request) {
  ++consistency_calls;
  if (request.new_size() > recorder_->size()) {
    return client::FromServer(absl::OutOfRangeError("beyond the log"));
  }
  std::vector<Hash> leaves = LeavesOf(recorder_->entries());
  leaves.resize(request.new_size());
  std::vector<Hash> path;
  SubProof(request.old_size(), leaves, true, &path);
  v1::GetConsistencyProofResponse response;
  AddHashes(path, response.mutable_path());
  response.set_checkpoint(Checkpoint());
  if (on_consistency) on_consistency(&response);
  return response;
}

std::unique_ptr<client::PostStream> FakeServer::PostBatches() {
  AMANAH_CHECK(false);
  return nullptr;
}
absl::StatusOr<v1::GetEntitlementResponse> FakeServer::GetEntitlement(
    const v1::GetEntitlementRequest& /*request*/) {
  return NotAsked();
}
absl::StatusOr<v1::GetProgramResponse> FakeServer::GetProgram(
    const v1::GetProgramRequest& /*request*/) {
  return NotAsked();
}
absl::StatusOr<v1::GetBalancesResponse> FakeServer::GetBalances(
    const v1::GetBalancesRequest& /*request*/) {
  return NotAsked();
}
absl::StatusOr<v1::LookupReferencesResponse> FakeServer::LookupReferences(
    const v1::LookupReferencesRequest& /*request*/) {
  return NotAsked();
}
absl::StatusOr<v1::ListEntitlementsResponse> FakeServer::ListEntitlements(
    const v1::ListEntitlementsRequest& /*request*/) {
  return NotAsked();
}
absl::StatusOr<v1::ListDisbursementsResponse> FakeServer::ListDisbursements(
    const v1::ListDisbursementsRequest& /*request*/) {
  return NotAsked();
}
absl::StatusOr<v1::GetRecipientHistoryResponse> FakeServer::GetRecipientHistory(
    const v1::GetRecipientHistoryRequest& /*request*/) {
  return NotAsked();
}
absl::StatusOr<v1::SummariseResponse> FakeServer::Summarise(
    const v1::SummariseRequest& /*request*/) {
  return NotAsked();
}
absl::StatusOr<v1::GetInclusionProofResponse> FakeServer::GetInclusionProof(
    const v1::GetInclusionProofRequest& /*request*/) {
  return NotAsked();
}
absl::Status FakeServer::StreamEntries(
    const v1::StreamEntriesRequest& /*request*/,
    const std::function<absl::Status(const v1::StreamEntriesResponse&)>&
    /*take*/) {
  return NotAsked();
}
absl::Status FakeServer::WatchCheckpoints(
    const v1::WatchCheckpointsRequest& /*request*/,
    const std::function<absl::Status(const v1::WatchCheckpointsResponse&)>&
    /*take*/) {
  return NotAsked();
}

}  // namespace amanah::testing_support
