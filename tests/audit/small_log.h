// A log of some sixty entries in over twenty batches: every kind of statement,
// some refused, each key rotated, for auditors to read and for forgers to edit.
#ifndef AMANAH_TESTS_AUDIT_SMALL_LOG_H_
#define AMANAH_TESTS_AUDIT_SMALL_LOG_H_

#include <cstdint>
#include <string>
#include <vector>

#include "ledger/audit/audit.h"
#include "ledger/domain/statement.h"
#include "tests/support/forge.h"

namespace amanah::testing_support {

// The ledger's next key, with its proof.
domain::LedgerKeyRotated LedgerKeyRotation(const TestLedger& parties,
                                           domain::LedgerKeyKind kind,
                                           int generation);

struct SmallLog {
  SmallLog();

  Recorder recorder;
  uint64_t grants = 0;          // first of twelve grants, e1 to e12
  uint64_t payments = 0;        // first of eight payments by bank-a, d1 to d8
  uint64_t double_payment = 0;  // refused, conflicts with `payments`
  uint64_t overlap = 0;         // refused, conflicts with `grants`
  uint64_t suspension = 0;      // of bank-c
  // The generation of the key that signs its checkpoints in the end.
  static constexpr int kCheckpointKey = 2;

  const std::vector<std::string>& entries() const { return recorder.entries(); }
  MemoryTiles tiles() const { return TilesOf(entries(), kCheckpointKey); }
};

// One finding, without its text.
struct Place {
  uint64_t sequence = 0;
  audit::FindingKind kind{};
  friend bool operator==(const Place&, const Place&) = default;
};
void PrintTo(const Place& place, std::ostream* out);

// The report on a log in memory. The test fails when there is none.
audit::AuditReport AuditOf(const log::TileSource& source,
                           const audit::AuditOptions& options = {});
std::vector<Place> PlacesOf(const audit::AuditReport& report);

}  // namespace amanah::testing_support

#endif  // AMANAH_TESTS_AUDIT_SMALL_LOG_H_
