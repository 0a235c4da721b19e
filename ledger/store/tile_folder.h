// A folder laid out as C2SP tlog-tiles: the form in which a log is exported,
// mirrored and audited. Reading one, and writing or extending one from any
// source of tiles.
//
//   checkpoint                           the newest one; written last
//   tile/<level>/<index>[.p/<width>]     log/tile.h
//   tile/entries/<index>[.p/<width>]
#ifndef AMANAH_LEDGER_STORE_TILE_FOLDER_H_
#define AMANAH_LEDGER_STORE_TILE_FOLDER_H_

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ledger/log/tile_source.h"

namespace amanah::store {

// Reads from the disk at each call, and follows no symbolic link within the
// folder. Thread-safe. NOT_FOUND: no such file; DATA_LOSS: no regular file, or
// not of the right length; otherwise as files.h.
class TileFolder final : public log::TileSource {
 public:
  explicit TileFolder(std::filesystem::path path) : path_(std::move(path)) {}

  absl::StatusOr<std::string> ReadCheckpoint() const override;
  absl::StatusOr<std::string> ReadTile(const log::TileId& tile) const override;
  absl::StatusOr<std::string> ReadBundle(
      const log::BundleId& bundle) const override;

 private:
  absl::StatusOr<std::string> ReadWithin(const std::string& name,
                                         size_t length_max) const;

  std::filesystem::path path_;
};

struct ExtendedFolder {
  uint64_t old_size = 0;  // of the checkpoint that was there; 0: none
  uint64_t size = 0;
  uint64_t files_written = 0;
};

// Called with the entries done so far, about every 64 Ki.
using OnExtended = std::function<void(uint64_t entries, uint64_t size)>;

// Brings the folder to the source's checkpoint; makes it where there is none.
// What is there already is hashed and kept where it is right, so an interrupted
// call is continued by the next one. The checkpoint is replaced last, when all
// else is on the disk; then partial tiles that it makes superfluous are
// removed.
//
// The checkpoint's signature is for the caller to verify; here the entries must
// give its root. Fails with
//   INVALID_ARGUMENT     the source's checkpoint is none
//   FAILED_PRECONDITION  the folder is of another origin, holds a longer log,
//                        or one that the source's does not continue
//   DATA_LOSS            the source's entries, tiles and root do not agree
// and as the source and files.h do. Nothing else may write to the folder.
absl::StatusOr<ExtendedFolder> ExtendTileFolder(
    const std::filesystem::path& path, const log::TileSource& source,
    const OnExtended& on_extended = nullptr);

}  // namespace amanah::store

#endif  // AMANAH_LEDGER_STORE_TILE_FOLDER_H_
