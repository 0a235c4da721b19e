// Who may call at all: the certificate, its pin, and its authority's standing,
// when a call begins and while a stream lives.
#include "server/caller.h"

#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>

#include "ledger/base/check.h"
#include "tests/server/server_fixture.h"
#include "tests/support/matchers.h"

namespace amanah::server {
namespace {

using grpc::StatusCode;

constexpr int64_t kTestNow = testing_support::kTestNowUs / 1'000'000;

class CallerTest : public ServerTest {
 protected:
  grpc::Status GetCheckpointOn(const std::shared_ptr<grpc::Channel>& channel) {
    grpc::ClientContext context;
    v1::GetCheckpointResponse response;
    return v1::Audit::NewStub(channel)->GetCheckpoint(&context, {}, &response);
  }
  // A certificate that bpk has pinned.
  crypto::TlsCertificate Pinned(int64_t not_before, int days) {
    auto made = crypto::MakeTlsCertificate(
        {"bpk", crypto::TlsKeyKind::kP256, not_before, days});
    AMANAH_CHECK(made.ok());
    Say("bpk",
        {domain::PinsChanged{{*crypto::SpkiHashOfPem(made->certificate_pem)}}});
    return *std::move(made);
  }
};

TEST_F(CallerTest, IsKnownByThePinOfItsCertificate) {
  Start();
  for (const char* name : {"ani", "dinsos", "dukcapil", "bank-a", "bpk"}) {
    EXPECT_TRUE(GetCheckpointOn(Connect(name)).ok()) << name;
  }
}

TEST_F(CallerTest, IsRefusedWithoutACertificate) {
  Start();
  const grpc::Status status = GetCheckpointOn(Connect(""));
  EXPECT_EQ(status.error_code(), StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(status.error_message(), "the client showed no certificate");
}

TEST_F(CallerTest, IsRefusedWithACertificateThatNobodyHasPinned) {
  Start();
  const grpc::Status status = GetCheckpointOn(Connect("stranger"));
  EXPECT_EQ(status.error_code(), StatusCode::UNAUTHENTICATED);
  EXPECT_NE(status.error_message().find("no authority has pinned"),
            std::string::npos);
}

TEST_F(CallerTest, IsRefusedWithAPinThatWasReplaced) {
  Start();
  const auto channel = Connect("bpk");
  EXPECT_TRUE(GetCheckpointOn(channel).ok());
  Say("bpk", {domain::PinsChanged{{testing_support::PinOf("another")}}});
  EXPECT_EQ(GetCheckpointOn(channel).error_code(), StatusCode::UNAUTHENTICATED);
}

TEST_F(CallerTest, IsRefusedOutsideItsCertificatesTime) {
  Start();
  const struct {
    int64_t not_before;
    bool good;
  } rows[] = {
      {kTestNow - 86'400, false},     // ended a second ago
      {kTestNow - 86'400 + 1, true},  // ends now
      {kTestNow, true},               // begins now
      {kTestNow + 1, false},          // begins in a second
  };
  for (const auto& row : rows) {
    const crypto::TlsCertificate certificate = Pinned(row.not_before, 1);
    const grpc::Status status = GetCheckpointOn(ConnectWith(&certificate));
    EXPECT_EQ(status.error_code(),
              row.good ? StatusCode::OK : StatusCode::UNAUTHENTICATED)
        << row.not_before - kTestNow;
  }
}

TEST_F(CallerTest, IsKnownByAnEd25519CertificateToo) {
  Start();
  auto made = crypto::MakeTlsCertificate(
      {"bpk", crypto::TlsKeyKind::kEd25519, kTestNow, 30});
  ASSERT_OK(made);
  Say("bpk",
      {domain::PinsChanged{{*crypto::SpkiHashOfPem(made->certificate_pem)}}});
  EXPECT_TRUE(GetCheckpointOn(ConnectWith(&*made)).ok());
}

TEST_F(CallerTest, IsRefusedWhileItsAuthorityIsSuspended) {
  Start();
  const auto channel = Connect("bank-a");
  EXPECT_TRUE(GetCheckpointOn(channel).ok());
  const uint64_t entry =
      Say("administrators", {domain::AuthoritySuspended{"bank-a", "audit"}});
  const grpc::Status status = GetCheckpointOn(channel);
  EXPECT_EQ(status.error_code(), StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(status.error_message(),
            "bank-a was suspended by entry " + std::to_string(entry));
  Say("administrators", {domain::AuthorityReinstated{"bank-a", "audit"}});
  EXPECT_TRUE(GetCheckpointOn(channel).ok());
}

TEST_F(CallerTest, LosesItsStreamsWhenItIsSuspended) {
  Start();
  grpc::ClientContext posting_context;
  const auto posting = PostingAs("bank-a")->PostBatches(&posting_context);
  grpc::ClientContext watch_context;
  const auto watch = AuditAs("bank-a")->WatchCheckpoints(&watch_context, {});
  v1::WatchCheckpointsResponse checkpoint;
  ASSERT_TRUE(watch->Read(&checkpoint));
  posting->WaitForInitialMetadata();

  Say("administrators", {domain::AuthoritySuspended{"bank-a", "audit"}});
  // Two seconds of the server's clock, whatever the machine's says.
  ledger_.clock().Advance(2'000'000);
  while (watch->Read(&checkpoint)) {
  }
  EXPECT_EQ(watch->Finish().error_code(), StatusCode::PERMISSION_DENIED);
  v1::PostBatchesResponse answer;
  EXPECT_FALSE(posting->Read(&answer));
  EXPECT_EQ(posting->Finish().error_code(), StatusCode::PERMISSION_DENIED);
}

TEST_F(CallerTest, KeepsItsStreamsUntilTheNextLook) {
  Start();
  grpc::ClientContext context;
  const auto watch = AuditAs("bpk")->WatchCheckpoints(&context, {});
  v1::WatchCheckpointsResponse checkpoint;
  ASSERT_TRUE(watch->Read(&checkpoint));
  ledger_.clock().Advance(2'000'000);
  Say("dinsos", {testing_support::Grant("E1")});
  EXPECT_TRUE(watch->Read(&checkpoint));
  context.TryCancel();
}

TEST_F(CallerTest, IsNobodyAndReadsAllInPlainText) {
  ServerOptions options = OptionsFor({});
  options.insecure_plaintext = true;
  Listen(options);
  server_->Serve(&held_);
  const auto channel =
      grpc::CreateChannel("127.0.0.1:" + std::to_string(server_->port()),
                          grpc::InsecureChannelCredentials());
  EXPECT_TRUE(GetCheckpointOn(channel).ok());
  // A seal is all that posting needs then.
  grpc::ClientContext context;
  v1::PostBatchResponse response;
  const auto posting = v1::Posting::NewStub(channel);
  EXPECT_TRUE(posting
                  ->PostBatch(&context,
                              ToRequest(parties().Post(
                                  "dinsos", {testing_support::Grant("E1")})),
                              &response)
                  .ok());
  grpc::ClientContext entry_context;
  v1::GetEntryRequest request;
  request.set_sequence(kFirstFree);
  v1::GetEntryResponse entry;
  EXPECT_TRUE(v1::Query::NewStub(channel)
                  ->GetEntry(&entry_context, request, &entry)
                  .ok());
  EXPECT_NE(entry.proof().entries(0).entry(), "");
}

TEST_F(CallerTest, IsNotServedInPlainTextBeyondThisMachine) {
  ServerOptions options = OptionsFor({});
  options.insecure_plaintext = true;
  options.listen = "0.0.0.0:0";
  EXPECT_THAT(
      Server::Listen(options),
      testing_support::Fails(absl::StatusCode::kInvalidArgument, "loopback"));
}

TEST_F(CallerTest, MeetsAServerWhoseOwnCertificateIsGood) {
  ServerOptions expired = OptionsFor({});
  const auto old = crypto::MakeTlsCertificate(
      {"localhost", crypto::TlsKeyKind::kP256, kTestNow - 86'400, 1});
  ASSERT_OK(old);
  expired.certificate = old->certificate_pem;
  expired.certificate_key = old->key_pem;
  EXPECT_THAT(Server::Listen(expired),
              testing_support::Fails(absl::StatusCode::kInvalidArgument,
                                     "valid to second"));
  ServerOptions other_key = OptionsFor({});
  other_key.certificate_key = CertificateFor("bpk").key_pem;
  EXPECT_THAT(Server::Listen(other_key),
              testing_support::Fails(absl::StatusCode::kInvalidArgument,
                                     "not that of"));
}

TEST_F(CallerTest, FindsOneServerOnAnAddress) {
  Start();
  ServerOptions second = OptionsFor({});
  second.listen = "127.0.0.1:" + std::to_string(server_->port());
  EXPECT_THAT(
      Server::Listen(second),
      testing_support::Fails(absl::StatusCode::kUnavailable, "cannot listen"));
}

}  // namespace
}  // namespace amanah::server
