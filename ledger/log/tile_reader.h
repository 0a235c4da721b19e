// Perfect nodes out of tiles, for proofs from a folder or a web server. The
// levels between those that tiles store are recomputed.
#ifndef AMANAH_LEDGER_LOG_TILE_READER_H_
#define AMANAH_LEDGER_LOG_TILE_READER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "ledger/log/merkle.h"
#include "ledger/log/proof.h"
#include "ledger/log/tile.h"

namespace amanah::log {

// Nothing that a tile says is verified here: whoever makes a proof from it
// checks that against a signed root. Thread-safe if the fetcher is.
class TileNodeReader final : public NodeReader {
 public:
  // Gives a tile's bytes. NOT_FOUND for a partial tile makes the reader ask for
  // the full one, as the partial may be deleted by then.
  using Fetch = std::function<absl::StatusOr<std::string>(const TileId&)>;

  // Reads the log as it was at `size`. Keeps the `tiles_max` tiles used last
  // (about 16 KiB each). Requires: tiles_max > 0.
  TileNodeReader(uint64_t size, Fetch fetch, size_t tiles_max = 256);

  // NOT_FOUND: no such perfect node at this size; DATA_LOSS: a tile of the
  // wrong length; otherwise the fetcher's errors.
  absl::StatusOr<Hash> ReadNode(unsigned level, uint64_t index) const override;

 private:
  // A tile's perfect nodes: [0] its hashes as stored, [k] k levels above.
  using Levels = std::vector<std::vector<Hash>>;
  using TileKey = std::pair<unsigned, uint64_t>;  // level and index
  struct Cached {
    TileKey key;
    std::shared_ptr<const Levels> levels;
  };

  absl::StatusOr<std::shared_ptr<const Levels>> Tile(const TileId& tile) const;
  absl::StatusOr<std::vector<Hash>> FetchHashes(const TileId& tile) const;
  std::shared_ptr<const Levels> FindCached(const TileKey& key) const;
  void Keep(const TileKey& key, std::shared_ptr<const Levels> levels) const;

  const uint64_t size_;
  const Fetch fetch_;
  const size_t tiles_max_;

  mutable std::mutex mutex_;        // guards what follows
  mutable std::list<Cached> used_;  // last used first
  mutable absl::flat_hash_map<TileKey, std::list<Cached>::iterator> places_;
};

}  // namespace amanah::log

#endif  // AMANAH_LEDGER_LOG_TILE_READER_H_
