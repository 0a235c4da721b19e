// What the program does, apart from its command line.
#ifndef AMANAH_SERVER_COMMANDS_H_
#define AMANAH_SERVER_COMMANDS_H_

#include <filesystem>
#include <optional>

#include "absl/status/status.h"
#include "server/config.h"
#include "server/secrets.h"

namespace amanah::server {

// Makes a data folder from the signed opening in the file `opening` (a
// serialized amanah.v1.PostBatchRequest), and prints the origin and entry 0's
// hash, which clients pin. Errors as writer::Ledger::Create; INVALID_ARGUMENT:
// the file holds no batch.
absl::Status RunInit(const Config& config, const std::filesystem::path& opening,
                     const PassphraseSource& passphrase);

// Serves until SIGTERM or SIGINT: then takes nothing new, answers what is under
// way, closes. A second signal ends the process at once, and so does the first
// one while the ledger is being opened; the ledger is made for that. To be
// called while the process has no other thread.
absl::Status RunServe(const Config& config, const PassphraseSource& passphrase);

}  // namespace amanah::server

#endif  // AMANAH_SERVER_COMMANDS_H_
