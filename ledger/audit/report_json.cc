#include <nlohmann/json.hpp>
#include <string>

#include "ledger/audit/report.h"
#include "ledger/base/base64.h"
#include "ledger/domain/money.h"

namespace amanah::audit {
namespace {

using Json = nlohmann::ordered_json;

Json AccountJson(const AccountTotals& account) {
  const auto money = [&](domain::Amount amount) {
    return domain::FormatAmount(amount, account.currency);
  };
  return {{"program", account.program},
          {"fiscal_year", account.fiscal_year},
          {"region", account.region},
          {"currency", account.currency},
          {"appropriated", money(account.appropriated)},
          {"available", money(account.available)},
          {"committed", money(account.committed)},
          {"in_transit", money(account.in_transit)},
          {"credited", money(account.credited)}};
}

Json FindingsJson(const Findings& findings) {
  Json counts = Json::object();
  for (const auto& [kind, count] : findings.counts()) {
    counts[std::string(judge::FindingKindName(kind))] = count;
  }
  Json kept = Json::array();
  for (const judge::Finding& finding : findings.Kept()) {
    kept.push_back({{"sequence", finding.sequence},
                    {"kind", judge::FindingKindName(finding.kind)},
                    {"text", finding.text}});
  }
  return {{"count", findings.count()}, {"by_kind", counts}, {"first", kept}};
}

Json OutcomesJson(const AuditReport& report) {
  Json refused = Json::object();
  for (const auto& [refusal, count] : report.refused) {
    const auto name = domain::RefusalName(static_cast<int>(refusal));
    refused[std::string(name.value_or("?"))] = count;
  }
  return {{"accepted", report.accepted}, {"refused", refused}};
}

}  // namespace

std::string FormatReportAsJson(const AuditReport& report) {
  Json accounts = Json::array();
  for (const AccountTotals& account : report.accounts) {
    accounts.push_back(AccountJson(account));
  }
  Json json = {{"result", VerdictName(report.verdict())},
               {"origin", report.origin},
               {"entry_0", EncodeBase64(report.genesis.view())},
               {"size", report.size},
               {"root", EncodeBase64(report.root.view())},
               {"entries_hashed", report.entries_hashed},
               {"entries_judged", report.entries_judged},
               {"batches", report.batches},
               {"seals_verified", report.seals_verified},
               {"first_time", FormatTime(report.first_time_us)},
               {"last_time", FormatTime(report.last_time_us)},
               {"statements", report.statements},
               {"outcomes", OutcomesJson(report)},
               {"accounts", accounts},
               {"state_digest", EncodeBase64(report.state_digest.view())},
               {"findings", FindingsJson(report.findings)},
               {"unreadable", report.unreadable},
               {"needs_rules", report.needs_rules},
               {"elapsed_us", report.elapsed_us}};
  // A damaged log's text may hold anything.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace amanah::audit
