// From a message to a batch that the sequencer may have.
#ifndef AMANAH_SERVER_POSTING_INTAKE_H_
#define AMANAH_SERVER_POSTING_INTAKE_H_

#include "amanah/v1/posting.pb.h"
#include "ledger/judge/sealing.h"
#include "ledger/writer/ledger.h"
#include "server/caller.h"

namespace amanah::server {

// Checks a batch as far as that needs no order among batches, and that its
// author is the caller. The message's bytes are taken out of it.
judge::OrError<judge::SealedBatch> TakeIn(const writer::Ledger& ledger,
                                          const Caller& caller,
                                          v1::PostBatchRequest* request);

}  // namespace amanah::server

#endif  // AMANAH_SERVER_POSTING_INTAKE_H_
