// A ledger in the test's process, asked over a wire on which things go wrong.
// The ledger and its checkpoints are real; only the wire is not.
#ifndef AMANAH_TESTS_CLIENT_LOCAL_REMOTE_H_
#define AMANAH_TESTS_CLIENT_LOCAL_REMOTE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/exit.h"
#include "client/remote.h"
#include "client/verify.h"
#include "tests/client/import_book_link.h"
#include "tests/support/running_ledger.h"

namespace amanah::client {

// What goes wrong on the way.
struct Trouble {
  // Batches that a stream takes before it breaks; -1: it does not.
  int batches_until_break = -1;
  // The batch at which it breaks reached the ledger.
  bool break_after_recording = false;
  // The stream's end, when it broke.
  absl::Status end = FromServer(absl::UnavailableError("gone"));
  std::function<void(v1::PostBatchesResponse*)> alter;
  std::function<void(v1::LookupReferencesResponse*)> alter_lookup;
};

// Posting and look-ups; nothing else is called. Not thread-safe, but for its
// streams.
#define AMANAH_NOT_CALLED(name)                                                \
  absl::StatusOr<v1::name##Response> name(const v1::name##Request&) override { \
    return absl::UnimplementedError(#name);                                    \
  }

class LocalRemote final : public Remote {
 public:
  LocalRemote(testing_support::RunningLedger* ledger, std::string author)
      : ledger_(ledger), book_(ledger, std::move(author)) {}

  std::unique_ptr<PostStream> PostBatches() override;
  absl::StatusOr<v1::LookupReferencesResponse> LookupReferences(
      const v1::LookupReferencesRequest& request) override;

  AMANAH_NOT_CALLED(PostBatch)
  AMANAH_NOT_CALLED(GetEntry)
  AMANAH_NOT_CALLED(GetEntitlement)
  AMANAH_NOT_CALLED(GetDisbursement)
  AMANAH_NOT_CALLED(GetProgram)
  AMANAH_NOT_CALLED(GetBalances)
  AMANAH_NOT_CALLED(ListEntitlements)
  AMANAH_NOT_CALLED(ListDisbursements)
  AMANAH_NOT_CALLED(GetRecipientHistory)
  AMANAH_NOT_CALLED(Summarise)
  AMANAH_NOT_CALLED(GetInclusionProof)
  AMANAH_NOT_CALLED(GetConsistencyProof)
  absl::StatusOr<bool> IsServing() override {
    return absl::UnimplementedError("IsServing");
  }
  absl::StatusOr<v1::GetCheckpointResponse> GetCheckpoint() override {
    return absl::UnimplementedError("GetCheckpoint");
  }
  absl::Status StreamEntries(
      const v1::StreamEntriesRequest&,
      const std::function<absl::Status(const v1::StreamEntriesResponse&)>&)
      override {
    return absl::UnimplementedError("StreamEntries");
  }
  absl::Status WatchCheckpoints(
      const v1::WatchCheckpointsRequest&,
      const std::function<absl::Status(const v1::WatchCheckpointsResponse&)>&)
      override {
    return absl::UnimplementedError("WatchCheckpoints");
  }

  Trouble trouble;
  int streams = 0;

 private:
  testing_support::RunningLedger* ledger_;
  testing_support::BookLink book_;
};

#undef AMANAH_NOT_CALLED

// What a verifier asks of a ledger that never rotated its key. `keys`: the
// entries that introduced the author's. Counts the entries in `*fetched`.
Fetch FetchFrom(testing_support::RunningLedger* ledger,
                std::vector<uint64_t> keys, int* fetched);

}  // namespace amanah::client

#endif  // AMANAH_TESTS_CLIENT_LOCAL_REMOTE_H_
