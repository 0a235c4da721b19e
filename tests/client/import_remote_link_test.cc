// An import over a stream that breaks, and over answers that are not true. The
// ledger and its checkpoints are real; only the wire is not.
#include <gtest/gtest.h>

#include <chrono>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "client/exit.h"
#include "client/import/remote_link.h"
#include "client/import/report.h"
#include "ledger/base/bytes.h"
#include "ledger/log/merkle.h"
#include "tests/client/import_files.h"
#include "tests/client/local_remote.h"
#include "tests/support/matchers.h"
#include "tests/support/running_ledger.h"

namespace amanah::client {
namespace {

using testing_support::Fails;
using testing_support::ImportFolder;
using testing_support::RunningLedger;

class RemoteLinkTest : public testing::Test {
 protected:
  RemoteLinkTest() {
    Write(Ids(0, kRows));
    source_.salt_key = &key_;
    source_.keys.pseudonym = &key_;
    auto mapping = ParseMapping(R"(
[ids]
public = true
[ids.entitlement]
columns = ["id"]
[entitlement]
program = "sembako"
fiscal_year = 2026
appropriation_region = "35.76"
recipient = {scheme = "id.test", value = "{id}"}
region = "35.76.02"
month = "2026-01"
currency = "IDR"
amount = "{amount}"
basis = "SK-1"
)",
                                "m.toml", "");
    EXPECT_OK(mapping);
    source_.mapping = *std::move(mapping);
  }

  absl::Status Import() {
    summary_ = {};
    Verifier verifier(ledger_.parties().id(),
                      KeptState(folder_.path(), testing_support::kTestOrigin),
                      FetchFrom(&ledger_, {kDinsosEntry}, &fetched_));
    // Entry 0 is asked for by whoever has seen nothing yet.
    EXPECT_OK(verifier.Prepare());
    fetched_ = 0;
    const auto key = testing_support::SigningKeyOf("dinsos");
    RemoteLinkOptions options;
    options.author = "dinsos";
    options.key = &key;
    options.clock = &ledger_.clock();
    options.first_pause = std::chrono::milliseconds(0);
    RemoteLink link(&remote_, &verifier, options);
    const auto survey = SurveyFile(source_);
    EXPECT_OK(survey);
    const absl::Status ended =
        RunImport(source_, *survey, {}, &link, nullptr, &summary_);
    return ended.ok() ? ended : link.Mark(ended);
  }

  void ExpectAllThereOnce() {
    EXPECT_EQ(summary_.accepted.rows, uint64_t{kRows});
    EXPECT_EQ(ledger_->tip()->size,
              testing_support::TestLedger::kPilotSize + kRows);
  }

  // Rows of these ids, each granted 1000.
  void Write(const std::vector<int>& ids) {
    std::string csv = "id,amount\n";
    for (const int id : ids) csv += absl::StrFormat("%d,1000\n", id);
    source_.file = folder_.Write("f.csv", csv);
  }
  static std::vector<int> Ids(int first, int count) {
    std::vector<int> ids(static_cast<size_t>(count));
    std::iota(ids.begin(), ids.end(), first);
    return ids;
  }

