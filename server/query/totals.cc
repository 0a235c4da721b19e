// Totals by program, region and first month.
#include <limits>

#include "absl/strings/str_format.h"
#include "ledger/base/status.h"
#include "ledger/domain/calendar.h"
#include "ledger/domain/identifier.h"
#include "ledger/store/index.h"
#include "server/access.h"
#include "server/limits.h"
#include "server/query/answers.h"
#include "server/query/status_of.h"

namespace amanah::server {
namespace {

using domain::Role;

constexpr int kRefusalNumberMax = 255;

absl::Status CheckQuestion(Reading* reading,
                           const v1::SummariseRequest& request) {
  if (reading->caller().Is(Role::kRegistry)) {
    return absl::PermissionDeniedError("a registry reads no totals");
  }
  if (!request.month().empty() &&
      !domain::ParseMonth(request.month()).has_value()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("month %s is not of the form YYYY-MM",
                        domain::Quoted(request.month())));
  }
  if (request.program().empty()) return absl::OkStatus();
  const bool known =
      FindProgram(reading->state(), request.program()).has_value();
  AMANAH_RETURN_IF_ERROR(reading->state()->status());
  if (!known) {
    return absl::NotFoundError(absl::StrFormat(
        "there is no program %s", domain::Quoted(request.program())));
  }
  const Access access(&reading->caller(), reading->state());
  if (access.CoversProgram(request.program())) return absl::OkStatus();
  return absl::PermissionDeniedError(
      absl::StrFormat("program %s lies outside the caller's scope",
                      domain::Quoted(request.program())));
}

bool Passes(const Access& access, const v1::SummariseRequest& request,
            const store::TotalName& name) {
  return (request.month().empty() || request.month() == name.month) &&
         (request.region().empty() ||
          domain::RegionContains(request.region(), name.region)) &&
         access.Covers(name.program, name.region);
}

int64_t Shown(absl::uint128 sum) {
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  return sum > absl::uint128(kMax) ? kMax : static_cast<int64_t>(sum);
}

void Fill(const store::TotalName& name, const store::TotalRow& row,
          v1::Total* out) {
  out->set_program(name.program);
  out->set_region(name.region);
  out->set_month(name.month);
  out->set_currency(row.currency);
  out->set_entitlements(row.entitlements);
  out->set_granted_minor(Shown(row.granted));
  out->set_live_disbursements(row.live_disbursements);
  out->set_in_transit_minor(Shown(row.in_transit));
  out->set_credited_minor(Shown(row.credited));
  out->set_failed_disbursements(row.failed_disbursements);
  out->set_failed_minor(Shown(row.failed));
  out->set_revoked(row.revoked);
}

absl::Status AddTotals(Reading* reading, const v1::SummariseRequest& request,
                       v1::SummariseResponse* response) {
  const Access access(&reading->caller(), reading->state());
  std::vector<store::TotalName> names;
  std::vector<domain::StateKey> keys;
  size_t seen = 0;
  const std::string prefix = store::TotalIndexPrefix(request.program());
  AMANAH_RETURN_IF_ERROR(reading->ledger().derived().ScanIndex(
      prefix, prefix, reading->limits().index_scan_max,
      [&](std::string_view key, std::string_view) {
        ++seen;
        store::TotalName name;
        if (!store::ParseTotalIndexKey(key, &name)) return true;
        if (!Passes(access, request, name)) return true;
        if (names.size() == reading->limits().totals_max) {
          response->set_truncated(true);
          return false;
        }
        keys.push_back(store::TotalKey(name));
        names.push_back(std::move(name));
        return true;
      }));
  if (seen == reading->limits().index_scan_max) response->set_truncated(true);
  reading->state()->Prefetch(keys);
  for (size_t i = 0; i < names.size(); ++i) {
    store::TotalRow row;
    if (!DecodeRow(reading->state()->Get(keys[i]), &row)) {
      reading->state()->FailRow(keys[i]);
      break;
    }
    Fill(names[i], row, response->add_totals());
  }
  return reading->state()->status();
}

void AddRefusals(Reading* reading, v1::SummariseResponse* response) {
  for (int number = 1; number <= kRefusalNumberMax; ++number) {
    if (!domain::RefusalName(number).has_value()) continue;
    const auto count = domain::LoadNumber(
        reading->state(),
        store::RefusalCountKey(static_cast<domain::Refusal>(number)));
    if (!count.has_value()) continue;
    v1::RefusalCount* one = response->add_refusals();
    one->set_refusal(static_cast<v1::Refusal>(number));
    one->set_count(*count);
  }
}

}  // namespace

absl::Status Answer(Reading* reading, const v1::SummariseRequest& request,
                    v1::SummariseResponse* response) {
  // Taken first: what is read afterwards includes it.
  AMANAH_ASSIGN_OR_RETURN(const TipPointer tip, reading->TipOfSize(1));
  response->set_checkpoint(tip->checkpoint);
  AMANAH_RETURN_IF_ERROR(CheckQuestion(reading, request));
  AMANAH_RETURN_IF_ERROR(AddTotals(reading, request, response));
  // They count the whole ledger, whatever was asked for.
  if (reading->caller().ReadsAll()) AddRefusals(reading, response);
  return reading->state()->status();
}

}  // namespace amanah::server
