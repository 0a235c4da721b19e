#include "server/proof.h"

#include <algorithm>
#include <set>

#include "ledger/base/check.h"
#include "ledger/base/status.h"
#include "ledger/domain/book.h"
#include "ledger/log/merkle.h"
#include "ledger/log/proof.h"
#include "server/access.h"
#include "server/convert.h"
#include "server/limits.h"

namespace amanah::server {
namespace {

using ProvedEntries = google::protobuf::RepeatedPtrField<v1::ProvedEntry>;

absl::Status Prove(Reading* reading, const RecordedEntry& entry,
                   const TipPointer& tip, bool with_content,
                   v1::ProvedEntry* out) {
  out->set_sequence(entry.sequence);
  out->set_entry_hash(BytesOf(log::LeafHash(AsBytes(entry.bytes))));
  AMANAH_ASSIGN_OR_RETURN(const std::vector<crypto::Hash> path,
                          log::ProveInclusion(reading->ledger().tiles(),
                                              entry.sequence, tip->size));
  for (const crypto::Hash& hash : path) out->add_inclusion_path(BytesOf(hash));
  if (!with_content) return absl::OkStatus();
  out->set_entry(entry.bytes);
  const codec::Seal& seal = entry.entry.seal;
  if (seal.size == 1) return absl::OkStatus();
  AMANAH_ASSIGN_OR_RETURN(
      const BatchLeaves leaves,
      reading->host()->batch_leaves.Get(
          reading->ledger().entries(), entry.sequence - seal.index, seal.size));
  for (const crypto::Hash& hash : log::PathInLeaves(*leaves, seal.index)) {
    out->add_batch_path(BytesOf(hash));
  }
  return absl::OkStatus();
}

// Reads the entries that introduced these keys, and in turn the keys that
// sealed those. Keys are introduced before they seal, so this ends at entry 0.
absl::Status AddKeyEntries(Reading* reading, std::set<uint64_t> wanted,
                           const TipPointer& tip, ProvedEntries* out) {
  std::vector<RecordedEntry> found;
  std::set<uint64_t> done;
  while (!wanted.empty()) {
    const std::vector<uint64_t> sequences(wanted.begin(), wanted.end());
    AMANAH_ASSIGN_OR_RETURN(std::vector<RecordedEntry> entries,
                            reading->ReadEntries(sequences));
    done.insert(wanted.begin(), wanted.end());
    wanted.clear();
    for (RecordedEntry& entry : entries) {
      for (const auto& signature : entry.entry.seal.signatures) {
        if (!done.contains(signature.key_entry)) {
          wanted.insert(signature.key_entry);
        }
      }
      found.push_back(std::move(entry));
    }
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
    return a.sequence < b.sequence;
  });
  for (const RecordedEntry& entry : found) {
    AMANAH_RETURN_IF_ERROR(Prove(reading, entry, tip, true, out->Add()));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ProveEntries(Reading* reading, std::vector<uint64_t> sequences,
                          v1::Proof* proof) {
  std::sort(sequences.begin(), sequences.end());
  sequences.erase(std::unique(sequences.begin(), sequences.end()),
                  sequences.end());
  AMANAH_CHECK(sequences.size() <= kProofEntriesMax);
  AMANAH_ASSIGN_OR_RETURN(
      const TipPointer tip,
      reading->TipOfSize(sequences.empty() ? 1 : sequences.back() + 1));
  proof->set_checkpoint(tip->checkpoint);
  AMANAH_ASSIGN_OR_RETURN(const std::vector<RecordedEntry> entries,
                          reading->ReadEntries(sequences));
  const Access access(&reading->caller(), reading->state());
  std::set<uint64_t> keys;
  for (const RecordedEntry& entry : entries) {
    const bool readable = access.MayRead(entry.entry, entry.statement);
    AMANAH_RETURN_IF_ERROR(reading->state()->status());
    AMANAH_RETURN_IF_ERROR(
        Prove(reading, entry, tip, readable, proof->add_entries()));
    if (!readable) continue;
    for (const auto& signature : entry.entry.seal.signatures) {
      keys.insert(signature.key_entry);
    }
  }
  return AddKeyEntries(reading, std::move(keys), tip,
                       proof->mutable_key_entries());
}

absl::StatusOr<TipPointer> ProveTip(Reading* reading,
                                    ProvedEntries* key_entries) {
  // The key may be rotated while we look: until two looks agree.
  uint64_t rotation = 0;
  TipPointer tip;
  while (true) {
    AMANAH_ASSIGN_OR_RETURN(tip, reading->TipOfSize(rotation + 1));
    reading->ReadAnew();
    const auto ledger = domain::FindLedger(reading->state());
    AMANAH_RETURN_IF_ERROR(reading->state()->status());
    AMANAH_CHECK(ledger.has_value());
    if (ledger->checkpoint_key_entry == rotation) break;
    rotation = ledger->checkpoint_key_entry;
  }
  if (rotation != 0) {
    AMANAH_RETURN_IF_ERROR(
        AddKeyEntries(reading, {rotation}, tip, key_entries));
  }
  return tip;
}

std::vector<uint64_t> FirstAndNewest(std::vector<uint64_t> sequences) {
  if (sequences.size() <= kProofEntriesMax) return sequences;
  sequences.erase(
      sequences.begin() + 1,
      sequences.end() - static_cast<ptrdiff_t>(kProofEntriesMax - 1));
  return sequences;
}

}  // namespace amanah::server
