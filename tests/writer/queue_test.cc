// How many batches may wait for the sequencer, in number and in length.
#include <gtest/gtest.h>

#include <atomic>
#include <semaphore>
#include <thread>

#include "tests/support/book_fixture.h"
#include "tests/support/running_ledger.h"

namespace amanah::writer {
namespace {

using testing_support::Grant;
using testing_support::RunningLedger;

// Nothing moves on once the first answer is held: the committer waits for it,
// its next group waits for the committer, and the sequencer for a place.
constexpr size_t kUnderWay = 3;

constexpr size_t kBatches = 12;

// One statement each; the same on every call with a fresh ledger.
std::vector<judge::SubmittedBatch> Batches(RunningLedger* ledger) {
  std::vector<judge::SubmittedBatch> batches;
  for (size_t i = 0; i < kBatches; ++i) {
    batches.push_back(
        ledger->parties().Post("dinsos", {Grant("E" + std::to_string(i))}));
  }
  return batches;
}

// The length of the first `count` batches that must wait.
size_t LengthOfWaiting(size_t count) {
  RunningLedger ledger;
  const auto batches = Batches(&ledger);
  size_t length = 0;
  for (size_t i = kUnderWay; i < kUnderWay + count; ++i) {
    length += batches[i].statements[0].size();
  }
  return length;
}

// How many batches are taken before one is answered BUSY, and keeps being.
size_t TakenWith(size_t batches_max, size_t length_max) {
  LedgerOptions options;
  options.group_entries_max = 1;
  options.queued_batches_max = batches_max;
  options.queued_length_max = length_max;
  RunningLedger ledger(options);
  const auto batches = Batches(&ledger);
  std::binary_semaphore go_on(0);
  std::atomic<bool> held = false;
  std::atomic<size_t> answered = 0;
  size_t taken = 0;
  const auto submit = [&] {
    auto checked = ledger->Check(batches[taken]);
    std::atomic<bool> busy = false;
    ledger->Submit(
        std::get<judge::SealedBatch>(std::move(checked)),
        [&, first = taken == 0](const Answer& answer) {
          if (const auto* error = std::get_if<judge::BatchError>(&answer)) {
            EXPECT_EQ(error->problem, judge::Problem::kBusy);
            busy = true;
            return;
          }
          if (first) {
            held = true;
            go_on.acquire();
          }
          ++answered;
        });
    return !busy;
  };
  EXPECT_TRUE(submit());
  ++taken;
  while (!held) std::this_thread::yield();
  // A batch that is refused may only have been too early for the sequencer.
  for (int tries = 0; tries < 20 && taken < kBatches;) {
    if (submit()) {
      ++taken;
      tries = 0;
    } else {
      ++tries;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }
  go_on.release();
  while (answered < taken) std::this_thread::yield();
  return taken;
}

TEST(QueueTest, HoldsSoManyBatchesAndAnswersMoreWithBusy) {
  constexpr size_t kLong = size_t{64} << 20;
  EXPECT_EQ(TakenWith(1, kLong), kUnderWay + 1);
  EXPECT_EQ(TakenWith(4, kLong), kUnderWay + 4);
}

TEST(QueueTest, HoldsSoManyBytes) {
  const size_t three = LengthOfWaiting(3);
  EXPECT_EQ(TakenWith(100, three), kUnderWay + 3);
  EXPECT_EQ(TakenWith(100, three - 1), kUnderWay + 2);
}

}  // namespace
}  // namespace amanah::writer
