#include "ledger/audit/rows.h"

#include <algorithm>
#include <utility>

#include "ledger/base/bytes.h"

namespace amanah::audit {

using domain::StateChange;
using domain::StateKey;

void StateDigest::Add(const StateKey& key, std::string_view value) {
  std::string length;
  AppendBigEndian(&length, static_cast<uint32_t>(value.size()));
  stream_.Update(key.bytes);
  stream_.Update(AsBytes(length));
  stream_.Update(AsBytes(value));
}

absl::StatusOr<std::string> Rows::Get(const StateKey& key) const {
  const auto found = rows_.find(key);
  return found == rows_.end() ? std::string() : found->second;
}

absl::Status Rows::GetMany(std::span<const StateKey> keys,
                           std::vector<std::string>* values) const {
  values->clear();
  values->reserve(keys.size());
  for (const StateKey& key : keys) {
    const auto found = rows_.find(key);
    values->push_back(found == rows_.end() ? std::string() : found->second);
  }
  return absl::OkStatus();
}

void Rows::Apply(std::vector<StateChange> changes) {
  for (StateChange& change : changes) {
    if (change.value.empty()) {
      rows_.erase(change.key);
    } else {
      rows_.insert_or_assign(change.key, std::move(change.value));
    }
  }
}

void Rows::ForEach(const Visitor& visit) const {
  for (const auto& [key, value] : rows_) visit(key, value);
}

void Rows::ForEachInOrder(const Visitor& visit) const {
  std::vector<const std::pair<const StateKey, std::string>*> sorted;
  sorted.reserve(rows_.size());
  for (const auto& row : rows_) sorted.push_back(&row);
  std::sort(sorted.begin(), sorted.end(),
            [](const auto* a, const auto* b) { return a->first < b->first; });
  for (const auto* row : sorted) visit(row->first, row->second);
}

crypto::Hash Rows::Digest() const {
  StateDigest digest;
  ForEachInOrder([&](const StateKey& key, std::string_view value) {
    digest.Add(key, value);
  });
  return digest.Finish();
}

}  // namespace amanah::audit
