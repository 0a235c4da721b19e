// The tiles of a tree, computed as its leaves come in: what a folder of tiles
// must hold, for those who write one and for those who check one.
#ifndef AMANAH_LEDGER_LOG_TILE_TREE_H_
#define AMANAH_LEDGER_LOG_TILE_TREE_H_

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "ledger/log/merkle.h"
#include "ledger/log/tile.h"

namespace amanah::log {

// Keeps one incomplete tile a level. Not thread-safe.
class TileTree {
 public:
  // Gets a tile's hashes; the span is valid during the call only.
  using OnTile = std::function<void(const TileId&, std::span<const Hash>)>;

  // Adds a leaf; `on_tile` gets the full tiles that it completes, lowest level
  // first.
  void Append(const Hash& leaf, const OnTile& on_tile);
  // The partial tiles at this size, lowest level first.
  void ForEachPartial(const OnTile& on_tile) const;

  uint64_t size() const { return edge_.size(); }
  Hash Root() const { return edge_.Root(); }

 private:
  struct Level {
    uint64_t index = 0;  // of the incomplete tile
    std::vector<Hash> hashes;
  };

  RightEdge edge_;
  std::vector<Level> levels_;
  std::vector<Node> completed_;
};

}  // namespace amanah::log

#endif  // AMANAH_LEDGER_LOG_TILE_TREE_H_
