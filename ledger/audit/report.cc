#include "ledger/audit/report.h"

#include <ctime>

#include "absl/strings/str_format.h"
#include "ledger/base/base64.h"
#include "ledger/base/check.h"
#include "ledger/domain/money.h"

namespace amanah::audit {
namespace {

constexpr int64_t kSecondUs = 1'000'000;

uint64_t RefusedOf(const AuditReport& report) {
  uint64_t refused = 0;
  for (const auto& [refusal, count] : report.refused) refused += count;
  return refused;
}

void AppendStatements(const AuditReport& report, std::string* out) {
  for (const auto& [kind, count] : report.statements) {
    absl::StrAppendFormat(out, "    %-22s %d\n", kind, count);
  }
  absl::StrAppendFormat(out, "  outcomes     %d accepted, %d refused\n",
                        report.accepted, RefusedOf(report));
  for (const auto& [refusal, count] : report.refused) {
    absl::StrAppendFormat(
        out, "    %-22s %d\n",
        domain::RefusalName(static_cast<int>(refusal)).value_or("?"), count);
  }
}

void AppendAccounts(const AuditReport& report, std::string* out) {
  absl::StrAppendFormat(out, "  accounts     %d\n", report.accounts.size());
  for (const AccountTotals& account : report.accounts) {
    const auto money = [&](domain::Amount amount) {
      return domain::FormatAmount(amount, account.currency);
    };
    absl::StrAppendFormat(
        out, "    %s %d %s, in %s\n", account.program, account.fiscal_year,
        account.region.empty() ? "(all)" : account.region, account.currency);
    absl::StrAppendFormat(
        out,
        "      appropriated %s = available %s + committed %s\n"
        "        + in transit %s + credited %s\n",
        money(account.appropriated), money(account.available),
        money(account.committed), money(account.in_transit),
        money(account.credited));
  }
}

void AppendFindings(const AuditReport& report, std::string* out) {
  if (report.findings.empty()) return;
  const auto kept = report.findings.Kept();
  absl::StrAppendFormat(out, "\n%d findings", report.findings.count());
  if (kept.size() < report.findings.count()) {
    absl::StrAppendFormat(out, ", of which the first %d", kept.size());
  }
  *out += ":\n";
  for (const judge::Finding& finding : kept) {
    absl::StrAppendFormat(out, "  entry %-10d %-12s %s\n", finding.sequence,
                          judge::FindingKindName(finding.kind), finding.text);
  }
}

void AppendVerdict(const AuditReport& report, std::string* out) {
  if (!report.unreadable.empty()) {
    absl::StrAppendFormat(out, "\nThe log cannot be read: %s\n",
                          report.unreadable);
  }
  if (!report.needs_rules.empty()) {
    absl::StrAppendFormat(out, "\nThis software cannot judge all of it: %s\n",
                          report.needs_rules);
  }
  switch (report.verdict()) {
    case Verdict::kAgrees:
      *out +=
          "\nResult: no finding. Every entry, seal, outcome and account was "
          "checked.\n";
      return;
    case Verdict::kFindings:
      *out += "\nResult: this log is not what it should be.\n";
      return;
    case Verdict::kUnreadable:
      *out += "\nResult: the log is damaged or incomplete.\n";
      return;
    case Verdict::kNeedsRules:
      *out += "\nResult: undecided. Use a newer version of this software.\n";
      return;
  }
}

}  // namespace

std::string_view VerdictName(Verdict verdict) {
  switch (verdict) {
    case Verdict::kAgrees:
      return "agrees";
    case Verdict::kFindings:
      return "findings";
    case Verdict::kUnreadable:
      return "unreadable";
    case Verdict::kNeedsRules:
      return "needs-rules";
  }
  CheckFailed(__FILE__, __LINE__, "verdict is known");
}

Verdict AuditReport::verdict() const {
  if (!findings.empty()) return Verdict::kFindings;
  if (!unreadable.empty()) return Verdict::kUnreadable;
  if (!needs_rules.empty()) return Verdict::kNeedsRules;
  return Verdict::kAgrees;
}

std::string FormatTime(int64_t time_us) {
  const std::time_t second = time_us / kSecondUs;
  std::tm utc{};
  gmtime_r(&second, &utc);
  return absl::StrFormat(
      "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", utc.tm_year + 1900, utc.tm_mon + 1,
      utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, time_us % kSecondUs);
}

std::string FormatReport(const AuditReport& report) {
  std::string out = absl::StrFormat("Audit of %s\n", report.origin);
  absl::StrAppendFormat(&out, "  entry 0      %s\n",
                        EncodeBase64(report.genesis.view()));
  absl::StrAppendFormat(&out, "  checkpoint   %d entries, root %s\n",
                        report.size, EncodeBase64(report.root.view()));
  absl::StrAppendFormat(&out,
                        "  checked      %d entries hashed, %d judged, in %d "
                        "batches; %d seals verified\n",
                        report.entries_hashed, report.entries_judged,
                        report.batches, report.seals_verified);
  absl::StrAppendFormat(&out, "  recorded     %s to %s\n",
                        FormatTime(report.first_time_us),
                        FormatTime(report.last_time_us));
  out += "  statements\n";
  AppendStatements(report, &out);
  AppendAccounts(report, &out);
  absl::StrAppendFormat(&out, "  state        %s\n",
                        EncodeBase64(report.state_digest.view()));
  const double seconds =
      static_cast<double>(report.elapsed_us) / static_cast<double>(kSecondUs);
  absl::StrAppendFormat(&out, "  time         %.2f s\n", seconds);
  AppendFindings(report, &out);
  AppendVerdict(report, &out);
  return out;
}

}  // namespace amanah::audit
