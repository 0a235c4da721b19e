// A stop in good order loses nothing that was acknowledged, and acknowledges
// what it had read.
#include <gtest/gtest.h>

#include <thread>

#include "tests/server/server_fixture.h"
#include "tests/support/matchers.h"

namespace amanah::server {
namespace {

using grpc::StatusCode;
using testing_support::Grant;

class StopTest : public ServerTest {};

TEST_F(StopTest, AnswersWhatIsInFlightAndEndsTheStreams) {
  Start();
  held_.Hold();
  grpc::ClientContext context;
  const auto stream = PostingAs("dinsos")->PostBatches(&context);
  constexpr uint64_t kBatches = 5;
  for (uint64_t i = 0; i < kBatches; ++i) {
    v1::PostBatchesRequest request;
    request.set_tag(i);
    *request.mutable_batch() =
        ToRequest(parties().Post("dinsos", {Grant("E" + std::to_string(i))}));
    ASSERT_TRUE(stream->Write(request));
  }
  grpc::ClientContext watch_context;
  const auto watch = AuditAs("bpk")->WatchCheckpoints(&watch_context, {});
  v1::WatchCheckpointsResponse checkpoint;
  ASSERT_TRUE(watch->Read(&checkpoint));
  held_.WaitForHeld(kBatches);

  std::thread stop([&] { server_->Stop(); });
  // The stop waits for the batches: streams that nothing holds end first.
  while (watch->Read(&checkpoint)) {
  }
  EXPECT_EQ(watch->Finish().error_code(), StatusCode::UNAVAILABLE);
  held_.ReleaseAll();
  std::vector<uint64_t> acknowledged;
  v1::PostBatchesResponse answer;
  while (stream->Read(&answer)) {
    ASSERT_TRUE(answer.has_acknowledgement());
    acknowledged.push_back(answer.acknowledgement().results(0).sequence());
  }
  EXPECT_EQ(stream->Finish().error_code(), StatusCode::UNAVAILABLE);
  stop.join();
  EXPECT_EQ(acknowledged.size(), kBatches);

  ASSERT_OK(ledger_->Stop());
  server_.reset();
  ASSERT_OK(ledger_.Reopen());
  EXPECT_EQ(ledger_->entries().size(), kFirstFree + kBatches);
  for (const uint64_t sequence : acknowledged) {
    EXPECT_OK(ledger_->entries().Get(sequence));
  }
}

TEST_F(StopTest, AnswersAUnaryCallThatIsInFlight) {
  Start();
  held_.Hold();
  grpc::Status status;
  std::thread call([&] {
    status = Post("dinsos", parties().Post("dinsos", {Grant("E1")}));
  });
  held_.WaitForHeld(1);
  std::thread stop([&] { server_->Stop(); });
  held_.ReleaseAll();
  stop.join();
  call.join();
  EXPECT_TRUE(status.ok()) << status.error_message();
}

TEST_F(StopTest, CutsOffWhatTakesTooLong) {
  Limits limits;
  limits.stop_time_max_ms = 1;
  Start(limits);
  held_.Hold();
  grpc::Status status;
  std::thread call([&] {
    status = Post("dinsos", parties().Post("dinsos", {Grant("E1")}));
  });
  held_.WaitForHeld(1);
  // The answer comes after the cut, and finds nobody.
  std::thread stop([&] { server_->Stop(); });
  call.join();
  EXPECT_FALSE(status.ok());
  held_.ReleaseAll();
  stop.join();
}

TEST_F(StopTest, TakesNoCallAfterwards) {
  Start();
  const auto stub = AuditAs("bpk");
  server_->Stop();
  server_->Stop();
  grpc::ClientContext context;
  v1::GetCheckpointResponse response;
  EXPECT_EQ(stub->GetCheckpoint(&context, {}, &response).error_code(),
            StatusCode::UNAVAILABLE);
}

}  // namespace
}  // namespace amanah::server
