// The process ends at any moment (kill -9), the disk fails, and the folder is
// opened again: nothing acknowledged is missing, and nothing is there twice.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <thread>

#include "ledger/codec/entry_codec.h"
#include "ledger/judge/replay.h"
#include "ledger/log/merkle.h"
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

// The batch of round `round` and number `i`: the same bytes whenever it is
// made, since references and keys follow from names.
judge::SubmittedBatch Batch(TestLedger* parties, int i) {
  std::vector<domain::Statement> statements;
  for (int k = 0; k < 3; ++k) {
    const std::string name = std::to_string(i) + "." + std::to_string(k);
    statements.push_back(
        parties->Say("dinsos", GrantTo(name), "grant/" + name));
  }
  return parties->Seal("dinsos", statements);
}

// What the child tells of each acknowledged statement.
struct Told {
  int batch;
  uint64_t sequence;
  crypto::Hash hash;
};

// Opens the folder and posts from batch `first` on until it is killed.
[[noreturn]] void PostForEver(RunningLedger* ledger, int first, int pipe) {
  if (!ledger->Open().ok()) _exit(3);
  for (int i = first;; ++i) {
    auto checked = (*ledger)->Check(Batch(&ledger->parties(), i));
    (*ledger)->Submit(
        std::get<judge::SealedBatch>(std::move(checked)),
        [pipe, i](Answer answer) {
          const auto* ok = std::get_if<Acknowledgement>(&answer);
          if (ok == nullptr) _exit(4);
          for (const Result& result : ok->results) {
            const Told told{i, result.sequence, result.entry_hash};
            if (write(pipe, &told, sizeof(told)) != sizeof(told)) _exit(5);
          }
        });
    // A few batches are under way at any time.
    if (i % 8 == 7) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

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

TEST(CrashTest, NothingAcknowledgedIsMissingAfterKill9AndNothingIsThereTwice) {
#ifdef __SANITIZE_THREAD__
  GTEST_SKIP() << "TSan follows no fork of a process that had threads";
#endif
  RunningLedger ledger;
  ledger.Close();
  std::map<uint64_t, crypto::Hash> acknowledged;
  std::set<int> batches;
  for (int round = 0; round < 6; ++round) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      close(ends[0]);
      PostForEver(&ledger, round * 10'000, ends[1]);
    }
    close(ends[1]);
    // Killed after a number of answers that differs from round to round, so
    // that other work is under way each time.
    const size_t enough = acknowledged.size() + 20 + 37 * size_t(round);
    Told told;
    while (read(ends[0], &told, sizeof(told)) == sizeof(told)) {
      EXPECT_TRUE(acknowledged.emplace(told.sequence, told.hash).second)
          << told.sequence;
      batches.insert(told.batch);
      if (acknowledged.size() == enough) kill(child, SIGKILL);
    }
    close(ends[0]);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << WEXITSTATUS(status);
  }

  ASSERT_OK(ledger.Open());
  for (const auto& [sequence, hash] : acknowledged) {
    const auto bytes = ledger->entries().Get(sequence);
    ASSERT_OK(bytes);
    EXPECT_EQ(log::LeafHash(AsBytes(*bytes)), hash) << sequence;
  }
  // Sent again, as a client does that lost its answers: no new entry.
  const uint64_t size = ledger->entries().size();
  for (const int batch : batches) {
    EXPECT_TRUE(ledger.Post(Batch(&ledger.parties(), batch)).repeat);
  }
  EXPECT_EQ(ledger->entries().size(), size);
  ExpectReplays(ledger.ledger());
}

}  // namespace
}  // namespace amanah::writer
