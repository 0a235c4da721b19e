// All that is derived from the entries and may be rebuilt from them: the rows
// of the book's state, of indexes and of tree tiles, with the size of the log
// that they include (the position). What rows mean is not known here.
//
// A group's changes are visible to Get, GetMany and GetTile at once, from
// memory; a thread of the store writes them behind, several groups in one
// unit with their position. So storage is never torn and never ahead of what
// was published, and after a crash it stands at the end of some group.
#ifndef AMANAH_LEDGER_STORE_DERIVED_STORE_H_
#define AMANAH_LEDGER_STORE_DERIVED_STORE_H_

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ledger/domain/state.h"
#include "ledger/kv/key_value.h"

namespace amanah::store {

// A row of an index: any bytes, in order of the key; an empty value removes.
struct IndexRow {
  std::string key;
  std::string value;

  friend bool operator==(const IndexRow&, const IndexRow&) = default;
};

struct DerivedOptions {
  // Publish blocks while this much waits to be written.
  uint64_t pending_groups_max = 256;
  size_t pending_length_max = size_t{64} << 20;
  // Written rows are made to survive after so many entries at the latest, and
  // by Close(): a start after a crash replays at most these and what waited.
  uint64_t flush_every = 1'000'000;
};

// Thread-safe; one thread publishes. A row that is read while a group is being
// published comes from before or after it. Every call fails as kv::KeyValue
// does. After a failed write nothing more is written: that error is returned
// by every later call that publishes or waits.
class DerivedStore final : public domain::StateReader {
 public:
  // DATA_LOSS: the position is malformed, or there are rows without one.
  static absl::StatusOr<std::unique_ptr<DerivedStore>> Open(
      std::shared_ptr<kv::KeyValue> rows, const DerivedOptions& options = {});

  DerivedStore(const DerivedStore&) = delete;
  DerivedStore& operator=(const DerivedStore&) = delete;
  // Closes, if that was not done.
  ~DerivedStore() override;

  absl::StatusOr<std::string> Get(const domain::StateKey& key) const override;
  absl::Status GetMany(std::span<const domain::StateKey> keys,
                       std::vector<std::string>* values) const override;

  // Hands over what the entries below `size_after`, and not below the size of
  // the last call, changed. Blocks while too much is waiting.
  // Requires: size_after is not below the last one, or position() at first.
  absl::Status Publish(uint64_t size_after,
                       std::vector<domain::StateChange> changes,
                       std::vector<IndexRow> rows);

  // A tile's bytes are kept with the next group that is published. Visible to
  // GetTile at once.
  void PutTile(unsigned level, uint64_t index, std::string bytes);
  // Empty when there is no such row.
  absl::StatusOr<std::string> GetTile(unsigned level, uint64_t index) const;

  // Visits at most `limit` index rows whose key begins with `prefix` and is
  // >= from_key, in ascending order; false ends the scan. Sees all that was
  // published before the call: it waits until that is written.
  absl::Status ScanIndex(std::string_view prefix, std::string_view from_key,
                         size_t limit, const kv::RowVisitor& visit) const;

  // The size of the log that storage includes: at open, where replay starts.
  uint64_t position() const;

  // Waits until position() >= size. Requires: that much was published.
  absl::Status WaitWritten(uint64_t size) const;

  // Waits until all that was published is written and survives.
  absl::Status FlushToDisk();

  // Removes all rows; the position is 0. For a store that is ahead of the
  // entries. Requires: nothing was published since Open.
  absl::Status Wipe();

  // FlushToDisk(), and the end of publishing. May be called again.
  absl::Status Close();

 private:
  using TileKey = std::pair<unsigned, uint64_t>;  // level and index

  // Groups that wait, as absolute values: a later group's replace an earlier
  // one's.
  struct Pending {
    absl::flat_hash_map<domain::StateKey, std::string> state;
    absl::flat_hash_map<std::string, std::string> index;
    absl::flat_hash_map<TileKey, std::string> tiles;
    uint64_t position = 0;
    uint64_t groups = 0;
    size_t length = 0;
  };

  DerivedStore(std::shared_ptr<kv::KeyValue> rows,
               const DerivedOptions& options, uint64_t position);

  // Those below need mutex_ held; null when nothing that waits has the row.
  const std::string* FindPending(const domain::StateKey& key) const;
  const std::string* FindPendingTile(const TileKey& key) const;
  bool IsFull() const;
  bool FlushIsDue() const;

  // The thread of the store. The next two give `lock` up while they work.
  void WriteBehind();
  void WriteWaiting(std::unique_lock<std::mutex>* lock);
  void FlushRows(std::unique_lock<std::mutex>* lock);
  // Waits until `groups` groups are written; fails as the thread did.
  absl::Status WaitForGroups(std::unique_lock<std::mutex>* lock,
                             uint64_t groups) const;

  const std::shared_ptr<kv::KeyValue> rows_;
  const DerivedOptions options_;

  mutable std::mutex mutex_;  // guards what follows
  mutable std::condition_variable changed_;
  // Tiles that no published group includes yet.
  absl::flat_hash_map<TileKey, std::string> staged_tiles_;
  Pending waiting_;                         // published, not being written
  std::shared_ptr<const Pending> writing_;  // being written, or null
  // Sizes of the log: published, written, and written so that it survives.
  uint64_t published_position_ = 0;
  uint64_t position_ = 0;
  uint64_t flushed_position_ = 0;
  // The same in groups since Open, and how many are wanted to survive.
  uint64_t groups_published_ = 0;
  uint64_t groups_written_ = 0;
  uint64_t groups_flushed_ = 0;
  uint64_t groups_flush_wanted_ = 0;
  bool closing_ = false;
  absl::Status status_;

  std::thread writer_;
};

}  // namespace amanah::store

#endif  // AMANAH_LEDGER_STORE_DERIVED_STORE_H_
