// The text of a key file:
//
//   amanah-key/v1
//   kind: signing | salt | pseudonym
//   name: <name>
//   cipher: none | argon2id-xsalsa20poly1305
//   salt: <base64, 16 bytes>         these four only under a passphrase
//   opslimit: <decimal>
//   memlimit: <decimal, bytes>
//   nonce: <base64, 24 bytes>
//   secret: <base64: the 32 bytes, or 48 of crypto_secretbox_easy over them>
//   check: <first 8 hex digits of SHA-256 over all lines above>
//
// The key of the box is crypto_pwhash (argon2id 1.3) of the passphrase. The
// check finds corruption without the passphrase; it guards against accidents,
// not against an attacker.
#ifndef AMANAH_LEDGER_CRYPTO_KEY_TEXT_H_
#define AMANAH_LEDGER_CRYPTO_KEY_TEXT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "ledger/crypto/secret.h"

namespace amanah::crypto {

enum class KeyKind {
  kSigning = 1,    // the secret is an Ed25519 seed
  kSalt = 2,       // salts an author's statements
  kPseudonym = 3,  // one epoch's pseudonym key
};

// "signing", "salt" or "pseudonym".
std::string_view KeyKindName(KeyKind kind);

struct KeyFile {
  KeyKind kind;
  std::string name;  // 1 to 255 bytes of UTF-8 without control characters
  Secret secret;
};

// What a guess of the passphrase costs: by default about a second and 256 MiB
// (libsodium's "moderate").
struct PassphraseCost {
  uint64_t opslimit = 3;
  uint64_t memlimit = uint64_t{256} << 20;
};

// The file's text. INVALID_ARGUMENT: a bad name or an empty passphrase;
// RESOURCE_EXHAUSTED: too little memory for the cost. The text is a secret.
absl::StatusOr<std::string> FormatKeyText(
    const KeyFile& key, std::optional<std::string_view> passphrase,
    const PassphraseCost& cost);

// Whether the text asks for a passphrase. DATA_LOSS as OpenKeyText.
absl::StatusOr<bool> NeedsPassphrase(std::string_view text);

// The key in `text`; `passphrase` is not looked at when the file has none.
// DATA_LOSS: not such a text, or corrupted; UNAUTHENTICATED: the passphrase
// is wrong; RESOURCE_EXHAUSTED: too little memory for its cost.
absl::StatusOr<KeyFile> OpenKeyText(std::string_view text,
                                    std::string_view passphrase);

}  // namespace amanah::crypto

#endif  // AMANAH_LEDGER_CRYPTO_KEY_TEXT_H_
