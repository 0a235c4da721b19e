#include "ledger/domain/money.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_format.h"
#include "ledger/base/check.h"

namespace amanah::domain {
namespace {

// ISO 4217 list one, by number of decimals, each group in ascending order.
constexpr std::array<std::string_view, 17> kNoDecimals = {
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG",
    "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"};
constexpr std::array<std::string_view, 7> kThreeDecimals = {
    "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"};
constexpr std::array<std::string_view, 2> kFourDecimals = {"CLF", "UYW"};
constexpr std::array<std::string_view, 135> kTwoDecimals = {
    "AED", "AFN", "ALL", "AMD", "ANG", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM",
    "BBD", "BDT", "BGN", "BMD", "BND", "BOB", "BRL", "BSD", "BTN", "BWP", "BYN",
    "BZD", "CAD", "CDF", "CHF", "CNY", "COP", "CRC", "CUP", "CVE", "CZK", "DKK",
    "DOP", "DZD", "EGP", "ERN", "ETB", "EUR", "FJD", "FKP", "GBP", "GEL", "GHS",
    "GIP", "GMD", "GTQ", "GYD", "HKD", "HNL", "HTG", "HUF", "IDR", "ILS", "INR",
    "IRR", "JMD", "KES", "KGS", "KHR", "KPW", "KYD", "KZT", "LAK", "LBP", "LKR",
    "LRD", "LSL", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRU", "MUR",
    "MVR", "MWK", "MXN", "MYR", "MZN", "NAD", "NGN", "NIO", "NOK", "NPR", "NZD",
    "PAB", "PEN", "PGK", "PHP", "PKR", "PLN", "QAR", "RON", "RSD", "RUB", "SAR",
    "SBD", "SCR", "SDG", "SEK", "SGD", "SHP", "SLE", "SOS", "SRD", "SSP", "STN",
    "SVC", "SYP", "SZL", "THB", "TJS", "TMT", "TOP", "TRY", "TTD", "TWD", "TZS",
    "UAH", "USD", "UYU", "UZS", "VED", "VES", "WST", "XCD", "XCG", "YER", "ZAR",
    "ZMW", "ZWG", "ZWL"};

template <size_t N>
bool Holds(const std::array<std::string_view, N>& codes,
           std::string_view code) {
  return std::binary_search(codes.begin(), codes.end(), code);
}

}  // namespace

std::optional<Amount> Add(Amount a, Amount b) {
  Amount sum;
  if (__builtin_add_overflow(a.minor, b.minor, &sum.minor)) return std::nullopt;
  return sum;
}

std::optional<Amount> Subtract(Amount a, Amount b) {
  Amount difference;
  if (__builtin_sub_overflow(a.minor, b.minor, &difference.minor)) {
    return std::nullopt;
  }
  return difference;
}

std::optional<int> CurrencyExponent(std::string_view code) {
  if (Holds(kTwoDecimals, code)) return 2;
  if (Holds(kNoDecimals, code)) return 0;
  if (Holds(kThreeDecimals, code)) return 3;
  if (Holds(kFourDecimals, code)) return 4;
  return std::nullopt;
}

int64_t MinorPerWhole(std::string_view code) {
  const std::optional<int> exponent = CurrencyExponent(code);
  AMANAH_CHECK(exponent.has_value());
  int64_t minor = 1;
  for (int i = 0; i < *exponent; ++i) minor *= 10;
  return minor;
}

absl::StatusOr<Amount> ParseAmount(std::string_view text,
                                   std::string_view currency) {
  const std::optional<int> exponent = CurrencyExponent(currency);
  if (!exponent.has_value()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("unknown currency \"%s\"", currency));
  }
  const auto fail = [&] {
    return absl::InvalidArgumentError(
        absl::StrFormat("\"%s\" is no amount of %s (digits, at most %d "
                        "decimals after a point)",
                        text, currency, *exponent));
  };
  const bool negative = !text.empty() && text[0] == '-';
  std::string_view digits = text.substr(negative ? 1 : 0);
  const size_t point = digits.find('.');
  const std::string_view whole = digits.substr(0, point);
  const std::string_view decimals =
      point == std::string_view::npos ? "" : digits.substr(point + 1);
  if (whole.empty() || decimals.size() > static_cast<size_t>(*exponent) ||
      (point != std::string_view::npos && decimals.empty())) {
    return fail();
  }
  Amount amount;
  const auto push = [&amount](char c) {
    return c >= '0' && c <= '9' &&
           !__builtin_mul_overflow(amount.minor, 10, &amount.minor) &&
           !__builtin_sub_overflow(amount.minor, c - '0', &amount.minor);
  };
  // Built below zero, where the range reaches one further.
  for (const char c : whole) {
    if (!push(c)) return fail();
  }
  for (size_t i = 0; i < static_cast<size_t>(*exponent); ++i) {
    if (!push(i < decimals.size() ? decimals[i] : '0')) return fail();
  }
  if (!negative && __builtin_sub_overflow(0, amount.minor, &amount.minor)) {
    return fail();
  }
  return amount;
}

std::string FormatAmount(Amount amount, std::string_view currency) {
  const std::optional<int> exponent = CurrencyExponent(currency);
  AMANAH_CHECK(exponent.has_value());
  const bool negative = amount.minor < 0;
  // Unsigned, since the smallest amount has no positive counterpart.
  uint64_t value = static_cast<uint64_t>(amount.minor);
  if (negative) value = 0 - value;
  std::string digits = absl::StrFormat("%d", value);
  const auto decimals = static_cast<size_t>(*exponent);
  if (digits.size() <= decimals) {
    digits.insert(0, decimals + 1 - digits.size(), '0');
  }
  if (decimals > 0) digits.insert(digits.size() - decimals, 1, '.');
  return negative ? "-" + digits : digits;
}

}  // namespace amanah::domain
