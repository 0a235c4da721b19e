// A whole log from a server, in the form in which it is exported and audited.
#ifndef AMANAH_CLIENT_REMOTE_SOURCE_H_
#define AMANAH_CLIENT_REMOTE_SOURCE_H_

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/remote.h"
#include "ledger/log/tile_source.h"
#include "ledger/log/tile_tree.h"

namespace amanah::client {

// The server gives entries alone; tiles are computed from them here, so that
// their being right says nothing of the server: the root does. Bundles are to
// be read in ascending order; where some are left out, `have` (a folder that
// holds them) gives their hashes. Each tile can be read once. Thread-safe;
// while entries are fetched the other callers wait.
//
// DATA_LOSS: the server sent other entries than were asked for; else the
// remote's errors, after some attempts where that may help.
class RemoteSource final : public log::TileSource {
 public:
  // `note` is the checkpoint of `size` entries, verified by the caller. Remote
  // and `have`, which may be null, must outlive it.
  RemoteSource(Remote* remote, std::string note, uint64_t size,
               const log::TileSource* have = nullptr);

  absl::StatusOr<std::string> ReadCheckpoint() const override { return note_; }
  absl::StatusOr<std::string> ReadTile(const log::TileId& tile) const override;
  absl::StatusOr<std::string> ReadBundle(
      const log::BundleId& bundle) const override;

  // The error with which the server last ended a stream; OK: none.
  absl::Status server_status() const;

 private:
  absl::Status Fetch(uint64_t first) const;
  absl::Status FetchOnce(uint64_t end) const;
  absl::Status TakeUpTo(uint64_t bundle_end) const;
  void Append(const log::Hash& leaf) const;
  unsigned WidthOf(uint64_t bundle) const;

  Remote* const remote_;
  const std::string note_;
  const uint64_t size_;
  const log::TileSource* const have_;

  mutable std::mutex mutex_;  // guards what follows
  // Entries fetched and not read yet, from `first_` on.
  mutable std::deque<std::string> entries_;
  mutable uint64_t first_ = 0;
  mutable log::TileTree tree_;
  // Computed and not read yet.
  mutable std::map<log::TileId, std::string> tiles_;
  mutable absl::Status server_status_;
};

}  // namespace amanah::client

#endif  // AMANAH_CLIENT_REMOTE_SOURCE_H_
