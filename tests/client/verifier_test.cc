#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "absl/strings/str_format.h"
#include "client/exit.h"
#include "client/verify.h"
#include "tests/client/fake_server.h"
#include "tests/support/book_fixture.h"
#include "tests/support/matchers.h"
#include "tests/support/temporary_folder.h"

namespace amanah::client {
namespace {

namespace ts = testing_support;
using absl::StatusCode;
using domain::DisbursementState;
using testing::HasSubstr;
using ts::Fails;
using ts::FakeServer;
using ts::Recorder;

std::string FileText(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string{std::istreambuf_iterator<char>(file), {}};
}

class VerifierTest : public testing::Test {
 protected:
  Verifier NewRun() {
    return Verifier(recorder_.parties().id(), kept_, server_.AsFetch());
  }
  void Grow() {
    recorder_.Post("dinsos", {ts::Grant(absl::StrFormat("more-%d", ++grown_))});
  }
  std::filesystem::path OnlyForkFile() const {
    std::filesystem::path found;
    for (const auto& one :
         std::filesystem::directory_iterator(kept_.folder())) {
      if (one.path().filename().string().starts_with("fork-")) {
        EXPECT_TRUE(found.empty());
        found = one.path();
      }
    }
    EXPECT_FALSE(found.empty());
    return found;
  }

