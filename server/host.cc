#include "server/host.h"

#include "ledger/base/status.h"

namespace amanah::server {

absl::StatusOr<Admitted> Host::Admit(const grpc::AuthContext& context) const {
  if (stopping_.load()) {
    return absl::UnavailableError("the server is stopping");
  }
  Admitted admitted;
  admitted.ledger = ledger_.load();
  if (admitted.ledger == nullptr) {
    return absl::UnavailableError("the ledger is starting");
  }
  admitted.certificate = CertificateOf(context);
  AMANAH_ASSIGN_OR_RETURN(admitted.caller, Recheck(admitted));
  return admitted;
}

}  // namespace amanah::server
