#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/synchronization/mutex.h"
#include "ledger/base/base64.h"
#include "ledger/base/status.h"
#include "ledger/crypto/certificate.h"
#include "ledger/writer/ledger.h"
#include "server/commands.h"
#include "server/logging.h"
#include "server/server.h"

namespace amanah::server {
namespace {

// Signals come to one thread, which waits for them; all threads that are made
// afterwards leave them alone. The first ends the process while it starts, and
// is passed on afterwards; the second ends all.
class StopSignals {
 public:
  StopSignals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::thread([shared = shared_, signals] {
      Take(signals, shared.get());
    }).detach();
  }

  // From now on there is something to stop in good order.
  void Started() {
    const std::lock_guard lock(shared_->mutex);
    shared_->started = true;
  }
  void Wait() {
    std::unique_lock lock(shared_->mutex);
    shared_->changed.wait(lock, [&] { return shared_->stopping; });
  }

 private:
  struct Shared {
    std::mutex mutex;  // guards what follows
    std::condition_variable changed;
    bool started = false;
    bool stopping = false;
  };

  static void Take(const sigset_t& signals, Shared* shared) {
    int signal = 0;
    sigwait(&signals, &signal);
    {
      const std::lock_guard lock(shared->mutex);
      LogInfo("stopping", {{"signal", signal}});
      if (!shared->started) {
        // Nothing was acknowledged yet, and the next start does again what
        // this one has done.
        LogInfo("stopped", {{"while", "starting"}});
        _exit(EXIT_SUCCESS);
      }
      shared->stopping = true;
    }
    shared->changed.notify_all();
    int second = 0;
    sigwait(&signals, &second);
    Log(spdlog::level::warn, "forced", {{"signal", second}});
    _exit(EXIT_FAILURE);
  }

  const std::shared_ptr<Shared> shared_ = std::make_shared<Shared>();
};

absl::StatusOr<ServerOptions> OptionsOf(const Config& config) {
  ServerOptions options;
  options.listen = config.listen;
  options.insecure_plaintext = config.insecure_plaintext;
  options.reflection = config.reflection;
  options.limits = config.limits;
  if (config.insecure_plaintext) return options;
  AMANAH_ASSIGN_OR_RETURN(options.certificate, ReadText(config.tls_cert));
  AMANAH_ASSIGN_OR_RETURN(options.certificate_key,
                          ReadSecretText(config.tls_key));
  return options;
}

absl::StatusOr<std::unique_ptr<writer::Ledger>> OpenLedger(
    const Config& config, const PassphraseSource& passphrase) {
  AMANAH_ASSIGN_OR_RETURN(
      writer::LedgerKeys keys,
      ReadLedgerKeys(config.checkpoint_keys, config.statement_keys,
                     PassphraseFrom(passphrase)));
  writer::LedgerOptions options;
  options.origin = config.origin;
  options.confirm_clock = config.confirm_clock;
  options.on_progress = [](uint64_t done, uint64_t all) {
    LogInfo("replaying", {{"entries", done}, {"of", all}});
  };
  return writer::Ledger::Open(config.data, std::move(keys), options);
}

// Seen whole or not at all by whoever waits for it.
absl::Status WritePort(const std::filesystem::path& file, int port) {
  if (file.empty()) return absl::OkStatus();
  const std::filesystem::path draft = file.string() + ".new";
  std::ofstream(draft) << port << "\n";
  std::error_code error;
  std::filesystem::rename(draft, file, error);
  if (!error) return absl::OkStatus();
  return absl::NotFoundError(absl::StrFormat("cannot write %s", file.string()));
}

void LogReady(const Config& config, const ServerOptions& options,
              const writer::Ledger& ledger, int port) {
  if (options.insecure_plaintext) {
    Log(spdlog::level::warn, "insecure-plaintext",
        {{"meaning", "no TLS: whoever reaches this port reads all"}});
  } else if (const auto pin = crypto::SpkiHashOfPem(options.certificate);
             pin.ok()) {
    LogInfo("tls", {{"pin", EncodeBase64(pin->view())}});
  }
  LogInfo("ready", {{"origin", ledger.id().origin},
                    {"genesis", EncodeBase64(ledger.id().genesis.view())},
                    {"entries", ledger.tip()->size},
                    {"port", port}});
  const std::string host = config.listen.substr(0, config.listen.rfind(':'));
  std::printf("listening on %s:%d\n", host.c_str(), port);
  std::fflush(stdout);
}

}  // namespace

absl::Status RunServe(const Config& config,
                      const PassphraseSource& passphrase) {
  // Debian builds absl with its search for deadlocks on, which costs gRPC time
  // at each lock; the search is for absl's own developers.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  StopSignals signals;
  AMANAH_ASSIGN_OR_RETURN(const ServerOptions options, OptionsOf(config));
  // Listens first: while entries are replayed, health says NOT_SERVING.
  AMANAH_ASSIGN_OR_RETURN(const std::unique_ptr<Server> server,
                          Server::Listen(options));
  LogInfo("starting", {{"port", server->port()}});
  AMANAH_ASSIGN_OR_RETURN(const std::unique_ptr<writer::Ledger> ledger,
                          OpenLedger(config, passphrase));
  signals.Started();
  server->Serve(ledger.get());
  const absl::Status told = WritePort(config.port_file, server->port());
  if (told.ok()) {
    LogReady(config, options, *ledger, server->port());
    signals.Wait();
  }
  server->Stop();
  AMANAH_RETURN_IF_ERROR(told);
  AMANAH_RETURN_IF_ERROR(ledger->Stop());
  LogInfo("stopped", {{"entries", ledger->tip()->size}});
  return absl::OkStatus();
}

}  // namespace amanah::server
