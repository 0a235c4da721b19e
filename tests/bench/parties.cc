#include "tests/bench/parties.h"

#include <ctime>
#include <utility>

#include "absl/strings/str_format.h"
#include "ledger/base/check.h"
#include "tests/support/book_fixture.h"

namespace amanah::bench {
namespace {

constexpr const char* kCallers[] = {"server", "ani",    "budi",   "citra",
                                    "dinsos", "bank-a", "bank-b", "bpk"};

std::string EntitlementName(uint64_t number) {
  return absl::StrFormat("sembako/2026-q1/%08d", number);
}

}  // namespace

Parties::Parties() {
  for (const char* name : kCallers) {
    const bool server = std::string_view(name) == "server";
    auto made =
        crypto::MakeTlsCertificate({.common_name = server ? "localhost" : name,
                                    .not_before = std::time(nullptr) - 3'600});
    AMANAH_CHECK(made.ok());
    ledger_.SetPin(name, *crypto::SpkiHashOfPem(made->certificate_pem));
    certificates_.emplace(name, *std::move(made));
  }
}

const crypto::TlsCertificate& Parties::certificate(
    std::string_view name) const {
  const auto found = certificates_.find(name);
  AMANAH_CHECK(found != certificates_.end());
  return found->second;
}

v1::PostBatchRequest ToRequest(judge::SubmittedBatch batch) {
  v1::PostBatchRequest request;
  request.set_seal(std::move(batch.seal));
  for (std::string& statement : batch.statements) {
    request.add_statements(std::move(statement));
  }
  return request;
}

v1::PostBatchRequest Parties::Pilot() {
  std::vector<domain::Body> bodies = ledger_.PilotBodies();
  for (domain::Body& body : bodies) {
    if (auto* enrolled = std::get_if<domain::AuthorityEnrolled>(&body)) {
      enrolled->daily_quota = 1'000'000'000;
    }
    if (auto* funds = std::get_if<domain::FundsAppropriated>(&body)) {
      funds->amount.minor = 1'000'000'000'000'000'000;
    }
  }
  return ToRequest(ledger_.Post(domain::kAdministrators, std::move(bodies)));
}

v1::PostBatchRequest Parties::Grants(uint64_t first, uint64_t count) {
  std::vector<domain::Body> bodies;
  for (uint64_t i = first; i < first + count; ++i) {
    const std::string name = EntitlementName(i);
    domain::EntitlementGranted grant = testing_support::Grant(name);
    grant.recipient = testing_support::PersonOf(name);
    bodies.emplace_back(std::move(grant));
  }
  return ToRequest(ledger_.Post("dinsos", std::move(bodies)));
}

v1::PostBatchRequest Parties::Payments(std::string_view bank, uint64_t first,
                                       uint64_t count) {
  std::vector<domain::Body> bodies;
  for (uint64_t i = first; i < first + count; ++i) {
    bodies.emplace_back(testing_support::Report(
        absl::StrFormat("pay/2026-q1/%08d", i), EntitlementName(i),
        domain::DisbursementState::kCredited));
  }
  return ToRequest(ledger_.Post(bank, std::move(bodies)));
}

}  // namespace amanah::bench
