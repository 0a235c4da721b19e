#include "tests/client/lying_remote.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <utility>

namespace amanah::testing_support {

using client::Remote;

template <typename Response>
void LyingRemote::Give(Response* response) {
  if (given_ != nullptr)
    given_->push_back(std::make_unique<Response>(*response));
  if (lie_.has_value() && answers_ == lie_->answer) lie_->change(response);
  ++answers_;
}

template <typename Request, typename Response>
absl::StatusOr<Response> LyingRemote::Ask(
    const char* name, const Request& request,
    absl::StatusOr<Response> (Remote::*call)(const Request&)) {
  const std::string key = name + request.SerializeAsString();
  Response response;
  if (const auto found = tape_->find(key); found != tape_->end()) {
    response.ParseFromString(found->second.at(0));
  } else {
    auto answer = (truth_->*call)(request);
    if (!answer.ok()) return answer;
    response = *std::move(answer);
    (*tape_)[key] = {response.SerializeAsString()};
  }
  return response;
}

template <typename Request, typename Response>
absl::StatusOr<Response> LyingRemote::Answer(
    const char* name, const Request& request,
    absl::StatusOr<Response> (Remote::*call)(const Request&)) {
  auto response = Ask(name, request, call);
  if (response.ok()) Give(&*response);
  return response;
}

absl::StatusOr<v1::GetEntryResponse> LyingRemote::GetEntry(
    const v1::GetEntryRequest& request) {
  return Answer("GetEntry", request, &Remote::GetEntry);
}
absl::StatusOr<v1::GetEntitlementResponse> LyingRemote::GetEntitlement(
    const v1::GetEntitlementRequest& request) {
  return Answer("GetEntitlement", request, &Remote::GetEntitlement);
}
absl::StatusOr<v1::GetDisbursementResponse> LyingRemote::GetDisbursement(
    const v1::GetDisbursementRequest& request) {
  return Answer("GetDisbursement", request, &Remote::GetDisbursement);
}
absl::StatusOr<v1::GetProgramResponse> LyingRemote::GetProgram(
    const v1::GetProgramRequest& request) {
  return Answer("GetProgram", request, &Remote::GetProgram);
}
absl::StatusOr<v1::GetBalancesResponse> LyingRemote::GetBalances(
    const v1::GetBalancesRequest& request) {
  return Answer("GetBalances", request, &Remote::GetBalances);
}
absl::StatusOr<v1::LookupReferencesResponse> LyingRemote::LookupReferences(
    const v1::LookupReferencesRequest& request) {
  return Answer("LookupReferences", request, &Remote::LookupReferences);
}
absl::StatusOr<v1::ListEntitlementsResponse> LyingRemote::ListEntitlements(
    const v1::ListEntitlementsRequest& request) {
  return Answer("ListEntitlements", request, &Remote::ListEntitlements);
}
absl::StatusOr<v1::ListDisbursementsResponse> LyingRemote::ListDisbursements(
    const v1::ListDisbursementsRequest& request) {
  return Answer("ListDisbursements", request, &Remote::ListDisbursements);
}
absl::StatusOr<v1::GetRecipientHistoryResponse>
LyingRemote::GetRecipientHistory(
    const v1::GetRecipientHistoryRequest& request) {
  return Answer("GetRecipientHistory", request, &Remote::GetRecipientHistory);
}
absl::StatusOr<v1::SummariseResponse> LyingRemote::Summarise(
    const v1::SummariseRequest& request) {
  return Answer("Summarise", request, &Remote::Summarise);
}
absl::StatusOr<v1::GetInclusionProofResponse> LyingRemote::GetInclusionProof(
    const v1::GetInclusionProofRequest& request) {
  return Answer("GetInclusionProof", request, &Remote::GetInclusionProof);
}
absl::StatusOr<v1::GetConsistencyProofResponse>
LyingRemote::GetConsistencyProof(
    const v1::GetConsistencyProofRequest& request) {
  return Answer("GetConsistencyProof", request, &Remote::GetConsistencyProof);
}
absl::StatusOr<v1::PostBatchResponse> LyingRemote::PostBatch(
    const v1::PostBatchRequest& request) {
  return Answer("PostBatch", request, &Remote::PostBatch);
}

// Asks PostBatch, and lies about what is then answered.
class LyingRemote::Stream final : public client::PostStream {
 public:
  explicit Stream(LyingRemote* remote) : remote_(remote) {}

  bool Write(const v1::PostBatchesRequest& request) override {
    const std::lock_guard lock(mutex_);
    v1::PostBatchesResponse answer;
    answer.set_tag(request.tag());
    auto given = remote_->Ask("PostBatch", request.batch(), &Remote::PostBatch);
    if (!given.ok()) return false;
    *answer.mutable_acknowledgement() =
        std::move(*given->mutable_acknowledgement());
    remote_->Give(&answer);
    answers_.push_back(std::move(answer));
    changed_.notify_all();
    return true;
  }
  bool Read(v1::PostBatchesResponse* response) override {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return done_ || !answers_.empty(); });
    if (answers_.empty()) return false;
    *response = std::move(answers_.front());
    answers_.pop_front();
    return true;
  }
  void WritesDone() override { End(); }
  void Cancel() override { End(); }
  absl::Status Finish() override { return absl::OkStatus(); }

 private:
  void End() {
    const std::lock_guard lock(mutex_);
    done_ = true;
    changed_.notify_all();
  }

  LyingRemote* remote_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::deque<v1::PostBatchesResponse> answers_;
  bool done_ = false;
};

std::unique_ptr<client::PostStream> LyingRemote::PostBatches() {
  return std::make_unique<Stream>(this);
}

absl::StatusOr<v1::GetCheckpointResponse> LyingRemote::GetCheckpoint() {
  std::vector<std::string>& kept = (*tape_)["GetCheckpoint"];
  v1::GetCheckpointResponse response;
  if (kept.empty()) {
    auto answer = truth_->GetCheckpoint();
    if (!answer.ok()) return answer;
    kept.push_back(answer->SerializeAsString());
  }
  response.ParseFromString(kept[0]);
  Give(&response);
  return response;
}

absl::Status LyingRemote::StreamEntries(
    const v1::StreamEntriesRequest& request,
    const std::function<absl::Status(const v1::StreamEntriesResponse&)>& take) {
  const std::string key = "StreamEntries" + request.SerializeAsString();
  if (!tape_->contains(key)) {
    std::vector<std::string> chunks;
    const absl::Status status = truth_->StreamEntries(
        request, [&](const v1::StreamEntriesResponse& chunk) {
          chunks.push_back(chunk.SerializeAsString());
          return absl::OkStatus();
        });
    if (!status.ok()) return status;
    (*tape_)[key] = std::move(chunks);
  }
  for (const std::string& bytes : tape_->at(key)) {
    v1::StreamEntriesResponse chunk;
    chunk.ParseFromString(bytes);
    Give(&chunk);
    const absl::Status taken = take(chunk);
    if (!taken.ok()) return taken;
  }
  return absl::OkStatus();
}

absl::Status LyingRemote::WatchCheckpoints(
    const v1::WatchCheckpointsRequest& request,
    const std::function<absl::Status(const v1::WatchCheckpointsResponse&)>&
        take) {
  return truth_->WatchCheckpoints(request, take);
}

}  // namespace amanah::testing_support
