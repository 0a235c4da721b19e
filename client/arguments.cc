#include "client/arguments.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <limits>
#include <optional>
#include <system_error>

#include "ledger/base/status.h"
#include "ledger/base/text.h"
#include "ledger/crypto/certificate.h"
#include "ledger/domain/identifier.h"

namespace amanah::client {
namespace {

constexpr int64_t kSpanMaxSeconds = int64_t{366} * 24 * 60 * 60;

int64_t SecondsOf(char unit) {
  switch (unit) {
    case 's':
      return 1;
    case 'm':
      return 60;
    case 'h':
      return int64_t{60} * 60;
    case 'd':
      return int64_t{24} * 60 * 60;
    default:
      return 0;
  }
}

}  // namespace

absl::StatusOr<int64_t> ParseSpan(std::string_view text) {
  const int64_t unit = text.empty() ? 0 : SecondsOf(text.back());
  const auto count =
      unit == 0 ? std::nullopt : ParseDecimal(text.substr(0, text.size() - 1));
  if (!count.has_value() || *count == 0 ||
      *count > static_cast<uint64_t>(kSpanMaxSeconds / unit)) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s is no span of time such as 15m, 12h or 7d", domain::Quoted(text)));
  }
  return static_cast<int64_t>(*count) * unit;
}

absl::StatusOr<domain::Period> ParseMonths(std::string_view text) {
  const size_t dots = text.find("..");
  const auto first = domain::ParseMonth(text.substr(0, dots));
  const auto last = dots == std::string_view::npos
                        ? first
                        : domain::ParseMonth(text.substr(dots + 2));
  if (!first.has_value() || !last.has_value()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s is no month such as 2026-01 and no range such as 2026-01..2026-03",
        domain::Quoted(text)));
  }
  if (*last < *first) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s ends before it begins", domain::Quoted(text)));
  }
  return domain::Period{*first, *last};
}

absl::StatusOr<domain::Amount> ParseMoney(std::string_view text,
                                          std::string_view currency) {
  const auto decimals = domain::CurrencyExponent(currency);
  if (!decimals.has_value()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s is no currency of ISO 4217", domain::Quoted(currency)));
  }
  auto amount = domain::ParseAmount(text, currency);
  if (amount.ok()) return amount;
  constexpr domain::Amount kMost{std::numeric_limits<int64_t>::max()};
  return absl::InvalidArgumentError(absl::StrFormat(
      "%s is no amount of %s: digits, at most %d decimals after a point, at "
      "most %s",
      domain::Quoted(text), currency, *decimals,
      domain::FormatAmount(kMost, currency)));
}

absl::StatusOr<domain::DisbursementState> ParseState(std::string_view text) {
  using domain::DisbursementState;
  for (const DisbursementState state :
       {DisbursementState::kInstructed, DisbursementState::kCredited,
        DisbursementState::kRejected, DisbursementState::kReturned}) {
    if (DisbursementStateName(state) == text) return state;
  }
  return absl::InvalidArgumentError(
      absl::StrFormat("no state %s", domain::Quoted(text)));
}

absl::StatusOr<std::vector<domain::Pin>> PinsOf(
    const std::vector<std::string>& certificates) {
  std::vector<domain::Pin> pins;
  for (const std::string& path : certificates) {
    AMANAH_ASSIGN_OR_RETURN(const std::string pem, ReadText(path));
    const auto pin = crypto::SpkiHashOfPem(pem);
    if (!pin.ok()) {
      return absl::InvalidArgumentError(
          absl::StrFormat("%s: %s", path, std::string(pin.status().message())));
    }
    pins.push_back(*pin);
  }
  std::sort(pins.begin(), pins.end());
  if (std::adjacent_find(pins.begin(), pins.end()) != pins.end()) {
    return absl::InvalidArgumentError("two certificates have the same key");
  }
  return pins;
}

absl::StatusOr<std::vector<std::string>> Ascending(
    std::string_view what, std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  if (twice != names.end()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s %s is given twice", what, domain::Quoted(*twice)));
  }
  return names;
}

absl::StatusOr<std::string> ReadText(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return absl::NotFoundError(
        absl::StrFormat("cannot read %s", path.string()));
  }
  return std::string{std::istreambuf_iterator<char>(file), {}};
}

absl::Status WriteNewFile(const std::filesystem::path& path,
                          std::string_view text, bool secret) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                      secret ? 0600 : 0644);
  if (fd < 0) {
    const std::string why = std::generic_category().message(errno);
    return errno == EEXIST ? absl::AlreadyExistsError(absl::StrFormat(
                                 "there is a file %s", path.string()))
                           : absl::UnknownError(absl::StrFormat(
                                 "cannot write %s: %s", path.string(), why));
  }
  const bool written =
      write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  if (close(fd) != 0 || !written) {
    return absl::UnknownError(
        absl::StrFormat("cannot write %s", path.string()));
  }
  return absl::OkStatus();
}

}  // namespace amanah::client
