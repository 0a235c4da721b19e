// Rows in memory: for tests, and for replays that fit.
#ifndef AMANAH_LEDGER_KV_MEMORY_H_
#define AMANAH_LEDGER_KV_MEMORY_H_

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ledger/kv/key_value.h"

namespace amanah::kv {

using RowMap = std::map<std::string, std::string, std::less<>>;

// Thread-safe. Nothing survives the object, whatever the options say. A
// snapshot copies all rows, a scan those that it visits.
class MemoryKeyValue final : public KeyValue {
 public:
  MemoryKeyValue() = default;
  explicit MemoryKeyValue(RowMap rows) : rows_(std::move(rows)) {}

  absl::StatusOr<std::optional<std::string>> Get(
      std::string_view key) const override;
  absl::Status GetMany(
      std::span<const std::string_view> keys,
      std::vector<std::optional<std::string>>* values) const override;
  absl::Status ForEach(std::string_view from, std::string_view to,
                       const RowVisitor& visit) const override;
  absl::StatusOr<std::optional<Row>> LastAtOrBefore(
      std::string_view key) const override;
  absl::StatusOr<std::optional<Row>> Last() const override;

  absl::Status Write(const WriteBatch& batch,
                     const WriteOptions& options) override;
  std::unique_ptr<const Reader> Snapshot() const override;
  absl::Status Flush() override;
  absl::Status Clear() override;
  Statistics GetStatistics() const override;

 private:
  mutable std::mutex mutex_;
  RowMap rows_;  // guarded by mutex_
};

}  // namespace amanah::kv

#endif  // AMANAH_LEDGER_KV_MEMORY_H_
