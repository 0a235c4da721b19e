// Every limit of limits.h, at both of its sides.
#include "server/limits.h"

#include <gtest/gtest.h>

#include <atomic>
#include <semaphore>
#include <thread>

#include "tests/server/server_fixture.h"
#include "tests/support/matchers.h"

namespace amanah::server {
namespace {

using grpc::StatusCode;
using testing_support::Grant;

class LimitsTest : public ServerTest {};

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

TEST_F(LimitsTest, SoManyStreamsOfEachKindAreOpenAtATime) {
  Limits limits;
  limits.posting_streams_max = 2;
  limits.checkpoint_streams_max = 2;
  Start(limits);
  // Two take the places; a third is refused; one ends and a fourth gets in.
  const auto posting = PostingAs("dinsos");
  grpc::ClientContext contexts[4];
  auto first = posting->PostBatches(&contexts[0]);
  auto second = posting->PostBatches(&contexts[1]);
  first->WaitForInitialMetadata();
  second->WaitForInitialMetadata();
  EXPECT_EQ(posting->PostBatches(&contexts[2])->Finish().error_code(),
            StatusCode::RESOURCE_EXHAUSTED);
  first->WritesDone();
  EXPECT_TRUE(first->Finish().ok());
  // The place is given back just after the client hears of the end.
  grpc::Status status(StatusCode::RESOURCE_EXHAUSTED, "");
  while (status.error_code() == StatusCode::RESOURCE_EXHAUSTED) {
    grpc::ClientContext context;
    auto fourth = posting->PostBatches(&context);
    fourth->WritesDone();
    status = fourth->Finish();
  }
  EXPECT_TRUE(status.ok());

  const auto audit = AuditAs("bpk");
  grpc::ClientContext watch_contexts[3];
  v1::WatchCheckpointsResponse checkpoint;
  auto watch_first = audit->WatchCheckpoints(&watch_contexts[0], {});
  auto watch_second = audit->WatchCheckpoints(&watch_contexts[1], {});
  EXPECT_TRUE(watch_first->Read(&checkpoint));
  EXPECT_TRUE(watch_second->Read(&checkpoint));
  EXPECT_EQ(
      audit->WatchCheckpoints(&watch_contexts[2], {})->Finish().error_code(),
      StatusCode::RESOURCE_EXHAUSTED);
  for (auto& context : contexts) context.TryCancel();
  for (auto& context : watch_contexts) context.TryCancel();
}

TEST_F(LimitsTest, SoManyEntryStreamsAreOpenAtATime) {
  Limits limits;
  limits.entry_streams_max = 1;
  Start(limits);
  // A stream that nobody reads stays open once the connection's window is full.
  for (int batch = 0; batch < 10; ++batch) {
    Say("dinsos", Grants(2'000, std::to_string(batch) + "/"));
  }
  const auto audit = AuditAs("bpk");
  const auto finish = [&] {
    grpc::ClientContext context;
    const auto stream = audit->StreamEntries(&context, {});
    v1::StreamEntriesResponse chunk;
    while (stream->Read(&chunk)) {
    }
    return stream->Finish().error_code();
  };
  grpc::ClientContext context;
  const auto open = audit->StreamEntries(&context, {});
  v1::StreamEntriesResponse chunk;
  ASSERT_TRUE(open->Read(&chunk));
  EXPECT_EQ(finish(), StatusCode::RESOURCE_EXHAUSTED);
  while (open->Read(&chunk)) {
  }
  EXPECT_TRUE(open->Finish().ok());
  StatusCode code = StatusCode::RESOURCE_EXHAUSTED;
  while (code == StatusCode::RESOURCE_EXHAUSTED) code = finish();
  EXPECT_EQ(code, StatusCode::OK);
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
  for (int i = 0; i < 4; ++i) askers.emplace_back(ask);
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
