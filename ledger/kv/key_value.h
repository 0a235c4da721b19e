// Ordered rows of bytes: the one interface to storage under the store layer.
//
// Keys and values are byte strings, ordered as unsigned bytes; an empty value
// is a value. What rows mean is not known here. Two implementations:
// rocks.h on disk and memory.h.
//
// Every call may fail with
//   DATA_LOSS           what is stored does not read back as it was written;
//   RESOURCE_EXHAUSTED  no space is left;
//   UNAVAILABLE         another fault of the disk or the operating system.
#ifndef AMANAH_LEDGER_KV_KEY_VALUE_H_
#define AMANAH_LEDGER_KV_KEY_VALUE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ledger/kv/write_batch.h"

namespace amanah::kv {

struct Row {
  std::string key;
  std::string value;

  friend bool operator==(const Row&, const Row&) = default;
};

// Gets one row; false ends the scan. The views are valid during the call only.
using RowVisitor =
    std::function<bool(std::string_view key, std::string_view value)>;

// Thread-safe.
class Reader {
 public:
  virtual ~Reader() = default;

  // nullopt when there is no such row.
  virtual absl::StatusOr<std::optional<std::string>> Get(
      std::string_view key) const = 0;

  // The same for many keys in any order; `values` gets one for each key.
  virtual absl::Status GetMany(
      std::span<const std::string_view> keys,
      std::vector<std::optional<std::string>>* values) const = 0;

  // Visits the rows with from <= key < to in ascending order, as they stood
  // when the call began. An empty `to` means to the end.
  virtual absl::Status ForEach(std::string_view from, std::string_view to,
                               const RowVisitor& visit) const = 0;

  // The row with the greatest key <= `key`; nullopt when all are greater.
  virtual absl::StatusOr<std::optional<Row>> LastAtOrBefore(
      std::string_view key) const = 0;

  // The row with the greatest key; nullopt when there is none.
  virtual absl::StatusOr<std::optional<Row>> Last() const = 0;
};

struct WriteOptions {
  // Return only when the batch, and all logged ones before it, would survive
  // a loss of power. Requires: log.
  bool sync = false;
  // Keep the batch in the write-ahead log. Without, it survives the end of the
  // process only after Flush(); then a prefix of such batches survives, each
  // whole.
  bool log = true;
};

// What it takes, in bytes, as far as the implementation knows.
struct Statistics {
  uint64_t on_disk = 0;
  uint64_t in_write_buffers = 0;
  uint64_t in_block_cache = 0;
  uint64_t pending_compaction = 0;
  uint64_t rows_estimate = 0;
};

// Thread-safe.
class KeyValue : public Reader {
 public:
  // The whole batch becomes visible at once, or nothing of it. After an error
  // it is unknown whether it will be there after a restart.
  virtual absl::Status Write(const WriteBatch& batch,
                             const WriteOptions& options) = 0;

  // The rows as they are now, whatever is written later. It must not outlive
  // this object, and holding it for long keeps old rows on disk.
  virtual std::unique_ptr<const Reader> Snapshot() const = 0;

  // Everything written before, logged or not, survives from now on.
  virtual absl::Status Flush() = 0;

  // Removes every row as one unit that survives from now on.
  // Requires: no snapshot is held, and no scan is under way.
  virtual absl::Status Clear() = 0;

  virtual Statistics GetStatistics() const = 0;
};

}  // namespace amanah::kv

#endif  // AMANAH_LEDGER_KV_KEY_VALUE_H_
