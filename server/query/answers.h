// The answers to questions, one function for each: they translate, look up, and
// translate back. Shown is what the caller's role may read (access.h); what it
// may not read and what is not there look alike (NOT_FOUND), so that nobody can
// try out names.
//
// Each returns OK and fills the answer, or INVALID_ARGUMENT (the question),
// NOT_FOUND, PERMISSION_DENIED, DEADLINE_EXCEEDED, UNAVAILABLE, DATA_LOSS.
#ifndef AMANAH_SERVER_QUERY_ANSWERS_H_
#define AMANAH_SERVER_QUERY_ANSWERS_H_

#include "absl/status/status.h"
#include "amanah/v1/query.pb.h"
#include "server/reading.h"

namespace amanah::server {

absl::Status Answer(Reading* reading, const v1::GetEntryRequest& request,
                    v1::GetEntryResponse* response);
absl::Status Answer(Reading* reading, const v1::GetEntitlementRequest& request,
                    v1::GetEntitlementResponse* response);
absl::Status Answer(Reading* reading, const v1::GetDisbursementRequest& request,
                    v1::GetDisbursementResponse* response);
absl::Status Answer(Reading* reading, const v1::GetProgramRequest& request,
                    v1::GetProgramResponse* response);
absl::Status Answer(Reading* reading, const v1::GetBalancesRequest& request,
                    v1::GetBalancesResponse* response);
absl::Status Answer(Reading* reading,
                    const v1::LookupReferencesRequest& request,
                    v1::LookupReferencesResponse* response);
absl::Status Answer(Reading* reading,
                    const v1::ListEntitlementsRequest& request,
                    v1::ListEntitlementsResponse* response);
absl::Status Answer(Reading* reading,
                    const v1::ListDisbursementsRequest& request,
                    v1::ListDisbursementsResponse* response);
absl::Status Answer(Reading* reading,
                    const v1::GetRecipientHistoryRequest& request,
                    v1::GetRecipientHistoryResponse* response);
absl::Status Answer(Reading* reading, const v1::SummariseRequest& request,
                    v1::SummariseResponse* response);

}  // namespace amanah::server

#endif  // AMANAH_SERVER_QUERY_ANSWERS_H_
