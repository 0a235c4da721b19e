// That entries of our own are on the record, for many at once: of a batch whose
// statements we hold, two entries are fetched and the others rebuilt.
//
// The entries of a batch follow one another, and each holds the hash of the one
// before it. So the first one, fetched and proved, gives all that the others
// have in common; with our statements and the outcomes that the server claims,
// that makes their bytes; and the last one, fetched and proved, holds the hash
// that they must come to. A log whose chain and tree told of different entries
// is one that no audit agrees with.
#ifndef AMANAH_CLIENT_IMPORT_BATCH_PROOF_H_
#define AMANAH_CLIENT_IMPORT_BATCH_PROOF_H_

#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "client/import/poster.h"
#include "client/verify.h"

namespace amanah::client {

// Proves each claim about the author's entries, in any order. Fetched one by
// one are entries that hold other statements than ours, those of a batch that
// is not claimed as a whole, and those of one of which something is untrue.
// DATA_LOSS: a claim is not so; the message names the entry.
// Other errors as Verifier.
absl::Status ProveClaims(Verifier* verifier, std::string_view author,
                         std::vector<Claim> claims);

}  // namespace amanah::client

#endif  // AMANAH_CLIENT_IMPORT_BATCH_PROOF_H_
