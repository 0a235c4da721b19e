// The program as an operator runs it: its subcommands, exit codes and signals.
#include <fcntl.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/impl/client_unary_call.h>
#include <grpcpp/support/byte_buffer.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <thread>

#include "amanah/v1/audit.grpc.pb.h"
#include "ledger/base/check.h"
#include "ledger/crypto/key_file.h"
#include "tests/server/server_fixture.h"
#include "tests/support/matchers.h"
#include "tests/support/temporary_folder.h"

extern char** environ;

namespace amanah::server {
namespace {

using std::filesystem::path;

class ProgramTest : public testing::Test {
 protected:
  ProgramTest() {
    WriteKey("checkpoint.key", testing_support::CheckpointKey());
    WriteKey("statement.key", testing_support::StatementKey());
    Write("tls.crt", CertificateFor("localhost").certificate_pem);
    Write("tls.key", CertificateFor("localhost").key_pem);
    Write("opening.batch", ToRequest(parties_.Opening()).SerializeAsString());
    keys_ = {"--checkpoint-key", File("checkpoint.key"),
             "--statement-key",  File("statement.key"),
             "--data",           File("data")};
  }
  ~ProgramTest() override {
    if (process_ > 0) {
      kill(process_, SIGKILL);
      waitpid(process_, nullptr, 0);
    }
  }

