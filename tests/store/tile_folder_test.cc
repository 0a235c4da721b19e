#include "ledger/store/tile_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include "absl/strings/str_format.h"
#include "ledger/store/files.h"
#include "tests/support/forge.h"
#include "tests/support/matchers.h"
#include "tests/support/temporary_folder.h"

namespace amanah::store {
namespace {

using testing_support::Fails;
using testing_support::MemoryTiles;
using testing_support::TemporaryFolder;
using testing_support::TilesOf;

std::vector<std::string> Entries(size_t count, std::string_view log = "a") {
  std::vector<std::string> entries;
  for (size_t i = 0; i < count; ++i) {
    entries.push_back(absl::StrFormat("entry %d of log %s", i, log));
  }
  return entries;
}

// A source that refuses to give what the folder should know.
class Counting final : public log::TileSource {
 public:
  explicit Counting(const MemoryTiles& tiles) : tiles_(tiles) {}
  absl::StatusOr<std::string> ReadCheckpoint() const override {
    return tiles_.ReadCheckpoint();
  }
  absl::StatusOr<std::string> ReadTile(const log::TileId& tile) const override {
    ++reads;
    if (left-- == 0) return absl::UnavailableError("gone");
    return tiles_.ReadTile(tile);
  }
  absl::StatusOr<std::string> ReadBundle(
      const log::BundleId& bundle) const override {
    ++reads;
    if (left-- == 0) return absl::UnavailableError("gone");
    return tiles_.ReadBundle(bundle);
  }
  mutable int reads = 0;
  mutable int left = 1'000'000;

 private:
  const MemoryTiles& tiles_;
};

class TileFolderTest : public testing::Test {
 protected:
  std::filesystem::path path() const { return folder_.path() / "log"; }

  // What lies in the folder, by path within it.
  std::map<std::string, std::string> Files() const {
    std::map<std::string, std::string> files;
    for (const auto& file :
         std::filesystem::recursive_directory_iterator(path())) {
      if (!file.is_regular_file()) continue;
      const auto bytes = ReadFile(file.path(), 1 << 25);
      EXPECT_OK(bytes);
      files[std::filesystem::relative(file.path(), path()).string()] = *bytes;
    }
    return files;
  }
  void Overwrite(const std::string& name, std::string_view bytes) const {
    std::ofstream(path() / name, std::ios::binary) << bytes;
  }

