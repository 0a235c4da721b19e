// Proof files (c2sp.org/tlog-proof, suffix `.tlog-proof`): all that is needed
// beside an entry to show that a log has it.
//
//   c2sp.org/tlog-proof@v1
//   extra <base64>                 optional; not authenticated by the proof
//   index <decimal>
//   <base64 hash>                  the inclusion path, leaf side first
//   (empty line)
//   <signed checkpoint, verbatim>
#ifndef AMANAH_LEDGER_LOG_PROOF_FILE_H_
#define AMANAH_LEDGER_LOG_PROOF_FILE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/log/merkle.h"

namespace amanah::log {

inline constexpr size_t kProofPathMax = 63;

struct ProofFile {
  std::optional<std::string> extra;  // raw bytes
  uint64_t index = 0;
  std::vector<Hash> path;
  std::string checkpoint;  // the note's bytes, with all signatures

  bool operator==(const ProofFile&) const = default;
};

std::string FormatProofFile(const ProofFile& proof);

// INVALID_ARGUMENT: not exactly such a text, a path of more than 63 hashes, or
// what follows the empty line is no note. Verifies nothing.
absl::StatusOr<ProofFile> ParseProofFile(std::string_view text);

}  // namespace amanah::log

#endif  // AMANAH_LEDGER_LOG_PROOF_FILE_H_
