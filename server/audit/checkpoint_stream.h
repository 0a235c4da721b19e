// One WatchCheckpoints stream. A client that reads slowly gets the newest
// checkpoint when it is ready, and not those in between.
#ifndef AMANAH_SERVER_AUDIT_CHECKPOINT_STREAM_H_
#define AMANAH_SERVER_AUDIT_CHECKPOINT_STREAM_H_

#include <grpcpp/support/server_callback.h>

#include "amanah/v1/audit.pb.h"
#include "server/audit/checkpoint_watch.h"
#include "server/open_stream.h"

namespace amanah::server {

// Deletes itself when the call is done. Takes one of the host's places for such
// streams, which the caller has taken for it.
class CheckpointStream final
    : public grpc::ServerWriteReactor<v1::WatchCheckpointsResponse>,
      public CheckpointWatcher,
      public OpenStream {
 public:
  CheckpointStream(Host* host, CheckpointWatch* watch,
                   grpc::CallbackServerContext* context, Admitted admitted,
                   uint64_t larger_than);

  void OnTip(const TipPointer& tip) override;
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  ~CheckpointStream() override = default;
  // Both need mutex_ held.
  void SendNewest();
  void End(grpc::Status status) override;

  CheckpointWatch* const watch_;
  // With mutex_.
  uint64_t sent_size_;
  TipPointer newest_;
  v1::WatchCheckpointsResponse response_;  // gRPC's while write_ is pending
};

}  // namespace amanah::server

#endif  // AMANAH_SERVER_AUDIT_CHECKPOINT_STREAM_H_
