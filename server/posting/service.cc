#include "server/posting/service.h"

#include <utility>

#include "server/convert.h"
#include "server/open_stream.h"
#include "server/posting/post_call.h"
#include "server/posting/post_stream.h"

namespace amanah::server {

using StreamReactor =
    grpc::ServerBidiReactor<v1::PostBatchesRequest, v1::PostBatchesResponse>;

grpc::ServerUnaryReactor* PostingService::PostBatch(
    grpc::CallbackServerContext* context, const v1::PostBatchRequest* request,
    v1::PostBatchResponse* response) {
  auto admitted = host_->Admit(*context);
  if (!admitted.ok()) {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(ToGrpc(admitted.status()));
    return reactor;
  }
  return PostCall::Begin(host_, *context, *std::move(admitted), *request,
                         response);
}

StreamReactor* PostingService::PostBatches(
    grpc::CallbackServerContext* context) {
  auto admitted = host_->Admit(*context);
  if (!admitted.ok()) {
    return new RefusedStream<StreamReactor>(ToGrpc(admitted.status()));
  }
  if (!host_->posting_places.TryTake(admitted->caller.ordinal)) {
    return new RefusedStream<StreamReactor>(
        {grpc::StatusCode::RESOURCE_EXHAUSTED,
         "too many such streams are open: retry later"});
  }
  return PostStream::Begin(host_, context, *std::move(admitted));
}

}  // namespace amanah::server
