// The caller of a stream: looked up when the stream begins, and again every few
// seconds, since an authority may be suspended or change its pins meanwhile.
#ifndef AMANAH_SERVER_STREAM_CALLER_H_
#define AMANAH_SERVER_STREAM_CALLER_H_

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "server/host.h"
#include "server/logging.h"

namespace amanah::server {

// Not thread-safe.
class StreamCaller {
 public:
  StreamCaller(Host* host, Admitted admitted)
      : host_(host),
        admitted_(std::move(admitted)),
        next_check_us_(host->clock->MonotonicUs() +
                       host->limits.recheck_every_us) {}

  writer::Ledger* ledger() const { return admitted_.ledger; }
  const Caller& caller() const { return admitted_.caller; }

  // OK while it is not time yet, and while the caller may still speak.
  absl::Status Recheck(int64_t monotonic_us) {
    if (monotonic_us < next_check_us_) return absl::OkStatus();
    next_check_us_ = monotonic_us + host_->limits.recheck_every_us;
    return host_->Recheck(admitted_).status();
  }

 private:
  Host* const host_;
  const Admitted admitted_;
  int64_t next_check_us_;
};

// The message that a stream is writing: how long its client lets it wait. Not
// thread-safe.
class PendingWrite {
 public:
  void Begin(const Host& host) {
    end_us_ = host.clock->MonotonicUs() + host.limits.write_time_max_us;
  }
  void Done() { end_us_.reset(); }
  bool pending() const { return end_us_.has_value(); }
  bool IsLate(int64_t monotonic_us) const {
    return pending() && monotonic_us >= *end_us_;
  }

 private:
  std::optional<int64_t> end_us_;
};

// Ends a stream whose client takes nothing. A status would wait behind the
// message, so the call is cancelled, and the write with it.
inline void CutOff(const Caller& caller, grpc::CallbackServerContext* context) {
  if (context->IsCancelled()) return;
  LogInfo("cut-off", {{"caller", caller.name()}, {"why", "reads too slowly"}});
  context->TryCancel();
}

// A stream that ends as it begins.
template <typename Reactor>
class RefusedStream final : public Reactor {
 public:
  explicit RefusedStream(grpc::Status status) {
    this->Finish(std::move(status));
  }
  void OnDone() override { delete this; }
};

}  // namespace amanah::server

#endif  // AMANAH_SERVER_STREAM_CALLER_H_
