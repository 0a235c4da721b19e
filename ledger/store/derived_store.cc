// Rows, all in one key space so that one batch and one flush cover them:
//
//   row       = state | index | tile | position
//   state     = "s" state key(21)                       -> value
//   index     = "i" key                                 -> value
//   tile      = "t" level(1) index(8, big-endian)       -> 256 hashes
//   position  = "p"                                     -> size(8, big-endian)
//
// Without a log, what survives a crash is a prefix of the batches, each whole
// (kv/key_value.h). Each batch carries its position, so the two always agree.
#include "ledger/store/derived_store.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_format.h"
#include "ledger/base/bytes.h"
#include "ledger/base/check.h"
#include "ledger/base/status.h"

namespace amanah::store {
namespace {

using domain::StateChange;
using domain::StateKey;

constexpr char kStateSpace = 's';
constexpr char kIndexSpace = 'i';
constexpr char kTileSpace = 't';
constexpr std::string_view kPositionKey = "p";
constexpr size_t kStateRowLength = 1 + StateKey::kLength;

constexpr kv::WriteOptions kUnlogged = {.sync = false, .log = false};

void AppendStateKey(std::string* out, const StateKey& key) {
  out->push_back(kStateSpace);
  Append(out, key.bytes);
}

std::string IndexKey(std::string_view key) {
  std::string row(1, kIndexSpace);
  row.append(key);
  return row;
}

std::string TileRowKey(unsigned level, uint64_t index) {
  std::string row(1, kTileSpace);
  AppendBigEndian(&row, static_cast<uint8_t>(level));
  AppendBigEndian(&row, index);
  return row;
}

// The least key that is greater than all that begin with `prefix`.
// Requires: `prefix` has a byte that is not 0xff.
std::string AfterPrefix(std::string prefix) {
  while (prefix.back() == '\xff') prefix.pop_back();
  prefix.back() = static_cast<char>(prefix.back() + 1);
  return prefix;
}

// The rows of a map in order of their keys: inserting them in order is several
// times faster than in the order of hashing.
template <typename Map>
std::vector<const typename Map::value_type*> Sorted(const Map& rows) {
  std::vector<const typename Map::value_type*> sorted;
  sorted.reserve(rows.size());
  for (const auto& row : rows) sorted.push_back(&row);
  std::sort(sorted.begin(), sorted.end(),
            [](const auto* a, const auto* b) { return a->first < b->first; });
  return sorted;
}

void PutOrErase(std::string_view key, std::string_view value,
                kv::WriteBatch* batch) {
  if (value.empty()) {
    batch->Erase(key);
  } else {
    batch->Put(key, value);
  }
}

template <typename Map, typename Key>
const std::string* Find(const Map& rows, const Key& key) {
  const auto found = rows.find(key);
  return found == rows.end() ? nullptr : &found->second;
}

absl::StatusOr<uint64_t> ReadPosition(const kv::KeyValue& rows) {
  AMANAH_ASSIGN_OR_RETURN(const std::optional<std::string> value,
                          rows.Get(kPositionKey));
  if (value.has_value()) {
    if (value->size() != sizeof(uint64_t)) {
      return absl::DataLossError(absl::StrFormat(
          "the position of the derived state has %d bytes", value->size()));
    }
    return ReadBigEndian<uint64_t>(AsBytes(*value));
  }
  AMANAH_ASSIGN_OR_RETURN(const std::optional<kv::Row> last, rows.Last());
  if (last.has_value()) {
    return absl::DataLossError("the derived state has rows but no position");
  }
  return 0;
}

}  // namespace

absl::StatusOr<std::unique_ptr<DerivedStore>> DerivedStore::Open(
    std::shared_ptr<kv::KeyValue> rows, const DerivedOptions& options) {
  AMANAH_ASSIGN_OR_RETURN(const uint64_t position, ReadPosition(*rows));
  // Not make_unique: the constructor is private.
  return std::unique_ptr<DerivedStore>(
      new DerivedStore(std::move(rows), options, position));
}

DerivedStore::DerivedStore(std::shared_ptr<kv::KeyValue> rows,
                           const DerivedOptions& options, uint64_t position)
    : rows_(std::move(rows)),
      options_(options),
      published_position_(position),
      position_(position),
      flushed_position_(position),
      writer_([this] { WriteBehind(); }) {}

DerivedStore::~DerivedStore() {
  // Whoever wants to know calls Close() before.
  Close().IgnoreError();
}

const std::string* DerivedStore::FindPending(const StateKey& key) const {
  const std::string* value = Find(waiting_.state, key);
  if (value == nullptr && writing_) value = Find(writing_->state, key);
  return value;
}

const std::string* DerivedStore::FindPendingTile(const TileKey& key) const {
  const std::string* value = Find(staged_tiles_, key);
  if (value == nullptr) value = Find(waiting_.tiles, key);
  if (value == nullptr && writing_) value = Find(writing_->tiles, key);
  return value;
}

absl::StatusOr<std::string> DerivedStore::Get(const StateKey& key) const {
  {
    const std::lock_guard lock(mutex_);
    if (const std::string* value = FindPending(key)) return *value;
  }
  // What left memory since is in storage, so nothing falls between the two.
  std::string row;
  AppendStateKey(&row, key);
  AMANAH_ASSIGN_OR_RETURN(std::optional<std::string> value, rows_->Get(row));
  return std::move(value).value_or(std::string());
}

absl::Status DerivedStore::GetMany(std::span<const StateKey> keys,
                                   std::vector<std::string>* values) const {
  values->assign(keys.size(), std::string());
  std::vector<size_t> missing;
  {
    const std::lock_guard lock(mutex_);
    for (size_t i = 0; i < keys.size(); ++i) {
      if (const std::string* value = FindPending(keys[i])) {
        (*values)[i] = *value;
      } else {
        missing.push_back(i);
      }
    }
  }
  std::string buffer;
  buffer.reserve(missing.size() * kStateRowLength);
  for (const size_t i : missing) AppendStateKey(&buffer, keys[i]);
  std::vector<std::string_view> rows;
  rows.reserve(missing.size());
  for (size_t n = 0; n < missing.size(); ++n) {
    rows.push_back(
        std::string_view(buffer).substr(n * kStateRowLength, kStateRowLength));
  }
  std::vector<std::optional<std::string>> found;
  AMANAH_RETURN_IF_ERROR(rows_->GetMany(rows, &found));
  for (size_t n = 0; n < missing.size(); ++n) {
    if (found[n].has_value()) (*values)[missing[n]] = *std::move(found[n]);
  }
  return absl::OkStatus();
}

bool DerivedStore::IsFull() const {
  return waiting_.groups >= options_.pending_groups_max ||
         waiting_.length >= options_.pending_length_max;
}

absl::Status DerivedStore::Publish(uint64_t size_after,
                                   std::vector<StateChange> changes,
                                   std::vector<IndexRow> rows) {
  std::unique_lock lock(mutex_);
  AMANAH_CHECK(!closing_ && size_after >= published_position_);
  changed_.wait(lock, [this] { return !IsFull() || !status_.ok(); });
  AMANAH_RETURN_IF_ERROR(status_);
  for (StateChange& change : changes) {
    waiting_.length += kStateRowLength + change.value.size();
    waiting_.state.insert_or_assign(change.key, std::move(change.value));
  }
  for (IndexRow& row : rows) {
    waiting_.length += row.key.size() + row.value.size();
    waiting_.index.insert_or_assign(std::move(row.key), std::move(row.value));
  }
  for (auto& [key, bytes] : staged_tiles_) {
    waiting_.length += bytes.size();
    waiting_.tiles.insert_or_assign(key, std::move(bytes));
  }
  staged_tiles_.clear();
  waiting_.position = size_after;
  published_position_ = size_after;
  ++waiting_.groups;
  ++groups_published_;
  changed_.notify_all();
  return absl::OkStatus();
}

void DerivedStore::PutTile(unsigned level, uint64_t index, std::string bytes) {
  const std::lock_guard lock(mutex_);
  staged_tiles_.insert_or_assign({level, index}, std::move(bytes));
}

absl::StatusOr<std::string> DerivedStore::GetTile(unsigned level,
                                                  uint64_t index) const {
  {
    const std::lock_guard lock(mutex_);
    if (const std::string* bytes = FindPendingTile({level, index})) {
      return *bytes;
    }
  }
  AMANAH_ASSIGN_OR_RETURN(std::optional<std::string> bytes,
                          rows_->Get(TileRowKey(level, index)));
  return std::move(bytes).value_or(std::string());
}

absl::Status DerivedStore::ScanIndex(std::string_view prefix,
                                     std::string_view from_key, size_t limit,
                                     const kv::RowVisitor& visit) const {
  {
    std::unique_lock lock(mutex_);
    AMANAH_RETURN_IF_ERROR(WaitForGroups(&lock, groups_published_));
  }
  if (limit == 0) return absl::OkStatus();
  return rows_->ForEach(IndexKey(std::max(prefix, from_key)),
                        AfterPrefix(IndexKey(prefix)),
                        [&](std::string_view key, std::string_view value) {
                          return visit(key.substr(1), value) && --limit > 0;
                        });
}

uint64_t DerivedStore::position() const {
  const std::lock_guard lock(mutex_);
  return position_;
}

absl::Status DerivedStore::WaitForGroups(std::unique_lock<std::mutex>* lock,
                                         uint64_t groups) const {
  changed_.wait(*lock,
                [&] { return groups_written_ >= groups || !status_.ok(); });
  return status_;
}

absl::Status DerivedStore::WaitWritten(uint64_t size) const {
  std::unique_lock lock(mutex_);
  AMANAH_CHECK(size <= published_position_);
  changed_.wait(lock, [&] { return position_ >= size || !status_.ok(); });
  return status_;
}

absl::Status DerivedStore::FlushToDisk() {
  std::unique_lock lock(mutex_);
  const uint64_t groups = groups_published_;
  groups_flush_wanted_ = std::max(groups_flush_wanted_, groups);
  changed_.notify_all();
  changed_.wait(lock,
                [&] { return groups_flushed_ >= groups || !status_.ok(); });
  return status_;
}

absl::Status DerivedStore::Wipe() {
  const std::lock_guard lock(mutex_);
  AMANAH_CHECK(groups_published_ == 0 && staged_tiles_.empty());
  AMANAH_RETURN_IF_ERROR(rows_->Clear());
  position_ = 0;
  published_position_ = 0;
  flushed_position_ = 0;
  return absl::OkStatus();
}

absl::Status DerivedStore::Close() {
  absl::Status flushed = FlushToDisk();
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
    changed_.notify_all();
  }
  if (writer_.joinable()) writer_.join();
  return flushed;
}

