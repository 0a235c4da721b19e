// Seals, signers and what depends on the order of batches: each error that
// leaves no entry, and in which order they are told.
#include "ledger/judge/admission.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_format.h"
#include "ledger/codec/statement_codec.h"
#include "ledger/judge/opening.h"
#include "ledger/log/note.h"
#include "tests/support/book_fixture.h"
#include "tests/support/forge.h"

namespace amanah::testing_support {
namespace {

using domain::kAdministrators;
using domain::Role;
using judge::BatchError;
using judge::Problem;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr uint64_t kNow = 1'772'438'400;  // seconds of kTestTimeUs

class AdmissionTest : public testing::Test {
 protected:
  void ExpectProblem(judge::SubmittedBatch batch, Problem problem,
                     std::string_view text = "") {
    const uint64_t size = recorder_.size();
    const Answer answer = recorder_.Submit(std::move(batch));
    const auto* error = std::get_if<BatchError>(&answer);
    ASSERT_NE(error, nullptr);
    EXPECT_EQ(judge::ProblemName(error->problem), judge::ProblemName(problem))
        << error->message;
    EXPECT_THAT(error->message, HasSubstr(std::string(text)));
    // An error changes nothing.
    EXPECT_EQ(recorder_.size(), size);
    EXPECT_TRUE(recorder_.state()->TakeChanges().empty());
  }
  void SetUp() override { recorder_.rows(); }
  judge::SubmittedBatch Grants(std::string_view author,
                               const SealChoice& choice = {}) {
    return parties().Post(author, {Grant("e1")}, choice);
  }
  TestLedger& parties() { return recorder_.parties(); }

