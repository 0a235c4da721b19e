#include "ledger/log/proof.h"

#include <algorithm>
#include <bit>
#include <optional>
#include <utility>

#include "ledger/base/status.h"

namespace amanah::log {
namespace {

// Leaves [begin, end) of a subtree that RFC 6962's splits lead to, so `begin`
// is a multiple of a power of two that is at least end - begin.
struct Range {
  uint64_t begin;
  uint64_t end;
};

// Where RFC 6962 splits it: after the largest power of two that is smaller
// than its size. Requires: two leaves or more.
uint64_t SplitOf(const Range& range) {
  return range.begin + std::bit_floor(range.end - range.begin - 1);
}

// The perfect nodes that make up the range.
absl::StatusOr<RightEdge> EdgeOf(const NodeReader& reader, const Range& range) {
  const uint64_t size = range.end - range.begin;
  std::vector<Hash> nodes;
  for (const NodeId& id : RightEdgeNodes(size)) {
    const uint64_t index = (range.begin >> id.level) + id.index;
    AMANAH_ASSIGN_OR_RETURN(const Hash node, reader.ReadNode(id.level, index));
    nodes.push_back(node);
  }
  return RightEdge(size, std::move(nodes));
}

absl::Status AddRootOf(const NodeReader& reader, const Range& range,
                       std::vector<Hash>* path) {
  AMANAH_ASSIGN_OR_RETURN(const RightEdge edge, EdgeOf(reader, range));
  path->push_back(edge.Root());
  return absl::OkStatus();
}

// The place in a tree that a proof climbs through: `first` is the node's index
// at the current level, `last` that of the level's last node (RFC 9162's fn
// and sn).
struct Climb {
  uint64_t first;
  uint64_t last;

  bool AtTop() const { return last == 0; }

  // Whether the next hash of a path stands to the left.
  bool SiblingIsLeft() const { return first % 2 == 1 || first == last; }

  void Up() {
    first >>= 1;
    last >>= 1;
  }

