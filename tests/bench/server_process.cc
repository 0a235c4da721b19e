#include "tests/bench/server_process.h"

#include <fcntl.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <thread>
#include <vector>

#include "ledger/base/check.h"
#include "ledger/crypto/key_file.h"
#include "tests/support/test_ledger.h"

extern char** environ;

namespace amanah::bench {
namespace {

void WriteSecret(const std::filesystem::path& path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
  std::filesystem::permissions(path, std::filesystem::perms::owner_read |
                                         std::filesystem::perms::owner_write);
}

void WriteSigningKey(const std::filesystem::path& path,
                     const crypto::SigningKey& key) {
  const crypto::KeyFile file{crypto::KeyKind::kSigning,
                             std::string(testing_support::kTestOrigin),
                             *crypto::Secret::FromBytes(key.seed())};
  AMANAH_CHECK(crypto::WriteKeyFile(path, file, std::nullopt).ok());
}

pid_t Spawn(const std::vector<std::string>& arguments,
            const std::filesystem::path& log) {
  std::vector<char*> raw;
  for (const std::string& one : arguments) {
    raw.push_back(const_cast<char*>(one.c_str()));
  }
  raw.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, log.c_str(),
                                   O_WRONLY | O_CREAT | O_APPEND, 0600);
  posix_spawn_file_actions_adddup2(&actions, 1, 2);
  pid_t process = -1;
  AMANAH_CHECK(posix_spawn(&process, raw[0], &actions, nullptr, raw.data(),
                           environ) == 0);
  posix_spawn_file_actions_destroy(&actions);
  return process;
}

}  // namespace

ServerProcess::ServerProcess(const std::filesystem::path& program,
                             const std::filesystem::path& folder,
                             Parties* parties)
    : parties_(parties) {
  std::filesystem::create_directories(folder);
  WriteSigningKey(folder / "checkpoint.key", testing_support::CheckpointKey());
  WriteSigningKey(folder / "statement.key", testing_support::StatementKey());
  const crypto::TlsCertificate& tls = parties->certificate("server");
  WriteSecret(folder / "tls.key", tls.key_pem);
  WriteSecret(folder / "tls.crt", tls.certificate_pem);
  WriteSecret(folder / "opening.batch",
              ToRequest(parties->ledger().Opening()).SerializeAsString());
  const std::vector<std::string> keys = {
      "--data",           folder / "data",
      "--checkpoint-key", folder / "checkpoint.key",
      "--statement-key",  folder / "statement.key"};

  std::vector<std::string> init = {program, "init", "--opening",
                                   folder / "opening.batch"};
  init.insert(init.end(), keys.begin(), keys.end());
  int status = 0;
  AMANAH_CHECK(waitpid(Spawn(init, folder / "log"), &status, 0) > 0);
  if (status != 0) {
    std::fprintf(stderr, "init failed: see %s\n", (folder / "log").c_str());
  }
  AMANAH_CHECK(status == 0);

  const std::filesystem::path port_file = folder / "port";
  std::vector<std::string> serve = {program,       "serve",
                                    "--listen",    "127.0.0.1:0",
                                    "--tls-cert",  folder / "tls.crt",
                                    "--tls-key",   folder / "tls.key",
                                    "--port-file", port_file};
  serve.insert(serve.end(), keys.begin(), keys.end());
  process_ = Spawn(serve, folder / "log");
  std::string port;
  for (int i = 0; i < 300 && port.empty(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    std::ifstream(port_file) >> port;
  }
  AMANAH_CHECK(!port.empty());
  address_ = "127.0.0.1:" + port;
}

ServerProcess::~ServerProcess() {
  kill(process_, SIGTERM);
  int status = 0;
  waitpid(process_, &status, 0);
}

std::shared_ptr<grpc::Channel> ServerProcess::Connect(
    std::string_view authority) const {
  const crypto::TlsCertificate& mine = parties_->certificate(authority);
  const auto credentials =
      grpc::SslCredentials({parties_->certificate("server").certificate_pem,
                            mine.key_pem, mine.certificate_pem});
  grpc::ChannelArguments arguments;
  arguments.SetSslTargetNameOverride("localhost");
  arguments.SetMaxReceiveMessageSize(16 * 1024 * 1024);
  // Channels with equal arguments would share one connection.
  arguments.SetInt("grpc.use_local_subchannel_pool", 1);
  return grpc::CreateCustomChannel(address_, credentials, arguments);
}

}  // namespace amanah::bench
