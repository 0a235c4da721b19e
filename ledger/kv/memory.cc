#include "ledger/kv/memory.h"

#include "ledger/base/check.h"

namespace amanah::kv {
namespace {

std::optional<std::string> Find(const RowMap& rows, std::string_view key) {
  const auto found = rows.find(key);
  if (found == rows.end()) return std::nullopt;
  return found->second;
}

std::optional<Row> Before(const RowMap& rows, RowMap::const_iterator end) {
  if (end == rows.begin()) return std::nullopt;
  --end;
  return Row{end->first, end->second};
}

}  // namespace

absl::StatusOr<std::optional<std::string>> MemoryKeyValue::Get(
    std::string_view key) const {
  const std::lock_guard lock(mutex_);
  return Find(rows_, key);
}

absl::Status MemoryKeyValue::GetMany(
    std::span<const std::string_view> keys,
    std::vector<std::optional<std::string>>* values) const {
  const std::lock_guard lock(mutex_);
  values->clear();
  for (const std::string_view key : keys) values->push_back(Find(rows_, key));
  return absl::OkStatus();
}

absl::Status MemoryKeyValue::ForEach(std::string_view from, std::string_view to,
                                     const RowVisitor& visit) const {
  std::vector<Row> visited;
  {
    const std::lock_guard lock(mutex_);
    auto row = rows_.lower_bound(from);
    for (; row != rows_.end() && (to.empty() || row->first < to); ++row) {
      visited.push_back({row->first, row->second});
    }
  }
  // Without the lock: the visitor may use this object.
  for (const Row& row : visited) {
    if (!visit(row.key, row.value)) break;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<Row>> MemoryKeyValue::LastAtOrBefore(
    std::string_view key) const {
  const std::lock_guard lock(mutex_);
  return Before(rows_, rows_.upper_bound(key));
}

absl::StatusOr<std::optional<Row>> MemoryKeyValue::Last() const {
  const std::lock_guard lock(mutex_);
  return Before(rows_, rows_.end());
}

absl::Status MemoryKeyValue::Write(const WriteBatch& batch,
                                   const WriteOptions& options) {
  AMANAH_CHECK(options.log || !options.sync);
  const std::lock_guard lock(mutex_);
  for (size_t i = 0; i < batch.count(); ++i) {
    const WriteBatch::Change change = batch.change(i);
    if (!change.erase) {
      rows_.insert_or_assign(std::string(change.key),
                             std::string(change.value));
    } else if (const auto found = rows_.find(change.key);
               found != rows_.end()) {
      rows_.erase(found);
    }
  }
  return absl::OkStatus();
}

std::unique_ptr<const Reader> MemoryKeyValue::Snapshot() const {
  const std::lock_guard lock(mutex_);
  return std::make_unique<MemoryKeyValue>(rows_);
}

absl::Status MemoryKeyValue::Flush() { return absl::OkStatus(); }

absl::Status MemoryKeyValue::Clear() {
  const std::lock_guard lock(mutex_);
  rows_.clear();
  return absl::OkStatus();
}

Statistics MemoryKeyValue::GetStatistics() const {
  const std::lock_guard lock(mutex_);
  Statistics statistics;
  statistics.rows_estimate = rows_.size();
  for (const auto& [key, value] : rows_) {
    statistics.in_write_buffers += key.size() + value.size();
  }
  return statistics;
}

}  // namespace amanah::kv
