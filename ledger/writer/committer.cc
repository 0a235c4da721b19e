#include "ledger/writer/committer.h"

#include <chrono>
#include <utility>

#include "ledger/base/status.h"
#include "ledger/codec/entry_codec.h"
#include "ledger/log/checkpoint.h"
#include "ledger/log/merkle.h"
#include "ledger/writer/halted.h"

namespace amanah::writer {
namespace {

// One group is being synced while the next waits; a third would only make
// answers later and groups smaller.
constexpr size_t kGroupsMax = 1;

}  // namespace

Committer::Committer(const CommitterStores& stores, std::string origin,
                     const std::vector<crypto::SigningKey>* keys,
                     const BootId& boot)
    : stores_(stores),
      origin_(std::move(origin)),
      keys_(keys),
      boot_(boot),
      queue_(kGroupsMax, kGroupsMax) {}

absl::StatusOr<std::unique_ptr<Committer>> Committer::Start(
    const CommitterStores& stores, std::string origin,
    const std::vector<crypto::SigningKey>* keys,
    const crypto::PublicKey& checkpoint_key, int64_t last_time_us,
    const BootId& boot) {
  std::unique_ptr<Committer> committer(
      new Committer(stores, std::move(origin), keys, boot));
  // Entries that no checkpoint included yet are younger than what the signer
  // remembers; it is not known by how much.
  const store::SignedSize& signed_last = stores.signer->last();
  AMANAH_RETURN_IF_ERROR(committer->SignTip(
      checkpoint_key, {last_time_us, signed_last.last_entry_monotonic_us},
      signed_last.boot));
  committer->thread_ = std::thread([raw = committer.get()] { raw->Run(); });
  return committer;
}

Committer::~Committer() { Stop(); }

void Committer::Push(Group group) {
  {
    const std::lock_guard lock(mutex_);
    ++pushed_;
  }
  queue_.Push(std::move(group), 1);
}

void Committer::WaitIdle() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return done_ == pushed_; });
}

void Committer::Stop() {
  queue_.Close();
  if (thread_.joinable()) thread_.join();
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
}

std::shared_ptr<const SignedTip> Committer::tip() const {
  const std::lock_guard lock(mutex_);
  return tip_;
}

std::shared_ptr<const SignedTip> Committer::WaitForSize(
    uint64_t size, int64_t timeout_us) const {
  std::unique_lock lock(mutex_);
  const bool there = changed_.wait_for(
      lock, std::chrono::microseconds(timeout_us),
      [&] { return tip_->size >= size || stopped_ || !status_.ok(); });
  return there && tip_->size >= size ? tip_ : nullptr;
}

absl::Status Committer::status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

void Committer::Halt(const absl::Status& why) {
  {
    const std::lock_guard lock(mutex_);
    status_.Update(why);
  }
  changed_.notify_all();
}

void Committer::Run() {
  while (std::optional<Group> group = queue_.Pop()) {
    Commit(*std::move(group));
    {
      const std::lock_guard lock(mutex_);
      ++done_;
    }
    changed_.notify_all();
  }
}

void Committer::Commit(Group group) {
  absl::Status outcome = status();
  if (outcome.ok()) outcome = MakeDurable(&group);
  if (!outcome.ok()) Halt(outcome);
  Answer(std::move(group), outcome);
}

absl::Status Committer::MakeDurable(Group* group) {
  if (group->entries.empty()) return absl::OkStatus();
  AMANAH_RETURN_IF_ERROR(
      stores_.entries->Append(group->first_sequence, group->entries));
  const uint64_t size = group->first_sequence + group->entries.size();
  stores_.tiles->Append(group->hashes);
  AMANAH_RETURN_IF_ERROR(stores_.derived->Publish(
      size, std::move(group->changes), std::move(group->rows)));
  return SignTip(group->checkpoint_key, group->last_time, boot_);
}

absl::Status Committer::SignTip(const crypto::PublicKey& key,
                                const EntryTime& last, const BootId& boot) {
  const crypto::SigningKey* signer = nullptr;
  for (const crypto::SigningKey& one : *keys_) {
    if (one.public_key() == key) signer = &one;
  }
  if (signer == nullptr) {
    return absl::FailedPreconditionError(absl::StrFormat(
        "the secret of the checkpoint key in force is not here; the folder "
        "holds the ledger %s",
        origin_));
  }
  auto tip = std::make_shared<SignedTip>();
  tip->size = stores_.tiles->size();
  tip->root = stores_.tiles->Root();
  AMANAH_RETURN_IF_ERROR(
      stores_.signer->Remember({.size = tip->size,
                                .root = tip->root,
                                .last_entry_time_us = last.us,
                                .last_entry_monotonic_us = last.monotonic_us,
                                .boot = boot}));
  tip->checkpoint =
      log::SignCheckpoint({origin_, tip->size, tip->root}, *signer);
  {
    const std::lock_guard lock(mutex_);
    tip_ = std::move(tip);
  }
  changed_.notify_all();
  return absl::OkStatus();
}

absl::StatusOr<Acknowledgement> Committer::Recall(
    const judge::Repeat& repeat) const {
  Acknowledgement acknowledgement;
  acknowledgement.repeat = true;
  acknowledgement.results.reserve(repeat.size());
  const auto take = [&](uint64_t sequence, ByteView bytes) -> absl::Status {
    AMANAH_ASSIGN_OR_RETURN(const codec::Entry entry,
                            codec::DecodeEntry(bytes));
    acknowledgement.results.push_back(
        {sequence, entry.outcome, log::LeafHash(bytes)});
    return absl::OkStatus();
  };
  // In runs of entries that follow each other, as those of one batch do: each
  // look-up reads a row of up to 256, and payments wait behind this.
  for (size_t begin = 0, end = 0; begin < repeat.size(); begin = end) {
    end = begin + 1;
    while (end < repeat.size() && repeat[end] == repeat[end - 1] + 1) ++end;
    AMANAH_RETURN_IF_ERROR(
        stores_.entries->ForEach(repeat[begin], end - begin, take));
  }
  return acknowledgement;
}

void Committer::Answer(Group group, const absl::Status& outcome) {
  const std::shared_ptr<const SignedTip> current = tip();
  for (PendingAnswer& pending : group.answers) {
    if (!outcome.ok()) {
      pending.on_answer(StorageFailed());
      continue;
    }
    if (auto* error = std::get_if<judge::BatchError>(&pending.answer)) {
      pending.on_answer(std::move(*error));
      continue;
    }
    Acknowledgement acknowledgement;
    if (auto* results = std::get_if<std::vector<Result>>(&pending.answer)) {
      acknowledgement.results = std::move(*results);
    } else {
      auto recalled = Recall(std::get<judge::Repeat>(pending.answer));
      if (!recalled.ok()) {
        pending.on_answer(StorageFailed());
        continue;
      }
      acknowledgement = *std::move(recalled);
    }
    acknowledgement.tip = current;
    pending.on_answer(std::move(acknowledgement));
  }
}

}  // namespace amanah::writer
