#include "ledger/domain/state.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"

namespace amanah::domain {

absl::StatusOr<std::string> MemoryState::Get(const StateKey& key) const {
  const auto found = rows_.find(key);
  return found == rows_.end() ? std::string() : found->second;
}

absl::Status MemoryState::GetMany(std::span<const StateKey> keys,
                                  std::vector<std::string>* values) const {
  values->clear();
  for (const StateKey& key : keys) {
    const auto found = rows_.find(key);
    values->push_back(found == rows_.end() ? std::string() : found->second);
  }
  return absl::OkStatus();
}

void MemoryState::Apply(std::span<const StateChange> changes) {
  for (const StateChange& change : changes) {
    if (change.value.empty()) {
      rows_.erase(change.key);
    } else {
      rows_[change.key] = change.value;
    }
  }
}

void Overlay::Prefetch(std::span<const StateKey> keys) {
  std::vector<StateKey> missing;
  for (const StateKey& key : keys) {
    if (!rows_.contains(key)) missing.push_back(key);
  }
  if (missing.empty()) return;
  std::vector<std::string> values;
  if (absl::Status read = base_->GetMany(missing, &values); !read.ok()) {
    status_.Update(read);
    return;
  }
  for (size_t i = 0; i < missing.size(); ++i) {
    rows_.try_emplace(missing[i], Row{std::move(values[i]), false});
  }
}

Overlay::Row& Overlay::Load(const StateKey& key) {
  const auto found = rows_.find(key);
  if (found != rows_.end()) return found->second;
  absl::StatusOr<std::string> value = base_->Get(key);
  if (!value.ok()) {
    status_.Update(value.status());
    value = std::string();
  }
  return rows_.try_emplace(key, Row{*std::move(value), false}).first->second;
}

std::string_view Overlay::Get(const StateKey& key) { return Load(key).value; }

void Overlay::Put(const StateKey& key, std::string value) {
  Row& row = rows_[key];
  row.value = std::move(value);
  if (!row.dirty) {
    row.dirty = true;
    dirty_.push_back(key);
  }
}

void Overlay::FailRow(const StateKey& key) {
  status_.Update(absl::DataLossError(
      absl::StrFormat("a row of table '%c' of the state does not decode",
                      static_cast<char>(key.bytes[0]))));
}

std::vector<StateChange> Overlay::TakeChanges() {
  // Sorted, so that what is written never depends on the order of hashing.
  std::sort(dirty_.begin(), dirty_.end());
  std::vector<StateChange> changes;
  changes.reserve(dirty_.size());
  for (const StateKey& key : dirty_) {
    Row& row = rows_[key];
    row.dirty = false;
    changes.push_back({key, row.value});
  }
  dirty_.clear();
  return changes;
}

void Overlay::Trim() {
  absl::flat_hash_map<StateKey, Row> kept;
  for (const StateKey& key : dirty_) kept.emplace(key, std::move(rows_[key]));
  rows_.swap(kept);
}

}  // namespace amanah::domain