  TemporaryFolder folder_;
};

TEST_F(TileFolderTest, HoldsExactlyTheFilesOfTheLog) {
  for (const size_t size : {0U, 1U, 255U, 256U, 257U, 600U}) {
    SCOPED_TRACE(size);
    const MemoryTiles tiles = TilesOf(Entries(size));
    const auto extended = ExtendTileFolder(path(), tiles);
    ASSERT_OK(extended);
    EXPECT_EQ(extended->size, size);
    // Nothing superfluous is left of the size before.
    EXPECT_EQ(Files(), tiles.files);
  }
}

TEST_F(TileFolderTest, GivesBackWhatWasWritten) {
  const MemoryTiles tiles = TilesOf(Entries(600));
  ASSERT_OK(ExtendTileFolder(path(), tiles));
  const TileFolder folder(path());
  EXPECT_EQ(*folder.ReadCheckpoint(), *tiles.ReadCheckpoint());
  EXPECT_EQ(*folder.ReadTile({0, 1}), *tiles.ReadTile({0, 1}));
  EXPECT_EQ(*folder.ReadTile({1, 0, 2}), *tiles.ReadTile({1, 0, 2}));
  EXPECT_EQ(*folder.ReadBundle({2, 88}), *tiles.ReadBundle({2, 88}));
  // A partial tile that is gone is the beginning of the full one.
  EXPECT_EQ(*folder.ReadTile({0, 1, 10}),
            tiles.ReadTile({0, 1})->substr(0, 320));
  const std::string bundle = *folder.ReadBundle({1, 10});
  const std::vector<std::string> entries = Entries(600);
  const std::string first_ten =
      log::EncodeBundle(std::span(entries).subspan(256, 10));
  EXPECT_EQ(bundle, first_ten);
  EXPECT_THAT(folder.ReadTile({0, 3}), Fails(absl::StatusCode::kNotFound, ""));
  EXPECT_THAT(folder.ReadTile({0, 2, 89}),
              Fails(absl::StatusCode::kNotFound, ""));
  EXPECT_THAT(folder.ReadBundle({2}), Fails(absl::StatusCode::kNotFound, ""));
}

TEST_F(TileFolderTest, RefusesFilesOfAnotherLengthOrKind) {
  ASSERT_OK(ExtendTileFolder(path(), TilesOf(Entries(300))));
  const TileFolder folder(path());
  const std::string tile = *folder.ReadTile({0, 0});
  Overwrite("tile/0/000", tile.substr(1));
  EXPECT_THAT(folder.ReadTile({0, 0}), Fails(absl::StatusCode::kDataLoss, ""));
  EXPECT_THAT(folder.ReadTile({0, 0, 7}),
              Fails(absl::StatusCode::kDataLoss, ""));
  Overwrite("tile/0/000", tile + "x");
  EXPECT_THAT(folder.ReadTile({0, 0}), Fails(absl::StatusCode::kDataLoss, ""));
  const std::string bundle = *folder.ReadBundle({1, 44});
  Overwrite("tile/entries/001.p/44", bundle.substr(0, bundle.size() - 1));
  EXPECT_THAT(folder.ReadBundle({1, 44}),
              Fails(absl::StatusCode::kDataLoss, ""));
  std::filesystem::remove(path() / "checkpoint");
  std::filesystem::create_directory(path() / "checkpoint");
  EXPECT_THAT(folder.ReadCheckpoint(),
              Fails(absl::StatusCode::kDataLoss, "no regular file"));
  std::filesystem::remove(path() / "tile/0/000");
  std::filesystem::create_symlink("/dev/zero", path() / "tile/0/000");
  EXPECT_FALSE(folder.ReadTile({0, 0}).ok());
}

TEST_F(TileFolderTest, AsksOnlyForWhatItHasNot) {
  ASSERT_OK(ExtendTileFolder(path(), TilesOf(Entries(600))));
  const MemoryTiles longer = TilesOf(Entries(700));
  const Counting source(longer);
  const auto extended = ExtendTileFolder(path(), source);
  ASSERT_OK(extended);
  EXPECT_EQ(extended->old_size, 600U);
  EXPECT_EQ(extended->size, 700U);
  // The bundle and the tile at the end.
  EXPECT_EQ(source.reads, 2);
  EXPECT_EQ(extended->files_written, 2U);
  EXPECT_EQ(Files(), longer.files);
}

TEST_F(TileFolderTest, ContinuesWhereItWasInterrupted) {
  const MemoryTiles tiles = TilesOf(Entries(1'000));
  const Counting whole(tiles);
  TemporaryFolder other;
  ASSERT_OK(ExtendTileFolder(other.path(), whole));
  for (int left = 0; left < whole.reads; ++left) {
    SCOPED_TRACE(left);
    std::filesystem::remove_all(path());
    ASSERT_OK(ExtendTileFolder(path(), TilesOf(Entries(10))));
    const Counting source(tiles);
    source.left = left;
    EXPECT_THAT(ExtendTileFolder(path(), source),
                Fails(absl::StatusCode::kUnavailable, "gone"));
    // The old checkpoint stands until all is there.
    EXPECT_EQ(*TileFolder(path()).ReadCheckpoint(),
              *TilesOf(Entries(10)).ReadCheckpoint());
    const Counting again(tiles);
    ASSERT_OK(ExtendTileFolder(path(), again));
    // A bundle whose tile was not written yet is asked for once more.
    EXPECT_LE(again.reads, whole.reads - left + 1);
    EXPECT_EQ(Files(), tiles.files);
  }
}

TEST_F(TileFolderTest, ReplacesWhatWasDamaged) {
  const MemoryTiles tiles = TilesOf(Entries(600));
  for (const auto& [name, bytes] : tiles.files) {
    if (name == "checkpoint") continue;
    SCOPED_TRACE(name);
    ASSERT_OK(ExtendTileFolder(path(), tiles));
    std::string damaged = bytes;
    damaged[damaged.size() / 2] ^= 1;
    Overwrite(name, damaged);
    ASSERT_OK(ExtendTileFolder(path(), tiles));
    Overwrite(name, "");
    ASSERT_OK(ExtendTileFolder(path(), tiles));
    EXPECT_EQ(Files(), tiles.files);
  }
}

TEST_F(TileFolderTest, KeepsALogThatTheSourceDoesNotContinue) {
  ASSERT_OK(ExtendTileFolder(path(), TilesOf(Entries(600))));
  const auto before = Files();
  // Shorter, of another origin, forked before and within the last tile.
  EXPECT_THAT(ExtendTileFolder(path(), TilesOf(Entries(599))),
              Fails(absl::StatusCode::kFailedPrecondition, "600 entries"));
  EXPECT_THAT(
      ExtendTileFolder(path(), TilesOf(Entries(700), 1, "other.example/log")),
      Fails(absl::StatusCode::kFailedPrecondition, "other.example/log"));
  EXPECT_FALSE(ExtendTileFolder(path(), TilesOf(Entries(700, "b"))).ok());
  std::vector<std::string> fork = Entries(700);
  fork[590] = "another entry";
  EXPECT_THAT(ExtendTileFolder(path(), TilesOf(fork)),
              Fails(absl::StatusCode::kFailedPrecondition, "600 entries"));
  EXPECT_EQ(Files().at("checkpoint"), before.at("checkpoint"));
  // The folder serves its own log as before.
  EXPECT_EQ(*TileFolder(path()).ReadBundle({2, 88}),
            before.at("tile/entries/002.p/88"));
}

TEST_F(TileFolderTest, TakesNothingThatDoesNotGiveTheRoot) {
  const MemoryTiles good = TilesOf(Entries(300));
  for (const auto& [name, bytes] : good.files) {
    SCOPED_TRACE(name);
    MemoryTiles bad = good;
    // In the middle of the checkpoint stands its root.
    bad.files[name][bytes.size() / 2] ^= 1;
    if (name == "checkpoint") {
      bad.files[name] = *TilesOf(Entries(300, "b")).ReadCheckpoint();
    }
    EXPECT_FALSE(ExtendTileFolder(path(), bad).ok());
    EXPECT_FALSE(std::filesystem::exists(path() / "checkpoint"));
    std::filesystem::remove_all(path());
  }
  MemoryTiles none = good;
  none.files["checkpoint"] = "no checkpoint\n";
  EXPECT_THAT(ExtendTileFolder(path(), none),
              Fails(absl::StatusCode::kInvalidArgument, ""));
}

TEST_F(TileFolderTest, SaysHowFarItIs) {
  std::vector<uint64_t> done;
  ASSERT_OK(ExtendTileFolder(path(), TilesOf(Entries(600)),
                             [&](uint64_t entries, uint64_t size) {
                               EXPECT_EQ(size, 600U);
                               done.push_back(entries);
                             }));
  EXPECT_THAT(done, testing::ElementsAre(600));
}

}  // namespace
}  // namespace amanah::store
