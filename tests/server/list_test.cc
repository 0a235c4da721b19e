// Lists: their filters, their order and their pages.
#include <gtest/gtest.h>

#include "tests/server/server_fixture.h"

namespace amanah::server {
namespace {

using domain::DisbursementState;
using grpc::StatusCode;
using testing_support::Grant;
using testing_support::Program;
using testing_support::Report;

using Names = std::vector<std::string>;

std::string NameOf(const v1::EntitlementStatus& one) {
  return one.entitlement();
}
std::string NameOf(const v1::DisbursementStatus& one) {
  return one.bank() + "/" + one.disbursement();
}
std::string NameOf(const v1::Balance& one) {
  return one.program() + "/" + std::to_string(one.fiscal_year()) + "/" +
         one.region();
}
const auto& RowsOf(const v1::ListEntitlementsResponse& response) {
  return response.entitlements();
}
const auto& RowsOf(const v1::ListDisbursementsResponse& response) {
  return response.disbursements();
}
const auto& RowsOf(const v1::GetBalancesResponse& response) {
  return response.balances();
}

class ListTest : public ServerTest {
 protected:
  ListTest() { Start(); }

  // The names on all pages, of at most `page_size` rows each.
  template <typename Request, typename Response>
  Names AllPages(grpc::Status (v1::Query::Stub::*call)(grpc::ClientContext*,
                                                       const Request&,
                                                       Response*),
                 Request request, int page_size) {
    request.set_page_size(static_cast<uint32_t>(page_size));
    Names names;
    while (true) {
      Response response;
      const grpc::Status status = Ask("bpk", call, request, &response);
      EXPECT_TRUE(status.ok()) << status.error_message();
      EXPECT_LE(RowsOf(response).size(), page_size);
      for (const auto& row : RowsOf(response)) names.push_back(NameOf(row));
      if (response.next_page_token().empty()) return names;
      request.set_page_token(response.next_page_token());
    }
  }
  Names Entitlements(const v1::ListEntitlementsRequest& request) {
    return AllPages(&v1::Query::Stub::ListEntitlements, request, 3);
  }
  Names Disbursements(const v1::ListDisbursementsRequest& request) {
    return AllPages(&v1::Query::Stub::ListDisbursements, request, 2);
  }
  // Ten entitlements of two programs in turn, so that pages mix them.
  Names GrantTen() {
    Say("administrators",
        {Program("pkh"), testing_support::Funds("pkh", 1'000'000'000),
         parties().Enrolment("kemensos", domain::Role::kProgramOwner)});
    Names names;
    for (int i = 0; i < 10; ++i) {
      domain::EntitlementGranted grant = Grant("E" + std::to_string(i));
      names.push_back(grant.entitlement);
      if (i % 2 == 1) grant.program = "pkh";
      if (i % 3 == 0) grant.region = "35.76.01.1001";
      if (i >= 8) grant.months = testing_support::Months("2026-04", "2026-06");
      Say(i % 2 == 1 ? "kemensos" : "dinsos", {grant});
    }
    return names;
  }
};

TEST_F(ListTest, GivesEntitlementsByFilterAndPage) {
  const Names all = GrantTen();
  Say("bank-a", {Report("D0", "E0", DisbursementState::kCredited)});
  v1::ListEntitlementsRequest request;
  EXPECT_EQ(Entitlements(request), all);
  request.set_program("sembako");
  EXPECT_EQ(Entitlements(request), (Names{"E0", "E2", "E4", "E6", "E8"}));
  request.set_unpaid(true);
  EXPECT_EQ(Entitlements(request), (Names{"E2", "E4", "E6", "E8"}));
  request.Clear();
  request.set_region("35.76.01");
  EXPECT_EQ(Entitlements(request), (Names{"E0", "E3", "E6", "E9"}));
  request.Clear();
  request.set_month("2026-04");
  EXPECT_EQ(Entitlements(request), (Names{"E8", "E9"}));
}

TEST_F(ListTest, RefusesAMonthOrATokenThatIsNone) {
  v1::ListEntitlementsResponse response;
  v1::ListEntitlementsRequest month;
  month.set_month("2026-13");
  EXPECT_EQ(Ask("bpk", &v1::Query::Stub::ListEntitlements, month, &response)
                .error_code(),
            StatusCode::INVALID_ARGUMENT);
  for (const char* bad :
       {"zz", "00", "000000000000000000", "000000000000000G"}) {
    v1::ListEntitlementsRequest token;
    token.set_page_token(bad);
    EXPECT_EQ(Ask("bpk", &v1::Query::Stub::ListEntitlements, token, &response)
                  .error_code(),
              StatusCode::INVALID_ARGUMENT);
  }
}

TEST_F(ListTest, GivesDisbursementsByFilterAndPage) {
  Say("dinsos", Grants(8));
  for (int i = 0; i < 8; ++i) {
    Say(i % 2 == 0 ? "bank-a" : "bank-b",
        {Report("D" + std::to_string(i), "E" + std::to_string(i),
                i < 5 ? DisbursementState::kInstructed
                      : DisbursementState::kCredited)});
  }
  Say("bank-a", {Report("D0", "E0", DisbursementState::kRejected)});
  v1::ListDisbursementsRequest request;
  EXPECT_EQ(Disbursements(request),
            (Names{"bank-a/D0", "bank-b/D1", "bank-a/D2", "bank-b/D3",
                   "bank-a/D4", "bank-b/D5", "bank-a/D6", "bank-b/D7"}));
  request.set_bank("bank-b");
  EXPECT_EQ(Disbursements(request),
            (Names{"bank-b/D1", "bank-b/D3", "bank-b/D5", "bank-b/D7"}));
  request.Clear();
  request.set_state(v1::DISBURSEMENT_STATE_CREDITED);
  EXPECT_EQ(Disbursements(request),
            (Names{"bank-b/D5", "bank-a/D6", "bank-b/D7"}));
  request.set_state(v1::DISBURSEMENT_STATE_REJECTED);
  request.set_program("sembako");
  EXPECT_EQ(Disbursements(request), (Names{"bank-a/D0"}));
}

TEST_F(ListTest, GivesBalancesInOrderAndByPages) {
  std::vector<domain::Body> bodies = {Program("pkh")};
  for (const uint32_t year : {2027u, 2026u}) {
    for (const char* region : {"35.78", "35.76", ""}) {
      domain::FundsAppropriated funds = testing_support::Funds("pkh", 1'000);
      funds.fiscal_year = year;
      funds.region = region;
      bodies.emplace_back(funds);
    }
  }
  Say("administrators", std::move(bodies));
  EXPECT_EQ(
      AllPages(&v1::Query::Stub::GetBalances, v1::GetBalancesRequest(), 3),
      (Names{"pkh/2026/", "pkh/2026/35.76", "pkh/2026/35.78", "pkh/2027/",
             "pkh/2027/35.76", "pkh/2027/35.78", "sembako/2026/35.76"}));
  v1::GetBalancesRequest request;
  v1::GetBalancesResponse response;
  request.set_page_token("no token");
  EXPECT_EQ(Ask("bpk", &v1::Query::Stub::GetBalances, request, &response)
                .error_code(),
            StatusCode::INVALID_ARGUMENT);
}

TEST_F(ListTest, GivesTheWholeAccountOfAnAppropriation) {
  Say("dinsos", Grants(3));
  Say("bank-a", {Report("D0", "E0", DisbursementState::kInstructed)});
  Say("bank-a", {Report("D1", "E1", DisbursementState::kCredited)});
  v1::GetBalancesResponse response;
  ASSERT_TRUE(Ask("bpk", &v1::Query::Stub::GetBalances,
                  v1::GetBalancesRequest(), &response)
                  .ok());
  ASSERT_EQ(response.balances_size(), 1);
  const v1::Balance& balance = response.balances(0);
  EXPECT_EQ(balance.currency(), "IDR");
  EXPECT_EQ(balance.appropriated_minor(), 100'000'000'000'000);
  EXPECT_EQ(balance.available_minor(), 99'999'820'000'000);
  EXPECT_EQ(balance.committed_minor(), 60'000'000);
  EXPECT_EQ(balance.in_transit_minor(), 60'000'000);
  EXPECT_EQ(balance.credited_minor(), 60'000'000);
}

}  // namespace
}  // namespace amanah::server
