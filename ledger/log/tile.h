// Tiles (c2sp.org/tlog-tiles): which ones a log of some size has, their paths
// and their bytes.
//
//   tile/<level>/<index>[.p/<width>]     hashes, 32 bytes each
//   tile/entries/<index>[.p/<width>]     (length(2, big-endian) || entry)*
//
// Tile `index` of `level` holds up to 256 hashes: the roots of 256^level leaves
// each, from leaf index * 256^(level + 1) on. The index is written in groups of
// three digits, all but the last with an `x` before: 1234067 is x001/x234/067.
#ifndef AMANAH_LEDGER_LOG_TILE_H_
#define AMANAH_LEDGER_LOG_TILE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/base/bytes.h"
#include "ledger/log/merkle.h"

namespace amanah::log {

inline constexpr unsigned kTileWidth = 256;  // hashes or entries of a full tile
inline constexpr unsigned kTileLevels = 8;   // tree levels within a tile
inline constexpr size_t kBundleEntryBytesMax = 65'535;

struct TileId {
  unsigned level = 0;           // 0 to 63
  uint64_t index = 0;           // below 2^56
  unsigned width = kTileWidth;  // 1 to 256; below 256 is a partial tile

  auto operator<=>(const TileId&) const = default;
};

struct BundleId {
  uint64_t index = 0;
  unsigned width = kTileWidth;

  auto operator<=>(const BundleId&) const = default;
};

// Paths without a leading slash.
std::string TilePath(const TileId& tile);
std::string EntryBundlePath(const BundleId& bundle);

// nullopt unless `path` is exactly what the function above gives for some id.
std::optional<TileId> ParseTilePath(std::string_view path);
std::optional<BundleId> ParseEntryBundlePath(std::string_view path);

// The tiles (bundles) that a log of `size` has and that of `old_size` had not,
// full and partial, by level and index. Requires: old_size <= size.
std::vector<TileId> TilesOfSize(uint64_t size, uint64_t old_size = 0);
std::vector<BundleId> BundlesOfSize(uint64_t size, uint64_t old_size = 0);

// How wide tile `index` of `level` is in a log of `size`; 0 when it has none.
unsigned TileWidthAt(uint64_t size, unsigned level, uint64_t index);

std::string EncodeHashTile(std::span<const Hash> hashes);

// DATA_LOSS unless there are exactly `width` hashes.
absl::StatusOr<std::vector<Hash>> DecodeHashTile(ByteView bytes,
                                                 unsigned width);

// Requires: every entry has at most 65,535 bytes.
std::string EncodeBundle(std::span<const std::string> entries);

// Views into `bytes`, one per entry. DATA_LOSS unless it holds exactly `width`
// entries.
absl::StatusOr<std::vector<ByteView>> DecodeBundle(ByteView bytes,
                                                   unsigned width);

}  // namespace amanah::log

#endif  // AMANAH_LEDGER_LOG_TILE_H_
