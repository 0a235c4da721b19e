#include "server/open_calls.h"

namespace amanah::server {

void OpenCalls::Add(OpenCall* call) {
  const std::lock_guard lock(mutex_);
  calls_.insert(call);
  if (stopped_) call->OnStop();
}

void OpenCalls::Remove(OpenCall* call) {
  const std::lock_guard lock(mutex_);
  calls_.erase(call);
  if (stopped_ && calls_.empty()) none_left_.notify_all();
}

void OpenCalls::Tick(int64_t monotonic_us) {
  const std::lock_guard lock(mutex_);
  for (OpenCall* call : calls_) call->OnTick(monotonic_us);
}

void OpenCalls::Stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  for (OpenCall* call : calls_) call->OnStop();
}

bool OpenCalls::WaitUntilNone(std::chrono::milliseconds at_most) {
  std::unique_lock lock(mutex_);
  return none_left_.wait_for(lock, at_most, [&] { return calls_.empty(); });
}

bool Places::TryTake(uint64_t authority) {
  const std::lock_guard lock(mutex_);
  if (free_ == 0) return false;
  uint32_t& taken = taken_[authority];
  if (taken >= each_) return false;
  ++taken;
  --free_;
  return true;
}

void Places::Give(uint64_t authority) {
  const std::lock_guard lock(mutex_);
  ++free_;
  const auto found = taken_.find(authority);
  if (--found->second == 0) taken_.erase(found);
}

}  // namespace amanah::server
