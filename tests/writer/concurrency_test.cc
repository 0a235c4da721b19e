// Many threads post at once, without gRPC between, so that a thread sanitizer
// sees intake, sequencer and committer and nothing else.
#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>
#include <vector>

#include "ledger/codec/entry_codec.h"
#include "ledger/judge/replay.h"
#include "ledger/log/merkle.h"
#include "ledger/log/proof.h"
#include "tests/support/book_fixture.h"
#include "tests/support/matchers.h"
#include "tests/support/running_ledger.h"

namespace amanah::writer {
namespace {

using testing_support::Grant;
using testing_support::PersonOf;
using testing_support::RunningLedger;
using testing_support::TestLedger;

domain::EntitlementGranted GrantTo(const std::string& name) {
  domain::EntitlementGranted grant = Grant("E-" + name);
  grant.recipient = PersonOf(name);
  return grant;
}

// Every entry, judged anew from entry 0 on, without a finding.
void ExpectReplays(const Ledger& ledger) {
  const domain::MemoryState nothing;
  domain::Overlay state(&nothing);
  judge::Replay replay(&state, {}, [](const judge::Finding& finding) {
    ADD_FAILURE() << finding.sequence << ": " << finding.text;
  });
  ASSERT_OK(ledger.entries().ForEach(
      0, ledger.entries().size(), [&](uint64_t, ByteView entry) {
        return replay.Add(entry, log::LeafHash(entry));
      }));
  replay.Finish();
}

TEST(ConcurrencyTest, ManyThreadsPostAndEveryAnswerIsInTheLog) {
  RunningLedger ledger;
  constexpr int kThreads = 4;
  constexpr int kBatches = 50;
  std::vector<std::vector<judge::SubmittedBatch>> batches(kThreads);
  for (int t = 0; t < kThreads; ++t) {
    for (int b = 0; b < kBatches; ++b) {
      const std::string name = std::to_string(t) + "." + std::to_string(b);
      batches[static_cast<size_t>(t)].push_back(ledger.parties().Post(
          "dinsos", {GrantTo(name + ".x"), GrantTo(name + ".y")}));
    }
  }
  std::mutex mutex;
  std::set<uint64_t> sequences;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (const auto& batch : batches[static_cast<size_t>(t)]) {
        const Acknowledgement answer = ledger.Post(batch);
        const std::lock_guard lock(mutex);
        for (const Result& result : answer.results) {
          EXPECT_TRUE(sequences.insert(result.sequence).second);
          EXPECT_LT(result.sequence, answer.tip->size);
        }
      }
    });
  }
  // A reader works beside them: what it sees is whole and proved.
  std::atomic<bool> done = false;
  std::thread reader([&] {
    while (!done) {
      const auto tip = ledger->tip();
      const auto bytes = ledger->entries().Get(tip->size - 1);
      ASSERT_OK(bytes);
      const auto path =
          log::ProveInclusion(ledger->tiles(), tip->size - 1, tip->size);
      ASSERT_OK(path);
      EXPECT_OK(log::CheckInclusion(tip->size - 1, tip->size,
                                    log::LeafHash(AsBytes(*bytes)), *path,
                                    tip->root));
    }
  });
  for (std::thread& thread : threads) thread.join();
  done = true;
  reader.join();
  EXPECT_EQ(sequences.size(), size_t{kThreads} * kBatches * 2);
  EXPECT_EQ(*sequences.begin(), TestLedger::kPilotSize);
  EXPECT_EQ(ledger->entries().size(), *sequences.rbegin() + 1);
  ExpectReplays(ledger.ledger());
}

TEST(ConcurrencyTest, TwoConnectionsThatRaceWithTheSameBatchGetOneEntry) {
  RunningLedger ledger;
  for (int round = 0; round < 30; ++round) {
    const auto batch = ledger.parties().Post(
        "dinsos", {GrantTo("race" + std::to_string(round))});
    Acknowledgement answers[2];
    std::thread other([&] { answers[1] = ledger.Post(batch); });
    answers[0] = ledger.Post(batch);
    other.join();
    ASSERT_EQ(answers[0].results.size(), 1u);
    ASSERT_EQ(answers[1].results.size(), 1u);
    EXPECT_EQ(answers[0].results[0].sequence, answers[1].results[0].sequence);
    EXPECT_NE(answers[0].repeat, answers[1].repeat);
  }
  EXPECT_EQ(ledger->entries().size(), TestLedger::kPilotSize + 30);
}

TEST(ConcurrencyTest, StoppingAnswersWhatWasTakenAndLosesNothing) {
  RunningLedger ledger;
  constexpr int kBatches = 40;
  std::atomic<int> acknowledged = 0;
  std::atomic<int> answered = 0;
  for (int b = 0; b < kBatches; ++b) {
    auto checked = ledger->Check(
        ledger.parties().Post("dinsos", {GrantTo("stop" + std::to_string(b))}));
    ledger->Submit(std::get<judge::SealedBatch>(std::move(checked)),
                   [&](Answer answer) {
                     ++answered;
                     if (std::holds_alternative<Acknowledgement>(answer)) {
                       ++acknowledged;
                     }
                   });
  }
  ASSERT_OK(ledger->Stop());
  EXPECT_EQ(answered, kBatches);
  EXPECT_EQ(acknowledged, kBatches);
  ASSERT_OK(ledger.Reopen());
  EXPECT_EQ(ledger->entries().size(), TestLedger::kPilotSize + kBatches);
}

}  // namespace
}  // namespace amanah::writer
