#include "ledger/store/derived_store.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "ledger/kv/memory.h"
#include "tests/support/faulty_kv.h"
#include "tests/support/matchers.h"

namespace amanah::store {
namespace {

using absl::StatusCode;
using domain::StateChange;
using domain::StateKey;
using testing_support::Fails;
using testing_support::FaultyKeyValue;

StateKey Key(uint8_t table, uint8_t name) {
  StateKey key;
  key.bytes.fill(name);
  key.bytes[0] = table;
  return key;
}

// Rows whose writes wait until they are let through, one permit each.
class GatedKeyValue final : public kv::KeyValue {
 public:
  void Let(int writes) {
    const std::lock_guard lock(mutex_);
    permits_ += writes;
    changed_.notify_all();
  }
  // Waits until a write is at the gate.
  void AwaitWriter() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return at_gate_; });
  }

  absl::Status Write(const kv::WriteBatch& batch,
                     const kv::WriteOptions& options) override {
    std::unique_lock lock(mutex_);
    at_gate_ = true;
    changed_.notify_all();
    changed_.wait(lock, [this] { return permits_ > 0; });
    --permits_;
    at_gate_ = false;
    return rows_.Write(batch, options);
  }

  absl::StatusOr<std::optional<std::string>> Get(
      std::string_view key) const override {
    return rows_.Get(key);
  }
  absl::Status GetMany(
      std::span<const std::string_view> keys,
      std::vector<std::optional<std::string>>* values) const override {
    return rows_.GetMany(keys, values);
  }
  absl::Status ForEach(std::string_view from, std::string_view to,
                       const kv::RowVisitor& visit) const override {
    return rows_.ForEach(from, to, visit);
  }
  absl::StatusOr<std::optional<kv::Row>> LastAtOrBefore(
      std::string_view key) const override {
    return rows_.LastAtOrBefore(key);
  }
  absl::StatusOr<std::optional<kv::Row>> Last() const override {
    return rows_.Last();
  }
  std::unique_ptr<const kv::Reader> Snapshot() const override {
    return rows_.Snapshot();
  }
  absl::Status Flush() override { return rows_.Flush(); }
  absl::Status Clear() override { return rows_.Clear(); }
  kv::Statistics GetStatistics() const override {
    return rows_.GetStatistics();
  }

 private:
  kv::MemoryKeyValue rows_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int permits_ = 0;
  bool at_gate_ = false;
};

constexpr int kAll = 1'000'000;

std::unique_ptr<DerivedStore> OpenOver(std::shared_ptr<kv::KeyValue> rows,
                                       const DerivedOptions& options = {}) {
  auto store = DerivedStore::Open(std::move(rows), options);
  EXPECT_OK(store);
  return *std::move(store);
}

std::vector<IndexRow> Scan(const DerivedStore& store, std::string_view prefix,
                           std::string_view from, size_t limit) {
  std::vector<IndexRow> rows;
  EXPECT_OK(store.ScanIndex(
      prefix, from, limit, [&](std::string_view key, std::string_view value) {
        rows.push_back({std::string(key), std::string(value)});
        return true;
      }));
  return rows;
}

TEST(DerivedStoreTest, WritesTheRowsOfTheGrammar) {
  const auto rows = std::make_shared<kv::MemoryKeyValue>();
  const auto store = OpenOver(rows);
  store->PutTile(1, 258, "hashes");
  ASSERT_OK(store->Publish(300, {{Key(2, 7), "state"}}, {{"k", "index"}}));
  ASSERT_OK(store->WaitWritten(300));
  EXPECT_EQ(rows->Get("s\x02" + std::string(20, '\x07')).value(), "state");
  EXPECT_EQ(rows->Get("ik").value(), "index");
  EXPECT_EQ(rows->Get(std::string("t\x01\0\0\0\0\0\0\x01\x02", 10)).value(),
            "hashes");
  EXPECT_EQ(rows->Get("p").value(), std::string("\0\0\0\0\0\0\x01\x2c", 8));
  EXPECT_EQ(rows->GetStatistics().rows_estimate, 4u);
}

