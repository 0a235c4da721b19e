#include "client/kept_state.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <system_error>

#include "ledger/base/check.h"
#include "ledger/base/status.h"
#include "ledger/log/note.h"

namespace amanah::client {
namespace {

namespace fs = std::filesystem;

constexpr char kEntryZero[] = "entry0";
constexpr char kCheckpoint[] = "checkpoint";
constexpr char kLock[] = "lock";

absl::Status SystemError(std::string_view what, const fs::path& path) {
  return absl::UnknownError(
      absl::StrFormat("%s %s: %s", what, path.string(),
                      std::generic_category().message(errno)));
}

std::optional<std::string> ReadFile(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  return std::string{std::istreambuf_iterator<char>(file), {}};
}

// A file descriptor that is closed at the end.
class File {
 public:
  explicit File(int fd) : fd_(fd) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (fd_ >= 0) close(fd_);
  }
  int fd() const { return fd_; }

 private:
  int fd_;
};

// Whoever reads finds the old file or the new one, also after a loss of power.
absl::Status ReplaceFile(const fs::path& path, std::string_view bytes) {
  const fs::path next = path.string() + ".new";
  {
    const File file(
        open(next.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (file.fd() < 0) return SystemError("cannot write", next);
    const ssize_t written = write(file.fd(), bytes.data(), bytes.size());
    if (written != static_cast<ssize_t>(bytes.size()) ||
        fsync(file.fd()) != 0) {
      return SystemError("cannot write", next);
    }
  }
  if (rename(next.c_str(), path.c_str()) != 0) {
    return SystemError("cannot replace", path);
  }
  return absl::OkStatus();
}

absl::Status MakeFolder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) {
    return absl::UnknownError(absl::StrFormat(
        "cannot make the folder %s: %s", folder.string(), error.message()));
  }
  return absl::OkStatus();
}

absl::StatusOr<SeenCheckpoint> ParseSeen(std::string note) {
  AMANAH_ASSIGN_OR_RETURN(const log::Note parsed, log::ParseNote(note));
  AMANAH_ASSIGN_OR_RETURN(log::Checkpoint checkpoint,
                          log::ParseCheckpointText(parsed.text));
  return SeenCheckpoint{std::move(checkpoint), std::move(note)};
}

}  // namespace

absl::StatusOr<fs::path> DefaultStateFolder() {
  if (const char* own = std::getenv("AMANAH_STATE");
      own != nullptr && *own != '\0') {
    return fs::path(own);
  }
  if (const char* state = std::getenv("XDG_STATE_HOME");
      state != nullptr && *state != '\0') {
    return fs::path(state) / "amanah";
  }
  const char* home = std::getenv("HOME");
  if (home == nullptr || *home == '\0') {
    return absl::InvalidArgumentError(
        "no folder to keep checkpoints in: set AMANAH_STATE, or give "
        "--state-folder");
  }
  return fs::path(home) / ".local/state/amanah";
}

KeptState::KeptState(const fs::path& state, std::string_view origin) {
  AMANAH_CHECK(log::IsValidOrigin(origin));
  std::string name(origin);
  // An origin holds no `_`, so that two origins never share a folder.
  std::replace(name.begin(), name.end(), '/', '_');
  folder_ = state / name;
}

absl::StatusOr<std::optional<std::string>> KeptState::ReadEntryZero() const {
  return ReadFile(folder_ / kEntryZero);
}

absl::Status KeptState::KeepEntryZero(std::string_view bytes) const {
  AMANAH_RETURN_IF_ERROR(MakeFolder(folder_));
  return ReplaceFile(folder_ / kEntryZero, bytes);
}

absl::StatusOr<std::optional<SeenCheckpoint>> KeptState::ReadCheckpoint()
    const {
  const fs::path path = folder_ / kCheckpoint;
  auto note = ReadFile(path);
  if (!note.has_value()) return std::nullopt;
  auto seen = ParseSeen(*std::move(note));
  if (!seen.ok()) {
    return absl::DataLossError(
        absl::StrFormat("the kept checkpoint %s: %s", path.string(),
                        std::string(seen.status().message())));
  }
  return *std::move(seen);
}

absl::Status KeptState::KeepCheckpoint(const SeenCheckpoint& seen) const {
  AMANAH_RETURN_IF_ERROR(MakeFolder(folder_));
  const fs::path lock_path = folder_ / kLock;
  const File lock(open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (lock.fd() < 0 || flock(lock.fd(), LOCK_EX) != 0) {
    return SystemError("cannot lock", lock_path);
  }
  // Another process may have seen more by now.
  AMANAH_ASSIGN_OR_RETURN(const auto there, ReadCheckpoint());
  if (there.has_value() && there->checkpoint.size >= seen.checkpoint.size) {
    return absl::OkStatus();
  }
  return ReplaceFile(folder_ / kCheckpoint, seen.note);
}

absl::StatusOr<fs::path> KeptState::KeepFork(std::string_view why,
                                             std::string_view kept_note,
                                             std::string_view new_note,
                                             int64_t time_us) const {
  AMANAH_RETURN_IF_ERROR(MakeFolder(folder_));
  const fs::path path = folder_ / absl::StrFormat("fork-%d.txt", time_us);
  AMANAH_RETURN_IF_ERROR(ReplaceFile(
      path, absl::StrFormat("%s\n\n--- seen before\n%s\n--- seen now\n%s", why,
                            kept_note, new_note)));
  return path;
}

}  // namespace amanah::client
