#include "server/open_stream.h"

#include "server/convert.h"
#include "server/logging.h"

namespace amanah::server {

void OpenStream::OnTick(int64_t monotonic_us) {
  {
    const std::lock_guard lock(mutex_);
    if (finished_) return;
    const absl::Status status = caller_.Recheck(monotonic_us);
    if (!status.ok()) End(ToGrpc(status));
    if (!write_.IsLate(monotonic_us)) return;
  }
  // A status would wait behind the message, so the call is cancelled, and the
  // write with it.
  if (context_->IsCancelled()) return;
  LogInfo("cut-off",
          {{"caller", caller_.caller().name()}, {"why", "reads too slowly"}});
  context_->TryCancel();
}

void OpenStream::OnStop() {
  const std::lock_guard lock(mutex_);
  End({grpc::StatusCode::UNAVAILABLE, "the server is stopping"});
}

}  // namespace amanah::server
