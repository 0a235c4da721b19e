#include "ledger/audit/tree_check.h"

#include <utility>
#include <vector>

#include "absl/strings/str_format.h"

namespace amanah::audit {

using judge::FindingKind;
using log::Hash;
using log::TileId;

absl::Status TreeCheck::Append(const Hash& leaf) {
  tree_.Append(leaf, [this](const TileId& tile, std::span<const Hash> hashes) {
    Compare(tile, hashes);
  });
  return status_;
}

absl::Status TreeCheck::Finish() {
  tree_.ForEachPartial(
      [this](const TileId& tile, std::span<const Hash> hashes) {
        Compare(tile, hashes);
      });
  return status_;
}

void TreeCheck::Compare(const TileId& tile, std::span<const Hash> hashes) {
  // How many entries a hash of this tile covers, and the first of the tile's.
  const uint64_t covered = uint64_t{1} << (tile.level * log::kTileLevels);
  const uint64_t first = tile.index * log::kTileWidth * covered;
  const std::string path = log::TilePath(tile);
  const auto bytes = source_->ReadTile(tile);
  auto stored = bytes.ok() ? log::DecodeHashTile(AsBytes(*bytes), tile.width)
                           : bytes.status();
  if (!stored.ok()) {
    if (!absl::IsNotFound(stored.status()) &&
        !absl::IsDataLoss(stored.status())) {
      status_.Update(stored.status());
      return;
    }
    on_finding_({first, FindingKind::kTree,
                 absl::StrFormat("%s cannot be read: %s", path,
                                 std::string(stored.status().message()))});
    return;
  }
  for (size_t i = 0; i < hashes.size(); ++i) {
    if ((*stored)[i] == hashes[i]) continue;
    const uint64_t from = first + i * covered;
    on_finding_({from, FindingKind::kTree,
                 covered == 1
                     ? absl::StrFormat("its hash is not the one in %s", path)
                     : absl::StrFormat("the hash of entries %d to %d is not "
                                       "the one in %s",
                                       from, from + covered - 1, path)});
  }
}

}  // namespace amanah::audit