  static constexpr int kRows = 3'500;
  static constexpr uint64_t kDinsosEntry = 1;
  ImportFolder folder_;
  const crypto::Secret key_ =
      *crypto::Secret::FromBytes(AsBytes(std::string(32, 'k')));
  RunningLedger ledger_;
  LocalRemote remote_{&ledger_, "dinsos"};
  ImportSource source_;
  ImportSummary summary_;
  int fetched_ = 0;  // entries
};

TEST_F(RemoteLinkTest, PostsOverOneStreamUnderVerifiedCheckpoints) {
  ASSERT_OK(Import());
  ExpectAllThereOnce();
  EXPECT_EQ(remote_.streams, 1);
  ASSERT_OK(Import());
  EXPECT_EQ(summary_.posted, 0u);
  EXPECT_EQ(remote_.streams, 1);
}

TEST_F(RemoteLinkTest, ProvesABatchByTwoOfItsEntries) {
  ASSERT_OK(Import());
  EXPECT_EQ(fetched_, 2 * 4);
  ASSERT_OK(Import());
  EXPECT_EQ(summary_.accepted.rows, uint64_t{kRows});
  EXPECT_EQ(fetched_, 2 * 4);
}

TEST_F(RemoteLinkTest, ProvesShortBatchesToo) {
  for (const int size : {1, 2, 3, 4}) {
    Write(Ids(0, size * (size + 1) / 2));
    ASSERT_OK(Import());
    EXPECT_EQ(summary_.posted, static_cast<uint64_t>(size));
  }
  ASSERT_OK(Import());
  EXPECT_EQ(summary_.accepted.rows, 10u);
  EXPECT_EQ(fetched_, 1 + 2 + 2 + 2);
}

// A refusal stands amid its batch's entries like any other outcome.
TEST_F(RemoteLinkTest, ProvesRefusalsAmongTheOthers) {
  std::vector<int> ids = Ids(0, 20);
  ids.insert(ids.begin() + 10, 3);  // granted twice
  Write(ids);
  for (int run = 0; run < 2; ++run) {
    ASSERT_OK(Import());
    EXPECT_EQ(summary_.accepted.rows, 20u);
    EXPECT_EQ(summary_.refused_by_reason.at("OVERLAP"), 1u);
    EXPECT_EQ(fetched_, 2);
  }
}

TEST_F(RemoteLinkTest, ProvesEntriesOneByOneWhereTheBatchIsNotWhole) {
  Write(Ids(0, 20));
  ASSERT_OK(Import());
  Write(Ids(0, 19));
  ASSERT_OK(Import());
  EXPECT_EQ(summary_.accepted.rows, 19u);
  EXPECT_EQ(fetched_, 19);
}

TEST_F(RemoteLinkTest, ProvesWhatDiffersAndTheBatchAroundIt) {
  Write(Ids(0, 20));
  ASSERT_OK(Import());
  std::string csv = "id,amount\n";
  for (const int id : Ids(0, 20)) {
    csv += absl::StrFormat("%d,%d\n", id, id == 7 ? 1'001 : 1'000);
  }
  source_.file = folder_.Write("f.csv", csv);
  ASSERT_OK(Import());
  EXPECT_EQ(summary_.accepted.rows, 19u);
  EXPECT_EQ(summary_.differing.rows, 1u);
  EXPECT_EQ(fetched_, 3);
}

TEST_F(RemoteLinkTest, GoesOnAfterAStreamThatBrokeBeforeTheBatchArrived) {
  remote_.trouble.batches_until_break = 1;
  ASSERT_OK(Import());
  ExpectAllThereOnce();
  EXPECT_EQ(remote_.streams, 2);
}

TEST_F(RemoteLinkTest, GoesOnAfterAStreamThatBrokeBeforeTheAnswerArrived) {
  remote_.trouble.batches_until_break = 2;
  remote_.trouble.break_after_recording = true;
  ASSERT_OK(Import());
  ExpectAllThereOnce();
  EXPECT_EQ(summary_.posted, uint64_t{kRows});
}

TEST_F(RemoteLinkTest, AStreamThatTheServerEndsIsAnError) {
  remote_.trouble.batches_until_break = 1;
  remote_.trouble.end = FromServer(absl::PermissionDeniedError("not you"));
  const absl::Status ended = Import();
  EXPECT_THAT(ended, Fails(absl::StatusCode::kPermissionDenied, "not you"));
  EXPECT_EQ(ExitCodeOf(ended), ExitCode::kRefused);
  EXPECT_GT(summary_.unknown.rows, 0u);
}

TEST_F(RemoteLinkTest, ABatchThatTheServerWillNotTakeIsTheServersError) {
  remote_.trouble.alter = [](v1::PostBatchesResponse* answer) {
    auto* error = answer->mutable_error();
    error->set_code(static_cast<uint32_t>(absl::StatusCode::kUnavailable));
    error->set_problem(v1::BATCH_PROBLEM_HALTED);
    error->set_message("halted");
  };
  const absl::Status ended = Import();
  EXPECT_THAT(ended, Fails(absl::StatusCode::kUnavailable,
                           "the batch that begins with row"));
  EXPECT_TRUE(IsFromServer(ended));
  EXPECT_EQ(ExitCodeOf(ended), ExitCode::kServer);
}

TEST_F(RemoteLinkTest, AProblemThatWeDoNotKnowEndsTheImportInItsWords) {
  for (const int problem : {0, 99}) {
    Write(Ids(10 * problem, 20));
    remote_.trouble.alter = [problem](v1::PostBatchesResponse* answer) {
      auto* error = answer->mutable_error();
      error->set_code(static_cast<uint32_t>(absl::StatusCode::kAborted));
      error->set_problem(static_cast<v1::BatchProblem>(problem));
      error->set_message("of a later version");
    };
    const absl::Status ended = Import();
    EXPECT_THAT(ended, Fails(absl::StatusCode::kAborted, "of a later version"));
    EXPECT_TRUE(IsFromServer(ended));
  }
}

TEST_F(RemoteLinkTest, ACheckpointThatTheLedgerDidNotSignIsNoticed) {
  remote_.trouble.alter = [](v1::PostBatchesResponse* answer) {
    std::string* note = answer->mutable_acknowledgement()->mutable_checkpoint();
    char& digit = note->at(note->size() - 10);
    digit = digit == 'A' ? 'B' : 'A';
  };
  const absl::Status ended = Import();
  EXPECT_THAT(ended, Fails(absl::StatusCode::kDataLoss, ""));
  EXPECT_EQ(summary_.accepted.rows, 0u);
}

TEST_F(RemoteLinkTest, AnAbsentCheckpointIsNoticed) {
  remote_.trouble.alter = [](v1::PostBatchesResponse* answer) {
    answer->mutable_acknowledgement()->clear_checkpoint();
  };
  EXPECT_THAT(Import(), Fails(absl::StatusCode::kDataLoss, ""));
}

TEST_F(RemoteLinkTest, AnEntryBeyondTheCheckpointIsNoticed) {
  remote_.trouble.alter = [](v1::PostBatchesResponse* answer) {
    answer->mutable_acknowledgement()->mutable_results(3)->set_sequence(
        1'000'000);
  };
  EXPECT_THAT(Import(), Fails(absl::StatusCode::kDataLoss,
                              "gives entry 1000000 and a checkpoint of"));
}

TEST_F(RemoteLinkTest, AnOutcomeThatIsNoneIsNoticed) {
  remote_.trouble.alter = [](v1::PostBatchesResponse* answer) {
    answer->mutable_acknowledgement()
        ->mutable_results(0)
        ->mutable_outcome()
        ->clear_verdict();
  };
  EXPECT_THAT(Import(),
              Fails(absl::StatusCode::kDataLoss, "the outcome of entry 8"));
}

TEST_F(RemoteLinkTest, AnAcknowledgementThatTheEntriesDoNotHoldIsNoticed) {
  uint64_t first = 0;  // sequence of the batch's first entry
  const auto refuse = [](v1::Acknowledgement* given, uint64_t conflict) {
    auto* outcome = given->mutable_results(5)->mutable_outcome();
    outcome->set_verdict(v1::VERDICT_REFUSED);
    outcome->set_refusal(v1::REFUSAL_OVERLAP);
    outcome->set_conflict(conflict);
  };
  const std::function<void(v1::Acknowledgement*)> lies[] = {
      [&](auto* given) { refuse(given, 3); },
      [&](auto* given) { given->mutable_results(5)->set_sequence(first + 6); },
      [&](auto* given) {
        given->mutable_results(5)->set_sequence(first + 6);
        given->mutable_results(6)->set_sequence(first + 5);
      },
  };
  int ids = 0;
  for (const auto& lie : lies) {
    first = ledger_->tip()->size;
    Write(Ids(ids, 20));
    ids += 20;
    remote_.trouble.alter = [&lie](v1::PostBatchesResponse* answer) {
      lie(answer->mutable_acknowledgement());
    };
    const absl::Status ended = Import();
    ASSERT_THAT(ended, Fails(absl::StatusCode::kDataLoss,
                             "is not what the server says is recorded"));
    EXPECT_EQ(ExitCodeOf(ended), ExitCode::kRefused);
    EXPECT_EQ(summary_.recorded(), 0u);
  }
}

TEST_F(RemoteLinkTest, AConflictWithWhatComesLaterIsNoticed) {
  remote_.trouble.alter = [](v1::PostBatchesResponse* answer) {
    auto* outcome = answer->mutable_acknowledgement()
                        ->mutable_results(5)
                        ->mutable_outcome();
    outcome->set_verdict(v1::VERDICT_REFUSED);
    outcome->set_refusal(v1::REFUSAL_OVERLAP);
    outcome->set_conflict(20);
  };
  EXPECT_THAT(Import(), Fails(absl::StatusCode::kDataLoss,
                              "entry 13, the server says, conflicts with "
                              "entry 20, which is no earlier"));
}

TEST_F(RemoteLinkTest, AnAcknowledgementOfOtherLengthIsNoticed) {
  remote_.trouble.alter = [](v1::PostBatchesResponse* answer) {
    answer->mutable_acknowledgement()->mutable_results()->RemoveLast();
  };
  EXPECT_THAT(Import(), Fails(absl::StatusCode::kDataLoss,
                              "was answered with 999 results"));
}

TEST_F(RemoteLinkTest, ALookupThatTheEntriesDoNotHoldIsNoticed) {
  ASSERT_OK(Import());
  const std::function<void(v1::LookupReferencesResponse*)> lies[] = {
      [](auto* given) {
        auto* outcome = given->mutable_statuses(5)->mutable_outcome();
        outcome->set_verdict(v1::VERDICT_REFUSED);
        outcome->set_refusal(v1::REFUSAL_OVERLAP);
      },
      // Another of our entries, so that the row seems to differ.
      [](auto* given) { *given->mutable_statuses(5) = given->statuses(6); },
      [](auto* given) {
        given->mutable_statuses(5)->set_statement_hash(std::string(32, 'x'));
      },
      [](auto* given) { given->mutable_statuses()->SwapElements(5, 6); },
      [](auto* given) { given->mutable_statuses(5)->set_sequence(8); },
      // An entry that somebody else said.
      [](auto* given) { given->mutable_statuses(5)->set_sequence(3); },
  };
  for (const auto& lie : lies) {
    remote_.trouble.alter_lookup = lie;
    EXPECT_THAT(Import(), Fails(absl::StatusCode::kDataLoss,
                                "is not what the server says is recorded"));
    EXPECT_EQ(summary_.recorded(), 0u);
  }
}

TEST_F(RemoteLinkTest, ALookupThatIsNotTrueIsNoticed) {
  ASSERT_OK(Import());
  remote_.trouble.alter_lookup = [](v1::LookupReferencesResponse* response) {
    response->mutable_statuses(0)->set_sequence(1'000'000);
  };
  EXPECT_THAT(Import(), Fails(absl::StatusCode::kDataLoss,
                              "the server gives entry 1000000 of a log of"));
  remote_.trouble.alter_lookup = [](v1::LookupReferencesResponse* response) {
    response->mutable_statuses(0)->set_statement_hash("short");
  };
  EXPECT_THAT(Import(), Fails(absl::StatusCode::kDataLoss, "no hash for it"));
  remote_.trouble.alter_lookup = [](v1::LookupReferencesResponse* response) {
    response->mutable_statuses()->RemoveLast();
  };
  EXPECT_THAT(Import(), Fails(absl::StatusCode::kDataLoss,
                              "3500 references were asked for, and the "
                              "answer has 3499"));
}

}  // namespace
}  // namespace amanah::client
