// Calls to a server: gRPC over TLS to the certificate whose SPKI the profile
// pins (no authority of the web is asked, and no host name), with deadlines and
// retries. Verifies nothing of what the answers say: verify.h does.
#ifndef AMANAH_CLIENT_REMOTE_H_
#define AMANAH_CLIENT_REMOTE_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "amanah/v1/audit.pb.h"
#include "amanah/v1/posting.pb.h"
#include "amanah/v1/query.pb.h"
#include "client/profile.h"

namespace amanah::client {

struct RemoteOptions {
  // For each attempt of a call that is answered once.
  std::chrono::milliseconds call_timeout{30'000};
  // Attempts of one call, the first included; UNAVAILABLE and BUSY are tried
  // again. Every call is safe to repeat, posting too.
  int attempts_max = 4;
  // Before the second attempt; doubled for each further one.
  std::chrono::milliseconds first_pause{200};
};

// A stream on which batches are posted, many in flight. One thread may write
// while another reads.
class PostStream {
 public:
  virtual ~PostStream() = default;
  // False: the stream has ended; Finish() says why.
  virtual bool Write(const v1::PostBatchesRequest& request) = 0;
  virtual bool Read(v1::PostBatchesResponse* response) = 0;
  // No more batches; the answers to those in flight still come.
  virtual void WritesDone() = 0;
  // Cuts the stream off; what waits in Read or Write returns false.
  virtual void Cancel() = 0;
  // How it ended. Requires: Read() returned false.
  virtual absl::Status Finish() = 0;
};

// Every error is FromServer() and has the gRPC status code. A batch that was
// not taken has its BatchError attached (BatchErrorOf). Thread-safe.
class Remote {
 public:
  // INVALID_ARGUMENT (not FromServer): the profile leaves out what a connection
  // needs, or asks for plain text to another machine; NOT_FOUND, DATA_LOSS: the
  // certificate's files. A wrong pin shows at the first call: UNAUTHENTICATED.
  static absl::StatusOr<std::unique_ptr<Remote>> Connect(
      const Profile& profile, const RemoteOptions& options = {});

  virtual ~Remote() = default;

  // What the standard health service says of the whole server. UNIMPLEMENTED:
  // it has none.
  virtual absl::StatusOr<bool> IsServing() = 0;

  virtual absl::StatusOr<v1::PostBatchResponse> PostBatch(
      const v1::PostBatchRequest& request) = 0;
  virtual std::unique_ptr<PostStream> PostBatches() = 0;

  virtual absl::StatusOr<v1::GetEntryResponse> GetEntry(
      const v1::GetEntryRequest& request) = 0;
  virtual absl::StatusOr<v1::GetEntitlementResponse> GetEntitlement(
      const v1::GetEntitlementRequest& request) = 0;
  virtual absl::StatusOr<v1::GetDisbursementResponse> GetDisbursement(
      const v1::GetDisbursementRequest& request) = 0;
  virtual absl::StatusOr<v1::GetProgramResponse> GetProgram(
      const v1::GetProgramRequest& request) = 0;
  virtual absl::StatusOr<v1::GetBalancesResponse> GetBalances(
      const v1::GetBalancesRequest& request) = 0;
  virtual absl::StatusOr<v1::LookupReferencesResponse> LookupReferences(
      const v1::LookupReferencesRequest& request) = 0;
  virtual absl::StatusOr<v1::ListEntitlementsResponse> ListEntitlements(
      const v1::ListEntitlementsRequest& request) = 0;
  virtual absl::StatusOr<v1::ListDisbursementsResponse> ListDisbursements(
      const v1::ListDisbursementsRequest& request) = 0;
  virtual absl::StatusOr<v1::GetRecipientHistoryResponse> GetRecipientHistory(
      const v1::GetRecipientHistoryRequest& request) = 0;
  virtual absl::StatusOr<v1::SummariseResponse> Summarise(
      const v1::SummariseRequest& request) = 0;

  virtual absl::StatusOr<v1::GetCheckpointResponse> GetCheckpoint() = 0;
  virtual absl::StatusOr<v1::GetInclusionProofResponse> GetInclusionProof(
      const v1::GetInclusionProofRequest& request) = 0;
  virtual absl::StatusOr<v1::GetConsistencyProofResponse> GetConsistencyProof(
      const v1::GetConsistencyProofRequest& request) = 0;

  // Hands on each message until the stream ends or `take` fails, whose error is
  // then returned as it is. Not tried again: the caller knows how far it came.
  virtual absl::Status StreamEntries(
      const v1::StreamEntriesRequest& request,
      const std::function<absl::Status(const v1::StreamEntriesResponse&)>&
          take) = 0;
  virtual absl::Status WatchCheckpoints(
      const v1::WatchCheckpointsRequest& request,
      const std::function<absl::Status(const v1::WatchCheckpointsResponse&)>&
          take) = 0;
};

// What is wrong with the batch, where the error is about one.
std::optional<v1::BatchError> BatchErrorOf(const absl::Status& status);
// An error that carries `error`, as the unary call returns it: for answers that
// came on a stream.
absl::Status StatusOf(const v1::BatchError& error);

}  // namespace amanah::client

#endif  // AMANAH_CLIENT_REMOTE_H_
