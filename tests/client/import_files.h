// Files that an import's test writes.
#ifndef AMANAH_TESTS_CLIENT_IMPORT_FILES_H_
#define AMANAH_TESTS_CLIENT_IMPORT_FILES_H_

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "ledger/base/check.h"
#include "tests/support/temporary_folder.h"

namespace amanah::testing_support {

class ImportFolder {
 public:
  std::filesystem::path Write(const std::string& name,
                              std::string_view text) const {
    std::filesystem::path path = folder_.path() / name;
    std::ofstream file(path, std::ios::binary);
    file << text;
    file.close();
    AMANAH_CHECK(file.good());
    return path;
  }
  const std::filesystem::path& path() const { return folder_.path(); }

 private:
  TemporaryFolder folder_;
};

}  // namespace amanah::testing_support

#endif  // AMANAH_TESTS_CLIENT_IMPORT_FILES_H_
