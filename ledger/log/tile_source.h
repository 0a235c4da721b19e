// Where a whole log comes from, laid out as C2SP tlog-tiles: a folder, the
// ledger's own stores, or a server.
#ifndef AMANAH_LEDGER_LOG_TILE_SOURCE_H_
#define AMANAH_LEDGER_LOG_TILE_SOURCE_H_

#include <string>

#include "absl/status/statusor.h"
#include "ledger/log/tile.h"

namespace amanah::log {

// Bytes are handed on as they are: whoever reads them verifies them. Calls may
// fail with whatever the implementation says; NOT_FOUND: it has no such thing.
// An implementation says whether it is thread-safe.
class TileSource {
 public:
  virtual ~TileSource() = default;

  // The signed note of the newest checkpoint. Ask for it first: what it implies
  // is there.
  virtual absl::StatusOr<std::string> ReadCheckpoint() const = 0;

  // Exactly `tile.width` hashes. Where the partial tile is gone, the beginning
  // of the full one.
  virtual absl::StatusOr<std::string> ReadTile(const TileId& tile) const = 0;

  // Exactly `bundle.width` entries with their lengths, in the same way.
  virtual absl::StatusOr<std::string> ReadBundle(
      const BundleId& bundle) const = 0;
};

}  // namespace amanah::log

#endif  // AMANAH_LEDGER_LOG_TILE_SOURCE_H_
