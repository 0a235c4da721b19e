#include "ledger/store/files.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <system_error>

#include "absl/strings/str_format.h"
#include "ledger/base/status.h"

namespace amanah::store {

FileHandle& FileHandle::operator=(FileHandle&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

FileHandle::~FileHandle() {
  if (descriptor_ >= 0) close(descriptor_);
}

absl::Status ErrnoStatus(std::string_view what,
                         const std::filesystem::path& path, int error) {
  const std::string text = absl::StrFormat(
      "%s %s: %s", what, path.string(), std::generic_category().message(error));
  switch (error) {
    case ENOENT:
      return absl::NotFoundError(text);
    case EEXIST:
      return absl::AlreadyExistsError(text);
    case ENOSPC:
    case EDQUOT:
      return absl::ResourceExhaustedError(text);
    default:
      return absl::UnavailableError(text);
  }
}

absl::StatusOr<FileHandle> OpenFile(const std::filesystem::path& path,
                                    int flags) {
  constexpr mode_t kOwnerOnly = 0600;
  const int descriptor = open(path.c_str(), flags | O_CLOEXEC, kOwnerOnly);
  if (descriptor < 0) return ErrnoStatus("open", path, errno);
  return FileHandle(descriptor);
}

absl::StatusOr<std::string> ReadFile(const std::filesystem::path& path,
                                     size_t length_max) {
  AMANAH_ASSIGN_OR_RETURN(const FileHandle file, OpenFile(path, O_RDONLY));
  std::string bytes;
  std::array<char, 4096> chunk;
  while (true) {
    const ssize_t length = read(file.descriptor(), chunk.data(), chunk.size());
    if (length < 0 && errno == EINTR) continue;
    if (length < 0) return ErrnoStatus("read", path, errno);
    if (length == 0) return bytes;
    bytes.append(chunk.data(), static_cast<size_t>(length));
    if (bytes.size() > length_max) {
      return absl::DataLossError(absl::StrFormat(
          "file %s is longer than %d bytes", path.string(), length_max));
    }
  }
}

absl::Status WriteAt(const FileHandle& file, const std::filesystem::path& path,
                     uint64_t offset, ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t length = pwrite(file.descriptor(), bytes.data(), bytes.size(),
                                  static_cast<off_t>(offset));
    if (length < 0 && errno == EINTR) continue;
    if (length < 0) return ErrnoStatus("write", path, errno);
    bytes = bytes.subspan(static_cast<size_t>(length));
    offset += static_cast<uint64_t>(length);
  }
  return absl::OkStatus();
}

absl::Status SyncData(const FileHandle& file,
                      const std::filesystem::path& path) {
  if (fdatasync(file.descriptor()) != 0) {
    return ErrnoStatus("sync", path, errno);
  }
  return absl::OkStatus();
}

absl::Status SyncFolder(const std::filesystem::path& folder) {
  AMANAH_ASSIGN_OR_RETURN(
      const FileHandle file,
      OpenFile(folder.empty() ? "." : folder, O_RDONLY | O_DIRECTORY));
  if (fsync(file.descriptor()) != 0) return ErrnoStatus("sync", folder, errno);
  return absl::OkStatus();
}

absl::Status WriteFileAtomically(const std::filesystem::path& path,
                                 std::string_view text) {
  std::filesystem::path temporary = path;
  temporary += ".tmp";
  {
    AMANAH_ASSIGN_OR_RETURN(const FileHandle file,
                            OpenFile(temporary, O_WRONLY | O_CREAT | O_TRUNC));
    AMANAH_RETURN_IF_ERROR(WriteAt(file, temporary, 0, AsBytes(text)));
    if (fsync(file.descriptor()) != 0) {
      return ErrnoStatus("sync", temporary, errno);
    }
  }
  if (std::rename(temporary.c_str(), path.c_str()) != 0) {
    return ErrnoStatus("rename", path, errno);
  }
  return SyncFolder(path.parent_path());
}

}  // namespace amanah::store
