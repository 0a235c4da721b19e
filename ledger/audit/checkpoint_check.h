// The checkpoints of a log: the one that it shows, and those that an auditor
// kept from earlier.
#ifndef AMANAH_LEDGER_AUDIT_CHECKPOINT_CHECK_H_
#define AMANAH_LEDGER_AUDIT_CHECKPOINT_CHECK_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ledger/audit/findings.h"
#include "ledger/crypto/signing.h"
#include "ledger/judge/replay.h"
#include "ledger/log/checkpoint.h"

namespace amanah::audit {

// A signed note and what it says, not yet verified.
struct UnopenedCheckpoint {
  std::string note;
  log::Checkpoint checkpoint;
};
// INVALID_ARGUMENT: not a checkpoint.
absl::StatusOr<UnopenedCheckpoint> ParseCheckpoint(std::string note);

// The keys by which a ledger signed its checkpoints, as its entries say. Not
// thread-safe.
class CheckpointKeys {
 public:
  // Takes up what a judged batch says of them.
  void Add(const judge::ReplayedBatch& batch);
  // Whether the key in force at that size signed it, in the name of `origin`.
  absl::Status Check(const UnopenedCheckpoint& shown,
                     std::string_view origin) const;

 private:
  // By the entry that introduced it.
  std::map<uint64_t, crypto::PublicKey> keys_;
};

// Roots of one log at the sizes of kept checkpoints. Not thread-safe.
class KeptCheckpoints {
 public:
  explicit KeptCheckpoints(std::vector<UnopenedCheckpoint> kept);

  // The log has this root at this size.
  bool Wants(uint64_t size) const { return roots_.contains(size); }
  void SetRoot(uint64_t size, const log::Hash& root);

  // Reports what the log of `log_size` entries does not bear out. Without keys,
  // which only a log that was judged to its end gives, not the signatures.
  void Check(uint64_t log_size, std::string_view origin,
             const CheckpointKeys* keys, Findings* findings) const;

 private:
  std::vector<UnopenedCheckpoint> kept_;  // by size
  std::map<uint64_t, std::optional<log::Hash>> roots_;
};

}  // namespace amanah::audit

#endif  // AMANAH_LEDGER_AUDIT_CHECKPOINT_CHECK_H_
