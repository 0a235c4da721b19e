#include "client/output.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "client/exit.h"
#include "client/remote.h"

namespace amanah::client {
namespace {

class OutputTest : public testing::Test {
 protected:
  std::ostringstream out_;
  std::ostringstream error_;
  Output output_{&out_, &error_};
};

TEST_F(OutputTest, SetsColumnsBelowEachOther) {
  output_.Print(Table{{{"name"}, {"amount", true}},
                      {{"Siti", "1.00"}, {"Bayu Prasetyo", "600.00"}}});
  EXPECT_EQ(out_.str(),
            "name           amount\n"
            "Siti             1.00\n"
            "Bayu Prasetyo  600.00\n");
}

TEST_F(OutputTest, CountsCharactersAndNotBytes) {
  output_.Print(Fields{{"é", "1"}, {"abc", "2"}});
  EXPECT_EQ(out_.str(), "é    1\nabc  2\n");
}

TEST_F(OutputTest, HasNoColoursUnlessAsked) {
  output_.Mark(Standing::kProved);
  output_.Mark(Standing::kStated);
  EXPECT_EQ(out_.str(), "[proved]\n[stated by the server]\n");
  output_.set_options({.colour = true});
  EXPECT_EQ(output_.Toned(Tone::kBad, "x"), "\x1b[31mx\x1b[0m");
}

TEST_F(OutputTest, PrintsOneDocumentAndNoWordsForAProgram) {
  output_.set_options({.json = true});
  output_.Line("words");
  output_.Mark(Standing::kProved);
  output_.Print(Fields{{"a", "b"}});
  output_.Json({{"a", 1}});
  output_.Warn("beside it");
  EXPECT_EQ(out_.str(), "{\n  \"a\": 1\n}\n");
  EXPECT_EQ(error_.str(), "warning: beside it\n");
}

TEST_F(OutputTest, DrawsNoBarWhereThereIsNoTerminal) {
  {
    Progress progress(&output_, "posting", 10);
    progress.Set(5);
  }
  EXPECT_EQ(error_.str(), "");
  output_.set_options({.progress = true});
  {
    Progress progress(&output_, "posting", 10);
    progress.Set(5);
  }
  EXPECT_NE(error_.str().find("5 of 10"), std::string::npos);
  EXPECT_TRUE(error_.str().ends_with("\r\x1b[K"));
}

TEST(ExitTest, TellsWhoseFaultItIs) {
  using absl::Status;
  using absl::StatusCode;
  const struct {
    Status status;
    ExitCode want;
  } rows[] = {
      {absl::InvalidArgumentError("x"), ExitCode::kUsage},
      {absl::NotFoundError("no file"), ExitCode::kUsage},
      {absl::DataLossError("forged"), ExitCode::kRefused},
      {FromServer(absl::DataLossError("x")), ExitCode::kRefused},
      {FromLocalFile(absl::DataLossError("torn key")), ExitCode::kUsage},
      {FromLocalFile(absl::NotFoundError("no file")), ExitCode::kUsage},
      {FromServer(absl::NotFoundError("x")), ExitCode::kRefused},
      {FromServer(absl::PermissionDeniedError("x")), ExitCode::kRefused},
      {FromServer(absl::UnauthenticatedError("x")), ExitCode::kRefused},
      {FromServer(absl::UnavailableError("x")), ExitCode::kServer},
      {FromServer(absl::DeadlineExceededError("x")), ExitCode::kServer},
      {FromServer(absl::InternalError("x")), ExitCode::kServer},
      {FromServer(absl::UnimplementedError("x")), ExitCode::kServer},
      {absl::FailedPreconditionError("needs rules version 2"),
       ExitCode::kNeedsRules},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(ExitCodeOf(row.status), row.want) << row.status;
  }
}

TEST(ExitTest, KnowsABatchThatWasRefusedFromAServerThatIsBusy) {
  v1::BatchError error;
  error.set_code(4);  // DEADLINE_EXCEEDED
  error.set_problem(v1::BATCH_PROBLEM_EXPIRED);
  EXPECT_EQ(ExitCodeOf(StatusOf(error)), ExitCode::kRefused);
  EXPECT_FALSE(IsTransient(StatusOf(error)));
  error.set_code(8);  // RESOURCE_EXHAUSTED
  error.set_problem(v1::BATCH_PROBLEM_QUOTA);
  EXPECT_EQ(ExitCodeOf(StatusOf(error)), ExitCode::kRefused);
  EXPECT_FALSE(IsTransient(StatusOf(error)));
  error.set_problem(v1::BATCH_PROBLEM_BUSY);
  EXPECT_EQ(ExitCodeOf(StatusOf(error)), ExitCode::kServer);
  EXPECT_TRUE(IsTransient(StatusOf(error)));
  EXPECT_EQ(BatchErrorOf(StatusOf(error))->problem(), v1::BATCH_PROBLEM_BUSY);
}

}  // namespace
}  // namespace amanah::client