bool DerivedStore::FlushIsDue() const {
  if (groups_written_ == groups_flushed_) return false;
  return groups_flush_wanted_ > groups_flushed_ ||
         position_ - flushed_position_ >= options_.flush_every;
}

void DerivedStore::WriteBehind() {
  std::unique_lock lock(mutex_);
  while (status_.ok()) {
    changed_.wait(lock, [this] {
      return waiting_.groups > 0 || FlushIsDue() || closing_;
    });
    if (FlushIsDue()) {
      FlushRows(&lock);
    } else if (waiting_.groups > 0) {
      WriteWaiting(&lock);
    } else {
      return;
    }
  }
}

void DerivedStore::WriteWaiting(std::unique_lock<std::mutex>* lock) {
  auto pending = std::make_shared<const Pending>(std::move(waiting_));
  waiting_ = Pending();
  writing_ = pending;
  changed_.notify_all();
  lock->unlock();

  kv::WriteBatch batch;
  std::string key;
  for (const auto* row : Sorted(pending->state)) {
    key.clear();
    AppendStateKey(&key, row->first);
    PutOrErase(key, row->second, &batch);
  }
  for (const auto* row : Sorted(pending->index)) {
    PutOrErase(IndexKey(row->first), row->second, &batch);
  }
  for (const auto* row : Sorted(pending->tiles)) {
    batch.Put(TileRowKey(row->first.first, row->first.second), row->second);
  }
  std::string position;
  AppendBigEndian(&position, pending->position);
  batch.Put(kPositionKey, position);
  const absl::Status written = rows_->Write(batch, kUnlogged);

  lock->lock();
  changed_.notify_all();
  if (!written.ok()) {
    // The rows stay visible in memory: they were published.
    status_ = written;
    return;
  }
  position_ = pending->position;
  groups_written_ += pending->groups;
  writing_.reset();
  // Freeing many rows takes a while, which readers need not wait for.
  lock->unlock();
  pending.reset();
  lock->lock();
}

void DerivedStore::FlushRows(std::unique_lock<std::mutex>* lock) {
  const uint64_t position = position_;
  const uint64_t groups = groups_written_;
  lock->unlock();
  const absl::Status flushed = rows_->Flush();
  lock->lock();
  changed_.notify_all();
  if (!flushed.ok()) {
    status_ = flushed;
    return;
  }
  flushed_position_ = position;
  groups_flushed_ = groups;
}

}  // namespace amanah::store
