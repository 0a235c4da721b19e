// Logs that are as they should be, what the report says of them, and what an
// auditor knows beforehand.
#include "ledger/audit/audit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "ledger/domain/accounts.h"
#include "tests/audit/small_log.h"
#include "tests/support/book_fixture.h"
#include "tests/support/matchers.h"

namespace amanah::testing_support {
namespace {

using audit::AuditOptions;
using audit::AuditReport;
using audit::FindingKind;
using audit::Verdict;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(AuditTest, FindsNothingInALogAsTheRulesRecordIt) {
  SmallLog log;
  AuditOptions options;
  options.origin = std::string(kTestOrigin);
  options.genesis = log.recorder.parties().id().genesis;
  options.kept_checkpoints = {
      CheckpointOf({log.entries().begin(), log.entries().begin() + 20}),
      CheckpointOf(log.entries(), SmallLog::kCheckpointKey)};
  const AuditReport report = AuditOf(log.tiles(), options);
  EXPECT_EQ(report.verdict(), Verdict::kAgrees) << audit::FormatReport(report);
  EXPECT_EQ(report.entries_hashed, 56U);
  EXPECT_EQ(report.entries_judged, 56U);
  EXPECT_EQ(report.batches, 19U);
  EXPECT_EQ(report.seals_verified, 19U);
  EXPECT_EQ(report.accepted, 51U);
  EXPECT_EQ(report.refused.at(domain::Refusal::kExceedsRemaining), 1U);
  EXPECT_EQ(report.refused.at(domain::Refusal::kOverlap), 1U);
  EXPECT_EQ(report.statements.at("DisbursementReported"), 17U);
  // Every kind that rules version 1 knows.
  EXPECT_EQ(report.statements.size(), std::variant_size_v<domain::Body>);
}

TEST(AuditTest, ComesToTheRowsThatTheRecorderHas) {
  SmallLog log;
  audit::Rows rows;
  ASSERT_OK(audit::AuditOnto(log.tiles(), {}, &rows));
  const domain::MemoryState& recorded = log.recorder.rows();
  EXPECT_EQ(rows.size(), recorded.size());
  rows.ForEachInOrder([&](const domain::StateKey& key, std::string_view value) {
    const auto there = recorded.Get(key);
    ASSERT_OK(there);
    EXPECT_EQ(*there, value);
  });
}

TEST(AuditTest, AddsUpTheAccounts) {
  SmallLog log;
  const AuditReport report = AuditOf(log.tiles());
  ASSERT_EQ(report.accounts.size(), 2U);
  const audit::AccountTotals& sembako = report.accounts[1];
  EXPECT_EQ(sembako.program, "sembako");
  EXPECT_EQ(sembako.fiscal_year, 2026U);
  EXPECT_EQ(sembako.region, "35.76");
  // Twelve grants of Rp600,000; e4 and e10 were revoked. d1, d6, d8, d11, d12
  // are credited; d5 and d7 in transit; d2, d3, d4 and x9 came back.
  EXPECT_EQ(sembako.committed, Rupiah(int64_t{3} * 600'000));
  EXPECT_EQ(sembako.in_transit, Rupiah(int64_t{2} * 600'000));
  EXPECT_EQ(sembako.credited, Rupiah(int64_t{5} * 600'000));
  EXPECT_EQ(sembako.available,
            Rupiah(1'000'000'000'000 - int64_t{10} * 600'000));
}

TEST(AuditTest, DigestsTheStateAsItsHeaderSays) {
  audit::Rows rows;
  rows.Apply(
      {{domain::NumberKey('b', 1), "xy"}, {domain::NumberKey('a', 2), "z"}});
  rows.Apply({{domain::NumberKey('c', 2), ""}});
  std::string bytes;
  bytes += 'a' + std::string(7, '\0') + '\2' + std::string(12, '\0');
  bytes += std::string("\0\0\0\1z", 5);
  bytes += 'b' + std::string(7, '\0') + '\1' + std::string(12, '\0');
  bytes += std::string("\0\0\0\2xy", 6);
  EXPECT_EQ(rows.Digest(), crypto::Sha256(AsBytes(bytes)));
}

TEST(AuditTest, ReportsInJsonWhatItReportsInText) {
  SmallLog log;
  AuditReport report = AuditOf(log.tiles());
  report.findings.Add(7, FindingKind::kOutcome, "recorded as \xff");
  const auto json = nlohmann::json::parse(audit::FormatReportAsJson(report));
  EXPECT_EQ(json["result"], "findings");
  EXPECT_EQ(json["size"], 56);
  EXPECT_EQ(json["outcomes"]["refused"]["OVERLAP"], 1);
  EXPECT_EQ(json["accounts"][0]["appropriated"], "600000.00");
  EXPECT_EQ(json["findings"]["count"], 1);
  EXPECT_EQ(json["findings"]["first"][0]["sequence"], 7);
  EXPECT_EQ(json["findings"]["first"][0]["kind"], "outcome");
  EXPECT_EQ(json["first_time"], "2026-03-02T08:00:00.000000Z");
  const std::string text = audit::FormatReport(report);
  EXPECT_THAT(text, HasSubstr("56 entries hashed, 56 judged"));
  EXPECT_THAT(text, HasSubstr("entry 7          outcome"));
  EXPECT_THAT(text, HasSubstr("not what it should be"));
}

TEST(AuditTest, CountsEveryFindingAndKeepsTheFirstOfEachKind) {
  audit::Findings findings(2);
  for (uint64_t i = 10; i > 0; --i) {
    findings.Add(i, FindingKind::kOutcome, "an outcome");
  }
  findings.Add(1, FindingKind::kSeal, "a seal");
  EXPECT_EQ(findings.count(), 11U);
  const auto kept = findings.Kept();
  ASSERT_EQ(kept.size(), 3U);
  EXPECT_EQ(kept[0].kind, FindingKind::kSeal);
  EXPECT_EQ(kept[1].sequence, 9U);
  EXPECT_EQ(kept[2].sequence, 10U);
}

TEST(AuditTest, SaysThatAnotherLedgerIsNotTheOneExpected) {
  SmallLog log;
  AuditOptions options;
  options.origin = "ledger.example/malang";
  options.genesis = crypto::Sha256(AsBytes("another entry 0"));
  EXPECT_THAT(
      PlacesOf(AuditOf(log.tiles(), options)),
      ElementsAre(Place{0, FindingKind::kTree}, Place{0, FindingKind::kTree}));
}

TEST(AuditTest, SaysThatACheckpointIsSignedByAKeyNotInForce) {
  SmallLog log;
  EXPECT_THAT(PlacesOf(AuditOf(TilesOf(log.entries(), 1))),
              ElementsAre(Place{55, FindingKind::kTree}));
  EXPECT_THAT(PlacesOf(AuditOf(TilesOf(log.entries(), 3))),
              ElementsAre(Place{55, FindingKind::kTree}));
}

TEST(AuditTest, RefusesAKeptCheckpointThatIsNone) {
  SmallLog log;
  AuditOptions options;
  options.kept_checkpoints = {"no checkpoint"};
  EXPECT_THAT(audit::Audit(log.tiles(), options),
              Fails(absl::StatusCode::kInvalidArgument, ""));
}

TEST(AuditTest, ReportsKeptCheckpointsOfAnotherLedger) {
  SmallLog log;
  AuditOptions options;
  options.kept_checkpoints = {
      *TilesOf(log.entries(), 2, "ledger.example/malang").ReadCheckpoint(),
      CheckpointOf(log.entries(), 3)};
  EXPECT_THAT(
      PlacesOf(AuditOf(log.tiles(), options)),
      ElementsAre(Place{0, FindingKind::kTree}, Place{55, FindingKind::kTree}));
}

TEST(AuditTest, LeavesLaterRulesUndecided) {
  Recorder recorder;
  recorder.Post(domain::kAdministrators, {domain::RulesAdopted{2}});
  EXPECT_EQ(AuditOf(TilesOf(recorder.entries())).verdict(), Verdict::kAgrees);

  std::vector<std::string> entries = recorder.entries();
  AppendForced(&entries, recorder.parties().Post("dinsos", {Grant("e1")}),
               recorder.parties().id(), recorder.state(), recorder.time_us());
  // Signed with a key that only an entry under later rules may have introduced.
  const AuditReport report = AuditOf(TilesOf(entries, 2));
  EXPECT_EQ(report.verdict(), Verdict::kNeedsRules)
      << audit::FormatReport(report);
  EXPECT_THAT(report.needs_rules, HasSubstr("needs rules version 2"));
  EXPECT_EQ(report.entries_hashed, entries.size());
  EXPECT_EQ(report.entries_judged, entries.size() - 1);
}

// What later rules may record, and this software cannot read.
TEST(AuditTest, FindsNoFaultInWhatLaterRulesKnow) {
  Recorder recorder;
  recorder.Post(domain::kAdministrators, {domain::RulesAdopted{2}});
  const auto expect = [&](const std::vector<std::string>& entries) {
    const AuditReport report = AuditOf(TilesOf(entries));
    EXPECT_EQ(report.verdict(), Verdict::kNeedsRules)
        << audit::FormatReport(report);
    EXPECT_EQ(report.entries_judged, recorder.size());
  };
  std::vector<std::string> entries = recorder.entries();
  AppendForced(&entries, recorder.parties().Post("dinsos", {Grant("e1")}),
               recorder.parties().id(), recorder.state(), recorder.time_us());
  // A refusal of theirs.
  std::vector<std::string> refused = entries;
  EditEntry(&refused, entries.size() - 1, [](codec::Entry* entry) {
    entry->outcome.refusal = static_cast<domain::Refusal>(70);
  });
  expect(refused);
  // A kind of theirs: field 122, after reference and salt.
  EditEntry(&entries, entries.size() - 1, [](codec::Entry* entry) {
    const size_t kind = entry->statement.find("\xc2\x07");  // field 120
    ASSERT_NE(kind, std::string::npos);
    entry->statement.replace(kind, 2, "\xd2\x07");
  });
  expect(entries);
  // A form of theirs.
  entries.back() = "another form";
  expect(entries);
}

TEST(AuditTest, ReadsALogOfManyTiles) {
  Recorder recorder;
  for (int i = 0; i < 3; ++i) {
    std::vector<domain::Body> bodies;
    for (int j = 0; j < 300; ++j) {
      bodies.push_back(Grant("e" + std::to_string(300 * i + j)));
    }
    recorder.Post("dinsos", std::move(bodies));
  }
  MemoryTiles tiles = TilesOf(recorder.entries());
  EXPECT_EQ(tiles.files.count("tile/1/000.p/3"), 1U);
  const AuditReport report = AuditOf(tiles);
  EXPECT_EQ(report.verdict(), Verdict::kAgrees) << audit::FormatReport(report);
  // A higher tile that is wrong names the entries that its hash covers.
  tiles.files["tile/1/000.p/3"][40] ^= 1;
  EXPECT_THAT(PlacesOf(AuditOf(tiles)),
              ElementsAre(Place{256, FindingKind::kTree}));
  // One that is missing does not end the audit.
  tiles.files.erase("tile/1/000.p/3");
  tiles.files.erase("tile/0/001");
  const AuditReport incomplete = AuditOf(tiles);
  EXPECT_EQ(incomplete.entries_judged, recorder.size());
  EXPECT_THAT(PlacesOf(incomplete),
              ElementsAre(Place{0, FindingKind::kTree},
                          Place{256, FindingKind::kTree}));
}

// Rows that no rule could have left, put there beforehand.
TEST(AuditTest, ReportsAnAccountThatDoesNotBalance) {
  SmallLog log;
  audit::Rows rows;
  domain::AccountRow row;
  row.program = 1;
  row.fiscal_year = 2026;
  row.region = "35.76";
  row.last_entry = 12;
  row.appropriated = Rupiah(100);
  row.available = Rupiah(60);
  // The account to which "pkh" gets its funds in the batch of entries 8 to 12.
  rows.Apply(
      {{domain::AccountKey("pkh", 2026, "35.76"), domain::EncodeNumber(77)},
       {domain::NumberKey('f', 77), domain::EncodeRow(row)}});
  const auto report = audit::AuditOnto(log.tiles(), {}, &rows);
  ASSERT_OK(report);
  EXPECT_THAT(PlacesOf(*report), ElementsAre(Place{12, FindingKind::kBalance},
                                             Place{12, FindingKind::kBalance}));
}

TEST(AuditTest, ReportsAccountsThatTheirPaymentsDoNotAddUpTo) {
  audit::Rows rows;
  domain::AccountRow account;
  account.program = 1;
  account.last_entry = 5;
  account.appropriated = account.committed = Rupiah(10);
  domain::ProgramRow program;
  program.program = "sembako";
  program.currency = "IDR";
  domain::EntitlementRow entitlement;
  entitlement.program = entitlement.account = 1;
  entitlement.amount = Rupiah(9);
  rows.Apply({{domain::NumberKey('f', 1), domain::EncodeRow(account)},
              {domain::NumberKey('g', 1), domain::EncodeRow(program)},
              {domain::NumberKey('e', 8), domain::EncodeRow(entitlement)}});
  std::vector<judge::Finding> findings;
  audit::CheckAllAccounts(rows, [&](judge::Finding finding) {
    findings.push_back(std::move(finding));
  });
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].sequence, 5U);
  EXPECT_THAT(findings[0].text, HasSubstr("committed 1000"));
  EXPECT_THAT(findings[0].text, HasSubstr("add up to 900"));
}

}  // namespace
}  // namespace amanah::testing_support