TEST(DerivedStoreTest, ShowsAGroupBeforeItIsWritten) {
  const auto rows = std::make_shared<GatedKeyValue>();
  const auto store = OpenOver(rows);
  ASSERT_OK(store->Publish(1, {{Key(1, 1), "a"}, {Key(1, 2), "b"}}, {}));
  rows->AwaitWriter();
  // The second group waits behind the first, and is newer.
  store->PutTile(0, 0, "tile");
  ASSERT_OK(store->Publish(2, {{Key(1, 1), "c"}, {Key(1, 2), ""}}, {}));
  EXPECT_EQ(store->position(), 0u);
  EXPECT_EQ(store->Get(Key(1, 1)).value(), "c");
  EXPECT_EQ(store->Get(Key(1, 2)).value(), "");
  EXPECT_EQ(store->Get(Key(1, 3)).value(), "");
  EXPECT_EQ(store->GetTile(0, 0).value(), "tile");
  rows->Let(1);
  ASSERT_OK(store->WaitWritten(1));
  std::vector<std::string> values;
  const StateKey keys[] = {Key(1, 3), Key(1, 2), Key(1, 1)};
  ASSERT_OK(store->GetMany(keys, &values));
  EXPECT_EQ(values, (std::vector<std::string>{"", "", "c"}));
  rows->Let(kAll);
  ASSERT_OK(store->WaitWritten(2));
  ASSERT_OK(store->GetMany(keys, &values));
  EXPECT_EQ(values, (std::vector<std::string>{"", "", "c"}));
  EXPECT_EQ(store->GetTile(0, 0).value(), "tile");
  EXPECT_EQ(store->GetTile(0, 1).value(), "");
}

TEST(DerivedStoreTest, WritesSeveralWaitingGroupsAsOneWithTheLastPosition) {
  const auto rows = std::make_shared<GatedKeyValue>();
  const auto store = OpenOver(rows);
  ASSERT_OK(store->Publish(1, {{Key(1, 1), "1"}}, {{"x", "1"}}));
  rows->AwaitWriter();
  for (uint64_t i = 2; i <= 9; ++i) {
    const std::string value = std::to_string(i);
    ASSERT_OK(store->Publish(i, {{Key(1, 1), value}}, {{"x", value}}));
  }
  rows->Let(2);  // the first group, and all others
  ASSERT_OK(store->WaitWritten(9));
  EXPECT_EQ(store->position(), 9u);
  EXPECT_EQ(rows->Get("ix").value(), "9");
  rows->Let(kAll);
}

TEST(DerivedStoreTest, BlocksWhileTooManyGroupsWait) {
  const auto rows = std::make_shared<GatedKeyValue>();
  const auto store = OpenOver(rows, {.pending_groups_max = 2});
  ASSERT_OK(store->Publish(1, {}, {}));
  rows->AwaitWriter();
  ASSERT_OK(store->Publish(2, {}, {}));
  ASSERT_OK(store->Publish(3, {}, {}));
  std::atomic<bool> published = false;
  std::thread publisher([&] {
    EXPECT_OK(store->Publish(4, {}, {}));
    published = true;
  });
  // It can't get through before a write does, however long it takes.
  for (int i = 0; i < 1000; ++i) std::this_thread::yield();
  EXPECT_FALSE(published);
  rows->Let(kAll);
  publisher.join();
  ASSERT_OK(store->WaitWritten(4));
}

TEST(DerivedStoreTest, BlocksWhileTooManyBytesWaitButTakesOneLargeGroup) {
  const auto rows = std::make_shared<GatedKeyValue>();
  const auto store = OpenOver(rows, {.pending_length_max = 100});
  const std::string large(1000, 'x');
  ASSERT_OK(store->Publish(1, {{Key(1, 1), large}}, {}));
  rows->AwaitWriter();
  ASSERT_OK(store->Publish(2, {{Key(1, 2), large}}, {}));
  std::thread publisher([&] {
    EXPECT_OK(store->Publish(3, {{Key(1, 3), "x"}}, {}));
  });
  rows->Let(kAll);
  publisher.join();
  ASSERT_OK(store->WaitWritten(3));
  EXPECT_EQ(store->Get(Key(1, 1)).value(), large);
}