  ts::TemporaryFolder folder_;
  Recorder recorder_;
  FakeServer server_{&recorder_};
  KeptState kept_{folder_.path(), ts::kTestOrigin};
  int grown_ = 0;
};

TEST_F(VerifierTest, KeepsTheFirstTipThatItSees) {
  Verifier verifier = NewRun();
  const auto tip = verifier.OpenTip(server_.Checkpoint());
  ASSERT_OK(tip);
  EXPECT_EQ(tip->size, recorder_.size());
  EXPECT_EQ(FileText(folder_.path() / "ledger.example_mojokerto/checkpoint"),
            server_.Checkpoint());
  EXPECT_EQ(FileText(folder_.path() / "ledger.example_mojokerto/entry0"),
            recorder_.entries()[0]);
}

TEST_F(VerifierTest, FollowsALedgerThatGrows) {
  ASSERT_OK(NewRun().OpenTip(server_.Checkpoint()));
  for (int i = 0; i < 3; ++i) {
    Grow();
    Verifier next = NewRun();
    const auto tip = next.OpenTip(server_.Checkpoint());
    ASSERT_OK(tip);
    EXPECT_EQ(tip->size, recorder_.size());
    EXPECT_EQ(FileText(kept_.folder() / "checkpoint"), server_.Checkpoint());
  }
}

TEST_F(VerifierTest, AsksForNoProofOfATipThatItHasSeen) {
  Verifier verifier = NewRun();
  ASSERT_OK(verifier.OpenTip(server_.Checkpoint()));
  const int calls = server_.consistency_calls;
  ASSERT_OK(verifier.OpenTip(server_.Checkpoint()));
  EXPECT_EQ(server_.consistency_calls, calls);
}

TEST_F(VerifierTest, ReportsALedgerThatWentBackwards) {
  const std::string before = server_.Checkpoint();
  ASSERT_OK(NewRun().OpenTip(before));
  server_.ShowSize(recorder_.size() - 1);
  const auto tip = NewRun().OpenTip(server_.Checkpoint());
  ASSERT_THAT(tip, Fails(StatusCode::kDataLoss, "went backwards"));
  EXPECT_TRUE(IsFork(tip.status()));
  EXPECT_EQ(ExitCodeOf(tip.status()), ExitCode::kRefused);
  const std::string evidence = FileText(OnlyForkFile());
  EXPECT_THAT(evidence, HasSubstr(before));
  EXPECT_THAT(evidence, HasSubstr(server_.Checkpoint()));
  EXPECT_THAT(std::string(tip.status().message()),
              HasSubstr(OnlyForkFile().string()));
  // What was kept stays kept.
  EXPECT_EQ(FileText(kept_.folder() / "checkpoint"), before);
}

TEST_F(VerifierTest, ReportsTwoRootsOfOneSize) {
  Grow();
  ASSERT_OK(NewRun().OpenTip(server_.Checkpoint()));
  Recorder other;
  other.Post("dinsos", {ts::Grant("another")});
  ASSERT_EQ(other.size(), recorder_.size());
  server_.SwitchTo(&other);
  const auto tip = NewRun().OpenTip(server_.Checkpoint());
  ASSERT_THAT(tip, Fails(StatusCode::kDataLoss, "two roots"));
  EXPECT_TRUE(IsFork(tip.status()));
}

TEST_F(VerifierTest, ReportsALongerLedgerThatForked) {
  Grow();
  ASSERT_OK(NewRun().OpenTip(server_.Checkpoint()));
  Recorder other;
  other.Post("dinsos", {ts::Grant("another"), ts::Grant("one-more")});
  server_.SwitchTo(&other);
  const auto tip = NewRun().OpenTip(server_.Checkpoint());
  ASSERT_THAT(tip, Fails(StatusCode::kDataLoss, "forked"));
  EXPECT_TRUE(IsFork(tip.status()));
}

TEST_F(VerifierTest, ReportsAProofOfConsistencyThatDoesNotHold) {
  ASSERT_OK(NewRun().OpenTip(server_.Checkpoint()));
  Grow();
  server_.on_consistency = [](v1::GetConsistencyProofResponse* answer) {
    (*answer->mutable_path(0))[0] ^= 1;
  };
  EXPECT_TRUE(IsFork(NewRun().OpenTip(server_.Checkpoint()).status()));
}

TEST_F(VerifierTest, DoesNotCallAServerThatFailsAFork) {
  ASSERT_OK(NewRun().OpenTip(server_.Checkpoint()));
  Grow();
  Fetch fetch = server_.AsFetch();
  fetch.consistency = [](uint64_t, uint64_t) {
    return absl::StatusOr<v1::GetConsistencyProofResponse>(
        FromServer(absl::UnavailableError("down")));
  };
  Verifier verifier(recorder_.parties().id(), kept_, fetch);
  const auto tip = verifier.OpenTip(server_.Checkpoint());
  EXPECT_FALSE(IsFork(tip.status()));
  EXPECT_EQ(ExitCodeOf(tip.status()), ExitCode::kServer);
}

TEST_F(VerifierTest, AcceptsAnswersThatOvertakeEachOther) {
  Verifier verifier = NewRun();
  const std::string first = server_.Checkpoint();
  ASSERT_OK(verifier.OpenTip(first));
  Grow();
  const std::string second = server_.Checkpoint();
  Grow();
  ASSERT_OK(verifier.OpenTip(server_.Checkpoint()));
  EXPECT_OK(verifier.OpenTip(second));
  EXPECT_EQ(FileText(kept_.folder() / "checkpoint"), server_.Checkpoint());
  // Not what is older than this run.
  Verifier later = NewRun();
  EXPECT_TRUE(IsFork(later.OpenTip(second).status()));
}

TEST_F(VerifierTest, RejectsAnotherEntryZero) {
  judge::LedgerId id = recorder_.parties().id();
  id.genesis.bytes[0] ^= 1;
  Verifier verifier(id, kept_, server_.AsFetch());
  EXPECT_THAT(verifier.OpenTip(server_.Checkpoint()),
              Fails(StatusCode::kDataLoss, "entry 0"));
  EXPECT_FALSE(std::filesystem::exists(kept_.folder() / "entry0"));
}

TEST_F(VerifierTest, RemembersWhichLedgerHasTheName) {
  ASSERT_OK(NewRun().OpenTip(server_.Checkpoint()));
  judge::LedgerId id = recorder_.parties().id();
  id.genesis.bytes[0] ^= 1;
  Verifier verifier(id, kept_, server_.AsFetch());
  EXPECT_THAT(verifier.OpenTip(server_.Checkpoint()),
              Fails(StatusCode::kDataLoss, "remembers another ledger"));
}

TEST_F(VerifierTest, RejectsACheckpointOfAnotherKey) {
  server_.SignWith(2, {});
  EXPECT_THAT(NewRun().OpenTip(server_.Checkpoint()),
              Fails(StatusCode::kDataLoss, "checkpoint"));
}

TEST_F(VerifierTest, FollowsARotationOfTheCheckpointKey) {
  ASSERT_OK(NewRun().OpenTip(server_.Checkpoint()));
  domain::LedgerKeyRotated body;
  body.kind = domain::LedgerKeyKind::kCheckpoint;
  body.key_name = ts::kTestOrigin;
  body.key = recorder_.parties().LedgerKeyWithProof(body.kind, 2);
  const uint64_t rotation =
      recorder_.Post(domain::kAdministrators, {body}).first;
  server_.SignWith(2, {rotation});
  Verifier verifier = NewRun();
  ASSERT_OK(verifier.OpenTip(server_.Checkpoint()));
  EXPECT_OK(verifier.FetchEntry(rotation));
  // The old key has had its day.
  Grow();
  server_.SignWith(1, {rotation});
  EXPECT_THAT(verifier.OpenTip(server_.Checkpoint()),
              Fails(StatusCode::kDataLoss, "checkpoint"));
}

TEST_F(VerifierTest, ProvesAnEntryAndItsAuthor) {
  const uint64_t grant =
      recorder_.Post("dinsos", {ts::Grant("e1"), ts::Grant("e2")}).first;
  Verifier verifier = NewRun();
  const auto item = verifier.FetchEntry(grant + 1);
  ASSERT_OK(item);
  ASSERT_TRUE(item->content.has_value());
  EXPECT_EQ(item->content->author, "dinsos");
  EXPECT_EQ(std::get<domain::EntitlementGranted>(item->content->statement.body)
                .entitlement,
            "e2");
}

TEST_F(VerifierTest, ProvesTheHashAloneOfWhatItMayNotRead) {
  server_.on_entry = [](v1::GetEntryResponse* answer) {
    auto* entry = answer->mutable_proof()->mutable_entries(0);
    if (entry->sequence() != 0) entry->clear_entry();
  };
  Verifier verifier = NewRun();
  const auto item = verifier.FetchEntry(3);
  ASSERT_OK(item);
  EXPECT_FALSE(item->content.has_value());
  EXPECT_EQ(item->hash, log::LeafHash(AsBytes(recorder_.entries()[3])));
  server_.on_entry = [](v1::GetEntryResponse* answer) {
    auto* entry = answer->mutable_proof()->mutable_entries(0);
    entry->clear_entry();
    (*entry->mutable_entry_hash())[5] ^= 1;
  };
  EXPECT_THAT(verifier.FetchEntry(3), Fails(StatusCode::kDataLoss, "entry 3"));
}

TEST_F(VerifierTest, NoticesAnotherEntryThanWasAskedFor) {
  Verifier verifier = NewRun();
  ASSERT_OK(verifier.Prepare());
  server_.on_entry = [this](v1::GetEntryResponse* answer) {
    *answer->mutable_proof() = server_.ProofOf({4});
  };
  EXPECT_THAT(verifier.FetchEntry(3),
              Fails(StatusCode::kDataLoss, "another entry"));
}

// One bit in every byte of an answer: either the client notices, or what it
// shows is what is true.
TEST_F(VerifierTest, IsNotFooledByAnyByteOfAnAnswer) {
  const uint64_t grant = recorder_.Post("dinsos", {ts::Grant("e1")}).first;
  Verifier honest = NewRun();
  const auto truth = honest.FetchEntry(grant);
  ASSERT_OK(truth);
  v1::GetEntryRequest request;
  request.set_sequence(grant);
  const std::string bytes = server_.GetEntry(request)->SerializeAsString();
  size_t noticed = 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string altered = bytes;
    altered[i] = static_cast<char>(altered[i] ^ (1 << (i % 8)));
    v1::GetEntryResponse answer;
    if (!answer.ParseFromString(altered)) continue;
    server_.on_entry = [&](v1::GetEntryResponse* out) { *out = answer; };
    Verifier verifier = NewRun();
    const auto item = verifier.FetchEntry(grant);
    if (!item.ok()) {
      ++noticed;
      continue;
    }
    ASSERT_TRUE(item->content.has_value()) << "byte " << i;
    EXPECT_EQ(item->hash, truth->hash) << "byte " << i;
    EXPECT_EQ(item->content->author, "dinsos") << "byte " << i;
  }
  EXPECT_GT(noticed, bytes.size() / 2);
}

class AcknowledgementTest : public VerifierTest {
 protected:
  // A payment that is accepted and one that is refused, as a bank posts them.
  v1::Acknowledgement Post() {
    recorder_.Post("dinsos", {ts::Grant("e1")});
    const auto batch = recorder_.parties().Post(
        "bank-a", {ts::Report("d1", "e1", DisbursementState::kCredited),
                   ts::Report("d2", "e1", DisbursementState::kCredited)});
    statements_ = batch.statements;
    request_.set_seal(batch.seal);
    for (const auto& one : batch.statements) request_.add_statements(one);
    return PostAgain();
  }
  v1::Acknowledgement PostAgain() {
    return server_.PostBatch(request_)->acknowledgement();
  }
  absl::Status Check(const v1::Acknowledgement& acknowledgement) {
    // Nothing was seen before.
    const KeptState kept(
        folder_.path() / absl::StrFormat("check-%d", ++checks_),
        ts::kTestOrigin);
    return Verifier(recorder_.parties().id(), kept, server_.AsFetch())
        .VerifyAcknowledgement("bank-a", statements_, acknowledgement);
  }
  v1::PostBatchRequest request_;
  std::vector<std::string> statements_;
  int checks_ = 0;
};

TEST_F(AcknowledgementTest, ProvesEachResult) {
  const v1::Acknowledgement acknowledgement = Post();
  EXPECT_EQ(acknowledgement.results(1).outcome().refusal(),
            v1::REFUSAL_EXCEEDS_REMAINING);
  EXPECT_OK(Check(acknowledgement));
}

TEST_F(AcknowledgementTest, NoticesEachFieldThatLies) {
  const v1::Acknowledgement truth = Post();
  using Lie = void (*)(v1::Acknowledgement*);
  const Lie lies[] = {
      [](auto* a) { a->mutable_results()->RemoveLast(); },
      [](auto* a) { a->mutable_results()->SwapElements(0, 1); },
      [](auto* a) { a->mutable_results(0)->set_sequence(2); },
      [](auto* a) { a->mutable_results(0)->set_sequence(999); },
      [](auto* a) { (*a->mutable_results(0)->mutable_entry_hash())[0] ^= 1; },
      [](auto* a) { a->mutable_results(0)->clear_entry_hash(); },
      [](auto* a) { a->mutable_results(0)->clear_outcome(); },
      [](auto* a) {
        *a->mutable_results(1)->mutable_outcome() = a->results(0).outcome();
      },
      [](auto* a) {
        *a->mutable_results(0)->mutable_outcome() = a->results(1).outcome();
      },
      [](auto* a) {
        a->mutable_results(1)->mutable_outcome()->set_conflict(1);
      },
      [](auto* a) {
        a->mutable_results(1)->mutable_outcome()->clear_conflict();
      },
      [](auto* a) {
        a->mutable_results(1)->mutable_outcome()->set_refusal(
            v1::REFUSAL_OVERLAP);
      },
      [](auto* a) { a->clear_checkpoint(); },
      [](auto* a) { (*a->mutable_checkpoint())[40] ^= 1; }};
  for (const Lie& lie : lies) {
    SCOPED_TRACE(&lie - lies);
    v1::Acknowledgement altered = truth;
    lie(&altered);
    EXPECT_THAT(Check(altered), Fails(StatusCode::kDataLoss, ""));
  }
  EXPECT_OK(Check(truth));
}

// What is new may be called a repeat: that is only stated. What was seen before
// may not be called new.
TEST_F(AcknowledgementTest, NoticesARepeatThatIsDenied) {
  v1::Acknowledgement first = Post();
  Verifier run = NewRun();
  first.set_repeat(true);
  EXPECT_OK(run.VerifyAcknowledgement("bank-a", statements_, first));
  for (const auto& result : first.results()) {
    EXPECT_FALSE(run.WasThereBefore(result.sequence()));
  }
  v1::Acknowledgement again = PostAgain();
  EXPECT_TRUE(again.repeat());
  Verifier next = NewRun();
  EXPECT_OK(next.VerifyAcknowledgement("bank-a", statements_, again));
  for (const auto& result : again.results()) {
    EXPECT_TRUE(next.WasThereBefore(result.sequence()));
  }
  EXPECT_FALSE(next.WasThereBefore(recorder_.size()));
  again.clear_repeat();
  EXPECT_OK(Check(again));
  EXPECT_THAT(NewRun().VerifyAcknowledgement("bank-a", statements_, again),
              Fails(StatusCode::kDataLoss,
                    "recorded entry 9 now, and it was there before"));
}

TEST_F(AcknowledgementTest, NoticesAnEntryOfOtherWords) {
  const v1::Acknowledgement acknowledgement = Post();
  statements_[0] = statements_[1];
  EXPECT_THAT(Check(acknowledgement),
              Fails(StatusCode::kDataLoss, "does not hold the statement"));
}

}  // namespace
}  // namespace amanah::client
