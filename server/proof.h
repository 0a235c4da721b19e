// Entries with all that ties them to a checkpoint and to their authors.
#ifndef AMANAH_SERVER_PROOF_H_
#define AMANAH_SERVER_PROOF_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "amanah/v1/audit.pb.h"
#include "amanah/v1/query.pb.h"
#include "server/reading.h"

namespace amanah::server {

// Proves entries, in ascending order and each once, against the newest
// checkpoint that includes them; with the entries that introduced the keys
// which sealed those that the caller may read, and those keys' sealers, down to
// entry 0. Requires: the entries are synced, at most kProofEntriesMax.
// Errors as Reading's and the stores'.
absl::Status ProveEntries(Reading* reading, std::vector<uint64_t> sequences,
                          v1::Proof* proof);

// The newest checkpoint, with the entry that brought its key into force where
// that was rotated, and the entries that introduced the keys which sealed it,
// in order.
absl::StatusOr<TipPointer> ProveTip(
    Reading* reading,
    google::protobuf::RepeatedPtrField<v1::ProvedEntry>* key_entries);

// At most kProofEntriesMax of `sequences`: the first and the newest ones.
std::vector<uint64_t> FirstAndNewest(std::vector<uint64_t> sequences);

}  // namespace amanah::server

#endif  // AMANAH_SERVER_PROOF_H_