TEST(DerivedStoreTest, ScansWhatWasPublishedBefore) {
  const auto rows = std::make_shared<kv::MemoryKeyValue>();
  const auto store = OpenOver(rows);
  const std::string high = "\xff\xff";
  ASSERT_OK(store->Publish(
      1, {{Key('i', 'a'), "no index row"}},
      {{"a1", "1"}, {"a3", "3"}, {"b", "4"}, {high, "5"}, {high + "x", "6"}}));
  ASSERT_OK(store->Publish(2, {}, {{"a2", "2"}, {"a3", ""}}));
  EXPECT_EQ(Scan(*store, "a", "", 10),
            (std::vector<IndexRow>{{"a1", "1"}, {"a2", "2"}}));
  EXPECT_EQ(Scan(*store, "a", "a2", 10), (std::vector<IndexRow>{{"a2", "2"}}));
  EXPECT_EQ(Scan(*store, "a", "b", 10), std::vector<IndexRow>());
  EXPECT_EQ(Scan(*store, "b", "a1", 10), (std::vector<IndexRow>{{"b", "4"}}));
  EXPECT_EQ(Scan(*store, high, "", 10),
            (std::vector<IndexRow>{{high, "5"}, {high + "x", "6"}}));
  EXPECT_EQ(Scan(*store, "", "", 3).size(), 3u);
  EXPECT_EQ(Scan(*store, "", "", 10).size(), 5u);
  EXPECT_EQ(Scan(*store, "", "", 0).size(), 0u);
}

TEST(DerivedStoreTest, StopsAScanWhenTheVisitorSaysSo) {
  const auto store = OpenOver(std::make_shared<kv::MemoryKeyValue>());
  ASSERT_OK(store->Publish(1, {}, {{"a", "1"}, {"b", "2"}}));
  int visits = 0;
  ASSERT_OK(
      store->ScanIndex("", "", 10, [&](std::string_view, std::string_view) {
        ++visits;
        return false;
      }));
  EXPECT_EQ(visits, 1);
}

TEST(DerivedStoreTest, GoesOnFromItsPositionWhenReopened) {
  const auto rows = std::make_shared<kv::MemoryKeyValue>();
  for (uint64_t size = 0; size < 20; ++size) {
    const auto store = OpenOver(rows);
    ASSERT_EQ(store->position(), size);
    if (size > 0) {
      ASSERT_EQ(store->Get(Key(1, 1)).value(), std::to_string(size));
    }
    ASSERT_OK(
        store->Publish(size + 1, {{Key(1, 1), std::to_string(size + 1)}}, {}));
    if (size % 2 == 0) {
      ASSERT_OK(store->Close());
      EXPECT_OK(store->Close());
    }
  }
}

TEST(DerivedStoreTest, WipesAndRebuilds) {
  const auto rows = std::make_shared<kv::MemoryKeyValue>();
  ASSERT_OK(OpenOver(rows)->Publish(9, {{Key(1, 1), "old"}}, {{"k", "old"}}));
  const auto store = OpenOver(rows);
  ASSERT_EQ(store->position(), 9u);
  ASSERT_OK(store->Wipe());
  EXPECT_EQ(store->position(), 0u);
  EXPECT_EQ(store->Get(Key(1, 1)).value(), "");
  EXPECT_EQ(Scan(*store, "", "", 10).size(), 0u);
  ASSERT_OK(store->Publish(3, {{Key(1, 1), "new"}}, {{"k", "new"}}));
  ASSERT_OK(store->Close());
  const auto reopened = OpenOver(rows);
  EXPECT_EQ(reopened->position(), 3u);
  EXPECT_EQ(reopened->Get(Key(1, 1)).value(), "new");
}

TEST(DerivedStoreTest, RefusesRowsWithoutAPosition) {
  kv::WriteBatch batch;
  batch.Put("sx", "y");
  auto rows = std::make_shared<kv::MemoryKeyValue>();
  ASSERT_OK(rows->Write(batch, {}));
  EXPECT_THAT(DerivedStore::Open(rows),
              Fails(StatusCode::kDataLoss, "no position"));
  batch.Put("p", "1234567");
  ASSERT_OK(rows->Write(batch, {}));
  EXPECT_THAT(DerivedStore::Open(rows),
              Fails(StatusCode::kDataLoss, "has 7 bytes"));
}

