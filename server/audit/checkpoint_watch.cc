#include "server/audit/checkpoint_watch.h"

#include <chrono>

namespace amanah::server {
namespace {

// How long one wait lasts, and so a stop at most.
constexpr int64_t kWaitUs = 200'000;

}  // namespace

void CheckpointWatch::Start(const writer::Ledger* ledger) {
  ledger_ = ledger;
  thread_ = std::thread([this] { Run(); });
}

void CheckpointWatch::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void CheckpointWatch::Add(CheckpointWatcher* watcher) {
  const std::lock_guard lock(mutex_);
  watchers_.insert(watcher);
  watcher->OnTip(ledger_->tip());
}

void CheckpointWatch::Remove(CheckpointWatcher* watcher) {
  const std::lock_guard lock(mutex_);
  watchers_.erase(watcher);
}

void CheckpointWatch::Run() {
  TipPointer last = ledger_->tip();
  std::unique_lock lock(mutex_);
  while (!stopped_) {
    lock.unlock();
    const TipPointer tip = ledger_->WaitForSize(last->size + 1, kWaitUs);
    lock.lock();
    if (tip == nullptr) {
      // A ledger that has halted does not wait.
      changed_.wait_for(lock, std::chrono::microseconds(kWaitUs / 10),
                        [&] { return stopped_; });
      continue;
    }
    last = tip;
    for (CheckpointWatcher* watcher : watchers_) watcher->OnTip(tip);
  }
}

}  // namespace amanah::server
