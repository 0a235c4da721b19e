// The perfect nodes within one tile, computed as its hashes come in.
#ifndef AMANAH_LEDGER_STORE_TILE_NODES_H_
#define AMANAH_LEDGER_STORE_TILE_NODES_H_

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "ledger/log/merkle.h"
#include "ledger/log/tile.h"

namespace amanah::store {

using crypto::Hash;

// Thread-safe while it is const.
class TileNodes {
 public:
  TileNodes() = default;
  // Requires: at most 256 hashes.
  explicit TileNodes(std::span<const Hash> hashes);

  // Adds the next hash. Requires: width() < 256.
  void Add(const Hash& hash);

  unsigned width() const { return static_cast<unsigned>(levels_[0].size()); }
  bool is_full() const { return width() == log::kTileWidth; }

  // The hashes as stored.
  std::span<const Hash> hashes() const { return levels_[0]; }

  // The node `height` levels above the hashes, or null if it is not perfect
  // yet. Height 8 is the root of the full tile.
  const Hash* Node(unsigned height, uint64_t index) const;

 private:
  std::array<std::vector<Hash>, log::kTileLevels + 1> levels_;
};

}  // namespace amanah::store

#endif  // AMANAH_LEDGER_STORE_TILE_NODES_H_
