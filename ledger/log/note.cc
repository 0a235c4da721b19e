#include "ledger/log/note.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "ledger/base/base64.h"
#include "ledger/base/check.h"
#include "ledger/base/status.h"
#include "ledger/base/text.h"

namespace amanah::log {
namespace {

constexpr std::string_view kSignaturePrefix = "\u2014 ";
constexpr size_t kIdLength = 4;

absl::Status NoNote(std::string_view why) {
  return absl::InvalidArgumentError(
      absl::StrFormat("not a signed note: %s", why));
}

// UTF-8 without any byte below 0x20 but newline.
bool HasNoteCharacters(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) {
                        return static_cast<uint8_t>(c) < 0x20 && c != '\n';
                      }) &&
         IsValidUtf8(text);
}

// `line` without its newline.
std::optional<NoteSignature> ParseSignatureLine(std::string_view line) {
  if (!line.starts_with(kSignaturePrefix)) return std::nullopt;
  line.remove_prefix(kSignaturePrefix.size());
  const size_t space = line.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const std::string_view name = line.substr(0, space);
  const auto bytes = DecodeBase64(line.substr(space + 1));
  if (!IsValidKeyName(name) || !bytes.has_value() ||
      bytes->size() <= kIdLength) {
    return std::nullopt;
  }
  return NoteSignature{std::string(name),
                       ReadBigEndian<uint32_t>(AsBytes(*bytes)),
                       bytes->substr(kIdLength)};
}

// How one signature stands to the known keys.
struct Judged {
  bool known = false;              // some Ed25519 key has its name and id
  std::optional<size_t> good_for;  // place of a key that it is valid under
};

// Ids have 32 bits, so two keys may share name and id by chance or by design;
// the signature is good if it is under either.
Judged Judge(const NoteSignature& line, std::string_view text,
             std::span<const VerifierKey> keys) {
  const auto signature = crypto::SignatureFromBytes(AsBytes(line.signature));
  Judged judged;
  for (size_t i = 0; i < keys.size(); ++i) {
    const VerifierKey& key = keys[i];
    if (key.type != kTypeEd25519) continue;
    if (key.name != line.name || key.id != line.id) continue;
    judged.known = true;
    const auto point = Ed25519KeyOf(key);
    if (signature.has_value() && point.has_value() &&
        crypto::Verify(*point, AsBytes(text), *signature)) {
      judged.good_for = i;
      return judged;
    }
  }
  return judged;
}

}  // namespace

bool IsValidNoteText(std::string_view text) {
  return text.ends_with('\n') && text.size() <= kNoteBytesMax &&
         HasNoteCharacters(text);
}

absl::StatusOr<Note> ParseNote(std::string_view bytes) {
  if (bytes.size() > kNoteBytesMax) {
    return NoNote(absl::StrFormat("it has %d bytes, more than %d", bytes.size(),
                                  kNoteBytesMax));
  }
  if (!HasNoteCharacters(bytes)) {
    return NoNote("it is not UTF-8, or holds a control character");
  }
  const size_t border = bytes.rfind("\n\n");
  if (border == std::string_view::npos) return NoNote("it has no blank line");
  Note note;
  note.text = std::string(bytes.substr(0, border + 1));
  std::string_view lines = bytes.substr(border + 2);
  if (!lines.ends_with('\n')) {
    return NoNote("it does not end in a signature line");
  }
  lines.remove_suffix(1);
  size_t count = 0;
  for (const std::string_view line : Split(lines, '\n')) {
    if (++count > kNoteSignaturesMax) {
      return NoNote(absl::StrFormat("it has more than %d signatures",
                                    kNoteSignaturesMax));
    }
    auto signature = ParseSignatureLine(line);
    if (!signature.has_value()) {
      return NoNote(absl::StrFormat("signature line %d is malformed", count));
    }
    if (std::find(note.signatures.begin(), note.signatures.end(), *signature) ==
        note.signatures.end()) {
      note.signatures.push_back(*std::move(signature));
    }
  }
  return note;
}

std::string FormatNote(const Note& note) {
  AMANAH_CHECK(IsValidNoteText(note.text));
  AMANAH_CHECK(!note.signatures.empty());
  std::string out = note.text + "\n";
  for (const NoteSignature& line : note.signatures) {
    AMANAH_CHECK(IsValidKeyName(line.name));
    std::string bytes;
    AppendBigEndian(&bytes, line.id);
    bytes += line.signature;
    out.append(kSignaturePrefix).append(line.name).append(" ");
    out.append(EncodeBase64(AsBytes(bytes))).append("\n");
  }
  return out;
}

NoteSignature SignText(std::string_view text, std::string_view name,
                       const crypto::SigningKey& key) {
  AMANAH_CHECK(IsValidKeyName(name));
  const crypto::Signature signature = key.Sign(AsBytes(text));
  return {std::string(name), KeyId(name, kTypeEd25519, key.public_key().view()),
          std::string(AsText(signature.view()))};
}

absl::StatusOr<OpenedNote> OpenNote(std::string_view bytes,
                                    std::span<const VerifierKey> keys) {
  AMANAH_ASSIGN_OR_RETURN(Note note, ParseNote(bytes));
  OpenedNote opened;
  opened.text = std::move(note.text);
  for (NoteSignature& line : note.signatures) {
    const Judged judged = Judge(line, opened.text, keys);
    if (!judged.known) {
      opened.aside.push_back(std::move(line));
      continue;
    }
    if (!judged.good_for.has_value()) {
      return absl::UnauthenticatedError(absl::StrFormat(
          "the signature of the known key %s+%08x fails", line.name, line.id));
    }
    const size_t key = *judged.good_for;
    if (std::none_of(opened.verified.begin(), opened.verified.end(),
                     [key](const auto& other) { return other.key == key; })) {
      opened.verified.push_back({key, std::move(line)});
    }
  }
  if (opened.verified.empty()) {
    return absl::UnauthenticatedError(
        absl::StrFormat("none of the note's %d signatures is by a known key",
                        opened.aside.size()));
  }
  return opened;
}

}  // namespace amanah::log
