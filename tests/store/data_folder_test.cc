#include "ledger/store/data_folder.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "tests/support/matchers.h"
#include "tests/support/shared_files.h"
#include "tests/support/temporary_folder.h"

namespace amanah::store {
namespace {

using absl::StatusCode;
using testing_support::Fails;
using testing_support::TemporaryFolder;

constexpr std::string_view kOrigin = "ledger.example/assistance";
// The hash is 0x01 thirty-two times.
constexpr std::string_view kFormat =
    "amanah-data/v1\n"
    "ledger.example/assistance\n"
    "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\n";

Hash GenesisHash() {
  Hash hash;
  hash.bytes.fill(1);
  return hash;
}

void WriteFile(const std::filesystem::path& path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
}

TEST(FolderIdentityTest, FormatsAsWrittenHere) {
  EXPECT_EQ(FormatFolderIdentity({std::string(kOrigin), GenesisHash()}),
            kFormat);
  const absl::StatusOr<FolderIdentity> parsed = ParseFolderIdentity(kFormat);
  ASSERT_OK(parsed);
  EXPECT_EQ(parsed->origin, kOrigin);
  EXPECT_EQ(parsed->genesis_hash, GenesisHash());
}

TEST(FolderIdentityTest, FindsEveryTruncation) {
  for (size_t length = 0; length < kFormat.size(); ++length) {
    SCOPED_TRACE(length);
    EXPECT_FALSE(ParseFolderIdentity(kFormat.substr(0, length)).ok());
  }
}

TEST(FolderIdentityTest, NeverTakesAFlippedBitForTheSameLedger) {
  const FolderIdentity identity{std::string(kOrigin), GenesisHash()};
  for (size_t bit = 0; bit < 8 * kFormat.size(); ++bit) {
    SCOPED_TRACE(bit);
    std::string text(kFormat);
    text[bit / 8] = static_cast<char>(text[bit / 8] ^ (1 << (bit % 8)));
    const absl::StatusOr<FolderIdentity> parsed = ParseFolderIdentity(text);
    if (parsed.ok()) {
      EXPECT_NE(*parsed, identity);
    }
  }
}

TEST(FolderIdentityTest, NamesTheVersionsWhenTheyDiffer) {
  EXPECT_THAT(ParseFolderIdentity("amanah-data/v9\nanything\n"),
              Fails(StatusCode::kFailedPrecondition,
                    "data folder has format amanah-data/v9, this program "
                    "reads amanah-data/v1"));
}

TEST(FolderIdentityTest, RejectsWhatIsNotItsForm) {
  for (const std::string_view text :
       {"", "\n\n\n", "amanah-data/v1\n\nAQEB\n", "amanah-data/v1\no\nAQEB\n",
        "amanah-data/v1\no\n"
        "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\n\n",
        "amanah-data/v1\no\ro\n"
        "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\n",
        "amanah-data/v1\no\n"
        "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=x\n"}) {
    SCOPED_TRACE(text);
    EXPECT_THAT(ParseFolderIdentity(text), Fails(StatusCode::kDataLoss, ""));
  }
}

class DataFolderTest : public testing::Test {
 protected:
  std::filesystem::path path() const { return temporary_.path() / "ledger"; }

  void CreateFinished() {
    const auto folder = DataFolder::Create(path(), kOrigin, GenesisHash());
    ASSERT_OK(folder);
    ASSERT_OK((*folder)->Finish());
  }

