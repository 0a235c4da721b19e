// What an operator with root and with the ledger's own keys can do to a log,
// and what the auditor says of it. Unless a test says otherwise the forger
// makes all hashes and the checkpoint anew.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "ledger/codec/statement_codec.h"
#include "ledger/log/seal.h"
#include "tests/audit/small_log.h"
#include "tests/support/book_fixture.h"
#include "tests/support/fake_clock.h"

namespace amanah::testing_support {
namespace {

using audit::AuditOptions;
using audit::AuditReport;
using audit::FindingKind;
using audit::Verdict;
using domain::DisbursementState;
using domain::Refusal;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

class ForgeryTest : public testing::Test {
 protected:
  // The beginning of the log, before any key of it was rotated.
  std::vector<std::string> Prefix(uint64_t size) const {
    return {log_.entries().begin(),
            log_.entries().begin() + static_cast<ptrdiff_t>(size)};
  }
  static std::vector<Place> Audited(const std::vector<std::string>& entries,
                                    int key = SmallLog::kCheckpointKey,
                                    const AuditOptions& options = {}) {
    return PlacesOf(AuditOf(TilesOf(Rechain(entries), key), options));
  }
  // The whole log and, after it, a batch that the rules were not asked about.
  std::vector<Place> AuditedWith(judge::SubmittedBatch batch) {
    std::vector<std::string> entries = log_.entries();
    AppendForced(&entries, std::move(batch), parties().id(),
                 log_.recorder.state(), log_.recorder.time_us() + 1'000'000);
    return Audited(entries);
  }
  TestLedger& parties() { return log_.recorder.parties(); }
  uint64_t size() const { return log_.entries().size(); }

