#include "tests/client/local_remote.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <variant>

#include "ledger/base/bytes.h"
#include "ledger/base/status.h"
#include "ledger/codec/entry_codec.h"
#include "ledger/log/merkle.h"
#include "ledger/log/proof.h"

namespace amanah::client {
namespace {

using testing_support::RunningLedger;

v1::Outcome OutcomeOnWire(const domain::Outcome& outcome) {
  v1::Outcome on_wire;
  on_wire.set_verdict(outcome.accepted() ? v1::VERDICT_ACCEPTED
                                         : v1::VERDICT_REFUSED);
  if (!outcome.accepted()) {
    on_wire.set_refusal(static_cast<v1::Refusal>(*outcome.refusal));
  }
  if (outcome.conflict.has_value()) on_wire.set_conflict(*outcome.conflict);
  return on_wire;
}

v1::PostBatchesResponse OnWire(uint64_t tag, const writer::Answer& answer) {
  v1::PostBatchesResponse on_wire;
  on_wire.set_tag(tag);
  if (const auto* error = std::get_if<judge::BatchError>(&answer)) {
    on_wire.mutable_error()->set_code(
        static_cast<uint32_t>(judge::CodeOf(error->problem)));
    on_wire.mutable_error()->set_message(error->message);
    on_wire.mutable_error()->set_problem(
        static_cast<v1::BatchProblem>(error->problem));
    return on_wire;
  }
  const auto& given = std::get<writer::Acknowledgement>(answer);
  auto* acknowledgement = on_wire.mutable_acknowledgement();
  for (const writer::Result& result : given.results) {
    auto* one = acknowledgement->add_results();
    one->set_sequence(result.sequence);
    *one->mutable_outcome() = OutcomeOnWire(result.outcome);
    one->set_entry_hash(std::string(AsText(result.entry_hash.view())));
  }
  acknowledgement->set_checkpoint(given.tip->checkpoint);
  return on_wire;
}

class LocalStream final : public PostStream {
 public:
  LocalStream(RunningLedger* ledger, Trouble* trouble)
      : ledger_(ledger), trouble_(trouble) {}

  bool Write(const v1::PostBatchesRequest& request) override {
    if (broken_) return false;
    const bool breaks = trouble_->batches_until_break == 0;
    if (trouble_->batches_until_break >= 0) --trouble_->batches_until_break;
    if (!breaks || trouble_->break_after_recording) {
      const judge::SubmittedBatch batch = {
          request.batch().seal(),
          {request.batch().statements().begin(),
           request.batch().statements().end()}};
      auto answer = OnWire(request.tag(), testing_support::PostAndWait(
                                              &ledger_->ledger(), batch));
      if (trouble_->alter) trouble_->alter(&answer);
      if (!breaks) Answer(std::move(answer));
    }
    if (breaks) End(true);
    return !breaks;
  }
  bool Read(v1::PostBatchesResponse* response) override {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return ended_ || !answers_.empty(); });
    if (answers_.empty()) return false;
    *response = std::move(answers_.front());
    answers_.pop_front();
    return true;
  }
  void WritesDone() override { End(false); }
  void Cancel() override { End(false); }
  absl::Status Finish() override {
    return broken_ ? trouble_->end : absl::OkStatus();
  }

 private:
  void Answer(v1::PostBatchesResponse answer) {
    const std::lock_guard lock(mutex_);
    answers_.push_back(std::move(answer));
    changed_.notify_all();
  }
  void End(bool broken) {
    const std::lock_guard lock(mutex_);
    broken_ = broken_ || broken;
    ended_ = true;
    changed_.notify_all();
  }

  RunningLedger* ledger_;
  Trouble* trouble_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::deque<v1::PostBatchesResponse> answers_;
  bool ended_ = false;
  bool broken_ = false;
};

void AddPath(const std::vector<crypto::Hash>& path,
             google::protobuf::RepeatedPtrField<std::string>* on_wire) {
  for (const crypto::Hash& hash : path) {
    on_wire->Add(std::string(AsText(hash.view())));
  }
}

