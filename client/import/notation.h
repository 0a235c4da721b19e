// How a file writes amounts, months and dates, and their one canonical text.
//
// No message from here holds the value that it is about.
#ifndef AMANAH_CLIENT_IMPORT_NOTATION_H_
#define AMANAH_CLIENT_IMPORT_NOTATION_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/domain/money.h"

namespace amanah::client {

struct AmountNotation {
  char decimal = '.';
  char thousands = 0;  // 0: no groups
  // One of these may stand before or behind the number.
  std::vector<std::string> currency_signs;
};

// "R$ 1.234,50" in minor units: exactly, or INVALID_ARGUMENT. Groups must be of
// three digits.
absl::StatusOr<domain::Amount> ReadAmount(std::string_view text,
                                          const AmountNotation& notation,
                                          std::string_view currency);

// A form of dates and months, made of
//   YYYY, YY (20YY)   year       MM, DD   two digits     M, D   one or two
// and of other characters, which stand for themselves: "YYYYMM", "M/D/YY".
class DateForm {
 public:
  // INVALID_ARGUMENT: no year or no month, a part twice, M or D with a digit
  // right behind it, or a letter of none of these.
  static absl::StatusOr<DateForm> Parse(std::string_view form);

  bool has_day() const { return has_day_; }
  const std::string& text() const { return text_; }

  // "YYYY-MM", or with a day "YYYY-MM-DD". INVALID_ARGUMENT: another form, or
  // no such day.
  absl::StatusOr<std::string> Read(std::string_view text) const;

 private:
  struct Part {
    char kind = 0;  // Y, M, D, or 0 for a character
    int digits_min = 0;
    int digits_max = 0;
    char literal = 0;
  };
  std::string text_;
  std::vector<Part> parts_;
  bool has_day_ = false;
};

}  // namespace amanah::client

#endif  // AMANAH_CLIENT_IMPORT_NOTATION_H_
