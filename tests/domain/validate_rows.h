// Tables of the field checks: each row changes one thing of a statement that
// passes.
#ifndef AMANAH_TESTS_DOMAIN_VALIDATE_ROWS_H_
#define AMANAH_TESTS_DOMAIN_VALIDATE_ROWS_H_

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "ledger/domain/validate.h"
#include "tests/codec/samples.h"
#include "tests/support/matchers.h"

namespace amanah::testing_support {

template <typename Kind>
struct ValidateRow {
  std::string what;
  std::function<void(Kind*)> change;
  std::string message;  // empty: it passes
};

template <typename Kind>
void ExpectValidated(const std::string& sample,
                     const std::vector<ValidateRow<Kind>>& rows) {
  const auto samples = SampleStatements();
  for (const ValidateRow<Kind>& row : rows) {
    SCOPED_TRACE(row.what);
    domain::Statement statement = samples.at(sample);
    row.change(&std::get<Kind>(statement.body));
    if (row.message.empty()) {
      EXPECT_OK(domain::Validate(statement));
    } else {
      EXPECT_THAT(domain::Validate(statement),
                  Fails(absl::StatusCode::kInvalidArgument, row.message));
    }
  }
}

inline domain::Month MonthOf(int year, int month) {
  return {12 * year + month - 1};
}

// Ascending and distinct.
inline std::vector<std::string> Names(size_t count) {
  std::vector<std::string> names;
  for (size_t i = 0; i < count; ++i) names.push_back(std::to_string(100 + i));
  return names;
}

// Of the bytes `first`, `first` + 1 and so on.
inline std::vector<domain::Pin> PinsFrom(uint8_t first, size_t count) {
  std::vector<domain::Pin> pins;
  for (size_t i = 0; i < count; ++i) {
    pins.push_back(HashOf(static_cast<uint8_t>(first + i)));
  }
  return pins;
}

}  // namespace amanah::testing_support

#endif  // AMANAH_TESTS_DOMAIN_VALIDATE_ROWS_H_
