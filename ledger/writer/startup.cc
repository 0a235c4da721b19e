#include "ledger/writer/startup.h"

#include <system_error>
#include <utility>

#include "ledger/base/status.h"
#include "ledger/codec/entry_codec.h"
#include "ledger/codec/statement_codec.h"
#include "ledger/judge/replay.h"
#include "ledger/kv/rocks.h"
#include "ledger/log/merkle.h"
#include "ledger/store/index.h"

namespace amanah::writer {
namespace {

// Entries between two hand-overs of a replay.
constexpr uint64_t kReplayStep = 10'000;

absl::StatusOr<std::unique_ptr<store::EntryStore>> OpenEntries(
    const store::DataFolder& folder) {
  AMANAH_ASSIGN_OR_RETURN(
      std::unique_ptr<kv::KeyValue> rows,
      kv::OpenRocks(folder.entries_path(), {.profile = kv::Profile::kEntries,
                                            .create_if_missing = false}));
  return store::EntryStore::Open(std::move(rows));
}

absl::StatusOr<std::unique_ptr<store::DerivedStore>> TryOpenDerived(
    const store::DataFolder& folder, const LedgerOptions& options) {
  AMANAH_ASSIGN_OR_RETURN(
      std::unique_ptr<kv::KeyValue> rows,
      kv::OpenRocks(folder.state_path(),
                    {.profile = kv::Profile::kState,
                     .block_cache_length = options.block_cache_length}));
  return store::DerivedStore::Open(std::move(rows), options.derived);
}

// Derived rows are not worth a repair: what does not open, or is ahead of the
// entries, is thrown away and rebuilt.
absl::StatusOr<std::unique_ptr<store::DerivedStore>> OpenDerived(
    const store::DataFolder& folder, uint64_t entries,
    const LedgerOptions& options) {
  auto derived = TryOpenDerived(folder, options);
  if (absl::IsDataLoss(derived.status())) {
    std::error_code failed;
    std::filesystem::remove_all(folder.state_path(), failed);
    derived = TryOpenDerived(folder, options);
  }
  if (derived.ok() && (*derived)->position() > entries) {
    AMANAH_RETURN_IF_ERROR((*derived)->Wipe());
  }
  return derived;
}

// The log may be longer than what was signed, never shorter.
absl::Status CheckSigned(const store::SignerMemory& signer,
                         const store::EntryStore& entries,
                         const store::TileStore& tiles) {
  const store::SignedSize& last = signer.last();
  if (last.size == 0) return absl::OkStatus();
  AMANAH_ASSIGN_OR_RETURN(const crypto::Hash root,
                          log::RootAt(tiles, last.size));
  if (root != last.root) {
    return absl::DataLossError(absl::StrFormat(
        "the first %d of %d entries are not those that were signed", last.size,
        entries.size()));
  }
  return absl::OkStatus();
}

absl::Status CheckLength(const store::SignerMemory& signer,
                         const store::EntryStore& entries) {
  if (entries.size() >= signer.last().size && entries.size() > 0) {
    return absl::OkStatus();
  }
  return absl::DataLossError(absl::StrFormat(
      "the log has %d entries, but a checkpoint of %d was signed",
      entries.size(), signer.last().size));
}

absl::Status CheckGenesis(const store::DataFolder& folder,
                          const store::EntryStore& entries) {
  AMANAH_ASSIGN_OR_RETURN(const std::string bytes, entries.Get(0));
  if (log::LeafHash(AsBytes(bytes)) != folder.identity().genesis_hash) {
    return absl::DataLossError("entry 0 is not the one that the folder names");
  }
  AMANAH_ASSIGN_OR_RETURN(const codec::Entry entry,
                          codec::DecodeEntry(AsBytes(bytes)));
  AMANAH_ASSIGN_OR_RETURN(const domain::Statement statement,
                          codec::DecodeStatement(AsBytes(entry.statement)));
  const auto* opened = std::get_if<domain::LedgerOpened>(&statement.body);
  if (opened != nullptr && opened->origin == folder.identity().origin) {
    return absl::OkStatus();
  }
  return absl::DataLossError(absl::StrFormat(
      "the folder names origin %s, entry 0 another", folder.identity().origin));
}

// The end of the log's first `size` entries.
absl::StatusOr<judge::Tip> TipAt(const store::EntryStore& entries,
                                 uint64_t size) {
  judge::Tip tip;
  if (size == 0) return tip;
  AMANAH_ASSIGN_OR_RETURN(const std::string bytes, entries.Get(size - 1));
  AMANAH_ASSIGN_OR_RETURN(const codec::Entry entry,
                          codec::DecodeEntry(AsBytes(bytes)));
  return judge::Tip{size, log::LeafHash(AsBytes(bytes)), entry.time_us};
}

// Brings the derived rows from their position to the end of the log.
class CatchUp {
 public:
  CatchUp(OpenStores* stores, const LedgerOptions& options)
      : stores_(*stores), options_(options), state_(stores->derived.get()) {}

