#include "ledger/crypto/key_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "absl/strings/str_format.h"
#include "ledger/base/base64.h"
#include "tests/support/matchers.h"
#include "tests/support/shared_files.h"
#include "tests/support/temporary_folder.h"

namespace amanah::crypto {
namespace {

using absl::StatusCode;
using testing_support::Fails;
using testing_support::ReadWholeFile;

constexpr PassphraseCost kCheap{1, 8192};

// For files that need no passphrase: asking is a failure.
absl::StatusOr<std::string> NoPassphrase() {
  return absl::InternalError("the passphrase was asked for");
}

PassphraseProvider Answering(const std::string& passphrase) {
  return [passphrase]() -> absl::StatusOr<std::string> { return passphrase; };
}

class KeyFileTest : public testing::Test {
 protected:
  std::string Path(const std::string& name) const {
    return (folder_.path() / name).string();
  }

  static KeyFile Key(KeyKind kind) {
    return {kind, "bank-a", *Secret::FromBytes(AsBytes(std::string(32, 's')))};
  }

  static unsigned ModeOf(const std::string& path) {
    struct stat info {};
    EXPECT_EQ(stat(path.c_str(), &info), 0);
    return info.st_mode & 07777;
  }

 private:
  const testing_support::TemporaryFolder folder_;
};

TEST_F(KeyFileTest, ReadsWhatItWrote) {
  for (const KeyKind kind :
       {KeyKind::kSigning, KeyKind::kSalt, KeyKind::kPseudonym}) {
    const std::string path = Path(std::string(KeyKindName(kind)));
    ASSERT_OK(WriteKeyFile(path, Key(kind), std::nullopt));
    EXPECT_EQ(ModeOf(path), 0600U);
    const auto key = ReadKeyFile(path, NoPassphrase);
    ASSERT_OK(key);
    EXPECT_EQ(key->kind, kind);
    EXPECT_EQ(key->name, "bank-a");
    EXPECT_EQ(AsText(key->secret.view()), std::string(32, 's'));
  }
}

TEST_F(KeyFileTest, ReadsAKeyUnderItsPassphraseOnly) {
  const std::string path = Path("key");
  ASSERT_OK(WriteKeyFile(path, Key(KeyKind::kSigning), "open sesame", kCheap));
  EXPECT_EQ(
      ReadWholeFile(path).find(EncodeBase64(AsBytes(std::string(32, 's')))),
      std::string::npos);
  const auto key = ReadKeyFile(path, Answering("open sesame"));
  ASSERT_OK(key);
  EXPECT_EQ(AsText(key->secret.view()), std::string(32, 's'));
  EXPECT_THAT(ReadKeyFile(path, Answering("open sesam")),
              Fails(StatusCode::kUnauthenticated, path));
  EXPECT_THAT(ReadKeyFile(path, NoPassphrase),
              Fails(StatusCode::kInternal, "was asked for"));
}

TEST_F(KeyFileTest, NeverOverwrites) {
  const std::string path = Path("key");
  ASSERT_OK(WriteKeyFile(path, Key(KeyKind::kSigning), std::nullopt));
  const std::string before = ReadWholeFile(path);
  EXPECT_THAT(WriteKeyFile(path, Key(KeyKind::kSalt), std::nullopt),
              Fails(StatusCode::kAlreadyExists, path));
  EXPECT_EQ(ReadWholeFile(path), before);
}

TEST_F(KeyFileTest, RefusesAFileThatOthersMayUse) {
  const std::string path = Path("key");
  ASSERT_OK(WriteKeyFile(path, Key(KeyKind::kSigning), std::nullopt));
  for (const mode_t mode : {0640U, 0604U, 0610U, 0602U, 0644U, 0660U, 0777U}) {
    ASSERT_EQ(chmod(path.c_str(), mode), 0);
    const auto key = ReadKeyFile(path, NoPassphrase);
    EXPECT_THAT(key, Fails(StatusCode::kPermissionDenied, path));
    EXPECT_THAT(key, Fails(StatusCode::kPermissionDenied,
                           absl::StrFormat("mode %04o", mode)));
  }
  for (const mode_t mode : {0600U, 0400U}) {
    ASSERT_EQ(chmod(path.c_str(), mode), 0);
    EXPECT_OK(ReadKeyFile(path, NoPassphrase));
  }
}

TEST_F(KeyFileTest, NamesWhatIsMissingOrCorrupted) {
  const std::string path = Path("key");
  EXPECT_THAT(ReadKeyFile(path, NoPassphrase),
              Fails(StatusCode::kNotFound, path));
  EXPECT_THAT(
      WriteKeyFile(Path("no/such/key"), Key(KeyKind::kSalt), std::nullopt),
      Fails(StatusCode::kNotFound, "no/such/key"));
  ASSERT_OK(WriteKeyFile(path, Key(KeyKind::kSigning), std::nullopt));
  std::string text = ReadWholeFile(path);
  text[text.size() / 2] ^= 1;
  std::ofstream(path, std::ios::binary) << text;
  EXPECT_THAT(ReadKeyFile(path, NoPassphrase),
              Fails(StatusCode::kDataLoss, path));
}

TEST_F(KeyFileTest, RefusesWhatIsNoOrdinaryFileOrTooLong) {
  const std::string folder = Path("folder");
  ASSERT_TRUE(std::filesystem::create_directory(folder));
  EXPECT_THAT(ReadKeyFile(folder, NoPassphrase),
              Fails(StatusCode::kDataLoss, folder));
  const std::string pipe = Path("pipe");
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_THAT(ReadKeyFile(pipe, NoPassphrase),
              Fails(StatusCode::kDataLoss, pipe));
  const std::string long_file = Path("long");
  std::ofstream(long_file) << std::string(100'000, 'x');
  EXPECT_THAT(ReadKeyFile(long_file, NoPassphrase),
              Fails(StatusCode::kDataLoss, long_file));
}

TEST_F(KeyFileTest, LeavesNoFileBehindWhenTheKeyIsRefused) {
  const std::string path = Path("key");
  EXPECT_THAT(WriteKeyFile(path, Key(KeyKind::kSigning), ""),
              Fails(StatusCode::kInvalidArgument, "passphrase"));
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace amanah::crypto
