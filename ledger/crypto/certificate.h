// TLS certificates as the ledger uses them: self-signed, known by the SHA-256
// of their public key (SPKI), and bounded in time. Nothing here knows
// authorities of the web, chains or host names.
#ifndef AMANAH_LEDGER_CRYPTO_CERTIFICATE_H_
#define AMANAH_LEDGER_CRYPTO_CERTIFICATE_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ledger/crypto/hash.h"

namespace amanah::crypto {

struct CertificateFacts {
  // SHA-256 over the DER form of SubjectPublicKeyInfo (RFC 5280): the pin.
  Hash spki_hash;
  // POSIX seconds, both included.
  int64_t not_before = 0;
  int64_t not_after = 0;
};

// What the first certificate in a PEM text says. INVALID_ARGUMENT: there is
// none, or it is malformed. Thread-safe, as all here.
absl::StatusOr<CertificateFacts> ReadCertificate(std::string_view pem);

// Its spki_hash alone.
absl::StatusOr<Hash> SpkiHashOfPem(std::string_view pem);

// UNAUTHENTICATED: at POSIX second `now` it is not valid yet, or no more.
absl::Status CheckValidity(const CertificateFacts& facts, int64_t now);

// INVALID_ARGUMENT: `key_pem` is no private key, or not that of the first
// certificate in `certificate_pem`.
absl::Status CheckKeyFits(std::string_view certificate_pem,
                          std::string_view key_pem);

enum class TlsKeyKind {
  kP256,     // every client offers it
  kEd25519,  // some offer no such signature
};

struct TlsCertificate {
  std::string key_pem;  // PKCS #8; a secret
  std::string certificate_pem;
};

struct TlsCertificateChoice {
  // 1 to 64 of A-Z a-z 0-9 . _ / -; also the subject's alternative name where
  // it is an IPv4 address or could be a host's name.
  std::string common_name;
  TlsKeyKind kind = TlsKeyKind::kP256;
  int64_t not_before = 0;  // POSIX second
  int days = 397;          // 1 to 36,500
};

// A new key and a self-signed certificate over it, for servers and clients.
// INVALID_ARGUMENT: a field is out of its range.
absl::StatusOr<TlsCertificate> MakeTlsCertificate(
    const TlsCertificateChoice& choice);

}  // namespace amanah::crypto

#endif  // AMANAH_LEDGER_CRYPTO_CERTIFICATE_H_
