#include "server/server.h"

#include <grpcpp/impl/server_builder_option.h>
#include <grpcpp/impl/server_builder_plugin.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "absl/strings/str_format.h"
#include "ledger/base/base64.h"
#include "ledger/base/loopback.h"
#include "ledger/base/status.h"
#include "ledger/base/text.h"
#include "ledger/crypto/certificate.h"
#include "server/audit/checkpoint_watch.h"
#include "server/audit/service.h"
#include "server/caller_gate.h"
#include "server/health_service.h"
#include "server/host.h"
#include "server/logging.h"
#include "server/posting/service.h"
#include "server/query/service.h"

namespace amanah::server {
namespace {

// How often open calls are looked at, within the time after which callers are
// looked up again.
constexpr int64_t kTicksPerRecheck = 4;
constexpr int64_t kTickMinUs = 5'000;
constexpr int64_t kTickMaxUs = 500'000;
// How long last answers have to leave. gRPC would wait for clients to close
// their connections, which some do not for many seconds.
constexpr std::chrono::milliseconds kFlushTime{1'000};
// A client may probe its connection this often.
constexpr int kProbeFromClientMinMs = 10'000;

absl::Status CheckOptions(const ServerOptions& options) {
  if (options.insecure_plaintext) {
    if (IsLoopback(options.listen)) return absl::OkStatus();
    return absl::InvalidArgumentError(
        absl::StrFormat("plain text is for loopback addresses only, and %s is "
                        "none",
                        options.listen));
  }
  AMANAH_ASSIGN_OR_RETURN(const crypto::CertificateFacts facts,
                          crypto::ReadCertificate(options.certificate));
  const absl::Status valid =
      crypto::CheckValidity(facts, options.clock->NowUs() / 1'000'000);
  if (!valid.ok()) {
    return absl::InvalidArgumentError(std::string(valid.message()));
  }
  return crypto::CheckKeyFits(options.certificate, options.certificate_key);
}

std::shared_ptr<grpc::ServerCredentials> CredentialsOf(
    const ServerOptions& options, const Host* host) {
  if (options.insecure_plaintext) return grpc::InsecureServerCredentials();
  // Certificates are known by pins in the ledger, not by who issued them, so
  // TLS must not ask for an issuer: it only shows that the client holds the
  // key. Calls without one that is pinned are refused one by one, by the gate.
  grpc::SslServerCredentialsOptions tls(
      GRPC_SSL_REQUEST_CLIENT_CERTIFICATE_BUT_DONT_VERIFY);
  tls.pem_key_cert_pairs.push_back(
      {options.certificate_key, options.certificate});
  auto credentials = grpc::SslServerCredentials(tls);
  credentials->SetAuthMetadataProcessor(std::make_shared<CallerGate>(host));
  return credentials;
}

void SetLimits(const Limits& limits, grpc::ServerBuilder* builder) {
  builder->SetMaxReceiveMessageSize(kRequestLengthMax);
  builder->SetMaxSendMessageSize(limits.response_length_max);
  builder->SetResourceQuota(
      grpc::ResourceQuota("amanahd").Resize(limits.network_memory_max));
  const std::pair<const char*, int64_t> arguments[] = {
      {GRPC_ARG_MAX_CONCURRENT_STREAMS, limits.calls_per_connection_max},
      // gRPC would widen the window by what the network bears, and keep that
      // much of each stream that we do not read on.
      {GRPC_ARG_HTTP2_BDP_PROBE, 0},
      {GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, kUnreadLengthMax},
      {GRPC_ARG_MAX_CONNECTION_IDLE_MS, limits.idle_connection_max_ms},
      {GRPC_ARG_KEEPALIVE_TIME_MS, limits.keepalive_every_ms},
      {GRPC_ARG_KEEPALIVE_TIMEOUT_MS, limits.keepalive_timeout_ms},
      {GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
       kProbeFromClientMinMs},
      {GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1},
      // Two servers on one port would each get half of the calls.
      {GRPC_ARG_ALLOW_REUSEPORT, 0},
  };
  for (const auto& [name, value] : arguments) {
    builder->AddChannelArgument(name, static_cast<int>(value));
  }
}

// Linking gRPC's reflection adds it to every server; this takes it away again.
class WithoutReflection final : public grpc::ServerBuilderOption {
 public:
  void UpdateArguments(grpc::ChannelArguments*) override {}
  void UpdatePlugins(std::vector<std::unique_ptr<grpc::ServerBuilderPlugin>>*
                         plugins) override {
    std::erase_if(*plugins, [](const auto& plugin) {
      return plugin->name() == "proto_server_reflection";
    });
  }
};

class RunningServer final : public Server {
 public:
  explicit RunningServer(const ServerOptions& options)
      : options_(options),
        host_(options.limits, options.insecure_plaintext, options.clock),
        posting_(&host_),
        query_(&host_),
        audit_(&host_, &watch_) {}
  ~RunningServer() override { Stop(); }

  absl::Status Start() {
    AMANAH_RETURN_IF_ERROR(CheckOptions(options_));
    grpc::ServerBuilder builder;
    if (!options_.reflection) {
      builder.SetOption(std::make_unique<WithoutReflection>());
    }
    SetLimits(options_.limits, &builder);
    builder.AddListeningPort(options_.listen, CredentialsOf(options_, &host_),
                             &port_);
    builder.RegisterService(&health_);
    builder.RegisterService(&posting_);
    builder.RegisterService(&query_);
    builder.RegisterService(&audit_);
    grpc_ = builder.BuildAndStart();
    if (grpc_ == nullptr || port_ == 0) {
      return absl::UnavailableError(
          absl::StrFormat("cannot listen on %s", options_.listen));
    }
    ticker_ = std::thread([this] { Tick(); });
    return absl::OkStatus();
  }

  int port() const override { return port_; }

  void Serve(writer::Ledger* ledger) override {
    ledger_.store(ledger);
    watch_.Start(ledger);
    host_.Begin(ledger);
    health_.Set(StatusOf(*ledger).ok());
  }

  void Stop() override {
    const std::lock_guard lock(stop_mutex_);
    if (stopped_) return;
    stopped_ = true;
    if (grpc_ != nullptr) {
      stopping_.store(true);
      health_.Set(false);
      host_.Stop();
      // Questions that were taken are answered, then what is in flight.
      host_.reads.Stop();
      const bool drained = host_.calls.WaitUntilNone(
          std::chrono::milliseconds(options_.limits.stop_time_max_ms));
      grpc_->Shutdown(std::chrono::system_clock::now() +
                      (drained ? kFlushTime : std::chrono::milliseconds(0)));
    }
    EndTicker();
    watch_.Stop();
    grpc_.reset();
  }

 private:
  // Why it takes nothing, be it for good or for a while.
  static absl::Status StatusOf(const writer::Ledger& ledger) {
    absl::Status status = ledger.status();
    return status.ok() ? ledger.clock_status() : status;
  }

  void TellHealth(const absl::Status& status, bool* halted) {
    if (status.ok() != *halted) return;
    *halted = !status.ok();
    if (*halted) {
      Log(spdlog::level::err, "halted",
          {{"code", static_cast<int>(status.code())},
           {"why", std::string(status.message())}});
    } else {
      Log(spdlog::level::info, "resumed", {});
    }
    health_.Set(status.ok());
  }

  void EndTicker() {
    {
      const std::lock_guard lock(ticker_mutex_);
      ticker_ended_ = true;
    }
    ticker_changed_.notify_all();
    if (ticker_.joinable()) ticker_.join();
  }

  void Tick() {
    const auto every = std::chrono::microseconds(
        std::clamp(options_.limits.recheck_every_us / kTicksPerRecheck,
                   kTickMinUs, kTickMaxUs));
    bool halted = false;
    std::unique_lock lock(ticker_mutex_);
    while (!ticker_ended_) {
      ticker_changed_.wait_for(lock, every, [&] { return ticker_ended_; });
      lock.unlock();
      host_.calls.Tick(options_.clock->MonotonicUs());
      if (const writer::Ledger* ledger = ledger_.load();
          ledger != nullptr && !stopping_.load()) {
        TellHealth(StatusOf(*ledger), &halted);
      }
      lock.lock();
    }
  }

  const ServerOptions options_;
  Host host_;
  HealthService health_;
  CheckpointWatch watch_;
  PostingService posting_;
  QueryService query_;
  AuditService audit_;
  std::unique_ptr<grpc::Server> grpc_;
  int port_ = 0;
  std::atomic<const writer::Ledger*> ledger_ = nullptr;
  std::atomic<bool> stopping_ = false;

  std::mutex stop_mutex_;
  bool stopped_ = false;  // guarded by stop_mutex_

  std::mutex ticker_mutex_;
  std::condition_variable ticker_changed_;
  bool ticker_ended_ = false;  // guarded by ticker_mutex_
  std::thread ticker_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Listen(
    const ServerOptions& options) {
  auto server = std::make_unique<RunningServer>(options);
  AMANAH_RETURN_IF_ERROR(server->Start());
  return server;
}

}  // namespace amanah::server
