// The network's side of a ledger: one address, the services on it, and their
// beginning and end.
#ifndef AMANAH_SERVER_SERVER_H_
#define AMANAH_SERVER_SERVER_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ledger/base/clock.h"
#include "ledger/writer/ledger.h"
#include "server/limits.h"

namespace amanah::server {

struct ServerOptions {
  // host:port; port 0 takes any that is free.
  std::string listen;
  // In PEM.
  std::string certificate;
  std::string certificate_key;
  // Instead of TLS, on a loopback address only: every caller may read all, and
  // post what anyone sealed.
  bool insecure_plaintext = false;
  // The standard service that tells tools the protocol. Like all but health, it
  // asks for a certificate that is pinned.
  bool reflection = true;
  Limits limits;
  const Clock* clock = &SystemClock();
};

// Thread-safe.
class Server {
 public:
  // Listens. Until Serve(), health is NOT_SERVING and all else UNAVAILABLE.
  // INVALID_ARGUMENT: plain text beyond loopback, a certificate that is none or
  // not valid now, or a key that is not its own; UNAVAILABLE: the address is in
  // use or not ours.
  static absl::StatusOr<std::unique_ptr<Server>> Listen(
      const ServerOptions& options);

  virtual ~Server() = default;

  virtual int port() const = 0;

  // Answers from this ledger, which must outlive Stop(). To be called once.
  virtual void Serve(writer::Ledger* ledger) = 0;

  // Takes nothing new, answers what is under way (batches that were read are
  // decided first), and closes; cuts off what takes longer than
  // Limits::stop_time_max_ms. The ledger must still run. May be called again.
  virtual void Stop() = 0;
};

}  // namespace amanah::server

#endif  // AMANAH_SERVER_SERVER_H_
