#include "ledger/kv/rocks.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "tests/support/matchers.h"
#include "tests/support/temporary_folder.h"

namespace amanah::kv {
namespace {

using absl::StatusCode;
using testing_support::Fails;
using testing_support::TemporaryFolder;

WriteBatch OneRow(std::string_view key, std::string_view value) {
  WriteBatch batch;
  batch.Put(key, value);
  return batch;
}

TEST(RocksTest, FindsNothingInAMissingFolderThatItMayNotCreate) {
  const TemporaryFolder folder;
  EXPECT_THAT(OpenRocks(folder.path() / "rows", {.create_if_missing = false}),
              Fails(StatusCode::kNotFound, "rows holds no rows"));
  EXPECT_THAT(OpenRocks(folder.path() / "rows", {.read_only = true}),
              Fails(StatusCode::kNotFound, "rows holds no rows"));
}

TEST(RocksTest, RefusesAFolderThatAnotherObjectHas) {
  const TemporaryFolder folder;
  const auto rows = OpenRocks(folder.path(), {});
  ASSERT_OK(rows);
  EXPECT_THAT(OpenRocks(folder.path(), {}),
              Fails(StatusCode::kFailedPrecondition, "in use"));
}

// The other process takes RocksDB's lock file itself: a forked one has not the
// threads that RocksDB needs.
TEST(RocksTest, RefusesAFolderThatAnotherProcessHas) {
  const TemporaryFolder folder;
  { ASSERT_OK(OpenRocks(folder.path(), {})); }
  int ready[2];
  int done[2];
  ASSERT_EQ(pipe(ready), 0);
  ASSERT_EQ(pipe(done), 0);
  const pid_t child = fork();
  if (child == 0) {
    close(done[1]);
    const int file = open((folder.path() / "LOCK").c_str(), O_RDWR);
    struct flock lock {};
    lock.l_type = F_WRLCK;
    char byte = fcntl(file, F_SETLK, &lock) == 0 ? 'y' : 'n';
    if (write(ready[1], &byte, 1) != 1) _exit(1);
    _exit(read(done[0], &byte, 1) == 0 ? 0 : 1);
  }
  close(ready[1]);
  char byte = 0;
  EXPECT_EQ(read(ready[0], &byte, 1), 1);
  EXPECT_EQ(byte, 'y');
  EXPECT_THAT(
      OpenRocks(folder.path(), {}),
      Fails(StatusCode::kFailedPrecondition, "in use by another process"));
  close(done[1]);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_OK(OpenRocks(folder.path(), {}));
  for (const int end : {ready[0], done[0]}) close(end);
}

TEST(RocksTest, ReadsWithoutTakingOrChangingTheFolder) {
  const TemporaryFolder folder;
  const auto rows = OpenRocks(folder.path(), {});
  ASSERT_OK(rows);
  ASSERT_OK((*rows)->Write(OneRow("a", "1"), {.sync = true}));
  const auto reader = OpenRocks(folder.path(), {.read_only = true});
  ASSERT_OK(reader);
  EXPECT_EQ((*reader)->Get("a").value(), "1");
  EXPECT_THAT((*reader)->Write(OneRow("b", "2"), {}),
              Fails(StatusCode::kFailedPrecondition, "reading only"));
  EXPECT_THAT((*reader)->Flush(),
              Fails(StatusCode::kFailedPrecondition, "reading only"));
  EXPECT_THAT((*reader)->Clear(),
              Fails(StatusCode::kFailedPrecondition, "reading only"));
}

TEST(RocksTest, DoesNotBeginAnewOverRowsWhoseCurrentIsGone) {
  const TemporaryFolder folder;
  { ASSERT_OK(OpenRocks(folder.path(), {})); }
  std::filesystem::remove(folder.path() / "CURRENT");
  EXPECT_THAT(OpenRocks(folder.path(), {}),
              Fails(StatusCode::kDataLoss, "no file CURRENT"));
}

TEST(RocksTest, ReportsADamagedTableAsDataLoss) {
  const TemporaryFolder folder;
  {
    const auto rows = OpenRocks(folder.path(), {});
    ASSERT_OK(rows);
    ASSERT_OK((*rows)->Write(OneRow("a", std::string(5000, 'x')), {}));
    ASSERT_OK((*rows)->Flush());
  }
  int damaged = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder.path())) {
    if (file.path().extension() != ".sst") continue;
    std::fstream table(file.path(),
                       std::ios::in | std::ios::out | std::ios::binary);
    table.seekp(10);
    table.put('\x55');
    ++damaged;
  }
  ASSERT_EQ(damaged, 1);
  const auto rows = OpenRocks(folder.path(), {});
  ASSERT_OK(rows);
  EXPECT_THAT((*rows)->Get("a"), Fails(StatusCode::kDataLoss, "Corruption"));
}

TEST(RocksTest, KeepsUnloggedBatchesWholeAndInOrderAcrossFlushes) {
  const TemporaryFolder folder;
  const auto rows =
      OpenRocks(folder.path() / "rows", {.profile = Profile::kState});
  ASSERT_OK(rows);
  const WriteOptions unlogged = {.sync = false, .log = false};
  ASSERT_OK((*rows)->Write(OneRow("a", "1"), unlogged));
  ASSERT_OK((*rows)->Flush());
  ASSERT_OK((*rows)->Write(OneRow("a", "2"), unlogged));
  const auto copy =
      OpenRocks(folder.CopyOf(folder.path() / "rows", "copy"), {});
  ASSERT_OK(copy);
  EXPECT_EQ((*copy)->Get("a").value(), "1");
  EXPECT_EQ((*rows)->Get("a").value(), "2");
}

TEST(RocksTest, ClearsForGood) {
  const TemporaryFolder folder;
  const auto rows =
      OpenRocks(folder.path() / "rows", {.profile = Profile::kState});
  ASSERT_OK(rows);
  ASSERT_OK((*rows)->Write(OneRow("a", "1"), {.sync = false, .log = false}));
  ASSERT_OK((*rows)->Flush());
  ASSERT_OK((*rows)->Write(OneRow("b", "1"), {.sync = false, .log = false}));
  ASSERT_OK((*rows)->Clear());
  EXPECT_EQ((*rows)->Last().value(), std::nullopt);
  const auto copy =
      OpenRocks(folder.CopyOf(folder.path() / "rows", "copy"), {});
  ASSERT_OK(copy);
  EXPECT_EQ((*copy)->Last().value(), std::nullopt);
}

TEST(RocksTest, CountsWhatItHolds) {
  const TemporaryFolder folder;
  const auto rows = OpenRocks(folder.path(), {});
  ASSERT_OK(rows);
  ASSERT_OK((*rows)->Write(OneRow("a", std::string(5000, 'x')), {}));
  EXPECT_GT((*rows)->GetStatistics().in_write_buffers, 5000u);
  ASSERT_OK((*rows)->Flush());
  EXPECT_GT((*rows)->GetStatistics().on_disk, 100u);
  EXPECT_EQ((*rows)->GetStatistics().rows_estimate, 1u);
}

}  // namespace
}  // namespace amanah::kv
