// Signatures of a seal: which keys they belong to, and that they verify.
//
// Whether a key was in force when its batch was recorded is a matter of order,
// and so for admission.h; here any key that the author ever held will do.
#ifndef AMANAH_LEDGER_JUDGE_SEALING_H_
#define AMANAH_LEDGER_JUDGE_SEALING_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "ledger/codec/entry_codec.h"
#include "ledger/domain/state.h"
#include "ledger/judge/batch.h"

namespace amanah::judge {

// A batch whose every signature verifies.
struct SealedBatch {
  ParsedBatch batch;
  // The compact seal of its entries; the index is that of none yet.
  codec::Seal seal;
  // Ordinals of the authorities that signed, in the seal's order.
  std::vector<uint64_t> signers;
};

// Finds the keys by name and id among those that the author (or each
// administrator) ever held, and verifies. `state` is any state in which they
// are known. Exactly one signature by the author, or one by each of 1 to 16
// administrators; nothing else may stand there.
OrError<SealedBatch> CheckSeal(ParsedBatch batch, domain::Overlay* state);

// The same for a seal that stands in entries: keys by the entry that introduced
// them. The signatures' arithmetic is left out, since a start-up replays what
// this very ledger synced.
OrError<SealedBatch> BindCompactSeal(ParsedBatch batch, const codec::Seal& seal,
                                     domain::Overlay* state);
// That arithmetic: the first signature that does not verify.
std::optional<BatchError> VerifySignatures(const SealedBatch& batch,
                                           domain::Overlay* state);

}  // namespace amanah::judge

#endif  // AMANAH_LEDGER_JUDGE_SEALING_H_
