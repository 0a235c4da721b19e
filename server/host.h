// What all services share: the ledger once it is open, who calls, the threads
// that answer questions, and the calls under way.
#ifndef AMANAH_SERVER_HOST_H_
#define AMANAH_SERVER_HOST_H_

#include <grpcpp/server_context.h>

#include <atomic>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "ledger/base/clock.h"
#include "ledger/writer/ledger.h"
#include "server/batch_leaves.h"
#include "server/caller.h"
#include "server/limits.h"
#include "server/open_calls.h"
#include "server/read_pool.h"

namespace amanah::server {

// A caller and the ledger that it may speak to.
struct Admitted {
  writer::Ledger* ledger = nullptr;
  Caller caller;
  // For looking the caller up again.
  std::optional<std::string> certificate;
};

// Thread-safe.
class Host {
 public:
  Host(const Limits& given_limits, bool plaintext, const Clock* given_clock)
      : limits(given_limits),
        clock(given_clock),
        callers(plaintext, given_clock),
        reads(given_limits.reader_threads, given_limits.waiting_reads_max),
        posting_places(given_limits.posting_streams_max,
                       given_limits.posting_streams_each_max),
        checkpoint_places(given_limits.checkpoint_streams_max,
                          given_limits.checkpoint_streams_each_max),
        entry_places(given_limits.entry_streams_max,
                     given_limits.entry_streams_each_max) {}

  // The ledger answers from now on. It must outlive the calls.
  void Begin(writer::Ledger* ledger) { ledger_.store(ledger); }
  // Takes no new calls, and tells those under way.
  void Stop() {
    stopping_.store(true);
    calls.Stop();
  }

  // UNAVAILABLE while starting or stopping; else as CallerFinder::Find.
  absl::StatusOr<Admitted> Admit(const grpc::AuthContext& context) const;
  absl::StatusOr<Admitted> Admit(const grpc::ServerContextBase& context) const {
    return Admit(*context.auth_context());
  }
  // The same caller as it stands now.
  absl::StatusOr<Caller> Recheck(const Admitted& admitted) const {
    return callers.Find(admitted.certificate, admitted.ledger->derived());
  }

  const Limits limits;
  const Clock* const clock;
  const CallerFinder callers;
  BatchLeavesCache batch_leaves;
  OpenCalls calls;
  ReadPool reads;
  Places posting_places;
  Places checkpoint_places;
  Places entry_places;

 private:
  std::atomic<writer::Ledger*> ledger_ = nullptr;
  std::atomic<bool> stopping_ = false;
};

}  // namespace amanah::server

#endif  // AMANAH_SERVER_HOST_H_
