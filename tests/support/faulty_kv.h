// Rows in memory behind a disk that can fail and a power supply that can.
#ifndef AMANAH_TESTS_SUPPORT_FAULTY_KV_H_
#define AMANAH_TESTS_SUPPORT_FAULTY_KV_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ledger/base/check.h"
#include "ledger/kv/key_value.h"
#include "ledger/kv/memory.h"

namespace amanah::testing_support {

// Thread-safe. Keeps apart what would survive a loss of power.
class FaultyKeyValue final : public kv::KeyValue {
 public:
  // Makes the n-th Write, Flush or Clear from now on fail with UNAVAILABLE,
  // and every one after it too; 0 is the next. Whether a failed write is seen
  // by readers is `leave_written`.
  void FailAfter(uint64_t calls, bool leave_written = false) {
    const std::lock_guard lock(mutex_);
    calls_left_ = calls;
    leave_written_ = leave_written;
  }

  // What is left after a loss of power: what was synced, and the first `kept`
  // of the writes that were not.
  std::shared_ptr<FaultyKeyValue> AfterPowerLoss(size_t kept) const {
    const std::lock_guard lock(mutex_);
    auto after = std::make_shared<FaultyKeyValue>();
    for (size_t i = 0; i < synced_ + kept && i < writes_.size(); ++i) {
      Put(writes_[i], &after->rows_);
      after->writes_.push_back(writes_[i]);
    }
    after->synced_ = after->writes_.size();
    return after;
  }

  size_t unsynced() const {
    const std::lock_guard lock(mutex_);
    return writes_.size() - synced_;
  }

  absl::StatusOr<std::optional<std::string>> Get(
      std::string_view key) const override {
    return rows_.Get(key);
  }
  absl::Status GetMany(
      std::span<const std::string_view> keys,
      std::vector<std::optional<std::string>>* values) const override {
    return rows_.GetMany(keys, values);
  }
  absl::Status ForEach(std::string_view from, std::string_view to,
                       const kv::RowVisitor& visit) const override {
    return rows_.ForEach(from, to, visit);
  }
  absl::StatusOr<std::optional<kv::Row>> LastAtOrBefore(
      std::string_view key) const override {
    return rows_.LastAtOrBefore(key);
  }
  absl::StatusOr<std::optional<kv::Row>> Last() const override {
    return rows_.Last();
  }
  std::unique_ptr<const kv::Reader> Snapshot() const override {
    return rows_.Snapshot();
  }
  kv::Statistics GetStatistics() const override {
    return rows_.GetStatistics();
  }

  absl::Status Write(const kv::WriteBatch& batch,
                     const kv::WriteOptions& options) override {
    const std::lock_guard lock(mutex_);
    const bool fails = TakeCall();
    if (!fails || leave_written_) {
      Put(batch, &rows_);
      writes_.push_back(batch);
    }
    if (fails) return Fault();
    if (options.sync) synced_ = writes_.size();
    return absl::OkStatus();
  }
  absl::Status Flush() override {
    const std::lock_guard lock(mutex_);
    if (TakeCall()) return Fault();
    synced_ = writes_.size();
    return absl::OkStatus();
  }
  absl::Status Clear() override {
    const std::lock_guard lock(mutex_);
    if (TakeCall()) return Fault();
    writes_.clear();
    synced_ = 0;
    return rows_.Clear();
  }

 private:
  static void Put(const kv::WriteBatch& batch, kv::MemoryKeyValue* rows) {
    const absl::Status written = rows->Write(batch, {});
    AMANAH_CHECK(written.ok());
  }
  static absl::Status Fault() {
    return absl::UnavailableError("the disk was told to fail");
  }
  // Whether this call is to fail.
  bool TakeCall() {
    if (!calls_left_.has_value()) return false;
    if (*calls_left_ == 0) return true;
    --*calls_left_;
    return false;
  }

  mutable std::mutex mutex_;  // guards what follows, but rows_ for readers
  kv::MemoryKeyValue rows_;
  std::vector<kv::WriteBatch> writes_;
  size_t synced_ = 0;  // how many of writes_ survive
  std::optional<uint64_t> calls_left_;
  bool leave_written_ = false;
};

}  // namespace amanah::testing_support

#endif  // AMANAH_TESTS_SUPPORT_FAULTY_KV_H_
