#include "server/read_pool.h"

#include <limits>
#include <utility>

namespace amanah::server {

ReadPool::ReadPool(size_t threads, size_t waiting_max)
    : waiting_max_(waiting_max) {
  for (size_t i = 0; i < threads; ++i) {
    threads_.emplace_back([this] { Run(); });
  }
}

bool ReadPool::TryRun(std::function<void()> work) {
  return Add(std::move(work), waiting_max_);
}

bool ReadPool::Continue(std::function<void()> work) {
  return Add(std::move(work), std::numeric_limits<size_t>::max());
}

bool ReadPool::Add(std::function<void()> work, size_t waiting_max) {
  {
    const std::lock_guard lock(mutex_);
    if (stopped_ || waiting_.size() >= waiting_max) return false;
    waiting_.push_back(std::move(work));
  }
  changed_.notify_one();
  return true;
}

void ReadPool::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return stopped_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    std::function<void()> work = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    work();
    // Before the lock: what it holds may end a call.
    work = nullptr;
    lock.lock();
  }
}

void ReadPool::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

}  // namespace amanah::server
