#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "tests/support/book_fixture.h"

namespace amanah::domain {
namespace {

using testing_support::Accepted;
using testing_support::Authority;
using testing_support::Draft;
using testing_support::ExpectPrecedence;
using testing_support::Funds;
using testing_support::Grant;
using testing_support::Months;
using testing_support::Parts;
using testing_support::PersonOf;
using testing_support::PilotBook;
using testing_support::Program;
using testing_support::Refused;
using testing_support::Report;
using testing_support::Revocation;
using testing_support::Rupiah;

constexpr std::string_view kTogether = kAdministrators;
using State = DisbursementState;

// A household program "pkh" (entry 6) that excludes sembako, with Rp1,000,000
// for 35.76 in 2026 (entry 7) and a ceiling of Rp200,000 a month; an owner that
// only speaks for pkh in 35.76 (entry 8).
class EntitlementRulesTest : public testing::Test {
 protected:
  static constexpr uint64_t kPkh = 6;
  static constexpr uint64_t kPkhFunds = 7;

  EntitlementRulesTest() {
    ProgramDefined pkh = Program("pkh");
    pkh.unit = Unit::kHousehold;
    pkh.excludes = {"sembako"};
    pkh.ceiling = Rupiah(200'000);
    book_.Accept(kTogether, pkh);
    book_.Accept(kTogether, Funds("pkh", 1'000'000));
    AuthorityEnrolled owner = Authority("pkh-office", Role::kProgramOwner);
    owner.programs = {"pkh"};
    owner.regions = {"35.76"};
    book_.Accept(kTogether, owner);
  }

  static EntitlementGranted PkhGrant(const std::string& entitlement) {
    EntitlementGranted body = Grant(entitlement);
    body.program = "pkh";
    body.household = PersonOf("household of " + entitlement);
    return body;
  }

  PilotBook book_;
};

TEST_F(EntitlementRulesTest, AGrantReportsTheFirstRefusalThatHolds) {
  EntitlementGranted held = PkhGrant("held");
  held.recipient = PersonOf("wati");
  const uint64_t overlapped = book_.Accept("pkh-office", held);
  EntitlementGranted excluded = Grant("excluded");
  excluded.recipient = PersonOf("siti");
  const uint64_t excluding = book_.Accept("dinsos", excluded);
  const uint64_t used =
      book_.Post("dinsos", {"used", {}, excluded}, "used").sequence;

  EntitlementGranted body = PkhGrant("excluded");
  body.program = "bst";
  body.region = "3573";
  body.appropriation_region = "35.78";
  body.recipient = PersonOf("siti");
  body.members = {PersonOf("wati")};
  body.household.reset();
  body.months = Months("2025-12", "2026-02");
  body.currency = "USD";
  body.amount = {Rupiah(600'001).minor + 1};
  using D = Draft<EntitlementGranted>;
  ExpectPrecedence<EntitlementGranted>(
      &book_, {"bank-a", "used", body},
      {{Refused(Refusal::kRoleNotAllowed),
        [](D* draft) { draft->author = "pkh-office"; }},
       {Refused(Refusal::kOutOfScope),
        [](D* draft) { draft->body.program = "pkh"; }},
       {Refused(Refusal::kOutOfScope),
        [](D* draft) {
          draft->author = "dinsos";
          draft->body.program = "bst";
        }},
       {Refused(Refusal::kReferenceReused, used),
        [](D* draft) { draft->reference = "fresh"; }},
       {Refused(Refusal::kProgramUnknown),
        [](D* draft) { draft->body.program = "pkh"; }},
       {Refused(Refusal::kMonthsOutsideProgram, kPkh),
        [](D* draft) { draft->body.months = Months("2026-03", "2026-05"); }},
       {Refused(Refusal::kCurrencyMismatch, kPkh),
        [](D* draft) { draft->body.currency = "IDR"; }},
       {Refused(Refusal::kNotWholeUnits, kPkh),
        [](D* draft) { draft->body.amount = Rupiah(600'001); }},
       {Refused(Refusal::kRegionForm, kPkh),
        [](D* draft) { draft->body.region = "35.76.02"; }},
       {Refused(Refusal::kRegionOutsideAppropriation),
        [](D* draft) { draft->body.appropriation_region = "35"; }},
       {Refused(Refusal::kHouseholdMissing, kPkh),
        [](D* draft) { draft->body.household = PersonOf("house"); }},
       {Refused(Refusal::kFundsInsufficient),
        [](D* draft) { draft->body.appropriation_region = "35.76"; }},
       {Refused(Refusal::kFundsInsufficient, kPkhFunds),
        [](D* draft) {
          draft->body.months = Months("2026-03", "2026-03");
          draft->body.amount = Rupiah(200'001);
        }},
       {Refused(Refusal::kEntitlementUsed, excluding),
        [](D* draft) { draft->body.entitlement = "E1"; }},
       {Refused(Refusal::kOverlap, overlapped),
        [](D* draft) { draft->body.members.clear(); }},
       {Refused(Refusal::kExcludedProgram, excluding),
        [](D* draft) { draft->body.months = Months("2026-04", "2026-04"); }},
       {Refused(Refusal::kAboveCeiling, kPkh),
        [](D* draft) { draft->body.amount = Rupiah(200'000); }}});
}

TEST_F(EntitlementRulesTest, AGrantLiesWithinTheProgramsMonths) {
  const struct {
    const char* first;
    const char* last;
    bool within;
  } rows[] = {{"2026-01", "2026-12", true},  {"2026-01", "2026-01", true},
              {"2026-12", "2026-12", true},  {"2025-12", "2026-01", false},
              {"2026-12", "2027-01", false}, {"2025-12", "2025-12", false},
              {"2027-01", "2027-01", false}, {"2025-01", "2027-12", false}};
  for (const auto& row : rows) {
    EntitlementGranted body = Grant("E1");
    body.months = Months(row.first, row.last);
    EXPECT_EQ(book_.Judge("dinsos", body),
              row.within ? Accepted()
                         : Refused(Refusal::kMonthsOutsideProgram,
                                   PilotBook::kProgram))
        << row.first << " to " << row.last;
  }
}

TEST_F(EntitlementRulesTest, WholeUnitsAreThoseOfTheCurrency) {
  ProgramDefined yen = Program("yen");
  yen.currency = "JPY";
  book_.Accept(kTogether, yen);
  ProgramDefined cents = Program("cents");
  cents.whole_units = false;
  book_.Accept(kTogether, cents);
  FundsAppropriated funds = Funds("yen", 10);
  funds.currency = "JPY";
  book_.Accept(kTogether, funds);
  book_.Accept(kTogether, Funds("cents", 10));
  const struct {
    const char* program;
    const char* currency;
    int64_t minor;
    bool whole;
  } rows[] = {{"sembako", "IDR", 100, true}, {"sembako", "IDR", 101, false},
              {"sembako", "IDR", 99, false}, {"sembako", "IDR", 1, false},
              {"cents", "IDR", 1, true},     {"yen", "JPY", 1, true}};
  for (const auto& row : rows) {
    EntitlementGranted body = Grant("E1");
    body.program = row.program;
    body.currency = row.currency;
    body.amount = {row.minor};
    EXPECT_EQ(book_.Judge("dinsos", body),
              row.whole ? Accepted()
                        : Refused(Refusal::kNotWholeUnits, PilotBook::kProgram))
        << row.program << " " << row.minor;
  }
}

TEST_F(EntitlementRulesTest, ARegionIsACodeOfTheProgramsScheme) {
  for (const char* region : {"3576", "35.7", "35.760", "35.76.2", "35.76.02.",
                             "35.76.02.10", "35.76.02.1003.1", "35.76-02"}) {
    EntitlementGranted body = Grant("E1");
    body.region = region;
    EXPECT_EQ(book_.Judge("dinsos", body),
              Refused(Refusal::kRegionForm, PilotBook::kProgram))
        << region;
  }
}

TEST_F(EntitlementRulesTest, ARegionLiesInTheAppropriations) {
  FundsAppropriated funds = Funds("sembako", 1'000'000);
  for (const char* region : {"", "35", "35.76.02"}) {
    funds.region = region;
    book_.Accept(kTogether, funds);
  }
  const struct {
    const char* appropriation;
    const char* region;
    bool inside;
  } rows[] = {{"35.76", "35.76", true},
              {"35.76", "35.76.02", true},
              {"35.76", "35.76.02.1003", true},
              {"35.76", "35.73", false},
              {"35.76", "35.16", false},
              {"35.76", "35", false},
              {"35", "35.76", true},
              {"35", "36.71", false},
              {"35.76.02", "35.76.02.1003", true},
              {"35.76.02", "35.76", false},
              {"35.76.02", "35.76.03.1003", false},
              {"", "35.76", true},
              {"", "11.01", true}};
  for (const auto& row : rows) {
    EntitlementGranted body = Grant("E1");
    body.appropriation_region = row.appropriation;
    body.region = row.region;
    EXPECT_EQ(
        book_.Judge("dinsos", body),
        row.inside ? Accepted() : Refused(Refusal::kRegionOutsideAppropriation))
        << row.region << " in " << row.appropriation;
  }
}

// 35.7 is no code of the Kemendagri's, but other schemes have such.
TEST_F(EntitlementRulesTest, ARegionIsNotInsideOneThatItsTextBeginsWith) {
  ProgramDefined program = Program("free");
  program.region_scheme = "id.bps";
  book_.Accept(kTogether, program);
  FundsAppropriated funds = Funds("free", 1'000'000);
  funds.region = "35.7";
  book_.Accept(kTogether, funds);
  AuthorityEnrolled owner = Authority("narrow", Role::kProgramOwner);
  owner.regions = {"35.7", "35.76.0"};
  book_.Accept(kTogether, owner);

  EntitlementGranted body = Grant("E1");
  body.program = "free";
  body.appropriation_region = "35.7";
  body.region = "35.76";
  EXPECT_EQ(book_.Judge("dinsos", body),
            Refused(Refusal::kRegionOutsideAppropriation));
  EXPECT_EQ(book_.Judge("narrow", body), Refused(Refusal::kOutOfScope));
  body.region = "35.7.6";
  EXPECT_EQ(book_.Judge("dinsos", body), Accepted());
  EXPECT_EQ(book_.Judge("narrow", body), Accepted());
  EXPECT_EQ(book_.Judge("narrow", Grant("E1")), Refused(Refusal::kOutOfScope));
}

TEST_F(EntitlementRulesTest, ScopeNeedsProgramAndRegion) {
  AuthorityEnrolled owner = Authority("two", Role::kProgramOwner);
  owner.programs = {"pkh", "sembako"};
  owner.regions = {"35.73", "35.76.02"};
  book_.Accept(kTogether, owner);
  const struct {
    const char* program;
    const char* region;
    Outcome want;
  } rows[] = {{"sembako", "35.76.02", Accepted()},
              {"sembako", "35.76.02.1003", Accepted()},
              {"sembako", "35.76", Refused(Refusal::kOutOfScope)},
              {"sembako", "35.76.03", Refused(Refusal::kOutOfScope)},
              {"bst", "35.76.02", Refused(Refusal::kOutOfScope)},
              {"sembak", "35.76.02", Refused(Refusal::kOutOfScope)}};
  for (const auto& row : rows) {
    EntitlementGranted body = Grant("E1");
    body.program = row.program;
    body.region = row.region;
    EXPECT_EQ(book_.Judge("two", body), row.want)
        << row.program << " " << row.region;
  }
}

TEST_F(EntitlementRulesTest, AGrantTakesWhatIsAvailableAndNoMore) {
  EntitlementGranted body = Grant("E1");
  body.amount = Rupiah(10'000'001);
  EXPECT_EQ(book_.Say("dinsos", body),
            Refused(Refusal::kFundsInsufficient, PilotBook::kFunds));
  body.amount = Rupiah(10'000'000);
  EXPECT_EQ(book_.Say("dinsos", body), Accepted());
  EXPECT_EQ(book_.Money(), (Parts{0, 10'000'000, 0, 0}));

  // The last change of the funds is named, not the grant that took them.
  body = Grant("E2");
  body.amount = Rupiah(1);
  EXPECT_EQ(book_.Say("dinsos", body),
            Refused(Refusal::kFundsInsufficient, PilotBook::kFunds));
  const uint64_t added = book_.Accept(kTogether, Funds("sembako", 1));
  EXPECT_EQ(book_.Say("dinsos", body), Accepted());
  EXPECT_EQ(book_.Say("dinsos", Grant("E3")),
            Refused(Refusal::kFundsInsufficient, added));
}

TEST_F(EntitlementRulesTest, AGrantDrawsOnItsOwnAppropriationOnly) {
  EntitlementGranted body = Grant("E1");
  body.fiscal_year = 2027;
  EXPECT_EQ(book_.Judge("dinsos", body), Refused(Refusal::kFundsInsufficient));
  body.fiscal_year = 2026;
  body.appropriation_region = "35.76.02";
  EXPECT_EQ(book_.Judge("dinsos", body), Refused(Refusal::kFundsInsufficient));
}

TEST_F(EntitlementRulesTest, AMonthCountsItsShareRoundedUp) {
  const struct {
    const char* last;
    int64_t rupiah;
    bool above;
  } rows[] = {
      {"2026-01", 200'000, false}, {"2026-01", 200'001, true},
      {"2026-03", 600'000, false}, {"2026-03", 600'001, true},
      {"2026-03", 599'999, false}, {"2026-05", 1'000'000, false},
      {"2026-04", 800'001, true},
  };
  for (const auto& row : rows) {
    EntitlementGranted body = PkhGrant("E1");
    body.months = Months("2026-01", row.last);
    body.amount = Rupiah(row.rupiah);
    EXPECT_EQ(book_.Judge("dinsos", body),
              row.above ? Refused(Refusal::kAboveCeiling, kPkh) : Accepted())
        << row.rupiah << " to " << row.last;
  }
}

TEST_F(EntitlementRulesTest, AnOddAmountRoundsUpInMinorUnits) {
  ProgramDefined program = Program("cents");
  program.whole_units = false;
  program.ceiling = Amount{33};
  const uint64_t defined = book_.Accept(kTogether, program);
  book_.Accept(kTogether, Funds("cents", 10));
  EntitlementGranted body = Grant("E1");
  body.program = "cents";
  body.amount = {99};
  EXPECT_EQ(book_.Judge("dinsos", body), Accepted());
  body.amount = {100};
  EXPECT_EQ(book_.Judge("dinsos", body),
            Refused(Refusal::kAboveCeiling, defined));
}

TEST_F(EntitlementRulesTest, ANewVersionsCeilingJudgesLaterGrantsOnly) {
  book_.Accept("dinsos", PkhGrant("E1"));
  ProgramDefined lower = Program("pkh");
  lower.version = 2;
  lower.unit = Unit::kHousehold;
  lower.ceiling = Rupiah(1);
  const uint64_t defined = book_.Accept(kTogether, lower);
  EntitlementGranted body = PkhGrant("E2");
  body.amount = Rupiah(4);
  EXPECT_EQ(book_.Say("dinsos", body),
            Refused(Refusal::kAboveCeiling, defined));
  EXPECT_EQ(book_.Say("bank-a", Report("D1", "E1", State::kCredited)),
            Accepted());
  lower.version = 3;
  lower.ceiling.reset();
  book_.Accept(kTogether, lower);
  EXPECT_EQ(book_.Say("dinsos", body), Accepted());
}

TEST_F(EntitlementRulesTest, AnEntitlementsNameIsUsedOnceByWhoever) {
  const uint64_t granted = book_.Accept("dinsos", Grant("E1"));
  EXPECT_EQ(book_.Say("pkh-office", PkhGrant("E1")),
            Refused(Refusal::kEntitlementUsed, granted));
  book_.Accept("dinsos", Revocation("E1"));
  EXPECT_EQ(book_.Say("dinsos", Grant("E1")),
            Refused(Refusal::kEntitlementUsed, granted));
}

TEST_F(EntitlementRulesTest, ARefusedGrantDoesNotUseItsName) {
  EntitlementGranted body = Grant("E1");
  body.currency = "USD";
  EXPECT_EQ(book_.Say("dinsos", body),
            Refused(Refusal::kCurrencyMismatch, PilotBook::kProgram));
  EXPECT_EQ(book_.Say("dinsos", Grant("E1")), Accepted());
}

TEST_F(EntitlementRulesTest, ARevocationReportsTheFirstRefusalThatHolds) {
  book_.Accept("dinsos", Grant("E1"));
  const uint64_t revoked = book_.Accept("dinsos", Revocation("E1"));
  book_.Accept("dinsos", PkhGrant("E2"));
  book_.Post("pkh-office", {"used", {}, Revocation("nothing")}, "used");
  const uint64_t used = book_.size() - 1;
  using D = Draft<EntitlementRevoked>;
  ExpectPrecedence<EntitlementRevoked>(
      &book_, {"bank-a", "used", Revocation("E1")},
      {{Refused(Refusal::kRoleNotAllowed),
        [](D* draft) { draft->author = "pkh-office"; }},
       {Refused(Refusal::kOutOfScope),
        [](D* draft) { draft->body.entitlement = "nothing"; }},
       {Refused(Refusal::kReferenceReused, used),
        [](D* draft) { draft->reference = "fresh"; }},
       {Refused(Refusal::kEntitlementUnknown),
        [](D* draft) {
          draft->author = "dinsos";
          draft->body.entitlement = "E1";
        }},
       {Refused(Refusal::kEntitlementRevoked, revoked),
        [](D* draft) { draft->body.entitlement = "E2"; }}});
}

TEST_F(EntitlementRulesTest, WhoeverSpeaksForProgramAndRegionMayRevoke) {
  book_.Accept("dinsos", PkhGrant("E1"));
  EXPECT_EQ(book_.Say("pkh-office", Revocation("E1")), Accepted());
  EntitlementGranted elsewhere = PkhGrant("E2");
  FundsAppropriated funds = Funds("pkh", 600'000);
  funds.region = "35.73";
  book_.Accept(kTogether, funds);
  elsewhere.region = "35.73";
  elsewhere.appropriation_region = "35.73";
  book_.Accept("dinsos", elsewhere);
  EXPECT_EQ(book_.Say("pkh-office", Revocation("E2")),
            Refused(Refusal::kOutOfScope));
  EXPECT_EQ(book_.Say("dinsos", Revocation("E2")), Accepted());
}

TEST_F(EntitlementRulesTest, ARevocationFreesWhatIsUnpaid) {
  book_.Accept("dinsos", Grant("E1"));
  DisbursementReported part = Report("D1", "E1", State::kCredited);
  part.amount = Rupiah(150'000);
  book_.Accept("bank-a", part);
  part = Report("D2", "E1", State::kInstructed);
  part.amount = Rupiah(50'000);
  book_.Accept("bank-b", part);
  EXPECT_EQ(book_.Money(), (Parts{9'400'000, 400'000, 50'000, 150'000}));
  book_.Accept("dinsos", Revocation("E1"));
  EXPECT_EQ(book_.Money(), (Parts{9'800'000, 0, 50'000, 150'000}));
}

}  // namespace
}  // namespace amanah::domain
