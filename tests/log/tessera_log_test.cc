// A log that another implementation (Tessera) wrote, read through our code.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "ledger/log/checkpoint.h"
#include "ledger/log/proof.h"
#include "ledger/log/tile_reader.h"
#include "tests/support/matchers.h"
#include "tests/support/shared_files.h"

namespace amanah::log {
namespace {

using testing_support::ReadWholeFile;

constexpr char kOrigin[] = "example.com/log/testdata";
constexpr char kVerifierKey[] =
    "example.com/log/testdata+33d7b496+"
    "AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx";
constexpr uint64_t kSizeMax = 15;

Checkpoint Open(const std::filesystem::path& path) {
  const std::vector<VerifierKey> keys{ParseVerifierKey(kVerifierKey).value()};
  const auto opened = OpenCheckpoint(ReadWholeFile(path), kOrigin, keys);
  EXPECT_OK(opened);
  return opened.ok() ? opened->checkpoint : Checkpoint{};
}

TileNodeReader::Fetch FetchFrom(const std::filesystem::path& folder) {
  return [folder](const TileId& tile) -> absl::StatusOr<std::string> {
    const std::filesystem::path path = folder / TilePath(tile);
    if (!std::filesystem::exists(path)) return absl::NotFoundError("no tile");
    return ReadWholeFile(path);
  };
}

std::string CheckpointName(uint64_t size) {
  return "checkpoint." + std::to_string(size);
}

TEST(TesseraLogTest, VerifiesAllCheckpoints) {
  AMANAH_SHARED_OR_SKIP(path, "vectors/tessera-log");
  for (uint64_t size = 0; size <= kSizeMax; ++size) {
    EXPECT_EQ(Open(path / CheckpointName(size)).size, size);
  }
  EXPECT_EQ(Open(path / "checkpoint").size, kSizeMax);
}

TEST(TesseraLogTest, HashesTilesAndBundlesUpToEachRoot) {
  AMANAH_SHARED_OR_SKIP(path, "vectors/tessera-log");
  EXPECT_EQ(Open(path / CheckpointName(0)).root, EmptyRoot());
  for (uint64_t size = 1; size <= kSizeMax; ++size) {
    SCOPED_TRACE(size);
    const Hash root = Open(path / CheckpointName(size)).root;
    const TileNodeReader reader(size, FetchFrom(path));
    EXPECT_EQ(RootAt(reader, size).value(), root);

    const auto bundle = BundlesOfSize(size).at(0);
    const std::string bytes = ReadWholeFile(path / EntryBundlePath(bundle));
    const auto entries = DecodeBundle(AsBytes(bytes), bundle.width);
    ASSERT_OK(entries);
    std::vector<Hash> leaves;
    std::vector<std::string> copies;
    for (const ByteView entry : *entries) {
      leaves.push_back(LeafHash(entry));
      copies.emplace_back(AsText(entry));
    }
    EXPECT_EQ(RootOf(leaves), root);
    EXPECT_EQ(EncodeBundle(copies), bytes);
    EXPECT_EQ(EncodeHashTile(leaves),
              ReadWholeFile(path / TilePath(TilesOfSize(size).at(0))));
  }
}

TEST(TesseraLogTest, ProvesThatEachCheckpointBeginsTheNext) {
  AMANAH_SHARED_OR_SKIP(path, "vectors/tessera-log");
  const TileNodeReader reader(kSizeMax, FetchFrom(path));
  for (uint64_t size = 2; size <= kSizeMax; ++size) {
    const auto proof = ProveConsistency(reader, size - 1, size);
    ASSERT_OK(proof);
    EXPECT_OK(CheckConsistency(size - 1, size, *proof,
                               Open(path / CheckpointName(size - 1)).root,
                               Open(path / CheckpointName(size)).root));
  }
}

}  // namespace
}  // namespace amanah::log
