#include "ledger/store/tile_nodes.h"

#include "ledger/base/check.h"

namespace amanah::store {

TileNodes::TileNodes(std::span<const Hash> hashes) {
  for (const Hash& hash : hashes) Add(hash);
}

void TileNodes::Add(const Hash& hash) {
  AMANAH_CHECK(!is_full());
  levels_[0].push_back(hash);
  // A second child completes its parent.
  for (unsigned height = 0; levels_[height].size() % 2 == 0; ++height) {
    const std::vector<Hash>& level = levels_[height];
    levels_[height + 1].push_back(
        log::NodeHash(level[level.size() - 2], level.back()));
    if (height + 1 == log::kTileLevels) break;
  }
}

const Hash* TileNodes::Node(unsigned height, uint64_t index) const {
  if (height > log::kTileLevels || index >= levels_[height].size()) {
    return nullptr;
  }
  return &levels_[height][index];
}

}  // namespace amanah::store
