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

}  // namespace amanah::server
