// The folder that a ledger lives in: which ledger it is, and that one process
// has it. What lies in its parts is known by the stores, not here.
//
//   FORMAT     format, origin and hash of entry 0, as text; written last
//   LOCK       locked by the process that has the folder
//   signer     what the checkpoint key signed last (signer_memory.h)
//   entries/   the entries (entry_store.h): the only truth
//   state/     derived from them (derived_store.h); may be deleted, and is
//              rebuilt
#ifndef AMANAH_LEDGER_STORE_DATA_FOLDER_H_
#define AMANAH_LEDGER_STORE_DATA_FOLDER_H_

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ledger/base/bytes.h"
#include "ledger/crypto/hash.h"
#include "ledger/store/files.h"

namespace amanah::store {

using crypto::Hash;

inline constexpr std::string_view kDataFormat = "amanah-data/v1";

// Which ledger a folder holds.
struct FolderIdentity {
  std::string origin;
  Hash genesis_hash;  // leaf hash of entry 0

  friend bool operator==(const FolderIdentity&,
                         const FolderIdentity&) = default;
};

// The text of the file FORMAT. Parse fails with DATA_LOSS when the text is
// torn or not ours, and with FAILED_PRECONDITION for another format version.
std::string FormatFolderIdentity(const FolderIdentity& identity);
absl::StatusOr<FolderIdentity> ParseFolderIdentity(std::string_view text);

// Holds the folder's lock while it lives. Reading is thread-safe.
class DataFolder {
 public:
  // Makes and locks a folder of mode 0700 without FORMAT: fill its stores, then
  // Finish(). INVALID_ARGUMENT: the origin is empty or holds a line break or
  // other control character. ALREADY_EXISTS: there is something in it.
  static absl::StatusOr<std::unique_ptr<DataFolder>> Create(
      const std::filesystem::path& path, std::string_view origin,
      const Hash& genesis_hash);

  // Locks a finished folder. NOT_FOUND: missing, or not finished.
  // FAILED_PRECONDITION: in use by another process or object, of another
  // format, of another origin than `expected_origin`, or open to other users of
  // the machine. DATA_LOSS: FORMAT is torn.
  static absl::StatusOr<std::unique_ptr<DataFolder>> Open(
      const std::filesystem::path& path,
      std::optional<std::string_view> expected_origin = std::nullopt);

  // Writes FORMAT and syncs: from now on the folder can be opened.
  absl::Status Finish();

  const FolderIdentity& identity() const { return identity_; }
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path entries_path() const { return path_ / "entries"; }
  std::filesystem::path state_path() const { return path_ / "state"; }
  std::filesystem::path signer_path() const { return path_ / "signer"; }

 private:
  DataFolder(std::filesystem::path path, FileHandle lock,
             FolderIdentity identity);

  std::filesystem::path path_;
  FileHandle lock_;
  FolderIdentity identity_;
};

}  // namespace amanah::store

#endif  // AMANAH_LEDGER_STORE_DATA_FOLDER_H_
