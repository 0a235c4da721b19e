// The Merkle tree over the leaf hashes of the entries, kept as tiles
// (log/tile.h): full ones as rows of the derived store, the partial one of
// each level in memory. A tile that is missing is rebuilt from the entries.
#ifndef AMANAH_LEDGER_STORE_TILE_STORE_H_
#define AMANAH_LEDGER_STORE_TILE_STORE_H_

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ledger/log/merkle.h"
#include "ledger/log/proof.h"
#include "ledger/store/derived_store.h"
#include "ledger/store/entry_store.h"
#include "ledger/store/tile_nodes.h"

namespace amanah::store {

// Thread-safe: one thread appends while many read. Nodes never change, so a
// reader may work on any size <= size() while the tree grows. Calls fail as
// the two stores do; a row of the wrong length is DATA_LOSS.
class TileStore final : public log::NodeReader {
 public:
  // The tree over the first `size` entries, which is derived->position() in
  // the course of things. Costs reading at most 255 entries and 255 full tiles
  // per level above 0, and more where tiles are missing.
  // Both stores must outlive it. OUT_OF_RANGE unless size <= entries->size().
  // `tiles_max` is how many full tiles are kept in memory (16 KiB each).
  // Requires: tiles_max > 0.
  static absl::StatusOr<std::unique_ptr<TileStore>> Open(
      DerivedStore* derived, const EntryStore* entries, uint64_t size,
      size_t tiles_max = 1024);

  // Adds leaves. Full tiles are handed to the derived store and are kept with
  // the next group published there: call this before that Publish.
  void Append(std::span<const Hash> leaf_hashes);

  uint64_t size() const;
  // The root at size().
  Hash Root() const;

  // NOT_FOUND: no such perfect node at size().
  absl::StatusOr<Hash> ReadNode(unsigned level, uint64_t index) const override;

  // The tile's first `width` hashes as bytes. OUT_OF_RANGE unless
  // 1 <= width <= 256 and size() includes them.
  absl::StatusOr<std::string> ReadTile(unsigned level, uint64_t index,
                                       unsigned width) const;

 private:
  using TileKey = std::pair<unsigned, uint64_t>;  // level and index
  using TilePointer = std::shared_ptr<const TileNodes>;

  TileStore(DerivedStore* derived, const EntryStore* entries, size_t tiles_max)
      : derived_(derived), entries_(entries), tiles_max_(tiles_max) {}

  absl::Status Restore(uint64_t size);
  void AppendLeaf(const Hash& leaf_hash);
  // A full tile: from memory, from its row, or rebuilt.
  absl::StatusOr<TilePointer> FullTile(unsigned level, uint64_t index) const;
  absl::StatusOr<TilePointer> Rebuild(unsigned level, uint64_t index) const;
  // The first `width` hashes of a tile, from what is below it.
  absl::StatusOr<std::vector<Hash>> ComputeHashes(unsigned level,
                                                  uint64_t index,
                                                  unsigned width) const;
  TilePointer FindKept(const TileKey& key) const;
  void Keep(const TileKey& key, TilePointer tile) const;

  DerivedStore* const derived_;
  const EntryStore* const entries_;
  const size_t tiles_max_;

  mutable std::shared_mutex edge_mutex_;  // guards the next two
  uint64_t size_ = 0;
  std::vector<TileNodes> edge_;  // the partial tile of each level

  mutable std::mutex kept_mutex_;  // guards what follows; taken last
  mutable std::list<std::pair<TileKey, TilePointer>> used_;  // last used first
  mutable absl::flat_hash_map<
      TileKey, std::list<std::pair<TileKey, TilePointer>>::iterator>
      places_;
};

}  // namespace amanah::store

#endif  // AMANAH_LEDGER_STORE_TILE_STORE_H_