  Recorder recorder_;
};

TEST_F(AdmissionTest, KnowsTheAuthor) {
  ExpectProblem(Grants("nobody"), Problem::kAuthorUnknown, "nobody");
  ExpectProblem(Grants(kAdministrators, {.signers = {{"nobody", 1}}}),
                Problem::kKeyUnknown, "no administrator named nobody");
  // One who is no administrator cannot sign with them.
  ExpectProblem(Grants(kAdministrators, {.signers = {{"ani", 1}, {"bpk", 1}}}),
                Problem::kKeyUnknown, "bpk");
}

TEST_F(AdmissionTest, KnowsTheKey) {
  ExpectProblem(Grants("dinsos", {.signers = {{"dinsos", 2}}}),
                Problem::kKeyUnknown, "never held");
  ExpectProblem(Grants("dinsos", {.signers = {{"bank-a", 1}}}),
                Problem::kKeyUnknown, "in the name of bank-a");
  // The key's name is another's, the key is not.
  judge::SubmittedBatch batch = Grants("dinsos");
  auto note = log::ParseNote(batch.seal);
  note->signatures = {
      log::SignText(note->text, "dinsos", SigningKeyOf("bank-a"))};
  batch.seal = log::FormatNote(*note);
  ExpectProblem(batch, Problem::kKeyUnknown, "never held");
}

TEST_F(AdmissionTest, VerifiesTheSignature) {
  judge::SubmittedBatch batch = Grants("dinsos");
  auto note = log::ParseNote(batch.seal);
  note->signatures[0].signature[7] ^= 1;
  batch.seal = log::FormatNote(*note);
  ExpectProblem(batch, Problem::kSignature, "dinsos");
  note->signatures[0].signature.pop_back();
  batch.seal = log::FormatNote(*note);
  ExpectProblem(batch, Problem::kSignature, "dinsos");
}

TEST_F(AdmissionTest, TakesOneSignatureOrOneFromEachAdministrator) {
  ExpectProblem(Grants("dinsos", {.signers = {{"dinsos", 1}, {"bank-a", 1}}}),
                Problem::kKeyUnknown);
  // A second signature of the same authority by its next key.
  recorder_.Post(kAdministrators,
                 {parties().Rotation("dinsos", Role::kProgramOwner, 2)});
  recorder_.rows();
  ExpectProblem(Grants("dinsos", {.signers = {{"dinsos", 1}, {"dinsos", 2}}}),
                Problem::kSealForm, "this one 2");
  recorder_.Post(kAdministrators,
                 {parties().Rotation("ani", Role::kAdministrator, 2)});
  recorder_.rows();
  ExpectProblem(Grants(kAdministrators, {.signers = {{"ani", 1}, {"ani", 2}}}),
                Problem::kSealForm, "twice");
}

TEST_F(AdmissionTest, AsksForEnoughAdministrators) {
  ExpectProblem(parties().Post(kAdministrators, {Funds("sembako", 1)},
                               {.signers = {{"citra", 1}}}),
                Problem::kThreshold, "2 administrators must sign, 1 did");
  EXPECT_EQ(recorder_
                .Post(kAdministrators, {Funds("sembako", 1)},
                      {.signers = {{"citra", 1}, {"ani", 1}, {"budi", 1}}})
                .outcomes[0],
            Accepted());
}

TEST_F(AdmissionTest, RefusesASuspendedAuthorUntilItIsReinstated) {
  const uint64_t suspension =
      recorder_
          .Post(kAdministrators,
                {domain::AuthoritySuspended{"dinsos", "audit"}})
          .first;
  recorder_.rows();
  ExpectProblem(Grants("dinsos"), Problem::kAuthorSuspended,
                absl::StrFormat("entry %d", suspension));
  recorder_.Post(kAdministrators,
                 {domain::AuthorityReinstated{"dinsos", "cleared"}});
  EXPECT_EQ(recorder_.Record(Grants("dinsos")).outcomes[0], Accepted());
}

TEST_F(AdmissionTest, RefusesAnAdministratorsSuspendedKeyWithinASeal) {
  recorder_.Post(kAdministrators,
                 {domain::AuthoritySuspended{"citra", "left"}});
  recorder_.rows();
  ExpectProblem(parties().Post(kAdministrators, {Funds("sembako", 1)},
                               {.signers = {{"ani", 1}, {"citra", 1}}}),
                Problem::kAuthorSuspended, "citra");
}

TEST_F(AdmissionTest, RefusesAKeyThatWasReplaced) {
  const uint64_t rotation =
      recorder_
          .Post(kAdministrators,
                {parties().Rotation("dinsos", Role::kProgramOwner, 2)})
          .first;
  recorder_.rows();
  ExpectProblem(Grants("dinsos"), Problem::kKeyRetired,
                absl::StrFormat("entry %d", rotation));
  EXPECT_EQ(
      recorder_.Record(Grants("dinsos", {.signers = {{"dinsos", 2}}})).outcomes,
      std::vector<domain::Outcome>{Accepted()});
}

TEST_F(AdmissionTest, RefusesASealAfterItsLastSecond) {
  // The next batch is recorded two seconds after entry 0.
  recorder_.SetTime(kTestTimeUs + 1'000'000);
  ExpectProblem(Grants("dinsos", {.last_second = kNow + 1}), Problem::kExpired,
                "holds to second 1772438401, it is 1772438402");
  EXPECT_EQ(recorder_.Record(Grants("dinsos", {.last_second = kNow + 2})).first,
            8U);
}

TEST_F(AdmissionTest, WantsPossessionOfEachNewKey) {
  domain::AuthorityEnrolled enrolment =
      parties().Enrolment("bank-x", Role::kBank);
  enrolment.key.possession.bytes[3] ^= 1;
  ExpectProblem(parties().Post(kAdministrators, {enrolment}),
                Problem::kPossession, "bank-x");
  // Of that name and role, in this ledger.
  enrolment = parties().Enrolment("bank-x", Role::kBank);
  enrolment.role = Role::kRegistry;
  ExpectProblem(parties().Post(kAdministrators, {enrolment}),
                Problem::kPossession);
  TestLedger other;
  other.SetGenesis(crypto::Sha256(AsBytes("another")));
  ExpectProblem(
      parties().Post(kAdministrators, {other.Enrolment("bank-x", Role::kBank)}),
      Problem::kPossession);
  ExpectProblem(
      parties().Post(kAdministrators,
                     {parties().Rotation("bank-a", Role::kAuditor, 2)}),
      Problem::kPossession);
  // A rotation of what the same batch enrols is judged by that enrolment.
  const auto outcomes =
      recorder_
          .Post(kAdministrators, {parties().Enrolment("bank-x", Role::kBank),
                                  parties().Rotation("bank-x", Role::kBank, 2)})
          .outcomes;
  EXPECT_EQ(outcomes, std::vector<domain::Outcome>(2));
}

TEST_F(AdmissionTest, NamesTheStatementWhoseKeyIsNotProved) {
  domain::AuthorityEnrolled bad = parties().Enrolment("bank-x", Role::kBank);
  bad.key.possession.bytes[3] ^= 1;
  const Answer answer = recorder_.Submit(
      parties().Post(kAdministrators, {Funds("sembako", 1), bad}));
  EXPECT_EQ(std::get<BatchError>(answer).statement_index, 1U);
}

TEST_F(AdmissionTest, CountsAnAuthorsEntriesOfADay) {
  domain::AuthorityEnrolled small = parties().Enrolment("bank-x", Role::kBank);
  small.daily_quota = 3;
  recorder_.Post(kAdministrators, {small});
  const auto reports = [&](int count) {
    std::vector<domain::Body> bodies;
    for (int i = 0; i < count; ++i) {
      bodies.push_back(
          Report("d", "none", domain::DisbursementState::kCredited));
    }
    return parties().Post("bank-x", bodies);
  };
  const judge::SubmittedBatch first = reports(2);
  recorder_.Record(first);
  recorder_.rows();
  ExpectProblem(reports(2), Problem::kQuota, "may add 1 more entries");
  // A repeat costs nothing.
  EXPECT_TRUE(std::holds_alternative<judge::Repeat>(recorder_.Submit(first)));
  recorder_.Record(reports(1));
  recorder_.rows();
  ExpectProblem(reports(1), Problem::kQuota);
  EXPECT_TRUE(std::holds_alternative<judge::Repeat>(recorder_.Submit(first)));
  recorder_.SetTime(recorder_.time_us() + int64_t{86'400} * 1'000'000);
  recorder_.Record(reports(3));
}

TEST_F(AdmissionTest, CountsWhatAdministratorsAdd) {
  recorder_.SetTime(recorder_.time_us() + int64_t{86'400} * 1'000'000);
  const auto funds = [&](std::string_view author, int count) {
    std::vector<domain::Body> bodies;
    for (int i = 0; i < count; ++i) bodies.push_back(Funds("sembako", 1));
    return parties().Post(author, bodies);
  };
  // Alone, where they may say little.
  recorder_.Record(funds("ani", 99));
  recorder_.rows();
  ExpectProblem(funds("ani", 2), Problem::kQuota, "may add 1 more entries");
  recorder_.Record(funds("ani", 1));
  recorder_.rows();
  ExpectProblem(funds("ani", 1), Problem::kQuota, "may add 0 more entries");
  // Together; 95,904 were added in batches that this test leaves out.
  const auto together = domain::FindAuthor(recorder_.state(), kAdministrators);
  recorder_.Record(funds(kAdministrators, 4'095));
  domain::ChargeQuota(recorder_.state(), *together, recorder_.time_us(),
                      95'904);
  recorder_.rows();
  ExpectProblem(funds(kAdministrators, 2), Problem::kQuota,
                "may add 1 more entries");
  recorder_.Record(funds(kAdministrators, 1));
  recorder_.rows();
  ExpectProblem(funds(kAdministrators, 1), Problem::kQuota,
                "may add 0 more entries");
}

TEST_F(AdmissionTest, AnswersARepeatWithTheFirstEntries) {
  const judge::SubmittedBatch batch = parties().Post(
      "dinsos", {Grant("e1"), Grant("e1")}, {.last_second = kNow + 100});
  EXPECT_EQ(recorder_.Record(batch).first, 8U);
  // Whatever has happened since: expired, rotated, suspended.
  recorder_.Post(kAdministrators,
                 {parties().Rotation("dinsos", Role::kProgramOwner, 2),
                  domain::AuthoritySuspended{"dinsos", "audit"}});
  recorder_.SetTime(recorder_.time_us() + 1'000'000'000);
  const uint64_t size = recorder_.size();
  EXPECT_THAT(std::get<judge::Repeat>(recorder_.Submit(batch)),
              ElementsAre(8, 9));
  EXPECT_EQ(recorder_.size(), size);
  // Under another seal too, as long as that verifies.
  EXPECT_THAT(std::get<judge::Repeat>(recorder_.Submit(
                  parties().SealBytes("dinsos", {batch.statements[1]}))),
              ElementsAre(9));
  judge::SubmittedBatch unsigned_batch = batch;
  auto note = log::ParseNote(batch.seal);
  note->signatures[0].signature[0] ^= 1;
  unsigned_batch.seal = log::FormatNote(*note);
  recorder_.rows();
  ExpectProblem(unsigned_batch, Problem::kSignature);
}

TEST_F(AdmissionTest, FindsARefusedStatementAgainToo) {
  const domain::Statement first = parties().Say("dinsos", Grant("e1"), "ref");
  const domain::Statement reused = parties().Say("dinsos", Grant("e2"), "ref");
  recorder_.Record(parties().Seal("dinsos", {first}));
  EXPECT_EQ(recorder_.Record(parties().Seal("dinsos", {reused})).outcomes[0],
            Refused(domain::Refusal::kReferenceReused, 8));
  EXPECT_THAT(std::get<judge::Repeat>(
                  recorder_.Submit(parties().Seal("dinsos", {reused}))),
              ElementsAre(9));
}

TEST_F(AdmissionTest, NamesEachStatementOfAPartlyRecordedBatch) {
  std::vector<domain::Statement> statements;
  for (int i = 0; i < 4; ++i) {
    statements.push_back(
        parties().Say("dinsos", Grant("e" + std::to_string(i))));
  }
  recorder_.Record(parties().Seal("dinsos", {statements[3], statements[1]}));
  recorder_.rows();
  const judge::SubmittedBatch all = parties().Seal("dinsos", statements);
  ExpectProblem(all, Problem::kPartlyRecorded, "2 of 4");
  const Answer answer = recorder_.Submit(all);
  EXPECT_THAT(std::get<BatchError>(answer).recorded,
              ElementsAre(judge::Recorded{1, 9}, judge::Recorded{3, 8}));
}

TEST_F(AdmissionTest, StopsAtRulesThatItDoesNotKnow) {
  recorder_.Post(kAdministrators, {domain::RulesAdopted{2}});
  recorder_.rows();
  ExpectProblem(Grants("dinsos"), Problem::kNeedsRules,
                "needs rules version 2");
}

TEST_F(AdmissionTest, JudgesABatchByTheAuthorBeforeItsFirstEntry) {
  // The second statement comes after the suspension in the first.
  const auto outcomes =
      recorder_
          .Post(kAdministrators, {domain::AuthoritySuspended{"ani", "left"},
                                  Funds("sembako", 1)})
          .outcomes;
  EXPECT_EQ(outcomes, std::vector<domain::Outcome>(2));
}

// Entry 0.
class OpeningTest : public testing::Test {
 protected:
  static std::optional<BatchError> Open(const judge::LedgerId& id,
                                        judge::SubmittedBatch batch) {
    auto parsed = judge::ParseBatch(id, std::move(batch));
    if (auto* error = std::get_if<BatchError>(&parsed)) return *error;
    auto sealed =
        judge::CheckOpening(std::get<judge::ParsedBatch>(std::move(parsed)));
    if (auto* error = std::get_if<BatchError>(&sealed)) return *error;
    return std::nullopt;
  }
  // The opening with its statement changed, sealed by `signers`.
  std::optional<BatchError> Changed(
      const std::function<void(domain::LedgerOpened*)>& change,
      const SealChoice& choice = {}) {
    domain::Statement statement =
        *codec::DecodeStatement(AsBytes(parties_.Opening().statements[0]));
    change(&std::get<domain::LedgerOpened>(statement.body));
    return Open(parties_.id(),
                parties_.Seal(kAdministrators, {statement}, choice));
  }
  static void ExpectProblem(const std::optional<BatchError>& error,
                            Problem problem) {
    ASSERT_TRUE(error.has_value());
    EXPECT_EQ(judge::ProblemName(error->problem), judge::ProblemName(problem))
        << error->message;
  }

  TestLedger parties_;
};

TEST_F(OpeningTest, IsSealedByItsOwnAdministrators) {
  const auto nothing = [](domain::LedgerOpened*) {};
  EXPECT_FALSE(Changed(nothing).has_value());
  EXPECT_FALSE(
      Changed(nothing, {.signers = {{"ani", 1}, {"budi", 1}, {"citra", 1}}})
          .has_value());
  ExpectProblem(Changed(nothing, {.signers = {{"ani", 1}}}),
                Problem::kThreshold);
  ExpectProblem(Changed(nothing, {.signers = {{"ani", 1}, {"dinsos", 1}}}),
                Problem::kKeyUnknown);
  ExpectProblem(Changed(nothing, {.signers = {{"ani", 1}, {"budi", 2}}}),
                Problem::kKeyUnknown);
}

TEST_F(OpeningTest, ProvesEveryKey) {
  ExpectProblem(Changed([](domain::LedgerOpened* opened) {
                  opened->administrators[2].key.possession.bytes[0] ^= 1;
                }),
                Problem::kPossession);
  ExpectProblem(Changed([](domain::LedgerOpened* opened) {
                  std::swap(opened->checkpoint_key, opened->statement_key);
                }),
                Problem::kPossession);
}

TEST_F(OpeningTest, OpensTheLedgerThatItsSealNames) {
  ExpectProblem(
      Changed([](domain::LedgerOpened* opened) { opened->rules_version = 2; }),
      Problem::kNeedsRules);
  // An opening in a batch of two, and a batch that opens nothing.
  const std::string opening = parties_.Opening().statements[0];
  const std::string other =
      codec::EncodeStatement(parties_.Say("ani", Funds("sembako", 1)));
  ExpectProblem(Open(parties_.id(),
                     parties_.SealBytes(kAdministrators, {opening, other})),
                Problem::kEncoding);
  ExpectProblem(
      Open(parties_.id(), parties_.SealBytes(kAdministrators, {other})),
      Problem::kEncoding);
  SealChoice choice;
  choice.origin = "ledger.example/malang";
  ExpectProblem(Open({*choice.origin, {}},
                     parties_.SealBytes(kAdministrators, {opening}, choice)),
                Problem::kOrigin);
  const crypto::Hash genesis = crypto::Sha256(AsBytes("entry 0"));
  choice = {};
  choice.genesis = genesis;
  ExpectProblem(Open({std::string(kTestOrigin), genesis},
                     parties_.SealBytes(kAdministrators, {opening}, choice)),
                Problem::kGenesis);
}

}  // namespace
}  // namespace amanah::testing_support
