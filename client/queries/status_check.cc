// What the server says of an entitlement or a payment, held against entries.

#include <string>

#include "client/queries/asking.h"
#include "client/queries/story.h"
#include "ledger/base/status.h"
#include "ledger/domain/calendar.h"
#include "ledger/domain/identifier.h"

namespace amanah::client {
namespace {

// Compares one field after another; the first that differs is reported.
class Comparison {
 public:
  Comparison(std::string_view what, uint64_t sequence)
      : what_(what), sequence_(sequence) {}

  void Text(std::string_view field, std::string_view stated,
            std::string_view proved) {
    if (stated == proved) return;
    Report(field, domain::Quoted(stated), domain::Quoted(proved));
  }
  void Number(std::string_view field, int64_t stated, int64_t proved) {
    if (stated == proved) return;
    Report(field, absl::StrFormat("%d", stated), absl::StrFormat("%d", proved));
  }
  void Sequence(std::string_view field, uint64_t stated, uint64_t proved) {
    if (stated == proved) return;
    Report(field, absl::StrFormat("%d", stated), absl::StrFormat("%d", proved));
  }
  void Report(std::string_view field, std::string_view stated,
              std::string_view proved) {
    status_.Update(NotSo(
        absl::StrFormat("the server says that %s has the %s %s; its entries "
                        "(first %d) prove %s",
                        what_, field, stated, sequence_, proved)));
  }
  const absl::Status& status() const { return status_; }

