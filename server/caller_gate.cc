#include "server/caller_gate.h"

#include "server/convert.h"
#include "server/health_service.h"
#include "server/logging.h"

namespace amanah::server {

grpc::Status CallerGate::Process(const InputMetadata& metadata,
                                 grpc::AuthContext* context, OutputMetadata*,
                                 OutputMetadata*) {
  const auto path = metadata.find(":path");
  if (path != metadata.end() && path->second == kHealthPath) {
    return grpc::Status::OK;
  }
  const absl::Status status = host_->Admit(*context).status();
  if (!status.ok()) {
    LogDebug("refused-call", {{"code", static_cast<int>(status.code())}});
  }
  return ToGrpc(status);
}

}  // namespace amanah::server
