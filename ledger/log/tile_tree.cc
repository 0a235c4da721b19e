#include "ledger/log/tile_tree.h"

namespace amanah::log {

void TileTree::Append(const Hash& leaf, const OnTile& on_tile) {
  completed_.clear();
  edge_.Append(leaf, &completed_);
  for (const Node& node : completed_) {
    // Tiles store every eighth level of the tree.
    if (node.id.level % kTileLevels != 0) continue;
    const unsigned number = node.id.level / kTileLevels;
    if (number == levels_.size()) levels_.emplace_back();
    Level& level = levels_[number];
    level.hashes.push_back(node.hash);
    if (level.hashes.size() < kTileWidth) continue;
    on_tile({number, level.index, kTileWidth}, level.hashes);
    level.hashes.clear();
    ++level.index;
  }
}

void TileTree::ForEachPartial(const OnTile& on_tile) const {
  for (unsigned number = 0; number < levels_.size(); ++number) {
    const Level& level = levels_[number];
    if (level.hashes.empty()) continue;
    on_tile({number, level.index, static_cast<unsigned>(level.hashes.size())},
            level.hashes);
  }
}

}  // namespace amanah::log
