#include "tests/support/shared_files.h"

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "ledger/base/check.h"

namespace amanah::testing_support {

std::optional<std::filesystem::path> SharedPath(const std::string& relative) {
  const char* set = std::getenv("AMANAH_SHARED");
  const std::filesystem::path root = set != nullptr ? set : "../shared";
  const std::filesystem::path path = root / relative;
  if (!std::filesystem::exists(path)) return std::nullopt;
  return path;
}

std::string ReadWholeFile(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  AMANAH_CHECK(in.good());
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

nlohmann::json ReadJson(const std::filesystem::path& path) {
  return nlohmann::json::parse(ReadWholeFile(path));
}

}  // namespace amanah::testing_support
