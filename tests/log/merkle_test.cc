#include "ledger/log/merkle.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "ledger/base/base64.h"
#include "tests/log/trees.h"
#include "tests/support/shared_files.h"

namespace amanah::log {
namespace {

constexpr size_t kSizeMax = 300;

std::string HexOf(const Hash& hash) { return EncodeHex(hash.view()); }

Hash HashFromHex(const std::string& hex) {
  return crypto::HashFromBytes(AsBytes(DecodeHex(hex).value())).value();
}

TEST(MerkleTest, HashesLeavesNodesAndNothing) {
  EXPECT_EQ(HexOf(EmptyRoot()),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(HexOf(LeafHash(AsBytes("L123456"))),
            "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56");
  // H(0x01 || 32 bytes 'l' || 32 bytes 'r'), from Python's hashlib.
  Hash left;
  Hash right;
  left.bytes.fill('l');
  right.bytes.fill('r');
  EXPECT_EQ(HexOf(NodeHash(left, right)),
            "3ee3e780e02dbefc2aea2b5cc8a10a21798d1aaa183c4cf81af4d0591749ce6f");
}

TEST(MerkleTest, AgreesWithTheReferenceTree) {
  AMANAH_SHARED_OR_SKIP(path, "vectors/rfc6962/reference_tree.json");
  const auto tree = testing_support::ReadJson(path);
  std::vector<Hash> leaves;
  RightEdge edge;
  std::vector<Node> completed;
  EXPECT_EQ(HexOf(edge.Root()), tree["root_hash_by_size"][0]);
  for (const auto& input : tree["leaf_inputs_hex"]) {
    leaves.push_back(
        LeafHash(AsBytes(DecodeHex(input.get<std::string>()).value())));
    edge.Append(leaves.back(), &completed);
    EXPECT_EQ(HexOf(edge.Root()), tree["root_hash_by_size"][leaves.size()]);
    EXPECT_EQ(edge.Root(), RootOf(leaves));
  }
  EXPECT_EQ(completed.size(), 15U);
  for (const Node& node : completed) {
    EXPECT_EQ(HexOf(node.hash),
              tree["node_hashes_by_level"][node.id.level][node.id.index]);
  }
  for (const auto& row : tree["hasher"]) {
    if (row["op"] != "leaf" || !row.contains("data_hex")) continue;
    EXPECT_EQ(LeafHash(AsBytes(
                  DecodeHex(row["data_hex"].get<std::string>()).value())),
              HashFromHex(row["want"]));
  }
}

TEST(MerkleTest, GivesTheNaiveRootAtEverySize) {
  const std::vector<Hash> leaves = NumberedLeaves(kSizeMax);
  RightEdge edge;
  for (size_t size = 0; size <= kSizeMax; ++size) {
    const auto some = std::span(leaves).first(size);
    const Hash want = NaiveRoot(some);
    ASSERT_EQ(RootOf(some), want) << size;
    ASSERT_EQ(edge.Root(), want) << size;
    ASSERT_EQ(edge.size(), size);
    if (size < kSizeMax) edge.Append(leaves[size]);
  }
}

TEST(MerkleTest, ReportsEachPerfectNodeOnceAndLowestFirst) {
  const std::vector<Hash> leaves = NumberedLeaves(kSizeMax);
  RightEdge edge;
  size_t total = 0;
  for (size_t size = 1; size <= kSizeMax; ++size) {
    std::vector<Node> completed;
    edge.Append(leaves[size - 1], &completed);
    // Appending leaf number `size` completes one node per level at which it
    // is a multiple of the node's width.
    ASSERT_EQ(completed.size(),
              static_cast<size_t>(std::countr_zero(size)) + 1);
    for (unsigned level = 0; level < completed.size(); ++level) {
      const Node& node = completed[level];
      ASSERT_EQ(node.id, (NodeId{level, (size >> level) - 1}));
      const size_t width = size_t{1} << level;
      ASSERT_EQ(node.hash,
                NaiveRoot(std::span(leaves).subspan(size - width, width)));
    }
    total += completed.size();
  }
  EXPECT_EQ(total, 300U + 150 + 75 + 37 + 18 + 9 + 4 + 2 + 1);
}

TEST(MerkleTest, TakesUpARightEdgeFromItsNodes) {
  const std::vector<Hash> leaves = NumberedLeaves(kSizeMax);
  const MapNodeReader reader(leaves);
  RightEdge grown;
  for (size_t size = 0; size <= kSizeMax; ++size) {
    std::vector<Hash> nodes;
    for (const NodeId& id : RightEdgeNodes(size)) {
      nodes.push_back(reader.nodes().at(id));
    }
    RightEdge edge(size, nodes);
    ASSERT_EQ(edge.Root(), grown.Root());
    ASSERT_TRUE(std::equal(edge.nodes().begin(), edge.nodes().end(),
                           grown.nodes().begin(), grown.nodes().end()));
    if (size == kSizeMax) break;
    grown.Append(leaves[size]);
    edge.Append(leaves[size]);
    ASSERT_EQ(edge.Root(), grown.Root());
  }
}

TEST(MerkleTest, NamesTheRightEdgeOfAnySize) {
  EXPECT_TRUE(RightEdgeNodes(0).empty());
  EXPECT_EQ(RightEdgeNodes(1), (std::vector<NodeId>{{0, 0}}));
  EXPECT_EQ(RightEdgeNodes(7), (std::vector<NodeId>{{2, 0}, {1, 2}, {0, 6}}));
  EXPECT_EQ(RightEdgeNodes(uint64_t{1} << 63), (std::vector<NodeId>{{63, 0}}));
  const std::vector<NodeId> all = RightEdgeNodes(~uint64_t{0});
  ASSERT_EQ(all.size(), 64U);
  EXPECT_EQ(all.front(), (NodeId{63, 0}));
  EXPECT_EQ(all.back(), (NodeId{0, ~uint64_t{0} - 1}));
}

TEST(MerkleTest, GivesThePathOfEveryLeafInMemory) {
  const std::vector<Hash> leaves = NumberedLeaves(kSizeMax);
  for (size_t size = 1; size <= kSizeMax; size += size < 70 ? 1 : 23) {
    const auto some = std::span(leaves).first(size);
    const Hash root = NaiveRoot(some);
    const auto paths = AllPathsInLeaves(some);
    ASSERT_EQ(paths.size(), size);
    for (size_t index = 0; index < size; ++index) {
      const std::vector<Hash> path = PathInLeaves(some, index);
      ASSERT_EQ(path, paths[index]);
      ASSERT_TRUE(CheckInclusion(index, size, leaves[index], path, root).ok())
          << index << " of " << size;
    }
  }
  EXPECT_TRUE(AllPathsInLeaves({}).empty());
}

TEST(MerkleDeathTest, RequiresALeafAndAWholeEdge) {
  const std::vector<Hash> leaves = NumberedLeaves(2);
  EXPECT_DEATH(PathInLeaves(leaves, 2), "check failed");
  EXPECT_DEATH(RightEdge(3, leaves).Append(RightEdge(2, leaves).Root()),
               "check failed");
}

}  // namespace
}  // namespace amanah::log
