// Receipts: a C2SP tlog-proof file with which anyone who knows a ledger's
// origin and the hash of its entry 0 checks, without asking anybody, that an
// entry is in the log and that its author sealed it.
#ifndef AMANAH_LEDGER_JUDGE_RECEIPT_H_
#define AMANAH_LEDGER_JUDGE_RECEIPT_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/judge/proved_entry.h"
#include "ledger/log/checkpoint.h"

namespace amanah::judge {

struct ReceiptParts {
  EntryProof entry;
  // Entry 0 and every entry that introduced a key which is needed (KeyRing), in
  // ascending order of sequence.
  std::vector<EntryProof> key_entries;
  std::string checkpoint;  // signed note
};

// The file's text. INVALID_ARGUMENT: the parts are not what receipt.proto and a
// proof file can hold. Verifies nothing.
absl::StatusOr<std::string> MakeReceipt(const ReceiptParts& parts);

// The parts of such a file, unverified. INVALID_ARGUMENT: it is none.
absl::StatusOr<ReceiptParts> ParseReceipt(std::string_view text);

struct CheckedReceipt {
  VerifiedEntry entry;
  log::Checkpoint checkpoint;
};

// Recomputes leaf, inclusion, batch path and seals, down to the keys of entry
// 0, whose hash is ledger.genesis. INVALID_ARGUMENT: not a receipt; DATA_LOSS,
// UNAUTHENTICATED or NOT_FOUND: a proof, the checkpoint's signature or a key in
// it does not hold or is missing, as the message says.
absl::StatusOr<CheckedReceipt> CheckReceipt(std::string_view text,
                                            const LedgerId& ledger);

}  // namespace amanah::judge

#endif  // AMANAH_LEDGER_JUDGE_RECEIPT_H_
