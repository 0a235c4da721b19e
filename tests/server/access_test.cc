// Who may read what: a table of callers and calls. "content" shows the entry,
// "hash" proves it without showing it.
#include "server/access.h"

#include <gtest/gtest.h>

#include "tests/server/server_fixture.h"

namespace amanah::server {
namespace {

using domain::DisbursementState;
using domain::Role;
using grpc::StatusCode;
using testing_support::Grant;
using testing_support::PersonOf;
using testing_support::Report;
using testing_support::Revocation;

// The city's ledger with a second city in it:
//
//   dinsos   owner of sembako in 35.76    bank-a, bank-b   banks of the same
//   dinsos-malang, bank-m                 the same in 35.73
class AccessTest : public ServerTest {
 protected:
  AccessTest() {
    for (const char* name : {"dinsos-malang", "bank-m"}) {
      parties().SetPin(
          name, *crypto::SpkiHashOfPem(CertificateFor(name).certificate_pem));
    }
    domain::AuthorityEnrolled owner =
        parties().Enrolment("dinsos-malang", Role::kProgramOwner);
    owner.programs = {"sembako"};
    owner.regions = {"35.73"};
    domain::AuthorityEnrolled bank = parties().Enrolment("bank-m", Role::kBank);
    bank.programs = {"sembako"};
    bank.regions = {"35.73"};
    domain::FundsAppropriated pkh_funds =
        testing_support::Funds("pkh", 1'000'000);
    Say("administrators",
        {owner, bank, testing_support::Program("pkh"), pkh_funds});
    grant_ = Say("dinsos", {Grant("E1")});
    payment_ =
        Say("bank-a", {Report("D1", "E1", DisbursementState::kCredited)});
    refused_ =
        ledger_
            .Say("bank-b", {Report("D2", "E1", DisbursementState::kCredited)})
            .results[0]
            .sequence;
    domain::EntitlementGranted overlap = Grant("E2");
    overlap.recipient = Grant("E1").recipient;
    refused_grant_ = ledger_.Say("dinsos", {overlap}).results[0].sequence;
    revocation_ = Say("dinsos", {Revocation("E1")});
    Start();
  }

  // "content", "hash", or a code's number.
  std::string Entry(std::string_view caller, uint64_t sequence) {
    v1::GetEntryRequest request;
    request.set_sequence(sequence);
    v1::GetEntryResponse response;
    const grpc::Status status =
        Ask(caller, &v1::Query::Stub::GetEntry, request, &response);
    if (!status.ok()) return std::to_string(status.error_code());
    const v1::ProvedEntry& entry = response.proof().entries(0);
    EXPECT_EQ(entry.entry_hash().size(), 32u);
    if (!entry.entry().empty()) return "content";
    // Nothing may tell what the entry says.
    EXPECT_EQ(entry.batch_path_size(), 0);
    EXPECT_EQ(response.proof().key_entries_size(), 0);
    return "hash";
  }