TEST(DerivedStoreTest, PublishesNothingMoreAfterAFailedWriteAtAnyPoint) {
  for (uint64_t n = 0; n < 6; ++n) {
    SCOPED_TRACE(n);
    const auto rows = std::make_shared<FaultyKeyValue>();
    rows->FailAfter(n);
    const auto store = OpenOver(rows);
    absl::Status status;
    uint64_t size = 0;
    while (status.ok()) {
      ++size;
      ASSERT_OK(store->Publish(size, {{Key(1, 1), std::to_string(size)}}, {}));
      status = store->WaitWritten(size);
    }
    EXPECT_EQ(size, n + 1);
    EXPECT_THAT(status, Fails(StatusCode::kUnavailable, "told to fail"));
    EXPECT_THAT(store->Publish(size + 1, {}, {}),
                Fails(StatusCode::kUnavailable, "told to fail"));
    EXPECT_THAT(store->ScanIndex("", "", 1, nullptr),
                Fails(StatusCode::kUnavailable, "told to fail"));
    EXPECT_EQ(store->position(), n);
    EXPECT_EQ(store->Get(Key(1, 1)).value(), std::to_string(size));
    EXPECT_THAT(store->Close(), Fails(StatusCode::kUnavailable, "told"));
    EXPECT_THAT(store->Close(), Fails(StatusCode::kUnavailable, "told"));
  }
}

TEST(DerivedStoreTest, WakesABlockedPublisherWhenAWriteFails) {
  const auto rows = std::make_shared<FaultyKeyValue>();
  rows->FailAfter(3);
  const auto store = OpenOver(rows, {.pending_groups_max = 1});
  absl::Status status;
  for (uint64_t size = 1; status.ok(); ++size) {
    status = store->Publish(size, {}, {});
  }
  EXPECT_THAT(status, Fails(StatusCode::kUnavailable, "told to fail"));
}

TEST(DerivedStoreTest, MakesRowsSurviveAfterSoManyEntries) {
  const auto rows = std::make_shared<FaultyKeyValue>();
  const auto store = OpenOver(rows, {.flush_every = 10});
  for (uint64_t size = 1; size <= 100; ++size) {
    ASSERT_OK(store->Publish(size, {}, {}));
    ASSERT_OK(store->WaitWritten(size));
    // At most the flush that has become due is still to come.
    EXPECT_LE(rows->unsynced(), 11u);
  }
  ASSERT_OK(store->Close());
  EXPECT_EQ(rows->unsynced(), 0u);
}

// Each group writes its size to a row that all share, to one of its own, to an
// index and to a tile, so that the rows tell which groups they include.
TEST(DerivedStoreTest, StandsAtTheEndOfSomeGroupWhateverWasLost) {
  const auto rows = std::make_shared<FaultyKeyValue>();
  const auto store = OpenOver(rows, {.flush_every = 7});
  for (uint8_t size = 1; size <= 60; ++size) {
    const std::string value(1, static_cast<char>(size));
    store->PutTile(0, size, value);
    ASSERT_OK(store->Publish(size,
                             {{Key(1, 0), value},
                              {Key(2, size), value},
                              {Key(2, static_cast<uint8_t>(size - 5)), ""}},
                             {{value, value}}));
    for (size_t kept = 0; kept <= rows->unsynced(); ++kept) {
      const auto after = OpenOver(rows->AfterPowerLoss(kept));
      const uint64_t position = after->position();
      ASSERT_LE(position, size);
      const std::string at(position == 0 ? 0 : 1, static_cast<char>(position));
      EXPECT_EQ(after->Get(Key(1, 0)).value(), at);
      EXPECT_EQ(Scan(*after, "", "", 100).size(), position);
      EXPECT_EQ(after->GetTile(0, position).value(), at);
      EXPECT_EQ(after->GetTile(0, position + 1).value(), "");
      for (uint8_t name = 1; name <= size; ++name) {
        const bool there = name <= position && name + 5u > position;
        EXPECT_EQ(after->Get(Key(2, name)).value().empty(), !there);
      }
    }
  }
}

TEST(DerivedStoreTest, IsReadWhileItPublishes) {
  const auto store = OpenOver(std::make_shared<kv::MemoryKeyValue>());
  std::atomic<bool> done = false;
  std::atomic<uint64_t> published = 0;
  std::thread reader([&] {
    uint64_t last = 0;
    while (!done) {
      const uint64_t at_least = published;
      const std::string value = store->Get(Key(1, 1)).value();
      const uint64_t seen = value.empty() ? 0 : std::stoull(value);
      EXPECT_GE(seen, at_least);
      EXPECT_GE(seen, last);
      last = seen;
      EXPECT_GE(Scan(*store, "", "", 100'000).size(), at_least);
    }
  });
  for (uint64_t size = 1; size <= 2000; ++size) {
    const std::string value = std::to_string(size);
    ASSERT_OK(store->Publish(size, {{Key(1, 1), value}}, {{value, value}}));
    published = size;
  }
  done = true;
  reader.join();
}

}  // namespace
}  // namespace amanah::store
