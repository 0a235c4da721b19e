// What an audit says, and how people and programs read it.
#ifndef AMANAH_LEDGER_AUDIT_REPORT_H_
#define AMANAH_LEDGER_AUDIT_REPORT_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/audit/balance_check.h"
#include "ledger/audit/findings.h"
#include "ledger/crypto/hash.h"
#include "ledger/domain/refusal.h"

namespace amanah::audit {

enum class Verdict : uint8_t {
  kAgrees,      // everything was checked, and nothing was found
  kFindings,    // at least one finding
  kUnreadable,  // the log could not be read to its end
  kNeedsRules,  // later rules than this software speaks: no finding and no pass
};

// "needs-rules"
std::string_view VerdictName(Verdict verdict);

struct AuditReport {
  std::string origin;
  crypto::Hash genesis;  // leaf hash of entry 0
  // As the checkpoint says.
  uint64_t size = 0;
  crypto::Hash root;

  uint64_t entries_hashed = 0;
  uint64_t entries_judged = 0;
  uint64_t batches = 0;
  uint64_t seals_verified = 0;
  int64_t first_time_us = 0;
  int64_t last_time_us = 0;
  // As the rules decide, by the message's name: "EntitlementGranted".
  std::map<std::string, uint64_t, std::less<>> statements;
  uint64_t accepted = 0;
  std::map<domain::Refusal, uint64_t> refused;
  std::vector<AccountTotals> accounts;
  // Of the state after the last entry that was judged (audit/rows.h).
  crypto::Hash state_digest;

  Findings findings;
  // Why the log is unreadable, or "needs rules version N"; else empty.
  std::string unreadable;
  std::string needs_rules;
  int64_t elapsed_us = 0;

  // Findings come first: they stand whatever could not be read.
  Verdict verdict() const;
};

// For a person, several lines of text.
std::string FormatReport(const AuditReport& report);
// The same as one JSON object. Amounts are strings in whole currency, hashes
// base64, times UTC.
std::string FormatReportAsJson(const AuditReport& report);

// "2026-03-02T08:00:00.000000Z".
std::string FormatTime(int64_t time_us);

}  // namespace amanah::audit

#endif  // AMANAH_LEDGER_AUDIT_REPORT_H_