 private:
  TemporaryFolder temporary_;
};

TEST_F(DataFolderTest, OpensWhatItFinished) {
  CreateFinished();
  EXPECT_EQ(testing_support::ReadWholeFile(path() / "FORMAT"), kFormat);
  EXPECT_FALSE(std::filesystem::exists(path() / "FORMAT.tmp"));
  const auto folder = DataFolder::Open(path(), kOrigin);
  ASSERT_OK(folder);
  EXPECT_EQ((*folder)->identity().origin, kOrigin);
  EXPECT_EQ((*folder)->identity().genesis_hash, GenesisHash());
  EXPECT_EQ((*folder)->entries_path(), path() / "entries");
}

// What people were granted and paid is for nobody else on the machine.
TEST_F(DataFolderTest, IsForItsOwnerAlone) {
  using std::filesystem::perms;
  const auto set = [&](perms mode) {
    std::filesystem::permissions(path(), mode);
  };
  std::filesystem::create_directory(path());
  set(perms{0755});
  CreateFinished();
  EXPECT_EQ(std::filesystem::status(path()).permissions(), perms{0700});
  for (const unsigned bit : {0040U, 0020U, 0010U, 0004U, 0002U, 0001U}) {
    set(perms{0700 | bit});
    EXPECT_THAT(
        DataFolder::Open(path(), kOrigin),
        Fails(StatusCode::kFailedPrecondition, "open to others, mode 07"))
        << bit;
  }
  set(perms{0500});
  EXPECT_OK(DataFolder::Open(path(), kOrigin));
}

TEST_F(DataFolderTest, DoesNotOpenWhatWasNotFinished) {
  EXPECT_THAT(DataFolder::Open(path()),
              Fails(StatusCode::kNotFound, "does not exist"));
  { ASSERT_OK(DataFolder::Create(path(), kOrigin, GenesisHash())); }
  EXPECT_THAT(DataFolder::Open(path()),
              Fails(StatusCode::kNotFound, "creation was not finished"));
}

TEST_F(DataFolderTest, CreatesOnlyWhereThereIsNothing) {
  std::filesystem::create_directory(path());
  CreateFinished();
  EXPECT_THAT(DataFolder::Create(path(), kOrigin, GenesisHash()),
              Fails(StatusCode::kAlreadyExists, "is not empty"));
  EXPECT_THAT(
      DataFolder::Create(path() / "FORMAT" / "below", kOrigin, GenesisHash()),
      Fails(StatusCode::kUnavailable, ""));
}

TEST_F(DataFolderTest, RefusesAnOriginThatIsNotOneLine) {
  for (const std::string_view origin : {"", "a\nb", "a\x7f"}) {
    EXPECT_THAT(DataFolder::Create(path(), origin, GenesisHash()),
                Fails(StatusCode::kInvalidArgument, "origin"));
  }
}

TEST_F(DataFolderTest, RefusesAnotherOrigin) {
  CreateFinished();
  EXPECT_THAT(DataFolder::Open(path(), "other.example/log"),
              Fails(StatusCode::kFailedPrecondition,
                    "of origin ledger.example/assistance, not "
                    "other.example/log"));
}

TEST_F(DataFolderTest, NamesItselfWhenFormatIsTorn) {
  CreateFinished();
  WriteFile(path() / "FORMAT", kFormat.substr(0, 30));
  EXPECT_THAT(DataFolder::Open(path()),
              Fails(StatusCode::kDataLoss, path().string()));
  WriteFile(path() / "FORMAT", std::string(5000, 'x'));
  EXPECT_THAT(DataFolder::Open(path()),
              Fails(StatusCode::kDataLoss, "longer than"));
}

TEST_F(DataFolderTest, IsHeldOnceAtATime) {
  CreateFinished();
  {
    const auto folder = DataFolder::Open(path());
    ASSERT_OK(folder);
    EXPECT_THAT(DataFolder::Open(path()),
                Fails(StatusCode::kFailedPrecondition,
                      "data folder " + path().string() + " is in use"));
  }
  EXPECT_OK(DataFolder::Open(path()));
}

TEST_F(DataFolderTest, RefusesASecondProcess) {
  CreateFinished();
  const auto folder = DataFolder::Open(path());
  ASSERT_OK(folder);
  const pid_t child = fork();
  if (child == 0) {
    const auto second = DataFolder::Open(path());
    _exit(second.status().code() == StatusCode::kFailedPrecondition ? 0 : 1);
  }
  int status = 1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace amanah::store
