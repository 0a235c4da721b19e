#include "ledger/store/tile_store.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "ledger/crypto/hash.h"
#include "ledger/kv/memory.h"
#include "tests/store/entries_for_test.h"
#include "tests/support/matchers.h"

namespace amanah::store {
namespace {

using absl::StatusCode;
using testing_support::Fails;

Hash LeafAt(uint64_t sequence) {
  const uint8_t prefix[] = {0};
  return crypto::Sha256({prefix, AsBytes(EntryAt(sequence))});
}

// RFC 6962 section 2.1 as it is written there, over the entries [first, end).
Hash NaiveRoot(uint64_t first, uint64_t end) {
  if (first == end) return crypto::Sha256(ByteView());
  if (end - first == 1) return LeafAt(first);
  uint64_t split = 1;
  while (split * 2 < end - first) split *= 2;
  const uint8_t prefix[] = {1};
  return crypto::Sha256({prefix, NaiveRoot(first, first + split).view(),
                         NaiveRoot(first + split, end).view()});
}

std::vector<Hash> LeavesFrom(uint64_t first, uint64_t count) {
  std::vector<Hash> leaves;
  for (uint64_t i = 0; i < count; ++i) leaves.push_back(LeafAt(first + i));
  return leaves;
}

std::string TileRow(uint8_t level, uint64_t index) {
  std::string key = "t";
  AppendBigEndian(&key, level);
  AppendBigEndian(&key, index);
  return key;
}

// A small ledger: entries, then the tree, then the position.
class TileStoreTest : public testing::Test {
 protected:
  void SetUp() override {
    entries_ = EntryStore::Open(std::make_shared<kv::MemoryKeyValue>()).value();
    Reopen();
  }

  // As a process that ended properly and began again.
  void Reopen(size_t tiles_max = 1024) {
    tiles_.reset();
    derived_.reset();
    derived_ = DerivedStore::Open(rows_).value();
    auto tiles = TileStore::Open(derived_.get(), entries_.get(),
                                 derived_->position(), tiles_max);
    ASSERT_OK(tiles);
    tiles_ = *std::move(tiles);
  }

  void Grow(uint64_t count) {
    const uint64_t size = entries_->size();
    ASSERT_OK(entries_->Append(size, EntriesFrom(size, count)));
    tiles_->Append(LeavesFrom(size, count));
    ASSERT_OK(derived_->Publish(size + count, {}, {}));
  }

  void ExpectAllNodes() {
    const uint64_t size = tiles_->size();
    for (unsigned level = 0; (size >> level) > 0; ++level) {
      for (uint64_t i = 0; i < size >> level; ++i) {
        const absl::StatusOr<Hash> node = tiles_->ReadNode(level, i);
        ASSERT_OK(node);
        ASSERT_EQ(*node, NaiveRoot(i << level, (i + 1) << level))
            << "level " << level << " index " << i;
      }
      EXPECT_THAT(tiles_->ReadNode(level, size >> level),
                  Fails(StatusCode::kNotFound, ""));
    }
  }

