// Rows:
//
//   key    = first sequence(8, big-endian)
//   value  = 1*256( length(2, big-endian) || entry )
//
// Row after row, the sequences have neither gap nor overlap, and the first is
// 0. A row's entries lie in one entry bundle (first / 256), so that a bundle's
// bytes are those of its rows in a sequence, and no reader decodes what it did
// not ask for.
#include "ledger/store/entry_store.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/strings/str_format.h"
#include "ledger/base/check.h"
#include "ledger/base/status.h"
#include "ledger/log/tile.h"

namespace amanah::store {
namespace {

constexpr size_t kLengthBytes = 2;
constexpr size_t kKeyLength = 8;

std::string RowKey(uint64_t first) {
  std::string key;
  AppendBigEndian(&key, first);
  return key;
}

// Takes one entry off the front of `rest`; nullopt if it is torn.
std::optional<ByteView> TakeEntry(ByteView* rest) {
  if (rest->size() < kLengthBytes) return std::nullopt;
  const size_t length = ReadBigEndian<uint16_t>(*rest);
  if (rest->size() < kLengthBytes + length) return std::nullopt;
  const ByteView entry = rest->subspan(kLengthBytes, length);
  *rest = rest->subspan(kLengthBytes + length);
  return entry;
}

absl::Status BadRow(uint64_t first) {
  return absl::DataLossError(
      absl::StrFormat("the row of entry %d is malformed", first));
}

absl::StatusOr<uint64_t> ParseRowKey(std::string_view key) {
  if (key.size() != kKeyLength) {
    return absl::DataLossError(absl::StrFormat(
        "an entry row's key has %d bytes, not %d", key.size(), kKeyLength));
  }
  return ReadBigEndian<uint64_t>(AsBytes(key));
}

// How many entries a row holds, which is all there is to check about it.
absl::StatusOr<unsigned> CountEntries(uint64_t first, ByteView value) {
  const unsigned count_max =
      log::kTileWidth - static_cast<unsigned>(first % log::kTileWidth);
  unsigned count = 0;
  for (; !value.empty(); ++count) {
    if (count == count_max || !TakeEntry(&value).has_value()) {
      return BadRow(first);
    }
  }
  if (count == 0) return BadRow(first);
  return count;
}

// Requires: the row is checked, and holds that many.
void SkipEntries(uint64_t count, ByteView* rest) {
  for (uint64_t i = 0; i < count; ++i) {
    AMANAH_CHECK(TakeEntry(rest).has_value());
  }
}

kv::WriteBatch EncodeRows(uint64_t first,
                          std::span<const std::string> entries) {
  kv::WriteBatch batch;
  std::string value;
  while (!entries.empty()) {
    const size_t count = std::min<size_t>(
        entries.size(), log::kTileWidth - first % log::kTileWidth);
    value.clear();
    for (const std::string& entry : entries.first(count)) {
      AppendBigEndian(&value, static_cast<uint16_t>(entry.size()));
      value.append(entry);
    }
    batch.Put(RowKey(first), value);
    entries = entries.subspan(count);
    first += count;
  }
  return batch;
}

}  // namespace

absl::StatusOr<std::unique_ptr<EntryStore>> EntryStore::Open(
    std::shared_ptr<kv::KeyValue> rows) {
  AMANAH_ASSIGN_OR_RETURN(const std::optional<kv::Row> last, rows->Last());
  std::unique_ptr<EntryStore> store(new EntryStore(std::move(rows)));
  if (last.has_value()) {
    AMANAH_ASSIGN_OR_RETURN(const uint64_t first, ParseRowKey(last->key));
    AMANAH_ASSIGN_OR_RETURN(const unsigned count,
                            CountEntries(first, AsBytes(last->value)));
    store->size_ = first + count;
  }
  return store;
}

absl::Status EntryStore::Append(uint64_t first_sequence,
                                std::span<const std::string> entries) {
  const std::lock_guard lock(append_mutex_);
  if (halted_) {
    return absl::UnavailableError("entries: halted after a failed write");
  }
  if (first_sequence != size()) {
    return absl::FailedPreconditionError(absl::StrFormat(
        "entry %d follows a log of %d entries", first_sequence, size()));
  }
  for (const std::string& entry : entries) {
    if (entry.size() > log::kBundleEntryBytesMax) {
      return absl::InvalidArgumentError(
          absl::StrFormat("an entry has %d bytes, at most %d are possible",
                          entry.size(), log::kBundleEntryBytesMax));
    }
  }
  if (entries.empty()) return absl::OkStatus();
  const kv::WriteBatch batch = EncodeRows(first_sequence, entries);
  if (absl::Status written = rows_->Write(batch, {.sync = true, .log = true});
      !written.ok()) {
    halted_ = true;
    return written;
  }
  size_.store(first_sequence + entries.size(), std::memory_order_release);
  return absl::OkStatus();
}

absl::Status EntryStore::CheckRange(uint64_t first, uint64_t count) const {
  const uint64_t size_now = size();
  if (first <= size_now && count <= size_now - first) return absl::OkStatus();
  return absl::OutOfRangeError(absl::StrFormat(
      "%d entries from %d on, of a log of %d entries", count, first, size_now));
}

absl::Status EntryStore::ForEachRow(uint64_t first, uint64_t end,
                                    const RowVisitor& visit) const {
  if (first == end) return absl::OkStatus();
  AMANAH_ASSIGN_OR_RETURN(const std::optional<kv::Row> start,
                          rows_->LastAtOrBefore(RowKey(first)));
  if (!start.has_value()) {
    return absl::DataLossError(absl::StrFormat("entry %d is missing", first));
  }
  AMANAH_ASSIGN_OR_RETURN(uint64_t next, ParseRowKey(start->key));
  bool stopped = false;
  absl::Status bad;
  const auto visit_row = [&](std::string_view key, std::string_view value) {
    const absl::StatusOr<uint64_t> row_first = ParseRowKey(key);
    if (!row_first.ok()) {
      bad = row_first.status();
      return false;
    }
    if (*row_first != next) {
      bad = absl::DataLossError(absl::StrFormat(
          "entry %d is followed by a row of entry %d", next - 1, *row_first));
      return false;
    }
    const absl::StatusOr<unsigned> count = CountEntries(next, AsBytes(value));
    if (!count.ok()) {
      bad = count.status();
      return false;
    }
    next += *count;
    // What is asked for is synced, and with it all of each of its rows.
    if (next > size()) {
      bad = absl::DataLossError(
          absl::StrFormat("the row of entry %d goes on to entry %d of %d",
                          *row_first, next - 1, size()));
      return false;
    }
    // Only the first row may end before what was asked for begins.
    if (next > first) stopped = !visit(*row_first, *count, AsBytes(value));
    return !stopped && next < end;
  };
  AMANAH_RETURN_IF_ERROR(rows_->ForEach(start->key, RowKey(end), visit_row));
  AMANAH_RETURN_IF_ERROR(bad);
  if (!stopped && next < end) {
    return absl::DataLossError(absl::StrFormat("entry %d is missing", next));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> EntryStore::Get(uint64_t sequence) const {
  AMANAH_RETURN_IF_ERROR(CheckRange(sequence, 1));
  AMANAH_ASSIGN_OR_RETURN(const std::optional<kv::Row> row,
                          rows_->LastAtOrBefore(RowKey(sequence)));
  if (!row.has_value()) {
    return absl::DataLossError(
        absl::StrFormat("entry %d is missing", sequence));
  }
  AMANAH_ASSIGN_OR_RETURN(const uint64_t first, ParseRowKey(row->key));
  AMANAH_ASSIGN_OR_RETURN(const unsigned count,
                          CountEntries(first, AsBytes(row->value)));
  if (sequence - first >= count) {
    return absl::DataLossError(
        absl::StrFormat("entry %d is missing", sequence));
  }
  ByteView rest = AsBytes(row->value);
  SkipEntries(sequence - first, &rest);
  return std::string(AsText(*TakeEntry(&rest)));
}

absl::Status EntryStore::ForEach(uint64_t first, uint64_t count,
                                 const Visitor& visit) const {
  AMANAH_RETURN_IF_ERROR(CheckRange(first, count));
  const uint64_t end = first + count;
  absl::Status visited;
  AMANAH_RETURN_IF_ERROR(ForEachRow(
      first, end, [&](uint64_t row_first, unsigned row_count, ByteView rest) {
        uint64_t sequence = std::max(first, row_first);
        SkipEntries(sequence - row_first, &rest);
        const uint64_t row_end = std::min(end, row_first + row_count);
        for (; sequence < row_end && visited.ok(); ++sequence) {
          visited = visit(sequence, *TakeEntry(&rest));
        }
        return visited.ok();
      }));
  return visited;
}

absl::StatusOr<std::string> EntryStore::ReadBundle(uint64_t index,
                                                   unsigned width) const {
  if (width == 0 || width > log::kTileWidth ||
      index > size() / log::kTileWidth) {
    return absl::OutOfRangeError(
        absl::StrFormat("entry bundle %d of width %d", index, width));
  }
  const uint64_t first = index * log::kTileWidth;
  AMANAH_RETURN_IF_ERROR(CheckRange(first, width));
  const uint64_t end = first + width;
  std::string bundle;
  AMANAH_RETURN_IF_ERROR(ForEachRow(
      first, end, [&](uint64_t row_first, unsigned count, ByteView value) {
        // Rows are cut at bundles, and CountEntries saw to it.
        AMANAH_CHECK(row_first >= first);
        ByteView rest = value;
        SkipEntries(std::min<uint64_t>(count, end - row_first), &rest);
        amanah::Append(&bundle, value.first(value.size() - rest.size()));
        return true;
      }));
  return bundle;
}

}  // namespace amanah::store
