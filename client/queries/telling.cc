#include "client/queries/telling.h"

#include <nlohmann/json.hpp>

#include "absl/strings/str_format.h"
#include "client/describe.h"
#include "client/queries/asking.h"
#include "ledger/base/base64.h"
#include "ledger/domain/calendar.h"

namespace amanah::client {

using domain::DisbursementState;
using nlohmann::ordered_json;

namespace {

std::string Joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    text += absl::StrFormat("%s%s", text.empty() ? "" : ", ", name);
  }
  return text;
}

std::string OutcomeText(const Output& output, const domain::Outcome& outcome) {
  return output.Toned(outcome.accepted() ? Tone::kGood : Tone::kBad,
                      DescribeOutcome(outcome));
}

}  // namespace

void TellEntry(Output* output, const VerifiedProof::Item& item) {
  if (!item.content.has_value()) {
    output->Line(
        absl::StrFormat("entry %d: our role may not read it; its hash is %s",
                        item.sequence, EncodeBase64(item.hash.view())));
    return;
  }
  const judge::VerifiedEntry& content = *item.content;
  output->Line(absl::StrFormat("entry %d, %s, %s", item.sequence,
                               FormatTime(content.entry.time_us),
                               OutcomeText(*output, content.entry.outcome)));
  output->Line(
      absl::StrFormat("  %s %s", content.author, Describe(content.statement)));
}

void TellEntries(Output* output,
                 const std::vector<VerifiedProof::Item>& items) {
  for (const VerifiedProof::Item& item : items) TellEntry(output, item);
}

void TellEntryInFull(Output* output, const VerifiedProof::Item& item) {
  if (!item.content.has_value()) {
    TellEntry(output, item);
    return;
  }
  const judge::VerifiedEntry& content = *item.content;
  const auto lines = DescribeInFull(content.statement);
  output->Line(absl::StrFormat("%s %s", content.author, lines[0]));
  output->Print(Fields{{"Entry", absl::StrFormat("%d", item.sequence)},
                       {"Recorded", FormatTime(content.entry.time_us)},
                       {"Outcome", OutcomeText(*output, content.entry.outcome)},
                       {"Reference", content.statement.reference},
                       {"Signed by", Joined(content.signers)},
                       {"Batch", absl::StrFormat("statement %d of %d",
                                                 content.entry.seal.index + 1,
                                                 content.entry.seal.size)},
                       {"Entry hash", EncodeBase64(item.hash.view())}});
  output->Line("What was said, in full:");
  for (size_t i = 1; i < lines.size(); ++i) output->Line(lines[i]);
}

ordered_json EntryJson(const VerifiedProof::Item& item) {
  ordered_json json;
  json["sequence"] = item.sequence;
  json["entry_hash"] = EncodeBase64(item.hash.view());
  if (!item.content.has_value()) return json;
  const judge::VerifiedEntry& content = *item.content;
  json["time"] = FormatTime(content.entry.time_us);
  json["author"] = content.author;
  json["signers"] = content.signers;
  json["outcome"] = OutcomeJson(content.entry.outcome);
  json["kind"] = domain::KindName(content.statement.body);
  json["statement"] = StatementJson(content.statement);
  return json;
}

ordered_json EntriesJson(const std::vector<VerifiedProof::Item>& items) {
  ordered_json json = ordered_json::array();
  for (const VerifiedProof::Item& item : items) json.push_back(EntryJson(item));
  return json;
}

std::string PaymentHeadline(const Output& output,
                            const ProvedPayment& payment) {
  const domain::DisbursementReported& report = payment.last;
  const std::string money = FormatMoney(report.amount, report.currency);
  const auto told = [&](Tone tone, std::string_view word,
                        const std::string& rest) {
    return absl::StrFormat(
        "%s: %s (entry %d, recorded %s)", output.Toned(tone, word), rest,
        payment.last_sequence, FormatTime(payment.last_time_us));
  };
  switch (report.state) {
    case DisbursementState::kInstructed:
      return told(Tone::kWarning, "UNDER WAY",
                  absl::StrFormat("%s was told to pay %s on %s", payment.bank,
                                  money, report.value_date));
    case DisbursementState::kCredited:
      return told(Tone::kGood, "PAID",
                  absl::StrFormat("%s credited %s on %s", payment.bank, money,
                                  report.value_date));
    case DisbursementState::kRejected:
      return told(Tone::kBad, "NOT PAID",
                  absl::StrFormat("the payment of %s by %s failed on %s, "
                                  "reason %s",
                                  money, payment.bank, report.value_date,
                                  report.reason_code));
    case DisbursementState::kReturned:
      return told(
          Tone::kBad, "NOT PAID",
          absl::StrFormat("%s came back to %s on %s, reason %s", money,
                          payment.bank, report.value_date, report.reason_code));
  }
  return told(Tone::kWarning, "UNKNOWN", money);
}

ordered_json PaymentJson(const ProvedPayment& payment) {
  return {{"bank", payment.bank},
          {"disbursement", payment.last.disbursement},
          {"entitlement", payment.last.entitlement},
          {"state", domain::DisbursementStateName(payment.last.state)},
          {"currency", payment.last.currency},
          {"amount_minor", payment.last.amount.minor},
          {"value_date", payment.last.value_date},
          {"first_sequence", payment.first_sequence},
          {"last_sequence", payment.last_sequence},
          {"recorded", FormatTime(payment.last_time_us)}};
}

std::string GrantHeadline(const Output& output, const ProvedGrant& granted,
                          domain::Amount live) {
  const domain::Amount amount = granted.grant.amount;
  if (live.minor >= amount.minor) {
    return output.Toned(Tone::kGood, "PAID OR UNDER WAY IN FULL");
  }
  if (granted.revoked_sequence.has_value()) {
    return output.Toned(Tone::kBad, absl::StrFormat("REVOKED in entry %d",
                                                    *granted.revoked_sequence));
  }
  if (live.minor == 0) return output.Toned(Tone::kBad, "NOT PAID");
  return output.Toned(Tone::kWarning, "PAID OR UNDER WAY IN PART");
}

ordered_json GrantJson(const ProvedGrant& granted) {
  ordered_json json{
      {"entitlement", granted.grant.entitlement},
      {"granted_sequence", granted.sequence},
      {"granted", FormatTime(granted.time_us)},
      {"granted_by", granted.author},
      {"program", granted.grant.program},
      {"region", granted.grant.region},
      {"first_month", domain::FormatMonth(granted.grant.months.first)},
      {"last_month", domain::FormatMonth(granted.grant.months.last)},
      {"currency", granted.grant.currency},
      {"amount_minor", granted.grant.amount.minor}};
  if (granted.revoked_sequence.has_value()) {
    json["revoked_sequence"] = *granted.revoked_sequence;
  }
  return json;
}

std::string MonthsText(const domain::Period& months) {
  std::string first = domain::FormatMonth(months.first);
  if (months.first == months.last) return first;
  return absl::StrFormat("%s to %s", first, domain::FormatMonth(months.last));
}

void TellProof(Output* output, const log::Checkpoint& checkpoint,
               uint64_t settling_sequence) {
  output->Line(absl::StrFormat("Proof: %s", CheckpointText(checkpoint)));
  output->Line(absl::StrFormat(
      "To keep: amanah receipt get %d --out entry-%d.tlog-proof",
      settling_sequence, settling_sequence));
}

}  // namespace amanah::client
