#include "ledger/judge/judge.h"

#include <utility>

#include "ledger/base/check.h"
#include "ledger/log/merkle.h"

namespace amanah::judge {

void Prefetch(std::span<const SealedBatch* const> batches,
              domain::Overlay* state) {
  std::vector<domain::StateKey> keys;
  for (const SealedBatch* batch : batches) {
    for (const domain::Prepared& prepared : batch->batch.prepared) {
      domain::AppendKeys(prepared, &keys);
    }
  }
  state->Prefetch(keys);
  keys.clear();
  for (const SealedBatch* batch : batches) {
    for (const domain::Prepared& prepared : batch->batch.prepared) {
      domain::AppendDependentKeys(prepared, state, &keys);
    }
  }
  state->Prefetch(keys);
}

std::vector<domain::Outcome> JudgeStatements(const SealedBatch& batch,
                                             const Admission& admission,
                                             int64_t time_us,
                                             uint64_t first_sequence,
                                             domain::Overlay* state) {
  const auto& prepared = batch.batch.prepared;
  std::vector<domain::Outcome> outcomes;
  outcomes.reserve(prepared.size());
  for (size_t i = 0; i < prepared.size(); ++i) {
    const domain::Outcome outcome = domain::Check(
        state, admission.rules_version, admission.author, prepared[i]);
    // What was read may be wrong now; nothing may be built on it.
    if (!state->status().ok()) return outcomes;
    domain::Apply(state, admission.rules_version, admission.author, prepared[i],
                  outcome, first_sequence + i);
    outcomes.push_back(outcome);
  }
  domain::ChargeQuota(state, admission.author, time_us, prepared.size());
  return outcomes;
}

std::vector<JudgedEntry> MakeEntries(
    const SealedBatch& batch, const std::vector<domain::Outcome>& outcomes,
    int64_t time_us, Tip* tip) {
  AMANAH_CHECK(outcomes.size() == batch.batch.bytes.size());
  AMANAH_CHECK(time_us >= tip->last_time_us);
  std::vector<JudgedEntry> entries;
  entries.reserve(outcomes.size());
  // Only the index differs between the seals of a batch.
  codec::Seal seal = batch.seal;
  for (uint32_t i = 0; i < outcomes.size(); ++i) {
    seal.index = i;
    codec::EntryView view;
    view.sequence = tip->size;
    view.previous = tip->last_hash;
    view.time_us = time_us;
    view.statement = AsBytes(batch.batch.bytes[i]);
    view.seal = &seal;
    view.outcome = outcomes[i];
    JudgedEntry& entry = entries.emplace_back();
    codec::AppendEntry(&entry.bytes, view);
    entry.hash = log::LeafHash(AsBytes(entry.bytes));
    entry.outcome = outcomes[i];
    ++tip->size;
    tip->last_hash = entry.hash;
  }
  tip->last_time_us = time_us;
  return entries;
}

}  // namespace amanah::judge
