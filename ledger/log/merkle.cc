#include "ledger/log/merkle.h"

#include <bit>
#include <utility>

#include "ledger/base/check.h"

namespace amanah::log {
namespace {

constexpr uint8_t kLeafPrefix[] = {0x00};
constexpr uint8_t kNodePrefix[] = {0x01};

// Pairs the hashes of one level up into the next. An odd one at the end moves
// up as it is: it is the root of the smaller right subtree that RFC 6962's
// split leaves, so level by level gives the same root as the recursion there.
std::vector<Hash> LevelAbove(std::span<const Hash> level) {
  std::vector<Hash> above;
  above.reserve((level.size() + 1) / 2);
  for (size_t i = 0; i + 1 < level.size(); i += 2) {
    above.push_back(NodeHash(level[i], level[i + 1]));
  }
  if (level.size() % 2 == 1) above.push_back(level.back());
  return above;
}

// Adds the sibling at this level, which an odd one at the end lacks.
void AddSibling(std::span<const Hash> level, uint64_t index,
                std::vector<Hash>* path) {
  const uint64_t sibling = index ^ 1;
  if (sibling < level.size()) path->push_back(level[sibling]);
}

}  // namespace

Hash LeafHash(ByteView data) { return crypto::Sha256({kLeafPrefix, data}); }

Hash NodeHash(const Hash& left, const Hash& right) {
  return crypto::Sha256({kNodePrefix, left.view(), right.view()});
}

Hash EmptyRoot() { return crypto::Sha256(ByteView()); }

Hash RootOf(std::span<const Hash> leaves) {
  if (leaves.empty()) return EmptyRoot();
  if (leaves.size() == 1) return leaves[0];
  std::vector<Hash> level = LevelAbove(leaves);
  size_t size = level.size();
  // In place from here on: a parent never stands behind its children.
  while (size > 1) {
    for (size_t i = 0; i < size / 2; ++i) {
      level[i] = NodeHash(level[2 * i], level[2 * i + 1]);
    }
    if (size % 2 == 1) level[size / 2] = level[size - 1];
    size = (size + 1) / 2;
  }
  return level[0];
}

std::vector<Hash> PathInLeaves(std::span<const Hash> leaves, uint64_t index) {
  AMANAH_CHECK(index < leaves.size());
  std::vector<Hash> path;
  AddSibling(leaves, index, &path);
  std::vector<Hash> level = LevelAbove(leaves);
  while (level.size() > 1) {
    index /= 2;
    AddSibling(level, index, &path);
    level = LevelAbove(level);
  }
  return path;
}

std::vector<std::vector<Hash>> AllPathsInLeaves(std::span<const Hash> leaves) {
  std::vector<std::vector<Hash>> paths(leaves.size());
  std::vector<Hash> level(leaves.begin(), leaves.end());
  for (unsigned height = 0; level.size() > 1; ++height) {
    for (size_t i = 0; i < paths.size(); ++i) {
      AddSibling(level, i >> height, &paths[i]);
    }
    level = LevelAbove(level);
  }
  return paths;
}

std::vector<NodeId> RightEdgeNodes(uint64_t size) {
  std::vector<NodeId> nodes;
  for (unsigned level = 64; level-- > 0;) {
    const uint64_t nodes_at_level = size >> level;
    // Bit `level` of size is set: the last node of that level is on the edge.
    if (nodes_at_level % 2 == 1) nodes.push_back({level, nodes_at_level - 1});
  }
  return nodes;
}

RightEdge::RightEdge(uint64_t size, std::vector<Hash> nodes)
    : size_(size), nodes_(std::move(nodes)) {
  AMANAH_CHECK(nodes_.size() == static_cast<size_t>(std::popcount(size)));
}

void RightEdge::Append(const Hash& leaf, std::vector<Node>* completed) {
  Hash hash = leaf;
  uint64_t index = size_;
  for (unsigned level = 0;; ++level) {
    if (completed != nullptr) completed->push_back({{level, index}, hash});
    // A right child completes its parent, as in adding one with carry.
    if (index % 2 == 0) break;
    hash = NodeHash(nodes_.back(), hash);
    nodes_.pop_back();
    index /= 2;
  }
  nodes_.push_back(hash);
  ++size_;
}

Hash RightEdge::Root() const {
  if (nodes_.empty()) return EmptyRoot();
  Hash root = nodes_.back();
  for (size_t i = nodes_.size() - 1; i-- > 0;) {
    root = NodeHash(nodes_[i], root);
  }
  return root;
}

}  // namespace amanah::log
