// The Merkle tree of RFC 6962 section 2.1 (RFC 9162 section 2.1): hashing,
// roots and paths of trees that are in memory, and the right edge of one that
// grows. Proofs about a stored tree are in proof.h.
//
// A perfect node (level L, index i) covers the leaves [i * 2^L, (i + 1) * 2^L)
// and never changes once they are there.
#ifndef AMANAH_LEDGER_LOG_MERKLE_H_
#define AMANAH_LEDGER_LOG_MERKLE_H_

#include <cstdint>
#include <span>
#include <vector>

#include "ledger/base/bytes.h"
#include "ledger/crypto/hash.h"

namespace amanah::log {

using crypto::Hash;

struct NodeId {
  unsigned level = 0;
  uint64_t index = 0;

  auto operator<=>(const NodeId&) const = default;
};

struct Node {
  NodeId id;
  Hash hash;

  bool operator==(const Node&) const = default;
};

// H(0x00 || data), H(0x01 || left || right), H("").
Hash LeafHash(ByteView data);
Hash NodeHash(const Hash& left, const Hash& right);
Hash EmptyRoot();

// The root over leaf hashes; EmptyRoot() when there are none.
Hash RootOf(std::span<const Hash> leaves);

// The inclusion path of a leaf, leaf side first. Costs as much as the root.
// Requires: index < leaves.size().
std::vector<Hash> PathInLeaves(std::span<const Hash> leaves, uint64_t index);

// All inclusion paths of RootOf(leaves), by index, for 2n hashes in total.
std::vector<std::vector<Hash>> AllPathsInLeaves(std::span<const Hash> leaves);

// The perfect nodes whose roots make up the tree of `size`, largest (leftmost)
// first: one per set bit.
std::vector<NodeId> RightEdgeNodes(uint64_t size);

// A tree of which only the right edge is kept: what is needed to append and to
// give the root. Not thread-safe.
class RightEdge {
 public:
  RightEdge() = default;

  // Takes up a tree of `size` whose RightEdgeNodes have these hashes.
  // Requires: nodes.size() == popcount(size).
  RightEdge(uint64_t size, std::vector<Hash> nodes);

  uint64_t size() const { return size_; }

  // Largest first, as RightEdgeNodes(size()).
  std::span<const Hash> nodes() const { return nodes_; }

  // Adds a leaf. The perfect nodes that it completes, lowest (the leaf itself)
  // first, are added to `completed` if that is not null.
  void Append(const Hash& leaf, std::vector<Node>* completed = nullptr);

  // Costs one hash per set bit of size().
  Hash Root() const;

 private:
  uint64_t size_ = 0;
  std::vector<Hash> nodes_;
};

}  // namespace amanah::log

#endif  // AMANAH_LEDGER_LOG_MERKLE_H_
