#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "client/import/poster.h"
#include "client/import/report.h"
#include "ledger/codec/statement_codec.h"
#include "ledger/log/merkle.h"
#include "tests/client/import_files.h"
#include "tests/support/book_fixture.h"
#include "tests/support/matchers.h"
#include "tests/support/shared_files.h"

namespace amanah::client {
namespace {

using domain::Refusal;
using judge::Problem;
using testing_support::Fails;
using testing_support::ImportFolder;

// A ledger of references alone: refuses what it is told to, and loses or spoils
// answers where a test says so.
class ScriptedLink final : public LedgerLink {
 public:
  absl::StatusOr<std::vector<std::optional<OnRecord>>> Lookup(
      const std::vector<std::string>& references) override {
    EXPECT_LE(references.size(), kLookupReferencesMax);
    std::vector<std::optional<OnRecord>> records;
    for (const std::string& reference : references) {
      const auto found = records_.find(reference);
      records.push_back(found == records_.end()
                            ? std::nullopt
                            : std::optional<OnRecord>(found->second));
    }
    if (short_lookups_) records.pop_back();
    return records;
  }

  absl::Status Prove(std::vector<Claim> claims) override {
    for (const Claim& claim : claims) {
      if (claim.reference == untrue_) return absl::DataLossError("not so");
      proved_.emplace_back(claim.reference);
    }
    return absl::OkStatus();
  }

  absl::Status Post(uint64_t tag,
                    std::vector<std::string> statements) override {
    EXPECT_LT(waiting_.size(), in_flight_max());
    EXPECT_LE(statements.size(), kBatchStatements);
    size_t length = 0;
    for (const std::string& statement : statements) length += statement.size();
    EXPECT_LE(length, domain::kBatchLengthMax);
    if (batches_until_death_ == 0) return absl::UnavailableError("killed");
    --batches_until_death_;
    batches_.push_back(statements.size());
    PostAnswer answer;
    answer.tag = tag;
    if (script_.empty()) {
      answer.result = Record(statements);
    } else {
      auto [problem, recorded] = script_.front();
      script_.pop_front();
      if (recorded > 0) {
        (void)Record({statements.begin(),
                      statements.begin() + static_cast<ptrdiff_t>(recorded)});
      }
      answer.result = judge::BatchError{problem, "as told", 1, {}};
    }
    waiting_.push_back(std::move(answer));
    return absl::OkStatus();
  }

  absl::StatusOr<PostAnswer> Wait() override {
    // Answers overtake each other.
    PostAnswer answer = std::move(waiting_.back());
    waiting_.pop_back();
    if (wrong_tags_) ++answer.tag;
    if (short_answers_) {
      std::get<std::vector<Posted>>(answer.result).pop_back();
    }
    return answer;
  }
  // A new process: no answer to the old one's batches will come.
  void Restart() {
    waiting_.clear();
    batches_until_death_ = -1;
  }
  size_t in_flight_max() const override { return 3; }
  void Pause(int round) override { pauses_.push_back(round); }

  std::vector<Posted> Record(const std::vector<std::string>& statements) {
    std::vector<Posted> posted;
    for (const std::string& bytes : statements) {
      const auto statement = codec::DecodeStatement(AsBytes(bytes));
      EXPECT_OK(statement);
      domain::Outcome outcome;
      if (refuse_.count(statement->reference) > 0) {
        outcome = {Refusal::kFundsInsufficient, 5};
      }
      const OnRecord record = {next_sequence_++, outcome,
                               log::LeafHash(AsBytes(bytes))};
      EXPECT_TRUE(records_.emplace(statement->reference, record).second)
          << statement->reference << " is there twice";
      posted.push_back({record.sequence, record.outcome});
    }
    return posted;
  }

