// Matchers for absl::Status and StatusOr, and macros that use them.
#ifndef AMANAH_TESTS_SUPPORT_MATCHERS_H_
#define AMANAH_TESTS_SUPPORT_MATCHERS_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace amanah::testing_support {

inline absl::Status StatusOf(const absl::Status& status) { return status; }
template <typename T>
absl::Status StatusOf(const absl::StatusOr<T>& value) {
  return value.status();
}

// EXPECT_THAT(f(), IsOk()): works for Status and StatusOr.
MATCHER(IsOk, "is OK") {
  const absl::Status status = StatusOf(arg);
  if (status.ok()) return true;
  *result_listener << "which is " << status.ToString();
  return false;
}

// EXPECT_THAT(f(), Fails(absl::StatusCode::kInvalidArgument, "month 13")):
// has that code, and its message contains the text.
MATCHER_P2(Fails, code, text, "fails as asked") {
  const absl::Status status = StatusOf(arg);
  *result_listener << "which is " << status.ToString();
  return status.code() == code &&
         std::string(status.message()).find(text) != std::string::npos;
}

}  // namespace amanah::testing_support

#define ASSERT_OK(expr) ASSERT_THAT((expr), ::amanah::testing_support::IsOk())
#define EXPECT_OK(expr) EXPECT_THAT((expr), ::amanah::testing_support::IsOk())

#endif  // AMANAH_TESTS_SUPPORT_MATCHERS_H_
