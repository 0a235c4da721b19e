#include "server/query/paging.h"

#include <algorithm>
#include <limits>

#include "absl/strings/str_format.h"
#include "ledger/base/base64.h"
#include "ledger/base/bytes.h"
#include "ledger/base/status.h"
#include "ledger/store/index.h"

namespace amanah::server {

absl::StatusOr<uint32_t> PageSizeOf(uint32_t asked, uint32_t standard,
                                    uint32_t most) {
  if (asked > most) {
    return absl::InvalidArgumentError(
        absl::StrFormat("a page has at most %d rows, not %d", most, asked));
  }
  return asked == 0 ? standard : asked;
}

std::string FormatPageToken(uint64_t next_sequence) {
  std::string bytes;
  AppendBigEndian(&bytes, next_sequence);
  return EncodeHex(AsBytes(bytes));
}

absl::StatusOr<uint64_t> ParsePageToken(std::string_view token) {
  if (token.empty()) return 0;
  const auto bytes = DecodeHex(token);
  if (!bytes.has_value() || bytes->size() != sizeof(uint64_t)) {
    return absl::InvalidArgumentError("the page token is none of ours");
  }
  return ReadBigEndian<uint64_t>(AsBytes(*bytes));
}

MergedIndex::MergedIndex(const store::DerivedStore* store,
                         const std::vector<std::string>& prefixes,
                         uint64_t from, size_t fetch_rows)
    : store_(store), fetch_rows_(fetch_rows) {
  for (const std::string& prefix : prefixes) {
    cursors_.push_back({prefix, from, {}, false});
  }
}

absl::Status MergedIndex::Fetch(size_t place) {
  Cursor& cursor = cursors_[place];
  std::string from = cursor.prefix;
  AppendBigEndian(&from, cursor.from);
  AMANAH_RETURN_IF_ERROR(store_->ScanIndex(
      cursor.prefix, from, fetch_rows_,
      [&](std::string_view key, std::string_view value) {
        cursor.fetched.push_back(
            {store::SequenceOfIndexKey(key), place, std::string(value)});
        return true;
      }));
  if (cursor.fetched.size() < fetch_rows_) {
    cursor.ended = true;
  } else {
    const uint64_t last = cursor.fetched.back().sequence;
    cursor.ended = last == std::numeric_limits<uint64_t>::max();
    cursor.from = last + 1;
  }
  std::reverse(cursor.fetched.begin(), cursor.fetched.end());
  return absl::OkStatus();
}

absl::StatusOr<std::optional<MergedIndex::Item>> MergedIndex::Next() {
  Cursor* least = nullptr;
  for (size_t place = 0; place < cursors_.size(); ++place) {
    Cursor& cursor = cursors_[place];
    if (cursor.fetched.empty() && !cursor.ended) {
      AMANAH_RETURN_IF_ERROR(Fetch(place));
    }
    if (cursor.fetched.empty()) continue;
    if (least == nullptr ||
        cursor.fetched.back().sequence < least->fetched.back().sequence) {
      least = &cursor;
    }
  }
  if (least == nullptr) return std::optional<Item>();
  std::optional<Item> item = std::move(least->fetched.back());
  least->fetched.pop_back();
  return item;
}

}  // namespace amanah::server