  std::string File(const std::string& name) const {
    return (folder_.path() / name).string();
  }
  void Write(const std::string& name, const std::string& text) {
    std::ofstream(File(name), std::ios::binary) << text;
    std::filesystem::permissions(File(name),
                                 std::filesystem::perms::owner_read |
                                     std::filesystem::perms::owner_write);
  }
  void WriteKey(const std::string& name, const crypto::SigningKey& key,
                std::optional<std::string> passphrase = std::nullopt) {
    EXPECT_OK(crypto::WriteKeyFile(
        File(name),
        {crypto::KeyKind::kSigning, std::string(testing_support::kTestOrigin),
         *crypto::Secret::FromBytes(key.seed())},
        passphrase));
  }
  std::string Output() const {
    std::ifstream in(File("output"), std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
  }

  pid_t Spawn(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), AMANAHD_PROGRAM);
    std::vector<char*> raw;
    raw.reserve(arguments.size() + 1);
    for (std::string& one : arguments) raw.push_back(one.data());
    raw.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, File("output").c_str(),
                                     O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_adddup2(&actions, 1, 2);
    pid_t process = -1;
    AMANAH_CHECK(posix_spawn(&process, raw[0], &actions, nullptr, raw.data(),
                             environ) == 0);
    posix_spawn_file_actions_destroy(&actions);
    return process;
  }
  static int ExitCodeOf(pid_t process) {
    int status = 0;
    AMANAH_CHECK(waitpid(process, &status, 0) == process);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
  int Run(const std::vector<std::string>& arguments) {
    return ExitCodeOf(Spawn(arguments));
  }
  std::vector<std::string> With(std::vector<std::string> first,
                                const std::vector<std::string>& more) const {
    first.insert(first.end(), more.begin(), more.end());
    return first;
  }
  std::vector<std::string> Init() const {
    return With({"init", "--opening", File("opening.batch")}, keys_);
  }
  std::vector<std::string> Serve() const {
    return With(
        {"serve", "--listen", "127.0.0.1:0", "--tls-cert", File("tls.crt"),
         "--tls-key", File("tls.key"), "--port-file", File("port")},
        keys_);
  }
  // Starts and waits until it is ready; gives the port.
  std::string Start(const std::vector<std::string>& arguments) {
    process_ = Spawn(arguments);
    std::string port;
    while (port.empty() && waitpid(process_, nullptr, WNOHANG) == 0) {
      std::ifstream(File("port")) >> port;
      std::this_thread::yield();
    }
    EXPECT_NE(port, "") << Output();
    return port;
  }
  int Stop(int signal) {
    kill(process_, signal);
    const int code = ExitCodeOf(process_);
    process_ = 0;
    return code;
  }

  testing_support::TemporaryFolder folder_;
  testing_support::TestLedger parties_;
  std::vector<std::string> keys_;
  pid_t process_ = 0;
};

TEST_F(ProgramTest, TeachesByExample) {
  EXPECT_EQ(Run({"--help"}), 0);
  EXPECT_NE(Output().find("amanahd serve --config amanahd.toml"),
            std::string::npos);
  EXPECT_EQ(Run({"init", "--help"}), 0);
  EXPECT_NE(Output().find("amanahd init --data data"), std::string::npos);
  EXPECT_EQ(Run({"serve", "--help"}), 0);
  EXPECT_NE(Output().find("--port-file"), std::string::npos);
  EXPECT_EQ(Run({"--version"}), 0);
  EXPECT_EQ(Output().find("amanahd "), 0u);
}

TEST_F(ProgramTest, EndsWithTwoForAWrongCommandLine) {
  EXPECT_EQ(Run({}), 2);
  EXPECT_EQ(Run({"dance"}), 2);
  EXPECT_EQ(Run({"serve", "--sideways"}), 2);
  EXPECT_EQ(Run({"init"}), 2);
  EXPECT_EQ(Run({"serve"}), 2);
  EXPECT_NE(Output().find("no data folder: give --data"), std::string::npos);
  EXPECT_EQ(Run({"serve", "--config", "/nowhere"}), 2);
  Write("bad.toml", "port = 1\n");
  EXPECT_EQ(Run({"serve", "--config", File("bad.toml")}), 2);
  EXPECT_NE(Output().find("bad.toml: line 1: there is no setting port"),
            std::string::npos);
}

TEST_F(ProgramTest, EndsWithOneForWhatIsWrongWithTheLedger) {
  EXPECT_EQ(Run(Serve()), 1);  // no ledger yet
  EXPECT_EQ(Run(With({"init", "--opening", File("absent")}, keys_)), 1);
  EXPECT_EQ(Run(With({"init", "--opening", File("tls.crt")}, keys_)), 1);
  EXPECT_EQ(Run(Init()), 0);
  EXPECT_EQ(Run(Init()), 1);  // there is one
  std::filesystem::permissions(File("statement.key"),
                               static_cast<std::filesystem::perms>(0644));
  EXPECT_EQ(Run(Serve()), 1);
  EXPECT_NE(Output().find("statement.key"), std::string::npos);
}

TEST_F(ProgramTest, KeepsItsTlsKeyFromOthers) {
  ASSERT_EQ(Run(Init()), 0);
  std::filesystem::permissions(File("tls.key"),
                               static_cast<std::filesystem::perms>(0640));
  EXPECT_EQ(Run(Serve()), 1);
  EXPECT_NE(Output().find("tls.key has mode 0640"), std::string::npos);
}

TEST_F(ProgramTest, MakesALedgerServesItAndStopsInGoodOrder) {
  ASSERT_EQ(Run(Init()), 0);
  const std::string made = Output();
  EXPECT_EQ(made.find("origin   ledger.example/mojokerto\ngenesis  "), 0u);
  for (const int signal : {SIGTERM, SIGINT}) {
    const std::string port = Start(Serve());
    EXPECT_EQ(Stop(signal), 0);
    EXPECT_NE(Output().find("listening on 127.0.0.1:" + port),
              std::string::npos);
    EXPECT_NE(Output().find("event=stopped entries=1"), std::string::npos);
    std::filesystem::remove(File("port"));
  }
}

TEST_F(ProgramTest, StopsAtOnceWhileItStarts) {
  ASSERT_EQ(Run(Init()), 0);
  // A passphrase that nobody writes holds the start up.
  std::filesystem::remove(File("checkpoint.key"));
  WriteKey("checkpoint.key", testing_support::CheckpointKey(), "secret");
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  for (const int signal : {SIGTERM, SIGINT}) {
    process_ =
        Spawn(With(Serve(), {"--passphrase-fd", std::to_string(ends[0])}));
    while (Output().find("event=starting") == std::string::npos) {
      std::this_thread::yield();
    }
    EXPECT_EQ(Stop(signal), 0);
    EXPECT_NE(Output().find("event=stopped while=starting"), std::string::npos);
  }
  close(ends[0]);
  close(ends[1]);
}

TEST_F(ProgramTest, TakesItsSettingsFromAFileAndFlagsBeforeIt) {
  ASSERT_EQ(Run(Init()), 0);
  Write("amanahd.toml",
        "data = \"data\"\nlisten = \"192.0.2.1:1\"\n"
        "checkpoint_keys = [\"checkpoint.key\"]\n"
        "statement_keys = [\"statement.key\"]\n"
        "tls_cert = \"tls.crt\"\ntls_key = \"tls.key\"\n"
        "log_format = \"json\"\n");
  Start({"serve", "--config", File("amanahd.toml"), "--listen", "127.0.0.1:0",
         "--port-file", File("port")});
  // Asked once it has ended: the port may be known before the line is written.
  EXPECT_EQ(Stop(SIGTERM), 0);
  EXPECT_NE(Output().find("\"event\":\"ready\""), std::string::npos);
}

TEST_F(ProgramTest, WarnsLoudlyOfPlainText) {
  ASSERT_EQ(Run(Init()), 0);
  const std::string port =
      Start(With({"serve", "--listen", "127.0.0.1:0", "--insecure-plaintext",
                  "--port-file", File("port")},
                 keys_));
  const auto channel = grpc::CreateChannel("127.0.0.1:" + port,
                                           grpc::InsecureChannelCredentials());
  grpc::ClientContext context;
  v1::GetCheckpointResponse response;
  EXPECT_TRUE(
      v1::Audit::NewStub(channel)->GetCheckpoint(&context, {}, &response).ok());
  EXPECT_EQ(Stop(SIGTERM), 0);
  EXPECT_NE(Output().find("level=warning event=insecure-plaintext"),
            std::string::npos);
  EXPECT_EQ(Run(With({"serve", "--listen", "0.0.0.0:0", "--insecure-plaintext"},
                     keys_)),
            1);
}

TEST_F(ProgramTest, TellsToolsNothingWhereReflectionIsOff) {
  ASSERT_EQ(Run(Init()), 0);
  for (const bool on : {true, false}) {
    Write("amanahd.toml", on ? "" : "reflection = false\n");
    const std::string port = Start(With(
        {"serve", "--config", File("amanahd.toml"), "--listen", "127.0.0.1:0",
         "--insecure-plaintext", "--port-file", File("port")},
        keys_));
    const auto channel = grpc::CreateChannel(
        "127.0.0.1:" + port, grpc::InsecureChannelCredentials());
    grpc::ClientContext context;
    const grpc::Slice nothing("", 0);
    grpc::ByteBuffer response;
    const grpc::Status status = grpc::internal::BlockingUnaryCall(
        channel.get(),
        grpc::internal::RpcMethod("/grpc.reflection.v1alpha.ServerReflection/"
                                  "ServerReflectionInfo",
                                  grpc::internal::RpcMethod::NORMAL_RPC),
        &context, grpc::ByteBuffer(&nothing, 1), &response);
    EXPECT_EQ(status.error_code() == grpc::StatusCode::UNIMPLEMENTED, !on)
        << status.error_message();
    EXPECT_EQ(Stop(SIGTERM), 0);
    std::filesystem::remove(File("port"));
  }
}

TEST_F(ProgramTest, ServesNoOtherLedgerThanTheOneItIsTold) {
  ASSERT_EQ(Run(Init()), 0);
  EXPECT_EQ(Run(With(Serve(), {"--origin", "ledger.example/surabaya"})), 1);
  EXPECT_NE(Output().find("the folder holds the ledger "
                          "ledger.example/mojokerto, not "
                          "ledger.example/surabaya"),
            std::string::npos);
  Start(With(Serve(), {"--origin", "ledger.example/mojokerto"}));
  EXPECT_EQ(Stop(SIGTERM), 0);
}

TEST_F(ProgramTest, RefusesASecondProcessOnItsFolder) {
  ASSERT_EQ(Run(Init()), 0);
  Start(Serve());
  std::vector<std::string> second = Serve();
  second.back() = File("data");
  EXPECT_EQ(Run(second), 1);
  EXPECT_EQ(Stop(SIGTERM), 0);
}

}  // namespace
}  // namespace amanah::server
