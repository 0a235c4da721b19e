// One question while it is answered: who asks, what of the ledger is read, and
// until when.
#ifndef AMANAH_SERVER_READING_H_
#define AMANAH_SERVER_READING_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ledger/codec/entry_codec.h"
#include "ledger/domain/rows.h"
#include "ledger/domain/statement.h"
#include "ledger/writer/ledger.h"
#include "server/host.h"

namespace amanah::server {

using TipPointer = std::shared_ptr<const writer::SignedTip>;

// An entry that was read back.
struct RecordedEntry {
  uint64_t sequence = 0;
  std::string bytes;
  codec::Entry entry;
  domain::Statement statement;
};

// Not thread-safe. All that it is made of must outlive it.
class Reading {
 public:
  // `deadline_us` is a monotonic time.
  Reading(Host* host, const Admitted* admitted, int64_t deadline_us)
      : host_(host),
        admitted_(admitted),
        deadline_us_(deadline_us),
        state_(&admitted->ledger->derived()) {}

  const writer::Ledger& ledger() const { return *admitted_->ledger; }
  const Caller& caller() const { return admitted_->caller; }
  Host* host() { return host_; }
  const Limits& limits() const { return host_->limits; }

  // The book's rows as they were when each was first looked at here.
  domain::Overlay* state() { return &state_; }
  // What is read from now on is read anew.
  void ReadAnew() { state_.Trim(); }

  // The newest checkpoint, which includes `size` entries. DEADLINE_EXCEEDED
  // when it does not come in time, UNAVAILABLE when the ledger halts.
  absl::StatusOr<TipPointer> TipOfSize(uint64_t size) const;

  // Entries in the order of `sequences`. Requires: ascending, all synced.
  // DATA_LOSS: one does not decode.
  absl::StatusOr<std::vector<RecordedEntry>> ReadEntries(
      std::span<const uint64_t> sequences) const;

 private:
  Host* const host_;
  const Admitted* const admitted_;
  const int64_t deadline_us_;
  domain::Overlay state_;
};

}  // namespace amanah::server

#endif  // AMANAH_SERVER_READING_H_
