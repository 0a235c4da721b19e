#include "ledger/audit/checkpoint_check.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include "absl/strings/str_format.h"
#include "ledger/base/status.h"
#include "ledger/log/note.h"
#include "ledger/log/verifier_key.h"

namespace amanah::audit {

absl::StatusOr<UnopenedCheckpoint> ParseCheckpoint(std::string note) {
  AMANAH_ASSIGN_OR_RETURN(const log::Note parsed, log::ParseNote(note));
  AMANAH_ASSIGN_OR_RETURN(log::Checkpoint checkpoint,
                          log::ParseCheckpointText(parsed.text));
  return UnopenedCheckpoint{std::move(note), std::move(checkpoint)};
}

void CheckpointKeys::Add(const judge::ReplayedBatch& batch) {
  const auto& prepared = batch.batch->batch.prepared;
  for (size_t i = 0; i < prepared.size(); ++i) {
    const domain::Body& body = prepared[i].statement.body;
    if (const auto* opened = std::get_if<domain::LedgerOpened>(&body)) {
      if (batch.first_sequence == 0) keys_[0] = opened->checkpoint_key.key;
    }
    const auto* rotated = std::get_if<domain::LedgerKeyRotated>(&body);
    if (rotated != nullptr && (*batch.outcomes)[i].accepted() &&
        rotated->kind == domain::LedgerKeyKind::kCheckpoint) {
      keys_[batch.first_sequence + i] = rotated->key.key;
    }
  }
}

absl::Status CheckpointKeys::Check(const UnopenedCheckpoint& shown,
                                   std::string_view origin) const {
  // The last key that an entry before that size introduced.
  auto in_force = keys_.lower_bound(shown.checkpoint.size);
  if (in_force == keys_.begin()) {
    return absl::UnauthenticatedError("no entry says which key signs it");
  }
  --in_force;
  const std::vector<log::VerifierKey> keys = {
      log::MakeVerifierKey(origin, in_force->second)};
  return log::OpenCheckpoint(shown.note, origin, keys).status();
}

KeptCheckpoints::KeptCheckpoints(std::vector<UnopenedCheckpoint> kept)
    : kept_(std::move(kept)) {
  std::stable_sort(kept_.begin(), kept_.end(),
                   [](const auto& a, const auto& b) {
                     return a.checkpoint.size < b.checkpoint.size;
                   });
  for (const UnopenedCheckpoint& one : kept_) {
    roots_[one.checkpoint.size] = std::nullopt;
  }
  if (roots_.contains(0)) roots_[0] = log::EmptyRoot();
}

void KeptCheckpoints::SetRoot(uint64_t size, const log::Hash& root) {
  roots_[size] = root;
}

void KeptCheckpoints::Check(uint64_t log_size, std::string_view origin,
                            const CheckpointKeys* keys,
                            Findings* findings) const {
  uint64_t agreed = 0;
  for (const UnopenedCheckpoint& one : kept_) {
    const log::Checkpoint& kept = one.checkpoint;
    if (kept.origin != origin) {
      findings->Add(0, FindingKind::kTree,
                    absl::StrFormat("a checkpoint that was kept is of %s, the "
                                    "log of %s",
                                    kept.origin, origin));
      continue;
    }
    if (kept.size > log_size) {
      findings->Add(
          log_size, FindingKind::kTree,
          absl::StrFormat("the end was removed: a checkpoint that was "
                          "kept has %d entries, the log %d",
                          kept.size, log_size));
      continue;
    }
    const std::optional<log::Hash>& root = roots_.at(kept.size);
    // Absent where the log could not be read that far; the report says so.
    if (!root.has_value()) continue;
    const uint64_t last = kept.size == 0 ? 0 : kept.size - 1;
    if (*root != kept.root) {
      findings->Add(
          last, FindingKind::kTree,
          absl::StrFormat("history was rewritten: a checkpoint that was kept "
                          "has another root for the first %d entries; the "
                          "first %d agree with what was kept",
                          kept.size, agreed));
      continue;
    }
    agreed = kept.size;
    if (keys == nullptr) continue;
    if (const absl::Status signature = keys->Check(one, origin);
        !signature.ok()) {
      findings->Add(
          last, FindingKind::kTree,
          absl::StrFormat("the checkpoint of %d entries that was kept "
                          "is not signed by this ledger: %s",
                          kept.size, std::string(signature.message())));
    }
  }
}

}  // namespace amanah::audit
