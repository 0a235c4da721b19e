#include "ledger/domain/calendar.h"

#include "absl/strings/str_format.h"

namespace amanah::domain {
namespace {

constexpr int kFirstYear = 1900;

// The number that `text` spells in digits only, or -1.
int DigitsOf(std::string_view text) {
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  return value;
}

}  // namespace

std::optional<Month> ParseMonth(std::string_view text) {
  if (text.size() != 7 || text[4] != '-') return std::nullopt;
  const int year = DigitsOf(text.substr(0, 4));
  const int month = DigitsOf(text.substr(5, 2));
  if (year < kFirstYear || month < 1 || month > 12) return std::nullopt;
  return Month{12 * year + month - 1};
}

std::string FormatMonth(Month month) {
  return absl::StrFormat("%04d-%02d", month.index / 12, month.index % 12 + 1);
}

int DaysInMonth(int year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return kDays[month - 1] + (leap && month == 2 ? 1 : 0);
}

bool IsDate(std::string_view text) {
  if (text.size() != 10 || text[7] != '-') return false;
  const std::optional<Month> month = ParseMonth(text.substr(0, 7));
  const int day = DigitsOf(text.substr(8, 2));
  if (!month.has_value() || day < 1) return false;
  return day <= DaysInMonth(month->index / 12, month->index % 12 + 1);
}

}  // namespace amanah::domain
