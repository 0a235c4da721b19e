// What all streams have in common: a caller, a message that is being written,
// and an end.
#ifndef AMANAH_SERVER_OPEN_STREAM_H_
#define AMANAH_SERVER_OPEN_STREAM_H_

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "server/host.h"
#include "server/open_calls.h"

namespace amanah::server {

// Looked up when the stream begins, and again every few seconds, since an
// authority may be suspended or change its pins meanwhile. Not thread-safe, but
// for who calls which ledger: that stays.
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

// Each stream derives from it and from a reactor of gRPC's. At a tick it loses
// a caller who may speak no more, and is cut off when its client takes nothing.
class OpenStream : public OpenCall {
 public:
  void OnTick(int64_t monotonic_us) final;
  void OnStop() final;

 protected:
  // `context` is gRPC's, until OnDone.
  OpenStream(Host* host, grpc::CallbackServerContext* context,
             Admitted admitted)
      : host_(host), caller_(host, std::move(admitted)), context_(context) {}

  // Ends the stream as soon as nothing is being written any more; the first
  // call of Finish() sets finished_. Needs mutex_ held.
  virtual void End(grpc::Status status) = 0;

  Host* const host_;
  std::mutex mutex_;  // guards what follows, and what a stream adds
  StreamCaller caller_;
  PendingWrite write_;
  bool finished_ = false;
  // How it ends, once that is decided.
  std::optional<grpc::Status> end_;

 private:
  grpc::CallbackServerContext* const context_;
};

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

#endif  // AMANAH_SERVER_OPEN_STREAM_H_
