#include "ledger/log/checkpoint.h"

#include <algorithm>
#include <utility>

#include "ledger/base/base64.h"
#include "ledger/base/check.h"
#include "ledger/base/status.h"
#include "ledger/base/text.h"

namespace amanah::log {
namespace {

constexpr size_t kOriginLengthMin = 3;
constexpr size_t kOriginLengthMax = 120;
// Begins our other signed texts: seals and proofs of possession.
constexpr std::string_view kReservedPrefix = "amanah.";

absl::Status NoCheckpoint(std::string_view why) {
  return absl::InvalidArgumentError(
      absl::StrFormat("not a checkpoint: %s", why));
}

bool IsOriginCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '-' || c == '/';
}

bool IsDotOrSlash(char c) { return c == '.' || c == '/'; }

}  // namespace

bool IsValidOrigin(std::string_view origin) {
  if (origin.size() < kOriginLengthMin || origin.size() > kOriginLengthMax) {
    return false;
  }
  return std::all_of(origin.begin(), origin.end(), IsOriginCharacter) &&
         origin.find('.') != std::string_view::npos &&
         !IsDotOrSlash(origin.front()) && !IsDotOrSlash(origin.back()) &&
         !origin.starts_with(kReservedPrefix);
}

std::string FormatCheckpointText(const Checkpoint& checkpoint) {
  std::string text =
      absl::StrFormat("%s\n%d\n%s\n", checkpoint.origin, checkpoint.size,
                      EncodeBase64(checkpoint.root.view()));
  for (const std::string& line : checkpoint.extensions) text += line + "\n";
  return text;
}

absl::StatusOr<Checkpoint> ParseCheckpointText(std::string_view text) {
  if (!IsValidNoteText(text)) return NoCheckpoint("it is no text of a note");
  text.remove_suffix(1);
  const std::vector<std::string_view> lines = Split(text, '\n');
  if (lines.size() < 3) return NoCheckpoint("it has fewer than three lines");
  if (std::any_of(lines.begin(), lines.end(),
                  [](std::string_view line) { return line.empty(); })) {
    return NoCheckpoint("it has an empty line");
  }
  const auto size = ParseDecimal(lines[1]);
  if (!size.has_value()) return NoCheckpoint("its size is no decimal number");
  const auto bytes = DecodeBase64(lines[2]);
  const auto root = crypto::HashFromBytes(AsBytes(bytes.value_or("")));
  if (!root.has_value()) return NoCheckpoint("its root is no base64 hash");
  return Checkpoint{std::string(lines[0]), *size, *root,
                    std::vector<std::string>(lines.begin() + 3, lines.end())};
}

std::string SignCheckpoint(const Checkpoint& checkpoint,
                           const crypto::SigningKey& key) {
  AMANAH_CHECK(IsValidOrigin(checkpoint.origin));
  AMANAH_CHECK(checkpoint.extensions.empty());
  Note note;
  note.text = FormatCheckpointText(checkpoint);
  note.signatures.push_back(SignText(note.text, checkpoint.origin, key));
  return FormatNote(note);
}

absl::StatusOr<OpenedCheckpoint> OpenCheckpoint(
    std::string_view note, std::string_view origin,
    std::span<const VerifierKey> keys) {
  AMANAH_ASSIGN_OR_RETURN(OpenedNote opened, OpenNote(note, keys));
  AMANAH_ASSIGN_OR_RETURN(Checkpoint checkpoint,
                          ParseCheckpointText(opened.text));
  if (checkpoint.origin != origin) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "a checkpoint of %s, not of %s", checkpoint.origin, origin));
  }
  // A key of another name speaks for someone else, a witness perhaps.
  if (std::none_of(
          opened.verified.begin(), opened.verified.end(),
          [&](const auto& by) { return by.signature.name == origin; })) {
    return absl::UnauthenticatedError(absl::StrFormat(
        "no good signature of the checkpoint is in the name of %s", origin));
  }
  return OpenedCheckpoint{std::move(checkpoint), std::move(opened.text),
                          std::move(opened.aside)};
}

}  // namespace amanah::log
