// The file FORMAT:
//
//   format   = version LF origin LF genesis LF
//   version  = "amanah-data/v1"
//   origin   = 1*( any byte but 0x00 to 0x1f and 0x7f )
//   genesis  = base64 of the 32 bytes of entry 0's leaf hash
//
// Whether origin and genesis are those of entry 0 is seen when that is read.
#include "ledger/store/data_folder.h"

#include <fcntl.h>
#include <sys/file.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "ledger/base/base64.h"
#include "ledger/base/status.h"
#include "ledger/base/text.h"

namespace amanah::store {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFormatPrefix = "amanah-data/";
constexpr size_t kFormatLengthMax = 4096;
constexpr size_t kLineCount = 3;

bool IsOrigin(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 && c != '\x7f';
  });
}

absl::Status TornFormat() {
  return absl::DataLossError("file FORMAT is torn or damaged");
}

absl::StatusOr<FileHandle> Lock(const fs::path& folder) {
  AMANAH_ASSIGN_OR_RETURN(FileHandle lock,
                          OpenFile(folder / "LOCK", O_RDWR | O_CREAT));
  if (flock(lock.descriptor(), LOCK_EX | LOCK_NB) == 0) return lock;
  if (errno != EWOULDBLOCK) return ErrnoStatus("lock", folder / "LOCK", errno);
  return absl::FailedPreconditionError(absl::StrFormat(
      "data folder %s is in use by another process", folder.string()));
}

// Makes the folder, whose parent must exist, or takes an empty one; nobody else
// may look into it.
absl::Status MakeEmpty(const fs::path& folder) {
  std::error_code error;
  const bool made = fs::create_directory(folder, error);
  if (!made && !error && !fs::is_empty(folder, error) && !error) {
    return absl::AlreadyExistsError(
        absl::StrFormat("data folder %s is not empty", folder.string()));
  }
  if (error) return ErrnoStatus("create", folder, error.value());
  fs::permissions(folder, fs::perms::owner_all, error);
  if (error) return ErrnoStatus("protect", folder, error.value());
  return absl::OkStatus();
}

// It holds what each person was granted and paid.
absl::Status CheckPrivate(const fs::path& folder) {
  std::error_code error;
  const fs::perms mode = fs::status(folder, error).permissions();
  if (error) return ErrnoStatus("look at", folder, error.value());
  if ((mode & (fs::perms::group_all | fs::perms::others_all)) ==
      fs::perms::none) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(absl::StrFormat(
      "data folder %s is open to others, mode %04o; chmod 700 it",
      folder.string(), static_cast<unsigned>(mode)));
}

}  // namespace

std::string FormatFolderIdentity(const FolderIdentity& identity) {
  return absl::StrFormat("%s\n%s\n%s\n", kDataFormat, identity.origin,
                         EncodeBase64(identity.genesis_hash.view()));
}

absl::StatusOr<FolderIdentity> ParseFolderIdentity(std::string_view text) {
  const std::vector<std::string_view> lines = Split(text, '\n');
  if (lines.size() >= 2 && lines[0] != kDataFormat &&
      lines[0].starts_with(kFormatPrefix)) {
    return absl::FailedPreconditionError(
        absl::StrFormat("data folder has format %s, this program reads %s",
                        lines[0], kDataFormat));
  }
  // Split gives an empty part after the last line break.
  if (lines.size() != kLineCount + 1 || !lines[kLineCount].empty() ||
      lines[0] != kDataFormat || !IsOrigin(lines[1])) {
    return TornFormat();
  }
  const std::optional<std::string> genesis = DecodeBase64(lines[2]);
  if (!genesis.has_value()) return TornFormat();
  const std::optional<Hash> hash = crypto::HashFromBytes(AsBytes(*genesis));
  if (!hash.has_value()) return TornFormat();
  return FolderIdentity{std::string(lines[1]), *hash};
}

DataFolder::DataFolder(fs::path path, FileHandle lock, FolderIdentity identity)
    : path_(std::move(path)),
      lock_(std::move(lock)),
      identity_(std::move(identity)) {}

absl::StatusOr<std::unique_ptr<DataFolder>> DataFolder::Create(
    const fs::path& path, std::string_view origin, const Hash& genesis_hash) {
  if (!IsOrigin(origin)) {
    return absl::InvalidArgumentError("origin is empty or not one line");
  }
  AMANAH_RETURN_IF_ERROR(MakeEmpty(path));
  AMANAH_ASSIGN_OR_RETURN(FileHandle lock, Lock(path));
  // Not make_unique: the constructor is private.
  return std::unique_ptr<DataFolder>(
      new DataFolder(path, std::move(lock),
                     FolderIdentity{std::string(origin), genesis_hash}));
}

absl::StatusOr<std::unique_ptr<DataFolder>> DataFolder::Open(
    const fs::path& path, std::optional<std::string_view> expected_origin) {
  std::error_code error;
  if (!fs::is_directory(path, error)) {
    return absl::NotFoundError(
        absl::StrFormat("data folder %s does not exist", path.string()));
  }
  AMANAH_RETURN_IF_ERROR(CheckPrivate(path));
  if (!fs::exists(path / "FORMAT", error)) {
    return absl::NotFoundError(absl::StrFormat(
        "data folder %s has no file FORMAT: its creation was not finished",
        path.string()));
  }
  AMANAH_ASSIGN_OR_RETURN(FileHandle lock, Lock(path));
  AMANAH_ASSIGN_OR_RETURN(const std::string text,
                          ReadFile(path / "FORMAT", kFormatLengthMax));
  absl::StatusOr<FolderIdentity> identity = ParseFolderIdentity(text);
  if (!identity.ok()) {
    return absl::Status(
        identity.status().code(),
        absl::StrFormat("%s: %s", path.string(),
                        std::string(identity.status().message())));
  }
  if (expected_origin.has_value() && identity->origin != *expected_origin) {
    return absl::FailedPreconditionError(
        absl::StrFormat("data folder %s is of origin %s, not %s", path.string(),
                        identity->origin, *expected_origin));
  }
  return std::unique_ptr<DataFolder>(
      new DataFolder(path, std::move(lock), *std::move(identity)));
}

absl::Status DataFolder::Finish() {
  // The names of the stores' folders, and of this one, come first.
  AMANAH_RETURN_IF_ERROR(SyncFolder(path_));
  AMANAH_RETURN_IF_ERROR(
      WriteFileAtomically(path_ / "FORMAT", FormatFolderIdentity(identity_)));
  return SyncFolder(fs::absolute(path_).lexically_normal().parent_path());
}

}  // namespace amanah::store
