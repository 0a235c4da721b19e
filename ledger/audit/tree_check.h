// Whether the tiles and the root of a log are those of its entries.
#ifndef AMANAH_LEDGER_AUDIT_TREE_CHECK_H_
#define AMANAH_LEDGER_AUDIT_TREE_CHECK_H_

#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "absl/status/status.h"
#include "ledger/judge/replay.h"
#include "ledger/log/tile_source.h"
#include "ledger/log/tile_tree.h"

namespace amanah::audit {

// Hashes upwards from the leaves and compares every tile, of every level, byte
// for byte. Not thread-safe.
class TreeCheck {
 public:
  using OnFinding = std::function<void(judge::Finding)>;

  // `source` must outlive it.
  TreeCheck(const log::TileSource* source, OnFinding on_finding)
      : source_(source), on_finding_(std::move(on_finding)) {}

  // Takes the next leaf. A tile that is missing or differs is a finding; fails
  // only when the source cannot be reached (any other code than NOT_FOUND,
  // DATA_LOSS).
  absl::Status Append(const log::Hash& leaf);
  // The log ends here: its partial tiles.
  absl::Status Finish();

  uint64_t size() const { return tree_.size(); }
  log::Hash Root() const { return tree_.Root(); }

 private:
  void Compare(const log::TileId& tile, std::span<const log::Hash> hashes);

  const log::TileSource* source_;
  OnFinding on_finding_;
  log::TileTree tree_;
  absl::Status status_;
};

}  // namespace amanah::audit

#endif  // AMANAH_LEDGER_AUDIT_TREE_CHECK_H_