  std::map<std::string, OnRecord> records_;
  std::map<std::string, bool> refuse_;
  uint64_t next_sequence_ = 100;
  // For each batch to come: an error, after so many statements were recorded.
  std::deque<std::pair<Problem, size_t>> script_;
  int batches_until_death_ = -1;
  bool short_lookups_ = false;
  bool short_answers_ = false;
  bool wrong_tags_ = false;
  std::string untrue_;
  std::vector<size_t> batches_;
  std::vector<int> pauses_;
  std::vector<std::string> proved_;

 private:
  std::vector<PostAnswer> waiting_;
};

class PosterTest : public testing::Test {
 protected:
  PosterTest() {
    source_.salt_key = &key_;
    source_.keys.pseudonym = &key_;
    const auto mapping = ParseMapping(R"(
[ids]
public = true
[ids.entitlement]
prefix = "e-"
columns = ["id"]
[entitlement]
program = "sembako"
fiscal_year = 2026
recipient = {scheme = "id.test", value = "{id}"}
region = "35.76"
month = "2026-01"
currency = "IDR"
amount = "1000"
basis = "SK-1"
)",
                                      "m.toml", "");
    EXPECT_OK(mapping);
    source_.mapping = *mapping;
  }

  void Write(int rows) {
    std::string csv = "id\n";
    for (int i = 0; i < rows; ++i) csv += absl::StrFormat("%d\n", i);
    source_.file = folder_.Write("f.csv", csv);
  }

  absl::Status Import(const PostOptions& options = {}) {
    summary_ = {};
    const auto survey = SurveyFile(source_);
    EXPECT_OK(survey);
    auto results = ResultFile::Open(folder_.path() / "out.csv");
    EXPECT_OK(results);
    return RunImport(source_, *survey, options, &link_, &*results, &summary_);
  }

  std::string Results() const {
    return testing_support::ReadWholeFile(folder_.path() / "out.csv");
  }

  // References of the file's rows, in order.
  std::vector<std::string> References() {
    const auto survey = SurveyFile(source_);
    const auto planner = Planner::Open(source_, *survey);
    const auto window = (*planner)->NextWindow();
    std::vector<std::string> references;
    for (const PlannedRow& row : *window) {
      references.push_back(row.row.reference);
    }
    return references;
  }

