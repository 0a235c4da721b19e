// The service Posting: batches in, answers out.
#ifndef AMANAH_SERVER_POSTING_SERVICE_H_
#define AMANAH_SERVER_POSTING_SERVICE_H_

#include "amanah/v1/posting.grpc.pb.h"
#include "server/host.h"

namespace amanah::server {

// Thread-safe. The host must outlive it.
class PostingService final : public v1::Posting::CallbackService {
 public:
  explicit PostingService(Host* host) : host_(host) {}

  grpc::ServerUnaryReactor* PostBatch(grpc::CallbackServerContext* context,
                                      const v1::PostBatchRequest* request,
                                      v1::PostBatchResponse* response) override;
  grpc::ServerBidiReactor<v1::PostBatchesRequest, v1::PostBatchesResponse>*
  PostBatches(grpc::CallbackServerContext* context) override;

 private:
  Host* const host_;
};

}  // namespace amanah::server

#endif  // AMANAH_SERVER_POSTING_SERVICE_H_