  uint64_t grant_ = 0;
  uint64_t payment_ = 0;
  uint64_t refused_ = 0;
  uint64_t refused_grant_ = 0;
  uint64_t revocation_ = 0;
};

TEST_F(AccessTest, OfEntriesFollowsRoleAndScope) {
  constexpr uint64_t kEnrolment = 3;
  constexpr uint64_t kProgram = 6;
  constexpr uint64_t kFunds = 7;
  const uint64_t pkh_funds = kFirstFree + 3;
  const struct {
    const char* caller;
    // Entry 0, an enrolment, a program, its funds, another program's funds;
    // a grant, its payment, a refused payment, a refused grant, a revocation.
    std::vector<const char*> want;
  } rows[] = {
      {"bpk",
       {"content", "content", "content", "content", "content", "content",
        "content", "content", "content", "content"}},
      {"ani",
       {"content", "content", "content", "content", "content", "content",
        "content", "content", "content", "content"}},
      {"dinsos",
       {"content", "content", "content", "content", "hash", "content",
        "content", "content", "content", "content"}},
      {"dinsos-malang",
       {"content", "content", "content", "content", "hash", "hash", "hash",
        "hash", "hash", "hash"}},
      {"bank-a",
       {"content", "content", "content", "content", "hash", "content",
        "content", "hash", "hash", "content"}},
      {"bank-b",
       {"content", "content", "content", "content", "hash", "content", "hash",
        "content", "hash", "content"}},
      {"bank-m",
       {"content", "content", "content", "content", "hash", "hash", "hash",
        "hash", "hash", "hash"}},
      {"dukcapil",
       {"content", "content", "content", "content", "content", "hash", "hash",
        "hash", "hash", "hash"}},
  };
  const std::vector<uint64_t> entries = {
      0,      kEnrolment, kProgram, kFunds,         pkh_funds,
      grant_, payment_,   refused_, refused_grant_, revocation_};
  for (const auto& row : rows) {
    for (size_t i = 0; i < entries.size(); ++i) {
      EXPECT_EQ(Entry(row.caller, entries[i]), row.want[i])
          << row.caller << " and entry " << entries[i];
    }
  }
}

TEST_F(AccessTest, OfQuestionsFollowsRoleAndScope) {
  const auto entitlement = [&](std::string_view caller) {
    v1::GetEntitlementRequest request;
    request.set_entitlement("E1");
    v1::GetEntitlementResponse response;
    return Ask(caller, &v1::Query::Stub::GetEntitlement, request, &response)
        .error_code();
  };
  const auto disbursement = [&](std::string_view caller) {
    v1::GetDisbursementRequest request;
    request.set_bank("bank-a");
    request.set_disbursement("D1");
    v1::GetDisbursementResponse response;
    return Ask(caller, &v1::Query::Stub::GetDisbursement, request, &response)
        .error_code();
  };
  // How many of what a list holds; -1 where it is refused.
  const auto entitlements = [&](std::string_view caller) {
    v1::ListEntitlementsRequest request;
    request.set_program("sembako");
    v1::ListEntitlementsResponse response;
    return Ask(caller, &v1::Query::Stub::ListEntitlements, request, &response)
                   .ok()
               ? response.entitlements_size()
               : -1;
  };
  const auto disbursements = [&](std::string_view caller) {
    v1::ListDisbursementsResponse response;
    return Ask(caller, &v1::Query::Stub::ListDisbursements,
               v1::ListDisbursementsRequest(), &response)
                   .ok()
               ? response.disbursements_size()
               : -1;
  };
  const auto history = [&](std::string_view caller) {
    v1::GetRecipientHistoryRequest request;
    request.set_pseudonym(std::string(AsText(PersonOf("E1").view())));
    v1::GetRecipientHistoryResponse response;
    return Ask(caller, &v1::Query::Stub::GetRecipientHistory, request,
               &response)
                   .ok()
               ? response.entitlements_size() * 100 +
                     response.disbursements_size() * 10 +
                     response.proof().entries_size()
               : -1;
  };
  const auto balances = [&](std::string_view caller) {
    v1::GetBalancesResponse response;
    return Ask(caller, &v1::Query::Stub::GetBalances, v1::GetBalancesRequest(),
               &response)
                   .ok()
               ? response.balances_size()
               : -1;
  };
  const auto totals = [&](std::string_view caller) {
    v1::SummariseResponse response;
    return Ask(caller, &v1::Query::Stub::Summarise, v1::SummariseRequest(),
               &response)
                   .ok()
               ? response.totals_size() * 10 + response.refusals_size()
               : -1;
  };
  const auto log = [&](std::string_view caller) {
    grpc::ClientContext context;
    const auto stream = AuditAs(caller)->StreamEntries(&context, {});
    v1::StreamEntriesResponse response;
    while (stream->Read(&response)) {
    }
    return stream->Finish().error_code();
  };
  constexpr StatusCode kOk = StatusCode::OK;
  constexpr StatusCode kNone = StatusCode::NOT_FOUND;
  constexpr StatusCode kDenied = StatusCode::PERMISSION_DENIED;
  const struct {
    const char* caller;
    StatusCode entitlement;
    StatusCode disbursement;
    int entitlements;
    int disbursements;
    int history;  // entitlements, disbursements, entries
    int balances;
    int totals;  // totals, kinds of refusals
    StatusCode log;
  } rows[] = {
      {"bpk", kOk, kOk, 1, 1, 115, 2, 12, kOk},
      {"ani", kOk, kOk, 1, 1, 115, 2, 12, kOk},
      {"dinsos", kOk, kOk, 1, 1, 115, 1, 10, kDenied},
      {"dinsos-malang", kNone, kNone, 0, 0, 0, 1, 0, kDenied},
      {"bank-a", kOk, kOk, 1, 1, 113, 1, 10, kDenied},
      {"bank-b", kOk, kNone, 1, 0, 103, 1, 10, kDenied},
      {"bank-m", kNone, kNone, 0, 0, 0, 1, 0, kDenied},
      {"dukcapil", kNone, kNone, -1, -1, -1, 2, -1, kDenied},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.caller);
    EXPECT_EQ(entitlement(row.caller), row.entitlement);
    EXPECT_EQ(disbursement(row.caller), row.disbursement);
    EXPECT_EQ(entitlements(row.caller), row.entitlements);
    EXPECT_EQ(disbursements(row.caller), row.disbursements);
    EXPECT_EQ(history(row.caller), row.history);
    EXPECT_EQ(balances(row.caller), row.balances);
    EXPECT_EQ(totals(row.caller), row.totals);
    EXPECT_EQ(log(row.caller), row.log);
  }
}

TEST_F(AccessTest, TellsNamesThatAreTakenFromNoneApartToNobody) {
  v1::GetEntitlementResponse response;
  v1::GetEntitlementRequest taken;
  taken.set_entitlement("E1");
  v1::GetEntitlementRequest none;
  none.set_entitlement("E9");
  grpc::Status status =
      Ask("bank-m", &v1::Query::Stub::GetEntitlement, taken, &response);
  EXPECT_EQ(status.error_message(),
            "there is no entitlement \"E1\" that the caller may read");
  status = Ask("bank-m", &v1::Query::Stub::GetEntitlement, none, &response);
  EXPECT_EQ(status.error_message(),
            "there is no entitlement \"E9\" that the caller may read");
}

TEST_F(AccessTest, ProvesAnotherBanksPaymentWithoutShowingIt) {
  v1::GetEntitlementRequest request;
  request.set_entitlement("E1");
  v1::GetEntitlementResponse response;
  ASSERT_TRUE(
      Ask("bank-b", &v1::Query::Stub::GetEntitlement, request, &response).ok());
  // Grant, bank-a's payment, its own refused one, revocation.
  ASSERT_EQ(response.proof().entries_size(), 4);
  EXPECT_NE(response.proof().entries(0).entry(), "");
  EXPECT_EQ(response.proof().entries(1).sequence(), payment_);
  EXPECT_EQ(response.proof().entries(1).entry(), "");
  EXPECT_GT(response.proof().entries(1).inclusion_path_size(), 0);
  EXPECT_NE(response.proof().entries(2).entry(), "");
  EXPECT_NE(response.proof().entries(3).entry(), "");
}

TEST_F(AccessTest, GoesOverToASuccessor) {
  EXPECT_EQ(Entry("bank-b", payment_), "hash");
  Say("administrators", {domain::AuthoritySucceeded{"bank-a", "bank-b"}});
  EXPECT_EQ(Entry("bank-b", payment_), "content");
  v1::ListDisbursementsRequest request;
  v1::ListDisbursementsResponse response;
  ASSERT_TRUE(
      Ask("bank-b", &v1::Query::Stub::ListDisbursements, request, &response)
          .ok());
  ASSERT_EQ(response.disbursements_size(), 1);
  EXPECT_EQ(response.disbursements(0).bank(), "bank-a");
}

TEST_F(AccessTest, OfReferencesIsForTheirAuthorAndForAuditors) {
  v1::LookupReferencesRequest request;
  request.set_author("dinsos");
  request.add_references("s/1");
  v1::LookupReferencesResponse response;
  const struct {
    const char* caller;
    StatusCode want;
  } rows[] = {{"dinsos", StatusCode::OK},
              {"bpk", StatusCode::OK},
              {"ani", StatusCode::OK},
              {"bank-a", StatusCode::PERMISSION_DENIED},
              {"dinsos-malang", StatusCode::PERMISSION_DENIED},
              {"dukcapil", StatusCode::PERMISSION_DENIED}};
  for (const auto& row : rows) {
    EXPECT_EQ(
        Ask(row.caller, &v1::Query::Stub::LookupReferences, request, &response)
            .error_code(),
        row.want)
        << row.caller;
  }
}

TEST_F(AccessTest, OfAListNeedsAProgramUnlessAllMayBeRead) {
  v1::ListEntitlementsResponse response;
  EXPECT_EQ(Ask("dinsos", &v1::Query::Stub::ListEntitlements,
                v1::ListEntitlementsRequest(), &response)
                .error_code(),
            StatusCode::INVALID_ARGUMENT);
  EXPECT_TRUE(Ask("bpk", &v1::Query::Stub::ListEntitlements,
                  v1::ListEntitlementsRequest(), &response)
                  .ok());
}

TEST_F(AccessTest, OfAnotherProgramsMoneyIsDenied) {
  v1::GetBalancesRequest balances;
  balances.set_program("pkh");
  v1::GetBalancesResponse balances_response;
  EXPECT_EQ(
      Ask("bank-a", &v1::Query::Stub::GetBalances, balances, &balances_response)
          .error_code(),
      StatusCode::PERMISSION_DENIED);
  v1::SummariseRequest totals;
  totals.set_program("pkh");
  v1::SummariseResponse totals_response;
  EXPECT_EQ(Ask("dinsos", &v1::Query::Stub::Summarise, totals, &totals_response)
                .error_code(),
            StatusCode::PERMISSION_DENIED);
}

}  // namespace
}  // namespace amanah::server
