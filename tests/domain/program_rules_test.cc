#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>

#include "tests/support/book_fixture.h"

namespace amanah::domain {
namespace {

using testing_support::Accepted;
using testing_support::Draft;
using testing_support::ExpectPrecedence;
using testing_support::Funds;
using testing_support::Grant;
using testing_support::Months;
using testing_support::Parts;
using testing_support::PilotBook;
using testing_support::Program;
using testing_support::Refused;
using testing_support::Revocation;
using testing_support::Rupiah;

constexpr std::string_view kTogether = kAdministrators;

TEST(ProgramRulesTest, ANewProgramReportsTheFirstRefusalThatHolds) {
  PilotBook book;
  book.Post(kTogether, {"used", {}, Program("sembako")}, "used");
  ProgramDefined body = Program("pkh");
  body.excludes = {"bst", "sembako"};
  body.version = 2;
  body.benefit = "sembako";
  body.unit = Unit::kHousehold;
  using D = Draft<ProgramDefined>;
  ExpectPrecedence<ProgramDefined>(
      &book, {"dinsos", "used", body},
      {{Refused(Refusal::kRoleNotAllowed),
        [](D* draft) { draft->author = kTogether; }},
       {Refused(Refusal::kReferenceReused, 6),
        [](D* draft) { draft->reference = "fresh"; }},
       {Refused(Refusal::kProgramUnknown),
        [](D* draft) { draft->body.excludes = {"sembako"}; }},
       {Refused(Refusal::kProgramVersionNotNext),
        [](D* draft) { draft->body.version = 1; }},
       {Refused(Refusal::kBenefitUnit, PilotBook::kProgram),
        [](D* draft) { draft->body.benefit = "pkh"; }}});
}

TEST(ProgramRulesTest, ANextVersionReportsTheFirstRefusalThatHolds) {
  PilotBook book;
  ProgramDefined body = Program("sembako");
  body.excludes = {"bst"};
  body.unit = Unit::kHousehold;
  using D = Draft<ProgramDefined>;
  ExpectPrecedence<ProgramDefined>(
      &book, {std::string(kTogether), "fresh", body},
      {{Refused(Refusal::kProgramUnknown),
        [](D* draft) { draft->body.excludes.clear(); }},
       {Refused(Refusal::kProgramVersionNotNext, PilotBook::kProgram),
        [](D* draft) { draft->body.version = 2; }},
       {Refused(Refusal::kProgramReinterpreted, PilotBook::kProgram),
        [](D* draft) { draft->body.unit = Unit::kPerson; }}});
}

TEST(ProgramRulesTest, VersionsFollowOneByOne) {
  PilotBook book;
  ProgramDefined body = Program("sembako");
  const auto not_next = Refused(Refusal::kProgramVersionNotNext, 4);
  for (const uint32_t version : {1u, 3u, 0xffffffffu}) {
    body.version = version;
    EXPECT_EQ(book.Judge(kTogether, body), not_next) << version;
  }
  body.version = 2;
  const uint64_t second = book.Accept(kTogether, body);
  EXPECT_EQ(book.Say(kTogether, body),
            Refused(Refusal::kProgramVersionNotNext, second));
  body.version = 3;
  EXPECT_EQ(book.Say(kTogether, body), Accepted());
}

TEST(ProgramRulesTest, ANextVersionMayNotReinterpretThePast) {
  const struct {
    const char* change;
    void (*make)(ProgramDefined* body);
    bool reinterprets;
  } rows[] = {
      {"nothing", [](ProgramDefined*) {}, false},
      {"currency", [](ProgramDefined* body) { body->currency = "USD"; }, true},
      {"whole units", [](ProgramDefined* body) { body->whole_units = false; },
       true},
      {"unit", [](ProgramDefined* body) { body->unit = Unit::kHousehold; },
       true},
      {"benefit", [](ProgramDefined* body) { body->benefit = "pkh"; }, true},
      {"recipients",
       [](ProgramDefined* body) { body->recipient_scheme = "id.kk"; }, true},
      {"regions", [](ProgramDefined* body) { body->region_scheme = "id.bps"; },
       true},
      {"later start",
       [](ProgramDefined* body) {
         body->months = Months("2026-02", "2026-12");
       },
       true},
      {"earlier end",
       [](ProgramDefined* body) {
         body->months = Months("2026-01", "2026-11");
       },
       true},
      {"earlier start",
       [](ProgramDefined* body) {
         body->months = Months("2025-12", "2026-12");
       },
       false},
      {"later end",
       [](ProgramDefined* body) {
         body->months = Months("2026-01", "2027-01");
       },
       false},
      {"ceiling", [](ProgramDefined* body) { body->ceiling = Amount{1}; },
       false},
      {"excludes", [](ProgramDefined* body) { body->excludes = {"sembako"}; },
       false},
  };
  for (const auto& row : rows) {
    PilotBook book;
    ProgramDefined body = Program("sembako");
    body.version = 2;
    row.make(&body);
    EXPECT_EQ(book.Say(kTogether, body),
              row.reinterprets
                  ? Refused(Refusal::kProgramReinterpreted, PilotBook::kProgram)
                  : Accepted())
        << row.change;
  }
}

TEST(ProgramRulesTest, TheFirstProgramFixesItsBenefitsUnit) {
  PilotBook book;
  ProgramDefined other = Program("sembako-city");
  other.benefit = "sembako";
  EXPECT_EQ(book.Say(kTogether, other), Accepted());
  other.program = "sembako-family";
  other.unit = Unit::kHousehold;
  EXPECT_EQ(book.Say(kTogether, other),
            Refused(Refusal::kBenefitUnit, PilotBook::kProgram));
}

TEST(ProgramRulesTest, ANewProgramCannotExcludeItself) {
  PilotBook book;
  ProgramDefined body = Program("pkh");
  body.excludes = {"pkh"};
  EXPECT_EQ(book.Say(kTogether, body), Refused(Refusal::kProgramUnknown));
}

TEST(ProgramRulesTest, ARefusedVersionChangesNothing) {
  PilotBook book;
  ProgramDefined body = Program("sembako");
  body.version = 3;
  body.ceiling = Amount{1};
  EXPECT_EQ(book.Say(kTogether, body),
            Refused(Refusal::kProgramVersionNotNext, PilotBook::kProgram));
  EXPECT_EQ(book.Say("dinsos", Grant("E1")), Accepted());
}

TEST(ProgramRulesTest, FundsReportTheFirstRefusalThatHolds) {
  PilotBook book;
  book.Post(kTogether, {"used", {}, Program("sembako")}, "used");
  FundsAppropriated body = Funds("pkh", -10'000'001);
  body.amount.minor -= 1;
  body.currency = "USD";
  body.region = "3576";
  using D = Draft<FundsAppropriated>;
  ExpectPrecedence<FundsAppropriated>(
      &book, {"dinsos", "used", body},
      {{Refused(Refusal::kRoleNotAllowed),
        [](D* draft) { draft->author = kTogether; }},
       {Refused(Refusal::kReferenceReused, 6),
        [](D* draft) { draft->reference = "fresh"; }},
       {Refused(Refusal::kProgramUnknown),
        [](D* draft) { draft->body.program = "sembako"; }},
       {Refused(Refusal::kCurrencyMismatch, PilotBook::kProgram),
        [](D* draft) { draft->body.currency = "IDR"; }},
       {Refused(Refusal::kNotWholeUnits, PilotBook::kProgram),
        [](D* draft) { draft->body.amount.minor += 1; }},
       {Refused(Refusal::kRegionForm, PilotBook::kProgram),
        [](D* draft) { draft->body.region = "35.76"; }},
       {Refused(Refusal::kFundsInsufficient, PilotBook::kFunds),
        [](D* draft) {
          draft->body.amount = {std::numeric_limits<int64_t>::max() / 100 *
                                100};
        }},
       {Refused(Refusal::kFundsOverflow),
        [](D* draft) { draft->body.amount = Rupiah(-10'000'000); }}});
}

TEST(ProgramRulesTest, FundsMayBeTakenBackAsFarAsTheyAreAvailable) {
  PilotBook book;
  book.Accept("dinsos", Grant("E1"));
  EXPECT_EQ(book.Say(kTogether, Funds("sembako", -9'400'001)),
            Refused(Refusal::kFundsInsufficient, PilotBook::kFunds));
  const uint64_t taken = book.Accept(kTogether, Funds("sembako", -9'400'000));
  EXPECT_EQ(book.Money(), (Parts{0, 600'000, 0, 0}));
  EXPECT_EQ(book.Say(kTogether, Funds("sembako", -1)),
            Refused(Refusal::kFundsInsufficient, taken));
  book.Accept("dinsos", Revocation("E1"));
  EXPECT_EQ(book.Say(kTogether, Funds("sembako", -600'000)), Accepted());
  EXPECT_EQ(book.Money(), (Parts{0, 0, 0, 0}));
}

TEST(ProgramRulesTest, FundsFillTheRangeOfAmountsAndNoMore) {
  PilotBook book;
  ProgramDefined program = Program("cents");
  program.whole_units = false;
  book.Accept(kTogether, program);
  FundsAppropriated funds = Funds("cents", 0);
  funds.amount = {std::numeric_limits<int64_t>::max() - 5};
  book.Accept(kTogether, funds);
  funds.amount = {6};
  EXPECT_EQ(book.Say(kTogether, funds), Refused(Refusal::kFundsOverflow));
  funds.amount = {5};
  const uint64_t full = book.Accept(kTogether, funds);
  funds.amount = {std::numeric_limits<int64_t>::min()};
  EXPECT_EQ(book.Say(kTogether, funds),
            Refused(Refusal::kFundsInsufficient, full));

  // The total counts, not only what is available.
  EntitlementGranted grant = Grant("E1");
  grant.program = "cents";
  book.Accept("dinsos", grant);
  funds.amount = {1};
  EXPECT_EQ(book.Say(kTogether, funds), Refused(Refusal::kFundsOverflow));
}

TEST(ProgramRulesTest, NothingCanBeTakenFromAnAccountThatIsNotThere) {
  PilotBook book;
  FundsAppropriated funds = Funds("sembako", -1);
  funds.fiscal_year = 2027;
  EXPECT_EQ(book.Say(kTogether, funds), Refused(Refusal::kFundsInsufficient));
}

TEST(ProgramRulesTest, AccountsDifferByProgramYearAndRegion) {
  PilotBook book;
  book.Accept(kTogether, Program("pkh"));
  FundsAppropriated funds = Funds("sembako", 1);
  funds.region = "35.73";
  book.Accept(kTogether, funds);
  funds = Funds("sembako", 2);
  funds.fiscal_year = 2027;
  book.Accept(kTogether, funds);
  funds = Funds("sembako", 3);
  funds.region = "";
  book.Accept(kTogether, funds);
  book.Accept(kTogether, Funds("pkh", 4));
  EXPECT_EQ(book.Account("sembako", 2026, "35.76").appropriated,
            Rupiah(10'000'000));
  EXPECT_EQ(book.Account("sembako", 2026, "35.73").appropriated, Rupiah(1));
  EXPECT_EQ(book.Account("sembako", 2027, "35.76").appropriated, Rupiah(2));
  EXPECT_EQ(book.Account("sembako", 2026, "").appropriated, Rupiah(3));
  EXPECT_EQ(book.Account("pkh", 2026, "35.76").appropriated, Rupiah(4));
  EXPECT_EQ(FindLedger(book.state())->accounts, 5u);
}

}  // namespace
}  // namespace amanah::domain
