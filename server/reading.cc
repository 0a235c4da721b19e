#include "server/reading.h"

#include <algorithm>

#include "absl/strings/str_format.h"
#include "ledger/base/status.h"
#include "ledger/codec/statement_codec.h"
#include "ledger/log/tile.h"

namespace amanah::server {
namespace {

absl::StatusOr<RecordedEntry> Decode(uint64_t sequence, ByteView bytes) {
  RecordedEntry out;
  out.sequence = sequence;
  out.bytes = std::string(AsText(bytes));
  auto entry = codec::DecodeEntry(bytes);
  if (!entry.ok()) {
    return absl::DataLossError(
        absl::StrFormat("entry %d does not decode: %s", sequence,
                        std::string(entry.status().message())));
  }
  out.entry = *std::move(entry);
  auto statement = codec::DecodeStatement(AsBytes(out.entry.statement));
  if (!statement.ok()) {
    return absl::DataLossError(
        absl::StrFormat("the statement of entry %d does not decode: %s",
                        sequence, std::string(statement.status().message())));
  }
  out.statement = *std::move(statement);
  return out;
}

}  // namespace

absl::StatusOr<TipPointer> Reading::TipOfSize(uint64_t size) const {
  TipPointer tip = ledger().tip();
  if (tip->size >= size) return tip;
  const int64_t left_us =
      std::max<int64_t>(deadline_us_ - host_->clock->MonotonicUs(), 0);
  tip = ledger().WaitForSize(size, left_us);
  if (tip != nullptr) return tip;
  AMANAH_RETURN_IF_ERROR(ledger().status());
  return absl::DeadlineExceededError(absl::StrFormat(
      "no checkpoint of %d entries came in time, or the ledger stops", size));
}

absl::StatusOr<std::vector<RecordedEntry>> Reading::ReadEntries(
    std::span<const uint64_t> sequences) const {
  std::vector<RecordedEntry> out;
  out.reserve(sequences.size());
  size_t next = 0;
  while (next < sequences.size()) {
    // Neighbours lie in one row, which is read once for all of them.
    const uint64_t first = sequences[next];
    size_t end = next + 1;
    while (end < sequences.size() &&
           sequences[end] / log::kTileWidth == first / log::kTileWidth) {
      ++end;
    }
    const uint64_t count = sequences[end - 1] - first + 1;
    AMANAH_RETURN_IF_ERROR(ledger().entries().ForEach(
        first, count, [&](uint64_t sequence, ByteView bytes) -> absl::Status {
          if (sequence != sequences[next]) return absl::OkStatus();
          AMANAH_ASSIGN_OR_RETURN(RecordedEntry entry, Decode(sequence, bytes));
          out.push_back(std::move(entry));
          ++next;
          return absl::OkStatus();
        }));
  }
  return out;
}

}  // namespace amanah::server
