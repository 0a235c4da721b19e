// Entry 0: the opening of a ledger.
#ifndef AMANAH_LEDGER_JUDGE_OPENING_H_
#define AMANAH_LEDGER_JUDGE_OPENING_H_

#include "ledger/domain/state.h"
#include "ledger/judge/judge.h"

namespace amanah::judge {

// A batch that is one LedgerOpened, sealed under an entry 0 of zeros by at
// least its threshold of its own administrators, whose keys all prove their
// possession. Errors as for any batch.
OrError<SealedBatch> CheckOpening(ParsedBatch batch);
// The same for the seal that stands in entry 0.
OrError<SealedBatch> CheckCompactOpening(ParsedBatch batch,
                                         const codec::Seal& seal);

// The opening statement. Requires: CheckOpening passed it.
const domain::LedgerOpened& OpenedBy(const SealedBatch& batch);

// Entry 0 itself, and its rows. Requires: `state` and `tip` are empty.
JudgedEntry JudgeOpening(const SealedBatch& batch, int64_t time_us,
                         domain::Overlay* state, Tip* tip);

}  // namespace amanah::judge

#endif  // AMANAH_LEDGER_JUDGE_OPENING_H_
