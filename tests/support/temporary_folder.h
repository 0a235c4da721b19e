// A folder for one test, removed with all that is in it.
#ifndef AMANAH_TESTS_SUPPORT_TEMPORARY_FOLDER_H_
#define AMANAH_TESTS_SUPPORT_TEMPORARY_FOLDER_H_

#include <stdlib.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <system_error>

#include "ledger/base/check.h"

namespace amanah::testing_support {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "amanah-XXXXXX").string();
    AMANAH_CHECK(mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::filesystem::path& path() const { return path_; }

  // Copies a folder as it lies on the disk now, to `path`/`name`, which must
  // not exist: what a process that ends at this moment would leave. Begins
  // again while something in the folder changes under it, as background work
  // of RocksDB does; nobody may go on writing to it.
  std::filesystem::path CopyOf(const std::filesystem::path& folder,
                               const std::string& name) const {
    std::filesystem::path copy = path_ / name;
    AMANAH_CHECK(!std::filesystem::exists(copy));
    while (true) {
      const Listing before = List(folder);
      std::error_code error;
      std::filesystem::copy(folder, copy,
                            std::filesystem::copy_options::recursive, error);
      if (!error && List(folder) == before) return copy;
      std::filesystem::remove_all(copy);
    }
  }

 private:
  using Listing = std::map<std::filesystem::path, uintmax_t>;

  // The files of a folder with their lengths; some may vanish meanwhile.
  static Listing List(const std::filesystem::path& folder) {
    Listing listing;
    for (const auto& file :
         std::filesystem::recursive_directory_iterator(folder)) {
      std::error_code ignored;
      listing[file.path()] = file.file_size(ignored);
    }
    return listing;
  }

  std::filesystem::path path_;
};

}  // namespace amanah::testing_support

#endif  // AMANAH_TESTS_SUPPORT_TEMPORARY_FOLDER_H_
