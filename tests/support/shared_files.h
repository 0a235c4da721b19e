// The files that tests read from outside the project (conformance vectors, real
// payment files). They lie in ../shared beside the checkout, or where the
// environment variable AMANAH_SHARED says. A test that needs an absent file
// skips with a visible message.
#ifndef AMANAH_TESTS_SUPPORT_SHARED_FILES_H_
#define AMANAH_TESTS_SUPPORT_SHARED_FILES_H_

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace amanah::testing_support {

// The path of shared/`relative`, or nullopt when it does not exist.
std::optional<std::filesystem::path> SharedPath(const std::string& relative);

// The whole file. Requires: it exists and is readable.
std::string ReadWholeFile(const std::filesystem::path& path);

// The file as JSON. Requires: it exists and parses.
nlohmann::json ReadJson(const std::filesystem::path& path);

}  // namespace amanah::testing_support

// Sets `path` to shared/`relative`, or skips the running test.
// NOLINTBEGIN(bugprone-macro-parentheses): a name that is declared takes none.
#define AMANAH_SHARED_OR_SKIP(path, relative)                                \
  const auto path##_found = ::amanah::testing_support::SharedPath(relative); \
  if (!path##_found.has_value()) GTEST_SKIP() << "absent: " << (relative);   \
  const auto& path = *path##_found
// NOLINTEND(bugprone-macro-parentheses)

#endif  // AMANAH_TESTS_SUPPORT_SHARED_FILES_H_
