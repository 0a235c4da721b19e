// Receipts: a C2SP tlog-proof file with which anyone who knows a ledger's
// origin and the hash of its entry 0 checks, without asking anybody, that an
// entry is in the log and that its author sealed it.
//
// The file's `extra` is a ReceiptExtra (receipt.proto, codec/receipt_codec.h).
#ifndef AMANAH_LEDGER_JUDGE_RECEIPT_H_
#define AMANAH_LEDGER_JUDGE_RECEIPT_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/codec/receipt_codec.h"
#include "ledger/judge/proved_entry.h"
#include "ledger/log/checkpoint.h"

namespace amanah::judge {

inline constexpr size_t kReceiptKeyEntriesMax = codec::kReceiptKeyEntriesMax;

struct Receipt {
  EntryProof entry;
  // Entry 0 and every entry that introduced a key which is needed (KeyRing), in
  // ascending order of sequence; all proved under this checkpoint.
  std::vector<EntryProof> key_entries;
  std::string checkpoint;  // signed note
};

// The file's text. Verifies nothing: parts that are out of range give a text
// that ParseReceipt refuses.
std::string FormatReceipt(const Receipt& receipt);

// INVALID_ARGUMENT: not such a file. Verifies nothing.
absl::StatusOr<Receipt> ParseReceipt(std::string_view text);

struct VerifiedReceipt {
  VerifiedEntry entry;
  log::Checkpoint checkpoint;
  // The ledger's policy wants witnesses. Their cosignatures are not verified
  // here yet, so such a receipt may come from a log that others see otherwise.
  bool provisional = false;
};

// Recomputes leaf, inclusion, batch path and seals, down to the keys of entry
// 0, whose hash is ledger.genesis. INVALID_ARGUMENT: not a receipt; DATA_LOSS,
// UNAUTHENTICATED or NOT_FOUND: a proof, the checkpoint's signature or a key in
// it does not hold or is missing, as the message says.
absl::StatusOr<VerifiedReceipt> VerifyReceipt(const LedgerId& ledger,
                                              std::string_view text);

}  // namespace amanah::judge

#endif  // AMANAH_LEDGER_JUDGE_RECEIPT_H_
