// Checkpoints (c2sp.org/tlog-checkpoint): the signed size and root of a log.
//
//   text = origin newline size newline base64(root) newline extension*
//   extension = a line that is not empty, and its newline
//
// Our own checkpoints have no extension lines.
#ifndef AMANAH_LEDGER_LOG_CHECKPOINT_H_
#define AMANAH_LEDGER_LOG_CHECKPOINT_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/crypto/signing.h"
#include "ledger/log/merkle.h"
#include "ledger/log/note.h"

namespace amanah::log {

struct Checkpoint {
  std::string origin;
  uint64_t size = 0;
  Hash root;
  std::vector<std::string> extensions = {};  // without newlines

  bool operator==(const Checkpoint&) const = default;
};

// Whether a ledger may have this origin: 3 to 120 of a-z 0-9 . - / that hold a
// `.`, with neither `.` nor `/` at an end, not beginning with `amanah.` (so
// that no text is both a checkpoint and one of our other signed texts).
bool IsValidOrigin(std::string_view origin);

std::string FormatCheckpointText(const Checkpoint& checkpoint);

// INVALID_ARGUMENT: not such a text. The origin may be a foreign one.
absl::StatusOr<Checkpoint> ParseCheckpointText(std::string_view text);

// The signed note, under the origin's name. Requires: IsValidOrigin(origin), no
// extensions. A log must never sign two checkpoints that are not consistent;
// the caller sees to that.
std::string SignCheckpoint(const Checkpoint& checkpoint,
                           const crypto::SigningKey& key);

struct OpenedCheckpoint {
  Checkpoint checkpoint;
  std::string text;  // what cosignatures cover
  // Signatures that were not verified here: witnesses', unknown keys'.
  std::vector<NoteSignature> aside;
};

// The checkpoint of `origin` in `note`, signed by one of `keys` that has the
// origin's name. INVALID_ARGUMENT: not a checkpoint, or another origin's;
// UNAUTHENTICATED: as OpenNote, or none of the good signatures is in the
// origin's name.
absl::StatusOr<OpenedCheckpoint> OpenCheckpoint(
    std::string_view note, std::string_view origin,
    std::span<const VerifierKey> keys);

}  // namespace amanah::log

#endif  // AMANAH_LEDGER_LOG_CHECKPOINT_H_
