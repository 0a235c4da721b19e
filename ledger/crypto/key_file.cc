#include "ledger/crypto/key_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <utility>

#include "ledger/base/status.h"
#include "ledger/crypto/secret.h"

namespace amanah::crypto {
namespace {

// Far above any key file; keeps a wrong path from being read into memory.
constexpr off_t kFileLengthMax = 16'384;

absl::Status SystemError(std::string_view doing, const std::string& path) {
  const int error = errno;
  return absl::ErrnoToStatus(error, absl::StrFormat("%s %s", doing, path));
}

// An open file, closed at the end.
class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (descriptor_ >= 0) close(descriptor_);
  }

  bool is_open() const { return descriptor_ >= 0; }
  int descriptor() const { return descriptor_; }

 private:
  const int descriptor_;
};

absl::Status WriteAndSync(const File& file, std::string_view text,
                          const std::string& path) {
  // Whatever the process's umask took away, the owner can read it again.
  if (fchmod(file.descriptor(), S_IRUSR | S_IWUSR) != 0) {
    return SystemError("set the mode of key file", path);
  }
  while (!text.empty()) {
    const ssize_t written = write(file.descriptor(), text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return SystemError("write key file", path);
    text.remove_prefix(static_cast<size_t>(written));
  }
  if (fsync(file.descriptor()) != 0) return SystemError("sync key file", path);
  return absl::OkStatus();
}

// Makes the file's name itself durable.
absl::Status SyncFolderOf(const std::string& path) {
  const std::string folder =
      (std::filesystem::path(".") / path).parent_path().string();
  const File file(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!file.is_open() || fsync(file.descriptor()) != 0) {
    return SystemError("sync folder", folder);
  }
  return absl::OkStatus();
}

absl::Status CreateFile(const std::string& path, std::string_view text) {
  const File file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                       S_IRUSR | S_IWUSR));
  if (!file.is_open()) {
    if (errno == EEXIST) {
      return absl::AlreadyExistsError(
          absl::StrFormat("key file %s is there already; left as it is", path));
    }
    return SystemError("create key file", path);
  }
  absl::Status status = WriteAndSync(file, text, path);
  if (status.ok()) status = SyncFolderOf(path);
  if (!status.ok()) unlink(path.c_str());
  return status;
}

// Only what is open is looked at, so that nobody can swap the file between the
// check and the reading.
absl::Status CheckKind(const File& file, const std::string& path) {
  struct stat info {};
  if (fstat(file.descriptor(), &info) != 0) {
    return SystemError("look at key file", path);
  }
  if (!S_ISREG(info.st_mode) || info.st_size > kFileLengthMax) {
    return absl::DataLossError(
        absl::StrFormat("%s is no key file: not a regular file, or of more "
                        "than %d bytes",
                        path, kFileLengthMax));
  }
  const unsigned mode = info.st_mode & 07777;
  if ((mode & 077) != 0) {
    return absl::PermissionDeniedError(absl::StrFormat(
        "key file %s has mode %04o, which lets others use it; allowed is 0600",
        path, mode));
  }
  return absl::OkStatus();
}

absl::Status ReadText(const File& file, const std::string& path,
                      std::string* text) {
  text->resize(kFileLengthMax);
  size_t length = 0;
  while (length < text->size()) {
    const ssize_t got =
        read(file.descriptor(), text->data() + length, text->size() - length);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return SystemError("read key file", path);
    if (got == 0) break;
    length += static_cast<size_t>(got);
  }
  text->resize(length);
  return absl::OkStatus();
}

absl::StatusOr<KeyFile> OpenWith(std::string_view text,
                                 const PassphraseProvider& provider) {
  AMANAH_ASSIGN_OR_RETURN(const bool needed, NeedsPassphrase(text));
  if (!needed) return OpenKeyText(text, "");
  AMANAH_ASSIGN_OR_RETURN(std::string passphrase, provider());
  absl::StatusOr<KeyFile> key = OpenKeyText(text, passphrase);
  Wipe(&passphrase);
  return key;
}

}  // namespace

absl::Status WriteKeyFile(const std::string& path, const KeyFile& key,
                          std::optional<std::string_view> passphrase,
                          const PassphraseCost& cost) {
  AMANAH_ASSIGN_OR_RETURN(std::string text,
                          FormatKeyText(key, passphrase, cost));
  absl::Status status = CreateFile(path, text);
  Wipe(&text);
  return status;
}

absl::StatusOr<KeyFile> ReadKeyFile(const std::string& path,
                                    const PassphraseProvider& passphrase) {
  // O_NONBLOCK: a path that is a pipe is refused, not waited for.
  const File file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.is_open()) return SystemError("open key file", path);
  AMANAH_RETURN_IF_ERROR(CheckKind(file, path));
  std::string text;
  absl::Status status = ReadText(file, path, &text);
  if (!status.ok()) return status;
  absl::StatusOr<KeyFile> key = OpenWith(text, passphrase);
  Wipe(&text);
  if (key.ok()) return key;
  return absl::Status(key.status().code(),
                      absl::StrFormat("key file %s: %s", path,
                                      std::string(key.status().message())));
}

}  // namespace amanah::crypto
