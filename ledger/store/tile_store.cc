#include "ledger/store/tile_store.h"

#include "absl/strings/str_format.h"
#include "ledger/base/bytes.h"
#include "ledger/base/check.h"
#include "ledger/base/status.h"
#include "ledger/log/tile.h"

namespace amanah::store {
namespace {

constexpr unsigned kTreeLevels = 64;

// How many tiles of `level` are full at `size`.
uint64_t FullTiles(uint64_t size, unsigned level) {
  const unsigned shift = log::kTileLevels * (level + 1);
  return shift >= kTreeLevels ? 0 : size >> shift;
}

}  // namespace

absl::StatusOr<std::unique_ptr<TileStore>> TileStore::Open(
    DerivedStore* derived, const EntryStore* entries, uint64_t size,
    size_t tiles_max) {
  AMANAH_CHECK(tiles_max > 0);
  if (size > entries->size()) {
    return absl::OutOfRangeError(absl::StrFormat(
        "a tree of size %d over a log of %d entries", size, entries->size()));
  }
  std::unique_ptr<TileStore> store(new TileStore(derived, entries, tiles_max));
  AMANAH_RETURN_IF_ERROR(store->Restore(size));
  return store;
}

absl::Status TileStore::Restore(uint64_t size) {
  for (unsigned level = 0; (size >> (log::kTileLevels * level)) > 0; ++level) {
    const uint64_t hashes = size >> (log::kTileLevels * level);
    AMANAH_ASSIGN_OR_RETURN(
        const std::vector<Hash> partial,
        ComputeHashes(level, hashes / log::kTileWidth,
                      static_cast<unsigned>(hashes % log::kTileWidth)));
    edge_.emplace_back(partial);
    if (level + 1 == kTreeLevels / log::kTileLevels) break;
  }
  size_ = size;
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Hash>> TileStore::ComputeHashes(
    unsigned level, uint64_t index, unsigned width) const {
  const uint64_t first = index * log::kTileWidth;
  std::vector<Hash> hashes;
  hashes.reserve(width);
  if (level == 0) {
    AMANAH_RETURN_IF_ERROR(
        entries_->ForEach(first, width, [&](uint64_t, ByteView entry) {
          hashes.push_back(log::LeafHash(entry));
          return absl::OkStatus();
        }));
    return hashes;
  }
  for (unsigned i = 0; i < width; ++i) {
    AMANAH_ASSIGN_OR_RETURN(const TilePointer below,
                            FullTile(level - 1, first + i));
    hashes.push_back(*below->Node(log::kTileLevels, 0));
  }
  return hashes;
}

absl::StatusOr<TileStore::TilePointer> TileStore::FullTile(
    unsigned level, uint64_t index) const {
  const TileKey key{level, index};
  if (TilePointer kept = FindKept(key)) return kept;
  AMANAH_ASSIGN_OR_RETURN(const std::string bytes,
                          derived_->GetTile(level, index));
  if (bytes.empty()) return Rebuild(level, index);
  AMANAH_ASSIGN_OR_RETURN(const std::vector<Hash> hashes,
                          log::DecodeHashTile(AsBytes(bytes), log::kTileWidth));
  TilePointer tile = std::make_shared<const TileNodes>(hashes);
  Keep(key, tile);
  return tile;
}

absl::StatusOr<TileStore::TilePointer> TileStore::Rebuild(
    unsigned level, uint64_t index) const {
  AMANAH_ASSIGN_OR_RETURN(const std::vector<Hash> hashes,
                          ComputeHashes(level, index, log::kTileWidth));
  derived_->PutTile(level, index, log::EncodeHashTile(hashes));
  TilePointer tile = std::make_shared<const TileNodes>(hashes);
  Keep({level, index}, tile);
  return tile;
}

void TileStore::Append(std::span<const Hash> leaf_hashes) {
  const std::unique_lock lock(edge_mutex_);
  for (const Hash& leaf_hash : leaf_hashes) AppendLeaf(leaf_hash);
}

void TileStore::AppendLeaf(const Hash& leaf_hash) {
  ++size_;
  Hash hash = leaf_hash;
  for (unsigned level = 0;; ++level) {
    if (edge_.size() == level) edge_.emplace_back();
    edge_[level].Add(hash);
    if (!edge_[level].is_full()) return;
    // A full tile leaves the edge; its root is the next hash a level above.
    const uint64_t index = FullTiles(size_, level) - 1;
    TilePointer full =
        std::make_shared<const TileNodes>(std::move(edge_[level]));
    edge_[level] = TileNodes();
    hash = *full->Node(log::kTileLevels, 0);
    derived_->PutTile(level, index, log::EncodeHashTile(full->hashes()));
    Keep({level, index}, std::move(full));
  }
}

uint64_t TileStore::size() const {
  const std::shared_lock lock(edge_mutex_);
  return size_;
}

Hash TileStore::Root() const {
  const std::shared_lock lock(edge_mutex_);
  std::vector<Hash> nodes;
  // All nodes of the right edge lie in partial tiles: last ones of their row.
  for (const log::NodeId& id : log::RightEdgeNodes(size_)) {
    const unsigned height = id.level % log::kTileLevels;
    const TileNodes& tile = edge_[id.level / log::kTileLevels];
    const Hash* node = tile.Node(height, (tile.width() >> height) - 1);
    AMANAH_CHECK(node != nullptr);
    nodes.push_back(*node);
  }
  return log::RightEdge(size_, std::move(nodes)).Root();
}

absl::StatusOr<Hash> TileStore::ReadNode(unsigned level, uint64_t index) const {
  const unsigned tile_level = level / log::kTileLevels;
  const unsigned height = level % log::kTileLevels;
  const unsigned row_shift = log::kTileLevels - height;
  const uint64_t tile_index = index >> row_shift;
  const uint64_t index_in_row = index - (tile_index << row_shift);
  {
    const std::shared_lock lock(edge_mutex_);
    if (level >= kTreeLevels || index >= size_ >> level) {
      return absl::NotFoundError(absl::StrFormat(
          "node %d of level %d in a tree of size %d", index, level, size_));
    }
    if (tile_index == FullTiles(size_, tile_level)) {
      return *edge_[tile_level].Node(height, index_in_row);
    }
  }
  AMANAH_ASSIGN_OR_RETURN(const TilePointer tile,
                          FullTile(tile_level, tile_index));
  return *tile->Node(height, index_in_row);
}

absl::StatusOr<std::string> TileStore::ReadTile(unsigned level, uint64_t index,
                                                unsigned width) const {
  {
    const std::shared_lock lock(edge_mutex_);
    if (width == 0 || level >= kTreeLevels / log::kTileLevels ||
        width > log::TileWidthAt(size_, level, index)) {
      return absl::OutOfRangeError(absl::StrFormat(
          "%d hashes of tile %d of level %d in a tree of size %d", width, index,
          level, size_));
    }
    if (index == FullTiles(size_, level)) {
      return log::EncodeHashTile(edge_[level].hashes().first(width));
    }
  }
  AMANAH_ASSIGN_OR_RETURN(const TilePointer tile, FullTile(level, index));
  return log::EncodeHashTile(tile->hashes().first(width));
}

TileStore::TilePointer TileStore::FindKept(const TileKey& key) const {
  const std::lock_guard lock(kept_mutex_);
  const auto found = places_.find(key);
  if (found == places_.end()) return nullptr;
  used_.splice(used_.begin(), used_, found->second);
  return found->second->second;
}

void TileStore::Keep(const TileKey& key, TilePointer tile) const {
  const std::lock_guard lock(kept_mutex_);
  if (places_.contains(key)) return;
  if (used_.size() == tiles_max_) {
    places_.erase(used_.back().first);
    used_.pop_back();
  }
  used_.emplace_front(key, std::move(tile));
  places_.emplace(key, used_.begin());
}

}  // namespace amanah::store
