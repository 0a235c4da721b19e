// Months and dates of statements: text on the wire, numbers here.
#ifndef AMANAH_LEDGER_DOMAIN_CALENDAR_H_
#define AMANAH_LEDGER_DOMAIN_CALENDAR_H_

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace amanah::domain {

// A month of the years 1900 to 9999: 12 * year + (month - 1).
struct Month {
  int32_t index = 0;
  friend auto operator<=>(const Month&, const Month&) = default;
};

// "2026-01"; nullopt for any other form, month 0 or 13, or a year outside.
std::optional<Month> ParseMonth(std::string_view text);
std::string FormatMonth(Month month);

// Both ends included. Invariant, checked where it enters: first <= last.
struct Period {
  Month first;
  Month last;
  int32_t months() const { return last.index - first.index + 1; }
  bool Contains(const Period& other) const {
    return first <= other.first && other.last <= last;
  }
  friend bool operator==(const Period&, const Period&) = default;
};

// Whether `text` is a date of those years as YYYY-MM-DD that exists.
bool IsDate(std::string_view text);

// Days in `month` (1 to 12) of `year`.
int DaysInMonth(int year, int month);

}  // namespace amanah::domain

#endif  // AMANAH_LEDGER_DOMAIN_CALENDAR_H_
