#include "ledger/judge/receipt.h"

#include <algorithm>
#include <utility>

#include "ledger/base/status.h"
#include "ledger/base/text.h"
#include "ledger/log/note.h"
#include "ledger/log/proof_file.h"

namespace amanah::judge {
namespace {

// Whether a C2SP tlog-policy asks for any witness.
bool WantsWitnesses(std::string_view policy) {
  const auto lines = Split(policy, '\n');
  return !policy.empty() &&
         std::find(lines.begin(), lines.end(), "quorum none") == lines.end();
}

}  // namespace

std::string FormatReceipt(const Receipt& receipt) {
  codec::ReceiptExtra extra;
  extra.entry = receipt.entry.bytes;
  extra.batch_path = receipt.entry.batch_path;
  for (const EntryProof& key : receipt.key_entries) {
    extra.key_entries.push_back(
        {key.sequence, key.bytes, key.inclusion_path, key.batch_path});
  }
  return log::FormatProofFile(
      {codec::EncodeReceiptExtra(extra), receipt.entry.sequence,
       receipt.entry.inclusion_path, receipt.checkpoint});
}

absl::StatusOr<Receipt> ParseReceipt(std::string_view text) {
  AMANAH_ASSIGN_OR_RETURN(log::ProofFile file, log::ParseProofFile(text));
  if (!file.extra.has_value()) {
    return absl::InvalidArgumentError(
        "not a receipt: the proof file has no extra line");
  }
  AMANAH_ASSIGN_OR_RETURN(codec::ReceiptExtra extra,
                          codec::DecodeReceiptExtra(AsBytes(*file.extra)));
  Receipt receipt;
  receipt.entry = {file.index, std::move(extra.entry), std::move(file.path),
                   std::move(extra.batch_path)};
  for (codec::ReceiptKeyEntry& key : extra.key_entries) {
    receipt.key_entries.push_back({key.sequence, std::move(key.entry),
                                   std::move(key.inclusion_path),
                                   std::move(key.batch_path)});
  }
  if (receipt.key_entries.empty() || receipt.key_entries[0].sequence != 0) {
    return absl::InvalidArgumentError("not a receipt: it lacks entry 0");
  }
  receipt.checkpoint = std::move(file.checkpoint);
  return receipt;
}

absl::StatusOr<VerifiedReceipt> VerifyReceipt(const LedgerId& ledger,
                                              std::string_view text) {
  AMANAH_ASSIGN_OR_RETURN(const Receipt receipt, ParseReceipt(text));
  AMANAH_ASSIGN_OR_RETURN(
      KeyRing ring,
      KeyRing::FromEntryZero(ledger, receipt.key_entries[0].bytes));
  // Which key signs the checkpoint may itself be told by an entry under it, so
  // entries are proved under what it says, and its signature comes last: the
  // ring is this call's own, and nothing is given out before all holds.
  AMANAH_ASSIGN_OR_RETURN(const log::Note note,
                          log::ParseNote(receipt.checkpoint));
  AMANAH_ASSIGN_OR_RETURN(log::Checkpoint checkpoint,
                          log::ParseCheckpointText(note.text));
  // Entry 0 is known by its hash, but must be in this very log too.
  AMANAH_RETURN_IF_ERROR(
      ring.Verify(receipt.key_entries[0], checkpoint).status());
  for (const EntryProof& key : receipt.key_entries) {
    AMANAH_RETURN_IF_ERROR(ring.Add(key, checkpoint));
  }
  AMANAH_ASSIGN_OR_RETURN(VerifiedEntry entry,
                          ring.Verify(receipt.entry, checkpoint));
  AMANAH_RETURN_IF_ERROR(ring.OpenCheckpoint(receipt.checkpoint).status());
  return VerifiedReceipt{std::move(entry), std::move(checkpoint),
                         WantsWitnesses(ring.opening().witness_policy)};
}

}  // namespace amanah::judge
