// How much a question may look at and show, at both sides of each limit.
#include <gtest/gtest.h>

#include "server/limits.h"
#include "server/query/story.h"
#include "tests/server/server_fixture.h"

namespace amanah::server {
namespace {

using domain::DisbursementState;
using grpc::StatusCode;
using testing_support::Grant;
using testing_support::PersonOf;
using testing_support::Report;

class ScanLimitsTest : public ServerTest {
 protected:
  // A new server with these limits on the same ledger.
  void Restart(const Limits& limits) {
    if (server_ != nullptr) server_->Stop();
    Start(limits);
  }
  template <typename Request, typename Response>
  Response Get(grpc::Status (v1::Query::Stub::*call)(grpc::ClientContext*,
                                                     const Request&, Response*),
               const Request& request) {
    Response response;
    const grpc::Status status = Ask("bpk", call, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
  v1::GetRecipientHistoryResponse HistoryOf(const char* person) {
    v1::GetRecipientHistoryRequest request;
    request.set_pseudonym(std::string(AsText(PersonOf(person).view())));
    return Get(&v1::Query::Stub::GetRecipientHistory, request);
  }
};

TEST_F(ScanLimitsTest, AnAnswerIsNoLongerThanItsLimit) {
  Start();
  v1::GetEntryRequest request;
  const auto full = Get(&v1::Query::Stub::GetEntry, request);
  Limits limits;
  limits.response_length_max = static_cast<int>(full.ByteSizeLong());
  Restart(limits);
  EXPECT_EQ(Get(&v1::Query::Stub::GetEntry, request).ByteSizeLong(),
            full.ByteSizeLong());
  --limits.response_length_max;
  Restart(limits);
  v1::GetEntryResponse response;
  EXPECT_EQ(
      Ask("bpk", &v1::Query::Stub::GetEntry, request, &response).error_code(),
      StatusCode::RESOURCE_EXHAUSTED);
}

TEST_F(ScanLimitsTest, APageIsShortWhenLittleOfWhatIsThereIsAskedFor) {
  for (int i = 1; i <= 5; ++i) {
    auto grant = Grant("E" + std::to_string(i));
    if (i == 5) grant.region = "35.76.01";
    Say("dinsos", {grant});
    Say("bank-a", {Report("D" + std::to_string(i), "E" + std::to_string(i),
                          i == 5 ? DisbursementState::kInstructed
                                 : DisbursementState::kCredited)});
  }
  v1::ListEntitlementsRequest entitlements;
  entitlements.set_region("35.76.01");
  entitlements.set_page_size(1);
  v1::ListDisbursementsRequest disbursements;
  disbursements.set_state(v1::DISBURSEMENT_STATE_INSTRUCTED);
  disbursements.set_page_size(1);
  for (const size_t rows : {size_t{4}, size_t{5}}) {
    Limits limits;
    limits.page_scan_max = rows;
    Restart(limits);
    const auto first = Get(&v1::Query::Stub::ListEntitlements, entitlements);
    EXPECT_EQ(first.entitlements_size(), rows == 5 ? 1 : 0);
    ASSERT_NE(first.next_page_token(), "");
    const auto other = Get(&v1::Query::Stub::ListDisbursements, disbursements);
    EXPECT_EQ(other.disbursements_size(), rows == 5 ? 1 : 0);
    ASSERT_NE(other.next_page_token(), "");
    if (rows == 5) continue;
    auto next = entitlements;
    next.set_page_token(first.next_page_token());
    EXPECT_EQ(Get(&v1::Query::Stub::ListEntitlements, next).entitlements_size(),
              1);
  }
}

TEST_F(ScanLimitsTest, AStoryShowsItsEndsWhenItIsTooLongToBeLookedAt) {
  Say("dinsos", {Grant("E1")});
  const uint64_t first =
      Say("bank-a", {Report("D1", "E1", DisbursementState::kInstructed)});
  for (int i = 0; i < 6; ++i) {
    ledger_.Say("bank-b", {Report("D1", "E1", DisbursementState::kCredited)});
  }
  const uint64_t last =
      Say("bank-a", {Report("D1", "E1", DisbursementState::kCredited)});
  v1::GetDisbursementRequest request;
  request.set_bank("bank-a");
  request.set_disbursement("D1");
  for (const size_t entries : {size_t{8}, size_t{7}, size_t{2}}) {
    Limits limits;
    limits.story_scan_max = entries;
    Restart(limits);
    const auto response = Get(&v1::Query::Stub::GetDisbursement, request);
    EXPECT_EQ(response.truncated(), entries < 8) << entries;
    ASSERT_EQ(response.proof().entries_size(), 2) << entries;
    EXPECT_EQ(response.proof().entries(0).sequence(), first);
    EXPECT_EQ(response.proof().entries(1).sequence(), last);
  }
  // And of the index, which goes on in order.
  for (const size_t rows : {size_t{9}, size_t{8}, size_t{7}}) {
    Limits limits;
    limits.index_scan_max = rows;
    Restart(limits);
    const auto response = Get(&v1::Query::Stub::GetDisbursement, request);
    EXPECT_EQ(response.truncated(), rows < 9) << rows;
    EXPECT_EQ(response.proof().entries_size(), rows < 8 ? 1 : 2) << rows;
  }
}

TEST_F(ScanLimitsTest, SoManyTotalsAreShown) {
  for (int i = 1; i <= 3; ++i) {
    auto grant = Grant("E" + std::to_string(i));
    grant.months = testing_support::Months("2026-0" + std::to_string(i),
                                           "2026-0" + std::to_string(i));
    Say("dinsos", {grant});
  }
  const struct {
    size_t totals;
    size_t rows;
    int want;
    bool truncated;
  } cases[] = {{3, 4, 3, false}, {2, 4, 2, true}, {3, 3, 3, true}};
  for (const auto& one : cases) {
    Limits limits;
    limits.totals_max = one.totals;
    limits.index_scan_max = one.rows;
    Restart(limits);
    const auto response =
        Get(&v1::Query::Stub::Summarise, v1::SummariseRequest());
    EXPECT_EQ(response.totals_size(), one.want);
    EXPECT_EQ(response.truncated(), one.truncated);
  }
}

TEST_F(ScanLimitsTest, AHistoryHasSoMuchOfEach) {
  // Two entitlements of one person, each with one payment: four entries.
  for (int i = 1; i <= 2; ++i) {
    auto grant = Grant("E" + std::to_string(i));
    grant.recipient = PersonOf("E1");
    grant.months = testing_support::Months("2026-0" + std::to_string(i),
                                           "2026-0" + std::to_string(i));
    Say("dinsos", {grant});
    Say("bank-a", {Report("D" + std::to_string(i), "E" + std::to_string(i),
                          DisbursementState::kCredited)});
  }
  const struct {
    size_t entitlements, disbursements, entries;
    int want_entitlements, want_disbursements, want_entries;
    bool truncated;
  } cases[] = {{2, 2, 4, 2, 2, 4, false},
               {1, 2, 4, 1, 1, 3, true},
               {2, 1, 4, 2, 1, 4, true},
               {2, 2, 3, 2, 1, 3, true}};
  for (const auto& one : cases) {
    Limits limits;
    limits.history_entitlements_max = one.entitlements;
    limits.history_disbursements_max = one.disbursements;
    limits.page_scan_max = one.entries;
    Restart(limits);
    const auto response = HistoryOf("E1");
    EXPECT_EQ(response.entitlements_size(), one.want_entitlements);
    EXPECT_EQ(response.disbursements_size(), one.want_disbursements);
    EXPECT_EQ(response.proof().entries_size(), one.want_entries);
    EXPECT_EQ(response.truncated(), one.truncated);
  }
}

TEST(ChooseForProofTest, TakesWhatWasAcceptedFirst) {
  std::vector<uint64_t> refused;
  for (uint64_t i = 10; i < 108; ++i) refused.push_back(i);
  Story story = ChooseForProof({3, 200}, refused);
  EXPECT_FALSE(story.truncated);
  ASSERT_EQ(story.sequences.size(), 100u);
  EXPECT_EQ(story.sequences.front(), 3u);
  EXPECT_EQ(story.sequences[1], 10u);
  EXPECT_EQ(story.sequences.back(), 200u);
  refused.push_back(108);
  story = ChooseForProof({3, 200}, refused);
  EXPECT_TRUE(story.truncated);
  ASSERT_EQ(story.sequences.size(), 100u);
  EXPECT_EQ(story.sequences.front(), 3u);
  EXPECT_EQ(story.sequences[1], 11u);
  EXPECT_EQ(story.sequences.back(), 200u);
  story = ChooseForProof(refused, {3, 200});
  EXPECT_TRUE(story.truncated);
  EXPECT_EQ(story.sequences.front(), 10u);
  EXPECT_EQ(story.sequences.back(), 200u);
}

}  // namespace
}  // namespace amanah::server
