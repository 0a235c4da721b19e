// Batches posted one by one: what is acknowledged, and every error with its
// typed details.
#include <gtest/gtest.h>

#include "ledger/codec/statement_codec.h"
#include "ledger/log/checkpoint.h"
#include "ledger/log/possession.h"
#include "ledger/log/proof.h"
#include "tests/server/server_fixture.h"
#include "tests/support/matchers.h"

namespace amanah::server {
namespace {

using domain::DisbursementState;
using testing_support::CheckpointKey;
using testing_support::Grant;
using testing_support::Program;
using testing_support::Report;
using testing_support::Revocation;
using testing_support::SealChoice;

class PostingTest : public ServerTest {
 protected:
  // What posting as `name` is answered with, which must be an error.
  v1::BatchError ErrorOf(std::string_view name, judge::SubmittedBatch batch) {
    const grpc::Status status = Post(name, std::move(batch));
    EXPECT_FALSE(status.ok());
    v1::BatchError error = DetailOf(status);
    EXPECT_EQ(error.code(), static_cast<uint32_t>(status.error_code()));
    EXPECT_EQ(error.message(), status.error_message());
    return error;
  }
  v1::BatchProblem ProblemOf(std::string_view name,
                             judge::SubmittedBatch batch) {
    return ErrorOf(name, std::move(batch)).problem();
  }
  judge::SubmittedBatch Grants(const SealChoice& choice = {}) {
    return parties().Post("dinsos", {Grant("E1")}, choice);
  }
  std::string Bytes(domain::Body body) {
    return codec::EncodeStatement(parties().Say("dinsos", std::move(body)));
  }
};

TEST_F(PostingTest, AcknowledgesABatchWithOutcomesHashesAndACheckpoint) {
  Start();
  v1::PostBatchResponse response;
  ASSERT_TRUE(
      Post("dinsos",
           parties().Post("dinsos", {Grant("E1"), Grant("E1"), Grant("E2")}),
           &response)
          .ok());
  const v1::Acknowledgement& done = response.acknowledgement();
  ASSERT_EQ(done.results_size(), 3);
  EXPECT_FALSE(done.repeat());
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(done.results(i).sequence(),
              kFirstFree + static_cast<uint64_t>(i));
  }
  EXPECT_EQ(done.results(0).outcome().verdict(), v1::VERDICT_ACCEPTED);
  EXPECT_EQ(done.results(1).outcome().verdict(), v1::VERDICT_REFUSED);
  EXPECT_EQ(done.results(1).outcome().refusal(), v1::REFUSAL_ENTITLEMENT_USED);
  EXPECT_EQ(done.results(1).outcome().conflict(), kFirstFree);
  EXPECT_EQ(done.results(2).outcome().verdict(), v1::VERDICT_ACCEPTED);

