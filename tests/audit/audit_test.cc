#include "ledger/audit/audit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/audit/small_log.h"
#include "tests/support/book_fixture.h"
#include "tests/support/matchers.h"

namespace amanah::testing_support {
namespace {

using audit::AuditReport;
using audit::FindingKind;
using audit::Verdict;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(AuditTest, FindsNothingInALogAsTheRulesRecordIt) {
  SmallLog log;
  const AuditReport report = AuditOf(log.tiles());
  EXPECT_EQ(report.verdict(), Verdict::kAgrees) << audit::FormatReport(report);
  EXPECT_EQ(report.entries_hashed, log.entries().size());
  EXPECT_EQ(report.entries_judged, log.entries().size());
  EXPECT_EQ(report.seals_verified, report.batches);
  std::cout << audit::FormatReport(report) << audit::FormatReportAsJson(report);
}

}  // namespace
}  // namespace amanah::testing_support
