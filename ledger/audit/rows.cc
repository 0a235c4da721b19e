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
  // Most keys differ in their first eight bytes, which are compared without a
  // look at the row.
  struct Place {
    uint64_t head;
    const std::pair<const StateKey, std::string>* row;
  };
  std::vector<Place> sorted;
  sorted.reserve(rows_.size());
  for (const auto& row : rows_) {
    sorted.push_back({ReadBigEndian<uint64_t>(row.first.bytes), &row});
  }
  std::sort(sorted.begin(), sorted.end(), [](const Place& a, const Place& b) {
    return a.head != b.head ? a.head < b.head : a.row->first < b.row->first;
  });
  for (const Place& place : sorted) visit(place.row->first, place.row->second);
}

crypto::Hash Rows::Digest() const {
  StateDigest digest;
  ForEachInOrder([&](const StateKey& key, std::string_view value) {
    digest.Add(key, value);
  });
  return digest.Finish();
}

}  // namespace amanah::audit
