// A server in this process, over a recorder's ledger: what it answers is true
// until a test changes it.
#ifndef AMANAH_TESTS_CLIENT_FAKE_SERVER_H_
#define AMANAH_TESTS_CLIENT_FAKE_SERVER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/remote.h"
#include "client/verify.h"
#include "tests/support/forge.h"

namespace amanah::testing_support {

// Not thread-safe. `recorder` must outlive it.
class FakeServer final : public client::Remote {
 public:
  explicit FakeServer(Recorder* recorder) : recorder_(recorder) {}

  // Shows only the first entries from now on; 0: all.
  void ShowSize(uint64_t size) { shown_ = size; }
  // Answers from another ledger of the same entry 0.
  void SwitchTo(Recorder* recorder) { recorder_ = recorder; }
  // Signs its checkpoints with a later key, and proves that by these entries.
  void SignWith(int key_generation, std::vector<uint64_t> rotations) {
    generation_ = key_generation;
    rotations_ = std::move(rotations);
  }

  // Changes an answer on its way, as a lying server would.
  std::function<void(v1::GetEntryResponse*)> on_entry;
  std::function<void(v1::PostBatchResponse*)> on_post;
  std::function<void(v1::GetConsistencyProofResponse*)> on_consistency;
  int consistency_calls = 0;

  uint64_t size() const { return shown_ == 0 ? recorder_->size() : shown_; }
  std::string Checkpoint() const;
  v1::ProvedEntry Proved(uint64_t sequence) const;
  v1::Proof ProofOf(const std::vector<uint64_t>& sequences) const;
  client::Fetch AsFetch();

  absl::StatusOr<bool> IsServing() override { return true; }
  absl::StatusOr<v1::PostBatchResponse> PostBatch(
      const v1::PostBatchRequest& request) override;
  std::unique_ptr<client::PostStream> PostBatches() override;
  absl::StatusOr<v1::GetEntryResponse> GetEntry(
      const v1::GetEntryRequest& request) override;
  absl::StatusOr<v1::GetDisbursementResponse> GetDisbursement(
      const v1::GetDisbursementRequest& request) override;
  absl::StatusOr<v1::GetCheckpointResponse> GetCheckpoint() override;
  absl::StatusOr<v1::GetConsistencyProofResponse> GetConsistencyProof(
      const v1::GetConsistencyProofRequest& request) override;

  // What no test here asks for.
  absl::StatusOr<v1::GetEntitlementResponse> GetEntitlement(
      const v1::GetEntitlementRequest& request) override;
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
  absl::StatusOr<v1::GetInclusionProofResponse> GetInclusionProof(
      const v1::GetInclusionProofRequest& request) override;
  absl::Status StreamEntries(
      const v1::StreamEntriesRequest& request,
      const std::function<absl::Status(const v1::StreamEntriesResponse&)>& take)
      override;
  absl::Status WatchCheckpoints(
      const v1::WatchCheckpointsRequest& request,
      const std::function<absl::Status(const v1::WatchCheckpointsResponse&)>&
          take) override;

 private:
  std::vector<std::string> Shown() const;
  void AddKeyEntries(uint64_t sequence, v1::Proof* proof) const;
  v1::Acknowledgement Acknowledge(const std::vector<uint64_t>& sequences,
                                  bool repeat) const;

  Recorder* recorder_;
  uint64_t shown_ = 0;
  int generation_ = 1;
  std::vector<uint64_t> rotations_;
};

}  // namespace amanah::testing_support

#endif  // AMANAH_TESTS_CLIENT_FAKE_SERVER_H_
