// The golden log of rules version 1, replayed. Its outcomes were written by
// hand and its bytes made in Python (make_rules_v1.py); software that speaks
// later rules must still come to the very same.
#include "ledger/judge/replay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "ledger/audit/audit.h"
#include "ledger/base/base64.h"
#include "ledger/log/merkle.h"
#include "tests/support/forge.h"
#include "tests/support/matchers.h"

namespace amanah::testing_support {
namespace {

using domain::Refusal;
using testing::ElementsAre;
using testing::IsEmpty;

// As make_rules_v1.py prints them.
constexpr std::string_view kFileSha256 =
    "02a6b8bb14212f92b9e7b2c9601748c8c1dc18af174cd33c749ac1cab601a517";
constexpr std::string_view kRoot =
    "312b3e082063a6d3b3a3b86650fd046f73b72d228d961e153a98590f7409afe3";
constexpr uint64_t kEntries = 413;
constexpr uint64_t kAccepted = 198;
constexpr size_t kBatches = 61;
constexpr struct {
  Refusal refusal;
  uint64_t count;
} kRefused[] = {
    {Refusal::kRoleNotAllowed, 48},
    {Refusal::kOutOfScope, 8},
    {Refusal::kReferenceReused, 4},
    {Refusal::kAuthorityUnknown, 5},
    {Refusal::kNameUsed, 2},
    {Refusal::kKeyUsed, 10},
    {Refusal::kPinUsed, 5},
    {Refusal::kAuthorityState, 6},
    {Refusal::kBelowThreshold, 1},
    {Refusal::kSuccessorUnfit, 4},
    {Refusal::kRulesVersionNotNext, 2},
    {Refusal::kProgramUnknown, 3},
    {Refusal::kProgramVersionNotNext, 4},
    {Refusal::kProgramReinterpreted, 9},
    {Refusal::kBenefitUnit, 2},
    {Refusal::kMonthsOutsideProgram, 3},
    {Refusal::kCurrencyMismatch, 4},
    {Refusal::kNotWholeUnits, 4},
    {Refusal::kRegionForm, 2},
    {Refusal::kRegionOutsideAppropriation, 3},
    {Refusal::kHouseholdMissing, 1},
    {Refusal::kFundsInsufficient, 7},
    {Refusal::kFundsOverflow, 2},
    {Refusal::kEntitlementUsed, 3},
    {Refusal::kOverlap, 16},
    {Refusal::kExcludedProgram, 6},
    {Refusal::kAboveCeiling, 4},
    {Refusal::kEntitlementUnknown, 3},
    {Refusal::kEntitlementRevoked, 3},
    {Refusal::kExceedsRemaining, 7},
    {Refusal::kBankNotInScope, 3},
    {Refusal::kEndToEndIdUsed, 2},
    {Refusal::kNotSuccessor, 5},
    {Refusal::kDisbursementDiffers, 6},
    {Refusal::kIllegalTransition, 18},
};
// Program, year, region; available, committed, in transit, credited.
constexpr struct {
  std::string_view program;
  uint32_t fiscal_year;
  std::string_view region;
  int64_t available;
  int64_t committed;
  int64_t in_transit;
  int64_t credited;
} kAccounts[] = {
    {"BLT", 2026, "", 990000000, 5000000, 0, 5000000},
    {"BLT", 2030, "", 0, 0, 0, 4000000000000000000},
    {"BOLSA", 2026, "SP.3550308", 40000, 0, 0, 60000},
    {"KOTA", 2026, "35.76", 499959220, 0, 0, 40780},
    {"PKH", 2026, "35", 229999900, 620000099, 1, 150000000},
    {"SEMBAKO", 2026, "35.76", 280000200, 80000000, 0, 40000000},
};
// Of the rows after the last entry (audit/rows.h): fixed when rules version 1
// was, for what is kept in data folders.
constexpr std::string_view kStateDigest =
    "62f90a44843c9bf5386cc76396f760ed2f8d37ebc7b27dc3cdd3ee9146e8be37";

std::string ReadFile(const char* name) {
  std::ifstream file(std::filesystem::path(AMANAH_GOLDEN_FOLDER) / name,
                     std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string FromHex(const std::string& line) {
  std::string bytes;
  for (size_t i = 0; i + 1 < line.size(); i += 2) {
    bytes.push_back(
        static_cast<char>(std::stoi(line.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

const std::vector<std::string>& Entries() {
  static const std::vector<std::string> entries = [] {
    std::vector<std::string> read;
    std::istringstream lines(ReadFile("rules_v1.log"));
    for (std::string line; std::getline(lines, line);) {
      read.push_back(FromHex(line));
    }
    return read;
  }();
  return entries;
}

MemoryTiles Tiles() {
  MemoryTiles tiles = TilesOf(Entries());
  tiles.files["checkpoint"] = ReadFile("rules_v1.checkpoint");
  return tiles;
}

judge::Replay::OnFinding AddTo(std::vector<std::string>* findings) {
  return [findings](const judge::Finding& finding) {
    findings->push_back("entry " + std::to_string(finding.sequence) + ": " +
                        std::string(judge::FindingKindName(finding.kind)));
  };
}

std::string OutcomeAt(uint64_t sequence) {
  return "entry " + std::to_string(sequence) + ": outcome";
}

void AddEntry(const std::string& entry, judge::Replay* replay) {
  ASSERT_OK(replay->Add(AsBytes(entry), log::LeafHash(AsBytes(entry))));
}

// What a replay of all entries finds.
std::vector<std::string> FindingsOf(const std::vector<std::string>& entries,
                                    audit::Rows* rows) {
  std::vector<std::string> findings;
  domain::Overlay state(rows);
  judge::Replay replay(&state, {}, AddTo(&findings));
  for (const std::string& entry : entries) AddEntry(entry, &replay);
  replay.Finish();
  rows->Apply(state.TakeChanges());
  return findings;
}

// A replay between two batches, with nothing in memory but its rows.
struct Standing {
  std::optional<judge::LedgerId> ledger;
  judge::Tip tip;
  audit::Rows rows;
};

// One batch further, by a replay of its own.
Standing NextBatch(Standing at, const std::vector<std::string>& entries,
                   std::vector<std::string>* findings) {
  domain::Overlay state(&at.rows);
  judge::Replay replay =
      at.ledger.has_value()
          ? judge::Replay(&state, *at.ledger, at.tip, {}, AddTo(findings))
          : judge::Replay(&state, {}, AddTo(findings));
  do {
    AddEntry(entries[replay.tip().size], &replay);
  } while (!replay.between_batches());
  at.rows.Apply(state.TakeChanges());
  at.ledger = replay.ledger();
  at.tip = replay.tip();
  return at;
}

// The log up to `size` with one outcome turned round, and the hashes after it
// made anew.
std::vector<std::string> WithFlippedOutcome(uint64_t sequence, uint64_t size) {
  std::vector<std::string> entries(
      Entries().begin(), Entries().begin() + static_cast<ptrdiff_t>(size));
  EditEntry(&entries, sequence, [](codec::Entry* entry) {
    domain::Outcome& outcome = entry->outcome;
    outcome = outcome.accepted()
                  ? domain::Outcome{Refusal::kOverlap, std::nullopt}
                  : domain::Outcome{};
  });
  return Rechain(std::move(entries));
}

TEST(GoldenLogTest, IsTheFileThatWasMadeForRulesVersion1) {
  EXPECT_EQ(EncodeHex(crypto::Sha256(AsBytes(ReadFile("rules_v1.log"))).view()),
            kFileSha256);
  std::vector<crypto::Hash> leaves;
  for (const std::string& entry : Entries()) {
    leaves.push_back(log::LeafHash(AsBytes(entry)));
  }
  EXPECT_EQ(leaves.size(), kEntries);
  EXPECT_EQ(EncodeHex(log::RootOf(leaves).view()), kRoot);
}

TEST(GoldenLogTest, IsAuditedWithoutAFinding) {
  const auto report = audit::Audit(Tiles());
  ASSERT_OK(report);
  EXPECT_EQ(report->verdict(), audit::Verdict::kAgrees)
      << audit::FormatReport(*report);
  EXPECT_EQ(report->size, kEntries);
  EXPECT_EQ(EncodeHex(report->root.view()), kRoot);
  EXPECT_EQ(report->batches, kBatches);
  EXPECT_EQ(report->seals_verified, kBatches);
  EXPECT_EQ(EncodeHex(report->state_digest.view()), kStateDigest);
}

TEST(GoldenLogTest, HoldsEveryKindAndEveryRefusal) {
  const auto report = audit::Audit(Tiles());
  ASSERT_OK(report);
  EXPECT_EQ(report->statements.size(), std::variant_size_v<domain::Body>);
  EXPECT_EQ(report->accepted, kAccepted);
  std::map<Refusal, uint64_t> expected;
  for (const auto& row : kRefused) expected[row.refusal] = row.count;
  EXPECT_EQ(report->refused, expected);
  for (int number = 0; number < 256; ++number) {
    const auto name = domain::RefusalName(number);
    EXPECT_EQ(name.has_value(), expected.contains(static_cast<Refusal>(number)))
        << name.value_or("a number of no refusal");
  }
}

TEST(GoldenLogTest, ComesToTheAccountsWrittenOut) {
  const auto report = audit::Audit(Tiles());
  ASSERT_OK(report);
  ASSERT_EQ(report->accounts.size(), std::size(kAccounts));
  for (size_t i = 0; i < std::size(kAccounts); ++i) {
    const auto& want = kAccounts[i];
    const audit::AccountTotals& have = report->accounts[i];
    SCOPED_TRACE(have.program);
    EXPECT_EQ(have.program, want.program);
    EXPECT_EQ(have.fiscal_year, want.fiscal_year);
    EXPECT_EQ(have.region, want.region);
    EXPECT_EQ(have.available.minor, want.available);
    EXPECT_EQ(have.committed.minor, want.committed);
    EXPECT_EQ(have.in_transit.minor, want.in_transit);
    EXPECT_EQ(have.credited.minor, want.credited);
    EXPECT_EQ(have.appropriated.minor, want.available + want.committed +
                                           want.in_transit + want.credited);
  }
}

// As a start-up does: state on disk, replay from where it stands.
TEST(GoldenLogTest, ComesToTheSameRowsWhenReloadedAfterEveryBatch) {
  audit::Rows whole;
  EXPECT_THAT(FindingsOf(Entries(), &whole), IsEmpty());
  EXPECT_EQ(EncodeHex(whole.Digest().view()), kStateDigest);

  Standing at;
  std::vector<std::string> findings;
  while (at.tip.size < Entries().size()) {
    at = NextBatch(at, Entries(), &findings);
  }
  EXPECT_THAT(findings, IsEmpty());
  EXPECT_EQ(at.rows.size(), whole.size());
  EXPECT_EQ(at.rows.Digest(), whole.Digest());
}

// The rows after the batch are the same, so all that follows is too.
TEST(GoldenLogTest, ShowsEachOutcomeThatIsTurnedRoundAndNothingElse) {
  std::vector<std::string> none;
  Standing before = NextBatch({}, Entries(), &none);
  while (before.tip.size < Entries().size()) {
    const Standing after = NextBatch(before, Entries(), &none);
    for (uint64_t i = before.tip.size; i < after.tip.size; ++i) {
      std::vector<std::string> findings;
      const Standing flipped =
          NextBatch(before, WithFlippedOutcome(i, after.tip.size), &findings);
      EXPECT_THAT(findings, ElementsAre(OutcomeAt(i)));
      EXPECT_EQ(flipped.rows.Digest(), after.rows.Digest()) << "entry " << i;
    }
    before = after;
  }
  EXPECT_THAT(none, IsEmpty());
}

TEST(GoldenLogTest, ReplaysToItsEndAfterAnOutcomeThatIsTurnedRound) {
  for (uint64_t i = 1; i < Entries().size(); i += 60) {
    audit::Rows rows;
    EXPECT_THAT(FindingsOf(WithFlippedOutcome(i, Entries().size()), &rows),
                ElementsAre(OutcomeAt(i)));
    EXPECT_EQ(EncodeHex(rows.Digest().view()), kStateDigest);
  }
}

// Entry 0's hash is in every later seal, so it is turned round alone.
TEST(GoldenLogTest, ShowsThatEntryZeroCannotBeRefused) {
  audit::Rows rows;
  EXPECT_THAT(FindingsOf(WithFlippedOutcome(0, 1), &rows),
              ElementsAre(OutcomeAt(0)));
}

}  // namespace
}  // namespace amanah::testing_support