absl::Status AddEntry(
    RunningLedger* ledger, uint64_t sequence, uint64_t size,
    google::protobuf::RepeatedPtrField<v1::ProvedEntry>* on_wire) {
  const auto& entries = (*ledger)->entries();
  AMANAH_ASSIGN_OR_RETURN(std::string bytes, entries.Get(sequence));
  AMANAH_ASSIGN_OR_RETURN(const codec::Entry entry,
                          codec::DecodeEntry(AsBytes(bytes)));
  std::vector<crypto::Hash> leaves;
  for (uint32_t i = 0; i < entry.seal.size; ++i) {
    AMANAH_ASSIGN_OR_RETURN(const std::string other,
                            entries.Get(sequence - entry.seal.index + i));
    AMANAH_ASSIGN_OR_RETURN(const codec::Entry decoded,
                            codec::DecodeEntry(AsBytes(other)));
    leaves.push_back(log::LeafHash(AsBytes(decoded.statement)));
  }
  AMANAH_ASSIGN_OR_RETURN(
      const auto path, log::ProveInclusion((*ledger)->tiles(), sequence, size));
  v1::ProvedEntry* proved = on_wire->Add();
  proved->set_sequence(sequence);
  proved->set_entry_hash(
      std::string(AsText(log::LeafHash(AsBytes(bytes)).view())));
  proved->set_entry(std::move(bytes));
  AddPath(path, proved->mutable_inclusion_path());
  AddPath(log::PathInLeaves(leaves, entry.seal.index),
          proved->mutable_batch_path());
  return absl::OkStatus();
}

}  // namespace

std::unique_ptr<PostStream> LocalRemote::PostBatches() {
  ++streams;
  return std::make_unique<LocalStream>(ledger_, &trouble);
}
absl::StatusOr<v1::LookupReferencesResponse> LocalRemote::LookupReferences(
    const v1::LookupReferencesRequest& request) {
  AMANAH_ASSIGN_OR_RETURN(
      const auto records,
      book_.Lookup({request.references().begin(), request.references().end()}));
  v1::LookupReferencesResponse response;
  for (const auto& record : records) {
    auto* status = response.add_statuses();
    if (!record.has_value()) continue;
    status->set_sequence(record->sequence);
    *status->mutable_outcome() = OutcomeOnWire(record->outcome);
    status->set_statement_hash(
        std::string(AsText(record->statement_hash.view())));
  }
  response.set_checkpoint((*ledger_)->tip()->checkpoint);
  if (trouble.alter_lookup) trouble.alter_lookup(&response);
  return response;
}

Fetch FetchFrom(RunningLedger* ledger, std::vector<uint64_t> keys,
                int* fetched) {
  Fetch fetch;
  fetch.entry = [=](uint64_t sequence) -> absl::StatusOr<v1::GetEntryResponse> {
    ++*fetched;
    const auto tip = (*ledger)->tip();
    v1::GetEntryResponse response;
    v1::Proof* proof = response.mutable_proof();
    AMANAH_RETURN_IF_ERROR(
        AddEntry(ledger, sequence, tip->size, proof->mutable_entries()));
    for (const uint64_t key : keys) {
      AMANAH_RETURN_IF_ERROR(
          AddEntry(ledger, key, tip->size, proof->mutable_key_entries()));
    }
    proof->set_checkpoint(tip->checkpoint);
    return response;
  };
  fetch.checkpoint = [ledger]() -> absl::StatusOr<v1::GetCheckpointResponse> {
    v1::GetCheckpointResponse response;
    response.set_checkpoint((*ledger)->tip()->checkpoint);
    return response;
  };
  fetch.consistency = [ledger](uint64_t old_size, uint64_t new_size)
      -> absl::StatusOr<v1::GetConsistencyProofResponse> {
    AMANAH_ASSIGN_OR_RETURN(
        const auto path,
        log::ProveConsistency((*ledger)->tiles(), old_size, new_size));
    v1::GetConsistencyProofResponse response;
    AddPath(path, response.mutable_path());
    response.set_checkpoint((*ledger)->tip()->checkpoint);
    return response;
  };
  return fetch;
}

}  // namespace amanah::client
