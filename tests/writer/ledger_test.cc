#include "ledger/writer/ledger.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "ledger/codec/entry_codec.h"
#include "ledger/log/checkpoint.h"
#include "ledger/log/proof.h"
#include "ledger/log/verifier_key.h"
#include "ledger/store/index.h"
#include "tests/support/book_fixture.h"
#include "tests/support/matchers.h"
#include "tests/support/running_ledger.h"
#include "tests/support/shared_files.h"

namespace amanah::writer {
namespace {

using domain::DisbursementState;
using domain::Refusal;
using judge::Problem;
using testing_support::Accepted;
using testing_support::Fails;
using testing_support::Grant;
using testing_support::PersonOf;
using testing_support::ReadWholeFile;
using testing_support::Refused;
using testing_support::Report;
using testing_support::RunningLedger;
using testing_support::TestLedger;

domain::EntitlementGranted GrantTo(const std::string& name) {
  domain::EntitlementGranted grant = Grant("E-" + name);
  grant.recipient = PersonOf(name);
  return grant;
}

domain::DisbursementReported Payment(const std::string& name) {
  return Report("D-" + name, "E-" + name, DisbursementState::kCredited);
}

TEST(LedgerTest, RecordsAPaymentAndProvesIt) {
  RunningLedger ledger;
  const Acknowledgement granted = ledger.Say("dinsos", {GrantTo("siti")});
  ASSERT_EQ(granted.results.size(), 1u);
  EXPECT_EQ(granted.results[0].sequence, TestLedger::kPilotSize);
  const Acknowledgement paid = ledger.Say("bank-a", {Payment("siti")});
  ASSERT_EQ(paid.results.size(), 1u);
  EXPECT_EQ(paid.results[0].outcome, Accepted());
  EXPECT_FALSE(paid.repeat);

  const log::VerifierKey key =
      log::MakeVerifierKey(testing_support::kTestOrigin,
                           testing_support::CheckpointKey().public_key());
  const auto opened = log::OpenCheckpoint(
      paid.tip->checkpoint, testing_support::kTestOrigin, {&key, 1});
  ASSERT_OK(opened);
  EXPECT_EQ(opened->checkpoint.size, TestLedger::kPilotSize + 2);
  const auto path = log::ProveInclusion(
      ledger->tiles(), paid.results[0].sequence, opened->checkpoint.size);
  ASSERT_OK(path);
  EXPECT_OK(log::CheckInclusion(
      paid.results[0].sequence, opened->checkpoint.size,
      paid.results[0].entry_hash, *path, opened->checkpoint.root));
}

TEST(LedgerTest, ARefusedStatementDoesNotStopTheOthers) {
  RunningLedger ledger;
  const auto answer =
      ledger.Say("dinsos", {GrantTo("a"), GrantTo("a"), GrantTo("b")});
  ASSERT_EQ(answer.results.size(), 3u);
  EXPECT_EQ(answer.results[0].outcome, Accepted());
  EXPECT_EQ(answer.results[1].outcome,
            Refused(Refusal::kEntitlementUsed, TestLedger::kPilotSize));
  EXPECT_EQ(answer.results[2].outcome, Accepted());
}

TEST(LedgerTest, TheSameBytesGiveTheSameEntryAlsoAcrossARestart) {
  RunningLedger ledger;
  const judge::SubmittedBatch batch =
      ledger.parties().Post("dinsos", {GrantTo("a"), GrantTo("b")});
  const Acknowledgement first = ledger.Post(batch);
  const Acknowledgement again = ledger.Post(batch);
  EXPECT_TRUE(again.repeat);
  ASSERT_EQ(again.results.size(), 2u);
  EXPECT_EQ(again.results[0].sequence, first.results[0].sequence);
  EXPECT_EQ(again.results[1].entry_hash, first.results[1].entry_hash);

  ASSERT_OK(ledger.Reopen());
  const Acknowledgement later = ledger.Post(batch);
  EXPECT_TRUE(later.repeat);
  EXPECT_EQ(later.results[1].sequence, first.results[1].sequence);
  EXPECT_EQ(ledger->entries().size(), TestLedger::kPilotSize + 2);
}

TEST(LedgerTest, ARepeatIsAnsweredAfterItsSealExpiredAndItsKeyWasRotated) {
  RunningLedger ledger;
  const domain::Statement statement =
      ledger.parties().Say("bank-a", Payment("siti"));
  const auto second =
      static_cast<uint64_t>(testing_support::kTestNowUs / 1'000'000);
  const auto batch =
      ledger.parties().Seal("bank-a", {statement}, {.last_second = second});
  const Acknowledgement first = ledger.Post(batch);
  ledger.Say(domain::kAdministrators,
             {ledger.parties().Rotation("bank-a", domain::Role::kBank, 2)});
  ledger.clock().Advance(10'000'000);
  const Acknowledgement again = ledger.Post(batch);
  EXPECT_TRUE(again.repeat);
  EXPECT_EQ(again.results[0].sequence, first.results[0].sequence);
  EXPECT_EQ(again.results[0].outcome, Refused(Refusal::kEntitlementUnknown));

  // A new statement under the old key, or an expired seal, is an error.
  EXPECT_EQ(ledger
                .PostError(ledger.parties().Post("bank-a", {Payment("b")},
                                                 {.signers = {{"bank-a", 1}}}))
                .problem,
            Problem::kKeyRetired);
  EXPECT_EQ(ledger
                .PostError(ledger.parties().Post(
                    "bank-a", {Payment("b")},
                    {.signers = {{"bank-a", 2}}, .last_second = second}))
                .problem,
            Problem::kExpired);
}

TEST(LedgerTest, APartlyRecordedBatchAddsNothingAndNamesWhatIsThere) {
  RunningLedger ledger;
  const domain::Statement known = ledger.parties().Say("dinsos", GrantTo("a"));
  const domain::Statement fresh = ledger.parties().Say("dinsos", GrantTo("b"));
  ledger.Post(ledger.parties().Seal("dinsos", {known}));
  const auto error =
      ledger.PostError(ledger.parties().Seal("dinsos", {fresh, known}));
  EXPECT_EQ(error.problem, Problem::kPartlyRecorded);
  EXPECT_EQ(error.recorded,
            (std::vector<judge::Recorded>{{1, TestLedger::kPilotSize}}));
  EXPECT_EQ(ledger->entries().size(), TestLedger::kPilotSize + 1);
}

TEST(LedgerTest, SuspensionTakesEffectAtTheNextBatch) {
  RunningLedger ledger;
  ledger.Say(domain::kAdministrators,
             {domain::AuthoritySuspended{"bank-a", "AUDIT"}});
  EXPECT_EQ(
      ledger.PostError(ledger.parties().Post("bank-a", {Payment("a")})).problem,
      Problem::kAuthorSuspended);
  ledger.Say(domain::kAdministrators,
             {domain::AuthorityReinstated{"bank-a", "CLEARED"}});
  ledger.Say("bank-a", {Payment("a")});
}

TEST(LedgerTest, ADeletedStateIsRebuiltFromTheEntries) {
  RunningLedger ledger;
  ledger.Say("dinsos", {GrantTo("a"), GrantTo("b")});
  ledger.Say("bank-a", {Payment("a")});
  const std::string before = ledger->tip()->checkpoint;
  ledger.Close();
  std::filesystem::remove_all(ledger.path() / "state");
  ASSERT_OK(ledger.Open());
  EXPECT_EQ(ledger->tip()->checkpoint, before);
  const auto answer = ledger.Say("bank-b", {Payment("a")});
  EXPECT_EQ(answer.results[0].outcome,
            Refused(Refusal::kExceedsRemaining, TestLedger::kPilotSize + 2));
}

TEST(LedgerTest, TotalsAndIndexesAreTheSameAfterARebuild) {
  RunningLedger ledger;
  ledger.Say("dinsos", {GrantTo("a"), GrantTo("b")});
  ledger.Say("bank-a", {Payment("a"),
                        Report("D-b", "E-b", DisbursementState::kInstructed),
                        Report("D-b", "E-b", DisbursementState::kRejected)});
  const auto dump = [&] {
    std::vector<std::pair<std::string, std::string>> rows;
    EXPECT_OK(ledger->derived().ScanIndex(
        "", "", 10'000, [&](std::string_view key, std::string_view value) {
          rows.emplace_back(key, value);
          return true;
        }));
    return rows;
  };
  const auto before = dump();
  EXPECT_FALSE(before.empty());
  ledger.Close();
  std::filesystem::remove_all(ledger.path() / "state");
  ASSERT_OK(ledger.Open());
  EXPECT_EQ(dump(), before);
}

TEST(LedgerTest, RefusesASecondProcessOnItsFolder) {
  RunningLedger ledger;
  EXPECT_THAT(Ledger::Open(ledger.path(), testing_support::TestKeys()),
              Fails(absl::StatusCode::kFailedPrecondition, "in use"));
}

TEST(LedgerTest, RefusesALogThatIsShorterThanItsSignersMemory) {
  RunningLedger ledger;
  // What the entries were before the last group; the signer remembers more.
  ASSERT_OK(ledger.Reopen());
  ledger.Close();
  const auto kept = ledger.path().parent_path() / "kept";
  std::filesystem::copy(ledger.path() / "entries", kept,
                        std::filesystem::copy_options::recursive);
  ASSERT_OK(ledger.Open());
  ledger.Say("dinsos", {GrantTo("a")});
  ledger.Close();
  std::filesystem::remove_all(ledger.path() / "entries");
  std::filesystem::copy(kept, ledger.path() / "entries",
                        std::filesystem::copy_options::recursive);
  EXPECT_THAT(ledger.Open(), Fails(absl::StatusCode::kDataLoss,
                                   "the log has 8 entries, but a checkpoint "
                                   "of 9 was signed"));
}

TEST(LedgerTest, RefusesAFolderThatNamesAnotherLedger) {
  RunningLedger ledger;
  ledger.Close();
  const auto format = ledger.path() / "FORMAT";
  const std::string text = ReadWholeFile(format);
  const auto starts_with = [&](std::string_view origin,
                               std::string_view genesis) {
    std::ofstream(format, std::ios::binary) << "amanah-data/v1\n"
                                            << origin << '\n'
                                            << genesis << '\n';
    return ledger.Open();
  };
  const size_t origin_at = text.find('\n') + 1;
  const size_t genesis_at = text.find('\n', origin_at) + 1;
  const std::string origin = text.substr(origin_at, genesis_at - 1 - origin_at);
  const std::string genesis = text.substr(genesis_at, 44);
  EXPECT_THAT(starts_with("another.example/ledger", genesis),
              Fails(absl::StatusCode::kDataLoss,
                    "the folder names origin another.example/ledger"));
  EXPECT_THAT(
      starts_with(origin, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
      Fails(absl::StatusCode::kDataLoss, "entry 0 is not the one"));
  EXPECT_OK(starts_with(origin, genesis));
}

TEST(LedgerTest, RefusesALogOfWhichOtherEntriesWereSigned) {
  RunningLedger ledger;
  ledger.Say("dinsos", {GrantTo("a")});
  ledger.Close();
  RunningLedger other;
  other.Say("dinsos", {GrantTo("b")});
  other.Close();
  std::filesystem::copy_file(other.path() / "signer", ledger.path() / "signer",
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_THAT(ledger.Open(),
              Fails(absl::StatusCode::kDataLoss,
                    "the first 9 of 9 entries are not those that were signed"));
}

TEST(LedgerTest, RefusesToStartWithoutTheCheckpointKeyInForce) {
  RunningLedger ledger;
  ledger.Close();
  LedgerKeys keys;
  keys.checkpoint.push_back(testing_support::CheckpointKey(2));
  EXPECT_THAT(Ledger::Open(ledger.path(), std::move(keys), ledger.options()),
              Fails(absl::StatusCode::kFailedPrecondition, "checkpoint key"));
}

TEST(LedgerTest, NoSealOfAnotherLedgerOfTheSameOriginIsTaken) {
  RunningLedger ledger;
  const auto error = ledger.PostError(ledger.parties().Post(
      "bank-a", {Payment("a")},
      {.genesis = crypto::Sha256(AsBytes("another entry 0"))}));
  EXPECT_EQ(error.problem, Problem::kGenesis);
}

TEST(LedgerTest, ARotatedCheckpointKeySignsFromThatCheckpointOn) {
  RunningLedger ledger;
  domain::LedgerKeyRotated rotated;
  rotated.kind = domain::LedgerKeyKind::kCheckpoint;
  rotated.key_name = std::string(testing_support::kTestOrigin);
  rotated.key = ledger.parties().LedgerKeyWithProof(
      domain::LedgerKeyKind::kCheckpoint, 3);
  // Its secret is not here.
  EXPECT_EQ(
      ledger
          .PostError(ledger.parties().Post(domain::kAdministrators, {rotated}))
          .problem,
      Problem::kLedgerKey);
  rotated.key = ledger.parties().LedgerKeyWithProof(
      domain::LedgerKeyKind::kCheckpoint, 2);
  const auto answer = ledger.Say(domain::kAdministrators, {rotated});
  const log::VerifierKey key =
      log::MakeVerifierKey(testing_support::kTestOrigin,
                           testing_support::CheckpointKey(2).public_key());
  EXPECT_OK(log::OpenCheckpoint(answer.tip->checkpoint,
                                testing_support::kTestOrigin, {&key, 1}));
  ASSERT_OK(ledger.Reopen());
  EXPECT_OK(log::OpenCheckpoint(ledger->tip()->checkpoint,
                                testing_support::kTestOrigin, {&key, 1}));
}

TEST(LedgerTest, LaterRulesAreNotAdoptedByASoftwareThatDoesNotSpeakThem) {
  RunningLedger ledger;
  EXPECT_EQ(ledger
                .PostError(ledger.parties().Post(domain::kAdministrators,
                                                 {domain::RulesAdopted{2}}))
                .problem,
            Problem::kNeedsRules);
}

TEST(LedgerTest, AppendsNothingWhileTheClockIsTooFarAheadButAnswersRepeats) {
  RunningLedger ledger;
  const auto batch = ledger.parties().Post("dinsos", {GrantTo("a")});
  ledger.Post(batch);
  ledger.clock().Step(int64_t{6} * 60 * 1'000'000);
  EXPECT_EQ(
      ledger.PostError(ledger.parties().Post("dinsos", {GrantTo("b")})).problem,
      Problem::kHalted);
  EXPECT_TRUE(ledger.Post(batch).repeat);
  ledger.clock().Step(-int64_t{6} * 60 * 1'000'000);
  EXPECT_EQ(ledger.Say("dinsos", {GrantTo("b")}).results.size(), 1u);
}

std::vector<uint64_t> IndexOf(RunningLedger* ledger,
                              const std::string& prefix) {
  std::vector<uint64_t> sequences;
  EXPECT_OK((*ledger)->derived().ScanIndex(
      prefix, prefix, 1'000, [&](std::string_view key, std::string_view) {
        sequences.push_back(store::SequenceOfIndexKey(key));
        return true;
      }));
  return sequences;
}

// A refused attempt is evidence; what somebody says who had no say is noise.
TEST(LedgerTest, IndexesNothingOfThoseWhoHadNoSay) {
  RunningLedger ledger;
  const uint64_t grant =
      ledger.Say("dinsos", {GrantTo("siti")}).results[0].sequence;
  const auto expect = [&](std::string_view author, const domain::Body& body,
                          Refusal refusal) {
    const Acknowledgement answer = ledger.Say(author, {body});
    EXPECT_EQ(answer.results[0].outcome.refusal, refusal);
    return answer.results[0].sequence;
  };
  expect("bank-a", GrantTo("siti"), Refusal::kRoleNotAllowed);
  expect("dukcapil", Payment("siti"), Refusal::kRoleNotAllowed);
  domain::EntitlementGranted elsewhere = GrantTo("siti");
  elsewhere.region = "35.73";
  expect("dinsos", elsewhere, Refusal::kOutOfScope);
  const uint64_t overlap = expect("dinsos", {[] {
                                    auto again = GrantTo("siti");
                                    again.entitlement = "E-again";
                                    return again;
                                  }()},
                                  Refusal::kOverlap);
  domain::DisbursementReported too_much = Payment("siti");
  too_much.amount = testing_support::Rupiah(600'001);
  const uint64_t refused =
      expect("bank-a", too_much, Refusal::kExceedsRemaining);
  EXPECT_EQ(IndexOf(&ledger, store::RecipientIndexPrefix(PersonOf("siti"))),
            (std::vector<uint64_t>{grant, overlap}));
  EXPECT_EQ(IndexOf(&ledger, store::GrantIndexPrefix(grant)),
            (std::vector<uint64_t>{grant, refused}));
}

// A batch of old statements, recorded in several batches and out of order.
TEST(LedgerTest, AnswersARepeatFromWhereverItsStatementsStand) {
  RunningLedger ledger;
  const std::vector<domain::Statement> said = {
      ledger.parties().Say("dinsos", GrantTo("a")),
      ledger.parties().Say("dinsos", GrantTo("b")),
      ledger.parties().Say("dinsos", GrantTo("c")),
      ledger.parties().Say("dinsos", GrantTo("d"))};
  const auto post = [&](const std::vector<size_t>& which) {
    std::vector<domain::Statement> statements;
    for (const size_t i : which) statements.push_back(said[i]);
    return ledger.Post(ledger.parties().Seal("dinsos", statements));
  };
  const Acknowledgement last = post({3});
  const Acknowledgement two = post({0, 1});
  const Acknowledgement one = post({2});
  const Acknowledgement repeat = post({0, 3, 1, 2});
  EXPECT_TRUE(repeat.repeat);
  ASSERT_EQ(repeat.results.size(), 4u);
  EXPECT_EQ(repeat.results[0], two.results[0]);
  EXPECT_EQ(repeat.results[1], last.results[0]);
  EXPECT_EQ(repeat.results[2], two.results[1]);
  EXPECT_EQ(repeat.results[3], one.results[0]);
}

TEST(LedgerTest, SaysThatTheClockIsTooFarAhead) {
  RunningLedger ledger;
  ledger.Say("dinsos", {GrantTo("a")});
  EXPECT_OK(ledger->clock_status());
  ledger.clock().Step(int64_t{6} * 60 * 1'000'000);
  EXPECT_THAT(ledger->clock_status(),
              Fails(absl::StatusCode::kUnavailable, "the clock leads"));
  EXPECT_OK(ledger->status());
  ledger.clock().Step(-int64_t{6} * 60 * 1'000'000);
  EXPECT_OK(ledger->clock_status());
}

// A restart is no confirmation: the signer's memory tells how much time has
// passed, unless the machine was restarted too.
TEST(LedgerTest, AStartTakesNoMoreTimeThanHasPassed) {
  RunningLedger ledger;
  ledger.Say("dinsos", {GrantTo("a")});
  ledger.clock().Advance(int64_t{86'400} * 1'000'000);
  ASSERT_OK(ledger.Reopen());
  EXPECT_OK(ledger->clock_status());
  ledger.clock().Step(int64_t{301} * 1'000'000);
  ASSERT_OK(ledger.Reopen());
  EXPECT_THAT(ledger->clock_status(),
              Fails(absl::StatusCode::kUnavailable, "the clock leads"));
  // Twice: nothing was forgotten.
  ASSERT_OK(ledger.Reopen());
  EXPECT_EQ(
      ledger.PostError(ledger.parties().Post("dinsos", {GrantTo("b")})).problem,
      Problem::kHalted);
  ledger.Close();
  ledger.clock().Reboot();
  ASSERT_OK(ledger.Open());
  ledger.Say("dinsos", {GrantTo("b")});
  ledger.Close();
  ledger.clock().Reboot();
  ledger.clock().Step(int64_t{30} * 86'400 * 1'000'000 + 1);
  ASSERT_OK(ledger.Open());
  EXPECT_THAT(ledger->clock_status(),
              Fails(absl::StatusCode::kUnavailable, "at most 2592000 s"));
  ledger.options().confirm_clock = true;
  ASSERT_OK(ledger.Reopen());
  ledger.Say("dinsos", {GrantTo("c")});
}

TEST(LedgerTest, TimesNeverGoBackwards) {
  RunningLedger ledger;
  const auto first = ledger.Say("dinsos", {GrantTo("a")});
  ledger.clock().Step(-int64_t{3'600} * 1'000'000);
  const auto second = ledger.Say("dinsos", {GrantTo("b")});
  const auto time_of = [&](const Acknowledgement& answer) {
    const auto bytes = ledger->entries().Get(answer.results[0].sequence);
    return codec::DecodeEntry(AsBytes(*bytes))->time_us;
  };
  EXPECT_EQ(time_of(first), testing_support::kTestNowUs);
  EXPECT_EQ(time_of(second), testing_support::kTestNowUs);
}

}  // namespace
}  // namespace amanah::writer
