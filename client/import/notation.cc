#include "client/import/notation.h"

#include <cstddef>

#include "absl/strings/str_format.h"
#include "client/import/csv_reader.h"
#include "ledger/base/status.h"
#include "ledger/domain/calendar.h"

namespace amanah::client {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

absl::Status Invalid(const std::string& what) {
  return absl::InvalidArgumentError(what);
}

// The text without a currency sign at one of its ends.
std::string_view WithoutSign(std::string_view text,
                             const AmountNotation& notation) {
  for (const std::string& sign : notation.currency_signs) {
    if (text.starts_with(sign)) return Trimmed(text.substr(sign.size()));
    if (text.ends_with(sign)) {
      return Trimmed(text.substr(0, text.size() - sign.size()));
    }
  }
  return text;
}

std::string Shown(char c) {
  if (c > ' ' && c <= '~') return absl::StrFormat("'%c'", c);
  return "a character";
}

// The whole part without its group separators.
absl::StatusOr<std::string> ReadWhole(std::string_view text, char thousands) {
  std::string digits;
  size_t group = 0;  // digits since the last separator
  bool grouped = false;
  for (const char c : text) {
    if (IsDigit(c)) {
      digits.push_back(c);
      ++group;
      continue;
    }
    if (group == 0 || group > 3 || (grouped && group != 3)) {
      return Invalid("the amount's groups are not of three digits");
    }
    grouped = true;
    group = 0;
  }
  if (grouped && group != 3) {
    return Invalid(
        absl::StrFormat("the amount has not three digits behind its last %s",
                        Shown(thousands)));
  }
  return digits;
}

}  // namespace

absl::StatusOr<domain::Amount> ReadAmount(std::string_view text,
                                          const AmountNotation& notation,
                                          std::string_view currency) {
  const auto exponent = domain::CurrencyExponent(currency);
  if (!exponent.has_value()) return Invalid("its currency is not of ISO 4217");
  text = Trimmed(text);
  if (text.empty()) return Invalid("the amount is empty");
  bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  text = WithoutSign(Trimmed(text), notation);
  if (!negative && text.starts_with('-')) {
    negative = true;
    text.remove_prefix(1);
  }
  const size_t point = text.find(notation.decimal);
  const std::string_view whole = text.substr(0, point);
  const std::string_view decimals =
      point == std::string_view::npos ? "" : text.substr(point + 1);
  for (const char c : whole) {
    if (IsDigit(c) || (notation.thousands != 0 && c == notation.thousands)) {
      continue;
    }
    return Invalid(
        absl::StrFormat("the amount has %s, and the decimal sign is "
                        "declared as '%c'",
                        Shown(c), notation.decimal));
  }
  for (const char c : decimals) {
    if (IsDigit(c)) continue;
    return Invalid(
        absl::StrFormat("the amount has %s behind its decimal sign '%c'",
                        Shown(c), notation.decimal));
  }
  AMANAH_ASSIGN_OR_RETURN(const std::string digits,
                          ReadWhole(whole, notation.thousands));
  if (digits.empty() || (point != std::string_view::npos && decimals.empty())) {
    return Invalid(
        "the amount has no digits before or behind its decimal "
        "sign");
  }
  if (decimals.size() > static_cast<size_t>(*exponent)) {
    return Invalid(absl::StrFormat("the amount has %d decimals, %s has %d",
                                   decimals.size(), currency, *exponent));
  }
  const auto amount = domain::ParseAmount(
      absl::StrFormat("%s%s%s%s", negative ? "-" : "", digits,
                      decimals.empty() ? "" : ".", decimals),
      currency);
  if (!amount.ok()) return Invalid("the amount is too large");
  return *amount;
}

absl::StatusOr<DateForm> DateForm::Parse(std::string_view form) {
  DateForm parsed;
  parsed.text_ = std::string(form);
  bool year = false;
  bool month = false;
  const auto bad = [&](const char* why) {
    return absl::InvalidArgumentError(
        absl::StrFormat("the date form \"%s\" %s", form, why));
  };
  for (size_t i = 0; i < form.size();) {
    const char c = form[i];
    const size_t length = form.find_first_not_of(c, i) == std::string_view::npos
                              ? form.size() - i
                              : form.find_first_not_of(c, i) - i;
    Part part;
    if (c == 'Y' && (length == 4 || length == 2)) {
      part = {'Y', static_cast<int>(length), static_cast<int>(length), 0};
    } else if ((c == 'M' || c == 'D') && length <= 2) {
      part = {c, static_cast<int>(length), 2, 0};
    } else if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || IsDigit(c)) {
      return bad("is not made of YYYY, YY, MM, M, DD, D and signs");
    } else {
      part.literal = c;
    }
    if (part.kind != 0 && !parsed.parts_.empty()) {
      const Part& before = parsed.parts_.back();
      if (before.kind != 0 && before.digits_min != before.digits_max) {
        return bad("has a number right behind an M or D of one or two digits");
      }
    }
    bool* const seen = c == 'Y' ? &year : c == 'M' ? &month : &parsed.has_day_;
    if (part.kind != 0 && *seen) return bad("names a part twice");
    if (part.kind != 0) *seen = true;
    parsed.parts_.push_back(part);
    i += part.kind != 0 ? length : 1;
  }
  if (!year || !month) return bad("has no year or no month");
  return parsed;
}

absl::StatusOr<std::string> DateForm::Read(std::string_view text) const {
  const auto other = [&] {
    return absl::InvalidArgumentError(
        absl::StrFormat("no date or month of the form %s", text_));
  };
  int year = 0;
  int month = 0;
  int day = 0;
  size_t at = 0;
  for (const Part& part : parts_) {
    if (part.kind == 0) {
      if (at == text.size() || text[at] != part.literal) return other();
      ++at;
      continue;
    }
    int value = 0;
    int digits = 0;
    while (digits < part.digits_max && at < text.size() && IsDigit(text[at])) {
      value = 10 * value + (text[at] - '0');
      ++digits;
      ++at;
    }
    if (digits < part.digits_min) return other();
    if (part.kind == 'Y') year = part.digits_max == 2 ? 2000 + value : value;
    if (part.kind == 'M') month = value;
    if (part.kind == 'D') day = value;
  }
  if (at != text.size()) return other();
  std::string canonical = absl::StrFormat("%04d-%02d", year, month);
  if (has_day_) canonical += absl::StrFormat("-%02d", day);
  const bool exists = has_day_ ? domain::IsDate(canonical)
                               : domain::ParseMonth(canonical).has_value();
  if (!exists) {
    return absl::InvalidArgumentError(
        absl::StrFormat("no such date or month, read as %s", text_));
  }
  return canonical;
}

}  // namespace amanah::client
