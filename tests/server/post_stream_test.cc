// Batches posted on a stream, many in flight.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "ledger/domain/book.h"
#include "tests/server/server_fixture.h"

namespace amanah::server {
namespace {

using domain::DisbursementState;
using testing_support::Grant;
using testing_support::Report;

class PostStreamTest : public ServerTest {
 protected:
  using Stream =
      grpc::ClientReaderWriter<v1::PostBatchesRequest, v1::PostBatchesResponse>;

  std::unique_ptr<Stream> Open(std::string_view name) {
    context_ = std::make_unique<grpc::ClientContext>();
    auto stream = PostingAs(name)->PostBatches(context_.get());
    stream->WaitForInitialMetadata();
    return stream;
  }
  void Write(Stream* stream, uint64_t tag, judge::SubmittedBatch batch) {
    v1::PostBatchesRequest request;
    request.set_tag(tag);
    *request.mutable_batch() = ToRequest(std::move(batch));
    EXPECT_TRUE(stream->Write(request));
  }
  // The next so many answers, by tag.
  std::map<uint64_t, v1::PostBatchesResponse> ReadSome(Stream* stream,
                                                       size_t count) {
    std::map<uint64_t, v1::PostBatchesResponse> answers;
    v1::PostBatchesResponse response;
    while (answers.size() < count && stream->Read(&response)) {
      EXPECT_FALSE(answers.contains(response.tag()));
      answers[response.tag()] = response;
    }
    EXPECT_EQ(answers.size(), count);
    return answers;
  }

