#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/book_fixture.h"

namespace amanah::domain {
namespace {

using testing_support::Accepted;
using testing_support::Authority;
using testing_support::Draft;
using testing_support::ExpectPrecedence;
using testing_support::Grant;
using testing_support::KeyOf;
using testing_support::PilotBook;
using testing_support::PinOf;
using testing_support::Refused;
using testing_support::Report;
using testing_support::Revocation;
using testing_support::TestBook;

constexpr std::string_view kTogether = kAdministrators;

AuthoritySuspended Suspension(std::string_view name) {
  return {std::string(name), "audit"};
}
AuthorityReinstated Reinstatement(std::string_view name) {
  return {std::string(name), "audit"};
}
KeyRotated Rotation(std::string_view name, std::string_view key) {
  return {std::string(name), {KeyOf(key), {}}};
}
AuthoritySucceeded Succession(std::string_view name, std::string_view next) {
  return {std::string(name), std::string(next)};
}

TEST(AuthorityRulesTest, EnrolmentReportsTheFirstRefusalThatHolds) {
  PilotBook book;
  const uint64_t used =
      book.Accept(kTogether, Authority("kemensos", Role::kAuditor));
  book.Post(kTogether, {"used", {}, Suspension("nobody")}, "used");

  AuthorityEnrolled body = Authority("bank-c", Role::kBank);
  body.name = "bank-a";
  body.key.key = KeyOf("bank-b");
  body.pins = {PinOf("bank-c"), PinOf("kemensos")};
  using D = Draft<AuthorityEnrolled>;
  ExpectPrecedence<AuthorityEnrolled>(
      &book, {"ani", "used", body},
      {{Refused(Refusal::kRoleNotAllowed),
        [](D* draft) { draft->author = kTogether; }},
       {Refused(Refusal::kReferenceReused, used + 1),
        [](D* draft) { draft->reference = "fresh"; }},
       {Refused(Refusal::kNameUsed, PilotBook::kBankA),
        [](D* draft) { draft->body.name = "bank-c"; }},
       {Refused(Refusal::kKeyUsed, PilotBook::kBankB),
        [](D* draft) { draft->body.key.key = KeyOf("bank-c"); }},
       {Refused(Refusal::kPinUsed, used),
        [](D* draft) { draft->body.pins = {PinOf("bank-c")}; }}});
}

TEST(AuthorityRulesTest, EnrolmentNeverReusesWhatEntry0Introduced) {
  TestBook book;
  AuthorityEnrolled body = Authority("ani", Role::kBank);
  EXPECT_EQ(book.Say(kTogether, body), Refused(Refusal::kNameUsed, 0));
  for (const char* key : {"ani", "citra", "checkpoints", "statements"}) {
    body = Authority("bank-a", Role::kBank);
    body.key.key = KeyOf(key);
    EXPECT_EQ(book.Say(kTogether, body), Refused(Refusal::kKeyUsed, 0)) << key;
  }
  body = Authority("bank-a", Role::kBank);
  body.pins = {PinOf("budi")};
  EXPECT_EQ(book.Say(kTogether, body), Refused(Refusal::kPinUsed, 0));
}

TEST(AuthorityRulesTest, ARefusedEnrolmentUsesUpNothing) {
  PilotBook book;
  AuthorityEnrolled body = Authority("bank-c", Role::kBank);
  body.pins = {PinOf("bank-c"), PinOf("bank-a")};
  EXPECT_EQ(book.Say(kTogether, body),
            Refused(Refusal::kPinUsed, PilotBook::kBankA));
  EXPECT_EQ(book.Say(kTogether, Authority("bank-c", Role::kBank)), Accepted());
}

TEST(AuthorityRulesTest, RotationReportsTheFirstRefusalThatHolds) {
  PilotBook book;
  book.Post(kTogether, {"used", {}, Suspension("nobody")}, "used");
  using D = Draft<KeyRotated>;
  ExpectPrecedence<KeyRotated>(
      &book, {"bank-a", "used", Rotation("bank-c", "bank-b")},
      {{Refused(Refusal::kRoleNotAllowed),
        [](D* draft) { draft->author = kTogether; }},
       {Refused(Refusal::kReferenceReused, 6),
        [](D* draft) { draft->reference = "fresh"; }},
       {Refused(Refusal::kAuthorityUnknown),
        [](D* draft) { draft->body.name = "bank-a"; }},
       {Refused(Refusal::kKeyUsed, PilotBook::kBankB),
        [](D* draft) { draft->body.key.key = KeyOf("bank-a 2"); }}});
}

TEST(AuthorityRulesTest, KeepsEveryKeyThatAnAuthorityHeld) {
  PilotBook book;
  const uint64_t second = book.Accept(kTogether, Rotation("bank-a", "second"));
  const uint64_t third = book.Accept(kTogether, Rotation("bank-a", "third"));

  const std::vector<AuthorityKey> keys = book.AuthorityNamed("bank-a").keys;
  ASSERT_EQ(keys.size(), 3u);
  EXPECT_EQ(keys[0].key, KeyOf("bank-a"));
  EXPECT_EQ(keys[0].entry, PilotBook::kBankA);
  EXPECT_EQ(keys[1].key, KeyOf("second"));
  EXPECT_EQ(keys[1].entry, second);
  EXPECT_EQ(keys[2].key, KeyOf("third"));
  EXPECT_EQ(keys[2].entry, third);

  // Neither its own earlier key nor another's comes back, for anybody.
  EXPECT_EQ(book.Say(kTogether, Rotation("bank-a", "bank-a")),
            Refused(Refusal::kKeyUsed, PilotBook::kBankA));
  EXPECT_EQ(book.Say(kTogether, Rotation("bank-b", "second")),
            Refused(Refusal::kKeyUsed, second));
  EXPECT_EQ(book.Say(kTogether, Rotation("bank-b", "budi")),
            Refused(Refusal::kKeyUsed, 0));
}

TEST(AuthorityRulesTest, SealsFindAKeyByItsEntryAndPosition) {
  PilotBook book;
  const uint64_t second = book.Accept(kTogether, Rotation("bank-a", "second"));
  const struct {
    uint64_t entry;
    uint32_t position;
    const char* authority;
    const char* key;
  } rows[] = {{0, 0, "ani", "ani"},
              {0, 1, "budi", "budi"},
              {0, 2, "citra", "citra"},
              {PilotBook::kBankA, 0, "bank-a", "bank-a"},
              {second, 0, "bank-a", "second"}};
  for (const auto& row : rows) {
    const auto found = LoadRow<KeyRow>(
        book.state(), IntroducedKeyKey(row.entry, row.position));
    ASSERT_TRUE(found.has_value()) << row.key;
    EXPECT_EQ(found->key, KeyOf(row.key));
    EXPECT_EQ(AuthorOf(book.state(), found->authority)->authority.name,
              row.authority);
  }
  EXPECT_TRUE(book.state()->Get(IntroducedKeyKey(0, 3)).empty());
}

TEST(AuthorityRulesTest, SuspensionReportsTheFirstRefusalThatHolds) {
  PilotBook book;
  book.Post(kTogether, {"used", {}, Suspension("nobody")}, "used");
  const uint64_t suspended = book.Accept(kTogether, Suspension("citra"));
  using D = Draft<AuthoritySuspended>;
  ExpectPrecedence<AuthoritySuspended>(
      &book, {"dinsos", "used", Suspension("nobody")},
      {{Refused(Refusal::kRoleNotAllowed),
        [](D* draft) { draft->author = kTogether; }},
       {Refused(Refusal::kReferenceReused, 6),
        [](D* draft) { draft->reference = "fresh"; }},
       {Refused(Refusal::kAuthorityUnknown),
        [](D* draft) { draft->body.name = "citra"; }},
       {Refused(Refusal::kAuthorityState, suspended),
        [](D* draft) { draft->body.name = "budi"; }},
       {Refused(Refusal::kBelowThreshold),
        [](D* draft) { draft->body.name = "dinsos"; }}});
}

TEST(AuthorityRulesTest, ReinstatementReportsTheFirstRefusalThatHolds) {
  PilotBook book;
  book.Post(kTogether, {"used", {}, Suspension("nobody")}, "used");
  book.Accept(kTogether, Suspension("bank-a"));
  using D = Draft<AuthorityReinstated>;
  ExpectPrecedence<AuthorityReinstated>(
      &book, {"ani", "used", Reinstatement("nobody")},
      {{Refused(Refusal::kRoleNotAllowed),
        [](D* draft) { draft->author = kTogether; }},
       {Refused(Refusal::kReferenceReused, 6),
        [](D* draft) { draft->reference = "fresh"; }},
       {Refused(Refusal::kAuthorityUnknown),
        [](D* draft) { draft->body.name = "bank-b"; }},
       {Refused(Refusal::kAuthorityState, PilotBook::kBankB),
        [](D* draft) { draft->body.name = "bank-a"; }}});
}

TEST(AuthorityRulesTest, NamesTheLastChangeOfAnAuthoritysState) {
  PilotBook book;
  EXPECT_FALSE(book.AuthorityNamed("bank-a").suspended);
  const uint64_t suspended = book.Accept(kTogether, Suspension("bank-a"));
  EXPECT_TRUE(book.AuthorityNamed("bank-a").suspended);
  EXPECT_EQ(book.Say(kTogether, Suspension("bank-a")),
            Refused(Refusal::kAuthorityState, suspended));
  const uint64_t reinstated = book.Accept(kTogether, Reinstatement("bank-a"));
  EXPECT_FALSE(book.AuthorityNamed("bank-a").suspended);
  EXPECT_EQ(book.Say(kTogether, Reinstatement("bank-a")),
            Refused(Refusal::kAuthorityState, reinstated));
  EXPECT_EQ(book.Say(kTogether, Suspension("bank-a")), Accepted());
}

TEST(AuthorityRulesTest, AdministratorsNeverFallBelowTheirThreshold) {
  TestBook book;
  EXPECT_EQ(book.Say(kTogether, Suspension("ani")), Accepted());
  EXPECT_EQ(book.Say(kTogether, Suspension("budi")),
            Refused(Refusal::kBelowThreshold));
  EXPECT_EQ(book.Say(kTogether, Authority("dewi", Role::kAdministrator)),
            Accepted());
  EXPECT_EQ(book.Say(kTogether, Suspension("budi")), Accepted());
  EXPECT_EQ(book.Say(kTogether, Suspension("dewi")),
            Refused(Refusal::kBelowThreshold));
  EXPECT_EQ(book.Say(kTogether, Reinstatement("ani")), Accepted());
  EXPECT_EQ(book.Say(kTogether, Suspension("dewi")), Accepted());
  EXPECT_EQ(FindLedger(book.state())->active_administrators, 2u);
}

TEST(AuthorityRulesTest, TheAdministratorsTogetherAreNoSingleAuthority) {
  TestBook book;
  EXPECT_EQ(book.Say(kTogether, Suspension(kTogether)),
            Refused(Refusal::kAuthorityUnknown));
  EXPECT_EQ(book.Say(kTogether, Reinstatement(kTogether)),
            Refused(Refusal::kAuthorityUnknown));
  EXPECT_EQ(book.Say(kTogether, Rotation(kTogether, "new")),
            Refused(Refusal::kAuthorityUnknown));
  EXPECT_EQ(book.Say(kTogether, Succession(kTogether, "ani")),
            Refused(Refusal::kAuthorityUnknown));
  EXPECT_EQ(book.Say(kTogether, Succession("ani", kTogether)),
            Refused(Refusal::kAuthorityUnknown));
}

TEST(AuthorityRulesTest, SuccessionReportsTheFirstRefusalThatHolds) {
  PilotBook book;
  book.Post(kTogether, {"used", {}, Suspension("nobody")}, "used");
  book.Accept(kTogether, Authority("bank-c", Role::kBank));
  const uint64_t succeeded =
      book.Accept(kTogether, Succession("bank-c", "bank-b"));
  using D = Draft<AuthoritySucceeded>;
  ExpectPrecedence<AuthoritySucceeded>(
      &book, {"bank-a", "used", Succession("nobody", "nobody-else")},
      {{Refused(Refusal::kRoleNotAllowed),
        [](D* draft) { draft->author = kTogether; }},
       {Refused(Refusal::kReferenceReused, 6),
        [](D* draft) { draft->reference = "fresh"; }},
       {Refused(Refusal::kAuthorityUnknown),
        [](D* draft) { draft->body.name = "bank-c"; }},
       {Refused(Refusal::kAuthorityUnknown),
        [](D* draft) { draft->body.successor = "bank-c"; }},
       {Refused(Refusal::kAuthorityState, succeeded),
        [](D* draft) { draft->body = Succession("bank-a", "bank-a"); }},
       {Refused(Refusal::kSuccessorUnfit),
        [](D* draft) { draft->body.successor = "bank-b"; }}});
}

TEST(AuthorityRulesTest, SuccessionNeedsTheSameRoleAndOneStillInBusiness) {
  PilotBook book;
  EXPECT_EQ(book.Say(kTogether, Succession("bank-a", "dinsos")),
            Refused(Refusal::kSuccessorUnfit));
  EXPECT_EQ(book.Say(kTogether, Succession("bank-a", "bank-b")), Accepted());
  book.Accept(kTogether, Authority("bank-c", Role::kBank));
  EXPECT_EQ(book.Say(kTogether, Succession("bank-c", "bank-a")),
            Refused(Refusal::kSuccessorUnfit));
}

TEST(AuthorityRulesTest, SuccessionsMakeChainsButNoRings) {
  PilotBook book;
  book.Accept(kTogether, Authority("bank-c", Role::kBank));
  const uint64_t first = book.Accept(kTogether, Succession("bank-a", "bank-b"));
  EXPECT_EQ(book.Say(kTogether, Succession("bank-b", "bank-a")),
            Refused(Refusal::kSuccessorUnfit));
  const uint64_t second =
      book.Accept(kTogether, Succession("bank-b", "bank-c"));
  for (const char* ring : {"bank-a", "bank-b", "bank-c"}) {
    EXPECT_EQ(book.Say(kTogether, Succession("bank-c", ring)),
              Refused(Refusal::kSuccessorUnfit));
  }
  EXPECT_EQ(book.Say(kTogether, Succession("bank-a", "bank-c")),
            Refused(Refusal::kAuthorityState, first));
  EXPECT_EQ(book.Say(kTogether, Succession("bank-b", "bank-c")),
            Refused(Refusal::kAuthorityState, second));
}

TEST(AuthorityRulesTest, TheEndOfAChainReportsOnItsFirstPayments) {
  PilotBook book;
  book.Accept(kTogether, Authority("bank-c", Role::kBank));
  book.Accept("dinsos", Grant("E1"));
  book.Accept("bank-a", Report("D1", "E1", DisbursementState::kInstructed));
  book.Accept(kTogether, Succession("bank-a", "bank-b"));

  DisbursementReported credited =
      Report("D1", "E1", DisbursementState::kCredited);
  credited.predecessor = "bank-a";
  EXPECT_EQ(book.Say("bank-c", credited), Refused(Refusal::kNotSuccessor));
  EXPECT_EQ(book.Judge("bank-b", credited), Accepted());
  book.Accept(kTogether, Succession("bank-b", "bank-c"));
  EXPECT_EQ(book.Say("bank-c", credited), Accepted());

  // Those before it in the chain may go on with what is left to say.
  DisbursementReported returned =
      Report("D1", "E1", DisbursementState::kReturned);
  EXPECT_EQ(book.Judge("bank-a", returned), Accepted());
  returned.predecessor = "bank-a";
  EXPECT_EQ(book.Judge("bank-b", returned), Accepted());
}

TEST(AuthorityRulesTest, ASuccessorRevokesOutsideItsOwnScope) {
  PilotBook book;
  AuthorityEnrolled narrow = Authority("dinsos-malang", Role::kProgramOwner);
  narrow.regions = {"35.73"};
  book.Accept(kTogether, narrow);
  book.Accept("dinsos", Grant("E1"));

  EXPECT_EQ(book.Say("dinsos-malang", Revocation("E1")),
            Refused(Refusal::kOutOfScope));
  EXPECT_EQ(book.Say("dinsos-malang", Grant("E2")),
            Refused(Refusal::kOutOfScope));
  book.Accept(kTogether, Succession("dinsos", "dinsos-malang"));
  EXPECT_EQ(book.Say("dinsos-malang", Revocation("E1")), Accepted());
  // What it takes over is what was granted, not the right to grant.
  EXPECT_EQ(book.Say("dinsos-malang", Grant("E2")),
            Refused(Refusal::kOutOfScope));
}

TEST(AuthorityRulesTest, PinsReportTheFirstRefusalThatHolds) {
  PilotBook book;
  const uint64_t used = book.Accept("bank-a", PinsChanged{{PinOf("bank-a")}});
  const std::string reference = "statement-" + std::to_string(used);
  using D = Draft<PinsChanged>;
  ExpectPrecedence<PinsChanged>(
      &book,
      {std::string(kTogether), reference,
       PinsChanged{{PinOf("new"), PinOf("bank-b")}}},
      {{Refused(Refusal::kRoleNotAllowed),
        [](D* draft) { draft->author = "bank-a"; }},
       {Refused(Refusal::kReferenceReused, used),
        [](D* draft) { draft->reference = "fresh"; }},
       {Refused(Refusal::kPinUsed, PilotBook::kBankB),
        [](D* draft) { draft->body.pins = {PinOf("new")}; }}});
}

TEST(AuthorityRulesTest, APinThatIsGivenUpMayMoveToAnotherAuthority) {
  PilotBook book;
  const uint64_t changed =
      book.Accept("bank-a", PinsChanged{{PinOf("a1"), PinOf("a2")}});
  EXPECT_EQ(book.AuthorityNamed("bank-a").pins,
            (std::vector<Pin>{PinOf("a1"), PinOf("a2")}));
  EXPECT_EQ(book.Say("bank-b", PinsChanged{{PinOf("a2")}}),
            Refused(Refusal::kPinUsed, changed));
  EXPECT_EQ(book.Say("bank-b", PinsChanged{{PinOf("bank-a")}}), Accepted());

  // Kept and dropped at once; what is kept stays its own.
  const uint64_t again = book.Accept("bank-a", PinsChanged{{PinOf("a1")}});
  EXPECT_EQ(book.Say("bank-b", PinsChanged{{PinOf("a1")}}),
            Refused(Refusal::kPinUsed, again));
  EXPECT_EQ(book.Say("bank-b", PinsChanged{{PinOf("a2")}}), Accepted());
  EXPECT_TRUE(book.state()
                  ->Get(NameKey(PinRow::kTable, AsText(PinOf("bank-a").view())))
                  .empty());
}

TEST(AuthorityRulesTest, LedgerKeysReportTheFirstRefusalThatHolds) {
  PilotBook book;
  book.Post(kTogether, {"used", {}, Suspension("nobody")}, "used");
  using D = Draft<LedgerKeyRotated>;
  ExpectPrecedence<LedgerKeyRotated>(
      &book,
      {"ani",
       "used",
       {LedgerKeyKind::kCheckpoint,
        "amanah.example/kota",
        {KeyOf("statements"), {}}}},
      {{Refused(Refusal::kRoleNotAllowed),
        [](D* draft) { draft->author = kTogether; }},
       {Refused(Refusal::kReferenceReused, 6),
        [](D* draft) { draft->reference = "fresh"; }},
       {Refused(Refusal::kKeyUsed, 0),
        [](D* draft) { draft->body.key.key = KeyOf("new"); }}});
}

TEST(AuthorityRulesTest, RotatesEachOfTheLedgersKeysAlone) {
  PilotBook book;
  LedgerKeyRotated body{LedgerKeyKind::kCheckpoint,
                        "amanah.example/kota",
                        {KeyOf("checkpoints 2"), {}}};
  const uint64_t checkpoint = book.Accept(kTogether, body);
  LedgerRow ledger = *FindLedger(book.state());
  EXPECT_EQ(ledger.checkpoint_key, KeyOf("checkpoints 2"));
  EXPECT_EQ(ledger.checkpoint_key_entry, checkpoint);
  EXPECT_EQ(ledger.statement_key, KeyOf("statements"));
  EXPECT_EQ(ledger.statement_key_entry, 0u);

  body = {
      LedgerKeyKind::kStatement, body.key_name, {KeyOf("statements 2"), {}}};
  const uint64_t statement = book.Accept(kTogether, body);
  ledger = *FindLedger(book.state());
  EXPECT_EQ(ledger.checkpoint_key, KeyOf("checkpoints 2"));
  EXPECT_EQ(ledger.statement_key, KeyOf("statements 2"));
  EXPECT_EQ(ledger.statement_key_entry, statement);

  AuthorityEnrolled bank = Authority("bank-c", Role::kBank);
  bank.key.key = KeyOf("checkpoints 2");
  EXPECT_EQ(book.Say(kTogether, bank), Refused(Refusal::kKeyUsed, checkpoint));
}

TEST(AuthorityRulesTest, RulesFollowOneByOne) {
  PilotBook book;
  book.Post(kTogether, {"used", {}, Suspension("nobody")}, "used");
  using D = Draft<RulesAdopted>;
  ExpectPrecedence<RulesAdopted>(
      &book, {"dinsos", "used", {3}},
      {{Refused(Refusal::kRoleNotAllowed),
        [](D* draft) { draft->author = kTogether; }},
       {Refused(Refusal::kReferenceReused, 6),
        [](D* draft) { draft->reference = "fresh"; }},
       {Refused(Refusal::kRulesVersionNotNext),
        [](D* draft) { draft->body.version = 2; }}});
  EXPECT_EQ(FindLedger(book.state())->rules_version, 1u);
  book.Accept(kTogether, RulesAdopted{2});
  EXPECT_EQ(FindLedger(book.state())->rules_version, 2u);
  EXPECT_EQ(book.Say(kTogether, RulesAdopted{2}),
            Refused(Refusal::kRulesVersionNotNext));
}

}  // namespace
}  // namespace amanah::domain
