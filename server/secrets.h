// The server's secrets in files, and the passphrase that opens them.
#ifndef AMANAH_SERVER_SECRETS_H_
#define AMANAH_SERVER_SECRETS_H_

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ledger/crypto/key_file.h"
#include "ledger/writer/ledger.h"

namespace amanah::server {

// The environment variable that may hold the passphrase.
inline constexpr const char* kPassphraseVariable = "AMANAHD_PASSPHRASE";

struct PassphraseSource {
  // The first that is given counts. A file must be readable by its owner alone;
  // its first line is the passphrase. So is a descriptor's.
  std::filesystem::path file = {};
  std::optional<int> descriptor = std::nullopt;
  // Else kPassphraseVariable.
};

// Reads the passphrase when it is first needed, and keeps it for the next key.
// INVALID_ARGUMENT: there is none; NOT_FOUND, PERMISSION_DENIED: the file.
crypto::PassphraseProvider PassphraseFrom(const PassphraseSource& source);

// The keys in these files. INVALID_ARGUMENT: one is no signing key; else as
// crypto::ReadKeyFile.
absl::StatusOr<writer::LedgerKeys> ReadLedgerKeys(
    const std::vector<std::filesystem::path>& checkpoint,
    const std::vector<std::filesystem::path>& statement,
    const crypto::PassphraseProvider& passphrase);

// A whole file. NOT_FOUND: it cannot be read.
absl::StatusOr<std::string> ReadText(const std::filesystem::path& path);
// The same for a secret. PERMISSION_DENIED: group or others may read it.
absl::StatusOr<std::string> ReadSecretText(const std::filesystem::path& path);

}  // namespace amanah::server

#endif  // AMANAH_SERVER_SECRETS_H_
