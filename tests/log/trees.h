// Trees for tests: numbered leaves, the root as RFC 6962 defines it word for
// word, and a reader over nodes in memory.
#ifndef AMANAH_TESTS_LOG_TREES_H_
#define AMANAH_TESTS_LOG_TREES_H_

#include <bit>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "ledger/base/status.h"
#include "ledger/log/merkle.h"
#include "ledger/log/proof.h"

namespace amanah::log {

inline std::vector<Hash> NumberedLeaves(size_t count) {
  std::vector<Hash> leaves;
  for (size_t i = 0; i < count; ++i) {
    leaves.push_back(LeafHash(AsBytes("leaf " + std::to_string(i))));
  }
  return leaves;
}

// RFC 6962 section 2.1, by recursion.
inline Hash NaiveRoot(std::span<const Hash> leaves) {
  if (leaves.empty()) return crypto::Sha256(ByteView());
  if (leaves.size() == 1) return leaves[0];
  const size_t split = std::bit_floor(leaves.size() - 1);
  const uint8_t prefix[] = {1};
  return crypto::Sha256({prefix, NaiveRoot(leaves.first(split)).view(),
                         NaiveRoot(leaves.subspan(split)).view()});
}

// Perfect nodes in memory.
class MapNodeReader final : public NodeReader {
 public:
  explicit MapNodeReader(std::span<const Hash> leaves) {
    RightEdge edge;
    std::vector<Node> completed;
    for (const Hash& leaf : leaves) edge.Append(leaf, &completed);
    for (const Node& node : completed) nodes_.emplace(node.id, node.hash);
  }

  absl::StatusOr<Hash> ReadNode(unsigned level, uint64_t index) const override {
    const auto found = nodes_.find({level, index});
    if (found == nodes_.end()) {
      return absl::NotFoundError(
          absl::StrFormat("no node %d at level %d", index, level));
    }
    return found->second;
  }

  const std::map<NodeId, Hash>& nodes() const { return nodes_; }

 private:
  std::map<NodeId, Hash> nodes_;
};

inline Hash WithBitFlipped(Hash hash, size_t bit) {
  hash.bytes[bit / 8] =
      static_cast<uint8_t>(hash.bytes[bit / 8] ^ (1 << (bit % 8)));
  return hash;
}

}  // namespace amanah::log

#endif  // AMANAH_TESTS_LOG_TREES_H_
