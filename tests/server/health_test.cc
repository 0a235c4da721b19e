// The standard services: health says whether the ledger runs, reflection tells
// tools the protocol.
#include <grpcpp/impl/client_unary_call.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/sync_stream.h>
#include <gtest/gtest.h>

#include <thread>

#include "server/health_service.h"
#include "tests/server/server_fixture.h"

namespace amanah::server {
namespace {

using grpc::StatusCode;

grpc::ByteBuffer BufferOf(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

std::string BytesOf(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  EXPECT_TRUE(buffer.Dump(&slices).ok());
  std::string out;
  for (const grpc::Slice& slice : slices) {
    out.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return out;
}

class HealthTest : public ServerTest {
 protected:
  // grpc.health.v1.HealthCheckResponse: field 1 is 1 (SERVING) or 2.
  static constexpr const char* kServing = "\x08\x01";
  static constexpr const char* kNotServing = "\x08\x02";

  // Without a certificate: health asks for none.
  std::string Check() {
    grpc::ClientContext context;
    grpc::ByteBuffer response;
    const grpc::Status status = grpc::internal::BlockingUnaryCall(
        ChannelOf("").get(),
        grpc::internal::RpcMethod("/grpc.health.v1.Health/Check",
                                  grpc::internal::RpcMethod::NORMAL_RPC),
        &context, BufferOf(""), &response);
    return status.ok() ? BytesOf(response) : status.error_message();
  }

  using RawStream =
      grpc::ClientReaderWriter<grpc::ByteBuffer, grpc::ByteBuffer>;
  std::unique_ptr<RawStream> Stream(std::string_view name, const char* method,
                                    grpc::ClientContext* context) {
    return std::unique_ptr<RawStream>(
        grpc::internal::ClientReaderWriterFactory<grpc::ByteBuffer,
                                                  grpc::ByteBuffer>::
            Create(ChannelOf(name).get(),
                   grpc::internal::RpcMethod(
                       method, grpc::internal::RpcMethod::BIDI_STREAMING),
                   context));
  }
};

TEST_F(HealthTest, SaysThatTheServerStartsAndThenServes) {
  Listen(OptionsFor({}));
  EXPECT_EQ(Check(), kNotServing);
  v1::GetCheckpointResponse response;
  const grpc::Status status = Ask("bpk", &v1::Audit::Stub::GetCheckpoint,
                                  v1::GetCheckpointRequest(), &response);
  EXPECT_EQ(status.error_code(), StatusCode::UNAVAILABLE);
  EXPECT_EQ(status.error_message(), "the ledger is starting");
  server_->Serve(&held_);
  EXPECT_EQ(Check(), kServing);
  EXPECT_TRUE(Ask("bpk", &v1::Audit::Stub::GetCheckpoint,
                  v1::GetCheckpointRequest(), &response)
                  .ok());
}

TEST_F(HealthTest, SaysThatTheLedgerHasHalted) {
  Start();
  EXPECT_EQ(Check(), kServing);
  held_.SetStatus(absl::UnavailableError("halted after a failed write"));
  while (Check() != kNotServing) std::this_thread::yield();
  // What is synced can be read still.
  v1::GetCheckpointResponse response;
  EXPECT_TRUE(Ask("bpk", &v1::Audit::Stub::GetCheckpoint,
                  v1::GetCheckpointRequest(), &response)
                  .ok());
}

TEST_F(HealthTest, AnswersWithoutReadingWhatIsAsked) {
  Start();
  grpc::ClientContext context;
  const auto stream = Stream("", kHealthPath, &context);
  grpc::ByteBuffer response;
  ASSERT_TRUE(stream->Read(&response));
  EXPECT_EQ(BytesOf(response), kServing);
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(HealthTest, RefusesStrangersBeforeTheirMessage) {
  Start();
  for (const char* name : {"", "stranger"}) {
    for (const char* method :
         {"/amanah.v1.Posting/PostBatch", "/amanah.v1.Query/GetEntry",
          "/amanah.v1.Audit/StreamEntries", "/amanah.v1.Audit/NoSuchCall",
          "/grpc.health.v1.Health/CheckAll"}) {
      grpc::ClientContext context;
      context.set_deadline(std::chrono::system_clock::now() +
                           std::chrono::seconds(20));
      EXPECT_EQ(Stream(name, method, &context)->Finish().error_code(),
                StatusCode::UNAUTHENTICATED)
          << name << " " << method;
    }
  }
}

TEST_F(HealthTest, OffersNoWatchThatStrangersCouldHold) {
  Start();
  for (const auto& [name, want] :
       {std::pair("", StatusCode::UNAUTHENTICATED),
        std::pair("bpk", StatusCode::UNIMPLEMENTED)}) {
    grpc::ClientContext context;
    EXPECT_EQ(Stream(name, "/grpc.health.v1.Health/Watch", &context)
                  ->Finish()
                  .error_code(),
              want);
  }
}

TEST_F(HealthTest, TellsThoseWhoMayCallTheProtocol) {
  Start();
  constexpr const char* kReflection =
      "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";
  for (const char* name : {"", "stranger"}) {
    grpc::ClientContext context;
    EXPECT_EQ(Stream(name, kReflection, &context)->Finish().error_code(),
              StatusCode::UNAUTHENTICATED)
        << name;
  }
  grpc::ClientContext context;
  const auto stream = Stream("bpk", kReflection, &context);
  // ServerReflectionRequest: field 7, list_services.
  EXPECT_TRUE(stream->Write(BufferOf(std::string("\x3a\x00", 2))));
  grpc::ByteBuffer response;
  ASSERT_TRUE(stream->Read(&response));
  const std::string names = BytesOf(response);
  for (const char* service : {"amanah.v1.Posting", "amanah.v1.Query",
                              "amanah.v1.Audit", "grpc.health.v1.Health"}) {
    EXPECT_NE(names.find(service), std::string::npos) << service;
  }
  stream->WritesDone();
  EXPECT_TRUE(stream->Finish().ok());
}

}  // namespace
}  // namespace amanah::server
