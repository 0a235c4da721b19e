#include "server/batch_leaves.h"

#include "absl/strings/str_format.h"
#include "ledger/base/status.h"
#include "ledger/codec/entry_codec.h"
#include "ledger/log/merkle.h"

namespace amanah::server {
namespace {

absl::StatusOr<BatchLeaves> Compute(const store::EntryStore& entries,
                                    uint64_t first, uint32_t size) {
  auto leaves = std::make_shared<std::vector<crypto::Hash>>();
  leaves->reserve(size);
  AMANAH_RETURN_IF_ERROR(entries.ForEach(
      first, size, [&](uint64_t sequence, ByteView bytes) -> absl::Status {
        const auto entry = codec::DecodeEntry(bytes);
        if (!entry.ok()) {
          return absl::DataLossError(
              absl::StrFormat("entry %d does not decode: %s", sequence,
                              std::string(entry.status().message())));
        }
        leaves->push_back(log::LeafHash(AsBytes(entry->statement)));
        return absl::OkStatus();
      }));
  return leaves;
}

}  // namespace

absl::StatusOr<BatchLeaves> BatchLeavesCache::Get(
    const store::EntryStore& entries, uint64_t first, uint32_t size) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = places_.find(first);
    if (found != places_.end()) {
      used_.splice(used_.begin(), used_, found->second);
      return found->second->second;
    }
  }
  AMANAH_ASSIGN_OR_RETURN(BatchLeaves leaves, Compute(entries, first, size));
  const std::lock_guard lock(mutex_);
  if (places_.contains(first)) return leaves;
  used_.emplace_front(first, leaves);
  places_.emplace(first, used_.begin());
  hashes_ += leaves->size();
  while (hashes_ > kHashesMax) {
    hashes_ -= used_.back().second->size();
    places_.erase(used_.back().first);
    used_.pop_back();
  }
  return leaves;
}

}  // namespace amanah::server
