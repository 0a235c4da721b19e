// One flipped bit anywhere in an exported log.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "ledger/store/tile_folder.h"
#include "tests/audit/small_log.h"
#include "tests/support/book_fixture.h"
#include "tests/support/matchers.h"
#include "tests/support/temporary_folder.h"

namespace amanah::testing_support {
namespace {

using audit::AuditReport;
using audit::Verdict;

struct Flip {
  std::string path;
  size_t offset = 0;
};

std::vector<Flip> EveryByte(const MemoryTiles& tiles, size_t step) {
  std::vector<Flip> flips;
  for (const auto& [path, bytes] : tiles.files) {
    for (size_t i = 0; i < bytes.size(); i += step) flips.push_back({path, i});
  }
  return flips;
}

// One bit of each byte, another one from byte to byte.
void FlipBit(MemoryTiles* tiles, const Flip& flip) {
  char& byte = tiles->files[flip.path][flip.offset];
  byte = static_cast<char>(byte ^ (1 << (flip.offset % 8)));
}

// Audits the log with each of the flips, on two threads.
void ExpectFound(const MemoryTiles& whole, const std::vector<Flip>& flips) {
  ASSERT_EQ(AuditOf(whole).verdict(), Verdict::kAgrees);
  std::atomic<size_t> next = 0;
  const auto sweep = [&] {
    MemoryTiles tiles = whole;
    for (size_t i = next++; i < flips.size(); i = next++) {
      FlipBit(&tiles, flips[i]);
      const AuditReport report = AuditOf(tiles);
      EXPECT_TRUE(report.verdict() == Verdict::kFindings ||
                  report.verdict() == Verdict::kUnreadable)
          << flips[i].path << " byte " << flips[i].offset;
      FlipBit(&tiles, flips[i]);
    }
  };
  std::thread other(sweep);
  sweep();
  other.join();
}

TEST(DamageTest, IsFoundInEveryByteOfEveryFile) {
  Recorder recorder(/*pilot=*/false);
  TestLedger& parties = recorder.parties();
  auto bodies = parties.PilotBodies();
  recorder.Post(domain::kAdministrators,
                {bodies[0], bodies[2], bodies[5], bodies[6]});
  recorder.Post("dinsos", {Grant("e1"), Grant("e2")});
  recorder.Post("bank-a",
                {Report("d1", "e1", domain::DisbursementState::kCredited),
                 Report("d2", "e1", domain::DisbursementState::kCredited)});
  const MemoryTiles whole = TilesOf(recorder.entries());
  ASSERT_EQ(whole.files.size(), 3U);
  ExpectFound(whole, EveryByte(whole, 1));
}

TEST(DamageTest, IsFoundInALogOfEveryKind) {
  SmallLog log;
  const MemoryTiles whole = log.tiles();
  ExpectFound(whole, EveryByte(whole, 11));
}

class DamagedFolderTest : public testing::Test {
 protected:
  DamagedFolderTest() {
    EXPECT_OK(store::ExtendTileFolder(path(), log_.tiles()));
  }
  std::filesystem::path path() const { return folder_.path() / "export"; }
  std::filesystem::path bundle() const {
    return path() / "tile/entries/000.p/56";
  }
  std::filesystem::path tile() const { return path() / "tile/0/000.p/56"; }
  AuditReport Report() const { return AuditOf(store::TileFolder(path())); }

  TemporaryFolder folder_;
  SmallLog log_;
};

TEST_F(DamagedFolderTest, IsAuditedAsItWasExported) {
  const AuditReport report = Report();
  EXPECT_EQ(report.verdict(), Verdict::kAgrees) << audit::FormatReport(report);
}

TEST_F(DamagedFolderTest, IsUnreadableWithoutAFile) {
  std::filesystem::remove(tile());
  EXPECT_EQ(Report().verdict(), Verdict::kFindings);
  EXPECT_EQ(Report().entries_judged, 56U);
  std::filesystem::remove(bundle());
  EXPECT_EQ(Report().verdict(), Verdict::kFindings);
  EXPECT_EQ(Report().entries_judged, 0U);
  std::filesystem::remove(path() / "checkpoint");
  EXPECT_EQ(Report().verdict(), Verdict::kUnreadable);
}

TEST_F(DamagedFolderTest, IsReportedWithFilesOfAnotherLength) {
  std::filesystem::resize_file(bundle(), file_size(bundle()) - 1);
  EXPECT_THAT(PlacesOf(Report()),
              testing::ElementsAre(Place{0, audit::FindingKind::kMalformed}));
  EXPECT_NE(Report().unreadable, "");
  std::filesystem::resize_file(tile(), file_size(tile()) + 32);
  EXPECT_EQ(Report().verdict(), Verdict::kFindings);
}

TEST_F(DamagedFolderTest, HasNoLinksThatAreFollowed) {
  std::filesystem::rename(bundle(), folder_.path() / "elsewhere");
  std::filesystem::create_symlink(folder_.path() / "elsewhere", bundle());
  EXPECT_NE(Report().unreadable, "");
  EXPECT_EQ(Report().entries_hashed, 0U);
}

}  // namespace
}  // namespace amanah::testing_support
