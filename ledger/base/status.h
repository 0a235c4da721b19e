// Two macros for absl::Status, which has none in this version. Messages are
// always built with absl::StrFormat: lower case, no full stop, naming the thing
// and both values; never a key, a token or a person.
#ifndef AMANAH_LEDGER_BASE_STATUS_H_
#define AMANAH_LEDGER_BASE_STATUS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"

// Returns from the calling function when `expr` (an absl::Status) is not OK.
#define AMANAH_RETURN_IF_ERROR(expr)                                \
  do {                                                              \
    if (absl::Status amanah_status_ = (expr); !amanah_status_.ok()) \
        [[unlikely]] {                                              \
      return amanah_status_;                                        \
    }                                                               \
  } while (false)

#define AMANAH_STATUS_CONCAT_INNER_(a, b) a##b
#define AMANAH_STATUS_CONCAT_(a, b) AMANAH_STATUS_CONCAT_INNER_(a, b)

// AMANAH_ASSIGN_OR_RETURN(auto x, F()): x takes F()'s value, or F()'s status is
// returned from the calling function.
#define AMANAH_ASSIGN_OR_RETURN(lhs, expr)                                    \
  AMANAH_ASSIGN_OR_RETURN_(AMANAH_STATUS_CONCAT_(amanah_statusor_, __LINE__), \
                           lhs, expr)
// NOLINTBEGIN(bugprone-macro-parentheses): a declaration takes none.
#define AMANAH_ASSIGN_OR_RETURN_(statusor, lhs, expr) \
  auto statusor = (expr);                             \
  if (!statusor.ok()) [[unlikely]] {                  \
    return std::move(statusor).status();              \
  }                                                   \
  lhs = *std::move(statusor)
// NOLINTEND(bugprone-macro-parentheses)

#endif  // AMANAH_LEDGER_BASE_STATUS_H_
