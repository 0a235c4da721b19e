// The auditor's own state of the book, in memory, and the digest of a state:
// what a server, a replica and an auditor compare.
#ifndef AMANAH_LEDGER_AUDIT_ROWS_H_
#define AMANAH_LEDGER_AUDIT_ROWS_H_

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ledger/crypto/hash.h"
#include "ledger/domain/state.h"

namespace amanah::audit {

// SHA-256 over the rows of the book in ascending order of key, each as
//
//   key (21 bytes) || length of the value (4, big-endian) || value
//
// Not thread-safe.
class StateDigest {
 public:
  // Requires: `key` is above all before it, `value` is not empty.
  void Add(const domain::StateKey& key, std::string_view value);
  crypto::Hash Finish() { return stream_.Finish(); }

 private:
  crypto::Sha256Stream stream_;
};

// Not thread-safe.
class Rows final : public domain::StateReader {
 public:
  absl::StatusOr<std::string> Get(const domain::StateKey& key) const override;
  absl::Status GetMany(std::span<const domain::StateKey> keys,
                       std::vector<std::string>* values) const override;

  // Takes the changes' values.
  void Apply(std::vector<domain::StateChange> changes);
  size_t size() const { return rows_.size(); }

  using Visitor =
      std::function<void(const domain::StateKey& key, std::string_view value)>;
  // In ascending order of key; costs a sort.
  void ForEachInOrder(const Visitor& visit) const;
  // In no order.
  void ForEach(const Visitor& visit) const;
  crypto::Hash Digest() const;

 private:
  absl::flat_hash_map<domain::StateKey, std::string> rows_;
};

}  // namespace amanah::audit

#endif  // AMANAH_LEDGER_AUDIT_ROWS_H_
