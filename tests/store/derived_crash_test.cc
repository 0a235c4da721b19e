// What is left of the derived rows on a real disk when the process ends.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "ledger/kv/rocks.h"
#include "ledger/store/derived_store.h"
#include "tests/support/matchers.h"
#include "tests/support/temporary_folder.h"

namespace amanah::store {
namespace {

namespace fs = std::filesystem;
using domain::StateChange;
using domain::StateKey;
using testing_support::TemporaryFolder;

constexpr uint64_t kRowsPerGroup = 50;

StateKey KeyOf(uint64_t number) {
  StateKey key;
  for (int i = 0; i < 8; ++i) {
    key.bytes[1 + static_cast<size_t>(i)] =
        static_cast<uint8_t>(number * 0x9e3779b97f4a7c15u >> (8 * i));
  }
  return key;
}

std::unique_ptr<DerivedStore> OpenIn(const fs::path& folder) {
  kv::RocksOptions rocks;
  rocks.profile = kv::Profile::kState;
  // Small, so that RocksDB writes rows out when it likes, in mid-run.
  rocks.write_buffer_length = size_t{64} << 10;
  return DerivedStore::Open(kv::OpenRocks(folder, rocks).value()).value();
}

// Group `size` overwrites every row with its size.
void PublishGroup(DerivedStore* store, uint64_t size) {
  std::vector<StateChange> changes;
  std::vector<IndexRow> rows;
  for (uint64_t i = 0; i < kRowsPerGroup; ++i) {
    const std::string value = std::to_string(size) + std::string(100, '.');
    changes.push_back({KeyOf(i), value});
    rows.push_back({std::to_string(i), value});
  }
  ASSERT_OK(store->Publish(size, std::move(changes), std::move(rows)));
}

void ExpectExactly(const DerivedStore& store, uint64_t size) {
  const std::string value =
      size == 0 ? "" : std::to_string(size) + std::string(100, '.');
  for (uint64_t i = 0; i < kRowsPerGroup; ++i) {
    ASSERT_EQ(store.Get(KeyOf(i)).value(), value);
  }
  size_t rows = 0;
  ASSERT_OK(store.ScanIndex("", "", 1000,
                            [&](std::string_view, std::string_view found) {
                              EXPECT_EQ(found, value);
                              ++rows;
                              return true;
                            }));
  EXPECT_EQ(rows, size == 0 ? 0 : kRowsPerGroup);
}

TEST(DerivedCrashTest, HoldsExactlyTheRowsOfItsPosition) {
  const TemporaryFolder folder;
  const fs::path running = folder.path() / "running";
  const std::unique_ptr<DerivedStore> store = OpenIn(running);
  uint64_t position_before = 0;
  uint64_t positions = 0;
  for (uint64_t size = 1; size <= 300; ++size) {
    PublishGroup(store.get(), size);
    if (size % 10 != 0) continue;
    SCOPED_TRACE(size);
    ASSERT_OK(store->WaitWritten(size));
    const std::unique_ptr<DerivedStore> after =
        OpenIn(folder.CopyOf(running, std::to_string(size)));
    EXPECT_LE(after->position(), size);
    EXPECT_GE(after->position(), position_before);
    positions += after->position() > position_before ? 1 : 0;
    position_before = after->position();
    ExpectExactly(*after, after->position());
  }
  EXPECT_GT(positions, 2u);
}

TEST(DerivedCrashTest, LosesNothingAfterFlushToDisk) {
  const TemporaryFolder folder;
  const std::unique_ptr<DerivedStore> store = OpenIn(folder.path() / "running");
  for (uint64_t size = 1; size <= 20; ++size) {
    PublishGroup(store.get(), size);
    if (size % 5 != 0) continue;
    ASSERT_OK(store->FlushToDisk());
    const std::unique_ptr<DerivedStore> after =
        OpenIn(folder.CopyOf(folder.path() / "running", std::to_string(size)));
    ASSERT_EQ(after->position(), size);
    ExpectExactly(*after, size);
  }
}

TEST(DerivedCrashTest, WipesARealStoreForGood) {
  const TemporaryFolder folder;
  const fs::path running = folder.path() / "running";
  {
    const std::unique_ptr<DerivedStore> store = OpenIn(running);
    for (uint64_t size = 1; size <= 100; ++size) {
      PublishGroup(store.get(), size);
    }
  }
  const std::unique_ptr<DerivedStore> store = OpenIn(running);
  ASSERT_EQ(store->position(), 100u);
  ASSERT_OK(store->Wipe());
  ExpectExactly(*store, 0);
  const std::unique_ptr<DerivedStore> after =
      OpenIn(folder.CopyOf(running, "copy"));
  EXPECT_EQ(after->position(), 0u);
  ExpectExactly(*after, 0);
  PublishGroup(store.get(), 7);
  ExpectExactly(*store, 7);
}

}  // namespace
}  // namespace amanah::store
