// Amounts: 64-bit minor units of an ISO 4217 currency. No floating point.
#ifndef AMANAH_LEDGER_DOMAIN_MONEY_H_
#define AMANAH_LEDGER_DOMAIN_MONEY_H_

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace amanah::domain {

struct Amount {
  int64_t minor = 0;
  friend auto operator<=>(const Amount&, const Amount&) = default;
};

// nullopt when the sum leaves the range.
std::optional<Amount> Add(Amount a, Amount b);
// nullopt when the difference leaves the range.
std::optional<Amount> Subtract(Amount a, Amount b);

// How many decimals the currency has (IDR 2, JPY 0, KWD 3); nullopt when it is
// no code of ISO 4217.
std::optional<int> CurrencyExponent(std::string_view code);

// Minor units of one whole unit (100 for IDR). Requires: a known currency.
int64_t MinorPerWhole(std::string_view code);

// "1234.50" in the currency's minor units. Digits, at most one point, at most
// the currency's decimals, an optional leading minus; anything else, and what
// does not fit, is INVALID_ARGUMENT.
absl::StatusOr<Amount> ParseAmount(std::string_view text,
                                   std::string_view currency);

// "1234.50", with all the currency's decimals. Requires: a known currency.
std::string FormatAmount(Amount amount, std::string_view currency);

}  // namespace amanah::domain

#endif  // AMANAH_LEDGER_DOMAIN_MONEY_H_