  // Passes the levels at which the node is the odd one out and has no sibling.
  void SkipLonely() {
    while (first != 0 && first % 2 == 0) Up();
  }
};

// How many hashes an inclusion path has: one for each level below the one at
// which leaf and last leaf have the same ancestor, and above that one for each
// perfect left sibling. Requires: index < size.
uint64_t PathLength(uint64_t index, uint64_t size) {
  const auto inner = static_cast<unsigned>(std::bit_width(index ^ (size - 1)));
  const uint64_t above = inner < 64 ? index >> inner : 0;
  return inner + static_cast<unsigned>(std::popcount(above));
}

// RFC 9162 section 2.1.4.2, from the hash at which both trees agree.
struct Folded {
  Hash old_root;
  Hash new_root;
};

std::optional<Folded> FoldConsistency(Climb at, const Hash& start,
                                      std::span<const Hash> path) {
  Folded folded{start, start};
  for (const Hash& hash : path) {
    if (at.AtTop()) return std::nullopt;
    if (at.SiblingIsLeft()) {
      folded.old_root = NodeHash(hash, folded.old_root);
      folded.new_root = NodeHash(hash, folded.new_root);
      at.SkipLonely();
    } else {
      folded.new_root = NodeHash(folded.new_root, hash);
    }
    at.Up();
  }
  if (!at.AtTop()) return std::nullopt;
  return folded;
}

absl::Status DoesNotProve(uint64_t old_size, uint64_t new_size,
                          std::string_view why) {
  return absl::InvalidArgumentError(
      absl::StrFormat("no proof of consistency from size %d to %d: %s",
                      old_size, new_size, why));
}

}  // namespace

absl::StatusOr<Hash> RootAt(const NodeReader& reader, uint64_t size) {
  AMANAH_ASSIGN_OR_RETURN(const RightEdge edge, RightEdgeAt(reader, size));
  return edge.Root();
}

absl::StatusOr<RightEdge> RightEdgeAt(const NodeReader& reader, uint64_t size) {
  return EdgeOf(reader, {0, size});
}

absl::StatusOr<std::vector<Hash>> ProveInclusion(const NodeReader& reader,
                                                 uint64_t index,
                                                 uint64_t size) {
  if (index >= size) {
    return absl::OutOfRangeError(
        absl::StrFormat("no leaf %d in a tree of %d leaves", index, size));
  }
  // From the root down, then turned round: RFC 6962 section 2.1.1.
  std::vector<Hash> path;
  Range range{0, size};
  while (range.end - range.begin > 1) {
    const uint64_t split = SplitOf(range);
    const bool goes_left = index < split;
    const Range sibling =
        goes_left ? Range{split, range.end} : Range{range.begin, split};
    AMANAH_RETURN_IF_ERROR(AddRootOf(reader, sibling, &path));
    range = goes_left ? Range{range.begin, split} : Range{split, range.end};
  }
  std::reverse(path.begin(), path.end());
  return path;
}

absl::StatusOr<std::vector<Hash>> ProveConsistency(const NodeReader& reader,
                                                   uint64_t old_size,
                                                   uint64_t new_size) {
  if (old_size == 0 || old_size > new_size) {
    return absl::OutOfRangeError(
        absl::StrFormat("no proof of consistency leads from size %d to %d",
                        old_size, new_size));
  }
  // SUBPROOF of RFC 6962 section 2.1.2, from the root down, then turned round.
  std::vector<Hash> path;
  Range range{0, new_size};
  while (range.end != old_size) {
    const uint64_t split = SplitOf(range);
    const bool goes_left = old_size <= split;
    const Range sibling =
        goes_left ? Range{split, range.end} : Range{range.begin, split};
    AMANAH_RETURN_IF_ERROR(AddRootOf(reader, sibling, &path));
    range = goes_left ? Range{range.begin, split} : Range{split, range.end};
  }
  // A subtree that begins at leaf 0 is the whole old tree, whose root the
  // checker has.
  if (range.begin != 0) {
    AMANAH_RETURN_IF_ERROR(AddRootOf(reader, range, &path));
  }
  std::reverse(path.begin(), path.end());
  return path;
}

absl::StatusOr<Hash> RootFromInclusion(uint64_t index, uint64_t size,
                                       const Hash& leaf_hash,
                                       std::span<const Hash> path) {
  if (index >= size) {
    return absl::InvalidArgumentError(
        absl::StrFormat("no leaf %d in a tree of %d leaves", index, size));
  }
  const uint64_t length = PathLength(index, size);
  if (path.size() != length) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "an inclusion path of leaf %d in %d leaves has %d hashes, not %d",
        index, size, length, path.size()));
  }
  // RFC 9162 section 2.1.3.2. A path of the right length ends at the top.
  Climb at{index, size - 1};
  Hash root = leaf_hash;
  for (const Hash& sibling : path) {
    if (at.SiblingIsLeft()) {
      root = NodeHash(sibling, root);
      at.SkipLonely();
    } else {
      root = NodeHash(root, sibling);
    }
    at.Up();
  }
  return root;
}

absl::Status CheckInclusion(uint64_t index, uint64_t size,
                            const Hash& leaf_hash, std::span<const Hash> path,
                            const Hash& root) {
  AMANAH_ASSIGN_OR_RETURN(const Hash reached,
                          RootFromInclusion(index, size, leaf_hash, path));
  if (reached != root) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "the path of leaf %d in %d leaves leads to another root", index, size));
  }
  return absl::OkStatus();
}

absl::Status CheckConsistency(uint64_t old_size, uint64_t new_size,
                              std::span<const Hash> path, const Hash& old_root,
                              const Hash& new_root) {
  const auto wrong = [old_size, new_size](std::string_view why) {
    return DoesNotProve(old_size, new_size, why);
  };
  if (old_size == 0 || old_size > new_size) {
    return wrong("there is none between such sizes");
  }
  if (old_size == new_size) {
    if (!path.empty()) return wrong("the sizes are equal, the path not empty");
    if (old_root != new_root) return wrong("two roots for one size");
    return absl::OkStatus();
  }
  // A perfect old tree is itself the first node; the path leaves it out.
  const bool perfect = std::has_single_bit(old_size);
  if (!perfect && path.empty()) return wrong("the path is empty");
  const Hash start = perfect ? old_root : path.front();
  const auto rest = perfect ? path : path.subspan(1);
  Climb at{old_size - 1, new_size - 1};
  while (at.first % 2 == 1) at.Up();
  const std::optional<Folded> folded = FoldConsistency(at, start, rest);
  if (!folded.has_value()) return wrong("the path has the wrong length");
  if (folded->old_root != old_root) return wrong("it has another old root");
  if (folded->new_root != new_root) return wrong("it has another new root");
  return absl::OkStatus();
}

}  // namespace amanah::log
