#include "client/remote.h"

#include <gmock/gmock.h>
#include <google/rpc/status.pb.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "absl/strings/str_format.h"
#include "amanah/v1/audit.grpc.pb.h"
#include "amanah/v1/posting.grpc.pb.h"
#include "client/exit.h"
#include "ledger/base/clock.h"
#include "ledger/crypto/certificate.h"
#include "tests/support/matchers.h"
#include "tests/support/temporary_folder.h"

namespace amanah::client {
namespace {

using absl::StatusCode;
using testing_support::Fails;

crypto::TlsCertificate Certificate(const char* name) {
  crypto::TlsCertificateChoice choice;
  choice.common_name = name;
  choice.not_before = SystemClock().NowUs() / 1'000'000 - 60;
  auto made = crypto::MakeTlsCertificate(choice);
  EXPECT_OK(made);
  return *std::move(made);
}

class AuditService final : public v1::Audit::Service {
 public:
  grpc::Status GetCheckpoint(grpc::ServerContext* context,
                             const v1::GetCheckpointRequest*,
                             v1::GetCheckpointResponse* response) override {
    ++calls;
    for (const grpc::string_ref& pem :
         context->auth_context()->FindPropertyValues("x509_pem_cert")) {
      caller = std::string(pem.data(), pem.size());
    }
    if (failures > 0) {
      --failures;
      return {grpc::StatusCode::UNAVAILABLE, "not yet"};
    }
    while (stuck && !context->IsCancelled()) std::this_thread::yield();
    response->set_checkpoint("a note");
    return grpc::Status::OK;
  }

  grpc::Status StreamEntries(
      grpc::ServerContext*, const v1::StreamEntriesRequest* request,
      grpc::ServerWriter<v1::StreamEntriesResponse>* writer) override {
    for (uint64_t i = 0; i < request->count(); ++i) {
      v1::StreamEntriesResponse response;
      response.set_first(request->first() + i);
      writer->Write(response);
    }
    return request->count() == 3
               ? grpc::Status::OK
               : grpc::Status(grpc::StatusCode::OUT_OF_RANGE, "no more");
  }

  std::atomic<int> calls = 0;
  std::atomic<int> failures = 0;
  std::atomic<bool> stuck = false;
  std::string caller;
};

class PostingService final : public v1::Posting::Service {
  grpc::Status PostBatch(grpc::ServerContext*, const v1::PostBatchRequest*,
                         v1::PostBatchResponse*) override {
    v1::BatchError error;
    error.set_code(grpc::StatusCode::UNAUTHENTICATED);
    error.set_message("the author is suspended");
    error.set_problem(v1::BATCH_PROBLEM_AUTHOR_SUSPENDED);
    google::rpc::Status details;
    details.set_code(grpc::StatusCode::UNAUTHENTICATED);
    details.add_details()->PackFrom(error);
    return {grpc::StatusCode::UNAUTHENTICATED, error.message(),
            details.SerializeAsString()};
  }
};

// A line to a local port on which each connection says nothing for a while.
// One connection at a time.
class SlowLine {
 public:
  SlowLine(int port, std::chrono::milliseconds silence)
      : far_(At(port)), silence_(silence) {
    sockaddr_in any = At(0);
    socklen_t length = sizeof(any);
    EXPECT_EQ(bind(listening_, AsAddress(&any), length), 0);
    EXPECT_EQ(listen(listening_, 8), 0);
    EXPECT_EQ(getsockname(listening_, AsAddress(&any), &length), 0);
    port_ = ntohs(any.sin_port);
    thread_ = std::thread([this] { Serve(); });
  }
  ~SlowLine() {
    shutdown(listening_, SHUT_RDWR);
    thread_.join();
    close(listening_);
  }
  int port() const { return port_; }

 private:
  static sockaddr_in At(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<uint16_t>(port));
    return address;
  }
  static sockaddr* AsAddress(sockaddr_in* address) {
    return reinterpret_cast<sockaddr*>(address);
  }

