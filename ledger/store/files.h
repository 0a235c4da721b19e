// Files as the store needs them: whole, durable, and with absl::Status for
// errno: ENOENT is NOT_FOUND, EEXIST is ALREADY_EXISTS, no space is
// RESOURCE_EXHAUSTED, anything else UNAVAILABLE. Messages name the file.
#ifndef AMANAH_LEDGER_STORE_FILES_H_
#define AMANAH_LEDGER_STORE_FILES_H_

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ledger/base/bytes.h"

namespace amanah::store {

// Owns a file descriptor.
class FileHandle {
 public:
  FileHandle() = default;
  explicit FileHandle(int descriptor) : descriptor_(descriptor) {}
  FileHandle(FileHandle&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FileHandle& operator=(FileHandle&& other) noexcept;
  ~FileHandle();

  int descriptor() const { return descriptor_; }

 private:
  int descriptor_ = -1;
};

// `flags` as for open(2); close-on-exec is added, new files are for the owner
// only.
absl::StatusOr<FileHandle> OpenFile(const std::filesystem::path& path,
                                    int flags);

// The whole file. DATA_LOSS when it is longer than `length_max`.
absl::StatusOr<std::string> ReadFile(const std::filesystem::path& path,
                                     size_t length_max);

// All of `bytes` from `offset` on.
absl::Status WriteAt(const FileHandle& file, const std::filesystem::path& path,
                     uint64_t offset, ByteView bytes);

// fdatasync: bytes and length survive.
absl::Status SyncData(const FileHandle& file,
                      const std::filesystem::path& path);

// The names in a folder survive: files made, renamed or removed in it.
absl::Status SyncFolder(const std::filesystem::path& folder);

// After success the file holds `text` and survives; after a crash it holds
// `text` or is as it was before.
absl::Status WriteFileAtomically(const std::filesystem::path& path,
                                 std::string_view text);

// The errno of a failed call, such as ("write", path, errno).
absl::Status ErrnoStatus(std::string_view what,
                         const std::filesystem::path& path, int error);

}  // namespace amanah::store

#endif  // AMANAH_LEDGER_STORE_FILES_H_
