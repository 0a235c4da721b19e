// Opening a data folder: its stores, checked against each other, and its state
// brought up to the last synced entry by replay.
#ifndef AMANAH_LEDGER_WRITER_STARTUP_H_
#define AMANAH_LEDGER_WRITER_STARTUP_H_

#include <filesystem>
#include <memory>

#include "absl/status/statusor.h"
#include "ledger/judge/judge.h"
#include "ledger/store/data_folder.h"
#include "ledger/store/signer_memory.h"
#include "ledger/writer/ledger.h"

namespace amanah::writer {

// An open folder. The members are in the order in which they are opened, and
// are closed in the reverse one.
struct OpenStores {
  std::unique_ptr<store::DataFolder> folder;
  std::unique_ptr<store::SignerMemory> signer;
  std::unique_ptr<store::EntryStore> entries;
  std::unique_ptr<store::DerivedStore> derived;
  std::unique_ptr<store::TileStore> tiles;
  judge::LedgerId ledger;
  judge::Tip tip;
  crypto::PublicKey checkpoint_key;
};

// Errors as Ledger::Open.
absl::StatusOr<OpenStores> OpenFolder(const std::filesystem::path& path,
                                      const LedgerOptions& options);

}  // namespace amanah::writer

#endif  // AMANAH_LEDGER_WRITER_STARTUP_H_
