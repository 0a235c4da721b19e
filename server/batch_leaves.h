// The leaf hashes of the statements of a batch that is on the record: what the
// path from one of them to the seal's root is made of. They are recomputed from
// the batch's entries, and kept for the next question about the same batch.
#ifndef AMANAH_SERVER_BATCH_LEAVES_H_
#define AMANAH_SERVER_BATCH_LEAVES_H_

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "ledger/crypto/hash.h"
#include "ledger/store/entry_store.h"

namespace amanah::server {

using BatchLeaves = std::shared_ptr<const std::vector<crypto::Hash>>;

// Thread-safe.
class BatchLeavesCache {
 public:
  // How many hashes are kept at most: 8 MiB.
  static constexpr size_t kHashesMax = size_t{256} * 1024;

  // The leaves of the batch of `size` statements whose first entry is `first`.
  // DATA_LOSS: an entry there does not decode; else as EntryStore::ForEach.
  absl::StatusOr<BatchLeaves> Get(const store::EntryStore& entries,
                                  uint64_t first, uint32_t size);

 private:
  using Kept = std::pair<uint64_t, BatchLeaves>;

  std::mutex mutex_;      // guards what follows
  std::list<Kept> used_;  // last used first
  absl::flat_hash_map<uint64_t, std::list<Kept>::iterator> places_;
  size_t hashes_ = 0;
};

}  // namespace amanah::server

#endif  // AMANAH_SERVER_BATCH_LEAVES_H_
