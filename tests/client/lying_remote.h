// A connection to a server that lies once: its answers are those of a true one,
// but for one of them, which a test changes.
#ifndef AMANAH_TESTS_CLIENT_LYING_REMOTE_H_
#define AMANAH_TESTS_CLIENT_LYING_REMOTE_H_

#include <google/protobuf/message.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/remote.h"

namespace amanah::testing_support {

// What the true server answered, by the call and its request, so that it is
// asked only once.
using Tape = std::map<std::string, std::vector<std::string>>;

struct Lie {
  // Which message that comes in, counted from 0.
  size_t answer = 0;
  std::function<void(google::protobuf::Message*)> change;
};

// One run's answers, in order.
using Given = std::vector<std::unique_ptr<google::protobuf::Message>>;

// Not thread-safe. What is given must outlive it; `given` may be null.
class LyingRemote final : public client::Remote {
 public:
  LyingRemote(client::Remote* truth, Tape* tape, std::optional<Lie> lie,
              Given* given)
      : truth_(truth), tape_(tape), lie_(std::move(lie)), given_(given) {}

  absl::StatusOr<bool> IsServing() override { return truth_->IsServing(); }
  absl::StatusOr<v1::PostBatchResponse> PostBatch(
      const v1::PostBatchRequest& request) override;
  std::unique_ptr<client::PostStream> PostBatches() override;
  absl::StatusOr<v1::GetEntryResponse> GetEntry(
      const v1::GetEntryRequest& request) override;
  absl::StatusOr<v1::GetEntitlementResponse> GetEntitlement(
      const v1::GetEntitlementRequest& request) override;
  absl::StatusOr<v1::GetDisbursementResponse> GetDisbursement(
      const v1::GetDisbursementRequest& request) override;
  absl::StatusOr<v1::GetProgramResponse> GetProgram(
      const v1::GetProgramRequest& request) override;
  absl::StatusOr<v1::GetBalancesResponse> GetBalances(
      const v1::GetBalancesRequest& request) override;
  absl::StatusOr<v1::LookupReferencesResponse> LookupReferences(
      const v1::LookupReferencesRequest& request) override;
  absl::StatusOr<v1::ListEntitlementsResponse> ListEntitlements(
      const v1::ListEntitlementsRequest& request) override;
  absl::StatusOr<v1::ListDisbursementsResponse> ListDisbursements(
      const v1::ListDisbursementsRequest& request) override;
  absl::StatusOr<v1::GetRecipientHistoryResponse> GetRecipientHistory(
      const v1::GetRecipientHistoryRequest& request) override;
  absl::StatusOr<v1::SummariseResponse> Summarise(
      const v1::SummariseRequest& request) override;
  absl::StatusOr<v1::GetCheckpointResponse> GetCheckpoint() override;
  absl::StatusOr<v1::GetInclusionProofResponse> GetInclusionProof(
      const v1::GetInclusionProofRequest& request) override;
  absl::StatusOr<v1::GetConsistencyProofResponse> GetConsistencyProof(
      const v1::GetConsistencyProofRequest& request) override;
  absl::Status StreamEntries(
      const v1::StreamEntriesRequest& request,
      const std::function<absl::Status(const v1::StreamEntriesResponse&)>& take)
      override;
  absl::Status WatchCheckpoints(
      const v1::WatchCheckpointsRequest& request,
      const std::function<absl::Status(const v1::WatchCheckpointsResponse&)>&
          take) override;

 private:
  class Stream;
  template <typename Response>
  void Give(Response* response);
  // The truth, from the tape where it was asked before.
  template <typename Request, typename Response>
  absl::StatusOr<Response> Ask(
      const char* name, const Request& request,
      absl::StatusOr<Response> (client::Remote::*call)(const Request&));
  template <typename Request, typename Response>
  absl::StatusOr<Response> Answer(
      const char* name, const Request& request,
      absl::StatusOr<Response> (client::Remote::*call)(const Request&));

  client::Remote* const truth_;
  Tape* const tape_;
  const std::optional<Lie> lie_;
  Given* const given_;
  size_t answers_ = 0;
};

}  // namespace amanah::testing_support

#endif  // AMANAH_TESTS_CLIENT_LYING_REMOTE_H_
