// Turns callers away as soon as the head of their call is here: of a stranger's
// message nothing is read, so that strangers cannot make the server keep bytes.
#ifndef AMANAH_SERVER_CALLER_GATE_H_
#define AMANAH_SERVER_CALLER_GATE_H_

#include <grpcpp/security/auth_metadata_processor.h>

#include "server/host.h"

namespace amanah::server {

// Asked by gRPC for every call on a TLS connection, of our services and of its
// own. Thread-safe.
class CallerGate final : public grpc::AuthMetadataProcessor {
 public:
  // The host must outlive the server.
  explicit CallerGate(const Host* host) : host_(host) {}

  // A look-up takes microseconds: it needs no thread of its own.
  bool IsBlocking() const override { return false; }

  // OK for health; else as Host::Admit.
  grpc::Status Process(const InputMetadata& metadata,
                       grpc::AuthContext* context, OutputMetadata* consumed,
                       OutputMetadata* response) override;

 private:
  const Host* const host_;
};

}  // namespace amanah::server

#endif  // AMANAH_SERVER_CALLER_GATE_H_