  std::shared_ptr<kv::MemoryKeyValue> rows_ =
      std::make_shared<kv::MemoryKeyValue>();
  std::unique_ptr<EntryStore> entries_;
  std::unique_ptr<DerivedStore> derived_;
  std::unique_ptr<TileStore> tiles_;
};

TEST_F(TileStoreTest, HasTheNaiveRootAtEverySizeTo1100ThroughReopening) {
  std::mt19937 random(3);
  EXPECT_EQ(tiles_->Root(), NaiveRoot(0, 0));
  for (uint64_t size = 1; size <= 1100; ++size) {
    Grow(1);
    ASSERT_EQ(tiles_->size(), size);
    ASSERT_EQ(tiles_->Root(), NaiveRoot(0, size)) << size;
    if (random() % 40 == 0) {
      Reopen();
      ASSERT_EQ(tiles_->Root(), NaiveRoot(0, size)) << size;
    }
  }
  ExpectAllNodes();
}

TEST_F(TileStoreTest, GivesEveryPerfectNode) {
  for (const uint64_t count : {1u, 254u, 1u, 1u, 255u, 600u, 700u}) {
    Grow(count);
    ExpectAllNodes();
    Reopen(1);
    ExpectAllNodes();
  }
}

TEST_F(TileStoreTest, AgreesWithTheProversOfTheLog) {
  Grow(1000);
  for (const uint64_t size : {1u, 2u, 255u, 256u, 257u, 511u, 700u, 1000u}) {
    EXPECT_EQ(log::RootAt(*tiles_, size).value(), NaiveRoot(0, size));
    const auto path = log::ProveInclusion(*tiles_, size / 2, size);
    ASSERT_OK(path);
    EXPECT_OK(log::CheckInclusion(size / 2, size, LeafAt(size / 2), *path,
                                  NaiveRoot(0, size)));
  }
}

TEST_F(TileStoreTest, GivesTheBytesOfTiles) {
  Grow(600);
  const std::string tile = tiles_->ReadTile(0, 1, 256).value();
  ASSERT_EQ(tile.size(), 8192u);
  for (uint64_t i = 0; i < 256; ++i) {
    ASSERT_EQ(tile.substr(i * 32, 32), AsText(LeafAt(256 + i).view()));
  }
  EXPECT_EQ(tiles_->ReadTile(0, 1, 3).value(), tile.substr(0, 96));
  EXPECT_EQ(tiles_->ReadTile(0, 2, 88).value().substr(size_t{87} * 32),
            AsText(LeafAt(599).view()));
  EXPECT_EQ(tiles_->ReadTile(1, 0, 2).value().substr(32),
            AsText(NaiveRoot(256, 512).view()));
  EXPECT_THAT(tiles_->ReadTile(0, 2, 89), Fails(StatusCode::kOutOfRange, ""));
  EXPECT_THAT(tiles_->ReadTile(0, 0, 0), Fails(StatusCode::kOutOfRange, ""));
  EXPECT_THAT(tiles_->ReadTile(0, 0, 257), Fails(StatusCode::kOutOfRange, ""));
  EXPECT_THAT(tiles_->ReadTile(1, 0, 3), Fails(StatusCode::kOutOfRange, ""));
  EXPECT_THAT(tiles_->ReadTile(2, 0, 1), Fails(StatusCode::kOutOfRange, ""));
  EXPECT_THAT(tiles_->ReadTile(99, 0, 1), Fails(StatusCode::kOutOfRange, ""));
  EXPECT_THAT(tiles_->ReadNode(64, 0), Fails(StatusCode::kNotFound, ""));
  EXPECT_THAT(tiles_->ReadNode(8, UINT64_MAX),
              Fails(StatusCode::kNotFound, ""));
}

TEST_F(TileStoreTest, OpensAtAnySmallerSize) {
  Grow(900);
  for (const uint64_t size : {0u, 1u, 255u, 256u, 512u, 513u, 900u}) {
    const auto tiles = TileStore::Open(derived_.get(), entries_.get(), size);
    ASSERT_OK(tiles);
    EXPECT_EQ((*tiles)->size(), size);
    EXPECT_EQ((*tiles)->Root(), NaiveRoot(0, size));
    (*tiles)->Append(LeavesFrom(size, 900 - size));
    EXPECT_EQ((*tiles)->Root(), NaiveRoot(0, 900));
  }
  EXPECT_THAT(TileStore::Open(derived_.get(), entries_.get(), 901),
              Fails(StatusCode::kOutOfRange, "901"));
}

TEST_F(TileStoreTest, RebuildsMissingTilesFromTheEntries) {
  // Enough for a full tile of level 1 over 256 of level 0.
  Grow(65'536 + 300);
  const Hash root = tiles_->Root();
  tiles_.reset();
  ASSERT_OK(derived_->Close());
  kv::WriteBatch batch;
  for (uint64_t i = 0; i < 257; i += 3) batch.Erase(TileRow(0, i));
  batch.Erase(TileRow(1, 0));
  ASSERT_OK(rows_->Write(batch, {}));
  Reopen(2);
  EXPECT_EQ(tiles_->Root(), root);
  EXPECT_EQ(tiles_->ReadNode(5, 3).value(), NaiveRoot(96, 128));
  EXPECT_EQ(tiles_->ReadNode(15, 1).value(), NaiveRoot(32'768, 65'536));
  // What was rebuilt is kept with the next group.
  Grow(1);
  ASSERT_OK(derived_->FlushToDisk());
  EXPECT_EQ(rows_->Get(TileRow(0, 0)).value()->size(), 8192u);
}

TEST_F(TileStoreTest, ReportsATileOfTheWrongLength) {
  Grow(300);
  tiles_.reset();
  ASSERT_OK(derived_->Close());
  kv::WriteBatch batch;
  batch.Put(TileRow(0, 0), std::string(8191, 'x'));
  ASSERT_OK(rows_->Write(batch, {}));
  derived_ = DerivedStore::Open(rows_).value();
  EXPECT_THAT(TileStore::Open(derived_.get(), entries_.get(), 300),
              Fails(StatusCode::kDataLoss, ""));
}

TEST_F(TileStoreTest, IsReadAtEverySizeWhileItGrows) {
  Grow(1);
  std::atomic<bool> done = false;
  std::thread reader([&] {
    std::mt19937_64 random(5);
    while (!done) {
      const uint64_t size = 1 + random() % tiles_->size();
      const uint64_t index = random() % size;
      const auto path = log::ProveInclusion(*tiles_, index, size);
      ASSERT_OK(path);
      const auto root = log::RootAt(*tiles_, size);
      ASSERT_OK(root);
      ASSERT_OK(log::CheckInclusion(index, size, LeafAt(index), *path, *root));
    }
  });
  for (uint64_t i = 0; i < 120; ++i) Grow(1 + i % 90);
  done = true;
  reader.join();
  EXPECT_EQ(tiles_->Root(), NaiveRoot(0, tiles_->size()));
}

}  // namespace
}  // namespace amanah::store