 private:
  std::string what_;
  uint64_t sequence_;
  absl::Status status_;
};

absl::Status NotProved(std::string_view what) {
  return NotSo(absl::StrFormat(
      "the server speaks of %s, and shows no accepted entry of it", what));
}

std::string SequenceText(const std::optional<uint64_t>& sequence) {
  return sequence.has_value() ? absl::StrFormat("%d", *sequence) : "none";
}

absl::Status CheckIdentifier(std::string_view what, std::string_view value) {
  if (domain::IsIdentifier(value)) return absl::OkStatus();
  return NotSo(
      absl::StrFormat("the server's answer names the %s %s, which can "
                      "be none",
                      what, domain::Quoted(value)));
}

absl::Status CheckMoney(std::string_view currency, int64_t amount_minor) {
  if (domain::CurrencyExponent(currency).has_value() && amount_minor >= 0) {
    return absl::OkStatus();
  }
  return NotSo(
      absl::StrFormat("the server's answer holds the amount %d of currency %s",
                      amount_minor, domain::Quoted(currency)));
}

}  // namespace

absl::Status CheckForm(const v1::EntitlementStatus& status) {
  AMANAH_RETURN_IF_ERROR(CheckIdentifier("entitlement", status.entitlement()));
  AMANAH_RETURN_IF_ERROR(CheckIdentifier("program", status.program()));
  const auto first = domain::ParseMonth(status.first_month());
  const auto last = domain::ParseMonth(status.last_month());
  if (!domain::IsRegion(status.region()) || !first.has_value() ||
      !last.has_value() || *last < *first) {
    return NotSo(absl::StrFormat(
        "the server gives entitlement %s a region or months that can be none",
        status.entitlement()));
  }
  AMANAH_RETURN_IF_ERROR(CheckMoney(status.currency(), status.amount_minor()));
  AMANAH_RETURN_IF_ERROR(CheckMoney(status.currency(), status.live_minor()));
  if (status.live_minor() > status.amount_minor()) {
    return NotSo(absl::StrFormat(
        "the server says that more of entitlement %s is paid than was granted",
        status.entitlement()));
  }
  return absl::OkStatus();
}

absl::Status CheckForm(const v1::DisbursementStatus& status) {
  AMANAH_RETURN_IF_ERROR(CheckIdentifier("bank", status.bank()));
  AMANAH_RETURN_IF_ERROR(
      CheckIdentifier("disbursement", status.disbursement()));
  AMANAH_RETURN_IF_ERROR(CheckIdentifier("entitlement", status.entitlement()));
  if (status.state() == v1::DISBURSEMENT_STATE_UNSPECIFIED ||
      !v1::DisbursementState_IsValid(status.state()) ||
      status.last_sequence() < status.first_sequence()) {
    return NotSo(absl::StrFormat(
        "the server gives disbursement %s a state or entries that can be none",
        status.disbursement()));
  }
  return CheckMoney(status.currency(), status.amount_minor());
}

absl::StatusOr<Standing> CheckStatus(const v1::EntitlementStatus& status,
                                     const Story& story) {
  AMANAH_RETURN_IF_ERROR(CheckForm(status));
  const std::string what =
      absl::StrFormat("entitlement %s", status.entitlement());
  const ProvedGrant* granted = story.FindGrant(status.entitlement());
  if (granted == nullptr) {
    if (story.complete()) return NotProved(what);
    return Standing::kStated;
  }
  const domain::EntitlementGranted& grant = granted->grant;
  Comparison compare(what, granted->sequence);
  compare.Sequence("grant in entry", status.granted_sequence(),
                   granted->sequence);
  compare.Text("program", status.program(), grant.program);
  compare.Text("region", status.region(), grant.region);
  compare.Text("first month", status.first_month(),
               domain::FormatMonth(grant.months.first));
  compare.Text("last month", status.last_month(),
               domain::FormatMonth(grant.months.last));
  compare.Text("currency", status.currency(), grant.currency);
  compare.Number("amount in minor units", status.amount_minor(),
                 grant.amount.minor);
  std::optional<uint64_t> revoked;
  if (status.has_revoked_sequence()) revoked = status.revoked_sequence();
  if (revoked != granted->revoked_sequence &&
      (story.complete() || granted->revoked_sequence.has_value())) {
    compare.Report("revocation in entry", SequenceText(revoked),
                   SequenceText(granted->revoked_sequence));
  }
  const auto live = story.LiveOf(status.entitlement());
  if (story.complete() &&
      (!live.has_value() || live->minor != status.live_minor())) {
    compare.Report("amount paid or under way in minor units",
                   absl::StrFormat("%d", status.live_minor()),
                   live.has_value() ? absl::StrFormat("%d", live->minor)
                                    : "more than an amount can be");
  }
  AMANAH_RETURN_IF_ERROR(compare.status());
  return story.complete() ? Standing::kProved : Standing::kStated;
}

absl::StatusOr<Standing> CheckStatus(const v1::DisbursementStatus& status,
                                     const Story& story) {
  AMANAH_RETURN_IF_ERROR(CheckForm(status));
  const std::string what = absl::StrFormat(
      "disbursement %s of %s", status.disbursement(), status.bank());
  const ProvedPayment* payment =
      story.FindPayment(status.bank(), status.disbursement());
  if (payment == nullptr) {
    if (story.complete()) return NotProved(what);
    return Standing::kStated;
  }
  Comparison compare(what, payment->first_sequence);
  compare.Text("entitlement", status.entitlement(), payment->last.entitlement);
  compare.Text("currency", status.currency(), payment->last.currency);
  compare.Number("amount in minor units", status.amount_minor(),
                 payment->last.amount.minor);
  if (story.complete()) {
    if (status.state() != static_cast<int>(payment->last.state)) {
      compare.Report(
          "state",
          domain::DisbursementStateName(
              static_cast<domain::DisbursementState>(status.state())),
          domain::DisbursementStateName(payment->last.state));
    }
    compare.Sequence("first report in entry", status.first_sequence(),
                     payment->first_sequence);
    compare.Sequence("last report in entry", status.last_sequence(),
                     payment->last_sequence);
  }
  AMANAH_RETURN_IF_ERROR(compare.status());
  return story.complete() ? Standing::kProved : Standing::kStated;
}

}  // namespace amanah::client
