// Secret keys in files: one key a file, readable by its owner alone, under a
// passphrase or not. The text is described in key_text.h.
#ifndef AMANAH_LEDGER_CRYPTO_KEY_FILE_H_
#define AMANAH_LEDGER_CRYPTO_KEY_FILE_H_

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ledger/crypto/key_text.h"

namespace amanah::crypto {

// Gives the passphrase; called only for a file that needs one. Its error is
// handed on. The text is wiped after use.
using PassphraseProvider = std::function<absl::StatusOr<std::string>()>;

// Writes `key` to a new file of mode 0600 and syncs it and its folder. With a
// passphrase the secret is encrypted under it, at the given cost.
// INVALID_ARGUMENT: the name or the passphrase is empty or the name is not
// printable; ALREADY_EXISTS: there is such a file (it is left as it is);
// NOT_FOUND: no such folder; PERMISSION_DENIED, RESOURCE_EXHAUSTED (disk or
// memory), UNKNOWN: the system's answer. After an error no file is left.
absl::Status WriteKeyFile(const std::string& path, const KeyFile& key,
                          std::optional<std::string_view> passphrase,
                          const PassphraseCost& cost = {});

// Reads the key at `path`. NOT_FOUND: no such file; PERMISSION_DENIED: group or
// others may use it (the message names file and mode), or we may not;
// DATA_LOSS: it is not a key file or was corrupted; UNAUTHENTICATED: the
// passphrase is wrong; RESOURCE_EXHAUSTED: too little memory for its cost.
absl::StatusOr<KeyFile> ReadKeyFile(const std::string& path,
                                    const PassphraseProvider& passphrase);

}  // namespace amanah::crypto

#endif  // AMANAH_LEDGER_CRYPTO_KEY_FILE_H_
