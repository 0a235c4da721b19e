#include "ledger/domain/claims.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/book_fixture.h"

namespace amanah::domain {
namespace {

using testing_support::Accepted;
using testing_support::Funds;
using testing_support::Grant;
using testing_support::Months;
using testing_support::PersonOf;
using testing_support::PilotBook;
using testing_support::Program;
using testing_support::Refused;
using testing_support::Report;
using testing_support::Revocation;
using testing_support::Rupiah;

constexpr std::string_view kTogether = kAdministrators;
using State = DisbursementState;

EntitlementGranted GrantTo(const std::string& entitlement,
                           std::string_view person, std::string_view first,
                           std::string_view last) {
  EntitlementGranted body = Grant(entitlement);
  body.recipient = PersonOf(person);
  body.months = Months(first, last);
  body.amount = Rupiah(300'000);
  return body;
}

DisbursementReported Payment(const std::string& disbursement,
                             const std::string& entitlement, State state) {
  DisbursementReported body = Report(disbursement, entitlement, state);
  body.amount = Rupiah(300'000);
  return body;
}

// Besides sembako: the household program "pkh".
class ClaimsTest : public testing::Test {
 protected:
  ClaimsTest() {
    ProgramDefined pkh = Program("pkh");
    pkh.unit = Unit::kHousehold;
    pkh.months = Months("2026-01", "2028-12");
    book_.Accept(kTogether, pkh);
    book_.Accept(kTogether, Funds("pkh", 10'000'000));
  }

  EntitlementGranted Household(const std::string& entitlement,
                               std::string_view payee,
                               std::string_view household,
                               std::vector<std::string_view> members) {
    EntitlementGranted body = GrantTo(entitlement, payee, "2026-01", "2026-03");
    body.program = "pkh";
    body.household = PersonOf(household);
    for (const auto member : members) {
      body.members.push_back(PersonOf(member));
    }
    return body;
  }

  // Another version of `program`, excluding what is named.
  uint64_t Redefine(ProgramDefined program, uint32_t version,
                    std::vector<std::string> excludes) {
    program.version = version;
    program.excludes = std::move(excludes);
    return book_.Accept(kTogether, program);
  }

  PilotBook book_;
};

TEST_F(ClaimsTest, AMonthIsHeldOnce) {
  const uint64_t held =
      book_.Accept("dinsos", GrantTo("E1", "siti", "2026-03", "2026-05"));
  const struct {
    const char* first;
    const char* last;
    bool overlaps;
  } rows[] = {{"2026-01", "2026-02", false}, {"2026-01", "2026-03", true},
              {"2026-03", "2026-03", true},  {"2026-04", "2026-04", true},
              {"2026-01", "2026-12", true},  {"2026-05", "2026-06", true},
              {"2026-06", "2026-08", false}};
  for (const auto& row : rows) {
    EXPECT_EQ(book_.Judge("dinsos", GrantTo("E2", "siti", row.first, row.last)),
              row.overlaps ? Refused(Refusal::kOverlap, held) : Accepted())
        << row.first << " to " << row.last;
    EXPECT_EQ(book_.Judge("dinsos", GrantTo("E2", "wati", row.first, row.last)),
              Accepted());
  }
}

TEST_F(ClaimsTest, NamesTheEarliestGrantThatOverlaps) {
  const uint64_t late =
      book_.Accept("dinsos", GrantTo("E1", "siti", "2026-10", "2026-12"));
  const uint64_t early =
      book_.Accept("dinsos", GrantTo("E2", "siti", "2026-01", "2026-02"));
  EXPECT_EQ(book_.Judge("dinsos", GrantTo("E3", "siti", "2026-01", "2026-12")),
            Refused(Refusal::kOverlap, late));
  EXPECT_EQ(book_.Judge("dinsos", GrantTo("E3", "siti", "2026-02", "2026-09")),
            Refused(Refusal::kOverlap, early));
}

TEST_F(ClaimsTest, UnitPersonClaimsThePersonAlone) {
  EntitlementGranted body = GrantTo("E1", "siti", "2026-01", "2026-03");
  body.household = PersonOf("house 1");
  body.members = {PersonOf("wati")};
  book_.Accept("dinsos", body);
  body = GrantTo("E2", "wati", "2026-01", "2026-03");
  body.household = PersonOf("house 1");
  EXPECT_EQ(book_.Say("dinsos", body), Accepted());
}

TEST_F(ClaimsTest, UnitHouseholdClaimsHouseholdPayeeAndMembers) {
  const uint64_t held = book_.Accept(
      "dinsos", Household("E1", "siti", "house 1", {"budi", "wati"}));
  const auto overlap = Refused(Refusal::kOverlap, held);
  const struct {
    const char* payee;
    const char* household;
    std::vector<std::string_view> members;
    Outcome want;
  } rows[] = {
      {"dewi", "house 2", {}, Accepted()},
      {"dewi", "house 2", {"eko"}, Accepted()},
      {"dewi", "house 1", {}, overlap},
      {"siti", "house 2", {}, overlap},
      {"budi", "house 2", {}, overlap},
      {"dewi", "house 2", {"siti"}, overlap},
      {"dewi", "house 2", {"eko", "wati"}, overlap},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(book_.Judge("dinsos", Household("E2", row.payee, row.household,
                                              row.members)),
              row.want)
        << row.payee << " of " << row.household;
  }
}

TEST_F(ClaimsTest, ClaimantsAreAscendingAndDistinct) {
  EntitlementGranted body = Household("E1", "siti", "siti", {"siti", "budi"});
  std::vector<crypto::Pseudonym> want = {PersonOf("siti"), PersonOf("budi")};
  if (want[1] < want[0]) std::swap(want[0], want[1]);
  EXPECT_EQ(ClaimantsOf(Unit::kHousehold, body), want);
  EXPECT_EQ(ClaimantsOf(Unit::kPerson, body),
            std::vector<crypto::Pseudonym>{PersonOf("siti")});
}

TEST_F(ClaimsTest, ClaimsReachAcrossTheEndsOfYears) {
  EntitlementGranted body = Household("E1", "siti", "house 1", {});
  body.months = Months("2026-11", "2028-02");
  const uint64_t held = book_.Accept("dinsos", body);
  const struct {
    const char* first;
    const char* last;
    bool overlaps;
  } rows[] = {{"2026-01", "2026-10", false}, {"2026-11", "2026-11", true},
              {"2026-12", "2027-01", true},  {"2027-01", "2027-01", true},
              {"2027-06", "2027-06", true},  {"2028-02", "2028-02", true},
              {"2028-03", "2028-12", false}, {"2026-01", "2028-12", true}};
  for (const auto& row : rows) {
    body = Household("E2", "siti", "house 2", {});
    body.months = Months(row.first, row.last);
    EXPECT_EQ(book_.Judge("dinsos", body),
              row.overlaps ? Refused(Refusal::kOverlap, held) : Accepted())
        << row.first << " to " << row.last;
  }
}

TEST_F(ClaimsTest, AYearsRowHoldsTheMonthsOfThatYear) {
  EntitlementGranted body = Household("E1", "siti", "house 1", {});
  body.months = Months("2026-11", "2028-02");
  const uint64_t held = book_.Accept("dinsos", body);
  const struct {
    int32_t year;
    Period months;
  } rows[] = {{2026, Months("2026-11", "2026-12")},
              {2027, Months("2027-01", "2027-12")},
              {2028, Months("2028-01", "2028-02")}};
  for (const auto& row : rows) {
    for (const char* claimant : {"siti", "house 1"}) {
      const auto claims = LoadRow<ClaimRow>(
          book_.state(), ClaimKey("pkh", PersonOf(claimant), row.year));
      ASSERT_TRUE(claims.has_value()) << row.year;
      ASSERT_EQ(claims->ranges.size(), 1u);
      EXPECT_EQ(claims->ranges[0].months, row.months);
      EXPECT_EQ(claims->ranges[0].grant, held);
    }
  }
}

TEST_F(ClaimsTest, ProgramsOfOneBenefitShareItsClaims) {
  ProgramDefined city = Program("sembako-city");
  city.benefit = "sembako";
  book_.Accept(kTogether, city);
  book_.Accept(kTogether, Funds("sembako-city", 1'000'000));
  const uint64_t held =
      book_.Accept("dinsos", GrantTo("E1", "siti", "2026-01", "2026-03"));
  EntitlementGranted body = GrantTo("E2", "siti", "2026-03", "2026-04");
  body.program = "sembako-city";
  EXPECT_EQ(book_.Say("dinsos", body), Refused(Refusal::kOverlap, held));
}

TEST_F(ClaimsTest, ClaimsEndWhenRevokedAndNothingIsLive) {
  const EntitlementGranted again = GrantTo("E2", "siti", "2026-02", "2026-02");
  const uint64_t held =
      book_.Accept("dinsos", GrantTo("E1", "siti", "2026-01", "2026-03"));
  const auto overlap = Refused(Refusal::kOverlap, held);
  book_.Accept("bank-a", Payment("D1", "E1", State::kInstructed));
  book_.Accept("bank-a", Payment("D1", "E1", State::kRejected));
  EXPECT_EQ(book_.Judge("dinsos", again), overlap);  // unpaid, not revoked
  book_.Accept("bank-a", Payment("D2", "E1", State::kInstructed));
  book_.Accept("dinsos", Revocation("E1"));
  EXPECT_EQ(book_.Judge("dinsos", again), overlap);  // in transit
  book_.Accept("bank-a", Payment("D2", "E1", State::kCredited));
  EXPECT_EQ(book_.Judge("dinsos", again), overlap);  // credited
  book_.Accept("bank-a", Payment("D2", "E1", State::kReturned));
  const uint64_t next = book_.Accept("dinsos", again);

  // The months that the new grant leaves free are free.
  EXPECT_EQ(book_.Judge("dinsos", GrantTo("E3", "siti", "2026-01", "2026-01")),
            Accepted());
  EXPECT_EQ(book_.Judge("dinsos", GrantTo("E3", "siti", "2026-01", "2026-02")),
            Refused(Refusal::kOverlap, next));
}

TEST_F(ClaimsTest, EndedClaimsLeaveTheRowWithTheNextGrant) {
  const StateKey key = ClaimKey("sembako", PersonOf("siti"), 2026);
  for (int i = 0; i < 50; ++i) {
    const std::string name = "E" + std::to_string(i);
    book_.Accept("dinsos", GrantTo(name, "siti", "2026-01", "2026-03"));
    book_.Accept("dinsos", Revocation(name));
  }
  const auto row = LoadRow<ClaimRow>(book_.state(), key);
  ASSERT_TRUE(row.has_value());
  EXPECT_EQ(row->ranges.size(), 1u);
}

TEST_F(ClaimsTest, ExclusionHoldsInBothDirections) {
  ProgramDefined bst = Program("bst");
  bst.excludes = {"sembako"};
  book_.Accept(kTogether, bst);
  book_.Accept(kTogether, Funds("bst", 10'000'000));

  const uint64_t sembako =
      book_.Accept("dinsos", GrantTo("E1", "siti", "2026-01", "2026-03"));
  EntitlementGranted body = GrantTo("E2", "siti", "2026-03", "2026-04");
  body.program = "bst";
  EXPECT_EQ(book_.Say("dinsos", body),
            Refused(Refusal::kExcludedProgram, sembako));
  body.months = Months("2026-04", "2026-05");
  const uint64_t other = book_.Accept("dinsos", body);
  EXPECT_EQ(book_.Say("dinsos", GrantTo("E3", "siti", "2026-05", "2026-06")),
            Refused(Refusal::kExcludedProgram, other));
  EXPECT_EQ(book_.Say("dinsos", GrantTo("E3", "siti", "2026-06", "2026-06")),
            Accepted());
}

TEST_F(ClaimsTest, ExclusionMeetsAPersonInsideAHousehold) {
  ProgramDefined bst = Program("bst");
  bst.excludes = {"pkh"};
  book_.Accept(kTogether, bst);
  book_.Accept(kTogether, Funds("bst", 10'000'000));
  const uint64_t family =
      book_.Accept("dinsos", Household("E1", "siti", "house 1", {"budi"}));
  EntitlementGranted body = GrantTo("E2", "budi", "2026-01", "2026-01");
  body.program = "bst";
  EXPECT_EQ(book_.Say("dinsos", body),
            Refused(Refusal::kExcludedProgram, family));
  body = GrantTo("E3", "eko", "2026-01", "2026-01");
  body.program = "bst";
  const uint64_t alone = book_.Accept("dinsos", body);
  EXPECT_EQ(book_.Say("dinsos", Household("E4", "dewi", "house 2", {"eko"})),
            Refused(Refusal::kExcludedProgram, alone));
}

TEST_F(ClaimsTest, ExclusionIsOfTheProgramAndNotOfItsBenefit) {
  ProgramDefined city = Program("sembako-city");
  city.benefit = "sembako";
  book_.Accept(kTogether, city);
  book_.Accept(kTogether, Funds("sembako-city", 1'000'000));
  ProgramDefined bst = Program("bst");
  bst.excludes = {"sembako-city"};
  book_.Accept(kTogether, bst);
  book_.Accept(kTogether, Funds("bst", 10'000'000));
  book_.Accept("dinsos", GrantTo("E1", "siti", "2026-01", "2026-01"));
  EntitlementGranted body = GrantTo("E2", "siti", "2026-02", "2026-02");
  body.program = "sembako-city";
  const uint64_t excluded = book_.Accept("dinsos", body);
  body = GrantTo("E3", "siti", "2026-01", "2026-02");
  body.program = "bst";
  EXPECT_EQ(book_.Say("dinsos", body),
            Refused(Refusal::kExcludedProgram, excluded));
  body.months = Months("2026-01", "2026-01");
  EXPECT_EQ(book_.Say("dinsos", body), Accepted());
}

TEST_F(ClaimsTest, ExclusionEndsWhenANewVersionDropsIt) {
  ProgramDefined bst = Program("bst");
  bst.excludes = {"pkh", "sembako"};
  book_.Accept(kTogether, bst);
  book_.Accept(kTogether, Funds("bst", 10'000'000));
  const uint64_t held =
      book_.Accept("dinsos", GrantTo("E1", "siti", "2026-01", "2026-03"));
  EntitlementGranted body = GrantTo("E2", "siti", "2026-01", "2026-01");
  body.program = "bst";
  const auto excluded = Refused(Refusal::kExcludedProgram, held);
  EXPECT_EQ(book_.Judge("dinsos", body), excluded);

  // Excluded from both sides: dropping one leaves the other.
  Redefine(Program("sembako"), 2, {"bst"});
  Redefine(bst, 2, {"pkh"});
  EXPECT_EQ(book_.Judge("dinsos", body), excluded);
  Redefine(Program("sembako"), 3, {});
  const uint64_t granted = book_.Accept("dinsos", body);

  // And it may come back; what was granted in between stays.
  Redefine(bst, 3, {"sembako"});
  EXPECT_EQ(book_.Judge("dinsos", GrantTo("E3", "siti", "2026-01", "2026-01")),
            Refused(Refusal::kOverlap, held));
  book_.Accept("dinsos", Revocation("E1"));
  EXPECT_EQ(book_.Judge("dinsos", GrantTo("E3", "siti", "2026-01", "2026-01")),
            Refused(Refusal::kExcludedProgram, granted));
}

TEST_F(ClaimsTest, ExclusionNamesTheEarliestGrantOfAnyExcludedProgram) {
  ProgramDefined bst = Program("bst");
  bst.excludes = {"pkh"};
  book_.Accept(kTogether, bst);
  book_.Accept(kTogether, Funds("bst", 10'000'000));
  Redefine(Program("sembako"), 2, {"bst"});
  const uint64_t sembako =
      book_.Accept("dinsos", GrantTo("E1", "siti", "2026-01", "2026-01"));
  book_.Accept("dinsos", Household("E2", "siti", "house 1", {}));
  EntitlementGranted body = GrantTo("E3", "siti", "2026-01", "2026-03");
  body.program = "bst";
  EXPECT_EQ(book_.Judge("dinsos", body),
            Refused(Refusal::kExcludedProgram, sembako));
}

}  // namespace
}  // namespace amanah::domain