  SmallLog log_;
};

TEST_F(ForgeryTest, ChangesNothing) {
  EXPECT_THAT(Audited(log_.entries()), IsEmpty());
}

// The demo's case: one stored amount, and nothing else.
TEST_F(ForgeryTest, NamesAnAmountThatWasEditedInTheEntriesAlone) {
  std::vector<std::string> entries = log_.entries();
  EditStatement(&entries, log_.grants + 11, [](domain::Statement* statement) {
    std::get<domain::EntitlementGranted>(statement->body).amount =
        Rupiah(700'000);
  });
  MemoryTiles tiles = log_.tiles();
  tiles.files["tile/entries/000.p/56"] = log::EncodeBundle(entries);
  EXPECT_THAT(PlacesOf(AuditOf(tiles)),
              ElementsAre(Place{log_.grants, FindingKind::kSeal},
                          Place{log_.grants + 11, FindingKind::kTree},
                          Place{log_.grants + 12, FindingKind::kChain},
                          Place{size() - 1, FindingKind::kTree}));
}

TEST_F(ForgeryTest, CannotSealAnEditedAmountForItsAuthor) {
  std::vector<std::string> entries = log_.entries();
  EditStatement(&entries, log_.grants + 11, [](domain::Statement* statement) {
    std::get<domain::EntitlementGranted>(statement->body).amount =
        Rupiah(700'000);
  });
  EXPECT_THAT(Audited(entries),
              ElementsAre(Place{log_.grants, FindingKind::kSeal}));
  // Nor with a root that fits, since its author signed another.
  std::vector<std::string> statements;
  for (uint64_t i = log_.grants; i < log_.grants + 12; ++i) {
    statements.push_back(codec::DecodeEntry(AsBytes(entries[i]))->statement);
  }
  const crypto::Hash root = judge::RootOfStatements(statements);
  for (uint64_t i = log_.grants; i < log_.grants + 12; ++i) {
    EditEntry(&entries, i,
              [&](codec::Entry* entry) { entry->seal.root = root; });
  }
  EXPECT_THAT(Audited(entries),
              ElementsAre(Place{log_.grants, FindingKind::kSeal}));
}

TEST_F(ForgeryTest, CannotRewriteWhatAKeptCheckpointHolds) {
  AuditOptions options;
  options.kept_checkpoints = {CheckpointOf(Prefix(log_.grants)),
                              CheckpointOf(Prefix(log_.payments + 8)),
                              CheckpointOf(log_.entries(), 2)};
  std::vector<std::string> entries = log_.entries();
  EXPECT_THAT(Audited(entries, 2, options), IsEmpty());
  // A time is in nobody's seal; only the kept checkpoints tell.
  for (uint64_t i = log_.payments; i < log_.payments + 8; ++i) {
    EditEntry(&entries, i, [](codec::Entry* entry) { ++entry->time_us; });
  }
  EXPECT_THAT(Audited(entries), IsEmpty());
  const AuditReport report = AuditOf(TilesOf(Rechain(entries), 2), options);
  EXPECT_THAT(PlacesOf(report),
              ElementsAre(Place{log_.payments + 7, FindingKind::kTree},
                          Place{size() - 1, FindingKind::kTree}));
  EXPECT_THAT(report.findings.Kept()[0].text,
              testing::HasSubstr("history was rewritten"));
}

TEST_F(ForgeryTest, CannotRemoveWhatAKeptCheckpointCounts) {
  AuditOptions options;
  options.kept_checkpoints = {CheckpointOf(log_.entries(), 2)};
  std::vector<std::string> shorter = Prefix(size() - 2);
  EXPECT_THAT(Audited(shorter), IsEmpty());
  EXPECT_THAT(Audited(shorter, 2, options),
              ElementsAre(Place{size() - 2, FindingKind::kTree}));
}

TEST_F(ForgeryTest, CannotCutABatch) {
  EXPECT_THAT(Audited(Prefix(log_.payments + 5), 1),
              ElementsAre(Place{log_.payments, FindingKind::kBatch}));
}

TEST_F(ForgeryTest, CannotLeaveOneStatementOut) {
  // The last of a batch.
  std::vector<std::string> entries = Prefix(log_.payments + 8);
  entries.erase(entries.begin() + static_cast<ptrdiff_t>(log_.grants + 11));
  EXPECT_THAT(Audited(entries, 1),
              ElementsAre(Place{log_.grants, FindingKind::kBatch},
                          // Their entitlements are not in force, therefore.
                          Place{log_.grants + 11, FindingKind::kOutcome},
                          Place{log_.payments - 1, FindingKind::kOutcome},
                          Place{log_.payments, FindingKind::kOutcome},
                          Place{log_.payments + 1, FindingKind::kOutcome},
                          Place{log_.payments + 2, FindingKind::kOutcome},
                          Place{log_.payments + 3, FindingKind::kOutcome},
                          Place{log_.payments + 4, FindingKind::kOutcome},
                          Place{log_.payments + 5, FindingKind::kOutcome},
                          Place{log_.payments + 6, FindingKind::kOutcome}));
  // One in the middle, and the first.
  entries = Prefix(log_.payments + 8);
  entries.erase(entries.begin() + static_cast<ptrdiff_t>(log_.payments + 6));
  EXPECT_THAT(Audited(entries, 1),
              ElementsAre(Place{log_.payments, FindingKind::kBatch},
                          Place{log_.payments + 6, FindingKind::kBatch}));
  entries = Prefix(log_.payments + 3);
  entries.erase(entries.begin() + static_cast<ptrdiff_t>(log_.payments));
  EXPECT_THAT(Audited(entries, 1),
              ElementsAre(Place{log_.payments, FindingKind::kBatch},
                          Place{log_.payments + 1, FindingKind::kBatch}));
}

TEST_F(ForgeryTest, CannotSwapEntries) {
  std::vector<std::string> entries = log_.entries();
  std::swap(entries[log_.payments + 2], entries[log_.payments + 5]);
  const std::vector<Place> places = Audited(entries);
  EXPECT_THAT(places, Contains(Place{log_.payments, FindingKind::kBatch}));
  EXPECT_THAT(places, Contains(Place{log_.payments + 2, FindingKind::kBatch}));
  // With indexes that fit, the seal does not.
  for (uint32_t i = 0; i < 8; ++i) {
    EditEntry(&entries, log_.payments + i,
              [&](codec::Entry* entry) { entry->seal.index = i; });
  }
  EXPECT_THAT(Audited(entries),
              ElementsAre(Place{log_.payments, FindingKind::kSeal}));
}

TEST_F(ForgeryTest, CannotSwapEntriesWithoutNewHashes) {
  std::vector<std::string> entries = log_.entries();
  std::swap(entries[54], entries[55]);
  MemoryTiles tiles = log_.tiles();
  tiles.files["tile/entries/000.p/56"] = log::EncodeBundle(entries);
  const std::vector<Place> places = PlacesOf(AuditOf(tiles));
  for (const uint64_t place : {54U, 55U}) {
    EXPECT_THAT(places, Contains(Place{place, FindingKind::kSequence}));
    EXPECT_THAT(places, Contains(Place{place, FindingKind::kChain}));
    EXPECT_THAT(places, Contains(Place{place, FindingKind::kTree}));
  }
  EXPECT_THAT(places, Contains(Place{55, FindingKind::kTime}));
}

TEST_F(ForgeryTest, CannotForgeAnOutcome) {
  std::vector<std::string> entries = log_.entries();
  EditEntry(&entries, log_.double_payment,
            [](codec::Entry* entry) { entry->outcome = Accepted(); });
  EditEntry(&entries, log_.overlap, [](codec::Entry* entry) {
    entry->outcome.conflict = *entry->outcome.conflict + 1;
  });
  EditEntry(&entries, log_.payments + 7, [&](codec::Entry* entry) {
    entry->outcome = Refused(Refusal::kExceedsRemaining, 20);
  });
  EXPECT_THAT(Audited(entries),
              ElementsAre(Place{log_.overlap, FindingKind::kOutcome},
                          Place{log_.payments + 7, FindingKind::kOutcome},
                          Place{log_.double_payment, FindingKind::kOutcome}));
}

TEST_F(ForgeryTest, CannotSpeakForASuspendedBank) {
  std::vector<std::string> entries = Prefix(log_.suspension + 1);
  domain::Overlay* state = log_.recorder.state();
  AppendForced(&entries,
               parties().Post("bank-c", {Report("c1", "e11",
                                                DisbursementState::kCredited)}),
               parties().id(), state, log_.recorder.time_us());
  EXPECT_THAT(
      Audited(entries, 1),
      ElementsAre(Place{log_.suspension + 1, FindingKind::kNotAdmitted}));
}

TEST_F(ForgeryTest, CannotRecordWhatShouldHaveBeenAnError) {
  const auto expect = [&](judge::SubmittedBatch batch) {
    EXPECT_THAT(AuditedWith(std::move(batch)),
                ElementsAre(Place{size(), FindingKind::kNotAdmitted}));
  };
  // Too few administrators; expired; a key that was rotated.
  expect(parties().Post(domain::kAdministrators, {Funds("pkh", 1)},
                        {.signers = {{"ani", 1}}}));
  expect(
      parties().Post("dinsos", {Grant("e13")}, {.last_second = 1'772'438'400}));
  expect(parties().Post("bank-a",
                        {Report("d13", "e3", DisbursementState::kCredited)}));
  // No possession of the new key.
  domain::AuthorityEnrolled enrolment =
      parties().Enrolment("bank-d", domain::Role::kBank);
  enrolment.key.possession.bytes[0] ^= 1;
  expect(parties().Post(domain::kAdministrators, {enrolment}));
  // More than its quota of five a day.
  std::vector<domain::Body> reports;
  for (int i = 0; i < 6; ++i) {
    reports.push_back(
        Report("q" + std::to_string(i), "e3", DisbursementState::kCredited));
    std::get<domain::DisbursementReported>(reports.back()).amount = Rupiah(1);
  }
  expect(parties().Post("bank-c", reports));
}

// Grants of about 800 bytes each, to as many households.
std::vector<std::string> LongStatements(TestLedger* parties, size_t count) {
  std::vector<std::string> statements;
  for (size_t i = 0; i < count; ++i) {
    const std::string name = "long" + std::to_string(i);
    domain::EntitlementGranted grant = Grant(name);
    grant.recipient = PersonOf(name);
    for (int member = 0; member < 20; ++member) {
      grant.members.push_back(PersonOf(name + "/" + std::to_string(member)));
    }
    std::sort(grant.members.begin(), grant.members.end());
    statements.push_back(codec::EncodeStatement(parties->Say("dinsos", grant)));
  }
  return statements;
}

// Such statements as entries that dinsos did seal and that nobody judged.
void AppendSealed(std::vector<std::string>* entries,
                  const std::vector<std::string>& statements,
                  const judge::LedgerId& ledger, domain::Overlay* state,
                  int64_t time_us) {
  const domain::AuthorityKey key =
      domain::FindAuthor(state, "dinsos")->authority.keys.back();
  codec::Entry entry;
  entry.time_us = time_us;
  entry.seal.size = static_cast<uint32_t>(statements.size());
  entry.seal.root = judge::RootOfStatements(statements);
  entry.seal.last_second = kFarSecond;
  const std::string text =
      log::FormatSealText({std::string(kTestOrigin), ledger.genesis, "dinsos",
                           kFarSecond, entry.seal.size, entry.seal.root});
  entry.seal.signatures.push_back(
      {key.entry, key.position, SigningKeyOf("dinsos").Sign(AsBytes(text))});
  for (const std::string& statement : statements) {
    entry.sequence = entries->size();
    entry.previous = log::LeafHash(AsBytes(entries->back()));
    entry.statement = statement;
    entries->push_back(codec::EncodeEntry(entry));
    ++entry.seal.index;
  }
}

// Its author agreed, but nobody else could take such a batch in.
TEST_F(ForgeryTest, CannotRecordABatchThatIsTooLong) {
  std::vector<std::string> statements = LongStatements(&parties(), 1'400);
  size_t length = 0;
  size_t fitting = 0;
  while (length + statements[fitting].size() <= 1'048'576) {
    length += statements[fitting++].size();
  }
  ASSERT_LT(fitting, statements.size());
  const auto audited = [&](size_t count) {
    statements.resize(count);
    std::vector<std::string> entries = log_.entries();
    AppendSealed(&entries, statements, parties().id(), log_.recorder.state(),
                 log_.recorder.time_us() + 1'000'000);
    return Audited(entries);
  };
  EXPECT_THAT(audited(fitting + 1),
              ElementsAre(Place{size(), FindingKind::kNotAdmitted}));
  EXPECT_THAT(audited(fitting), IsEmpty());
}

TEST_F(ForgeryTest, NamesTheStatementOfABatchThatShouldHaveBeenAnError) {
  domain::AuthorityEnrolled bad =
      parties().Enrolment("bank-d", domain::Role::kBank);
  bad.key.possession.bytes[0] ^= 1;
  EXPECT_THAT(
      AuditedWith(parties().Post(domain::kAdministrators,
                                 {Funds("pkh", 1), Funds("pkh", 2), bad})),
      ElementsAre(Place{size() + 2, FindingKind::kNotAdmitted}));
}

TEST_F(ForgeryTest, CannotRecordABatchAgain) {
  std::vector<domain::Statement> once = {
      parties().Say("dinsos", Grant("e13"), "twice/1"),
      parties().Say("dinsos", Grant("e14"), "twice/2")};
  log_.recorder.Record(parties().Seal("dinsos", once));
  EXPECT_THAT(AuditedWith(parties().Seal("dinsos", once)),
              ElementsAre(Place{size(), FindingKind::kRepeat}));
  // Nor a part of it.
  once[1] = parties().Say("dinsos", Grant("e15"), "new");
  EXPECT_THAT(AuditedWith(parties().Seal("dinsos", once)),
              ElementsAre(Place{size(), FindingKind::kRepeat}));
}

TEST_F(ForgeryTest, CannotSealInAnothersName) {
  std::vector<std::string> entries = log_.entries();
  // A key that no entry introduced, another's key, a changed signature.
  const auto edit = [&](const std::function<void(codec::Entry*)>& change) {
    std::vector<std::string> edited = entries;
    EditEntry(&edited, size() - 1, change);
    EXPECT_THAT(Audited(edited),
                ElementsAre(Place{size() - 1, FindingKind::kSeal}));
  };
  edit([&](codec::Entry* entry) { entry->seal.signatures[0].key_entry = 7; });
  edit([](codec::Entry* entry) { entry->seal.signatures[0].key_entry = 4; });
  edit([](codec::Entry* entry) {
    entry->seal.signatures[0].signature.bytes[5] ^= 1;
  });
  edit([](codec::Entry* entry) { entry->seal.administrators = true; });
  edit([](codec::Entry* entry) { --entry->seal.last_second; });
  edit([](codec::Entry* entry) { entry->seal.root.bytes[0] ^= 1; });
}

TEST_F(ForgeryTest, CannotGoBackInTime) {
  std::vector<std::string> entries = log_.entries();
  EditEntry(&entries, size() - 1,
            [](codec::Entry* entry) { entry->time_us = kTestTimeUs; });
  EXPECT_THAT(Audited(entries),
              ElementsAre(Place{size() - 1, FindingKind::kTime}));
}

// Each day that an operator makes up would lend authors another day's quota.
TEST_F(ForgeryTest, CannotDateAnEntryInTheFuture) {
  const int64_t last =
      codec::DecodeEntry(AsBytes(log_.entries().back()))->time_us;
  const FakeClock slow(last - 300'000'000);
  AuditOptions options;
  options.clock = &slow;
  EXPECT_THAT(Audited(log_.entries(), SmallLog::kCheckpointKey, options),
              IsEmpty());
  const FakeClock slower(last - 300'000'001);
  options.clock = &slower;
  EXPECT_THAT(Audited(log_.entries(), SmallLog::kCheckpointKey, options),
              ElementsAre(Place{size() - 1, FindingKind::kTime}));
}

TEST_F(ForgeryTest, CannotPutSomethingElseInAnEntrysPlace) {
  std::vector<std::string> entries = log_.entries();
  entries[size() - 1] = "no entry";
  EXPECT_THAT(PlacesOf(AuditOf(TilesOf(entries, 2))),
              ElementsAre(Place{size() - 1, FindingKind::kMalformed}));
  entries[size() - 1] = "";
  EXPECT_THAT(PlacesOf(AuditOf(TilesOf(entries, 2))),
              ElementsAre(Place{size() - 1, FindingKind::kMalformed}));
  // An entry whose statement is none.
  entries = log_.entries();
  EditEntry(&entries, size() - 1,
            [](codec::Entry* entry) { entry->statement = "no statement"; });
  EXPECT_THAT(Audited(entries),
              ElementsAre(Place{size() - 1, FindingKind::kNotAdmitted}));
}

TEST_F(ForgeryTest, CannotDoWithoutAnOpening) {
  std::vector<std::string> entries = log_.entries();
  entries[0] = "no entry";
  AuditReport report = AuditOf(TilesOf(entries, 2));
  EXPECT_EQ(report.verdict(), Verdict::kFindings);
  EXPECT_THAT(PlacesOf(report), Contains(Place{0, FindingKind::kMalformed}));
  EXPECT_EQ(report.entries_hashed, size());

  // An opening that too few administrators sealed, or with a changed seal.
  entries = log_.entries();
  EditEntry(&entries, 0,
            [](codec::Entry* entry) { entry->seal.signatures.pop_back(); });
  report = AuditOf(TilesOf(Rechain(entries), 2));
  EXPECT_THAT(PlacesOf(report), Contains(Place{0, FindingKind::kNotAdmitted}));
  entries = log_.entries();
  EditEntry(&entries, 0, [](codec::Entry* entry) {
    entry->seal.signatures[0].signature.bytes[0] ^= 1;
  });
  report = AuditOf(TilesOf(Rechain(entries), 2));
  EXPECT_THAT(PlacesOf(report), Contains(Place{0, FindingKind::kSeal}));
  EXPECT_EQ(report.verdict(), Verdict::kFindings);

  // A log that begins in the middle, and one that has nothing.
  report = AuditOf(TilesOf({log_.entries().begin() + 8, log_.entries().end()}));
  EXPECT_EQ(report.verdict(), Verdict::kFindings);
  report = AuditOf(TilesOf({}));
  EXPECT_EQ(report.verdict(), Verdict::kUnreadable);
}

// A ledger of the same origin and people, opened anew: seals name entry 0.
TEST_F(ForgeryTest, CannotMoveSealsToAnotherLedgerOfTheSameOrigin) {
  std::vector<std::string> entries = log_.entries();
  EditEntry(&entries, 0, [](codec::Entry* entry) { --entry->time_us; });
  const std::vector<Place> places = Audited(entries);
  EXPECT_THAT(places, Contains(Place{1, FindingKind::kSeal}));
  EXPECT_THAT(places, Contains(Place{log_.grants, FindingKind::kSeal}));
}

}  // namespace
}  // namespace amanah::testing_support
