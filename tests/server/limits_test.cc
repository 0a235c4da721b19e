// Every limit of limits.h, at both of its sides.
#include "server/limits.h"

#include <gtest/gtest.h>

#include <atomic>
#include <semaphore>
#include <thread>

#include "server/open_stream.h"
#include "tests/server/server_fixture.h"
#include "tests/support/matchers.h"

namespace amanah::server {
namespace {

using grpc::StatusCode;
using testing_support::Grant;

enum class Kind { kPosting, kCheckpoints, kEntries };

class LimitsTest : public ServerTest {
 protected:
  ~LimitsTest() override { EndHeld(); }

  // More than a stream that is not read can hold.
  void FillTheLog() {
    for (int batch = 0; batch < 10; ++batch) {
      Say("dinsos", Grants(2'000, std::to_string(batch) + "/"));
    }
  }
  // Opens a stream, makes sure that it is let in, and reads no more of it.
  StatusCode Hold(std::string_view name, Kind kind) {
    auto& held = streams_.emplace_back();
    held.context = std::make_unique<grpc::ClientContext>();
    grpc::ClientContext* context = held.context.get();
    if (kind == Kind::kPosting) {
      held.posting = PostingAs(name)->PostBatches(context);
      held.posting->Write({});
      v1::PostBatchesResponse answer;
      return held.posting->Read(&answer) ? StatusCode::OK
                                         : held.posting->Finish().error_code();
    }
    if (kind == Kind::kCheckpoints) {
      held.checkpoints = AuditAs(name)->WatchCheckpoints(context, {});
      v1::WatchCheckpointsResponse checkpoint;
      return held.checkpoints->Read(&checkpoint)
                 ? StatusCode::OK
                 : held.checkpoints->Finish().error_code();
    }
    held.entries = AuditAs(name)->StreamEntries(context, {});
    v1::StreamEntriesResponse chunk;
    return held.entries->Read(&chunk) ? StatusCode::OK
                                      : held.entries->Finish().error_code();
  }
  void EndHeld() {
    for (const Held& held : streams_) held.context->TryCancel();
    streams_.clear();
  }

  struct Held {
    std::unique_ptr<grpc::ClientContext> context;
    std::unique_ptr<grpc::ClientReaderWriter<v1::PostBatchesRequest,
                                             v1::PostBatchesResponse>>
        posting;
    std::unique_ptr<grpc::ClientReader<v1::WatchCheckpointsResponse>>
        checkpoints;
    std::unique_ptr<grpc::ClientReader<v1::StreamEntriesResponse>> entries;
  };
  std::vector<Held> streams_;
};

// A request of exactly `length` bytes on the wire, about 2 MiB.
v1::PostBatchRequest RequestOf(size_t length) {
  v1::PostBatchRequest request;
  request.add_statements(std::string(1'000'000, 's'));
  request.add_statements(std::string(1'000'000, 's'));
  request.mutable_statements(1)->resize(1'000'000 + length -
                                        request.ByteSizeLong());
  EXPECT_EQ(request.ByteSizeLong(), length);
  return request;
}

TEST_F(LimitsTest, ARequestHasAtMostTwoMebibytes) {
  Start();
  const auto post = [&](size_t length) {
    grpc::ClientContext context;
    v1::PostBatchResponse response;
    return PostingAs("dinsos")->PostBatch(&context, RequestOf(length),
                                          &response);
  };
  // The whole of it is read, and judged: its statement is too long.
  EXPECT_EQ(DetailOf(post(kRequestLengthMax)).problem(),
            v1::BATCH_PROBLEM_LENGTH);
  const grpc::Status status = post(kRequestLengthMax + 1);
  EXPECT_EQ(status.error_code(), StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(status.error_details(), "");
}

TEST_F(LimitsTest, TheLargestBatchFits) {
  Start();
  const judge::SubmittedBatch batch = parties().Post("dinsos", Grants(4'096));
  size_t length = 0;
  for (const std::string& statement : batch.statements) {
    length += statement.size();
  }
  EXPECT_LE(length, domain::kBatchLengthMax);
  v1::PostBatchResponse response;
  EXPECT_TRUE(Post("dinsos", batch, &response).ok());
  EXPECT_EQ(response.acknowledgement().results_size(), 4'096);
}

TEST_F(LimitsTest, APageHasAtMostAThousandRows) {
  Start();
  const struct {
    uint32_t size;
    StatusCode want;
  } rows[] = {{0, StatusCode::OK},
              {1'000, StatusCode::OK},
              {1'001, StatusCode::INVALID_ARGUMENT}};
  for (const auto& row : rows) {
    v1::ListEntitlementsRequest entitlements;
    entitlements.set_page_size(row.size);
    v1::ListEntitlementsResponse entitlements_response;
    EXPECT_EQ(Ask("bpk", &v1::Query::Stub::ListEntitlements, entitlements,
                  &entitlements_response)
                  .error_code(),
              row.want);
    v1::ListDisbursementsRequest disbursements;
    disbursements.set_page_size(row.size);
    v1::ListDisbursementsResponse disbursements_response;
    EXPECT_EQ(Ask("bpk", &v1::Query::Stub::ListDisbursements, disbursements,
                  &disbursements_response)
                  .error_code(),
              row.want);
    v1::GetBalancesRequest balances;
    balances.set_page_size(row.size);
    v1::GetBalancesResponse balances_response;
    EXPECT_EQ(
        Ask("bpk", &v1::Query::Stub::GetBalances, balances, &balances_response)
            .error_code(),
        row.want);
  }
}

TEST_F(LimitsTest, APageHasAHundredRowsUnlessAskedOtherwise) {
  Start();
  Say("dinsos", Grants(101));
  v1::ListEntitlementsRequest request;
  v1::ListEntitlementsResponse response;
  ASSERT_TRUE(
      Ask("bpk", &v1::Query::Stub::ListEntitlements, request, &response).ok());
  EXPECT_EQ(response.entitlements_size(), 100);
  request.set_page_token(response.next_page_token());
  response.Clear();
  ASSERT_TRUE(
      Ask("bpk", &v1::Query::Stub::ListEntitlements, request, &response).ok());
  EXPECT_EQ(response.entitlements_size(), 1);
  EXPECT_EQ(response.next_page_token(), "");
}

TEST_F(LimitsTest, ALookUpHasOneToFourThousandAndNinetySixReferences) {
  Start();
  v1::LookupReferencesRequest request;
  v1::LookupReferencesResponse response;
  const auto look_up = [&] {
    response.Clear();
    return Ask("dinsos", &v1::Query::Stub::LookupReferences, request, &response)
        .error_code();
  };
  EXPECT_EQ(look_up(), StatusCode::INVALID_ARGUMENT);
  for (int i = 0; i < kReferencesMax; ++i) {
    request.add_references(std::string(60, 'r') + std::to_string(i));
  }
  EXPECT_EQ(look_up(), StatusCode::OK);
  EXPECT_EQ(response.statuses_size(), kReferencesMax);
  request.add_references("r");
  EXPECT_EQ(look_up(), StatusCode::INVALID_ARGUMENT);
}

TEST_F(LimitsTest, SoManyStreamsAreOpenAndSoManyOfThemOfOneAuthority) {
  Limits limits;
  limits.posting_streams_max = limits.checkpoint_streams_max =
      limits.entry_streams_max = 3;
  limits.posting_streams_each_max = limits.checkpoint_streams_each_max =
      limits.entry_streams_each_max = 2;
  Start(limits);
  FillTheLog();
  for (const Kind kind : {Kind::kPosting, Kind::kCheckpoints, Kind::kEntries}) {
    EXPECT_EQ(Hold("bpk", kind), StatusCode::OK);
    EXPECT_EQ(Hold("bpk", kind), StatusCode::OK);
    EXPECT_EQ(Hold("bpk", kind), StatusCode::RESOURCE_EXHAUSTED);
    EXPECT_EQ(Hold("ani", kind), StatusCode::OK);
    EXPECT_EQ(Hold("budi", kind), StatusCode::RESOURCE_EXHAUSTED);
    EndHeld();
    // Places are given back just after a client hears of the end.
    for (const char* name : {"bpk", "bpk", "budi"}) {
      StatusCode code = StatusCode::RESOURCE_EXHAUSTED;
      while (code == StatusCode::RESOURCE_EXHAUSTED) code = Hold(name, kind);
      EXPECT_EQ(code, StatusCode::OK);
    }
    EndHeld();
  }
}

TEST(PendingWriteTest, IsLateAfterAMinute) {
  testing_support::FakeClock clock(testing_support::kTestNowUs);
  const Host host(Limits{}, false, &clock);
  const int64_t now = clock.MonotonicUs();
  PendingWrite write;
  EXPECT_FALSE(write.IsLate(now + 60'000'000));
  write.Begin(host);
  EXPECT_TRUE(write.pending());
  EXPECT_FALSE(write.IsLate(now + 59'999'999));
  EXPECT_TRUE(write.IsLate(now + 60'000'000));
  write.Done();
  EXPECT_FALSE(write.pending());
  EXPECT_FALSE(write.IsLate(now + 60'000'000));
}

// Whoever reads nothing for a minute loses the stream, and the place.
TEST_F(LimitsTest, AStreamThatIsNotReadIsCutOff) {
  Limits limits;
  limits.posting_streams_max = limits.checkpoint_streams_max =
      limits.entry_streams_max = 1;
  Start(limits);
  FillTheLog();
  const judge::SubmittedBatch large = parties().Post("dinsos", Grants(4'096));
  for (const Kind kind : {Kind::kPosting, Kind::kCheckpoints, Kind::kEntries}) {
    const char* const holder = kind == Kind::kPosting ? "dinsos" : "bpk";
    StatusCode code = StatusCode::RESOURCE_EXHAUSTED;
    while (code == StatusCode::RESOURCE_EXHAUSTED) code = Hold(holder, kind);
    ASSERT_EQ(code, StatusCode::OK);
    if (kind == Kind::kPosting) {
      v1::PostBatchesRequest request;
      *request.mutable_batch() = ToRequest(large);
      for (int i = 0; i < 4; ++i) {
        EXPECT_TRUE(streams_.back().posting->Write(request));
      }
    }
    if (kind == Kind::kCheckpoints) {
      for (int i = 0; i < 600; ++i) {
        Say("dinsos", {Grant("c" + std::to_string(i))});
      }
    }
    code = StatusCode::RESOURCE_EXHAUSTED;
    while (code == StatusCode::RESOURCE_EXHAUSTED) {
      ledger_.clock().Advance(60'000'000);
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
      code = Hold("ani", kind);
    }
    EXPECT_EQ(code, StatusCode::OK);
    EndHeld();
  }
}

TEST_F(LimitsTest, SoManyQuestionsWaitForAReader) {
  Limits limits;
  limits.reader_threads = 1;
  limits.waiting_reads_max = 2;
  Start(limits);
  // One is being answered, two wait, the fourth is turned away.
  held_.HoldTips(true);
  std::atomic<int> good = 0;
  std::vector<std::thread> askers;
  askers.reserve(4);
  std::counting_semaphore<> refused(0);
  const auto ask = [&] {
    v1::GetCheckpointResponse response;
    grpc::ClientContext context;
    const grpc::Status status = v1::Audit::NewStub(Connect("bpk"))
                                    ->GetCheckpoint(&context, {}, &response);
    if (status.ok()) {
      ++good;
    } else {
      EXPECT_EQ(status.error_code(), StatusCode::RESOURCE_EXHAUSTED);
      refused.release();
    }
  };
  askers.emplace_back(ask);
  held_.WaitForQuestions(1);
  for (int i = 1; i < 4; ++i) askers.emplace_back(ask);
  refused.acquire();
  held_.HoldTips(false);
  for (std::thread& asker : askers) asker.join();
  EXPECT_EQ(good, 3);
}

TEST_F(LimitsTest, AConnectionHasSoManyCallsAtATime) {
  Limits limits;
  limits.calls_per_connection_max = 2;
  Start(limits);
  held_.Hold();
  const auto posting = v1::Posting::NewStub(Connect("dinsos"));
  // The first call brings the server's settings; they hold from then on.
  {
    grpc::ClientContext context;
    v1::PostBatchResponse response;
    EXPECT_FALSE(posting->PostBatch(&context, {}, &response).ok());
  }
  std::vector<std::thread> callers;
  callers.reserve(5);
  for (int i = 0; i < 5; ++i) {
    callers.emplace_back([&, batch = parties().Post(
                                 "dinsos", {Grant("E" + std::to_string(i))})] {
      grpc::ClientContext context;
      v1::PostBatchResponse response;
      EXPECT_TRUE(
          posting->PostBatch(&context, ToRequest(batch), &response).ok());
    });
  }
  for (int done = 0; done < 5; ++done) {
    held_.WaitForHeld(done < 4 ? 2 : 1);
    held_.Release(1);
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(held_.peak(), 2u);
}

TEST_F(LimitsTest, AUnaryCallTakesAtMostThirtySeconds) {
  Start();
  held_.Hold();
  grpc::Status status;
  std::thread call([&] {
    status = Post("dinsos", parties().Post("dinsos", {Grant("E1")}));
  });
  held_.WaitForHeld(1);
  ledger_.clock().Advance(30'000'000);
  call.join();
  EXPECT_EQ(status.error_code(), StatusCode::DEADLINE_EXCEEDED);
  // The batch was recorded all the same, as a repeat shows.
  held_.ReleaseAll();
  EXPECT_EQ(ledger_->entries().size(), kFirstFree + 1);
}

TEST_F(LimitsTest, AUnaryCallMayTakeAlmostThirtySeconds) {
  Start();
  held_.Hold();
  grpc::Status status;
  std::thread call([&] {
    status = Post("dinsos", parties().Post("dinsos", {Grant("E1")}));
  });
  held_.WaitForHeld(1);
  ledger_.clock().Advance(29'999'999);
  held_.ReleaseAll();
  call.join();
  EXPECT_TRUE(status.ok());
}

TEST_F(LimitsTest, AQuestionThatWaitedTooLongIsNotAnswered) {
  Limits limits;
  limits.reader_threads = 1;
  limits.waiting_reads_max = 1;
  Start(limits);
  held_.HoldTips(true);
  std::atomic<int> late = 0;
  std::counting_semaphore<> refused(0);
  const auto ask = [&] {
    v1::GetCheckpointResponse response;
    grpc::ClientContext context;
    const grpc::Status status = v1::Audit::NewStub(Connect("bpk"))
                                    ->GetCheckpoint(&context, {}, &response);
    if (status.error_code() == StatusCode::RESOURCE_EXHAUSTED) {
      refused.release();
    }
    if (status.error_code() == StatusCode::DEADLINE_EXCEEDED) ++late;
  };
  // One is being answered; when one of the others is turned away, the third
  // waits.
  std::thread first(ask);
  held_.WaitForQuestions(1);
  std::thread second(ask);
  std::thread third(ask);
  refused.acquire();
  ledger_.clock().Advance(30'000'000);
  held_.HoldTips(false);
  first.join();
  second.join();
  third.join();
  EXPECT_EQ(late, 1);
}

TEST_F(LimitsTest, AConnectionWithoutACallIsClosed) {
  Limits limits;
  limits.idle_connection_max_ms = 50;
  Start(limits);
  const auto channel = Connect("bpk");
  // On a busy machine the connection may be closed before its first call.
  const auto call = [&] {
    v1::GetCheckpointResponse response;
    grpc::ClientContext context;
    return v1::Audit::NewStub(channel)->GetCheckpoint(&context, {}, &response);
  };
  grpc::Status status = call();
  for (int i = 0; i < 100 && !status.ok(); ++i) status = call();
  ASSERT_TRUE(status.ok()) << status.error_message();
  grpc_connectivity_state state = channel->GetState(false);
  while (state == GRPC_CHANNEL_READY) {
    ASSERT_TRUE(channel->WaitForStateChange(
        state, std::chrono::system_clock::now() + std::chrono::seconds(30)));
    state = channel->GetState(false);
  }
  EXPECT_EQ(state, GRPC_CHANNEL_IDLE);
}

}  // namespace
}  // namespace amanah::server
