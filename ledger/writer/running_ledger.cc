// The parts of a running ledger, put together.
#include <utility>

#include "ledger/base/status.h"
#include "ledger/writer/committer.h"
#include "ledger/writer/ledger.h"
#include "ledger/writer/sequencer.h"
#include "ledger/writer/startup.h"

namespace amanah::writer {
namespace {

std::vector<crypto::PublicKey> PublicKeysOf(
    const std::vector<crypto::SigningKey>& keys) {
  std::vector<crypto::PublicKey> out;
  out.reserve(keys.size());
  for (const crypto::SigningKey& key : keys) out.push_back(key.public_key());
  return out;
}

// How long ago the last entry was made is known within one run of the machine.
LastEntryTime LastTimeOf(const OpenStores& stores, const BootId& boot) {
  LastEntryTime last{stores.tip.last_time_us, std::nullopt};
  const store::SignedSize& remembered = stores.signer->last();
  if (boot != BootId{} && remembered.boot == boot) {
    last.monotonic_us = remembered.last_entry_monotonic_us;
  }
  return last;
}

class RunningLedger final : public Ledger {
 public:
  RunningLedger(OpenStores stores, LedgerKeys keys)
      : stores_(std::move(stores)), keys_(std::move(keys)) {}
  ~RunningLedger() override { (void)Stop(); }

  absl::Status Start(const LedgerOptions& options) {
    AMANAH_ASSIGN_OR_RETURN(
        committer_,
        Committer::Start({stores_.entries.get(), stores_.tiles.get(),
                          stores_.derived.get(), stores_.signer.get()},
                         stores_.ledger.origin, &keys_.checkpoint,
                         stores_.checkpoint_key, stores_.tip.last_time_us,
                         options.clock->Boot()));
    sequencer_ = std::make_unique<Sequencer>(
        SequencerStart{stores_.ledger, stores_.tip,
                       LastTimeOf(stores_, options.clock->Boot()),
                       PublicKeysOf(keys_.checkpoint),
                       PublicKeysOf(keys_.statement)},
        options, stores_.derived.get(), committer_.get());
    return absl::OkStatus();
  }

  const judge::LedgerId& id() const override { return stores_.ledger; }

  judge::OrError<judge::SealedBatch> Check(
      judge::SubmittedBatch batch) const override {
    auto parsed = judge::ParseBatch(stores_.ledger, std::move(batch));
    if (auto* error = std::get_if<judge::BatchError>(&parsed)) {
      return std::move(*error);
    }
    domain::Overlay state(stores_.derived.get());
    auto sealed = judge::CheckSeal(
        std::get<judge::ParsedBatch>(std::move(parsed)), &state);
    if (!state.status().ok()) {
      return judge::BatchError{judge::Problem::kHalted,
                               "the state of the book cannot be read",
                               {},
                               {}};
    }
    return sealed;
  }

  void Submit(judge::SealedBatch batch, OnAnswer on_answer) override {
    sequencer_->Submit(std::move(batch), std::move(on_answer));
  }

  std::shared_ptr<const SignedTip> tip() const override {
    return committer_->tip();
  }

  std::shared_ptr<const SignedTip> WaitForSize(
      uint64_t size, int64_t timeout_us) const override {
    return committer_->WaitForSize(size, timeout_us);
  }

  absl::Status status() const override { return committer_->status(); }
  absl::Status clock_status() const override {
    return sequencer_->clock_status();
  }

  const store::EntryStore& entries() const override { return *stores_.entries; }
  const store::TileStore& tiles() const override { return *stores_.tiles; }
  const store::DerivedStore& derived() const override {
    return *stores_.derived;
  }

  absl::Status Stop() override {
    // In the order of the flow, so that each part drains into the next.
    if (sequencer_ != nullptr) sequencer_->Stop();
    if (committer_ != nullptr) committer_->Stop();
    return stores_.derived->Close();
  }

 private:
  OpenStores stores_;
  LedgerKeys keys_;
  std::unique_ptr<Committer> committer_;
  std::unique_ptr<Sequencer> sequencer_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Ledger>> Ledger::Open(
    const std::filesystem::path& path, LedgerKeys keys,
    const LedgerOptions& options) {
  AMANAH_ASSIGN_OR_RETURN(OpenStores stores, OpenFolder(path, options));
  auto ledger =
      std::make_unique<RunningLedger>(std::move(stores), std::move(keys));
  AMANAH_RETURN_IF_ERROR(ledger->Start(options));
  return ledger;
}

}  // namespace amanah::writer
