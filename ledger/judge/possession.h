// Proofs of possession: each new key has signed for its place in this ledger.
#ifndef AMANAH_LEDGER_JUDGE_POSSESSION_H_
#define AMANAH_LEDGER_JUDGE_POSSESSION_H_

#include <optional>

#include "ledger/domain/state.h"
#include "ledger/judge/batch.h"

namespace amanah::judge {

// The first statement with a new key whose proof does not verify, or with a
// ledger key that is not named by the origin. A rotated key's role is that of
// its authority in `state`, or in an enrolment earlier in the batch; where
// there is neither, the book refuses the rotation anyway.
std::optional<BatchError> CheckPossessions(const LedgerId& ledger,
                                           const ParsedBatch& batch,
                                           domain::Overlay* state);

}  // namespace amanah::judge

#endif  // AMANAH_LEDGER_JUDGE_POSSESSION_H_
