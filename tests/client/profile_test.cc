#include "client/profile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "tests/support/matchers.h"
#include "tests/support/temporary_folder.h"

namespace amanah::client {
namespace {

using absl::StatusCode;
using testing_support::Fails;

// 32 bytes of 0x01 and of 0x02.
constexpr char kOnes[] = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
constexpr char kTwos[] = "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=";

std::string WholeProfile() {
  return std::string("server = \"ledger.example:7443\"\n") +
         "origin = \"ledger.example/bansos\"\n" + "genesis = \"" + kOnes +
         "\"\n" + "authority = \"bank-jatim\"\n" +
         "signing_key = \"signing.key\"\n" + "salt_key = \"/keys/salt.key\"\n" +
         "pseudonym_key = \"pseudonym.key\"\n" + "certificate = \"tls.pem\"\n" +
         "certificate_key = \"tls.key\"\n" + "server_pin = \"" + kTwos + "\"\n";
}

TEST(ProfileTest, ReadsEveryKey) {
  const auto profile = ParseProfile(WholeProfile(), "/home/jatim");
  ASSERT_OK(profile);
  EXPECT_EQ(profile->server, "ledger.example:7443");
  EXPECT_EQ(profile->origin, "ledger.example/bansos");
  EXPECT_EQ(profile->genesis->bytes[31], 1);
  EXPECT_EQ(profile->authority, "bank-jatim");
  EXPECT_EQ(profile->signing_key, "/home/jatim/signing.key");
  EXPECT_EQ(profile->salt_key, "/keys/salt.key");
  EXPECT_EQ(profile->pseudonym_key, "/home/jatim/pseudonym.key");
  EXPECT_EQ(profile->certificate, "/home/jatim/tls.pem");
  EXPECT_EQ(profile->certificate_key, "/home/jatim/tls.key");
  EXPECT_EQ(profile->server_pin->bytes[0], 2);
}

TEST(ProfileTest, WritesWhatItReads) {
  const auto profile = ParseProfile(WholeProfile(), "/home/jatim");
  ASSERT_OK(profile);
  const auto again = ParseProfile(FormatProfile(*profile), "/elsewhere");
  ASSERT_OK(again);
  EXPECT_EQ(FormatProfile(*again), FormatProfile(*profile));
  EXPECT_EQ(again->signing_key, "/home/jatim/signing.key");
}

TEST(ProfileTest, RefusesWhatNoProfileHas) {
  const struct {
    const char* text;
    const char* why;
  } rows[] = {
      {"sever = \"a:1\"", "no \"sever\""},
      {"server = 7443", "server is not a text"},
      {"server = \"\"", "server is not a text"},
      {"[server]\nhost = \"a\"", "server is not a text"},
      {"server = ", "line 1"},
      {"[\n", "line 1"},
      {"[\xc3\xa9]", "line 1"},
      {"genesis = \"AQEB\"", "genesis"},
      {"server_pin = \"not base64\"", "server_pin"},
      {"origin = \"no dot\"", "origin"},
      {"origin = \"amanah.example\"", "origin"},
      {"authority = \"bank jatim\"", "authority"},
      {"authority = \"3576011501900001\"", "authority"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.text);
    EXPECT_THAT(ParseProfile(row.text, ""),
                Fails(StatusCode::kInvalidArgument, row.why));
  }
}

TEST(ProfileTest, PutsFlagsBeforeTheFile) {
  const testing_support::TemporaryFolder folder;
  const std::string path = folder.path() / "bank.toml";
  std::ofstream(path) << WholeProfile();
  ProfileFlags flags;
  flags.file = path;
  flags.server = "127.0.0.1:1";
  flags.signing_key = "mine.key";
  flags.server_pin = kOnes;
  const auto profile = LoadProfile(flags);
  ASSERT_OK(profile);
  EXPECT_EQ(profile->server, "127.0.0.1:1");
  EXPECT_EQ(profile->signing_key, "mine.key");
  EXPECT_EQ(profile->server_pin->bytes[0], 1);
  EXPECT_EQ(profile->salt_key, "/keys/salt.key");
  EXPECT_EQ(profile->certificate, folder.path() / "tls.pem");
  EXPECT_EQ(profile->authority, "bank-jatim");
}

TEST(ProfileTest, NamesAFileThatWasAskedForAndIsAbsent) {
  ProfileFlags flags;
  flags.file = "/nowhere/bank.toml";
  EXPECT_THAT(LoadProfile(flags),
              Fails(StatusCode::kNotFound, "/nowhere/bank.toml"));
}

TEST(ProfileTest, IsEmptyWhenTheDefaultFileIsAbsent) {
  const testing_support::TemporaryFolder folder;
  unsetenv("AMANAH_PROFILE");
  setenv("XDG_CONFIG_HOME", folder.path().c_str(), 1);
  const auto profile = LoadProfile({});
  ASSERT_OK(profile);
  EXPECT_EQ(FormatProfile(*profile), "");
  EXPECT_THAT(LedgerOf(*profile),
              Fails(StatusCode::kInvalidArgument, "--origin"));
  std::filesystem::create_directories(folder.path() / "amanah");
  std::ofstream(folder.path() / "amanah/profile.toml")
      << "origin = \"ledger.example/bansos\"\n";
  EXPECT_EQ(LoadProfile({})->origin, "ledger.example/bansos");
  EXPECT_THAT(LedgerOf(*LoadProfile({})),
              Fails(StatusCode::kInvalidArgument, "--genesis"));
}

}  // namespace
}  // namespace amanah::client
