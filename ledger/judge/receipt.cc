#include "ledger/judge/receipt.h"

#include <utility>

#include "absl/strings/str_format.h"
#include "ledger/base/status.h"
#include "ledger/codec/receipt_codec.h"
#include "ledger/log/note.h"
#include "ledger/log/proof_file.h"

namespace amanah::judge {

absl::StatusOr<std::string> MakeReceipt(const ReceiptParts& parts) {
  codec::ReceiptExtra extra;
  extra.entry = parts.entry.bytes;
  extra.batch_path = parts.entry.batch_path;
  for (const EntryProof& key : parts.key_entries) {
    extra.key_entries.push_back(
        {key.sequence, key.bytes, key.inclusion_path, key.batch_path});
  }
  const log::ProofFile file{codec::EncodeReceiptExtra(extra),
                            parts.entry.sequence, parts.entry.inclusion_path,
                            parts.checkpoint};
  std::string text = log::FormatProofFile(file);
  // Whatever is out of range shows when it is read.
  AMANAH_RETURN_IF_ERROR(ParseReceipt(text).status());
  return text;
}

absl::StatusOr<ReceiptParts> ParseReceipt(std::string_view text) {
  AMANAH_ASSIGN_OR_RETURN(log::ProofFile file, log::ParseProofFile(text));
  if (!file.extra.has_value()) {
    return absl::InvalidArgumentError(
        "not a receipt: the proof file has no extra line");
  }
  AMANAH_ASSIGN_OR_RETURN(codec::ReceiptExtra extra,
                          codec::DecodeReceiptExtra(AsBytes(*file.extra)));
  ReceiptParts parts;
  parts.entry = {file.index, std::move(extra.entry), std::move(file.path),
                 std::move(extra.batch_path)};
  for (codec::ReceiptKeyEntry& key : extra.key_entries) {
    parts.key_entries.push_back({key.sequence, std::move(key.entry),
                                 std::move(key.inclusion_path),
                                 std::move(key.batch_path)});
  }
  if (parts.key_entries.empty() || parts.key_entries[0].sequence != 0) {
    return absl::InvalidArgumentError("not a receipt: it lacks entry 0");
  }
  parts.checkpoint = std::move(file.checkpoint);
  return parts;
}

absl::StatusOr<CheckedReceipt> CheckReceipt(std::string_view text,
                                            const LedgerId& ledger) {
  AMANAH_ASSIGN_OR_RETURN(const ReceiptParts parts, ParseReceipt(text));
  AMANAH_ASSIGN_OR_RETURN(
      KeyRing ring, KeyRing::FromEntryZero(ledger, parts.key_entries[0].bytes));
  // Which key signs the checkpoint may itself be told by an entry under it, so
  // entries are proved under what it says, and its signature comes last: the
  // ring is this call's own, and nothing is given out before all holds.
  AMANAH_ASSIGN_OR_RETURN(const log::Note note,
                          log::ParseNote(parts.checkpoint));
  AMANAH_ASSIGN_OR_RETURN(log::Checkpoint checkpoint,
                          log::ParseCheckpointText(note.text));
  for (const EntryProof& key : parts.key_entries) {
    // Entry 0 is known by its hash, but must be in this very log.
    AMANAH_RETURN_IF_ERROR(ring.Verify(key, checkpoint).status());
    AMANAH_RETURN_IF_ERROR(ring.Add(key, checkpoint));
  }
  AMANAH_ASSIGN_OR_RETURN(VerifiedEntry entry,
                          ring.Verify(parts.entry, checkpoint));
  AMANAH_RETURN_IF_ERROR(ring.OpenCheckpoint(parts.checkpoint).status());
  return CheckedReceipt{std::move(entry), std::move(checkpoint)};
}

}  // namespace amanah::judge
