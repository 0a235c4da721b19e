// Who calls: the authority that has pinned the certificate of a connection. The
// ledger is its own key registry; nobody else is asked.
#ifndef AMANAH_SERVER_CALLER_H_
#define AMANAH_SERVER_CALLER_H_

#include <grpcpp/security/auth_context.h>

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ledger/base/clock.h"
#include "ledger/crypto/certificate.h"
#include "ledger/domain/rows.h"

namespace amanah::server {

// An active authority, as it stands now.
struct Caller {
  // Without TLS nobody is known: whoever calls may read as an auditor, and post
  // what anyone sealed. Then the next two say nothing.
  bool anonymous = false;
  uint64_t ordinal = 0;
  domain::AuthorityRow authority;

  bool Is(domain::Role role) const {
    return !anonymous && authority.role == role;
  }
  // Auditors and administrators.
  bool ReadsAll() const;
  // Whether it may post what `author` sealed: its own, and an administrator
  // what administrators say together.
  bool MayPostFor(std::string_view author) const;
  // For logs.
  std::string_view name() const {
    return anonymous ? "anonymous" : std::string_view(authority.name);
  }
};

// The certificate of a connection, in PEM; nullopt when the client showed none.
std::optional<std::string> CertificateOf(const grpc::AuthContext& context);

// Thread-safe.
class CallerFinder {
 public:
  // How many certificates are kept in memory: some 100 bytes each.
  static constexpr size_t kKeptMax = 4'096;

  // With `plaintext`, every caller is anonymous.
  CallerFinder(bool plaintext, const Clock* clock)
      : plaintext_(plaintext), clock_(clock) {}

  // UNAUTHENTICATED: no certificate, one that is malformed, expired or not
  // valid yet, or one that no authority has pinned. PERMISSION_DENIED: the
  // authority is suspended. Errors of the state as they are.
  absl::StatusOr<Caller> Find(const std::optional<std::string>& certificate,
                              const domain::StateReader& state) const;

  // How many certificates need not be parsed again.
  size_t kept() const;

 private:
  // What was kept of the certificate with that hash.
  std::optional<crypto::CertificateFacts> Kept(const crypto::Hash& hash) const;
  void Keep(const crypto::Hash& hash,
            const crypto::CertificateFacts& facts) const;

  const bool plaintext_;
  const Clock* const clock_;
  // Certificates that were parsed and are pinned, by the hash of their PEM;
  // forgotten when there are too many.
  mutable std::mutex mutex_;  // guards the map
  mutable absl::flat_hash_map<crypto::Hash, crypto::CertificateFacts> parsed_;
};

}  // namespace amanah::server

#endif  // AMANAH_SERVER_CALLER_H_