  absl::Status Run() {
    const uint64_t first = stores_.derived->position();
    AMANAH_ASSIGN_OR_RETURN(const judge::Tip tip,
                            TipAt(*stores_.entries, first));
    judge::Replay replay = MakeReplay(tip);
    const uint64_t size = stores_.entries->size();
    AMANAH_RETURN_IF_ERROR(stores_.entries->ForEach(
        first, size - first, [&](uint64_t sequence, ByteView entry) {
          return Add(&replay, sequence, entry);
        }));
    replay.Finish();
    AMANAH_RETURN_IF_ERROR(finding_);
    if (size > first) AMANAH_RETURN_IF_ERROR(HandOver(size));
    stores_.tip = replay.tip();
    const auto ledger = domain::FindLedger(&state_);
    if (!ledger.has_value()) {
      AMANAH_RETURN_IF_ERROR(state_.status());
      return absl::DataLossError("the state has no ledger");
    }
    if (ledger->rules_version > domain::kRulesVersionMax) {
      return absl::FailedPreconditionError(
          absl::StrFormat("needs rules version %d", ledger->rules_version));
    }
    stores_.checkpoint_key = ledger->checkpoint_key;
    return absl::OkStatus();
  }

 private:
  judge::Replay MakeReplay(const judge::Tip& tip) {
    const judge::ReplayOptions options{.verify_signatures = false};
    const auto on_finding = [this](const judge::Finding& finding) {
      finding_.Update(absl::DataLossError(
          absl::StrFormat("entry %d: %s", finding.sequence, finding.text)));
    };
    const auto on_batch = [this](const judge::ReplayedBatch& batch) {
      Index(batch);
    };
    if (tip.size == 0) {
      return judge::Replay(&state_, options, on_finding, on_batch);
    }
    return judge::Replay(&state_, stores_.ledger, tip, options, on_finding,
                         on_batch);
  }

  void Index(const judge::ReplayedBatch& batch) {
    const auto& prepared = batch.batch->batch.prepared;
    for (size_t i = 0; i < prepared.size(); ++i) {
      store::IndexStatement(*batch.author, prepared[i], (*batch.outcomes)[i],
                            batch.first_sequence + i, &state_, &rows_);
    }
  }

  absl::Status Add(judge::Replay* replay, uint64_t sequence, ByteView entry) {
    const crypto::Hash hash = log::LeafHash(entry);
    AMANAH_RETURN_IF_ERROR(replay->Add(entry, hash));
    AMANAH_RETURN_IF_ERROR(finding_);
    hashes_.push_back(hash);
    if (hashes_.size() < kReplayStep || !replay->between_batches()) {
      return absl::OkStatus();
    }
    if (options_.on_progress) {
      options_.on_progress(sequence + 1, stores_.entries->size());
    }
    return HandOver(sequence + 1);
  }

  absl::Status HandOver(uint64_t size) {
    stores_.tiles->Append(hashes_);
    hashes_.clear();
    AMANAH_RETURN_IF_ERROR(stores_.derived->Publish(size, state_.TakeChanges(),
                                                    std::exchange(rows_, {})));
    state_.Trim();
    return absl::OkStatus();
  }

  OpenStores& stores_;
  const LedgerOptions& options_;
  domain::Overlay state_;
  std::vector<store::IndexRow> rows_;
  std::vector<crypto::Hash> hashes_;
  absl::Status finding_;
};

}  // namespace

absl::StatusOr<OpenStores> OpenFolder(const std::filesystem::path& path,
                                      const LedgerOptions& options) {
  OpenStores stores;
  AMANAH_ASSIGN_OR_RETURN(stores.folder, store::DataFolder::Open(path));
  const std::string& origin = stores.folder->identity().origin;
  if (!options.origin.empty() && origin != options.origin) {
    return absl::FailedPreconditionError(absl::StrFormat(
        "the folder holds the ledger %s, not %s", origin, options.origin));
  }
  AMANAH_ASSIGN_OR_RETURN(
      stores.signer, store::SignerMemory::Open(stores.folder->signer_path()));
  AMANAH_ASSIGN_OR_RETURN(stores.entries, OpenEntries(*stores.folder));
  AMANAH_RETURN_IF_ERROR(CheckLength(*stores.signer, *stores.entries));
  AMANAH_RETURN_IF_ERROR(CheckGenesis(*stores.folder, *stores.entries));
  stores.ledger = {origin, stores.folder->identity().genesis_hash};
  AMANAH_ASSIGN_OR_RETURN(
      stores.derived,
      OpenDerived(*stores.folder, stores.entries->size(), options));
  AMANAH_ASSIGN_OR_RETURN(
      stores.tiles,
      store::TileStore::Open(stores.derived.get(), stores.entries.get(),
                             stores.derived->position()));
  AMANAH_RETURN_IF_ERROR(CatchUp(&stores, options).Run());
  AMANAH_RETURN_IF_ERROR(
      CheckSigned(*stores.signer, *stores.entries, *stores.tiles));
  return stores;
}

}  // namespace amanah::writer
