// The entries of a log by sequence, in ordered rows: the only truth. What an
// entry says is not known here.
//
// One row per group of entries, cut where a multiple of 256 lies, so that no
// row spans two entry bundles; entry_store.cc has the grammar.
#ifndef AMANAH_LEDGER_STORE_ENTRY_STORE_H_
#define AMANAH_LEDGER_STORE_ENTRY_STORE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ledger/base/bytes.h"
#include "ledger/kv/key_value.h"

namespace amanah::store {

// Thread-safe: one thread appends while many read; readers see synced entries
// only. Every call fails as kv::KeyValue does; rows that do not follow each
// other without gap and overlap, or are malformed, are DATA_LOSS.
class EntryStore {
 public:
  // Gets one entry; an error ends the walk and is handed on. The view is valid
  // during the call only.
  using Visitor = std::function<absl::Status(uint64_t sequence, ByteView)>;

  // Takes size() from the last row. The rows before it are checked when they
  // are read.
  static absl::StatusOr<std::unique_ptr<EntryStore>> Open(
      std::shared_ptr<kv::KeyValue> rows);

  // Adds entries as one unit, which survives once this returns OK.
  // INVALID_ARGUMENT: an entry is longer than 65,535 bytes.
  // FAILED_PRECONDITION: `first_sequence` is not size(). Neither changes
  // anything. After any other error it is unknown what reached the disk, and
  // all later calls fail with UNAVAILABLE, "halted after a failed write".
  absl::Status Append(uint64_t first_sequence,
                      std::span<const std::string> entries);

  // Number of entries that survive.
  uint64_t size() const { return size_.load(std::memory_order_acquire); }

  // OUT_OF_RANGE unless sequence < size().
  absl::StatusOr<std::string> Get(uint64_t sequence) const;

  // Visits `count` entries in order, from `first` on, and none that was added
  // after the call began. OUT_OF_RANGE unless they all are below size().
  absl::Status ForEach(uint64_t first, uint64_t count,
                       const Visitor& visit) const;

  // Entry bundle `index` (log/tile.h) with its first `width` entries.
  // OUT_OF_RANGE unless 1 <= width <= 256 and the entries are below size().
  absl::StatusOr<std::string> ReadBundle(uint64_t index, unsigned width) const;

 private:
  explicit EntryStore(std::shared_ptr<kv::KeyValue> rows)
      : rows_(std::move(rows)) {}

  // Visits the rows that hold [first, end), checked, each with its first
  // sequence and its count; false ends the walk.
  using RowVisitor =
      std::function<bool(uint64_t first, unsigned count, ByteView value)>;
  absl::Status ForEachRow(uint64_t first, uint64_t end,
                          const RowVisitor& visit) const;
  absl::Status CheckRange(uint64_t first, uint64_t count) const;

  std::shared_ptr<kv::KeyValue> rows_;
  std::atomic<uint64_t> size_ = 0;
  std::mutex append_mutex_;
  bool halted_ = false;  // guarded by append_mutex_
};

}  // namespace amanah::store

#endif  // AMANAH_LEDGER_STORE_ENTRY_STORE_H_
