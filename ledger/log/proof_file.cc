#include "ledger/log/proof_file.h"

#include "ledger/base/base64.h"
#include "ledger/base/status.h"
#include "ledger/base/text.h"
#include "ledger/log/note.h"

namespace amanah::log {
namespace {

constexpr std::string_view kFirstLine = "c2sp.org/tlog-proof@v1";
constexpr std::string_view kExtraPrefix = "extra ";
constexpr std::string_view kIndexPrefix = "index ";

absl::Status NoProofFile(std::string_view why) {
  return absl::InvalidArgumentError(
      absl::StrFormat("not a proof file: %s", why));
}

// Takes a line off `rest`; nullopt when there is no newline.
std::optional<std::string_view> TakeLine(std::string_view* rest) {
  const size_t end = rest->find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = rest->substr(0, end);
  rest->remove_prefix(end + 1);
  return line;
}

// The path and the empty line after it.
absl::StatusOr<std::vector<Hash>> TakePath(std::string_view* rest) {
  std::vector<Hash> path;
  while (true) {
    const auto line = TakeLine(rest);
    if (!line.has_value()) return NoProofFile("its path has no end");
    if (line->empty()) return path;
    if (path.size() == kProofPathMax) {
      return NoProofFile(
          absl::StrFormat("its path has more than %d hashes", kProofPathMax));
    }
    const auto bytes = DecodeBase64(*line);
    const auto hash = crypto::HashFromBytes(AsBytes(bytes.value_or("")));
    if (!hash.has_value()) {
      return NoProofFile(absl::StrFormat(
          "hash %d of its path is no base64 hash", path.size()));
    }
    path.push_back(*hash);
  }
}

}  // namespace

std::string FormatProofFile(const ProofFile& proof) {
  std::string text = absl::StrFormat("%s\n", kFirstLine);
  if (proof.extra.has_value()) {
    text += absl::StrFormat("%s%s\n", kExtraPrefix,
                            EncodeBase64(AsBytes(*proof.extra)));
  }
  text += absl::StrFormat("%s%d\n", kIndexPrefix, proof.index);
  for (const Hash& hash : proof.path) text += EncodeBase64(hash.view()) + "\n";
  return text + "\n" + proof.checkpoint;
}

absl::StatusOr<ProofFile> ParseProofFile(std::string_view text) {
  if (TakeLine(&text) != kFirstLine) {
    return NoProofFile("its first line is not c2sp.org/tlog-proof@v1");
  }
  ProofFile proof;
  std::string_view line = TakeLine(&text).value_or("");
  if (line.starts_with(kExtraPrefix)) {
    proof.extra = DecodeBase64(line.substr(kExtraPrefix.size()));
    if (!proof.extra.has_value()) return NoProofFile("its extra is no base64");
    line = TakeLine(&text).value_or("");
  }
  if (!line.starts_with(kIndexPrefix)) return NoProofFile("it has no index");
  const auto index = ParseDecimal(line.substr(kIndexPrefix.size()));
  if (!index.has_value()) return NoProofFile("its index is no decimal number");
  proof.index = *index;
  AMANAH_ASSIGN_OR_RETURN(proof.path, TakePath(&text));
  AMANAH_RETURN_IF_ERROR(ParseNote(text).status());
  proof.checkpoint = std::string(text);
  return proof;
}

}  // namespace amanah::log