  void Serve() {
    for (int near; (near = accept(listening_, nullptr, nullptr)) >= 0;) {
      std::this_thread::sleep_for(silence_);
      const int far = socket(AF_INET, SOCK_STREAM, 0);
      if (connect(far, AsAddress(&far_), sizeof(far_)) == 0) Carry(near, far);
      close(far);
      close(near);
    }
  }
  // Until one side ends.
  static void Carry(int near, int far) {
    char bytes[4096];
    pollfd sides[] = {{near, POLLIN, 0}, {far, POLLIN, 0}};
    while (poll(sides, 2, -1) > 0) {
      for (int from = 0; from < 2; ++from) {
        if (sides[from].revents == 0) continue;
        const ssize_t read = recv(sides[from].fd, bytes, sizeof(bytes), 0);
        if (read <= 0 || send(sides[1 - from].fd, bytes,
                              static_cast<size_t>(read), MSG_NOSIGNAL) < 0) {
          return;
        }
      }
    }
  }

  sockaddr_in far_;
  const std::chrono::milliseconds silence_;
  const int listening_ = socket(AF_INET, SOCK_STREAM, 0);
  int port_ = 0;
  std::thread thread_;
};

// A TLS server on loopback that asks for a certificate and believes none.
class RemoteTest : public testing::Test {
 protected:
  RemoteTest() {
    server_certificate_ = Certificate("server");
    client_certificate_ = Certificate("bank-a");
    grpc::SslServerCredentialsOptions tls(
        GRPC_SSL_REQUEST_CLIENT_CERTIFICATE_BUT_DONT_VERIFY);
    tls.pem_key_cert_pairs.push_back(
        {server_certificate_.key_pem, server_certificate_.certificate_pem});
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::SslServerCredentials(tls),
                             &port);
    builder.RegisterService(&audit_);
    builder.RegisterService(&posting_);
    server_ = builder.BuildAndStart();
    port_ = port;
    profile_.server = absl::StrFormat("127.0.0.1:%d", port);
    profile_.server_pin =
        *crypto::SpkiHashOfPem(server_certificate_.certificate_pem);
    profile_.certificate = folder_.path() / "tls.pem";
    profile_.certificate_key = folder_.path() / "tls.key";
    std::ofstream(profile_.certificate) << client_certificate_.certificate_pem;
    std::ofstream(profile_.certificate_key) << client_certificate_.key_pem;
    std::filesystem::permissions(profile_.certificate_key,
                                 std::filesystem::perms::owner_read |
                                     std::filesystem::perms::owner_write);
    options_.first_pause = std::chrono::milliseconds(1);
  }
  ~RemoteTest() override { server_->Shutdown(); }

  std::unique_ptr<Remote> Connected() {
    auto remote = Remote::Connect(profile_, options_);
    EXPECT_OK(remote);
    return *std::move(remote);
  }

  testing_support::TemporaryFolder folder_;
  crypto::TlsCertificate server_certificate_;
  crypto::TlsCertificate client_certificate_;
  AuditService audit_;
  PostingService posting_;
  std::unique_ptr<grpc::Server> server_;
  int port_ = 0;
  Profile profile_;
  RemoteOptions options_;
};

TEST_F(RemoteTest, CallsTheServerWhoseKeyIsPinned) {
  const auto answer = Connected()->GetCheckpoint();
  ASSERT_OK(answer);
  EXPECT_EQ(answer->checkpoint(), "a note");
  EXPECT_EQ(audit_.caller, client_certificate_.certificate_pem);
}

TEST_F(RemoteTest, SaysNothingToAServerOfAnotherKey) {
  profile_.server_pin->bytes[31] ^= 1;
  const auto answer = Connected()->GetCheckpoint();
  ASSERT_THAT(answer, Fails(StatusCode::kUnauthenticated, "pins"));
  EXPECT_EQ(ExitCodeOf(answer.status()), ExitCode::kRefused);
  EXPECT_EQ(audit_.calls, 0);
}

TEST_F(RemoteTest, IsNotContentWithAnotherCertificateOfTheSameName) {
  profile_.server_pin =
      *crypto::SpkiHashOfPem(Certificate("server").certificate_pem);
  EXPECT_THAT(Connected()->GetCheckpoint(),
              Fails(StatusCode::kUnauthenticated, "pins"));
  EXPECT_EQ(audit_.calls, 0);
}

TEST_F(RemoteTest, TriesAgainWhileTheServerIsUnavailable) {
  audit_.failures = 2;
  EXPECT_OK(Connected()->GetCheckpoint());
  EXPECT_EQ(audit_.calls, 3);
}

TEST_F(RemoteTest, GivesUpInTheEnd) {
  audit_.failures = 100;
  const auto answer = Connected()->GetCheckpoint();
  EXPECT_THAT(answer, Fails(StatusCode::kUnavailable, "not yet"));
  EXPECT_EQ(audit_.calls, 4);
  EXPECT_EQ(ExitCodeOf(answer.status()), ExitCode::kServer);
}

