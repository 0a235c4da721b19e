// Where an entitlement or a disbursement stands, from the book's rows and from
// the entry that began it (rows hold no names).
#ifndef AMANAH_SERVER_QUERY_STATUS_OF_H_
#define AMANAH_SERVER_QUERY_STATUS_OF_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "amanah/v1/query.pb.h"
#include "ledger/domain/rows.h"
#include "server/reading.h"

namespace amanah::server {

struct KnownEntitlement {
  uint64_t grant = 0;
  domain::EntitlementRow row;
};
// nullopt when there is none of that name, or of that grant.
std::optional<KnownEntitlement> FindEntitlement(domain::Overlay* state,
                                                std::string_view name);
std::optional<KnownEntitlement> FindEntitlement(domain::Overlay* state,
                                                uint64_t grant);

struct KnownDisbursement {
  std::string bank;  // that reported it first
  domain::DisbursementRow row;
};

// Appends one status for each, in their order, which must be that of their
// first entries.
absl::Status AddStatuses(
    Reading* reading, const std::vector<KnownEntitlement>& entitlements,
    google::protobuf::RepeatedPtrField<v1::EntitlementStatus>* out);
absl::Status AddStatuses(
    Reading* reading, const std::vector<KnownDisbursement>& disbursements,
    google::protobuf::RepeatedPtrField<v1::DisbursementStatus>* out);

// The ordinal of the program of that code.
std::optional<uint64_t> FindProgram(domain::Overlay* state,
                                    std::string_view code);

}  // namespace amanah::server

#endif  // AMANAH_SERVER_QUERY_STATUS_OF_H_