  std::unique_ptr<grpc::ClientContext> context_;
};

TEST_F(PostStreamTest, AnswersEveryBatchOnceByItsTag) {
  Start();
  const auto stream = Open("dinsos");
  constexpr uint64_t kBatches = 300;
  for (uint64_t i = 0; i < kBatches; ++i) {
    Write(stream.get(), 1'000 + i,
          parties().Post("dinsos", {Grant("E" + std::to_string(i))}));
  }
  stream->WritesDone();
  std::set<uint64_t> sequences;
  for (const auto& [tag, answer] : ReadSome(stream.get(), kBatches)) {
    EXPECT_GE(tag, 1'000u);
    ASSERT_TRUE(answer.has_acknowledgement());
    sequences.insert(answer.acknowledgement().results(0).sequence());
  }
  v1::PostBatchesResponse more;
  EXPECT_FALSE(stream->Read(&more));
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_EQ(sequences.size(), kBatches);
  EXPECT_EQ(*sequences.begin(), kFirstFree);
  EXPECT_EQ(*sequences.rbegin(), kFirstFree + kBatches - 1);
}

TEST_F(PostStreamTest, JudgesBatchesInTheOrderInWhichTheyCome) {
  Start();
  const auto stream = Open("dinsos");
  constexpr uint64_t kBatches = 100;
  for (uint64_t i = 0; i < kBatches; ++i) {
    Write(stream.get(), i,
          parties().Post("dinsos", {Grant("E" + std::to_string(i))}));
  }
  for (const auto& [tag, answer] : ReadSome(stream.get(), kBatches)) {
    EXPECT_EQ(answer.acknowledgement().results(0).sequence(), kFirstFree + tag);
  }
  stream->WritesDone();
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(PostStreamTest, GoesOnAfterAnError) {
  Start();
  const auto stream = Open("dinsos");
  Write(stream.get(), 1, {"no note", {"s"}});
  Write(stream.get(), 2, parties().Post("bank-a", {Grant("E1")}));
  Write(stream.get(), 3,
        parties().Post("dinsos", {Grant("E1")}, {.last_second = 1}));
  Write(stream.get(), 4, parties().Post("dinsos", {Grant("E1")}));
  const auto answers = ReadSome(stream.get(), 4);
  EXPECT_EQ(answers.at(1).error().problem(), v1::BATCH_PROBLEM_SEAL_FORM);
  EXPECT_EQ(answers.at(1).error().code(), 3u);
  EXPECT_EQ(answers.at(2).error().problem(), v1::BATCH_PROBLEM_CALLER);
  EXPECT_EQ(answers.at(3).error().problem(), v1::BATCH_PROBLEM_EXPIRED);
  EXPECT_EQ(answers.at(3).error().code(), 4u);
  EXPECT_TRUE(answers.at(4).has_acknowledgement());
  stream->WritesDone();
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(PostStreamTest, KeepsSoManyBatchesInFlightAndNoMore) {
  Limits limits;
  limits.batches_in_flight_max = 4;
  Start(limits);
  held_.Hold();
  const auto stream = Open("dinsos");
  for (uint64_t i = 0; i < 10; ++i) {
    Write(stream.get(), i,
          parties().Post("dinsos", {Grant("E" + std::to_string(i))}));
  }
  stream->WritesDone();
  held_.WaitForHeld(4);
  for (size_t done = 1; done <= 10; ++done) {
    held_.Release(1);
    ReadSome(stream.get(), 1);
    if (done <= 6) held_.WaitForHeld(4);
  }
  EXPECT_EQ(held_.peak(), 4u);
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(PostStreamTest, KeepsSoMuchToAnswerAndNoMore) {
  // Answers to batches of ten statements: two of them reach the limit, or do
  // not, and then a third is read.
  const size_t two = size_t{2} * 10 * kAnswerLengthEach;
  for (const size_t length : {two, two + 1}) {
    const size_t want = length == two ? 2 : 3;
    Limits limits;
    limits.answers_length_max = length;
    HeldLedger held(&ledger_.ledger());
    held.Hold();
    Listen(OptionsFor(limits));
    server_->Serve(&held);
    const auto posting = v1::Posting::NewStub(Connect("dinsos"));
    grpc::ClientContext context;
    const auto stream = posting->PostBatches(&context);
    for (uint64_t i = 0; i < 6; ++i) {
      Write(stream.get(), i,
            parties().Post("dinsos", Grants(10, std::to_string(length) + "/" +
                                                    std::to_string(i) + "/")));
    }
    stream->WritesDone();
    held.WaitForHeld(want);
    for (size_t done = 1; done <= 6; ++done) {
      held.Release(1);
      ReadSome(stream.get(), 1);
      if (done + want <= 6) held.WaitForHeld(want);
    }
    EXPECT_EQ(held.peak(), want);
    EXPECT_TRUE(stream->Finish().ok());
    server_->Stop();
  }
}

TEST_F(PostStreamTest, RecordsWhatAClientPostedThatWentAway) {
  Start();
  held_.Hold();
  auto stream = Open("dinsos");
  for (uint64_t i = 0; i < 3; ++i) {
    Write(stream.get(), i,
          parties().Post("dinsos", {Grant("E" + std::to_string(i))}));
  }
  held_.WaitForHeld(3);
  context_->TryCancel();
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  held_.ReleaseAll();
  EXPECT_EQ(ledger_->entries().size(), kFirstFree + 3);
  // The server is as good as before.
  stream = Open("dinsos");
  Write(stream.get(), 7, parties().Post("dinsos", {Grant("E7")}));
  EXPECT_TRUE(ReadSome(stream.get(), 1).at(7).has_acknowledgement());
  stream->WritesDone();
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(PostStreamTest, LetsTwoConnectionsRaceWithOneBatch) {
  Start();
  const auto one = Open("dinsos");
  const auto one_context = std::move(context_);
  grpc::ClientContext other_context;
  const auto other_stub = v1::Posting::NewStub(Connect("dinsos"));
  const auto other = other_stub->PostBatches(&other_context);
  constexpr uint64_t kBatches = 50;
  for (uint64_t i = 0; i < kBatches; ++i) {
    const auto batch =
        parties().Post("dinsos", {Grant("E" + std::to_string(i))});
    Write(one.get(), i, batch);
    Write(other.get(), i, batch);
  }
  const auto first = ReadSome(one.get(), kBatches);
  const auto second = ReadSome(other.get(), kBatches);
  for (uint64_t i = 0; i < kBatches; ++i) {
    EXPECT_NE(first.at(i).acknowledgement().repeat(),
              second.at(i).acknowledgement().repeat());
    EXPECT_EQ(first.at(i).acknowledgement().results(0).SerializeAsString(),
              second.at(i).acknowledgement().results(0).SerializeAsString());
  }
  EXPECT_EQ(ledger_->entries().size(), kFirstFree + kBatches);
  one_context->TryCancel();
  other_context.TryCancel();
}

}  // namespace
}  // namespace amanah::server
