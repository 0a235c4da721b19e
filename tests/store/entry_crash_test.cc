// What is left of the entries on the disk when a process or a machine ends.

#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "ledger/kv/rocks.h"
#include "ledger/store/entry_store.h"
#include "tests/store/entries_for_test.h"
#include "tests/support/matchers.h"
#include "tests/support/shared_files.h"
#include "tests/support/temporary_folder.h"

namespace amanah::store {
namespace {

namespace fs = std::filesystem;
using testing_support::ReadWholeFile;
using testing_support::TemporaryFolder;

constexpr uint64_t kGroups[] = {1, 3, 251, 2, 40, 300, 5};

absl::StatusOr<std::unique_ptr<EntryStore>> OpenIn(const fs::path& folder,
                                                   bool read_only = false) {
  auto rows = kv::OpenRocks(
      folder, {.profile = kv::Profile::kEntries, .read_only = read_only});
  if (!rows.ok()) return rows.status();
  return EntryStore::Open(*std::move(rows));
}

// The only log file that is not empty.
fs::path LogFileIn(const fs::path& folder) {
  fs::path log;
  for (const auto& file : fs::directory_iterator(folder)) {
    if (file.path().extension() == ".log" && file.file_size() > 0) {
      EXPECT_TRUE(log.empty());
      log = file.path();
    }
  }
  return log;
}

// The sizes that the log of entries has after each group.
std::set<uint64_t> SizesBetweenGroups() {
  std::set<uint64_t> sizes = {0};
  for (const uint64_t count : kGroups) sizes.insert(*sizes.rbegin() + count);
  return sizes;
}

class EntryCrashTest : public testing::Test {
 protected:
  // Leaves in "rows" what is on the disk after the groups were appended, as if
  // the process had ended then.
  void SetUp() override {
    const auto store = OpenIn(folder_.path() / "running");
    ASSERT_OK(store);
    for (const uint64_t count : kGroups) {
      const uint64_t size = (*store)->size();
      ASSERT_OK((*store)->Append(size, EntriesFrom(size, count)));
    }
    folder_.CopyOf(folder_.path() / "running", "rows");
    log_ = ReadWholeFile(LogFileIn(folder_.path() / "rows"));
  }

  // Opens the rows with `log` in place of the log file.
  absl::StatusOr<std::unique_ptr<EntryStore>> OpenWithLog(
      std::string_view log) {
    const fs::path copy = folder_.path() / "copy";
    fs::remove_all(copy);
    folder_.CopyOf(folder_.path() / "rows", "copy");
    std::ofstream(LogFileIn(copy), std::ios::binary | std::ios::trunc) << log;
    return OpenIn(copy);
  }

  // The same for reading only, which syncs nothing and so is faster.
  absl::StatusOr<std::unique_ptr<EntryStore>> ReadWithLog(
      std::string_view log) {
    const fs::path file = LogFileIn(folder_.path() / "rows");
    fs::remove(file);
    std::ofstream(file, std::ios::binary) << log;
    return OpenIn(folder_.path() / "rows", true);
  }

  void ExpectWholeGroups(const EntryStore& store) {
    EXPECT_TRUE(SizesBetweenGroups().contains(store.size())) << store.size();
    EXPECT_OK(
        store.ForEach(0, store.size(), [](uint64_t sequence, ByteView entry) {
          EXPECT_EQ(AsText(entry), EntryAt(sequence));
          return absl::OkStatus();
        }));
  }

  TemporaryFolder folder_;
  std::string log_;
};

TEST_F(EntryCrashTest, KeepsAllThatWasAppended) {
  const auto store = OpenWithLog(log_);
  ASSERT_OK(store);
  EXPECT_EQ((*store)->size(), *SizesBetweenGroups().rbegin());
  ExpectWholeGroups(**store);
}

TEST_F(EntryCrashTest, IsAPrefixOfWholeGroupsWhereverTheLogIsTorn) {
  std::set<uint64_t> seen;
  uint64_t size_before = 0;
  for (size_t length = 1; length <= log_.size(); length += 53) {
    SCOPED_TRACE(length);
    const auto store = ReadWithLog(std::string_view(log_).substr(0, length));
    ASSERT_OK(store);
    ExpectWholeGroups(**store);
    EXPECT_GE((*store)->size(), size_before);
    size_before = (*store)->size();
    seen.insert(size_before);
  }
  EXPECT_GE(seen.size(), 5u);
}

TEST_F(EntryCrashTest, AppendsAfterATornLog) {
  for (size_t length = 1; length < log_.size(); length += 5003) {
    SCOPED_TRACE(length);
    uint64_t size = 0;
    {
      const auto store = OpenWithLog(std::string_view(log_).substr(0, length));
      ASSERT_OK(store);
      ExpectWholeGroups(**store);
      size = (*store)->size();
      ASSERT_OK((*store)->Append(size, EntriesFrom(size, 1)));
    }
    const auto reopened = OpenIn(folder_.path() / "copy");
    ASSERT_OK(reopened);
    EXPECT_EQ((*reopened)->size(), size + 1);
  }
}

TEST_F(EntryCrashTest, IsAPrefixOfWholeGroupsWhenTheEndOfTheLogIsZeros) {
  for (size_t length = 0; length < log_.size(); length += 512) {
    SCOPED_TRACE(length);
    std::string log = log_;
    std::fill(log.begin() + static_cast<ptrdiff_t>(length), log.end(), '\0');
    const auto store = ReadWithLog(log);
    ASSERT_OK(store);
    ExpectWholeGroups(**store);
  }
}

TEST_F(EntryCrashTest, IsAPrefixOfWholeGroupsWhereverABitFlipped) {
  for (size_t offset = 3; offset < log_.size(); offset += 101) {
    SCOPED_TRACE(offset);
    std::string log = log_;
    log[offset] = static_cast<char>(log[offset] ^ 0x10);
    const auto store = ReadWithLog(log);
    if (store.ok()) {
      ExpectWholeGroups(**store);
    } else {
      EXPECT_EQ(store.status().code(), absl::StatusCode::kDataLoss);
    }
  }
}

}  // namespace
}  // namespace amanah::store
