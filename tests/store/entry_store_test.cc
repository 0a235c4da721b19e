#include "ledger/store/entry_store.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "ledger/kv/memory.h"
#include "tests/store/entries_for_test.h"
#include "tests/support/faulty_kv.h"
#include "tests/support/matchers.h"

namespace amanah::store {
namespace {

using absl::StatusCode;
using testing_support::Fails;
using testing_support::FaultyKeyValue;

// Group sizes on both sides of the borders of bundles.
constexpr uint64_t kGroups[] = {1, 1, 253, 1, 1,  255, 256, 257, 64,
                                1, 7, 700, 2, 44, 1,   512, 3};

std::unique_ptr<EntryStore> OpenOver(std::shared_ptr<kv::KeyValue> rows) {
  absl::StatusOr<std::unique_ptr<EntryStore>> store =
      EntryStore::Open(std::move(rows));
  EXPECT_OK(store);
  return *std::move(store);
}

uint64_t AppendGroups(EntryStore* store) {
  for (const uint64_t count : kGroups) {
    EXPECT_OK(store->Append(store->size(), EntriesFrom(store->size(), count)));
  }
  return store->size();
}

void ExpectEntries(const EntryStore& store, uint64_t first, uint64_t count) {
  uint64_t next = first;
  EXPECT_OK(store.ForEach(first, count, [&](uint64_t sequence, ByteView entry) {
    EXPECT_EQ(sequence, next);
    EXPECT_EQ(AsText(entry), EntryAt(sequence));
    ++next;
    return absl::OkStatus();
  }));
  EXPECT_EQ(next, first + count);
}

std::string BundleOf(uint64_t first, uint64_t count) {
  std::string bundle;
  for (const std::string& entry : EntriesFrom(first, count)) {
    bundle.push_back(static_cast<char>(entry.size() / 256));
    bundle.push_back(static_cast<char>(entry.size() % 256));
    bundle += entry;
  }
  return bundle;
}

TEST(EntryStoreTest, WritesTheRowsOfTheGrammar) {
  const auto rows = std::make_shared<kv::MemoryKeyValue>();
  const auto store = OpenOver(rows);
  ASSERT_OK(store->Append(0, EntriesFrom(0, 255)));
  const std::vector<std::string> entries = {"ab", "", std::string(300, 'c')};
  ASSERT_OK(store->Append(255, entries));
  EXPECT_EQ(rows->Get(std::string("\0\0\0\0\0\0\0\xff", 8)).value(),
            std::string("\0\x02"
                        "ab",
                        4));
  EXPECT_EQ(rows->Get(std::string("\0\0\0\0\0\0\x01\0", 8)).value(),
            std::string("\0\0\x01\x2c", 4) + std::string(300, 'c'));
  EXPECT_EQ(rows->GetStatistics().rows_estimate, 3u);
}

TEST(EntryStoreTest, ReadsWhatWasAppendedAcrossBundles) {
  const auto store = OpenOver(std::make_shared<kv::MemoryKeyValue>());
  EXPECT_EQ(store->size(), 0u);
  const uint64_t size = AppendGroups(store.get());
  for (uint64_t i = 0; i < size; ++i) {
    ASSERT_EQ(store->Get(i).value(), EntryAt(i)) << i;
  }
  ExpectEntries(*store, 0, size);
  std::mt19937_64 random(1);
  for (int i = 0; i < 300; ++i) {
    const uint64_t first = random() % size;
    ExpectEntries(*store, first, random() % (size - first + 1));
  }
}

TEST(EntryStoreTest, ReadsBundlesOfEveryWidth) {
  const auto store = OpenOver(std::make_shared<kv::MemoryKeyValue>());
  const uint64_t size = AppendGroups(store.get());
  for (uint64_t index = 0; index <= size / 256; ++index) {
    const uint64_t width_max = std::min<uint64_t>(256, size - index * 256);
    for (unsigned width = 1; width <= width_max; ++width) {
      ASSERT_EQ(store->ReadBundle(index, width).value(),
                BundleOf(index * 256, width))
          << index << " " << width;
    }
    EXPECT_THAT(store->ReadBundle(index, static_cast<unsigned>(width_max) + 1),
                Fails(StatusCode::kOutOfRange, ""));
  }
  EXPECT_THAT(store->ReadBundle(0, 0), Fails(StatusCode::kOutOfRange, ""));
  EXPECT_THAT(store->ReadBundle(UINT64_MAX, 1),
              Fails(StatusCode::kOutOfRange, ""));
}

TEST(EntryStoreTest, FindsItsSizeWhenReopened) {
  const auto rows = std::make_shared<kv::MemoryKeyValue>();
  uint64_t size = 0;
  for (const uint64_t count : kGroups) {
    const auto store = OpenOver(rows);
    ASSERT_EQ(store->size(), size);
    ASSERT_OK(store->Append(size, EntriesFrom(size, count)));
    size += count;
  }
  ExpectEntries(*OpenOver(rows), 0, size);
}

TEST(EntryStoreTest, RefusesWhatIsOutOfRange) {
  const auto store = OpenOver(std::make_shared<kv::MemoryKeyValue>());
  ASSERT_OK(store->Append(0, EntriesFrom(0, 3)));
  EXPECT_THAT(store->Get(3), Fails(StatusCode::kOutOfRange, "3 entries"));
  EXPECT_THAT(store->Get(UINT64_MAX), Fails(StatusCode::kOutOfRange, ""));
  const auto ignore = [](uint64_t, ByteView) { return absl::OkStatus(); };
  EXPECT_THAT(store->ForEach(1, 3, ignore), Fails(StatusCode::kOutOfRange, ""));
  EXPECT_THAT(store->ForEach(2, UINT64_MAX, ignore),
              Fails(StatusCode::kOutOfRange, ""));
  EXPECT_OK(store->ForEach(3, 0, ignore));
}

TEST(EntryStoreTest, HandsOnTheErrorOfAVisitorAndStops) {
  const auto store = OpenOver(std::make_shared<kv::MemoryKeyValue>());
  AppendGroups(store.get());
  int visits = 0;
  EXPECT_THAT(store->ForEach(0, 1000,
                             [&](uint64_t sequence, ByteView) {
                               ++visits;
                               return sequence == 300
                                          ? absl::AbortedError("enough")
                                          : absl::OkStatus();
                             }),
              Fails(StatusCode::kAborted, "enough"));
  EXPECT_EQ(visits, 301);
}

TEST(EntryStoreTest, RefusesBadArgumentsWithoutHalting) {
  const auto store = OpenOver(std::make_shared<kv::MemoryKeyValue>());
  EXPECT_THAT(store->Append(1, EntriesFrom(1, 1)),
              Fails(StatusCode::kFailedPrecondition,
                    "entry 1 follows a log of 0 entries"));
  const std::vector<std::string> longest = {std::string(65'535, 'x')};
  const std::vector<std::string> too_long = {"a", std::string(65'536, 'x')};
  EXPECT_THAT(store->Append(0, too_long),
              Fails(StatusCode::kInvalidArgument, "65536 bytes"));
  EXPECT_EQ(store->size(), 0u);
  EXPECT_OK(store->Append(0, longest));
  EXPECT_OK(store->Append(1, {}));
  EXPECT_EQ(store->Get(0).value(), longest[0]);
}

TEST(EntryStoreTest, AppendsNothingMoreAfterAFailedWriteAtAnyPoint) {
  for (uint64_t n = 0; n < std::size(kGroups); ++n) {
    for (const bool leave_written : {false, true}) {
      SCOPED_TRACE(n);
      const auto rows = std::make_shared<FaultyKeyValue>();
      rows->FailAfter(n, leave_written);
      const auto store = OpenOver(rows);
      absl::Status status;
      for (const uint64_t count : kGroups) {
        const uint64_t size = store->size();
        status = store->Append(size, EntriesFrom(size, count));
        if (!status.ok()) break;
      }
      EXPECT_THAT(status, Fails(StatusCode::kUnavailable, "told to fail"));
      const uint64_t size = store->size();
      EXPECT_THAT(
          store->Append(size, EntriesFrom(size, 1)),
          Fails(StatusCode::kUnavailable, "halted after a failed write"));
      // What failed is not seen, whether or not it got to the disk.
      EXPECT_EQ(store->size(), size);
      EXPECT_THAT(store->Get(size), Fails(StatusCode::kOutOfRange, ""));
      ExpectEntries(*store, 0, size);
      const auto after = OpenOver(rows->AfterPowerLoss(0));
      EXPECT_EQ(after->size(), size);
      ExpectEntries(*after, 0, size);
    }
  }
}

void PutRow(kv::KeyValue* rows, std::string_view key, std::string_view value) {
  kv::WriteBatch batch;
  batch.Put(key, value);
  ASSERT_OK(rows->Write(batch, {}));
}

std::string KeyOf(uint64_t first) {
  std::string key;
  AppendBigEndian(&key, first);
  return key;
}

TEST(EntryStoreTest, FindsGapsAndOverlaps) {
  const auto ignore = [](uint64_t, ByteView) { return absl::OkStatus(); };
  const std::string three = BundleOf(0, 3);
  for (const uint64_t second : {2u, 4u, 256u}) {
    SCOPED_TRACE(second);
    const auto rows = std::make_shared<kv::MemoryKeyValue>();
    PutRow(rows.get(), KeyOf(0), three);
    PutRow(rows.get(), KeyOf(second), three);
    const auto store = OpenOver(rows);
    EXPECT_EQ(store->size(), second + 3);
    EXPECT_THAT(store->ForEach(0, store->size(), ignore),
                Fails(StatusCode::kDataLoss, "entry 2 is followed by"));
    EXPECT_THAT(store->ReadBundle(0, 4), Fails(StatusCode::kDataLoss, ""));
  }
  const auto rows = std::make_shared<kv::MemoryKeyValue>();
  PutRow(rows.get(), KeyOf(0), three);
  PutRow(rows.get(), KeyOf(256), three);
  const auto store = OpenOver(rows);
  EXPECT_THAT(store->Get(3), Fails(StatusCode::kDataLoss, "3 is missing"));
  EXPECT_THAT(store->ForEach(5, 2, ignore),
              Fails(StatusCode::kDataLoss, "missing"));
  EXPECT_THAT(store->ReadBundle(0, 256),
              Fails(StatusCode::kDataLoss, "3 is missing"));
  EXPECT_OK(store->ReadBundle(1, 3));
}

TEST(EntryStoreTest, FindsThatTheLastRowLiesWithinTheOneBeforeIt) {
  const auto rows = std::make_shared<kv::MemoryKeyValue>();
  PutRow(rows.get(), KeyOf(0), BundleOf(0, 6));
  PutRow(rows.get(), KeyOf(3), BundleOf(3, 1));
  const auto store = OpenOver(rows);
  ASSERT_EQ(store->size(), 4);
  EXPECT_THAT(
      store->ForEach(0, 4, [](uint64_t, ByteView) { return absl::OkStatus(); }),
      Fails(StatusCode::kDataLoss, "row of entry 0 goes on to entry 5 of 4"));
  EXPECT_THAT(store->ReadBundle(0, 4), Fails(StatusCode::kDataLoss, ""));
}

TEST(EntryStoreTest, FindsThatTheBeginningIsMissing) {
  const auto rows = std::make_shared<kv::MemoryKeyValue>();
  PutRow(rows.get(), KeyOf(3), BundleOf(0, 3));
  const auto store = OpenOver(rows);
  EXPECT_THAT(store->Get(0), Fails(StatusCode::kDataLoss, "0 is missing"));
  EXPECT_THAT(store->ReadBundle(0, 4),
              Fails(StatusCode::kDataLoss, "0 is missing"));
}

TEST(EntryStoreTest, FindsMalformedRows) {
  const std::string longer_than_a_bundle = BundleOf(254, 3);
  const struct {
    std::string key;
    std::string value;
  } cases[] = {{"short", BundleOf(0, 1)},
               {KeyOf(0), ""},
               {KeyOf(0), std::string("\0", 1)},
               {KeyOf(0), std::string("\0\x02z", 3)},
               {KeyOf(254), longer_than_a_bundle}};
  for (const auto& row : cases) {
    const auto rows = std::make_shared<kv::MemoryKeyValue>();
    PutRow(rows.get(), row.key, row.value);
    EXPECT_THAT(EntryStore::Open(rows), Fails(StatusCode::kDataLoss, ""));
  }
}

TEST(EntryStoreTest, ReadsWhileItAppends) {
  const auto store = OpenOver(std::make_shared<kv::MemoryKeyValue>());
  std::atomic<bool> done = false;
  std::thread reader([&] {
    while (!done) {
      const uint64_t size = store->size();
      if (size == 0) continue;
      ASSERT_EQ(store->Get(size - 1).value(), EntryAt(size - 1));
      const uint64_t first = size - std::min<uint64_t>(size, 300);
      ExpectEntries(*store, first, size - first);
    }
  });
  for (int i = 0; i < 20; ++i) AppendGroups(store.get());
  done = true;
  reader.join();
}

}  // namespace
}  // namespace amanah::store
