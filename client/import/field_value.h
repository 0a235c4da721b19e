// The value of one field in one row, in the protocol's form.
//
// Every error is INVALID_ARGUMENT and names the column, or the field where the
// value comes from the mapping; never the value.
#ifndef AMANAH_CLIENT_IMPORT_FIELD_VALUE_H_
#define AMANAH_CLIENT_IMPORT_FIELD_VALUE_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/import/mapping.h"
#include "client/import/notation.h"
#include "ledger/domain/calendar.h"
#include "ledger/domain/money.h"
#include "ledger/domain/statement.h"

namespace amanah::client {

// A row's fields, one for each column.
using RowFields = std::span<const std::string_view>;

// `column "VALOR": what`. `name` is the field's in the protocol.
absl::Status FieldFault(const Field& field, const char* name,
                        std::string_view what);
absl::Status FieldFault(const Field& field, const char* name,
                        const absl::Status& status);

// The canonical text; may be empty. Dates are YYYY-MM-DD, months YYYY-MM,
// amounts minor units.
absl::StatusOr<std::string> ValueOf(const Field& field, const char* name,
                                    const AmountNotation& notation,
                                    RowFields fields);

// The same, not empty, and of the form that `fits`; `kind` says it in words.
absl::StatusOr<std::string> CheckedValueOf(const Field& field, const char* name,
                                           const AmountNotation& notation,
                                           RowFields fields,
                                           bool (*fits)(std::string_view),
                                           const char* kind);

// Of a date its month.
absl::StatusOr<domain::Month> MonthOf(const Field& field, const char* name,
                                      const AmountNotation& notation,
                                      RowFields fields);
// Of a date or month its year.
absl::StatusOr<uint32_t> YearOf(const Field& field, const char* name,
                                const AmountNotation& notation,
                                RowFields fields);
// Positive.
absl::StatusOr<domain::Amount> AmountOf(const Field& field,
                                        const AmountNotation& notation,
                                        std::string_view currency,
                                        RowFields fields);
absl::StatusOr<domain::DisbursementState> StateOf(
    const Field& field, const AmountNotation& notation, RowFields fields);

}  // namespace amanah::client

#endif  // AMANAH_CLIENT_IMPORT_FIELD_VALUE_H_
