#include "client/import/field_value.h"

#include "absl/strings/str_format.h"
#include "ledger/base/status.h"
#include "ledger/base/text.h"
#include "ledger/domain/validate.h"

namespace amanah::client {

absl::Status FieldFault(const Field& field, const char* name,
                        std::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrFormat("%s: %s", field.text.Place(name), what));
}
absl::Status FieldFault(const Field& field, const char* name,
                        const absl::Status& status) {
  return FieldFault(field, name, std::string(status.message()));
}

absl::StatusOr<std::string> ValueOf(const Field& field, const char* name,
                                    const AmountNotation& notation,
                                    RowFields fields) {
  std::string text = field.text.Render(fields);
  if (!field.values.empty()) {
    const auto found = field.values.find(text);
    if (found == field.values.end()) {
      return FieldFault(field, name, "a value that the mapping does not name");
    }
    text = found->second;
  }
  if (field.form.has_value()) {
    auto date = field.form->Read(text);
    if (!date.ok()) return FieldFault(field, name, date.status());
    return *std::move(date);
  }
  if (!field.amount_currency.empty()) {
    const auto amount = ReadAmount(text, notation, field.amount_currency);
    if (!amount.ok()) return FieldFault(field, name, amount.status());
    return absl::StrFormat("%d", amount->minor);
  }
  return text;
}

absl::StatusOr<std::string> CheckedValueOf(const Field& field, const char* name,
                                           const AmountNotation& notation,
                                           RowFields fields,
                                           bool (*fits)(std::string_view),
                                           const char* kind) {
  AMANAH_ASSIGN_OR_RETURN(std::string text,
                          ValueOf(field, name, notation, fields));
  if (text.empty())
    return FieldFault(field, name, absl::StrFormat("no %s", name));
  if (!fits(text)) {
    return FieldFault(field, name, absl::StrFormat("%s is not %s", name, kind));
  }
  return text;
}

absl::StatusOr<domain::Month> MonthOf(const Field& field, const char* name,
                                      const AmountNotation& notation,
                                      RowFields fields) {
  AMANAH_ASSIGN_OR_RETURN(const std::string text,
                          ValueOf(field, name, notation, fields));
  const std::string_view month = text;
  // A form with a day gives a date: its month.
  const auto parsed =
      domain::ParseMonth(field.form.has_value() ? month.substr(0, 7) : month);
  if (!parsed.has_value()) {
    return FieldFault(field, name,
                      absl::StrFormat("%s is no month YYYY-MM", name));
  }
  return *parsed;
}

absl::StatusOr<uint32_t> YearOf(const Field& field, const char* name,
                                const AmountNotation& notation,
                                RowFields fields) {
  AMANAH_ASSIGN_OR_RETURN(const std::string text,
                          ValueOf(field, name, notation, fields));
  const std::string_view year = text;
  const auto parsed =
      ParseDecimal(field.form.has_value() ? year.substr(0, 4) : year);
  if (!parsed.has_value() || *parsed < domain::kFiscalYearMin ||
      *parsed > domain::kFiscalYearMax) {
    return FieldFault(field, name, "fiscal_year is not 1900 to 9999");
  }
  return static_cast<uint32_t>(*parsed);
}

absl::StatusOr<domain::Amount> AmountOf(const Field& field,
                                        const AmountNotation& notation,
                                        std::string_view currency,
                                        RowFields fields) {
  const auto amount = ReadAmount(field.text.Render(fields), notation, currency);
  if (!amount.ok()) return FieldFault(field, "amount", amount.status());
  if (amount->minor <= 0)
    return FieldFault(field, "amount", "the amount is not positive");
  return *amount;
}

absl::StatusOr<domain::DisbursementState> StateOf(
    const Field& field, const AmountNotation& notation, RowFields fields) {
  using State = domain::DisbursementState;
  AMANAH_ASSIGN_OR_RETURN(const std::string text,
                          ValueOf(field, "state", notation, fields));
  for (const State state : {State::kInstructed, State::kCredited,
                            State::kRejected, State::kReturned}) {
    if (domain::DisbursementStateName(state) == text) return state;
  }
  return FieldFault(
      field, "state",
      "state is none of instructed, credited, rejected, returned");
}

}  // namespace amanah::client