  const log::VerifierKey key = log::MakeVerifierKey(
      testing_support::kTestOrigin, CheckpointKey().public_key());
  const auto opened = log::OpenCheckpoint(
      done.checkpoint(), testing_support::kTestOrigin, std::span(&key, 1));
  ASSERT_OK(opened);
  EXPECT_EQ(opened->checkpoint.size, kFirstFree + 3);
  for (const v1::Result& result : done.results()) {
    const auto path = log::ProveInclusion(ledger_->tiles(), result.sequence(),
                                          opened->checkpoint.size);
    ASSERT_OK(path);
    EXPECT_OK(log::CheckInclusion(
        result.sequence(), opened->checkpoint.size,
        *crypto::HashFromBytes(AsBytes(result.entry_hash())), *path,
        opened->checkpoint.root));
  }
}

TEST_F(PostingTest, AnswersARepeatWithTheFirstEntries) {
  Start();
  const judge::SubmittedBatch batch = Grants();
  v1::PostBatchResponse first;
  v1::PostBatchResponse second;
  ASSERT_TRUE(Post("dinsos", batch, &first).ok());
  ASSERT_TRUE(Post("dinsos", batch, &second).ok());
  EXPECT_FALSE(first.acknowledgement().repeat());
  EXPECT_TRUE(second.acknowledgement().repeat());
  EXPECT_EQ(second.acknowledgement().results(0).SerializeAsString(),
            first.acknowledgement().results(0).SerializeAsString());
  EXPECT_EQ(ledger_->entries().size(), kFirstFree + 1);
}

TEST_F(PostingTest, LetsAnyAdministratorPostWhatAdministratorsSay) {
  Start();
  EXPECT_TRUE(
      Post("citra", parties().Post("administrators", {Program("pkh")})).ok());
}

TEST_F(PostingTest, NamesWhatIsWrongWithTheBytes) {
  Start();
  const std::string good = Bytes(Grant("E1"));
  judge::SubmittedBatch other_root = Grants();
  other_root.statements[0] = Bytes(Grant("E2"));
  const std::string wrong_field = [&] {
    domain::EntitlementGranted grant = Grant("E1");
    grant.amount.minor = 0;
    return Bytes(grant);
  }();
  const struct {
    judge::SubmittedBatch batch;
    v1::BatchProblem want;
  } rows[] = {
      {parties().SealBytes("dinsos", {}), v1::BATCH_PROBLEM_SIZE},
      {parties().SealBytes("dinsos", std::vector<std::string>(4'097, good)),
       v1::BATCH_PROBLEM_SIZE},
      {parties().SealBytes("dinsos", {std::string(16'385, 's')}),
       v1::BATCH_PROBLEM_LENGTH},
      {parties().SealBytes(
           "dinsos", std::vector<std::string>(65, std::string(16'384, 's'))),
       v1::BATCH_PROBLEM_LENGTH},
      {parties().SealBytes("dinsos", {good, good + "x"}),
       v1::BATCH_PROBLEM_ENCODING},
      {parties().SealBytes("dinsos", {good, wrong_field}),
       v1::BATCH_PROBLEM_FIELD},
      {parties().SealBytes("dinsos", {good, good}),
       v1::BATCH_PROBLEM_REPEATS_ITSELF},
      {{"no note", {good}}, v1::BATCH_PROBLEM_SEAL_FORM},
      {Grants({.origin = "other.example/ledger"}), v1::BATCH_PROBLEM_ORIGIN},
      {Grants({.genesis = crypto::Hash{}}), v1::BATCH_PROBLEM_GENESIS},
      {other_root, v1::BATCH_PROBLEM_ROOT},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(v1::BatchProblem_Name(row.want));
    const v1::BatchError error = ErrorOf("dinsos", row.batch);
    EXPECT_EQ(error.problem(), row.want);
    EXPECT_EQ(error.code(), 3u);  // INVALID_ARGUMENT
  }
  EXPECT_EQ(ErrorOf("dinsos", rows[4].batch).statement_index(), 1u);
  EXPECT_EQ(ledger_->entries().size(), kFirstFree);
}

TEST_F(PostingTest, NamesWhatIsWrongWithTheSeal) {
  Start();
  judge::SubmittedBatch forged = Grants();
  forged.seal[forged.seal.size() - 10] ^= 1;
  EXPECT_EQ(ProblemOf("dinsos", Grants({.signers = {{"dinsos", 2}}})),
            v1::BATCH_PROBLEM_KEY_UNKNOWN);
  EXPECT_EQ(ProblemOf("dinsos", parties().Post("nobody", {Grant("E1")})),
            v1::BATCH_PROBLEM_AUTHOR_UNKNOWN);
  EXPECT_EQ(ProblemOf("dinsos", forged), v1::BATCH_PROBLEM_SIGNATURE);
  EXPECT_EQ(ProblemOf("dinsos", Grants({.last_second = 1'000'000'000})),
            v1::BATCH_PROBLEM_EXPIRED);
  EXPECT_EQ(ProblemOf("ani", parties().Post("administrators", {Program("pkh")},
                                            {.signers = {{"ani", 1}}})),
            v1::BATCH_PROBLEM_THRESHOLD);
  Say("administrators",
      {parties().Rotation("dinsos", domain::Role::kProgramOwner, 2)});
  EXPECT_EQ(ProblemOf("dinsos", Grants()), v1::BATCH_PROBLEM_KEY_RETIRED);
}

TEST_F(PostingTest, NamesASuspendedSigner) {
  Start();
  Say("administrators", {domain::AuthoritySuspended{"citra", "left"}});
  EXPECT_EQ(
      ProblemOf("ani", parties().Post("administrators", {Program("pkh")},
                                      {.signers = {{"ani", 1}, {"citra", 1}}})),
      v1::BATCH_PROBLEM_AUTHOR_SUSPENDED);
}

TEST_F(PostingTest, NamesWhatOnlyTheBookKnows) {
  Start();
  domain::AuthorityEnrolled unproved =
      parties().Enrolment("bank-c", domain::Role::kBank);
  unproved.key.possession.bytes[0] ^= 1;
  EXPECT_EQ(ProblemOf("ani", parties().Post("administrators", {unproved})),
            v1::BATCH_PROBLEM_POSSESSION);

  const crypto::SigningKey absent = CheckpointKey(9);
  const judge::LedgerId& id = ledger_->id();
  domain::LedgerKeyRotated rotation;
  rotation.key_name = id.origin;
  rotation.key = {
      absent.public_key(),
      absent.Sign(AsBytes(log::FormatPossessionText(
          {id.origin, id.genesis, id.origin, "ledger-checkpoint"})))};
  EXPECT_EQ(ProblemOf("ani", parties().Post("administrators", {rotation})),
            v1::BATCH_PROBLEM_LEDGER_KEY);

  const domain::Statement first = parties().Say("dinsos", Grant("E1"));
  const domain::Statement second = parties().Say("dinsos", Grant("E2"));
  ASSERT_TRUE(Post("dinsos", parties().Seal("dinsos", {first})).ok());
  const v1::BatchError partly =
      ErrorOf("dinsos", parties().Seal("dinsos", {second, first}));
  EXPECT_EQ(partly.problem(), v1::BATCH_PROBLEM_PARTLY_RECORDED);
  EXPECT_EQ(partly.code(), 6u);  // ALREADY_EXISTS
  ASSERT_EQ(partly.recorded_size(), 1);
  EXPECT_EQ(partly.recorded(0).statement_index(), 1u);
  EXPECT_EQ(partly.recorded(0).sequence(), kFirstFree);
}

TEST_F(PostingTest, NamesAQuotaThatIsUsedUp) {
  Start();
  // One administrator alone may add 100 entries a day.
  const std::vector<domain::Body> bodies(101, Revocation("E1"));
  EXPECT_EQ(ProblemOf("ani", parties().Post("ani", bodies)),
            v1::BATCH_PROBLEM_QUOTA);
}

TEST_F(PostingTest, NeedsLaterSoftwareForLaterRules) {
  Start();
  const v1::BatchError error = ErrorOf(
      "ani", parties().Post("administrators", {domain::RulesAdopted{2}}));
  EXPECT_EQ(error.problem(), v1::BATCH_PROBLEM_NEEDS_RULES);
  EXPECT_EQ(error.code(), 9u);  // FAILED_PRECONDITION
}

TEST_F(PostingTest, HandsOnThatTheLedgerIsBusyOrHalted) {
  Start();
  held_.FailWith({judge::Problem::kBusy, "busy", {}, {}});
  const v1::BatchError busy = ErrorOf("dinsos", Grants());
  EXPECT_EQ(busy.problem(), v1::BATCH_PROBLEM_BUSY);
  EXPECT_EQ(busy.code(), 8u);  // RESOURCE_EXHAUSTED
  held_.FailWith({judge::Problem::kHalted, "halted", {}, {}});
  const v1::BatchError halted = ErrorOf("dinsos", Grants());
  EXPECT_EQ(halted.problem(), v1::BATCH_PROBLEM_HALTED);
  EXPECT_EQ(halted.code(), 14u);  // UNAVAILABLE
}

TEST_F(PostingTest, TakesABatchFromItsAuthorOnly) {
  Start();
  const struct {
    std::string_view caller;
    judge::SubmittedBatch batch;
  } rows[] = {
      {"bank-a", parties().Post("dinsos", {Grant("E1")})},
      {"bpk", parties().Post("dinsos", {Grant("E1")})},
      {"ani", parties().Post("dinsos", {Grant("E1")})},
      {"dinsos", parties().Post("administrators", {Program("pkh")})},
      {"bank-b",
       parties().Post("bank-a",
                      {Report("D1", "E1", DisbursementState::kCredited)})},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.caller);
    const v1::BatchError error = ErrorOf(row.caller, row.batch);
    EXPECT_EQ(error.problem(), v1::BATCH_PROBLEM_CALLER);
    EXPECT_EQ(error.code(), 7u);  // PERMISSION_DENIED
  }
  EXPECT_EQ(ledger_->entries().size(), kFirstFree);
}

}  // namespace
}  // namespace amanah::server
