// grpc.health.v1.Health/Check, which anyone may call, without a certificate.
//
// gRPC's own service reads a question before it answers, so that strangers
// could make the server keep long ones. This one answers for the whole server,
// whichever service is asked about, and reads nothing. Watch is not offered:
// strangers would hold its streams.
#ifndef AMANAH_SERVER_HEALTH_SERVICE_H_
#define AMANAH_SERVER_HEALTH_SERVICE_H_

#include <grpcpp/impl/service_type.h>

#include <atomic>

namespace amanah::server {

inline constexpr const char* kHealthPath = "/grpc.health.v1.Health/Check";

// Thread-safe.
class HealthService final : public grpc::Service {
 public:
  HealthService();

  // NOT_SERVING until told otherwise.
  void Set(bool serving) { serving_.store(serving); }

 private:
  std::atomic<bool> serving_ = false;
};

}  // namespace amanah::server

#endif  // AMANAH_SERVER_HEALTH_SERVICE_H_
