// The audit of a whole log: every entry hashed, every tile compared, every seal
// verified, every outcome and balance computed again. Trusts entry 0 alone (if
// the auditor knows its hash) and the checkpoints that the auditor kept.
#ifndef AMANAH_LEDGER_AUDIT_AUDIT_H_
#define AMANAH_LEDGER_AUDIT_AUDIT_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/audit/report.h"
#include "ledger/audit/rows.h"
#include "ledger/base/clock.h"
#include "ledger/log/tile_source.h"

namespace amanah::audit {

struct AuditOptions {
  // What the log must be, where the auditor knows it.
  std::optional<std::string> origin;
  std::optional<crypto::Hash> genesis;
  // Checkpoints that the auditor kept, as signed notes.
  std::vector<std::string> kept_checkpoints;
  size_t findings_kept_max_per_kind = 1'000;
  // Called with the entries judged so far, about every 64 Ki.
  std::function<void(uint64_t entries, uint64_t size)> on_progress;
  // Null: the system's. An entry whose time is later than this clock's by more
  // than kTimeSlackUs is a finding.
  const Clock* clock = nullptr;
};

// By how much the ledger's clock may be ahead of the auditor's.
inline constexpr int64_t kTimeSlackUs = int64_t{5} * 60 * 1'000'000;

// Reads the log from its first entry to its checkpoint and reports all that it
// finds, however bad the log is. Uses one more thread, which calls `source`.
// The state is kept in memory: about 600 bytes an entry. INVALID_ARGUMENT: a
// kept checkpoint is none.
absl::StatusOr<AuditReport> Audit(const log::TileSource& source,
                                  const AuditOptions& options = {});
// The same on rows that the caller gives, empty, and may look at afterwards.
absl::StatusOr<AuditReport> AuditOnto(const log::TileSource& source,
                                      const AuditOptions& options, Rows* rows);

}  // namespace amanah::audit

#endif  // AMANAH_LEDGER_AUDIT_AUDIT_H_
