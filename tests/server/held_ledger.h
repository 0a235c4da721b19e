// A ledger whose answers wait until a test lets them go, to see what a server
// does with batches and questions that are under way.
#ifndef AMANAH_TESTS_SERVER_HELD_LEDGER_H_
#define AMANAH_TESTS_SERVER_HELD_LEDGER_H_

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>

#include "ledger/writer/ledger.h"

namespace amanah::server {

// Thread-safe. Until Hold() it is the ledger that it wraps, which must outlive
// it.
class HeldLedger final : public writer::Ledger {
 public:
  explicit HeldLedger(writer::Ledger* inner) : inner_(inner) {}

  // Answers to batches that come from now on wait.
  void Hold() {
    const std::lock_guard lock(mutex_);
    holding_ = true;
  }
  // Lets `count` answers go, as they come.
  void Release(size_t count) {
    const std::lock_guard lock(mutex_);
    to_release_ += count;
    LetGo();
  }
  void ReleaseAll() {
    const std::lock_guard lock(mutex_);
    holding_ = false;
    for (auto& answer : held_) answer();
    held_.clear();
  }
  // Waits until so many answers wait.
  void WaitForHeld(size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return held_.size() >= count; });
  }
  // The most answers that ever waited together.
  size_t peak() const {
    const std::lock_guard lock(mutex_);
    return peak_;
  }

  // The next batches are answered with this error instead.
  void FailWith(judge::BatchError error) {
    const std::lock_guard lock(mutex_);
    error_ = std::move(error);
  }
  // Questions that want a checkpoint wait until this is undone, and may be
  // counted.
  void HoldTips(bool hold) {
    const std::lock_guard lock(mutex_);
    holding_tips_ = hold;
    changed_.notify_all();
  }
  void WaitForQuestions(size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return questions_ >= count; });
  }
  void SetStatus(absl::Status status) {
    const std::lock_guard lock(mutex_);
    status_ = std::move(status);
  }

  const judge::LedgerId& id() const override { return inner_->id(); }
  judge::OrError<judge::SealedBatch> Check(
      judge::SubmittedBatch batch) const override {
    return inner_->Check(std::move(batch));
  }
  void Submit(judge::SealedBatch batch, writer::OnAnswer on_answer) override {
    {
      const std::lock_guard lock(mutex_);
      if (error_.has_value()) {
        on_answer(*error_);
        return;
      }
    }
    inner_->Submit(std::move(batch), [this, on_answer](writer::Answer answer) {
      const std::lock_guard lock(mutex_);
      held_.push_back(
          [on_answer, kept = std::move(answer)] { on_answer(kept); });
      if (!holding_) {
        held_.back()();
        held_.pop_back();
        return;
      }
      peak_ = std::max(peak_, held_.size());
      LetGo();
      changed_.notify_all();
    });
  }
  std::shared_ptr<const writer::SignedTip> tip() const override {
    {
      std::unique_lock lock(mutex_);
      ++questions_;
      changed_.notify_all();
      changed_.wait(lock, [&] { return !holding_tips_; });
    }
    return inner_->tip();
  }
  std::shared_ptr<const writer::SignedTip> WaitForSize(
      uint64_t size, int64_t timeout_us) const override {
    return inner_->WaitForSize(size, timeout_us);
  }
  absl::Status status() const override {
    const std::lock_guard lock(mutex_);
    return status_.ok() ? inner_->status() : status_;
  }
  absl::Status clock_status() const override { return inner_->clock_status(); }
  const store::EntryStore& entries() const override {
    return inner_->entries();
  }
  const store::TileStore& tiles() const override { return inner_->tiles(); }
  const store::DerivedStore& derived() const override {
    return inner_->derived();
  }
  absl::Status Stop() override { return inner_->Stop(); }

 private:
  void LetGo() {
    while (to_release_ > 0 && !held_.empty()) {
      --to_release_;
      held_.front()();
      held_.pop_front();
    }
  }

  writer::Ledger* const inner_;
  mutable std::mutex mutex_;  // guards what follows
  mutable std::condition_variable changed_;
  bool holding_ = false;
  mutable bool holding_tips_ = false;
  mutable size_t questions_ = 0;
  size_t to_release_ = 0;
  size_t peak_ = 0;
  std::deque<std::function<void()>> held_;
  std::optional<judge::BatchError> error_;
  absl::Status status_;
};

}  // namespace amanah::server

#endif  // AMANAH_TESTS_SERVER_HELD_LEDGER_H_
