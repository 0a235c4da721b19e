// What questions are answered with: where things stand, and proofs that hold.
#include <gtest/gtest.h>

#include "ledger/judge/proved_entry.h"
#include "ledger/log/merkle.h"
#include "ledger/store/index.h"
#include "server/limits.h"
#include "tests/server/server_fixture.h"
#include "tests/support/matchers.h"

namespace amanah::server {
namespace {

using domain::DisbursementState;
using grpc::StatusCode;
using testing_support::Funds;
using testing_support::Grant;
using testing_support::PersonOf;
using testing_support::Program;
using testing_support::Report;
using testing_support::Revocation;
using testing_support::Rupiah;

class QueryTest : public ServerTest {
 protected:
  QueryTest() { Start(); }

  std::vector<crypto::Hash> HashesOf(
      const google::protobuf::RepeatedPtrField<std::string>& fields) {
    std::vector<crypto::Hash> hashes;
    for (const std::string& field : fields) {
      hashes.push_back(*crypto::HashFromBytes(AsBytes(field)));
    }
    return hashes;
  }
  judge::EntryProof ProofOf(const v1::ProvedEntry& entry) {
    return {entry.sequence(), entry.entry(), HashesOf(entry.inclusion_path()),
            HashesOf(entry.batch_path())};
  }
  // Verifies every entry of a proof, from entry 0's hash alone, and gives the
  // sequences that it proves.
  std::vector<uint64_t> Verify(const v1::Proof& proof) {
    const auto zero = ledger_->entries().Get(0);
    auto ring = judge::KeyRing::FromEntryZero(ledger_->id(), *zero);
    EXPECT_OK(ring);
    const auto checkpoint = ring->OpenCheckpoint(proof.checkpoint());
    EXPECT_OK(checkpoint);
    for (const v1::ProvedEntry& key : proof.key_entries()) {
      if (key.sequence() != 0) {
        EXPECT_OK(ring->Add(ProofOf(key), *checkpoint));
      }
    }
    std::vector<uint64_t> sequences;
    for (const v1::ProvedEntry& entry : proof.entries()) {
      EXPECT_OK(ring->Verify(ProofOf(entry), *checkpoint));
      sequences.push_back(entry.sequence());
    }
    return sequences;
  }
  std::string EntryHash(uint64_t sequence) {
    const auto bytes = ledger_->entries().Get(sequence);
    return std::string(AsText(log::LeafHash(AsBytes(*bytes)).view()));
  }
};

TEST_F(QueryTest, ProvesAnyEntryDownToEntryZero) {
  Say("dinsos", Grants(300));
  Say("administrators",
      {parties().Rotation("dinsos", domain::Role::kProgramOwner, 2)});
  for (const uint64_t sequence :
       std::vector<uint64_t>{0, 1, 7, 8, kFirstFree, kFirstFree + 255,
                             kFirstFree + 299, kFirstFree + 300}) {
    SCOPED_TRACE(sequence);
    v1::GetEntryRequest request;
    request.set_sequence(sequence);
    v1::GetEntryResponse response;
    ASSERT_TRUE(
        Ask("bpk", &v1::Query::Stub::GetEntry, request, &response).ok());
    EXPECT_EQ(Verify(response.proof()), std::vector<uint64_t>{sequence});
    EXPECT_EQ(response.proof().entries(0).entry_hash(), EntryHash(sequence));
  }
}

TEST_F(QueryTest, HasNoEntryBeyondTheLog) {
  v1::GetEntryRequest request;
  v1::GetEntryResponse response;
  request.set_sequence(kFirstFree - 1);
  EXPECT_TRUE(Ask("bpk", &v1::Query::Stub::GetEntry, request, &response).ok());
  request.set_sequence(kFirstFree);
  EXPECT_EQ(
      Ask("bpk", &v1::Query::Stub::GetEntry, request, &response).error_code(),
      StatusCode::NOT_FOUND);
}

TEST_F(QueryTest, TellsWhereAnEntitlementStands) {
  const uint64_t grant = Say("dinsos", {Grant("E1")});
  const uint64_t paid =
      Say("bank-a", {Report("D1", "E1", DisbursementState::kInstructed)});
  // A second payment is refused, and belongs to the story.
  ledger_.Say("bank-b", {Report("D2", "E1", DisbursementState::kCredited)});
  const uint64_t revoked = Say("dinsos", {Revocation("E1")});

  v1::GetEntitlementRequest request;
  request.set_entitlement("E1");
  v1::GetEntitlementResponse response;
  ASSERT_TRUE(
      Ask("bpk", &v1::Query::Stub::GetEntitlement, request, &response).ok());
  const v1::EntitlementStatus& status = response.status();
  EXPECT_EQ(status.entitlement(), "E1");
  EXPECT_EQ(status.granted_sequence(), grant);
  EXPECT_EQ(status.program(), "sembako");
  EXPECT_EQ(status.region(), "35.76.02");
  EXPECT_EQ(status.first_month(), "2026-01");
  EXPECT_EQ(status.last_month(), "2026-03");
  EXPECT_EQ(status.currency(), "IDR");
  EXPECT_EQ(status.amount_minor(), 60'000'000);
  EXPECT_EQ(status.live_minor(), 60'000'000);
  EXPECT_EQ(status.revoked_sequence(), revoked);
  EXPECT_EQ(Verify(response.proof()),
            (std::vector<uint64_t>{grant, paid, paid + 1, revoked}));
}

TEST_F(QueryTest, ShowsWhatWasAcceptedOfALongStory) {
  const uint64_t grant = Say("dinsos", {Grant("E1")});
  const uint64_t paid =
      Say("bank-a", {Report("D1", "E1", DisbursementState::kCredited)});
  std::vector<domain::Body> attempts;
  for (int i = 0; i < 150; ++i) {
    attempts.emplace_back(
        Report("A" + std::to_string(i), "E1", DisbursementState::kCredited));
  }
  const uint64_t last =
      ledger_.Say("bank-b", std::move(attempts)).results.back().sequence;
  v1::GetEntitlementRequest request;
  request.set_entitlement("E1");
  v1::GetEntitlementResponse response;
  ASSERT_TRUE(
      Ask("bpk", &v1::Query::Stub::GetEntitlement, request, &response).ok());
  const std::vector<uint64_t> shown = Verify(response.proof());
  ASSERT_EQ(shown.size(), kProofEntriesMax);
  EXPECT_EQ(shown[0], grant);
  EXPECT_EQ(shown[1], paid);
  EXPECT_EQ(shown[2], last - (kProofEntriesMax - 3));
  EXPECT_EQ(shown.back(), last);
  EXPECT_TRUE(response.truncated());
}

TEST_F(QueryTest, TellsWhereADisbursementStands) {
  Say("dinsos", {Grant("E1"), Grant("E2")});
  const uint64_t first =
      Say("bank-a", {Report("D1", "E1", DisbursementState::kInstructed)});
  // The same name at another bank is another payment.
  Say("bank-b", {Report("D1", "E2", DisbursementState::kCredited)});
  const uint64_t second =
      Say("bank-a", {Report("D1", "E1", DisbursementState::kCredited)});
  const uint64_t third =
      Say("bank-a", {Report("D1", "E1", DisbursementState::kReturned)});

  v1::GetDisbursementRequest request;
  request.set_disbursement("D1");
  v1::GetDisbursementResponse response;
  // The caller's own, where no bank is named.
  ASSERT_TRUE(
      Ask("bank-a", &v1::Query::Stub::GetDisbursement, request, &response)
          .ok());
  const v1::DisbursementStatus& status = response.status();
  EXPECT_EQ(status.bank(), "bank-a");
  EXPECT_EQ(status.disbursement(), "D1");
  EXPECT_EQ(status.entitlement(), "E1");
  EXPECT_EQ(status.state(), v1::DISBURSEMENT_STATE_RETURNED);
  EXPECT_EQ(status.currency(), "IDR");
  EXPECT_EQ(status.amount_minor(), 60'000'000);
  EXPECT_EQ(status.first_sequence(), first);
  EXPECT_EQ(status.last_sequence(), third);
  EXPECT_EQ(Verify(response.proof()),
            (std::vector<uint64_t>{first, second, third}));
  request.set_bank("bank-b");
  ASSERT_TRUE(
      Ask("bpk", &v1::Query::Stub::GetDisbursement, request, &response).ok());
  EXPECT_EQ(response.status().entitlement(), "E2");
  request.set_bank("bank-c");
  EXPECT_EQ(Ask("bpk", &v1::Query::Stub::GetDisbursement, request, &response)
                .error_code(),
            StatusCode::NOT_FOUND);
}

TEST_F(QueryTest, GivesAProgramInForceWithAllItsVersions) {
  domain::ProgramDefined next = Program("sembako");
  next.version = 2;
  next.ceiling = Rupiah(300'000);
  const uint64_t second = Say("administrators", {next});
  v1::GetProgramRequest request;
  request.set_program("sembako");
  v1::GetProgramResponse response;
  // A registry may ask too.
  ASSERT_TRUE(
      Ask("dukcapil", &v1::Query::Stub::GetProgram, request, &response).ok());
  EXPECT_EQ(response.program().program(), "sembako");
  EXPECT_EQ(response.program().version(), 2u);
  EXPECT_EQ(response.program().ceiling_minor(), 30'000'000);
  EXPECT_EQ(Verify(response.proof()), (std::vector<uint64_t>{6, second}));
  request.set_program("nothing");
  EXPECT_EQ(
      Ask("bpk", &v1::Query::Stub::GetProgram, request, &response).error_code(),
      StatusCode::NOT_FOUND);
}

TEST_F(QueryTest, LooksReferencesUpInTheOrderAskedFor) {
  const domain::Statement one = parties().Say("dinsos", Grant("E1"), "ref/1");
  const domain::Statement two = parties().Say("dinsos", Grant("E1"), "ref/2");
  const auto done = ledger_.Post(parties().Seal("dinsos", {one, two}));
  v1::LookupReferencesRequest request;
  for (const char* reference : {"ref/2", "never", "ref/1", "ref/2"}) {
    request.add_references(reference);
  }
  v1::LookupReferencesResponse response;
  ASSERT_TRUE(
      Ask("dinsos", &v1::Query::Stub::LookupReferences, request, &response)
          .ok());
  ASSERT_EQ(response.statuses_size(), 4);
  EXPECT_EQ(response.statuses(0).sequence(), done.results[1].sequence);
  EXPECT_EQ(response.statuses(0).outcome().refusal(),
            v1::REFUSAL_ENTITLEMENT_USED);
  EXPECT_FALSE(response.statuses(1).has_sequence());
  EXPECT_FALSE(response.statuses(1).has_outcome());
  EXPECT_EQ(response.statuses(2).sequence(), done.results[0].sequence);
  EXPECT_EQ(response.statuses(2).outcome().verdict(), v1::VERDICT_ACCEPTED);
  EXPECT_EQ(response.statuses(2).entry_hash(),
            EntryHash(done.results[0].sequence));
  EXPECT_EQ(response.statuses(3).SerializeAsString(),
            response.statuses(0).SerializeAsString());
  // An auditor names the author; administrators together have references too.
  request.set_author("dinsos");
  EXPECT_TRUE(
      Ask("bpk", &v1::Query::Stub::LookupReferences, request, &response).ok());
  request.set_author("administrators");
  EXPECT_TRUE(
      Ask("ani", &v1::Query::Stub::LookupReferences, request, &response).ok());
  request.set_author("nobody");
  EXPECT_EQ(Ask("bpk", &v1::Query::Stub::LookupReferences, request, &response)
                .error_code(),
            StatusCode::NOT_FOUND);
  request.set_author("dinsos");
  request.add_references("3576012345678901");
  const grpc::Status status =
      Ask("bpk", &v1::Query::Stub::LookupReferences, request, &response);
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(status.error_message().find("3576"), std::string::npos);
}

TEST_F(QueryTest, TellsAllThatConcernsAPerson) {
  domain::EntitlementGranted first = Grant("E1");
  domain::EntitlementGranted second = Grant("E2");
  second.recipient = first.recipient;  // overlaps, and is refused
  domain::EntitlementGranted later = Grant("E3");
  later.recipient = first.recipient;
  later.months = testing_support::Months("2026-04", "2026-06");
  const auto granted = ledger_.Say("dinsos", {first, second, later});
  const uint64_t grant = granted.results[0].sequence;
  const uint64_t paid =
      Say("bank-a", {Report("D1", "E1", DisbursementState::kInstructed)});
  Say("bank-a", {Report("D1", "E1", DisbursementState::kCredited)});
  Say("dinsos", {Grant("another")});

  v1::GetRecipientHistoryRequest request;
  request.set_pseudonym(std::string(AsText(PersonOf("E1").view())));
  v1::GetRecipientHistoryResponse response;
  ASSERT_TRUE(
      Ask("bpk", &v1::Query::Stub::GetRecipientHistory, request, &response)
          .ok());
  ASSERT_EQ(response.entitlements_size(), 2);
  EXPECT_EQ(response.entitlements(0).entitlement(), "E1");
  EXPECT_EQ(response.entitlements(1).entitlement(), "E3");
  ASSERT_EQ(response.disbursements_size(), 1);
  EXPECT_EQ(response.disbursements(0).bank(), "bank-a");
  EXPECT_EQ(response.disbursements(0).state(), v1::DISBURSEMENT_STATE_CREDITED);
  EXPECT_FALSE(response.truncated());
  EXPECT_EQ(
      Verify(response.proof()),
      (std::vector<uint64_t>{grant, grant + 1, grant + 2, paid, paid + 1}));
  request.set_pseudonym(std::string(AsText(PersonOf("nobody").view())));
  ASSERT_TRUE(
      Ask("bpk", &v1::Query::Stub::GetRecipientHistory, request, &response)
          .ok());
  EXPECT_EQ(response.entitlements_size(), 0);
  request.set_pseudonym("short");
  EXPECT_EQ(
      Ask("bpk", &v1::Query::Stub::GetRecipientHistory, request, &response)
          .error_code(),
      StatusCode::INVALID_ARGUMENT);
}

TEST_F(QueryTest, SaysWhenAHistoryIsLongerThanItShows) {
  Say("dinsos", {Grant("E1")});
  Say("bank-a", {Report("D1", "E1", DisbursementState::kCredited)});
  std::vector<domain::Body> attempts;
  for (size_t i = 0; i < kProofEntriesMax; ++i) {
    attempts.emplace_back(
        Report("A" + std::to_string(i), "E1", DisbursementState::kCredited));
  }
  v1::GetRecipientHistoryRequest request;
  request.set_pseudonym(std::string(AsText(PersonOf("E1").view())));
  v1::GetRecipientHistoryResponse response;
  ledger_.Say("bank-b",
              std::vector<domain::Body>(attempts.begin() + 2, attempts.end()));
  ASSERT_TRUE(
      Ask("bpk", &v1::Query::Stub::GetRecipientHistory, request, &response)
          .ok());
  EXPECT_EQ(response.proof().entries_size(),
            static_cast<int>(kProofEntriesMax));
  EXPECT_FALSE(response.truncated());
  ledger_.Say("bank-b", {attempts[0]});
  response.Clear();
  ASSERT_TRUE(
      Ask("bpk", &v1::Query::Stub::GetRecipientHistory, request, &response)
          .ok());
  EXPECT_EQ(response.proof().entries_size(),
            static_cast<int>(kProofEntriesMax));
  EXPECT_TRUE(response.truncated());
}

TEST_F(QueryTest, SumsUpByProgramRegionAndMonth) {
  domain::EntitlementGranted elsewhere = Grant("E3");
  elsewhere.region = "35.76.01";
  domain::EntitlementGranted later = Grant("E4");
  later.months = testing_support::Months("2026-02", "2026-03");
  ledger_.Say("dinsos", {Grant("E1"), Grant("E2"), elsewhere, later});
  Say("bank-a", {Report("D1", "E1", DisbursementState::kCredited)});
  Say("bank-a", {Report("D2", "E2", DisbursementState::kInstructed)});
  Say("bank-a", {Report("D2", "E2", DisbursementState::kRejected)});
  ledger_.Say("bank-b", {Report("D1", "E1", DisbursementState::kCredited)});
  Say("dinsos", {Revocation("E3")});

  v1::SummariseRequest request;
  v1::SummariseResponse response;
  ASSERT_TRUE(Ask("bpk", &v1::Query::Stub::Summarise, request, &response).ok());
  ASSERT_EQ(response.totals_size(), 3);
  EXPECT_EQ(response.totals(0).region(), "35.76.01");
  EXPECT_EQ(response.totals(0).revoked(), 1u);
  const v1::Total& total = response.totals(1);
  EXPECT_EQ(total.program(), "sembako");
  EXPECT_EQ(total.region(), "35.76.02");
  EXPECT_EQ(total.month(), "2026-01");
  EXPECT_EQ(total.currency(), "IDR");
  EXPECT_EQ(total.entitlements(), 2u);
  EXPECT_EQ(total.granted_minor(), 120'000'000);
  EXPECT_EQ(total.live_disbursements(), 1u);
  EXPECT_EQ(total.in_transit_minor(), 0);
  EXPECT_EQ(total.credited_minor(), 60'000'000);
  EXPECT_EQ(total.failed_disbursements(), 1u);
  EXPECT_EQ(total.failed_minor(), 60'000'000);
  EXPECT_EQ(response.totals(2).month(), "2026-02");
  ASSERT_EQ(response.refusals_size(), 1);
  EXPECT_EQ(response.refusals(0).refusal(), v1::REFUSAL_EXCEEDS_REMAINING);
  EXPECT_EQ(response.refusals(0).count(), 1u);
  EXPECT_FALSE(response.truncated());

  request.set_region("35.76.02");
  request.set_month("2026-02");
  response.Clear();
  ASSERT_TRUE(Ask("bpk", &v1::Query::Stub::Summarise, request, &response).ok());
  ASSERT_EQ(response.totals_size(), 1);
  EXPECT_EQ(response.totals(0).month(), "2026-02");
  request.set_month("February");
  EXPECT_EQ(
      Ask("bpk", &v1::Query::Stub::Summarise, request, &response).error_code(),
      StatusCode::INVALID_ARGUMENT);
}

// The same money, granted and paid again and again, adds up to more than an
// amount can hold.
TEST_F(QueryTest, SumsUpBeyondWhatAnAmountCanHold) {
  constexpr int64_t kBig = 5'000'000'000'000'000'000;
  domain::FundsAppropriated funds = Funds("sembako", 1);
  funds.fiscal_year = 2027;
  funds.amount = {kBig};
  ledger_.Say(domain::kAdministrators, {funds});
  for (const char* name : {"B1", "B2"}) {
    domain::EntitlementGranted grant = Grant(name);
    grant.fiscal_year = 2027;
    grant.amount = {kBig};
    Say("dinsos", {grant});
    for (const auto state :
         {DisbursementState::kInstructed, DisbursementState::kRejected}) {
      auto report = Report(std::string("D-") + name, name, state);
      report.amount = {kBig};
      Say("bank-a", {report});
    }
    Say("dinsos", {Revocation(name)});
  }
  store::TotalRow row;
  const auto bytes = ledger_->derived().Get(
      store::TotalKey({"sembako", "35.76.02", "2026-01"}));
  ASSERT_OK(bytes);
  ASSERT_TRUE(store::DecodeRow(*bytes, &row));
  EXPECT_EQ(row.granted, absl::uint128{10'000'000'000'000'000'000U});
  EXPECT_EQ(row.failed, absl::uint128{10'000'000'000'000'000'000U});
  EXPECT_EQ(row.in_transit, absl::uint128{0});
  v1::SummariseRequest request;
  v1::SummariseResponse response;
  ASSERT_TRUE(Ask("bpk", &v1::Query::Stub::Summarise, request, &response).ok());
  ASSERT_EQ(response.totals_size(), 1);
  EXPECT_EQ(response.totals(0).granted_minor(), 9'223'372'036'854'775'807);
  EXPECT_EQ(response.totals(0).failed_minor(), 9'223'372'036'854'775'807);
  EXPECT_EQ(response.totals(0).in_transit_minor(), 0);
}

}  // namespace
}  // namespace amanah::server
