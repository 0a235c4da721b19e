#include "tests/server/server_fixture.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <utility>

#include "absl/strings/str_format.h"
#include "google/rpc/status.pb.h"
#include "ledger/base/check.h"
#include "tests/support/matchers.h"

namespace amanah::server {
namespace {

// Valid at the tests' time and at any other, since gRPC's client looks at the
// machine's clock.
constexpr int64_t kLongAgo = 946'684'800;  // 2000-01-01
constexpr int kDays = 36'500;

constexpr const char* kNames[] = {"ani",      "budi",   "citra",  "dinsos",
                                  "dukcapil", "bank-a", "bank-b", "bpk"};

}  // namespace

const crypto::TlsCertificate& CertificateFor(const std::string& name) {
  static std::map<std::string, crypto::TlsCertificate> made;
  const auto found = made.find(name);
  if (found != made.end()) return found->second;
  auto certificate = crypto::MakeTlsCertificate(
      {name, crypto::TlsKeyKind::kP256, kLongAgo, kDays});
  AMANAH_CHECK(certificate.ok());
  return made.emplace(name, *std::move(certificate)).first->second;
}

v1::PostBatchRequest ToRequest(judge::SubmittedBatch batch) {
  v1::PostBatchRequest request;
  request.set_seal(std::move(batch.seal));
  for (std::string& statement : batch.statements) {
    request.add_statements(std::move(statement));
  }
  return request;
}

std::vector<domain::Body> Grants(int count, const std::string& prefix) {
  std::vector<domain::Body> bodies;
  bodies.reserve(static_cast<size_t>(count));
  for (int i = 0; i < count; ++i) {
    bodies.emplace_back(testing_support::Grant(prefix + std::to_string(i)));
  }
  return bodies;
}

v1::BatchError DetailOf(const grpc::Status& status) {
  google::rpc::Status details;
  v1::BatchError error;
  if (details.ParseFromString(status.error_details()) &&
      details.details_size() == 1) {
    details.details(0).UnpackTo(&error);
    EXPECT_EQ(details.code(), static_cast<int>(status.error_code()));
    EXPECT_EQ(details.message(), status.error_message());
  }
  return error;
}

ServerTest::ServerTest() : held_(&ledger_.ledger()) {
  for (const char* name : kNames) {
    const auto pin =
        crypto::SpkiHashOfPem(CertificateFor(name).certificate_pem);
    AMANAH_CHECK(pin.ok());
    Say(name, {domain::PinsChanged{{*pin}}});
  }
}

ServerTest::~ServerTest() {
  held_.HoldTips(false);
  held_.ReleaseAll();
  channels_.clear();
  if (server_ != nullptr) server_->Stop();
}

uint64_t ServerTest::Say(std::string_view author,
                         std::vector<domain::Body> bodies) {
  const auto done = ledger_.Say(author, std::move(bodies));
  for (const writer::Result& result : done.results) {
    EXPECT_EQ(result.outcome, testing_support::Accepted());
  }
  return done.results[0].sequence;
}

ServerOptions ServerTest::OptionsFor(const Limits& limits) {
  ServerOptions options;
  options.listen = "127.0.0.1:0";
  options.certificate = CertificateFor("localhost").certificate_pem;
  options.certificate_key = CertificateFor("localhost").key_pem;
  options.limits = limits;
  options.clock = &ledger_.clock();
  return options;
}

void ServerTest::Start(Limits limits) {
  if (limits.recheck_every_us == Limits{}.recheck_every_us) {
    limits.recheck_every_us = 20'000;
  }
  Listen(OptionsFor(limits));
  server_->Serve(&held_);
}

void ServerTest::Listen(const ServerOptions& options) {
  channels_.clear();
  auto server = Server::Listen(options);
  ASSERT_OK(server);
  server_ = *std::move(server);
}

std::shared_ptr<grpc::Channel> ServerTest::ConnectWith(
    const crypto::TlsCertificate* certificate) {
  grpc::SslCredentialsOptions tls;
  tls.pem_root_certs = CertificateFor("localhost").certificate_pem;
  if (certificate != nullptr) {
    tls.pem_private_key = certificate->key_pem;
    tls.pem_cert_chain = certificate->certificate_pem;
  }
  grpc::ChannelArguments arguments;
  arguments.SetSslTargetNameOverride("localhost");
  // Windows stay as they begin, so that one who reads nothing is soon full.
  arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  // Channels with equal arguments would share one connection.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(
      absl::StrFormat("127.0.0.1:%d", server_->port()),
      grpc::SslCredentials(tls), arguments);
}

std::shared_ptr<grpc::Channel> ServerTest::Connect(std::string_view name) {
  if (name.empty()) return ConnectWith(nullptr);
  return ConnectWith(&CertificateFor(std::string(name)));
}

std::shared_ptr<grpc::Channel> ServerTest::ChannelOf(std::string_view name) {
  auto& channel = channels_[std::string(name)];
  if (channel == nullptr) channel = Connect(name);
  return channel;
}

std::unique_ptr<v1::Posting::Stub> ServerTest::PostingAs(
    std::string_view name) {
  return v1::Posting::NewStub(ChannelOf(name));
}

std::unique_ptr<v1::Query::Stub> ServerTest::QueryAs(std::string_view name) {
  return v1::Query::NewStub(ChannelOf(name));
}

std::unique_ptr<v1::Audit::Stub> ServerTest::AuditAs(std::string_view name) {
  return v1::Audit::NewStub(ChannelOf(name));
}

grpc::Status ServerTest::Post(std::string_view name,
                              judge::SubmittedBatch batch,
                              v1::PostBatchResponse* response) {
  v1::PostBatchResponse ignored;
  grpc::ClientContext context;
  return PostingAs(name)->PostBatch(&context, ToRequest(std::move(batch)),
                                    response == nullptr ? &ignored : response);
}

}  // namespace amanah::server
