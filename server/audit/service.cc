#include "server/audit/service.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"
#include "server/ask.h"
#include "server/audit/answers.h"
#include "server/audit/checkpoint_stream.h"
#include "server/audit/entry_stream.h"
#include "server/convert.h"

namespace amanah::server {
namespace {

using CheckpointReactor =
    grpc::ServerWriteReactor<v1::WatchCheckpointsResponse>;
using EntryReactor = grpc::ServerWriteReactor<v1::StreamEntriesResponse>;

template <typename Request, typename Response>
grpc::ServerUnaryReactor* AskFor(Host* host,
                                 grpc::CallbackServerContext* context,
                                 std::string_view name, const Request* request,
                                 Response* response) {
  return Ask(host, context, name, [request, response](Reading* reading) {
    return Answer(reading, *request, response);
  });
}

grpc::Status NoPlace() {
  return {grpc::StatusCode::RESOURCE_EXHAUSTED,
          "too many such streams are open: retry later"};
}

}  // namespace

grpc::ServerUnaryReactor* AuditService::GetCheckpoint(
    grpc::CallbackServerContext* context,
    const v1::GetCheckpointRequest* request,
    v1::GetCheckpointResponse* response) {
  return AskFor(host_, context, "GetCheckpoint", request, response);
}

grpc::ServerUnaryReactor* AuditService::GetInclusionProof(
    grpc::CallbackServerContext* context,
    const v1::GetInclusionProofRequest* request,
    v1::GetInclusionProofResponse* response) {
  return AskFor(host_, context, "GetInclusionProof", request, response);
}

grpc::ServerUnaryReactor* AuditService::GetConsistencyProof(
    grpc::CallbackServerContext* context,
    const v1::GetConsistencyProofRequest* request,
    v1::GetConsistencyProofResponse* response) {
  return AskFor(host_, context, "GetConsistencyProof", request, response);
}

CheckpointReactor* AuditService::WatchCheckpoints(
    grpc::CallbackServerContext* context,
    const v1::WatchCheckpointsRequest* request) {
  auto admitted = host_->Admit(*context);
  if (!admitted.ok()) {
    return new RefusedStream<CheckpointReactor>(ToGrpc(admitted.status()));
  }
  if (!host_->checkpoint_places.TryTake(admitted->caller.ordinal)) {
    return new RefusedStream<CheckpointReactor>(NoPlace());
  }
  return new CheckpointStream(host_, watch_, context, *std::move(admitted),
                              request->larger_than());
}

EntryReactor* AuditService::StreamEntries(
    grpc::CallbackServerContext* context,
    const v1::StreamEntriesRequest* request) {
  auto admitted = host_->Admit(*context);
  if (!admitted.ok()) {
    return new RefusedStream<EntryReactor>(ToGrpc(admitted.status()));
  }
  if (!admitted->caller.ReadsAll()) {
    return new RefusedStream<EntryReactor>(
        {grpc::StatusCode::PERMISSION_DENIED,
         "the log is for auditors and administrators"});
  }
  const uint64_t size = admitted->ledger->tip()->size;
  const uint64_t first = request->first();
  if (first > size) {
    return new RefusedStream<EntryReactor>(
        {grpc::StatusCode::OUT_OF_RANGE,
         absl::StrFormat("entry %d is beyond the log, which has %d", first,
                         size)});
  }
  if (!host_->entry_places.TryTake(admitted->caller.ordinal)) {
    return new RefusedStream<EntryReactor>(NoPlace());
  }
  uint64_t count = size - first;
  if (request->count() != 0) count = std::min(count, request->count());
  return EntryStream::Begin(host_, context, *std::move(admitted), first,
                            first + count);
}

}  // namespace amanah::server
