#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/book_fixture.h"

namespace amanah::domain {
namespace {

using testing_support::Accepted;
using testing_support::Authority;
using testing_support::Draft;
using testing_support::ExpectPrecedence;
using testing_support::Funds;
using testing_support::Grant;
using testing_support::Parts;
using testing_support::PilotBook;
using testing_support::Program;
using testing_support::Refused;
using testing_support::Report;
using testing_support::Revocation;
using testing_support::Rupiah;

constexpr std::string_view kTogether = kAdministrators;
using State = DisbursementState;

// Entitlement E1 of Rp600,000 (entry 6).
class DisbursementRulesTest : public testing::Test {
 protected:
  static constexpr uint64_t kE1 = 6;

  DisbursementRulesTest() { book_.Accept("dinsos", Grant("E1")); }

  static DisbursementReported Part(const std::string& disbursement,
                                   int64_t rupiah,
                                   State state = State::kInstructed) {
    DisbursementReported body = Report(disbursement, "E1", state);
    body.amount = Rupiah(rupiah);
    return body;
  }

  PilotBook book_;
};

TEST_F(DisbursementRulesTest, AFirstReportReportsTheFirstRefusalThatHolds) {
  AuthorityEnrolled narrow = Authority("bank-n", Role::kBank);
  narrow.regions = {"35.73"};
  book_.Accept(kTogether, narrow);
  book_.Accept("dinsos", Grant("E2"));
  const uint64_t revoked = book_.Accept("dinsos", Revocation("E2"));
  const uint64_t live = book_.Accept("bank-b", Part("D0", 100'000));
  const uint64_t used =
      book_
          .Post("bank-n", {"used", {}, Report("D", "E9", State::kCredited)},
                "used")
          .sequence;

  DisbursementReported body = Report("D1", "E2", State::kReturned);
  body.currency = "USD";
  body.amount = {Rupiah(600'000).minor + 1};
  body.end_to_end_id = "e2e/D0";
  body.predecessor = "bank-b";
  using D = Draft<DisbursementReported>;
  ExpectPrecedence<DisbursementReported>(
      &book_, {"dinsos", "used", body},
      {{Refused(Refusal::kRoleNotAllowed),
        [](D* draft) { draft->author = "bank-n"; }},
       {Refused(Refusal::kReferenceReused, used),
        [](D* draft) { draft->reference = "fresh"; }},
       {Refused(Refusal::kCurrencyMismatch, PilotBook::kProgram),
        [](D* draft) { draft->body.currency = "IDR"; }},
       {Refused(Refusal::kNotWholeUnits, PilotBook::kProgram),
        [](D* draft) {
          draft->body.amount = Rupiah(500'001);
          draft->body.entitlement = "E9";
        }},
       {Refused(Refusal::kEntitlementUnknown),
        [](D* draft) { draft->body.entitlement = "E2"; }},
       {Refused(Refusal::kEntitlementRevoked, revoked),
        [](D* draft) { draft->body.entitlement = "E1"; }},
       {Refused(Refusal::kExceedsRemaining, live),
        [](D* draft) { draft->body.amount = Rupiah(500'000); }},
       {Refused(Refusal::kBankNotInScope, kE1),
        [](D* draft) { draft->author = "bank-a"; }},
       {Refused(Refusal::kEndToEndIdUsed, live),
        [](D* draft) { draft->body.end_to_end_id = "e2e/D1"; }},
       {Refused(Refusal::kNotSuccessor),
        [](D* draft) { draft->body.predecessor.clear(); }},
       {Refused(Refusal::kIllegalTransition),
        [](D* draft) { draft->body.state = State::kCredited; }}});
}

TEST_F(DisbursementRulesTest, ALaterReportReportsTheFirstRefusalThatHolds) {
  const uint64_t first = book_.Accept("bank-b", Part("D1", 100'000));
  const uint64_t last =
      book_.Accept("bank-b", Part("D1", 100'000, State::kCredited));
  book_.Accept("dinsos", Grant("E2"));
  const uint64_t used =
      book_.Post("bank-a", {"used", {}, Part("D9", 0)}, "1").sequence;

  DisbursementReported body = Part("D1", 100'001, State::kRejected);
  body.amount.minor += 1;
  body.currency = "USD";
  body.end_to_end_id = "e2e/D2";
  body.predecessor = "bank-b";
  using D = Draft<DisbursementReported>;
  ExpectPrecedence<DisbursementReported>(
      &book_, {std::string(kTogether), "used", body},
      {{Refused(Refusal::kRoleNotAllowed),
        [](D* draft) { draft->author = "bank-a"; }},
       {Refused(Refusal::kReferenceReused, used),
        [](D* draft) { draft->reference = "fresh"; }},
       {Refused(Refusal::kCurrencyMismatch, PilotBook::kProgram),
        [](D* draft) { draft->body.currency = "IDR"; }},
       {Refused(Refusal::kNotWholeUnits, PilotBook::kProgram),
        [](D* draft) {
          draft->body.amount = Rupiah(100'001);
          draft->body.entitlement = "E9";
        }},
       {Refused(Refusal::kEntitlementUnknown),
        [](D* draft) { draft->body.entitlement = "E2"; }},
       {Refused(Refusal::kNotSuccessor),
        [](D* draft) {
          draft->author = "bank-b";
          draft->body.predecessor.clear();
        }},
       {Refused(Refusal::kDisbursementDiffers, first),
        [](D* draft) { draft->body.entitlement = "E1"; }},
       {Refused(Refusal::kDisbursementDiffers, first),
        [](D* draft) { draft->body.amount = Rupiah(100'000); }},
       {Refused(Refusal::kDisbursementDiffers, first),
        [](D* draft) { draft->body.end_to_end_id = "e2e/D1"; }},
       {Refused(Refusal::kIllegalTransition, last),
        [](D* draft) { draft->body.state = State::kReturned; }}});
}

// Every state after every state: the rows are the life of a disbursement.
TEST_F(DisbursementRulesTest, OnlyStepsOfADisbursementsLifeAreAccepted) {
  constexpr State kStates[] = {State::kInstructed, State::kCredited,
                               State::kRejected, State::kReturned};
  const struct {
    const char* lived;
    std::vector<State> path;
    std::vector<State> next;
  } rows[] = {
      {"nothing", {}, {State::kInstructed, State::kCredited}},
      {"instructed",
       {State::kInstructed},
       {State::kCredited, State::kRejected}},
      {"credited at once", {State::kCredited}, {State::kReturned}},
      {"credited", {State::kInstructed, State::kCredited}, {State::kReturned}},
      {"rejected", {State::kInstructed, State::kRejected}, {}},
      {"returned", {State::kCredited, State::kReturned}, {}},
  };
  for (const auto& row : rows) {
    PilotBook book;
    book.Accept("dinsos", Grant("E1"));
    std::optional<uint64_t> last;
    for (const State state : row.path) {
      last = book.Accept("bank-a", Report("D1", "E1", state));
    }
    for (const State state : kStates) {
      const bool legal =
          std::find(row.next.begin(), row.next.end(), state) != row.next.end();
      EXPECT_EQ(
          book.Judge("bank-a", Report("D1", "E1", state)),
          legal ? Accepted() : (Outcome{Refusal::kIllegalTransition, last}))
          << DisbursementStateName(state) << " after " << row.lived;
    }
  }
}

TEST_F(DisbursementRulesTest, MoneyMovesWithTheStates) {
  EXPECT_EQ(book_.Money(), (Parts{9'400'000, 600'000, 0, 0}));
  book_.Accept("bank-a", Part("D1", 200'000));
  EXPECT_EQ(book_.Money(), (Parts{9'400'000, 400'000, 200'000, 0}));
  book_.Accept("bank-a", Part("D2", 300'000, State::kCredited));
  EXPECT_EQ(book_.Money(), (Parts{9'400'000, 100'000, 200'000, 300'000}));
  book_.Accept("bank-a", Part("D1", 200'000, State::kCredited));
  EXPECT_EQ(book_.Money(), (Parts{9'400'000, 100'000, 0, 500'000}));
  book_.Accept("bank-a", Part("D2", 300'000, State::kReturned));
  EXPECT_EQ(book_.Money(), (Parts{9'400'000, 400'000, 0, 200'000}));
  book_.Accept("bank-a", Part("D3", 400'000));
  book_.Accept("bank-a", Part("D3", 400'000, State::kRejected));
  EXPECT_EQ(book_.Money(), (Parts{9'400'000, 400'000, 0, 200'000}));
  EXPECT_EQ(book_.Entitlement("E1").live, Rupiah(200'000));
}

TEST_F(DisbursementRulesTest, PaysWhatIsLeftAndNoMore) {
  EXPECT_EQ(book_.Say("bank-a", Part("D1", 600'001)),
            Refused(Refusal::kExceedsRemaining, kE1));
  const uint64_t first = book_.Accept("bank-a", Part("D1", 599'999));
  EXPECT_EQ(book_.Say("bank-b", Part("D2", 2)),
            Refused(Refusal::kExceedsRemaining, first));
  EXPECT_EQ(book_.Say("bank-b", Part("D2", 1)), Accepted());
  EXPECT_EQ(book_.Say("bank-b", Part("D3", 1)),
            Refused(Refusal::kExceedsRemaining, first));
}

TEST_F(DisbursementRulesTest, PaysWhatIsLeftToTheLastMinorUnit) {
  ProgramDefined program = Program("cents");
  program.whole_units = false;
  book_.Accept(kTogether, program);
  book_.Accept(kTogether, Funds("cents", 10));
  EntitlementGranted grant = Grant("E2");
  grant.program = "cents";
  grant.amount = {301};
  book_.Accept("dinsos", grant);
  DisbursementReported body = Report("D1", "E2", State::kInstructed);
  body.amount = {300};
  const uint64_t first = book_.Accept("bank-a", body);
  body = Report("D2", "E2", State::kInstructed);
  body.amount = {2};
  EXPECT_EQ(book_.Say("bank-a", body),
            Refused(Refusal::kExceedsRemaining, first));
  body.amount = {1};
  EXPECT_EQ(book_.Say("bank-a", body), Accepted());
}

TEST_F(DisbursementRulesTest, ALaterReportRepeatsItsOwnEndToEndId) {
  const uint64_t first = book_.Accept("bank-a", Part("D1", 100'000));
  book_.Accept("bank-a", Part("D2", 100'000));
  DisbursementReported body = Part("D1", 100'000, State::kCredited);
  body.end_to_end_id = "e2e/D2";
  EXPECT_EQ(book_.Say("bank-a", body),
            Refused(Refusal::kDisbursementDiffers, first));
  body.end_to_end_id = "e2e/D1";
  EXPECT_EQ(book_.Say("bank-a", body), Accepted());
}

TEST_F(DisbursementRulesTest, NamesTheEarliestPaymentThatIsLive) {
  uint64_t paid[6];
  for (int i = 0; i < 6; ++i) {
    paid[i] = book_.Accept("bank-a", Part("D" + std::to_string(i), 100'000));
  }
  const auto expect_earliest = [&](uint64_t earliest) {
    EXPECT_EQ(book_.Judge("bank-b", Part("D9", 600'001)),
              Refused(Refusal::kExceedsRemaining, earliest));
  };
  const auto reject = [&](int i) {
    book_.Accept("bank-a",
                 Part("D" + std::to_string(i), 100'000, State::kRejected));
  };
  expect_earliest(paid[0]);
  reject(2);  // from the middle
  expect_earliest(paid[0]);
  reject(0);  // the head
  expect_earliest(paid[1]);
  reject(5);  // the tail
  expect_earliest(paid[1]);
  const uint64_t appended = book_.Accept("bank-a", Part("D6", 100'000));
  reject(1);
  expect_earliest(paid[3]);
  reject(4);
  reject(3);
  expect_earliest(appended);
  book_.Accept("bank-a", Part("D6", 100'000, State::kRejected));
  expect_earliest(kE1);
  EXPECT_EQ(book_.Say("bank-b", Part("D9", 600'000)), Accepted());
}

TEST_F(DisbursementRulesTest, KeepsLinksOnlyBetweenLivePayments) {
  const auto linked = [&](uint64_t first) {
    return LoadRow<LinkRow>(book_.state(), first).has_value();
  };
  const uint64_t first = book_.Accept("bank-a", Part("D1", 100'000));
  EXPECT_FALSE(linked(first));
  const uint64_t second = book_.Accept("bank-a", Part("D2", 100'000));
  EXPECT_TRUE(linked(first));
  EXPECT_TRUE(linked(second));
  book_.Accept("bank-a", Part("D1", 100'000, State::kRejected));
  EXPECT_FALSE(linked(first));
  EXPECT_FALSE(linked(second));
  EXPECT_EQ(book_.Entitlement("E1").first_live, second);
  EXPECT_EQ(book_.Entitlement("E1").last_live, second);
}

TEST_F(DisbursementRulesTest, IdentifiersBelongToTheBankThatReports) {
  const uint64_t first = book_.Accept("bank-a", Part("D1", 100'000));
  EXPECT_EQ(book_.Say("bank-b", Part("D1", 100'000)), Accepted());
  DisbursementReported other = Part("D2", 100'000);
  other.end_to_end_id = "e2e/D1";
  EXPECT_EQ(book_.Say("bank-a", other),
            Refused(Refusal::kEndToEndIdUsed, first));
  // A failed payment keeps its identifiers.
  book_.Accept("bank-a", Part("D1", 100'000, State::kRejected));
  EXPECT_EQ(book_.Say("bank-a", other),
            Refused(Refusal::kEndToEndIdUsed, first));
}

TEST_F(DisbursementRulesTest, ARefusedPaymentUsesNoIdentifier) {
  EXPECT_EQ(book_.Say("bank-a", Part("D1", 600'001)),
            Refused(Refusal::kExceedsRemaining, kE1));
  EXPECT_EQ(book_.Say("bank-a", Part("D1", 600'000)), Accepted());
}

TEST_F(DisbursementRulesTest, ABanksScopeIsThatOfTheEntitlement) {
  const struct {
    std::vector<std::string> programs;
    std::vector<std::string> regions;
    bool covers;
  } rows[] = {
      {{"sembako"}, {"35.76"}, true}, {{"pkh", "sembako"}, {"35", "36"}, true},
      {{}, {"35.76.02"}, true},       {{"pkh"}, {}, false},
      {{}, {"35.73"}, false},         {{}, {"35.76.02.1003"}, false},
      {{}, {"35.76.03"}, false}};
  int banks = 0;
  for (const auto& row : rows) {
    const std::string name = "bank-" + std::to_string(++banks);
    AuthorityEnrolled bank = Authority(name, Role::kBank);
    bank.programs = row.programs;
    bank.regions = row.regions;
    book_.Accept(kTogether, bank);
    EXPECT_EQ(book_.Judge(name, Part("D1", 1)),
              row.covers ? Accepted() : Refused(Refusal::kBankNotInScope, kE1))
        << name;
  }
}

TEST_F(DisbursementRulesTest, NothingNewIsPaidAfterARevocation) {
  book_.Accept("bank-a", Part("D1", 100'000));
  const uint64_t revoked = book_.Accept("dinsos", Revocation("E1"));
  for (const State state : {State::kInstructed, State::kCredited}) {
    EXPECT_EQ(book_.Say("bank-a", Part("D2", 1, state)),
              Refused(Refusal::kEntitlementRevoked, revoked));
  }
  EXPECT_EQ(book_.Say("bank-a", Part("D1", 100'000, State::kRejected)),
            Accepted());
  EXPECT_EQ(book_.Money(), (Parts{10'000'000, 0, 0, 0}));
}

TEST_F(DisbursementRulesTest, ASuccessorReportsOnAPredecessorsPayment) {
  AuthorityEnrolled narrow = Authority("bank-n", Role::kBank);
  narrow.regions = {"35.73"};
  book_.Accept(kTogether, narrow);
  book_.Accept("bank-a", Part("D1", 100'000));
  DisbursementReported body = Part("D1", 100'000, State::kCredited);
  body.predecessor = "bank-a";
  EXPECT_EQ(book_.Say("bank-n", body), Refused(Refusal::kNotSuccessor));
  book_.Accept(kTogether, AuthoritySucceeded{"bank-a", "bank-n"});
  // Outside its own scope too, but only what is open already.
  EXPECT_EQ(book_.Say("bank-n", body), Accepted());
  EXPECT_EQ(book_.Say("bank-n", Part("D2", 100'000)),
            Refused(Refusal::kBankNotInScope, kE1));
}

TEST_F(DisbursementRulesTest, ASuccessorBeginsPaymentsAsItsOwn) {
  book_.Accept("bank-a", Part("D1", 100'000));
  book_.Accept(kTogether, AuthoritySucceeded{"bank-a", "bank-b"});
  DisbursementReported body = Part("D2", 100'000);
  body.predecessor = "bank-a";
  EXPECT_EQ(book_.Say("bank-b", body), Refused(Refusal::kIllegalTransition));
  body.predecessor.clear();
  EXPECT_EQ(book_.Say("bank-b", body), Accepted());
  // Its own D1 is another payment than its predecessor's.
  EXPECT_EQ(book_.Say("bank-b", Part("D1", 100'000)), Accepted());
}

TEST_F(DisbursementRulesTest, APredecessorMustBeAnAuthority) {
  for (const char* name : {"nobody", "administrators", "dinsos", "bank-b"}) {
    DisbursementReported body = Part("D1", 100'000);
    body.predecessor = name;
    EXPECT_EQ(book_.Say("bank-a", body), Refused(Refusal::kNotSuccessor))
        << name;
  }
}

}  // namespace
}  // namespace amanah::domain
