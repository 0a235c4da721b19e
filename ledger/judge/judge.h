// From an admitted batch to its entries: the one path by which the sequencer, a
// start-up and an auditor turn statements into entries and rows.
#ifndef AMANAH_LEDGER_JUDGE_JUDGE_H_
#define AMANAH_LEDGER_JUDGE_JUDGE_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "ledger/crypto/hash.h"
#include "ledger/domain/refusal.h"
#include "ledger/judge/admission.h"

namespace amanah::judge {

// The end of the log.
struct Tip {
  uint64_t size = 0;
  crypto::Hash last_hash;  // leaf hash of the last entry; zero before entry 0
  int64_t last_time_us = 0;
};

struct JudgedEntry {
  std::string bytes;
  crypto::Hash hash;  // leaf hash
  domain::Outcome outcome;
};

// Reads ahead what the batches' statements will need, in two batched reads.
void Prefetch(std::span<const SealedBatch* const> batches,
              domain::Overlay* state);

// Judges the batch's statements in order, as entries from `first_sequence` on,
// applies them to `state` and charges the author's quota. Fewer outcomes than
// statements mean that the state could not be read: state->status() says why,
// and state and outcomes must be dropped. Requires: first_sequence > 0.
std::vector<domain::Outcome> JudgeStatements(const SealedBatch& batch,
                                             const Admission& admission,
                                             int64_t time_us,
                                             uint64_t first_sequence,
                                             domain::Overlay* state);

// The entries that the statements get at the tip, which moves past them.
// Requires: an outcome for each statement, time_us >= tip->last_time_us.
std::vector<JudgedEntry> MakeEntries(
    const SealedBatch& batch, const std::vector<domain::Outcome>& outcomes,
    int64_t time_us, Tip* tip);

}  // namespace amanah::judge

#endif  // AMANAH_LEDGER_JUDGE_JUDGE_H_
