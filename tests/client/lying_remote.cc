#include "tests/client/lying_remote.h"

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
absl::StatusOr<Response> LyingRemote::Answer(
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
  Give(&response);
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
  return truth_->PostBatch(request);
}
std::unique_ptr<client::PostStream> LyingRemote::PostBatches() {
  return truth_->PostBatches();
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
