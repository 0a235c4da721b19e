#include "server/health_service.h"

#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

namespace amanah::server {
namespace {

using Reactor = grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>;

// HealthCheckResponse: its field 1 is 1 for SERVING, 2 for NOT_SERVING.
constexpr char kServing[] = {0x08, 0x01};
constexpr char kNotServing[] = {0x08, 0x02};

class Check final : public Reactor {
 public:
  explicit Check(bool serving) {
    const grpc::Slice slice(serving ? kServing : kNotServing, sizeof(kServing));
    response_ = grpc::ByteBuffer(&slice, 1);
    StartWriteAndFinish(&response_, grpc::WriteOptions(), grpc::Status::OK);
  }
  void OnDone() override { delete this; }

 private:
  grpc::ByteBuffer response_;
};

}  // namespace

// On the wire a unary call is a stream of one message each way; as a stream it
// is answered before its message is read.
HealthService::HealthService() {
  using grpc::internal::RpcMethod;
  AddMethod(new grpc::internal::RpcServiceMethod(
      kHealthPath, RpcMethod::BIDI_STREAMING, nullptr));
  MarkMethodCallback(0,
                     new grpc::internal::CallbackBidiHandler<grpc::ByteBuffer,
                                                             grpc::ByteBuffer>(
                         [this](grpc::CallbackServerContext*) -> Reactor* {
                           return new Check(serving_.load());
                         }));
}

}  // namespace amanah::server
