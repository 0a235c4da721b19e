#include "ledger/log/verifier_key.h"

#include <algorithm>

#include "ledger/base/base64.h"
#include "ledger/base/check.h"
#include "ledger/base/status.h"
#include "ledger/base/text.h"
#include "ledger/crypto/hash.h"

namespace amanah::log {
namespace {

constexpr size_t kKeyNameLengthMax = 255;

// The UTF-8 of the characters beyond ASCII that Unicode calls White_Space.
constexpr std::string_view kUnicodeSpaces[] = {
    "\u0085", "\u00a0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003",
    "\u2004", "\u2005", "\u2006", "\u2007", "\u2008", "\u2009", "\u200a",
    "\u2028", "\u2029", "\u202f", "\u205f", "\u3000"};

absl::Status NoVerifierKey(std::string_view why) {
  return absl::InvalidArgumentError(
      absl::StrFormat("not a verifier key: %s", why));
}

// Whether we can tell what a key of this type looks like.
bool IsKnownType(uint8_t type) {
  return type == kTypeEd25519 || type == kTypeEd25519Cosignature ||
         type == kTypeMlDsa44Cosignature;
}

}  // namespace

bool IsValidKeyName(std::string_view name) {
  if (name.empty() || name.size() > kKeyNameLengthMax) return false;
  for (const char c : name) {
    const auto byte = static_cast<uint8_t>(c);
    if (byte <= 0x20 || byte == 0x7f || c == '+') return false;
  }
  if (!IsValidUtf8(name)) return false;
  return std::none_of(std::begin(kUnicodeSpaces), std::end(kUnicodeSpaces),
                      [name](std::string_view space) {
                        return name.find(space) != std::string_view::npos;
                      });
}

uint32_t KeyId(std::string_view name, uint8_t type, ByteView public_key) {
  const uint8_t middle[] = {'\n', type};
  const crypto::Hash hash = crypto::Sha256({AsBytes(name), middle, public_key});
  return ReadBigEndian<uint32_t>(hash.view());
}

VerifierKey MakeVerifierKey(std::string_view name,
                            const crypto::PublicKey& key) {
  AMANAH_CHECK(IsValidKeyName(name));
  return {std::string(name), KeyId(name, kTypeEd25519, key.view()),
          kTypeEd25519, std::string(AsText(key.view()))};
}

absl::StatusOr<VerifierKey> ParseVerifierKey(std::string_view text) {
  // Base64 has a `+` of its own, so only the first two are separators.
  const size_t first = text.find('+');
  if (first == std::string_view::npos) return NoVerifierKey("it has no parts");
  const size_t second = text.find('+', first + 1);
  if (second == std::string_view::npos) return NoVerifierKey("it has no parts");
  const std::string_view name = text.substr(0, first);
  if (!IsValidKeyName(name)) return NoVerifierKey("its name is not valid");

  const auto id = DecodeHex(text.substr(first + 1, second - first - 1));
  const auto typed_key = DecodeBase64(text.substr(second + 1));
  if (!id.has_value() || id->size() != sizeof(uint32_t)) {
    return NoVerifierKey("its id is not 8 lower-case hex digits");
  }
  if (!typed_key.has_value() || typed_key->size() < 2) {
    return NoVerifierKey("its key is not base64 of a type and a key");
  }
  VerifierKey key;
  key.name = std::string(name);
  key.id = ReadBigEndian<uint32_t>(AsBytes(*id));
  key.type = static_cast<uint8_t>((*typed_key)[0]);
  key.public_key = typed_key->substr(1);
  const uint32_t actual = KeyId(name, key.type, AsBytes(key.public_key));
  if (key.id != actual) {
    return NoVerifierKey(absl::StrFormat("its id is %08x, that of the key %08x",
                                         key.id, actual));
  }
  if (!IsKnownType(key.type)) {
    return NoVerifierKey(
        absl::StrFormat("its type 0x%02x is unknown", unsigned{key.type}));
  }
  if (key.type != kTypeMlDsa44Cosignature) {
    const auto point = Ed25519KeyOf(key);
    if (!point.has_value() || !crypto::IsValidPublicKey(*point)) {
      return NoVerifierKey("it is no valid Ed25519 point");
    }
  }
  return key;
}

std::string FormatVerifierKey(const VerifierKey& key) {
  std::string typed_key(1, static_cast<char>(key.type));
  typed_key += key.public_key;
  return absl::StrFormat("%s+%08x+%s", key.name, key.id,
                         EncodeBase64(AsBytes(typed_key)));
}

std::optional<crypto::PublicKey> Ed25519KeyOf(const VerifierKey& key) {
  if (key.type != kTypeEd25519 && key.type != kTypeEd25519Cosignature) {
    return std::nullopt;
  }
  return crypto::PublicKeyFromBytes(AsBytes(key.public_key));
}

}  // namespace amanah::log