  ImportFolder folder_;
  const crypto::Secret key_ =
      *crypto::Secret::FromBytes(AsBytes(std::string(32, 'k')));
  ImportSource source_;
  ScriptedLink link_;
  ImportSummary summary_;
};

TEST_F(PosterTest, PostsInBatchesAndASecondImportPostsNothing) {
  Write(2'345);
  ASSERT_OK(Import());
  EXPECT_EQ(link_.batches_, (std::vector<size_t>{1'000, 1'000, 345}));
  EXPECT_EQ(summary_.accepted.rows, 2'345u);
  EXPECT_EQ(summary_.accepted.sums.at("IDR").minor, 234'500'000);
  EXPECT_EQ(summary_.posted, 2'345u);
  EXPECT_TRUE(summary_.all_is_well());
  const std::string first = Results();
  ASSERT_OK(Import());
  EXPECT_EQ(link_.batches_.size(), 3u);
  EXPECT_EQ(summary_.accepted.rows, 2'345u);
  EXPECT_EQ(summary_.posted, 0u);
  EXPECT_EQ(Results(), first);
}

TEST_F(PosterTest, GoesThroughSeveralWindows) {
  Write(40'000);
  ASSERT_OK(Import());
  EXPECT_EQ(summary_.accepted.rows, 40'000u);
  EXPECT_EQ(link_.records_.size(), 40'000u);
  const std::string results = Results();
  EXPECT_EQ(std::count(results.begin(), results.end(), '\n'), 40'001);
}

TEST_F(PosterTest, TheResultFileHasALineForEachRow) {
  Write(3);
  const auto references = References();
  link_.refuse_[references[1]] = true;
  ASSERT_OK(Import());
  EXPECT_EQ(Results(),
            absl::StrFormat("row,reference,sequence,outcome,reason,conflict\n"
                            "2,%s,100,accepted,,\n"
                            "3,%s,101,refused,FUNDS_INSUFFICIENT,5\n"
                            "4,%s,102,accepted,,\n",
                            references[0], references[1], references[2]));
  EXPECT_FALSE(summary_.all_is_well());
  EXPECT_EQ(summary_.refused_by_reason.at("FUNDS_INSUFFICIENT"), 1u);
  EXPECT_EQ(summary_.refused.sums.at("IDR").minor, 100'000);
}

TEST_F(PosterTest, BelievesNothingOfTheRecordThatIsNotProved) {
  Write(3);
  ASSERT_OK(Import());
  EXPECT_TRUE(link_.proved_.empty());
  ASSERT_OK(Import());
  EXPECT_EQ(link_.proved_, References());
  link_.untrue_ = References()[1];
  EXPECT_THAT(Import(), Fails(absl::StatusCode::kDataLoss, "not so"));
  EXPECT_EQ(summary_.unknown.rows, 3u);
}

TEST_F(PosterTest, CheckPostsNothing) {
  Write(10);
  ASSERT_OK(Import({.check = true}));
  EXPECT_TRUE(link_.batches_.empty());
  EXPECT_EQ(summary_.fresh.rows, 10u);
  EXPECT_EQ(summary_.fresh.sums.at("IDR").minor, 1'000'000);
  EXPECT_TRUE(summary_.all_is_well());
}

TEST_F(PosterTest, ReportsARowWhoseContentDiffersAndDoesNotPostIt) {
  Write(3);
  const auto references = References();
  link_.records_[references[1]] = {7, {}, {}};
  ASSERT_OK(Import());
  EXPECT_EQ(summary_.differing.rows, 1u);
  EXPECT_EQ(summary_.accepted.rows, 2u);
  EXPECT_FALSE(summary_.all_is_well());
  EXPECT_NE(Results().find("3," + references[1] + ",7,differs,,\n"),
            std::string::npos);
}

TEST_F(PosterTest, RefusedRowsArePostedAgainOnlyWhenAsked) {
  Write(3);
  const auto references = References();
  link_.refuse_[references[1]] = true;
  link_.refuse_[references[1] + ".a2"] = true;
  ASSERT_OK(Import());
  ASSERT_OK(Import());
  EXPECT_EQ(link_.records_.size(), 3u);
  EXPECT_EQ(summary_.refused.rows, 1u);

  ASSERT_OK(Import({.retry_refused = true}));
  EXPECT_EQ(link_.records_.size(), 4u);
  EXPECT_EQ(summary_.refused.rows, 1u);
  EXPECT_NE(Results().find("3," + references[1] + ".a2,103,refused"),
            std::string::npos);

  // Bounded: a retry that was cut off may be run again without a third.
  ASSERT_OK(Import({.retry_refused = true, .attempt_max = 2}));
  EXPECT_EQ(link_.records_.size(), 4u);

  ASSERT_OK(Import({.retry_refused = true}));
  EXPECT_EQ(link_.records_.size(), 5u);
  EXPECT_EQ(summary_.accepted.rows, 3u);
  EXPECT_EQ(summary_.posted, 1u);
  EXPECT_NE(Results().find("3," + references[1] + ".a3,104,accepted"),
            std::string::npos);
  // The last attempt is what counts from then on.
  ASSERT_OK(Import());
  EXPECT_EQ(summary_.accepted.rows, 3u);
}

TEST_F(PosterTest, AfterAnAnswerThatLeavesItOpenItAsksAgain) {
  for (const Problem problem :
       {Problem::kPartlyRecorded, Problem::kExpired, Problem::kBusy}) {
    link_ = {};
    Write(2'500);
    link_.script_ = {{problem, 400}, {problem, 0}, {problem, 500}};
    ASSERT_OK(Import());
    EXPECT_EQ(link_.records_.size(), 2'500u);
    EXPECT_EQ(summary_.accepted.rows, 2'500u);
    EXPECT_EQ(summary_.posted, 2'500u);
    EXPECT_FALSE(link_.pauses_.empty());
  }
}

TEST_F(PosterTest, ALostAnswerToARetryIsNotRetriedOnceMore) {
  Write(2);
  const auto references = References();
  link_.refuse_[references[0]] = true;
  link_.refuse_[references[0] + ".a2"] = true;
  ASSERT_OK(Import());
  link_.script_ = {{Problem::kBusy, 1}};
  ASSERT_OK(Import({.retry_refused = true}));
  EXPECT_EQ(link_.records_.count(references[0] + ".a2"), 1u);
  EXPECT_EQ(link_.records_.count(references[0] + ".a3"), 0u);
  EXPECT_EQ(summary_.refused.rows, 1u);
}

TEST_F(PosterTest, GivesUpOnALedgerThatTakesNothing) {
  Write(1);
  for (int i = 0; i < 100; ++i) link_.script_.push_back({Problem::kBusy, 0});
  EXPECT_THAT(Import(), Fails(absl::StatusCode::kUnavailable,
                              "the ledger takes no batch: tried 6 times"));
  EXPECT_EQ(summary_.unknown.rows, 1u);
}

TEST_F(PosterTest, AnyOtherErrorNamesTheRowAndEndsTheImport) {
  Write(2'000);
  link_.script_ = {{Problem::kQuota, 0}};
  EXPECT_THAT(Import(), Fails(absl::StatusCode::kResourceExhausted,
                              "row 3: as told (QUOTA)"));
  EXPECT_FALSE(summary_.all_is_well());
  EXPECT_EQ(summary_.all.rows, 2'000u);
}

TEST_F(PosterTest, KilledAtAnyBatchItGoesOnWhereItStopped) {
  Write(6'500);
  for (int batches = 0; batches < 7; ++batches) {
    link_ = {};
    link_.batches_until_death_ = batches;
    EXPECT_THAT(Import(), Fails(absl::StatusCode::kUnavailable, "killed"));
    link_.Restart();
    ASSERT_OK(Import());
    EXPECT_EQ(link_.records_.size(), 6'500u);
    EXPECT_EQ(summary_.accepted.rows, 6'500u);
  }
}

TEST_F(PosterTest, AnAnswerThatDoesNotFitItsQuestionIsUntrue) {
  constexpr auto kUntrue = absl::StatusCode::kDataLoss;
  Write(3);
  link_.short_lookups_ = true;
  EXPECT_THAT(Import(), Fails(kUntrue,
                              "3 references were asked for, and the "
                              "answer has 2"));
  link_ = {};
  link_.short_answers_ = true;
  EXPECT_THAT(Import(), Fails(kUntrue, "3 statements was answered with 2"));
  link_ = {};
  link_.wrong_tags_ = true;
  EXPECT_THAT(Import(), Fails(kUntrue, "which no batch in flight has"));
}

TEST_F(PosterTest, TheSummaryIsJson) {
  Write(3);
  link_.refuse_[References()[1]] = true;
  ASSERT_OK(Import());
  EXPECT_EQ(SummaryJson(summary_).dump(),
            R"({"all":{"rows":3,"sums":{"IDR":"3000.00"}},)"
            R"("accepted":{"rows":2,"sums":{"IDR":"2000.00"}},)"
            R"("refused":{"rows":1,"sums":{"IDR":"1000.00"},)"
            R"("reasons":{"FUNDS_INSUFFICIENT":1}},)"
            R"("differs":{"rows":0,"sums":{}},"new":{"rows":0,"sums":{}},)"
            R"("unknown":{"rows":0,"sums":{}},"posted":3})");
}

}  // namespace
}  // namespace amanah::client
