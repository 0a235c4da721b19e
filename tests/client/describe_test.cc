#include "client/describe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "client/output.h"
#include "tests/support/book_fixture.h"
#include "tests/support/matchers.h"

namespace amanah::client {
namespace {

namespace ts = testing_support;
using absl::StatusCode;
using testing::HasSubstr;
using ts::Fails;

std::string InWords(domain::Body body) {
  domain::Statement statement;
  statement.reference = "r";
  statement.body = std::move(body);
  return Describe(statement);
}

TEST(DescribeTest, SaysWhatMattersToASigner) {
  EXPECT_EQ(InWords(domain::AuthoritySuspended{"bank-a", "KEY-STOLEN"}),
            "suspends bank-a (reason KEY-STOLEN)");
  EXPECT_EQ(InWords(domain::AuthoritySucceeded{"bank-a", "bank-b"}),
            "lets bank-b take over the open entitlements and payments of "
            "bank-a");
  EXPECT_EQ(InWords(domain::RulesAdopted{2}),
            "adopts rules version 2 from the next batch on");
  EXPECT_EQ(
      InWords(domain::FundsAppropriated{
          "pkh", 2026, "35.76", "IDR", {123'456'789'00}, "DPA-1"}),
      "appropriates IDR 123,456,789.00 to the program pkh, fiscal year 2026, "
      "in 35.76 (legal basis DPA-1)");
  EXPECT_EQ(InWords(domain::FundsAppropriated{
                "pkh", 2026, "", "IDR", {-5'00}, "DPA-1"}),
            "takes back IDR -5.00 from the program pkh, fiscal year 2026, for "
            "all regions (legal basis DPA-1)");
  domain::DisbursementReported report =
      ts::Report("D-1", "E-1", domain::DisbursementState::kReturned);
  report.amount = {600'000'00};
  report.value_date = "2026-01-15";
  report.channel = "CARD";
  report.end_to_end_id = "X-1";
  report.reason_code = "AC04";
  EXPECT_EQ(InWords(report),
            "reports the payment D-1 of entitlement E-1 as returned: IDR "
            "600,000.00 on 2026-01-15 through CARD, end-to-end id X-1, reason "
            "AC04");
}

TEST(DescribeTest, LeavesNoFieldOut) {
  domain::Statement statement;
  statement.reference = "enrol/bank-a";
  domain::AuthorityEnrolled body;
  body.name = "bank-a";
  body.institution = "BANK-A";
  body.role = domain::Role::kBank;
  body.programs = {"pkh", "sembako"};
  body.key.key = ts::KeyOf("bank-a");
  body.pins = {ts::PinOf("bank-a")};
  body.daily_quota = 200'000;
  statement.body = body;
  const auto lines = DescribeInFull(statement);
  EXPECT_THAT(lines[0], HasSubstr("as bank for the programs pkh, sembako for "
                                  "all regions"));
  EXPECT_THAT(lines[0], HasSubstr("at most 200,000 entries a day"));
  EXPECT_THAT(lines, testing::Contains("  reference: enrol/bank-a"));
  EXPECT_THAT(lines,
              testing::Contains("  authority_enrolled.programs.1: sembako"));
  EXPECT_THAT(lines, testing::Contains("  authority_enrolled.role: ROLE_BANK"));
  EXPECT_THAT(lines,
              testing::Contains("  authority_enrolled.daily_quota: 200000"));
  EXPECT_THAT(lines, testing::Contains(
                         testing::StartsWith("  authority_enrolled.pins.0: ")));
}

TEST(DescribeTest, ExplainsEveryRefusal) {
  size_t known = 0;
  for (int number = 0; number < 256; ++number) {
    if (!domain::RefusalName(number).has_value()) continue;
    ++known;
    EXPECT_NE(ExplainRefusal(static_cast<domain::Refusal>(number)),
              "unknown reason")
        << number;
  }
  EXPECT_EQ(known,
            static_cast<size_t>(v1::Refusal_descriptor()->value_count()) - 1);
}

TEST(DescribeTest, NamesTheEntryInConflict) {
  EXPECT_EQ(DescribeOutcome({}), "accepted");
  EXPECT_EQ(DescribeOutcome({domain::Refusal::kExceedsRemaining, 17}),
            "refused: it is more than is left of the entitlement; see entry 17 "
            "(EXCEEDS_REMAINING)");
  EXPECT_EQ(DescribeOutcome({domain::Refusal::kProgramUnknown, {}}),
            "refused: there is no program of that code (PROGRAM_UNKNOWN)");
  const auto json = OutcomeJson({domain::Refusal::kOverlap, 0});
  EXPECT_EQ(json["verdict"], "refused");
  EXPECT_EQ(json["refusal"], "OVERLAP");
  EXPECT_EQ(json["conflict"], 0);
}

TEST(DescribeTest, RefusesAnOutcomeThatContradictsItself) {
  v1::Outcome outcome;
  EXPECT_THAT(OutcomeOf(outcome), Fails(StatusCode::kInvalidArgument, "0"));
  outcome.set_verdict(v1::VERDICT_ACCEPTED);
  EXPECT_OK(OutcomeOf(outcome));
  outcome.set_refusal(v1::REFUSAL_OVERLAP);
  EXPECT_FALSE(OutcomeOf(outcome).ok());
  outcome.set_verdict(v1::VERDICT_REFUSED);
  EXPECT_OK(OutcomeOf(outcome));
  outcome.clear_refusal();
  EXPECT_FALSE(OutcomeOf(outcome).ok());
  outcome.set_verdict(v1::VERDICT_ACCEPTED);
  outcome.set_conflict(3);
  EXPECT_FALSE(OutcomeOf(outcome).ok());
}

TEST(DescribeTest, TellsWhatToDoAboutABatch) {
  v1::BatchError error;
  error.set_message("2 administrators must sign, 1 did");
  error.set_problem(v1::BATCH_PROBLEM_THRESHOLD);
  error.set_statement_index(0);
  EXPECT_EQ(
      DescribeBatchError(error),
      "the batch was not taken: 2 administrators must sign, 1 did; "
      "statement 1 of the batch\n  more administrators must `amanah sign` "
      "it");
}

TEST(DescribeTest, GroupsMoneyByItsCurrency) {
  EXPECT_EQ(FormatMoney({60'000'000}, "IDR"), "IDR 600,000.00");
  EXPECT_EQ(FormatMoney({-123'456}, "BRL"), "BRL -1,234.56");
  EXPECT_EQ(FormatMoney({1'234}, "JPY"), "JPY 1,234");
  EXPECT_EQ(FormatMoney({5}, "IDR"), "IDR 0.05");
  EXPECT_EQ(FormatMoney({1'234}, "KWD"), "KWD 1.234");
  EXPECT_EQ(FormatMoney({100}, "IDR"), "IDR 1.00");
  EXPECT_EQ(FormatMoney({7}, "???"), "??? 7 (minor units)");
  EXPECT_EQ(FormatCount(0), "0");
  EXPECT_EQ(FormatCount(999), "999");
  EXPECT_EQ(FormatCount(1'000), "1,000");
  EXPECT_EQ(FormatTime(1'768'435'200'000'000), "2026-01-15 00:00:00 UTC");
}

}  // namespace
}  // namespace amanah::client
