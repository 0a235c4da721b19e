// Proofs about a tree whose perfect nodes are stored: making and checking them.
// RFC 9162 sections 2.1.3 and 2.1.4. A prover reads nodes and may be wrong if
// they are; a checker trusts only its arguments.
#ifndef AMANAH_LEDGER_LOG_PROOF_H_
#define AMANAH_LEDGER_LOG_PROOF_H_

#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ledger/log/merkle.h"

namespace amanah::log {

// Where perfect nodes come from: RocksDB, tiles or memory. An implementation
// says whether it is thread-safe; the functions below only read.
class NodeReader {
 public:
  virtual ~NodeReader() = default;

  // The hash of a perfect node. NOT_FOUND: the tree has no such node; other
  // codes as the implementation says.
  virtual absl::StatusOr<Hash> ReadNode(unsigned level,
                                        uint64_t index) const = 0;
};

// The root of the tree's first `size` leaves. The reader's errors are handed
// on, here and below.
absl::StatusOr<Hash> RootAt(const NodeReader& reader, uint64_t size);

// The right edge at `size`, from which appending goes on.
absl::StatusOr<RightEdge> RightEdgeAt(const NodeReader& reader, uint64_t size);

// The inclusion path of leaf `index` in the tree of `size`, leaf side first.
// OUT_OF_RANGE unless index < size.
absl::StatusOr<std::vector<Hash>> ProveInclusion(const NodeReader& reader,
                                                 uint64_t index, uint64_t size);

// The proof that the tree of `new_size` begins with that of `old_size`; empty
// when they are equal. OUT_OF_RANGE unless 0 < old_size <= new_size.
absl::StatusOr<std::vector<Hash>> ProveConsistency(const NodeReader& reader,
                                                   uint64_t old_size,
                                                   uint64_t new_size);

// OK when `path` proves that the leaf of this hash has place `index` in the
// tree of `size` and `root`; INVALID_ARGUMENT otherwise.
absl::Status CheckInclusion(uint64_t index, uint64_t size,
                            const Hash& leaf_hash, std::span<const Hash> path,
                            const Hash& root);

// The root that `path` leads to, for a caller that has none to compare with.
// INVALID_ARGUMENT: index is not below size, or the path has another length.
absl::StatusOr<Hash> RootFromInclusion(uint64_t index, uint64_t size,
                                       const Hash& leaf_hash,
                                       std::span<const Hash> path);

// OK when `path` proves that the tree of `new_size` and `new_root` begins with
// that of `old_size` and `old_root`; INVALID_ARGUMENT otherwise. There is no
// proof from size 0: it is an error here, and a caller's own case.
absl::Status CheckConsistency(uint64_t old_size, uint64_t new_size,
                              std::span<const Hash> path, const Hash& old_root,
                              const Hash& new_root);

}  // namespace amanah::log

#endif  // AMANAH_LEDGER_LOG_PROOF_H_
