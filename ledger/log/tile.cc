#include "ledger/log/tile.h"

#include <algorithm>

#include "ledger/base/check.h"
#include "ledger/base/status.h"
#include "ledger/base/text.h"

namespace amanah::log {
namespace {

constexpr std::string_view kTilePrefix = "tile/";
constexpr std::string_view kEntriesPrefix = "tile/entries/";
constexpr unsigned kLevelMax = 63;
constexpr size_t kIndexGroupsMax = 6;  // 18 digits: above any index below 2^56
constexpr size_t kLengthBytes = 2;

// 1234067 as x001/x234/067.
std::string FormatIndex(uint64_t index) {
  std::string text = absl::StrFormat("%03d", index % 1000);
  while (index >= 1000) {
    index /= 1000;
    text = absl::StrFormat("x%03d/%s", index % 1000, text);
  }
  return text;
}

std::string FormatIndexAndWidth(uint64_t index, unsigned width) {
  std::string text = FormatIndex(index);
  if (width != kTileWidth) text += absl::StrFormat(".p/%d", width);
  return text;
}

struct IndexAndWidth {
  uint64_t index = 0;
  unsigned width = kTileWidth;
};

// Reads what FormatIndexAndWidth writes, and more: the caller formats the
// result and compares, so that each id has one path.
std::optional<IndexAndWidth> ParseIndexAndWidth(std::string_view text) {
  IndexAndWidth result;
  if (const size_t dot = text.find(".p/"); dot != std::string_view::npos) {
    const auto width = ParseDecimal(text.substr(dot + 3));
    if (!width.has_value() || *width < 1 || *width >= kTileWidth) {
      return std::nullopt;
    }
    result.width = static_cast<unsigned>(*width);
    text = text.substr(0, dot);
  }
  const std::vector<std::string_view> groups = Split(text, '/');
  if (groups.size() > kIndexGroupsMax) return std::nullopt;
  for (std::string_view group : groups) {
    if (group.starts_with('x')) group.remove_prefix(1);
    if (group.size() != 3) return std::nullopt;
    for (const char c : group) {
      if (c < '0' || c > '9') return std::nullopt;
      result.index = result.index * 10 + static_cast<uint64_t>(c - '0');
    }
  }
  return result;
}

// Calls add(index, width) for each tile over `count` hashes or entries that is
// not among those over `old_count`.
template <typename Add>
void ForEachNewTile(uint64_t count, uint64_t old_count, const Add& add) {
  if (count == old_count) return;
  for (uint64_t index = old_count / kTileWidth; index * kTileWidth < count;
       ++index) {
    add(index, static_cast<unsigned>(
                   std::min<uint64_t>(kTileWidth, count - index * kTileWidth)));
  }
}

// How many hashes level `level` of the tiles has.
uint64_t HashesAt(uint64_t size, unsigned level) {
  const unsigned shift = level * kTileLevels;
  return shift < 64 ? size >> shift : 0;
}

}  // namespace

std::string TilePath(const TileId& tile) {
  return absl::StrFormat("%s%d/%s", kTilePrefix, tile.level,
                         FormatIndexAndWidth(tile.index, tile.width));
}

std::string EntryBundlePath(const BundleId& bundle) {
  return absl::StrFormat("%s%s", kEntriesPrefix,
                         FormatIndexAndWidth(bundle.index, bundle.width));
}

std::optional<TileId> ParseTilePath(std::string_view path) {
  if (!path.starts_with(kTilePrefix)) return std::nullopt;
  const std::string_view rest = path.substr(kTilePrefix.size());
  const size_t slash = rest.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto level = ParseDecimal(rest.substr(0, slash));
  if (!level.has_value() || *level > kLevelMax) return std::nullopt;
  const auto place = ParseIndexAndWidth(rest.substr(slash + 1));
  if (!place.has_value()) return std::nullopt;
  const TileId tile{static_cast<unsigned>(*level), place->index, place->width};
  if (TilePath(tile) != path) return std::nullopt;
  return tile;
}

std::optional<BundleId> ParseEntryBundlePath(std::string_view path) {
  if (!path.starts_with(kEntriesPrefix)) return std::nullopt;
  const auto place = ParseIndexAndWidth(path.substr(kEntriesPrefix.size()));
  if (!place.has_value()) return std::nullopt;
  const BundleId bundle{place->index, place->width};
  if (EntryBundlePath(bundle) != path) return std::nullopt;
  return bundle;
}

std::vector<TileId> TilesOfSize(uint64_t size, uint64_t old_size) {
  AMANAH_CHECK(old_size <= size);
  std::vector<TileId> tiles;
  for (unsigned level = 0; HashesAt(size, level) > 0; ++level) {
    ForEachNewTile(HashesAt(size, level), HashesAt(old_size, level),
                   [&](uint64_t index, unsigned width) {
                     tiles.push_back({level, index, width});
                   });
  }
  return tiles;
}

std::vector<BundleId> BundlesOfSize(uint64_t size, uint64_t old_size) {
  AMANAH_CHECK(old_size <= size);
  std::vector<BundleId> bundles;
  ForEachNewTile(size, old_size, [&](uint64_t index, unsigned width) {
    bundles.push_back({index, width});
  });
  return bundles;
}

unsigned TileWidthAt(uint64_t size, unsigned level, uint64_t index) {
  const uint64_t hashes = HashesAt(size, level);
  if (index > hashes / kTileWidth) return 0;
  return static_cast<unsigned>(
      std::min<uint64_t>(kTileWidth, hashes - index * kTileWidth));
}

std::string EncodeHashTile(std::span<const Hash> hashes) {
  std::string bytes;
  bytes.reserve(hashes.size() * crypto::kHashLength);
  for (const Hash& hash : hashes) Append(&bytes, hash.view());
  return bytes;
}

absl::StatusOr<std::vector<Hash>> DecodeHashTile(ByteView bytes,
                                                 unsigned width) {
  if (bytes.size() != width * crypto::kHashLength) {
    return absl::DataLossError(
        absl::StrFormat("a tile of %d hashes has %d bytes, not %d", width,
                        bytes.size(), width * crypto::kHashLength));
  }
  std::vector<Hash> hashes(width);
  for (Hash& hash : hashes) {
    std::copy_n(bytes.begin(), crypto::kHashLength, hash.bytes.begin());
    bytes = bytes.subspan(crypto::kHashLength);
  }
  return hashes;
}

std::string EncodeBundle(std::span<const std::string> entries) {
  std::string bytes;
  for (const std::string& entry : entries) {
    AMANAH_CHECK(entry.size() <= kBundleEntryBytesMax);
    AppendBigEndian(&bytes, static_cast<uint16_t>(entry.size()));
    bytes += entry;
  }
  return bytes;
}

absl::StatusOr<std::vector<ByteView>> DecodeBundle(ByteView bytes,
                                                   unsigned width) {
  std::vector<ByteView> entries;
  while (!bytes.empty()) {
    if (bytes.size() < kLengthBytes) {
      return absl::DataLossError(absl::StrFormat(
          "entry %d of a bundle is cut off in its length", entries.size()));
    }
    const size_t length = ReadBigEndian<uint16_t>(bytes);
    bytes = bytes.subspan(kLengthBytes);
    if (length > bytes.size()) {
      return absl::DataLossError(absl::StrFormat(
          "entry %d of a bundle has %d bytes, of which %d are there",
          entries.size(), length, bytes.size()));
    }
    entries.push_back(bytes.first(length));
    bytes = bytes.subspan(length);
  }
  if (entries.size() != width) {
    return absl::DataLossError(absl::StrFormat(
        "a bundle holds %d entries, not %d", entries.size(), width));
  }
  return entries;
}

}  // namespace amanah::log
