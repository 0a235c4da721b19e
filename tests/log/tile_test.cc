#include "ledger/log/tile.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "tests/crypto/damage.h"
#include "tests/log/trees.h"
#include "tests/support/matchers.h"
#include "tests/support/shared_files.h"

namespace amanah::log {
namespace {

using absl::StatusCode;
using testing_support::Fails;

TEST(TilePathTest, WritesAndReadsPaths) {
  const struct {
    TileId tile;
    const char* path;
  } rows[] = {
      {{0, 0, 256}, "tile/0/000"},
      {{0, 0, 1}, "tile/0/000.p/1"},
      {{1, 999, 255}, "tile/1/999.p/255"},
      {{2, 1000, 256}, "tile/2/x001/000"},
      {{0, 70000, 256}, "tile/0/x070/000"},
      {{63, 1234067, 7}, "tile/63/x001/x234/067.p/7"},
      {{0, (uint64_t{1} << 56) - 1, 256},
       "tile/0/x072/x057/x594/x037/x927/935"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(TilePath(row.tile), row.path);
    EXPECT_EQ(ParseTilePath(row.path), row.tile) << row.path;
  }
  EXPECT_EQ(EntryBundlePath({1234067, 256}), "tile/entries/x001/x234/067");
  EXPECT_EQ(EntryBundlePath({0, 15}), "tile/entries/000.p/15");
  EXPECT_EQ(ParseEntryBundlePath("tile/entries/x001/x234/067.p/9"),
            (BundleId{1234067, 9}));
}

TEST(TilePathTest, RejectsOtherSpellings) {
  for (const char* path : {"",
                           "tile/",
                           "tile/0",
                           "tile/0/",
                           "/tile/0/000",
                           "tile/00/000",
                           "tile/64/000",
                           "tile/-1/000",
                           "tile/0/0",
                           "tile/0/0000",
                           "tile/0/x000",
                           "tile/0/x000/001",
                           "tile/0/001/002",
                           "tile/0/x001/x002",
                           "tile/0/abc",
                           "tile/0/000.p/0",
                           "tile/0/000.p/256",
                           "tile/0/000.p/01",
                           "tile/0/000.p/",
                           "tile/0/000.p",
                           "tile/0/000.p/1/",
                           "tile/0/000/",
                           "tile/0/000.p/1.p/1",
                           "tile/0/x1/000",
                           "tile/0/X001/000",
                           "tile/0/x001//000",
                           "tile/entries/000",
                           "tile/0/x001/x001/x001/x001/x001/x001/001"}) {
    EXPECT_FALSE(ParseTilePath(path).has_value()) << path;
  }
  for (const char* path : {"tile/0/000", "tile/entries/", "tile/entries/0",
                           "tile/entries/000.p/256", "entries/000"}) {
    EXPECT_FALSE(ParseEntryBundlePath(path).has_value()) << path;
  }
}

TEST(TilePathTest, ReadsEachDamagedPathAsAnotherTileOrNone) {
  const std::string path = "tile/1/x001/x234/067.p/7";
  const auto tile = ParseTilePath(path);
  for (const auto& all :
       {testing_support::Truncations(path), testing_support::BitFlips(path)}) {
    for (const auto& damaged : all) {
      EXPECT_NE(ParseTilePath(damaged.bytes), tile) << damaged.what;
    }
  }
}

struct Counts {
  unsigned full = 0;
  unsigned partial = 0;  // its width
};

Counts CountsAt(uint64_t size, unsigned level) {
  Counts counts;
  for (const TileId& tile : TilesOfSize(size)) {
    if (tile.level != level) continue;
    if (tile.width == kTileWidth) {
      ++counts.full;
    } else {
      EXPECT_EQ(counts.partial, 0U);
      counts.partial = tile.width;
    }
  }
  return counts;
}

TEST(TileGeometryTest, AgreesWithTheSharedVectors) {
  AMANAH_SHARED_OR_SKIP(path, "vectors/misc/tile_geometry.json");
  for (const auto& row : testing_support::ReadJson(path)) {
    if (row.contains("n")) {
      EXPECT_EQ(TilePath({0, row["n"], kTileWidth}),
                "tile/0/" + row["path"].get<std::string>());
      continue;
    }
    for (unsigned level = 0; level < 8; ++level) {
      const Counts counts = CountsAt(row["tree_size"], level);
      const std::string prefix = "level" + std::to_string(level) + "_";
      EXPECT_EQ(counts.full, row.value(prefix + "full", 0U)) << prefix;
      EXPECT_EQ(counts.partial, row.value(prefix + "partial", 0U)) << prefix;
    }
  }
}

TEST(TileGeometryTest, ListsTheTilesOfSmallSizes) {
  EXPECT_TRUE(TilesOfSize(0).empty());
  EXPECT_TRUE(BundlesOfSize(0).empty());
  EXPECT_EQ(TilesOfSize(1), (std::vector<TileId>{{0, 0, 1}}));
  EXPECT_EQ(TilesOfSize(257),
            (std::vector<TileId>{{0, 0, 256}, {0, 1, 1}, {1, 0, 1}}));
  EXPECT_EQ(BundlesOfSize(257), (std::vector<BundleId>{{0, 256}, {1, 1}}));
}

TEST(TileGeometryTest, ListsOnlyWhatGrowthAdds) {
  EXPECT_TRUE(TilesOfSize(300, 300).empty());
  EXPECT_EQ(TilesOfSize(256, 255),
            (std::vector<TileId>{{0, 0, 256}, {1, 0, 1}}));
  EXPECT_EQ(TilesOfSize(258, 257), (std::vector<TileId>{{0, 1, 2}}));
  EXPECT_EQ(BundlesOfSize(513, 256), (std::vector<BundleId>{{1, 256}, {2, 1}}));
  for (uint64_t old_size = 0; old_size <= 70'000; old_size += 3'333) {
    const auto before = TilesOfSize(old_size);
    const auto after = TilesOfSize(70'000);
    std::set<TileId> want(after.begin(), after.end());
    for (const TileId& tile : before) want.erase(tile);
    const auto added = TilesOfSize(70'000, old_size);
    EXPECT_EQ(std::set<TileId>(added.begin(), added.end()), want);
  }
}

TEST(TileGeometryTest, GivesEachTilesWidth) {
  EXPECT_EQ(TileWidthAt(70'000, 0, 272), 256U);
  EXPECT_EQ(TileWidthAt(70'000, 0, 273), 112U);
  EXPECT_EQ(TileWidthAt(70'000, 0, 274), 0U);
  EXPECT_EQ(TileWidthAt(70'000, 1, 1), 17U);
  EXPECT_EQ(TileWidthAt(70'000, 2, 0), 1U);
  EXPECT_EQ(TileWidthAt(70'000, 3, 0), 0U);
  EXPECT_EQ(TileWidthAt(~uint64_t{0}, 8, 0), 0U);
  EXPECT_EQ(TileWidthAt(~uint64_t{0}, 7, 0), 255U);
  EXPECT_EQ(TileWidthAt(5, 0, ~uint64_t{0}), 0U);
}

TEST(HashTileTest, WritesHashesOneAfterTheOther) {
  const std::vector<Hash> hashes = NumberedLeaves(3);
  const std::string bytes = EncodeHashTile(hashes);
  EXPECT_EQ(bytes, std::string(AsText(hashes[0].view())) +
                       std::string(AsText(hashes[1].view())) +
                       std::string(AsText(hashes[2].view())));
  EXPECT_EQ(DecodeHashTile(AsBytes(bytes), 3).value(), hashes);
  for (const auto& damaged : testing_support::Truncations(bytes)) {
    EXPECT_THAT(DecodeHashTile(AsBytes(damaged.bytes), 3),
                Fails(StatusCode::kDataLoss, "tile of 3 hashes"));
  }
  for (const auto& damaged : testing_support::BitFlips(bytes)) {
    EXPECT_NE(DecodeHashTile(AsBytes(damaged.bytes), 3).value(), hashes);
  }
}

std::vector<std::string> Texts(const std::vector<ByteView>& entries) {
  std::vector<std::string> texts;
  texts.reserve(entries.size());
  for (const ByteView entry : entries) texts.emplace_back(AsText(entry));
  return texts;
}

TEST(BundleTest, WritesLengthsAndEntries) {
  const std::vector<std::string> entries{"one", "", std::string(258, 'x')};
  const std::string bytes = EncodeBundle(entries);
  EXPECT_EQ(bytes, std::string("\0\3one\0\0\1\2", 9) + std::string(258, 'x'));
  EXPECT_EQ(Texts(DecodeBundle(AsBytes(bytes), 3).value()), entries);
}

TEST(BundleTest, RejectsDamage) {
  const std::vector<std::string> entries{"one", "", "three"};
  const std::string bytes = EncodeBundle(entries);
  for (const auto& damaged : testing_support::Truncations(bytes)) {
    EXPECT_THAT(DecodeBundle(AsBytes(damaged.bytes), 3),
                Fails(StatusCode::kDataLoss, "bundle"))
        << damaged.what;
  }
  for (const auto& damaged : testing_support::BitFlips(bytes)) {
    const auto decoded = DecodeBundle(AsBytes(damaged.bytes), 3);
    EXPECT_TRUE(!decoded.ok() || Texts(*decoded) != entries) << damaged.what;
  }
  EXPECT_THAT(DecodeBundle(AsBytes(bytes), 2),
              Fails(StatusCode::kDataLoss, "3 entries, not 2"));
  EXPECT_THAT(DecodeBundle(AsBytes(bytes + std::string(2, '\0')), 3),
              Fails(StatusCode::kDataLoss, "4 entries, not 3"));
}

TEST(BundleTest, TakesTheLongestEntry) {
  const std::vector<std::string> longest{std::string(65'535, 'x')};
  EXPECT_EQ(Texts(DecodeBundle(AsBytes(EncodeBundle(longest)), 1).value()),
            longest);
  const std::vector<std::string> too_long{std::string(65'536, 'x')};
  EXPECT_DEATH(EncodeBundle(too_long), "check failed");
}

}  // namespace
}  // namespace amanah::log
