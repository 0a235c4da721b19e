// RocksDB and memory give the same answers to the same calls.

#include <gtest/gtest.h>

#include <optional>
#include <random>
#include <string>
#include <vector>

#include "ledger/kv/memory.h"
#include "ledger/kv/rocks.h"
#include "tests/support/matchers.h"
#include "tests/support/temporary_folder.h"

namespace amanah::kv {
namespace {

using testing_support::TemporaryFolder;

// Short keys over bytes of both signs, so that neighbours, prefixes and
// misses are frequent.
class RandomRows {
 public:
  explicit RandomRows(uint32_t seed) : engine_(seed) {}

  size_t Below(size_t bound) { return engine_() % bound; }

  std::string Key() {
    static constexpr char kBytes[] = {'\x00', 'a', 'b', '\x7f', '\x80', '\xff'};
    std::string key;
    const size_t length = 1 + Below(4);
    while (key.size() < length) key.push_back(kBytes[Below(sizeof(kBytes))]);
    return key;
  }

  WriteBatch Batch() {
    WriteBatch batch;
    const size_t count = Below(8);
    for (size_t i = 0; i < count; ++i) {
      if (Below(3) == 0) {
        batch.Erase(Key());
      } else {
        batch.Put(Key(), std::string(Below(40), static_cast<char>(Below(256))));
      }
    }
    return batch;
  }

 private:
  std::mt19937 engine_;
};

std::vector<Row> Collect(const Reader& rows, std::string_view from,
                         std::string_view to, size_t limit) {
  std::vector<Row> found;
  EXPECT_OK(
      rows.ForEach(from, to, [&](std::string_view key, std::string_view value) {
        found.push_back({std::string(key), std::string(value)});
        return found.size() < limit;
      }));
  return found;
}

void ExpectSameAnswers(const Reader& rocks, const Reader& memory,
                       RandomRows* random) {
  const std::string from = random->Key();
  const std::string to = random->Below(4) == 0 ? "" : random->Key();
  const size_t limit = 1 + random->Below(100);
  EXPECT_EQ(Collect(rocks, from, to, limit), Collect(memory, from, to, limit));

  std::vector<std::string> keys(5);
  for (std::string& key : keys) key = random->Key();
  for (const std::string& key : keys) {
    EXPECT_EQ(rocks.Get(key).value(), memory.Get(key).value());
    EXPECT_EQ(rocks.LastAtOrBefore(key).value(),
              memory.LastAtOrBefore(key).value());
  }
  EXPECT_EQ(rocks.Last().value(), memory.Last().value());
  const std::vector<std::string_view> views(keys.begin(), keys.end());
  std::vector<std::optional<std::string>> rocks_values;
  std::vector<std::optional<std::string>> memory_values;
  EXPECT_OK(rocks.GetMany(views, &rocks_values));
  EXPECT_OK(memory.GetMany(views, &memory_values));
  EXPECT_EQ(rocks_values, memory_values);
}

class ModelTest : public testing::TestWithParam<Profile> {};

TEST_P(ModelTest, RocksAndMemoryAgreeOnRandomCalls) {
  const TemporaryFolder folder;
  RocksOptions options;
  options.profile = GetParam();
  options.write_buffer_length = size_t{64} << 10;
  std::unique_ptr<KeyValue> rocks = OpenRocks(folder.path(), options).value();
  MemoryKeyValue memory;
  RandomRows random(7);
  std::unique_ptr<const Reader> rocks_snapshot = rocks->Snapshot();
  std::unique_ptr<const Reader> memory_snapshot = memory.Snapshot();
  const WriteOptions write = {.sync = false,
                              .log = GetParam() == Profile::kEntries};
  for (int step = 0; step < 3000; ++step) {
    SCOPED_TRACE(step);
    const WriteBatch batch = random.Batch();
    ASSERT_OK(rocks->Write(batch, write));
    ASSERT_OK(memory.Write(batch, write));
    ExpectSameAnswers(*rocks, memory, &random);
    ExpectSameAnswers(*rocks_snapshot, *memory_snapshot, &random);
    if (random.Below(50) == 0) {
      rocks_snapshot = rocks->Snapshot();
      memory_snapshot = memory.Snapshot();
    }
    if (random.Below(200) == 0) {
      ASSERT_OK(rocks->Flush());
    }
    if (random.Below(500) == 0) {
      rocks_snapshot.reset();
      ASSERT_OK(rocks->Clear());
      ASSERT_OK(memory.Clear());
      rocks_snapshot = rocks->Snapshot();
      memory_snapshot = memory.Snapshot();
    }
    if (random.Below(300) == 0) {
      rocks_snapshot.reset();
      rocks.reset();  // closing writes out what no log holds
      rocks = OpenRocks(folder.path(), options).value();
      rocks_snapshot = rocks->Snapshot();
      memory_snapshot = memory.Snapshot();
    }
    if (testing::Test::HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Profiles, ModelTest,
                         testing::Values(Profile::kEntries, Profile::kState));

TEST(WriteBatchTest, KeepsChangesInOrderWithTheirBytes) {
  WriteBatch batch;
  batch.Put("key", "value");
  batch.Erase("gone");
  batch.Put("", "");
  ASSERT_EQ(batch.count(), 3u);
  EXPECT_EQ(batch.length(), 12u);
  EXPECT_EQ(batch.change(0).key, "key");
  EXPECT_EQ(batch.change(0).value, "value");
  EXPECT_FALSE(batch.change(0).erase);
  EXPECT_EQ(batch.change(1).key, "gone");
  EXPECT_TRUE(batch.change(1).erase);
  EXPECT_EQ(batch.change(2).key, "");
  batch.Clear();
  EXPECT_EQ(batch.count(), 0u);
}

TEST(WriteBatchTest, LetsTheLaterChangeOfAKeyWin) {
  WriteBatch batch;
  batch.Put("a", "1");
  batch.Erase("a");
  batch.Put("b", "1");
  batch.Put("b", "2");
  MemoryKeyValue rows;
  ASSERT_OK(rows.Write(batch, {}));
  EXPECT_EQ(rows.Get("a").value(), std::nullopt);
  EXPECT_EQ(rows.Get("b").value(), "2");
}

}  // namespace
}  // namespace amanah::kv
