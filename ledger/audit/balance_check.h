// Whether the accounts balance: each after every batch, and all of them against
// the entitlements and payments in the end.
#ifndef AMANAH_LEDGER_AUDIT_BALANCE_CHECK_H_
#define AMANAH_LEDGER_AUDIT_BALANCE_CHECK_H_

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "ledger/audit/rows.h"
#include "ledger/domain/money.h"
#include "ledger/judge/replay.h"

namespace amanah::audit {

using OnFinding = std::function<void(judge::Finding)>;

// An account and whose it is.
struct AccountTotals {
  std::string program;
  std::string currency;
  uint32_t fiscal_year = 0;
  std::string region;  // empty: the whole scheme
  domain::Amount appropriated;
  domain::Amount available;
  domain::Amount committed;
  domain::Amount in_transit;
  domain::Amount credited;
};

// The accounts among rows that a batch changed. A finding carries the sequence
// of the batch's last entry.
void CheckChangedAccounts(std::span<const domain::StateChange> changes,
                          uint64_t last_sequence, const OnFinding& on_finding);

// Every account once more, and against what the rows of entitlements and
// disbursements add up to: what is committed, in transit and credited. Gives
// the accounts by program, year and region.
std::vector<AccountTotals> CheckAllAccounts(const Rows& rows,
                                            const OnFinding& on_finding);

}  // namespace amanah::audit

#endif  // AMANAH_LEDGER_AUDIT_BALANCE_CHECK_H_
