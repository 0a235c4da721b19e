#include "ledger/log/tile_reader.h"

#include "ledger/base/check.h"
#include "ledger/base/status.h"

namespace amanah::log {

TileNodeReader::TileNodeReader(uint64_t size, Fetch fetch, size_t tiles_max)
    : size_(size), fetch_(std::move(fetch)), tiles_max_(tiles_max) {
  AMANAH_CHECK(tiles_max_ > 0);
}

absl::StatusOr<Hash> TileNodeReader::ReadNode(unsigned level,
                                              uint64_t index) const {
  const unsigned within = level % kTileLevels;
  const unsigned bits = kTileLevels - within;  // of the place within the tile
  TileId tile{level / kTileLevels, index >> bits, 0};
  tile.width = TileWidthAt(size_, tile.level, tile.index);
  const uint64_t place = index & ((uint64_t{1} << bits) - 1);
  if (place >= tile.width >> within) {
    return absl::NotFoundError(
        absl::StrFormat("no perfect node %d at level %d in a tree of %d leaves",
                        index, level, size_));
  }
  AMANAH_ASSIGN_OR_RETURN(const auto levels, Tile(tile));
  return (*levels)[within][place];
}

absl::StatusOr<std::shared_ptr<const TileNodeReader::Levels>>
TileNodeReader::Tile(const TileId& tile) const {
  const TileKey key{tile.level, tile.index};
  if (auto cached = FindCached(key); cached != nullptr) return cached;
  // Not under the lock: fetching may take long. Two threads that miss at once
  // both fetch, which costs time only.
  AMANAH_ASSIGN_OR_RETURN(std::vector<Hash> hashes, FetchHashes(tile));
  auto levels = std::make_shared<Levels>();
  levels->push_back(std::move(hashes));
  for (unsigned k = 1; k < kTileLevels; ++k) {
    const std::vector<Hash>& below = levels->back();
    std::vector<Hash> above;
    above.reserve(below.size() / 2);
    for (size_t i = 0; i + 1 < below.size(); i += 2) {
      above.push_back(NodeHash(below[i], below[i + 1]));
    }
    levels->push_back(std::move(above));
  }
  Keep(key, levels);
  return levels;
}

absl::StatusOr<std::vector<Hash>> TileNodeReader::FetchHashes(
    const TileId& tile) const {
  absl::StatusOr<std::string> bytes = fetch_(tile);
  if (bytes.ok()) return DecodeHashTile(AsBytes(*bytes), tile.width);
  if (!absl::IsNotFound(bytes.status()) || tile.width == kTileWidth) {
    return bytes.status();
  }
  AMANAH_ASSIGN_OR_RETURN(bytes, fetch_({tile.level, tile.index, kTileWidth}));
  AMANAH_ASSIGN_OR_RETURN(std::vector<Hash> hashes,
                          DecodeHashTile(AsBytes(*bytes), kTileWidth));
  hashes.resize(tile.width);
  return hashes;
}

std::shared_ptr<const TileNodeReader::Levels> TileNodeReader::FindCached(
    const TileKey& key) const {
  const std::lock_guard lock(mutex_);
  const auto place = places_.find(key);
  if (place == places_.end()) return nullptr;
  used_.splice(used_.begin(), used_, place->second);
  return used_.front().levels;
}

void TileNodeReader::Keep(const TileKey& key,
                          std::shared_ptr<const Levels> levels) const {
  const std::lock_guard lock(mutex_);
  if (places_.contains(key)) return;
  used_.push_front({key, std::move(levels)});
  places_.emplace(key, used_.begin());
  if (used_.size() > tiles_max_) {
    places_.erase(used_.back().key);
    used_.pop_back();
  }
}

}  // namespace amanah::log
