// Public keys as text: the verifier keys ("vkey") of c2sp.org/signed-note,
//
//   name "+" 8 lower-case hex digits of the id "+" base64(type || public key)
//
// where id is the first 4 bytes of H(name || 0x0A || type || public key).
#ifndef AMANAH_LEDGER_LOG_VERIFIER_KEY_H_
#define AMANAH_LEDGER_LOG_VERIFIER_KEY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "ledger/base/bytes.h"
#include "ledger/crypto/signing.h"

namespace amanah::log {

// Signature types that we know by name; others are parsed and kept aside.
inline constexpr uint8_t kTypeEd25519 = 0x01;
inline constexpr uint8_t kTypeEd25519Cosignature = 0x04;
inline constexpr uint8_t kTypeMlDsa44Cosignature = 0x06;

struct VerifierKey {
  std::string name;
  uint32_t id = 0;  // always that of the other three fields
  uint8_t type = 0;
  std::string public_key;  // raw bytes; 32 for the two Ed25519 types

  bool operator==(const VerifierKey&) const = default;
};

// Not empty, valid UTF-8, no Unicode space, no `+`, no control character, at
// most 255 bytes.
bool IsValidKeyName(std::string_view name);

uint32_t KeyId(std::string_view name, uint8_t type, ByteView public_key);

// An Ed25519 key (type 0x01). Requires: IsValidKeyName(name).
VerifierKey MakeVerifierKey(std::string_view name,
                            const crypto::PublicKey& key);

// INVALID_ARGUMENT: not such a text, the id is not that of the key, or an
// Ed25519 key that is no valid point (crypto::IsValidPublicKey).
absl::StatusOr<VerifierKey> ParseVerifierKey(std::string_view text);

std::string FormatVerifierKey(const VerifierKey& key);

// The key's point when its type is 0x01 or 0x04; nullopt for other types.
std::optional<crypto::PublicKey> Ed25519KeyOf(const VerifierKey& key);

}  // namespace amanah::log

#endif  // AMANAH_LEDGER_LOG_VERIFIER_KEY_H_
