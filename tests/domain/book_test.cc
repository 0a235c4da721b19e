// What holds for all kinds: who may say them, repeats, quotas, and the cases of
// the field from end to end.
#include "ledger/domain/book.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/book_fixture.h"

namespace amanah::domain {
namespace {

using testing_support::Accepted;
using testing_support::Authority;
using testing_support::Funds;
using testing_support::Grant;
using testing_support::KeyOf;
using testing_support::Months;
using testing_support::Parts;
using testing_support::PersonOf;
using testing_support::PilotBook;
using testing_support::PinOf;
using testing_support::Posted;
using testing_support::Program;
using testing_support::Refused;
using testing_support::Report;
using testing_support::Revocation;
using testing_support::Rupiah;
using testing_support::TestBook;

constexpr std::string_view kTogether = kAdministrators;
using State = DisbursementState;

TEST(BookTest, EachKindIsForOneKindOfAuthor) {
  PilotBook book;
  book.Accept(kTogether, Authority("bps", Role::kRegistry));
  book.Accept(kTogether, Authority("bpk", Role::kAuditor));
  book.Accept("dinsos", Grant("E1"));
  const struct {
    Body body;
    std::vector<std::string_view> allowed;
  } rows[] = {
      {LedgerOpened{}, {}},
      {Authority("new", Role::kBank), {kTogether}},
      {KeyRotated{"bank-a", {KeyOf("next"), {}}}, {kTogether}},
      {AuthoritySuspended{"bank-a", "audit"}, {kTogether}},
      {AuthorityReinstated{"bank-a", "audit"}, {kTogether}},
      {AuthoritySucceeded{"bank-a", "bank-b"}, {kTogether}},
      {PinsChanged{{PinOf("new")}}, {"ani", "dinsos", "bps", "bank-a", "bpk"}},
      {LedgerKeyRotated{LedgerKeyKind::kCheckpoint, "o", {KeyOf("next"), {}}},
       {kTogether}},
      {RulesAdopted{2}, {kTogether}},
      {Program("pkh"), {kTogether}},
      {Funds("sembako", 1), {kTogether}},
      {Grant("E2"), {"dinsos"}},
      {Revocation("E1"), {"dinsos"}},
      {Report("D1", "E1", State::kInstructed), {"bank-a"}},
  };
  for (const auto& row : rows) {
    for (const std::string_view author :
         {kTogether, std::string_view("ani"), std::string_view("dinsos"),
          std::string_view("bps"), std::string_view("bank-a"),
          std::string_view("bpk")}) {
      const bool allowed = std::find(row.allowed.begin(), row.allowed.end(),
                                     author) != row.allowed.end();
      EXPECT_EQ(
          book.Judge(author, row.body) != Refused(Refusal::kRoleNotAllowed),
          allowed)
          << KindName(row.body) << " of " << author;
    }
  }
}

TEST(BookTest, FindsAuthorsByNameAndByOrdinal) {
  PilotBook book;
  EXPECT_TRUE(FindAuthor(book.state(), kTogether)->administrators());
  EXPECT_EQ(FindAuthor(book.state(), kTogether)->authority.name, kTogether);
  const Author bank = *FindAuthor(book.state(), "bank-a");
  EXPECT_FALSE(bank.administrators());
  EXPECT_EQ(bank.authority.role, Role::kBank);
  EXPECT_EQ(bank.authority.enrolled_entry, PilotBook::kBankA);
  EXPECT_EQ(AuthorOf(book.state(), bank.ordinal)->authority.name, "bank-a");
  EXPECT_FALSE(FindAuthor(book.state(), "bank").has_value());
  EXPECT_FALSE(AuthorOf(book.state(), 99).has_value());
}

TEST(BookTest, ThereIsNoLedgerBeforeEntry0) {
  MemoryState base;
  Overlay empty(&base);
  EXPECT_FALSE(FindLedger(&empty).has_value());
  TestBook book;
  const LedgerRow ledger = *FindLedger(book.state());
  EXPECT_EQ(ledger.origin, "amanah.example/kota");
  EXPECT_EQ(ledger.rules_version, 1u);
  EXPECT_EQ(ledger.threshold, 2u);
  EXPECT_EQ(ledger.active_administrators, 3u);
  EXPECT_EQ(ledger.authorities, 3u);
}

TEST(BookTest, TheSameBytesAreFoundAgain) {
  PilotBook book;
  const Statement statement{"ref", {}, Grant("E1")};
  const Posted first = book.Post("dinsos", statement, "bytes");
  EXPECT_EQ(first.outcome, Accepted());
  const Posted again = book.Post("dinsos", statement, "bytes");
  EXPECT_TRUE(again.repeat);
  EXPECT_EQ(again.sequence, first.sequence);
  EXPECT_EQ(book.size(), first.sequence + 1);
  EXPECT_TRUE(book.Post(kTogether, {"opening", {}, {}}, "opening").repeat);
}

TEST(BookTest, ARefusedStatementIsFoundAgainWhateverHasChangedSince) {
  PilotBook book;
  EntitlementGranted body = Grant("E1");
  body.amount = Rupiah(10'000'001);
  const Posted first = book.Post("dinsos", {"ref", {}, body}, "bytes");
  EXPECT_EQ(first.outcome,
            Refused(Refusal::kFundsInsufficient, PilotBook::kFunds));
  book.Accept(kTogether, Funds("sembako", 1));
  const Posted again = book.Post("dinsos", {"ref", {}, body}, "bytes");
  EXPECT_TRUE(again.repeat);
  EXPECT_EQ(again.sequence, first.sequence);
  EXPECT_EQ(book.Post("dinsos", {"ref-2", {}, body}, "bytes 2").outcome,
            Accepted());
}

TEST(BookTest, OtherBytesUnderAReferenceAreFoundByTheirHash) {
  PilotBook book;
  const Posted first = book.Post("dinsos", {"ref", {}, Grant("E1")}, "1");
  const Posted second = book.Post("dinsos", {"ref", {}, Grant("E2")}, "2");
  const Posted third = book.Post("dinsos", {"ref", {}, Grant("E3")}, "3");
  EXPECT_EQ(second.outcome, Refused(Refusal::kReferenceReused, first.sequence));
  EXPECT_EQ(third.outcome, Refused(Refusal::kReferenceReused, first.sequence));
  const struct {
    const char* bytes;
    uint64_t sequence;
  } rows[] = {
      {"1", first.sequence}, {"2", second.sequence}, {"3", third.sequence}};
  for (const auto& row : rows) {
    const Posted again =
        book.Post("dinsos", {"ref", {}, Grant("E1")}, row.bytes);
    EXPECT_TRUE(again.repeat) << row.bytes;
    EXPECT_EQ(again.sequence, row.sequence);
  }
}

// An earlier rule may refuse what uses a reference again; that is found too,
// and the reference stays with its first statement.
TEST(BookTest, AnEarlierRefusalUnderAUsedReferenceIsFoundByItsHash) {
  PilotBook book;
  const Posted first = book.Post("bank-a", {"ref", {}, Grant("E1")}, "1");
  const Posted second = book.Post("bank-a", {"ref", {}, Grant("E2")}, "2");
  EXPECT_EQ(first.outcome, Refused(Refusal::kRoleNotAllowed));
  EXPECT_EQ(second.outcome, Refused(Refusal::kRoleNotAllowed));
  EXPECT_EQ(book.Post("bank-a", {"ref", {}, Grant("E2")}, "2").sequence,
            second.sequence);
  EXPECT_EQ(book.Post("bank-a", {"ref", {}, PinsChanged{}}, "3").outcome,
            Refused(Refusal::kReferenceReused, first.sequence));
}

TEST(BookTest, AuthorsDoNotMeetInTheirReferences) {
  PilotBook book;
  book.Accept("dinsos", Grant("E1"));
  DisbursementReported half = Report("D1", "E1", State::kInstructed);
  half.amount = Rupiah(300'000);
  const Posted a = book.Post("bank-a", {"ref", {}, half}, "bytes");
  const Posted b = book.Post("bank-b", {"ref", {}, half}, "bytes");
  EXPECT_EQ(a.outcome, Accepted());
  EXPECT_EQ(b.outcome, Accepted());
  EXPECT_FALSE(b.repeat);
  // The administrators together are another author than each of them.
  const Body pins = PinsChanged{{PinOf("new")}};
  EXPECT_EQ(book.Post("ani", {"opening", {}, pins}, "opening").outcome,
            Accepted());
}

TEST(BookTest, ReferencesOutliveAKey) {
  PilotBook book;
  const Posted first = book.Post("dinsos", {"ref", {}, Grant("E1")}, "1");
  book.Accept(kTogether, KeyRotated{"dinsos", {KeyOf("next"), {}}});
  EXPECT_TRUE(book.Post("dinsos", {"ref", {}, Grant("E1")}, "1").repeat);
  EXPECT_EQ(book.Post("dinsos", {"ref", {}, Grant("E2")}, "2").outcome,
            Refused(Refusal::kReferenceReused, first.sequence));
}

TEST(BookTest, AQuotaIsPerAuthorityAndDay) {
  constexpr int64_t kDay = int64_t{86'400} * 1'000'000;
  constexpr int64_t kNoon = 20'000 * kDay + kDay / 2;
  PilotBook book;
  const Author bank = *FindAuthor(book.state(), "bank-a");
  const Author other = *FindAuthor(book.state(), "bank-b");
  EXPECT_EQ(QuotaLeft(book.state(), bank, kNoon), 1'000u);
  ChargeQuota(book.state(), bank, kNoon, 999);
  EXPECT_EQ(QuotaLeft(book.state(), bank, kNoon), 1u);
  EXPECT_EQ(QuotaLeft(book.state(), other, kNoon), 1'000u);
  ChargeQuota(book.state(), bank, kNoon + kDay / 2 - 1, 1);
  EXPECT_EQ(QuotaLeft(book.state(), bank, kNoon + kDay / 2 - 1), 0u);
  EXPECT_EQ(QuotaLeft(book.state(), bank, kNoon + kDay / 2), 1'000u);
  ChargeQuota(book.state(), bank, kNoon + kDay / 2, 4);
  EXPECT_EQ(QuotaLeft(book.state(), bank, kNoon + kDay / 2), 996u);
}

TEST(BookTest, AdministratorsHaveQuotasOfTheirOwn) {
  TestBook book;
  const Author together = *FindAuthor(book.state(), kTogether);
  const Author ani = *FindAuthor(book.state(), "ani");
  EXPECT_EQ(QuotaLeft(book.state(), together, 0), 100'000u);
  EXPECT_EQ(QuotaLeft(book.state(), ani, 0), 100u);
  ChargeQuota(book.state(), ani, 0, 100);
  EXPECT_EQ(QuotaLeft(book.state(), ani, 0), 0u);
  EXPECT_EQ(QuotaLeft(book.state(), together, 0), 100'000u);
  ChargeQuota(book.state(), together, 0, 1);
  EXPECT_EQ(QuotaLeft(book.state(), together, 0), 99'999u);
  // Whatever an enrolment says.
  book.Accept(kTogether, Authority("dewi", Role::kAdministrator));
  const Author dewi = *FindAuthor(book.state(), "dewi");
  EXPECT_EQ(QuotaLeft(book.state(), dewi, 0), 100u);
}

TEST(BookTest, TellsWhichRowsAStatementNeeds) {
  PilotBook book;
  const uint64_t granted = book.Accept("dinsos", Grant("E1"));
  const Prepared prepared =
      Prepare("bank-a", {"ref", {}, Report("D1", "E1", State::kInstructed)},
              crypto::Hash{});
  std::vector<StateKey> keys;
  AppendKeys(prepared, &keys);
  EXPECT_EQ(keys, (std::vector<StateKey>{NameKey('R', "bank-a", "ref"),
                                         NameKey('E', "E1"),
                                         NameKey('D', "bank-a", "D1"),
                                         NameKey('X', "bank-a", "e2e/D1")}));
  keys.clear();
  AppendDependentKeys(prepared, book.state(), &keys);
  EXPECT_EQ(keys, std::vector<StateKey>{NumberKey('e', granted)});

  keys.clear();
  const Prepared other = Prepare("ani", {"ref", {}, PinsChanged{}}, {});
  AppendKeys(other, &keys);
  AppendDependentKeys(other, book.state(), &keys);
  EXPECT_EQ(keys, std::vector<StateKey>{NameKey('R', "ani", "ref")});
}

TEST(BookDeathTest, OpensOnceAndSpeaksOnlyItsRules) {
  TestBook book;
  const Prepared prepared =
      Prepare("ani", {"ref", {}, PinsChanged{}}, crypto::Hash{});
  const Author ani = *FindAuthor(book.state(), "ani");
  EXPECT_DEATH(Open(book.state(), LedgerOpened{}, prepared), "check failed");
  EXPECT_DEATH(Check(book.state(), 2, ani, prepared), "version == 1");
  EXPECT_DEATH(Apply(book.state(), 2, ani, prepared, {}, 1), "version == 1");
  EXPECT_DEATH(Apply(book.state(), 1, ani, prepared, {}, 0), "sequence > 0");
}

// The cases of the field that the book must get right.

EntitlementGranted FamilyGrant(const std::string& entitlement,
                               const std::string& program,
                               std::string_view first, std::string_view last,
                               int64_t rupiah) {
  EntitlementGranted body = Grant(entitlement);
  body.program = program;
  body.recipient = PersonOf("siti");
  body.household = PersonOf("house 1");
  body.months = Months(first, last);
  body.amount = Rupiah(rupiah);
  return body;
}

class FieldCasesTest : public testing::Test {
 protected:
  FieldCasesTest() {
    ProgramDefined bpnt = Program("bpnt");
    bpnt.unit = Unit::kHousehold;
    book_.Accept(kTogether, bpnt);
    book_.Accept(kTogether, Funds("bpnt", 10'000'000));
  }
  PilotBook book_;
};

TEST_F(FieldCasesTest, ASecondInstructionForMonthThreeIsAnOverlap) {
  const uint64_t first = book_.Accept(
      "dinsos", FamilyGrant("E1", "bpnt", "2026-01", "2026-03", 600'000));
  book_.Accept("bank-a", Report("D1", "E1", State::kCredited));
  EXPECT_EQ(book_.Say("dinsos",
                      FamilyGrant("E2", "bpnt", "2026-03", "2026-04", 400'000)),
            Refused(Refusal::kOverlap, first));
  EXPECT_EQ(book_.Say("bank-b", Report("D2", "E2", State::kInstructed)),
            Refused(Refusal::kEntitlementUnknown));
}

TEST_F(FieldCasesTest, ATopUpOfAnotherBenefitCodeIsNoDuplicate) {
  ProgramDefined top_up = Program("top-up");
  top_up.unit = Unit::kHousehold;
  book_.Accept(kTogether, top_up);
  book_.Accept(kTogether, Funds("top-up", 400'000));
  EXPECT_EQ(book_.Say("dinsos",
                      FamilyGrant("E1", "bpnt", "2026-01", "2026-03", 600'000)),
            Accepted());
  EXPECT_EQ(book_.Say("dinsos", FamilyGrant("E2", "top-up", "2026-01",
                                            "2026-02", 400'000)),
            Accepted());
}

TEST_F(FieldCasesTest, ThePostingThatIsSentTwiceIsOneEntry) {
  book_.Accept("dinsos", Grant("E1"));
  const Statement sent{"p-1", {}, Report("D1", "E1", State::kInstructed)};
  const Posted first = book_.Post("bank-a", sent, "sent");
  const uint64_t size = book_.size();
  const Posted second = book_.Post("bank-a", sent, "sent");
  EXPECT_TRUE(second.repeat);
  EXPECT_EQ(second.sequence, first.sequence);
  EXPECT_EQ(book_.size(), size);
  EXPECT_EQ(book_.Money(), (Parts{9'400'000, 0, 600'000, 0}));
}

TEST_F(FieldCasesTest, AReferenceWithOneRupiahMoreIsRefusedOnTheRecord) {
  book_.Accept("dinsos", Grant("E1"));
  DisbursementReported body = Report("D1", "E1", State::kInstructed);
  body.amount = Rupiah(500'000);
  const Posted first = book_.Post("bank-a", {"p-1", {}, body}, "1");
  const uint64_t size = book_.size();
  body.amount = Rupiah(500'001);
  EXPECT_EQ(book_.Post("bank-a", {"p-1", {}, body}, "2").outcome,
            Refused(Refusal::kReferenceReused, first.sequence));
  EXPECT_EQ(book_.size(), size + 1);
}

TEST_F(FieldCasesTest, AReturnedPaymentMayBePaidAgainOnce) {
  book_.Accept("dinsos", Grant("E1"));
  book_.Accept("bank-a", Report("D1", "E1", State::kInstructed));
  book_.Accept("bank-a", Report("D1", "E1", State::kCredited));
  book_.Accept("bank-a", Report("D1", "E1", State::kReturned));
  EXPECT_EQ(book_.Money(), (Parts{9'400'000, 600'000, 0, 0}));
  const uint64_t again =
      book_.Accept("bank-a", Report("D2", "E1", State::kInstructed));
  EXPECT_EQ(book_.Say("bank-b", Report("D3", "E1", State::kInstructed)),
            Refused(Refusal::kExceedsRemaining, again));
}

// What a NIK begins with is where it was first given out; the book sees a
// pseudonym and the region of residence.
TEST_F(FieldCasesTest, ResidenceIsTheGrantsRegionAndNotTheNiks) {
  EntitlementGranted body = Grant("E1");
  body.recipient = PersonOf("a NIK that begins with 3516");
  EXPECT_EQ(book_.Say("dinsos", body), Accepted());
  body = Grant("E2");
  body.region = "35.16";
  EXPECT_EQ(book_.Say("dinsos", body),
            Refused(Refusal::kRegionOutsideAppropriation));
}

TEST_F(FieldCasesTest, WhatBecameOfAnInstructionIsRecordedAfterARevocation) {
  book_.Accept("dinsos", Grant("E1"));
  book_.Accept("bank-a", Report("D1", "E1", State::kInstructed));
  const uint64_t revoked = book_.Accept("dinsos", Revocation("E1"));
  EXPECT_EQ(book_.Say("bank-a", Report("D1", "E1", State::kCredited)),
            Accepted());
  EXPECT_EQ(book_.Money(), (Parts{9'400'000, 0, 0, 600'000}));
  EXPECT_EQ(book_.Say("bank-a", Report("D1", "E1", State::kReturned)),
            Accepted());
  // Nobody may be paid with it under this entitlement: it is free for others.
  EXPECT_EQ(book_.Money(), (Parts{10'000'000, 0, 0, 0}));
  EXPECT_EQ(book_.Say("bank-a", Report("D2", "E1", State::kInstructed)),
            Refused(Refusal::kEntitlementRevoked, revoked));
}

}  // namespace
}  // namespace amanah::domain
