// Entries that stand alone: what ties an entry to its author and to a
// checkpoint, without the log and without a book.
//
// A proof shows that an entry is in the log, who sealed its statement, and what
// outcome the ledger recorded. That the outcome is right, and that the key was
// in force at that place, only replay shows.
#ifndef AMANAH_LEDGER_JUDGE_PROVED_ENTRY_H_
#define AMANAH_LEDGER_JUDGE_PROVED_ENTRY_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ledger/codec/entry_codec.h"
#include "ledger/crypto/hash.h"
#include "ledger/crypto/signing.h"
#include "ledger/domain/statement.h"
#include "ledger/judge/batch.h"
#include "ledger/log/checkpoint.h"
#include "ledger/log/seal.h"
#include "ledger/log/verifier_key.h"

namespace amanah::judge {

// An entry's bytes and paths, as a server or a receipt gives them.
struct EntryProof {
  uint64_t sequence = 0;
  std::string bytes;
  std::vector<crypto::Hash> inclusion_path;  // entry to checkpoint
  std::vector<crypto::Hash> batch_path;      // statement to its seal's root
};

// An entry whose place, seal and signatures were all checked.
struct VerifiedEntry {
  codec::Entry entry;
  domain::Statement statement;
  crypto::Hash hash;  // leaf hash
  // The authority that said it, or "administrators".
  std::string author;
  // Who signed: the author, or each administrator that did.
  std::vector<std::string> signers;
  log::SealText seal;
};

// The keys that a ledger's authorities hold, as far as entries told: those of
// entry 0, and those that administrators introduced afterwards. Copyable; not
// thread-safe.
class KeyRing {
 public:
  // From entry 0, whose leaf hash must be ledger.genesis and whose origin
  // ledger.origin. DATA_LOSS: it is another one, or no valid opening.
  static absl::StatusOr<KeyRing> FromEntryZero(const LedgerId& ledger,
                                               std::string_view bytes);

  // Checks an entry against a checkpoint that the caller trusts. DATA_LOSS: the
  // proof does not hold; NOT_FOUND: it was sealed by a key of an entry that is
  // not in this ring (the message names the entry).
  absl::StatusOr<VerifiedEntry> Verify(const EntryProof& proof,
                                       const log::Checkpoint& checkpoint) const;

  // Verifies an accepted entry that introduces a key, and takes the key up. An
  // entry that was taken up already is not verified again. Errors as Verify;
  // DATA_LOSS: it introduces no key, or was refused.
  absl::Status Add(const EntryProof& proof, const log::Checkpoint& checkpoint);

  // The checkpoint in `note`, signed by the checkpoint key that was in force at
  // its size, as far as this ring knows. Errors as log::OpenCheckpoint.
  absl::StatusOr<log::Checkpoint> OpenCheckpoint(std::string_view note) const;

  const LedgerId& ledger() const { return ledger_; }
  const domain::LedgerOpened& opening() const { return opening_; }

 private:
  struct Holder {
    std::string name;
    domain::Role role = domain::Role::kAuditor;
    crypto::PublicKey key;
  };
  KeyRing() = default;
  absl::Status FindSigners(VerifiedEntry* verified) const;
  absl::Status CheckSignatures(const VerifiedEntry& verified) const;
  absl::Status Take(uint64_t sequence, const domain::Body& body);

  LedgerId ledger_;
  domain::LedgerOpened opening_;
  // By the entry that introduced the key and its place there.
  std::map<std::pair<uint64_t, uint32_t>, Holder> holders_;
  // By the entry that introduced it.
  std::map<uint64_t, log::VerifierKey> checkpoint_keys_;
  // Leaf hashes of the entries that were taken up.
  std::map<uint64_t, crypto::Hash> taken_;
};

}  // namespace amanah::judge

#endif  // AMANAH_LEDGER_JUDGE_PROVED_ENTRY_H_
