// The service Audit: checkpoints, proofs, and the log itself.
#ifndef AMANAH_SERVER_AUDIT_SERVICE_H_
#define AMANAH_SERVER_AUDIT_SERVICE_H_

#include "amanah/v1/audit.grpc.pb.h"
#include "server/audit/checkpoint_watch.h"
#include "server/host.h"

namespace amanah::server {

// Thread-safe. The host and the watch must outlive it.
class AuditService final : public v1::Audit::CallbackService {
 public:
  AuditService(Host* host, CheckpointWatch* watch)
      : host_(host), watch_(watch) {}

  grpc::ServerUnaryReactor* GetCheckpoint(
      grpc::CallbackServerContext* context,
      const v1::GetCheckpointRequest* request,
      v1::GetCheckpointResponse* response) override;
  grpc::ServerWriteReactor<v1::WatchCheckpointsResponse>* WatchCheckpoints(
      grpc::CallbackServerContext* context,
      const v1::WatchCheckpointsRequest* request) override;
  grpc::ServerWriteReactor<v1::StreamEntriesResponse>* StreamEntries(
      grpc::CallbackServerContext* context,
      const v1::StreamEntriesRequest* request) override;
  grpc::ServerUnaryReactor* GetInclusionProof(
      grpc::CallbackServerContext* context,
      const v1::GetInclusionProofRequest* request,
      v1::GetInclusionProofResponse* response) override;
  grpc::ServerUnaryReactor* GetConsistencyProof(
      grpc::CallbackServerContext* context,
      const v1::GetConsistencyProofRequest* request,
      v1::GetConsistencyProofResponse* response) override;

 private:
  Host* const host_;
  CheckpointWatch* const watch_;
};

}  // namespace amanah::server

#endif  // AMANAH_SERVER_AUDIT_SERVICE_H_
