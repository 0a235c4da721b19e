#include "ledger/domain/state.h"

#include <gtest/gtest.h>

#include <span>
#include <string>
#include <vector>

#include "tests/support/matchers.h"

namespace amanah::domain {
namespace {

using testing_support::Fails;

StateKey KeyAt(uint8_t first, uint8_t last = 0) {
  StateKey key;
  key.bytes.front() = first;
  key.bytes.back() = last;
  return key;
}

// Rows that count how they are read, and a storage that can fail.
class CountingState final : public StateReader {
 public:
  absl::StatusOr<std::string> Get(const StateKey& key) const override {
    ++gets;
    if (!status.ok()) return status;
    return rows.Get(key);
  }
  absl::Status GetMany(std::span<const StateKey> keys,
                       std::vector<std::string>* values) const override {
    ++many_gets;
    many_keys += static_cast<int>(keys.size());
    if (!status.ok()) return status;
    return rows.GetMany(keys, values);
  }

  MemoryState rows;
  absl::Status status;
  mutable int gets = 0;
  mutable int many_gets = 0;
  mutable int many_keys = 0;
};

TEST(MemoryStateTest, AppliesAbsoluteChanges) {
  MemoryState rows;
  rows.Apply(std::vector<StateChange>{{KeyAt(1), "a"}, {KeyAt(2), "b"}});
  EXPECT_EQ(*rows.Get(KeyAt(1)), "a");
  EXPECT_EQ(rows.size(), 2u);
  rows.Apply(std::vector<StateChange>{{KeyAt(1), "c"}, {KeyAt(2), ""}});
  EXPECT_EQ(*rows.Get(KeyAt(1)), "c");
  EXPECT_EQ(*rows.Get(KeyAt(2)), "");
  EXPECT_EQ(rows.size(), 1u);
  std::vector<std::string> values = {"left over"};
  const std::vector<StateKey> keys = {KeyAt(2), KeyAt(1), KeyAt(1)};
  EXPECT_OK(rows.GetMany(keys, &values));
  EXPECT_EQ(values, (std::vector<std::string>{"", "c", "c"}));
}

TEST(OverlayTest, ReadsThroughToItsBaseOnce) {
  CountingState base;
  base.rows.Apply(std::vector<StateChange>{{KeyAt(1), "a"}});
  Overlay overlay(&base);
  EXPECT_EQ(overlay.Get(KeyAt(1)), "a");
  EXPECT_EQ(overlay.Get(KeyAt(1)), "a");
  EXPECT_EQ(overlay.Get(KeyAt(2)), "");
  EXPECT_EQ(overlay.Get(KeyAt(2)), "");
  EXPECT_EQ(base.gets, 2);
}

TEST(OverlayTest, PrefetchesWhatIsMissingInOneRead) {
  CountingState base;
  base.rows.Apply(std::vector<StateChange>{{KeyAt(1), "a"}, {KeyAt(2), "b"}});
  Overlay overlay(&base);
  overlay.Put(KeyAt(1), "changed");
  const std::vector<StateKey> keys = {KeyAt(1), KeyAt(2), KeyAt(3), KeyAt(2)};
  overlay.Prefetch(keys);
  EXPECT_EQ(base.many_gets, 1);
  EXPECT_EQ(base.many_keys, 3);
  EXPECT_EQ(overlay.Get(KeyAt(1)), "changed");
  EXPECT_EQ(overlay.Get(KeyAt(2)), "b");
  EXPECT_EQ(overlay.Get(KeyAt(3)), "");
  EXPECT_EQ(base.gets, 0);
  overlay.Prefetch(keys);
  EXPECT_EQ(base.many_gets, 1);
}

TEST(OverlayTest, KeepsItsChangesFromItsBase) {
  MemoryState base;
  base.Apply(std::vector<StateChange>{{KeyAt(1), "a"}});
  Overlay overlay(&base);
  overlay.Put(KeyAt(1), "b");
  EXPECT_EQ(overlay.Get(KeyAt(1)), "b");
  EXPECT_EQ(*base.Get(KeyAt(1)), "a");
}

TEST(OverlayTest, GivesChangesInOrderOnceAndAbsolute) {
  MemoryState base;
  Overlay overlay(&base);
  overlay.Put(KeyAt(2), "b");
  overlay.Put(KeyAt(1, 9), "late");
  overlay.Put(KeyAt(1, 1), "early");
  overlay.Put(KeyAt(0xff), "last");
  overlay.Put(KeyAt(2), "again");
  overlay.Put(KeyAt(3), "gone");
  overlay.Put(KeyAt(3), "");
  EXPECT_EQ(overlay.TakeChanges(),
            (std::vector<StateChange>{{KeyAt(1, 1), "early"},
                                      {KeyAt(1, 9), "late"},
                                      {KeyAt(2), "again"},
                                      {KeyAt(3), ""},
                                      {KeyAt(0xff), "last"}}));
  EXPECT_TRUE(overlay.TakeChanges().empty());
  overlay.Put(KeyAt(2), "once more");
  EXPECT_EQ(overlay.TakeChanges(),
            (std::vector<StateChange>{{KeyAt(2), "once more"}}));
}

TEST(OverlayTest, KeepsWhatIsNotTakenWhenItIsTrimmed) {
  CountingState base;
  base.rows.Apply(std::vector<StateChange>{{KeyAt(1), "a"}});
  Overlay overlay(&base);
  EXPECT_EQ(overlay.Get(KeyAt(1)), "a");
  overlay.Put(KeyAt(2), "taken");
  base.rows.Apply(overlay.TakeChanges());
  overlay.Put(KeyAt(3), "dirty");
  EXPECT_EQ(overlay.cached(), 3u);
  overlay.Trim();
  EXPECT_EQ(overlay.cached(), 1u);
  EXPECT_EQ(overlay.Get(KeyAt(3)), "dirty");
  EXPECT_EQ(base.gets, 1);
  EXPECT_EQ(overlay.Get(KeyAt(1)), "a");
  EXPECT_EQ(overlay.Get(KeyAt(2)), "taken");
  EXPECT_EQ(base.gets, 3);
  EXPECT_EQ(overlay.TakeChanges(),
            (std::vector<StateChange>{{KeyAt(3), "dirty"}}));
}

TEST(OverlayTest, AFailedReadStaysItsStatus) {
  CountingState base;
  base.status = absl::UnavailableError("the disk is gone");
  Overlay overlay(&base);
  EXPECT_OK(overlay.status());
  EXPECT_EQ(overlay.Get(KeyAt(1)), "");
  EXPECT_THAT(overlay.status(),
              Fails(absl::StatusCode::kUnavailable, "the disk is gone"));
  base.status = absl::OkStatus();
  overlay.FailRow(KeyAt('e'));
  EXPECT_EQ(overlay.Get(KeyAt(2)), "");
  overlay.Trim();
  EXPECT_THAT(overlay.status(),
              Fails(absl::StatusCode::kUnavailable, "the disk is gone"));
}

TEST(OverlayTest, AFailedPrefetchStaysItsStatus) {
  CountingState base;
  base.status = absl::DataLossError("a block does not read back");
  Overlay overlay(&base);
  overlay.Prefetch(std::vector<StateKey>{KeyAt(1)});
  base.status = absl::OkStatus();
  overlay.Prefetch(std::vector<StateKey>{KeyAt(1)});
  EXPECT_THAT(overlay.status(), Fails(absl::StatusCode::kDataLoss, "a block"));
}

TEST(OverlayTest, ARowThatIsNoneIsDataLoss) {
  MemoryState base;
  Overlay overlay(&base);
  overlay.FailRow(KeyAt('e'));
  EXPECT_THAT(overlay.status(),
              Fails(absl::StatusCode::kDataLoss, "table 'e'"));
}

}  // namespace
}  // namespace amanah::domain
