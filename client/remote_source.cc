#include "client/remote_source.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "client/exit.h"
#include "ledger/base/check.h"
#include "ledger/base/status.h"

namespace amanah::client {
namespace {

// Entries of one call: a few MiB, so that a server's stream is short and what
// is kept here is bounded.
constexpr uint64_t kEntriesPerCall = uint64_t{32} * log::kTileWidth;
constexpr int kAttemptsMax = 5;
constexpr std::chrono::milliseconds kFirstPause{200};
// Tiles of level 0 that nobody asked for, since the reader has them.
constexpr uint64_t kTilesKeptMax = 1'024;

absl::Status Untrue(uint64_t sequence, std::string_view why) {
  return absl::DataLossError(
      absl::StrFormat("entry %d from the server: %s", sequence, why));
}

}  // namespace

RemoteSource::RemoteSource(Remote* remote, std::string note, uint64_t size,
                           const log::TileSource* have)
    : remote_(remote), note_(std::move(note)), size_(size), have_(have) {
  AMANAH_CHECK(remote_ != nullptr);
}

absl::Status RemoteSource::server_status() const {
  const std::lock_guard lock(mutex_);
  return server_status_;
}

unsigned RemoteSource::WidthOf(uint64_t bundle) const {
  return log::TileWidthAt(size_, 0, bundle);
}

// One stream, from where the last one ended.
absl::Status RemoteSource::FetchOnce(uint64_t end) const {
  v1::StreamEntriesRequest request;
  request.set_first(first_ + entries_.size());
  request.set_count(end - request.first());
  return remote_->StreamEntries(
      request, [&](const v1::StreamEntriesResponse& chunk) -> absl::Status {
        const uint64_t next = first_ + entries_.size();
        if (chunk.first() != next) {
          return Untrue(next, absl::StrFormat("entries from %d on came instead",
                                              chunk.first()));
        }
        if (static_cast<uint64_t>(chunk.entries_size()) > end - next) {
          return Untrue(next, "more entries came than were asked for");
        }
        for (const std::string& entry : chunk.entries()) {
          if (entry.empty() || entry.size() > log::kBundleEntryBytesMax) {
            return Untrue(first_ + entries_.size(),
                          absl::StrFormat("it has %d bytes", entry.size()));
          }
          entries_.push_back(entry);
        }
        return absl::OkStatus();
      });
}

absl::Status RemoteSource::Fetch(uint64_t first) const {
  const uint64_t end = std::min(size_, first + kEntriesPerCall);
  entries_.clear();
  first_ = first;
  auto pause = kFirstPause;
  for (int attempt = 1;; ++attempt) {
    const size_t before = entries_.size();
    server_status_ = FetchOnce(end);
    if (server_status_.ok()) break;
    if (!IsTransient(server_status_)) return server_status_;
    if (entries_.size() > before) attempt = 1;
    if (attempt >= kAttemptsMax) return server_status_;
    std::this_thread::sleep_for(pause);
    pause *= 2;
  }
  if (first_ + entries_.size() == end) return absl::OkStatus();
  server_status_ = Untrue(first_ + entries_.size(),
                          absl::StrFormat("the stream ends before it, and %d "
                                          "were to come",
                                          end - first_));
  return server_status_;
}

void RemoteSource::Append(const log::Hash& leaf) const {
  const auto keep = [this](const log::TileId& tile,
                           std::span<const log::Hash> hashes) {
    tiles_[tile] = log::EncodeHashTile(hashes);
    if (tile.level == 0 && tile.index >= kTilesKeptMax) {
      tiles_.erase({0, tile.index - kTilesKeptMax, log::kTileWidth});
    }
  };
  tree_.Append(leaf, keep);
  if (tree_.size() == size_) tree_.ForEachPartial(keep);
}

// Leaves of bundles that were never asked for.
absl::Status RemoteSource::TakeUpTo(uint64_t bundle_end) const {
  while (tree_.size() < std::min(bundle_end * log::kTileWidth, size_)) {
    const uint64_t index = tree_.size() / log::kTileWidth;
    if (have_ == nullptr) {
      return absl::FailedPreconditionError(absl::StrFormat(
          "the entries from %d on were not read yet", tree_.size()));
    }
    const unsigned width = WidthOf(index);
    AMANAH_ASSIGN_OR_RETURN(const std::string bytes,
                            have_->ReadTile({0, index, width}));
    AMANAH_ASSIGN_OR_RETURN(const std::vector<log::Hash> leaves,
                            log::DecodeHashTile(AsBytes(bytes), width));
    for (const log::Hash& leaf : leaves) Append(leaf);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> RemoteSource::ReadBundle(
    const log::BundleId& bundle) const {
  const std::lock_guard lock(mutex_);
  const uint64_t first = bundle.index * log::kTileWidth;
  if (bundle.width == 0 || bundle.width != WidthOf(bundle.index)) {
    return absl::NotFoundError(absl::StrFormat(
        "a log of %d entries has no %s", size_, log::EntryBundlePath(bundle)));
  }
  if (first < tree_.size()) {
    return absl::FailedPreconditionError(
        absl::StrFormat("%s was read already", log::EntryBundlePath(bundle)));
  }
  AMANAH_RETURN_IF_ERROR(TakeUpTo(bundle.index));
  if (first_ != first || entries_.size() < bundle.width) {
    AMANAH_RETURN_IF_ERROR(Fetch(first));
  }
  const auto end = entries_.begin() + bundle.width;
  const std::vector<std::string> entries(
      std::make_move_iterator(entries_.begin()), std::make_move_iterator(end));
  entries_.erase(entries_.begin(), end);
  first_ += bundle.width;
  for (const std::string& entry : entries) {
    Append(log::LeafHash(AsBytes(entry)));
  }
  return log::EncodeBundle(entries);
}

absl::StatusOr<std::string> RemoteSource::ReadTile(
    const log::TileId& tile) const {
  const std::lock_guard lock(mutex_);
  auto found = tiles_.find(tile);
  if (found == tiles_.end() && have_ != nullptr &&
      tile.level * log::kTileLevels < 56) {
    // Bundles below a tile: of 256^level hashes each is 256^(level - 1).
    const uint64_t end = tile.index * log::kTileWidth + tile.width;
    AMANAH_RETURN_IF_ERROR(TakeUpTo(
        tile.level == 0 ? tile.index + 1
                        : end << ((tile.level - 1) * log::kTileLevels)));
    found = tiles_.find(tile);
  }
  if (found == tiles_.end()) {
    return absl::NotFoundError(absl::StrFormat(
        "%s was read already, or its entries were not", log::TilePath(tile)));
  }
  std::string bytes = std::move(found->second);
  tiles_.erase(found);
  return bytes;
}

}  // namespace amanah::client
