// Making a data folder: entry 0, and the first checkpoint that covers it.
#include <utility>

#include "ledger/base/status.h"
#include "ledger/judge/opening.h"
#include "ledger/kv/rocks.h"
#include "ledger/log/merkle.h"
#include "ledger/log/note.h"
#include "ledger/log/seal.h"
#include "ledger/store/data_folder.h"
#include "ledger/store/signer_memory.h"
#include "ledger/writer/ledger.h"

namespace amanah::writer {
namespace {

// The opening, checked. Its origin is that which its own seal names.
absl::StatusOr<judge::SealedBatch> CheckedOpening(judge::SubmittedBatch batch,
                                                  int64_t time_us) {
  AMANAH_ASSIGN_OR_RETURN(const log::Note note, log::ParseNote(batch.seal));
  AMANAH_ASSIGN_OR_RETURN(const log::SealText seal,
                          log::ParseSealText(note.text));
  auto parsed = judge::ParseBatch({seal.origin, {}}, std::move(batch));
  if (const auto* error = std::get_if<judge::BatchError>(&parsed)) {
    return judge::ToStatus(*error);
  }
  auto sealed =
      judge::CheckOpening(std::get<judge::ParsedBatch>(std::move(parsed)));
  if (const auto* error = std::get_if<judge::BatchError>(&sealed)) {
    return judge::ToStatus(*error);
  }
  if (static_cast<uint64_t>(time_us / 1'000'000) > seal.last_second) {
    return absl::DeadlineExceededError(
        absl::StrFormat("the opening's seal held to second %d, it is %d",
                        seal.last_second, time_us / 1'000'000));
  }
  return std::get<judge::SealedBatch>(std::move(sealed));
}

absl::Status CheckHeld(const std::vector<crypto::SigningKey>& keys,
                       const crypto::PublicKey& wanted, std::string_view what) {
  for (const crypto::SigningKey& key : keys) {
    if (key.public_key() == wanted) return absl::OkStatus();
  }
  return absl::FailedPreconditionError(absl::StrFormat(
      "the opening names another %s key than the one that is here", what));
}

absl::Status WriteEntryZero(const store::DataFolder& folder,
                            const judge::JudgedEntry& entry) {
  AMANAH_ASSIGN_OR_RETURN(
      std::unique_ptr<kv::KeyValue> rows,
      kv::OpenRocks(folder.entries_path(), {.profile = kv::Profile::kEntries}));
  AMANAH_ASSIGN_OR_RETURN(const std::unique_ptr<store::EntryStore> entries,
                          store::EntryStore::Open(std::move(rows)));
  const std::string bytes[] = {entry.bytes};
  return entries->Append(0, bytes);
}

}  // namespace

absl::Status Ledger::Create(const std::filesystem::path& path,
                            judge::SubmittedBatch opening,
                            const LedgerKeys& keys,
                            const LedgerOptions& options) {
  const int64_t time_us = options.clock->NowUs();
  AMANAH_ASSIGN_OR_RETURN(const judge::SealedBatch sealed,
                          CheckedOpening(std::move(opening), time_us));
  const domain::LedgerOpened& opened = judge::OpenedBy(sealed);
  AMANAH_RETURN_IF_ERROR(
      CheckHeld(keys.checkpoint, opened.checkpoint_key.key, "checkpoint"));
  AMANAH_RETURN_IF_ERROR(
      CheckHeld(keys.statement, opened.statement_key.key, "statement"));

  const domain::MemoryState nothing;
  domain::Overlay state(&nothing);
  judge::Tip tip;
  const judge::JudgedEntry entry =
      judge::JudgeOpening(sealed, time_us, &state, &tip);

  AMANAH_ASSIGN_OR_RETURN(
      const std::unique_ptr<store::DataFolder> folder,
      store::DataFolder::Create(path, opened.origin, entry.hash));
  AMANAH_RETURN_IF_ERROR(WriteEntryZero(*folder, entry));
  AMANAH_RETURN_IF_ERROR(
      store::SignerMemory::Create(folder->signer_path()).status());
  // Last: a folder without it is not a ledger yet, and can be made anew.
  return folder->Finish();
}

}  // namespace amanah::writer