TEST_F(RemoteTest, ConnectsOverASlowLine) {
  const SlowLine line(port_, std::chrono::milliseconds(600));
  profile_.server = absl::StrFormat("127.0.0.1:%d", line.port());
  EXPECT_OK(Connected()->GetCheckpoint());
}

TEST_F(RemoteTest, DoesNotWaitForEver) {
  audit_.stuck = true;
  options_.call_timeout = std::chrono::milliseconds(200);
  const auto answer = Connected()->GetCheckpoint();
  EXPECT_EQ(answer.status().code(), StatusCode::kDeadlineExceeded);
  EXPECT_EQ(ExitCodeOf(answer.status()), ExitCode::kServer);
}

TEST_F(RemoteTest, TellsOfAServerThatIsNotThere) {
  server_->Shutdown();
  const auto answer = Connected()->GetCheckpoint();
  EXPECT_EQ(answer.status().code(), StatusCode::kUnavailable);
  EXPECT_EQ(ExitCodeOf(answer.status()), ExitCode::kServer);
}

TEST_F(RemoteTest, HandsOnWhatIsWrongWithABatch) {
  const auto answer = Connected()->PostBatch(v1::PostBatchRequest());
  ASSERT_THAT(answer, Fails(StatusCode::kUnauthenticated, "suspended"));
  ASSERT_TRUE(BatchErrorOf(answer.status()).has_value());
  EXPECT_EQ(BatchErrorOf(answer.status())->problem(),
            v1::BATCH_PROBLEM_AUTHOR_SUSPENDED);
  EXPECT_EQ(ExitCodeOf(answer.status()), ExitCode::kRefused);
}

TEST_F(RemoteTest, HandsOnAStreamAndHowItEnded) {
  const auto remote = Connected();
  v1::StreamEntriesRequest request;
  request.set_first(7);
  request.set_count(3);
  std::vector<uint64_t> seen;
  const auto take = [&](const v1::StreamEntriesResponse& one) {
    seen.push_back(one.first());
    return absl::OkStatus();
  };
  EXPECT_OK(remote->StreamEntries(request, take));
  EXPECT_EQ(seen, (std::vector<uint64_t>{7, 8, 9}));
  request.set_count(1);
  EXPECT_THAT(remote->StreamEntries(request, take),
              Fails(StatusCode::kOutOfRange, "no more"));
  EXPECT_THAT(remote->StreamEntries(request,
                                    [](const v1::StreamEntriesResponse&) {
                                      return absl::DataLossError("not so");
                                    }),
              Fails(StatusCode::kDataLoss, "not so"));
}

TEST_F(RemoteTest, NamesWhatTheProfileLeavesOut) {
  const auto fails = [this](std::string_view what) {
    return testing::Value(
        Remote::Connect(profile_).status(),
        Fails(StatusCode::kInvalidArgument, std::string(what)));
  };
  Profile whole = profile_;
  profile_.server.clear();
  EXPECT_TRUE(fails("--server"));
  profile_ = whole;
  profile_.server_pin.reset();
  EXPECT_TRUE(fails("--server-pin"));
  profile_ = whole;
  profile_.certificate.clear();
  EXPECT_TRUE(fails("certificate"));
  profile_ = whole;
  profile_.certificate_key = "/nowhere/tls.key";
  EXPECT_THAT(Remote::Connect(profile_),
              Fails(StatusCode::kNotFound, "/nowhere/tls.key"));
}

TEST_F(RemoteTest, TakesNoTlsKeyThatOthersMayRead) {
  std::filesystem::permissions(profile_.certificate_key,
                               std::filesystem::perms::group_read,
                               std::filesystem::perm_options::add);
  EXPECT_THAT(Remote::Connect(profile_),
              Fails(StatusCode::kPermissionDenied, "0640"));
}

TEST_F(RemoteTest, SpeaksPlainTextOnLoopbackOnly) {
  profile_.plaintext = true;
  EXPECT_OK(Remote::Connect(profile_));
  for (const char* elsewhere :
       {"192.0.2.1:7443", "ledger.example:7443", "127.x.example:1",
        "localhost.example:1", "[::2]:1"}) {
    profile_.server = elsewhere;
    EXPECT_THAT(Remote::Connect(profile_),
                Fails(StatusCode::kInvalidArgument, "loopback"));
  }
}

}  // namespace
}  // namespace amanah::client
