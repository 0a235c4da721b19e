// One PostBatch call.
#ifndef AMANAH_SERVER_POSTING_POST_CALL_H_
#define AMANAH_SERVER_POSTING_POST_CALL_H_

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <atomic>
#include <cstdint>
#include <memory>

#include "amanah/v1/posting.pb.h"
#include "server/host.h"

namespace amanah::server {

// Lives until the call is done and the ledger has answered, whichever is later.
class PostCall final : public grpc::ServerUnaryReactor, public OpenCall {
 public:
  // Checks the batch and hands it to the ledger, in the thread that calls. What
  // is returned belongs to gRPC.
  static PostCall* Begin(Host* host, const grpc::CallbackServerContext& context,
                         Admitted admitted, const v1::PostBatchRequest& request,
                         v1::PostBatchResponse* response);

  void OnTick(int64_t monotonic_us) override;
  // A batch that is under way is answered before the server stops.
  void OnStop() override {}
  void OnDone() override;

 private:
  PostCall(Host* host, int64_t end_us, v1::PostBatchResponse* response)
      : host_(host), end_us_(end_us), response_(response) {}

  void OnAnswer(const writer::Answer& answer);

  Host* const host_;
  const int64_t end_us_;
  v1::PostBatchResponse* const response_;  // gRPC's, until the call is done
  std::atomic<bool> finished_ = false;     // whoever sets it calls Finish
  std::shared_ptr<PostCall> self_;
};

}  // namespace amanah::server

#endif  // AMANAH_SERVER_POSTING_POST_CALL_H_
