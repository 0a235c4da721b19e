// Who may call at all: the certificate, its pin, and its authority's standing,
// when a call begins and while a stream lives.
#include "server/caller.h"

#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <tuple>

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

TEST_F(CallerTest, IsKeptInMemoryUnlessAStranger) {
  const CallerFinder finder(false, &ledger_.clock());
  const auto find = [&](const char* name) {
    return finder.Find(CertificateFor(name).certificate_pem, ledger_->derived())
        .status()
        .code();
  };
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(find("stranger"), absl::StatusCode::kUnauthenticated);
    EXPECT_EQ(find("another-stranger"), absl::StatusCode::kUnauthenticated);
  }
  EXPECT_EQ(finder.kept(), 0u);
  for (const char* name : {"bpk", "ani", "bpk"}) {
    EXPECT_EQ(find(name), absl::StatusCode::kOk);
  }
  EXPECT_EQ(finder.kept(), 2u);
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

// The ledger's clock; counts how often the server looked at its monotonic one,
// which nobody but the ticker does while streams wait.
class WatchedClock final : public Clock {
 public:
  explicit WatchedClock(const Clock* inner) : inner_(inner) {}
  int64_t NowUs() const override { return inner_->NowUs(); }
  BootId Boot() const override { return inner_->Boot(); }
  int64_t MonotonicUs() const override {
    ++looks_;
    return inner_->MonotonicUs();
  }
  // Until a tick that began after this call has ended.
  void WaitForATick() const {
    const int seen = looks_;
    while (looks_ < seen + 3) std::this_thread::yield();
  }

 private:
  const Clock* const inner_;
  mutable std::atomic<int> looks_ = 0;
};

enum class Cause { kSuspended, kPinReplaced, kCertificateExpired };
enum class Kind { kPosting, kWatch, kEntries };

class StreamCallerTest
    : public CallerTest,
      public testing::WithParamInterface<std::tuple<Cause, Kind>> {
 protected:
  static constexpr int64_t kRecheckUs = 20'000;

  void SetUp() override {
    // More than a stream that is not read can hold.
    for (int batch = 0; batch < 5; ++batch) {
      Say("dinsos", Grants(2'500, std::to_string(batch) + "/"));
    }
    Limits limits;
    limits.recheck_every_us = kRecheckUs;
    ServerOptions options = OptionsFor(limits);
    options.clock = &clock_;
    Listen(options);
    server_->Serve(&held_);
    channel_ = ChannelOf("bpk");
    if (std::get<Cause>(GetParam()) == Cause::kCertificateExpired) {
      // It ends in this second.
      const auto certificate = Pinned(kTestNow - 86'400 + 1, 1);
      channel_ = ConnectWith(&certificate);
    }
    switch (std::get<Kind>(GetParam())) {
      case Kind::kPosting:
        posting_ = v1::Posting::NewStub(channel_)->PostBatches(&context_);
        break;
      case Kind::kWatch:
        watch_ = v1::Audit::NewStub(channel_)->WatchCheckpoints(&context_, {});
        break;
      case Kind::kEntries:
        entries_ = v1::Audit::NewStub(channel_)->StreamEntries(&context_, {});
    }
  }
  void TearDown() override { server_->Stop(); }

  void Happen() {
    switch (std::get<Cause>(GetParam())) {
      case Cause::kSuspended:
        Say("administrators", {domain::AuthoritySuspended{"bpk", "audit"}});
        break;
      case Cause::kPinReplaced:
        Say("bpk", {domain::PinsChanged{{testing_support::PinOf("another")}}});
        break;
      case Cause::kCertificateExpired:
        ledger_.clock().Step(1'000'000);
    }
  }
  // Whether the stream brings something that it has not brought yet.
  bool BringsMore() {
    if (posting_ != nullptr) {
      // An answer, if only to say that this is not the caller's batch.
      v1::PostBatchesRequest request;
      *request.mutable_batch() =
          ToRequest(parties().Post("dinsos", {testing_support::Grant("E1")}));
      v1::PostBatchesResponse answer;
      return posting_->Write(request) && posting_->Read(&answer);
    }
    if (watch_ != nullptr) {
      Say("dinsos", {testing_support::Grant(std::to_string(++granted_))});
      v1::WatchCheckpointsResponse checkpoint;
      return watch_->Read(&checkpoint);
    }
    v1::StreamEntriesResponse chunk;
    return entries_->Read(&chunk);
  }
  grpc::Status End() {
    if (posting_ != nullptr) return posting_->Finish();
    if (watch_ != nullptr) {
      v1::WatchCheckpointsResponse checkpoint;
      while (watch_->Read(&checkpoint)) {
      }
      return watch_->Finish();
    }
    v1::StreamEntriesResponse chunk;
    while (entries_->Read(&chunk)) {
    }
    return entries_->Finish();
  }

  WatchedClock clock_{&ledger_.clock()};
  std::shared_ptr<grpc::Channel> channel_;
  grpc::ClientContext context_;
  int granted_ = 0;
  std::unique_ptr<
      grpc::ClientReaderWriter<v1::PostBatchesRequest, v1::PostBatchesResponse>>
      posting_;
  std::unique_ptr<grpc::ClientReader<v1::WatchCheckpointsResponse>> watch_;
  std::unique_ptr<grpc::ClientReader<v1::StreamEntriesResponse>> entries_;
};

TEST_P(StreamCallerTest, LosesItsStreamAtTheNextLookAndNotBefore) {
  ASSERT_TRUE(BringsMore());
  ledger_.clock().Advance(kRecheckUs);
  clock_.WaitForATick();
  EXPECT_TRUE(BringsMore());
  Happen();
  ledger_.clock().Advance(kRecheckUs - 1);
  clock_.WaitForATick();
  EXPECT_TRUE(BringsMore());
  ledger_.clock().Advance(1);
  clock_.WaitForATick();
  EXPECT_EQ(End().error_code(), std::get<Cause>(GetParam()) == Cause::kSuspended
                                    ? StatusCode::PERMISSION_DENIED
                                    : StatusCode::UNAUTHENTICATED);
}

INSTANTIATE_TEST_SUITE_P(
    All, StreamCallerTest,
    testing::Combine(testing::Values(Cause::kSuspended, Cause::kPinReplaced,
                                     Cause::kCertificateExpired),
                     testing::Values(Kind::kPosting, Kind::kWatch,
                                     Kind::kEntries)));

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
