#include "ledger/log/tile_reader.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "tests/log/trees.h"
#include "tests/support/matchers.h"

namespace amanah::log {
namespace {

using absl::StatusCode;
using testing_support::Fails;

// The tiles of a log, made from its leaves, and a count of what was fetched.
class Tiles {
 public:
  Tiles(std::span<const Hash> leaves, uint64_t size) {
    for (const TileId& tile : TilesOfSize(size)) {
      const uint64_t width = uint64_t{1} << (tile.level * kTileLevels);
      std::vector<Hash> hashes;
      for (uint64_t i = 0; i < tile.width; ++i) {
        const uint64_t begin = (tile.index * kTileWidth + i) * width;
        hashes.push_back(RootOf(leaves.subspan(begin, width)));
      }
      bytes_[TilePath(tile)] = EncodeHashTile(hashes);
    }
  }

  TileNodeReader::Fetch Fetcher() {
    return [this](const TileId& tile) -> absl::StatusOr<std::string> {
      ++fetches_;
      const auto found = bytes_.find(TilePath(tile));
      if (found == bytes_.end()) {
        return absl::NotFoundError(
            absl::StrFormat("no tile %s", TilePath(tile)));
      }
      return found->second;
    };
  }

  std::map<std::string, std::string>& bytes() { return bytes_; }
  int fetches() const { return fetches_; }

 private:
  std::map<std::string, std::string> bytes_;
  int fetches_ = 0;
};

constexpr size_t kLeaves = 66'000;  // three levels of tiles

class TileReaderTest : public testing::Test {
 protected:
  static const std::vector<Hash>& Leaves() {
    static const std::vector<Hash> leaves = NumberedLeaves(kLeaves);
    return leaves;
  }
};

TEST_F(TileReaderTest, GivesEveryPerfectNode) {
  Tiles tiles(Leaves(), kLeaves);
  const TileNodeReader reader(kLeaves, tiles.Fetcher());
  const MapNodeReader want(Leaves());
  size_t read = 0;
  for (const auto& [id, hash] : want.nodes()) {
    if (id.level == 0 && id.index % 97 != 0) continue;  // for speed
    const auto node = reader.ReadNode(id.level, id.index);
    ASSERT_OK(node);
    ASSERT_EQ(*node, hash) << id.index << " at level " << id.level;
    ++read;
  }
  EXPECT_GT(read, 60'000U);
}

TEST_F(TileReaderTest, HasNoNodeBeyondTheSize) {
  Tiles tiles(Leaves(), kLeaves);
  const TileNodeReader reader(kLeaves, tiles.Fetcher());
  for (unsigned level = 0; level <= 64; ++level) {
    const uint64_t nodes = level < 64 ? kLeaves >> level : 0;
    EXPECT_THAT(reader.ReadNode(level, nodes),
                Fails(StatusCode::kNotFound, "no perfect node"))
        << level;
  }
  EXPECT_THAT(reader.ReadNode(0, ~uint64_t{0}),
              Fails(StatusCode::kNotFound, "no perfect node"));
}

TEST_F(TileReaderTest, ProvesFromTiles) {
  Tiles tiles(Leaves(), kLeaves);
  const TileNodeReader reader(kLeaves, tiles.Fetcher());
  const Hash root = RootOf(Leaves());
  EXPECT_EQ(RootAt(reader, kLeaves).value(), root);
  for (const uint64_t index :
       std::vector<uint64_t>{0, 255, 256, 65535, 65536, 65999}) {
    const auto path = ProveInclusion(reader, index, kLeaves);
    ASSERT_OK(path);
    EXPECT_OK(CheckInclusion(index, kLeaves, Leaves()[index], *path, root));
  }
  for (const uint64_t old_size :
       std::vector<uint64_t>{1, 255, 256, 257, 65535, 65536, 65999}) {
    const auto path = ProveConsistency(reader, old_size, kLeaves);
    ASSERT_OK(path);
    EXPECT_OK(CheckConsistency(old_size, kLeaves, *path,
                               RootOf(std::span(Leaves()).first(old_size)),
                               root));
  }
}

TEST_F(TileReaderTest, ReadsTheFullTileWhenThePartialIsGone) {
  Tiles tiles(Leaves(), 300);
  tiles.bytes().erase("tile/0/001.p/44");
  tiles.bytes()["tile/0/001"] =
      EncodeHashTile(std::span(Leaves()).subspan(256, 256));
  const TileNodeReader reader(300, tiles.Fetcher());
  EXPECT_EQ(RootAt(reader, 300).value(),
            RootOf(std::span(Leaves()).first(300)));
  // What the full tile has beyond this size stays unknown.
  EXPECT_THAT(reader.ReadNode(0, 300),
              Fails(StatusCode::kNotFound, "no perfect node"));
}

TEST_F(TileReaderTest, KeepsTheTilesUsedLast) {
  Tiles tiles(Leaves(), 1024);
  const TileNodeReader reader(1024, tiles.Fetcher(), 2);
  const auto read = [&](uint64_t tile) {
    EXPECT_OK(reader.ReadNode(0, tile * 256));
    return tiles.fetches();
  };
  EXPECT_EQ(read(0), 1);
  EXPECT_EQ(read(1), 2);
  EXPECT_EQ(read(0), 2);
  EXPECT_EQ(read(2), 3);  // puts out 1
  EXPECT_EQ(read(0), 3);
  EXPECT_EQ(read(1), 4);
}

TEST_F(TileReaderTest, HandsOnErrors) {
  Tiles tiles(Leaves(), 300);
  const TileNodeReader reader(300, tiles.Fetcher());
  tiles.bytes()["tile/0/000"].pop_back();
  EXPECT_THAT(reader.ReadNode(0, 0), Fails(StatusCode::kDataLoss, "8191"));
  tiles.bytes().erase("tile/0/001.p/44");
  EXPECT_THAT(reader.ReadNode(0, 256),
              Fails(StatusCode::kNotFound, "tile/0/001"));
}

}  // namespace
}  // namespace amanah::log
