// Checkpoints and proofs, as answers to unary calls. Hashes are nobody's
// secret: every authority may ask.
//
// Each returns OK and fills the answer, or OUT_OF_RANGE (beyond the log),
// INVALID_ARGUMENT, DEADLINE_EXCEEDED, UNAVAILABLE, DATA_LOSS.
#ifndef AMANAH_SERVER_AUDIT_ANSWERS_H_
#define AMANAH_SERVER_AUDIT_ANSWERS_H_

#include "absl/status/status.h"
#include "amanah/v1/audit.pb.h"
#include "server/reading.h"

namespace amanah::server {

absl::Status Answer(Reading* reading, const v1::GetCheckpointRequest& request,
                    v1::GetCheckpointResponse* response);
absl::Status Answer(Reading* reading,
                    const v1::GetInclusionProofRequest& request,
                    v1::GetInclusionProofResponse* response);
absl::Status Answer(Reading* reading,
                    const v1::GetConsistencyProofRequest& request,
                    v1::GetConsistencyProofResponse* response);

}  // namespace amanah::server

#endif  // AMANAH_SERVER_AUDIT_ANSWERS_H_
