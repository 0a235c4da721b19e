#include "server/config.h"

#include <gtest/gtest.h>

#include <fstream>

#include "server/secrets.h"
#include "tests/support/matchers.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_ledger.h"

namespace amanah::server {
namespace {

using absl::StatusCode;
using std::filesystem::path;
using testing_support::Fails;
using testing_support::TemporaryFolder;

TEST(ConfigTest, ReadsEverySetting) {
  const auto config = ParseConfig(R"(
data            = "data"
origin          = "ledger.example/mojokerto"
listen          = "0.0.0.0:7443"
checkpoint_keys = ["checkpoint.key", "/keys/next.key"]
statement_keys  = ["statement.key"]
passphrase_file = "passphrase"
tls_cert        = "tls.crt"
tls_key         = "tls.key"
log_format      = "json"
log_level       = "warning"
reflection      = false

[limits]
batches_in_flight       = 1
posting_streams         = 2
posting_streams_each    = 3
checkpoint_streams      = 4
checkpoint_streams_each = 5
entry_streams           = 6
entry_streams_each      = 7
calls_per_connection    = 8
reader_threads          = 9
waiting_reads           = 10
unary_seconds           = 11
write_seconds           = 12
idle_connection_seconds = 13
network_memory_mib      = 14
stop_seconds            = 15
)",
                                  "/etc/amanah");
  ASSERT_OK(config);
  EXPECT_EQ(config->data, "/etc/amanah/data");
  EXPECT_EQ(config->origin, "ledger.example/mojokerto");
  EXPECT_EQ(config->listen, "0.0.0.0:7443");
  EXPECT_EQ(
      config->checkpoint_keys,
      (std::vector<path>{"/etc/amanah/checkpoint.key", "/keys/next.key"}));
  EXPECT_EQ(config->statement_keys,
            (std::vector<path>{"/etc/amanah/statement.key"}));
  EXPECT_EQ(config->passphrase_file, "/etc/amanah/passphrase");
  EXPECT_EQ(config->tls_cert, "/etc/amanah/tls.crt");
  EXPECT_EQ(config->tls_key, "/etc/amanah/tls.key");
  EXPECT_EQ(config->log.format, LogFormat::kJson);
  EXPECT_EQ(config->log.level, spdlog::level::warn);
  EXPECT_FALSE(config->reflection);
  EXPECT_EQ(config->limits.batches_in_flight_max, 1u);
  EXPECT_EQ(config->limits.posting_streams_max, 2u);
  EXPECT_EQ(config->limits.posting_streams_each_max, 3u);
  EXPECT_EQ(config->limits.checkpoint_streams_max, 4u);
  EXPECT_EQ(config->limits.checkpoint_streams_each_max, 5u);
  EXPECT_EQ(config->limits.entry_streams_max, 6u);
  EXPECT_EQ(config->limits.entry_streams_each_max, 7u);
  EXPECT_EQ(config->limits.calls_per_connection_max, 8u);
  EXPECT_EQ(config->limits.reader_threads, 9u);
  EXPECT_EQ(config->limits.waiting_reads_max, 10u);
  EXPECT_EQ(config->limits.unary_time_max_us, 11'000'000);
  EXPECT_EQ(config->limits.write_time_max_us, 12'000'000);
  EXPECT_EQ(config->limits.idle_connection_max_ms, 13'000);
  EXPECT_EQ(config->limits.network_memory_max, size_t{14} << 20);
  EXPECT_EQ(config->limits.stop_time_max_ms, 15'000);
  EXPECT_OK(CheckForServing(*config));
}

TEST(ConfigTest, HasDefaultsForAllButFiles) {
  const auto config = ParseConfig("", "/etc/amanah");
  ASSERT_OK(config);
  EXPECT_EQ(config->listen, "127.0.0.1:7443");
  EXPECT_EQ(config->log.format, LogFormat::kText);
  EXPECT_EQ(config->log.level, spdlog::level::info);
  EXPECT_TRUE(config->reflection);
  EXPECT_FALSE(config->insecure_plaintext);
  EXPECT_EQ(config->limits.batches_in_flight_max, 64u);
}

TEST(ConfigTest, RefusesWhatItDoesNotKnow) {
  const struct {
    const char* text;
    const char* want;
  } rows[] = {
      {"data = ", "line 1"},
      {"\nport = 7443", "line 2: there is no setting port"},
      {"[limits]\nstreams = 7", "line 2: there is no setting limits.streams"},
      {"insecure_plaintext = true", "no setting insecure_plaintext"},
      {"data = 7", "data has a value of another type"},
      {"checkpoint_keys = \"a\"", "checkpoint_keys has a value"},
      {"checkpoint_keys = [1]", "checkpoint_keys has a value"},
      {"log_format = \"xml\"", "log_format has a value"},
      {"log_level = 3", "log_level has a value"},
      {"reflection = 1", "reflection has a value"},
      {"limits = 1", "limits has a value"},
      {"[limits]\nreader_threads = 0", "limits.reader_threads has a value"},
      {"[limits]\nreader_threads = -1", "limits.reader_threads has a value"},
      {"[limits]\nreader_threads = 1.5", "limits.reader_threads has a value"},
      {"[limits]\nwaiting_reads = 2147483648", "limits.waiting_reads has"},
      {"[limits]\nstop_seconds = 2147484", "limits.stop_seconds has"},
      {"[limits]\nunary_seconds = 86401", "limits.unary_seconds has"},
  };
  for (const auto& row : rows) {
    EXPECT_THAT(ParseConfig(row.text, "/etc"),
                Fails(StatusCode::kInvalidArgument, row.want))
        << row.text;
  }
}

TEST(ConfigTest, NamesWhatServingNeeds) {
  Config config;
  EXPECT_THAT(CheckForServing(config),
              Fails(StatusCode::kInvalidArgument, "--data"));
  config.data = "data";
  EXPECT_THAT(CheckForServing(config),
              Fails(StatusCode::kInvalidArgument, "--checkpoint-key"));
  config.checkpoint_keys = {"key"};
  EXPECT_THAT(CheckForServing(config),
              Fails(StatusCode::kInvalidArgument, "--statement-key"));
  config.statement_keys = {"key"};
  EXPECT_THAT(CheckForServing(config),
              Fails(StatusCode::kInvalidArgument, "--tls-cert"));
  config.tls_cert = "cert";
  EXPECT_THAT(CheckForServing(config),
              Fails(StatusCode::kInvalidArgument, "--tls-key"));
  config.insecure_plaintext = true;
  EXPECT_OK(CheckForServing(config));
}

TEST(ConfigTest, NamesAFileThatIsNotThere) {
  EXPECT_THAT(ReadConfig("/nowhere/amanahd.toml"),
              Fails(StatusCode::kNotFound, "/nowhere/amanahd.toml"));
}

class SecretsTest : public testing::Test {
 protected:
  path Write(const std::string& name, const std::string& text, int mode) {
    path file = folder_.path() / name;
    std::ofstream(file) << text;
    std::filesystem::permissions(file,
                                 static_cast<std::filesystem::perms>(mode));
    return file;
  }
  path WriteKey(const std::string& name, crypto::KeyKind kind,
                std::optional<std::string_view> passphrase = std::nullopt) {
    path file = folder_.path() / name;
    const crypto::KeyFile key{
        kind, "test",
        *crypto::Secret::FromBytes(testing_support::CheckpointKey().seed())};
    // The least that libsodium takes, since this key guards nothing.
    EXPECT_OK(crypto::WriteKeyFile(file.string(), key, passphrase,
                                   {.opslimit = 1, .memlimit = 8'192}));
    return file;
  }

  TemporaryFolder folder_;
};

TEST_F(SecretsTest, OpensKeysWithThePassphraseInAFile) {
  const path passphrase = Write("passphrase", "sesame\nignored\n", 0600);
  const path key =
      WriteKey("checkpoint.key", crypto::KeyKind::kSigning, "sesame");
  const auto keys = ReadLedgerKeys({key}, {key}, PassphraseFrom({passphrase}));
  ASSERT_OK(keys);
  EXPECT_EQ(keys->checkpoint[0].public_key(),
            testing_support::CheckpointKey().public_key());
  EXPECT_EQ(keys->statement.size(), 1u);
}

TEST_F(SecretsTest, RefusesAPassphraseThatOthersMayRead) {
  const path key = WriteKey("key", crypto::KeyKind::kSigning, "sesame");
  for (const int mode : {0640, 0604, 0660}) {
    const path passphrase = Write("passphrase", "sesame", mode);
    EXPECT_THAT(ReadLedgerKeys({key}, {}, PassphraseFrom({passphrase})),
                Fails(StatusCode::kPermissionDenied, "only its owner"));
  }
}

TEST_F(SecretsTest, SaysHowToGiveAPassphrase) {
  const path key = WriteKey("key", crypto::KeyKind::kSigning, "sesame");
  ASSERT_EQ(unsetenv(kPassphraseVariable), 0);
  EXPECT_THAT(ReadLedgerKeys({key}, {}, PassphraseFrom({})),
              Fails(StatusCode::kInvalidArgument, "--passphrase-file"));
  ASSERT_EQ(setenv(kPassphraseVariable, "sesame", 1), 0);
  EXPECT_OK(ReadLedgerKeys({key}, {}, PassphraseFrom({})));
  ASSERT_EQ(setenv(kPassphraseVariable, "wrong", 1), 0);
  EXPECT_THAT(ReadLedgerKeys({key}, {}, PassphraseFrom({})),
              Fails(StatusCode::kUnauthenticated, ""));
  ASSERT_EQ(unsetenv(kPassphraseVariable), 0);
}

TEST_F(SecretsTest, ReadsAPassphraseFromADescriptorOnce) {
  const path key = WriteKey("key", crypto::KeyKind::kSigning, "sesame");
  int pipe_ends[2];
  ASSERT_EQ(pipe(pipe_ends), 0);
  ASSERT_EQ(write(pipe_ends[1], "sesame\n", 7), 7);
  ASSERT_EQ(close(pipe_ends[1]), 0);
  EXPECT_OK(
      ReadLedgerKeys({key}, {key}, PassphraseFrom({path(), pipe_ends[0]})));
  ASSERT_EQ(close(pipe_ends[0]), 0);
}

TEST_F(SecretsTest, RefusesAKeyOfAnotherKind) {
  const path key = WriteKey("salt.key", crypto::KeyKind::kSalt);
  EXPECT_THAT(ReadLedgerKeys({key}, {}, PassphraseFrom({})),
              Fails(StatusCode::kInvalidArgument, "holds a salt key"));
}

}  // namespace
}  // namespace amanah::server
