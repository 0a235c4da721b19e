#include "ledger/log/seal.h"

#include <limits>
#include <optional>
#include <vector>

#include "ledger/base/base64.h"
#include "ledger/base/status.h"
#include "ledger/base/text.h"
#include "ledger/log/checkpoint.h"
#include "ledger/log/verifier_key.h"

namespace amanah::log {
namespace {

constexpr std::string_view kContext = "amanah.batch/v1";
constexpr size_t kLines = 7;
constexpr uint64_t kLastSecondMax = std::numeric_limits<int64_t>::max();

absl::Status NoSeal(std::string_view why) {
  return absl::InvalidArgumentError(
      absl::StrFormat("not the text of a seal: %s", why));
}

std::optional<Hash> ParseHash(std::string_view line) {
  const auto bytes = DecodeBase64(line);
  if (!bytes.has_value()) return std::nullopt;
  return crypto::HashFromBytes(AsBytes(*bytes));
}

}  // namespace

std::string FormatSealText(const SealText& seal) {
  return absl::StrFormat("%s\n%s\n%s\n%s\n%d\n%d\n%s\n", kContext, seal.origin,
                         EncodeBase64(seal.genesis.view()), seal.author,
                         seal.last_second, seal.size,
                         EncodeBase64(seal.root.view()));
}

absl::StatusOr<SealText> ParseSealText(std::string_view text) {
  const std::vector<std::string_view> lines = Split(text, '\n');
  if (lines.size() != kLines + 1 || !lines[kLines].empty()) {
    return NoSeal("it does not have seven lines");
  }
  if (lines[0] != kContext) return NoSeal("it begins otherwise");
  if (!IsValidOrigin(lines[1])) return NoSeal("its origin is not valid");
  const auto genesis = ParseHash(lines[2]);
  if (!genesis.has_value()) return NoSeal("line 3 is no base64 hash");
  if (!IsValidKeyName(lines[3])) return NoSeal("its author is no valid name");
  const auto last_second = ParseDecimal(lines[4]);
  if (!last_second.has_value() || *last_second > kLastSecondMax) {
    return NoSeal("its last second is no decimal number below 2^63");
  }
  const auto size = ParseDecimal(lines[5]);
  if (!size.has_value() || *size < 1 || *size > kBatchStatementsMax) {
    return NoSeal("its size is not 1 to 4096");
  }
  const auto root = ParseHash(lines[6]);
  if (!root.has_value()) return NoSeal("its root is no base64 hash");
  return SealText{std::string(lines[1]),        *genesis,
                  std::string(lines[3]),        *last_second,
                  static_cast<uint32_t>(*size), *root};
}

}  // namespace amanah::log
