// Signed notes (c2sp.org/signed-note): a text and signatures over it.
//
//   note      = text newline signature+
//   text      = UTF-8 that ends in a newline, no byte below 0x20 but newline
//   signature = "— " name " " base64(id(4, big-endian) || bytes) newline
//
// The border is the last blank line. Knows nothing of what a text says.
#ifndef AMANAH_LEDGER_LOG_NOTE_H_
#define AMANAH_LEDGER_LOG_NOTE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/base/bytes.h"
#include "ledger/crypto/signing.h"
#include "ledger/log/verifier_key.h"

namespace amanah::log {

inline constexpr size_t kNoteSignaturesMax = 100;  // as golang/mod
inline constexpr size_t kNoteBytesMax = 1'000'000;

struct NoteSignature {
  std::string name;
  uint32_t id = 0;
  std::string signature;  // raw bytes, without the id; never empty

  bool operator==(const NoteSignature&) const = default;
};

struct Note {
  std::string text;  // with its last newline
  std::vector<NoteSignature> signatures;

  bool operator==(const Note&) const = default;
};

// INVALID_ARGUMENT: not a note of at most 100 signatures and 1,000,000 bytes.
// Exact repetitions of a signature are dropped. Verifies nothing.
absl::StatusOr<Note> ParseNote(std::string_view bytes);

// Requires: IsValidNoteText(note.text), one signature or more, valid names.
std::string FormatNote(const Note& note);

bool IsValidNoteText(std::string_view text);

// An Ed25519 signature (type 0x01) over `text` in the name of `name`.
// Requires: IsValidKeyName(name).
NoteSignature SignText(std::string_view text, std::string_view name,
                       const crypto::SigningKey& key);

// One good signature of a note.
struct VerifiedSignature {
  size_t key = 0;  // place in the `keys` that OpenNote was given
  NoteSignature signature;
};

struct OpenedNote {
  std::string text;
  std::vector<VerifiedSignature> verified;  // not empty, one per key at most
  // Of unknown keys, or of types that are not verified here (cosignatures).
  std::vector<NoteSignature> aside;
};

// The note, when at least one of `keys` has signed it. A signature belongs to a
// key when name and id are the same, never by the id alone; if several keys
// share both, each is tried. Only keys of type 0x01 are verified here.
// INVALID_ARGUMENT: not a note; UNAUTHENTICATED: a known key's signature fails,
// or no known key signed.
absl::StatusOr<OpenedNote> OpenNote(std::string_view bytes,
                                    std::span<const VerifierKey> keys);

}  // namespace amanah::log

#endif  // AMANAH_LEDGER_LOG_NOTE_H_
