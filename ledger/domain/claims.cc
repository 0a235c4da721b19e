#include "ledger/domain/claims.h"

#include <algorithm>

namespace amanah::domain {
namespace {

// The part of a period that lies in `year`.
Period Within(const Period& months, int32_t year) {
  return {std::max(months.first, Month{12 * year}),
          std::min(months.last, Month{12 * year + 11})};
}

bool Overlap(const Period& a, const Period& b) {
  return a.first <= b.last && b.first <= a.last;
}

int32_t YearOf(Month month) { return month.index / 12; }

// The row of a grant that still holds its claims.
std::optional<EntitlementRow> Holding(Overlay* state, uint64_t grant) {
  auto row = LoadRow<EntitlementRow>(state, grant);
  if (row.has_value() && row->ended()) return std::nullopt;
  return row;
}

}  // namespace

std::vector<crypto::Pseudonym> ClaimantsOf(Unit unit,
                                           const EntitlementGranted& grant) {
  std::vector<crypto::Pseudonym> claimants = {grant.recipient};
  if (unit == Unit::kHousehold) {
    if (grant.household.has_value()) claimants.push_back(*grant.household);
    claimants.insert(claimants.end(), grant.members.begin(),
                     grant.members.end());
  }
  std::sort(claimants.begin(), claimants.end());
  claimants.erase(std::unique(claimants.begin(), claimants.end()),
                  claimants.end());
  return claimants;
}

std::optional<uint64_t> FindClaim(
    Overlay* state, std::string_view benefit,
    const std::vector<crypto::Pseudonym>& claimants, const Period& months,
    std::optional<uint64_t> program) {
  std::optional<uint64_t> earliest;
  for (const crypto::Pseudonym& claimant : claimants) {
    for (int32_t year = YearOf(months.first); year <= YearOf(months.last);
         ++year) {
      const auto row =
          LoadRow<ClaimRow>(state, ClaimKey(benefit, claimant, year));
      if (!row.has_value()) continue;
      for (const ClaimRow::Range& range : row->ranges) {
        if (earliest.has_value() && range.grant >= *earliest) break;
        if (!Overlap(range.months, months)) continue;
        const auto holder = Holding(state, range.grant);
        if (!holder.has_value()) continue;
        if (program.has_value() && holder->program != *program) continue;
        earliest = range.grant;
      }
    }
  }
  return earliest;
}

void AddClaims(Overlay* state, std::string_view benefit,
               const std::vector<crypto::Pseudonym>& claimants,
               const Period& months, uint64_t grant) {
  for (const crypto::Pseudonym& claimant : claimants) {
    for (int32_t year = YearOf(months.first); year <= YearOf(months.last);
         ++year) {
      const StateKey key = ClaimKey(benefit, claimant, year);
      ClaimRow row = LoadRow<ClaimRow>(state, key).value_or(ClaimRow{});
      // Ended grants leave here, so that a row stays as short as a year.
      std::erase_if(row.ranges, [&](const ClaimRow::Range& range) {
        return !Holding(state, range.grant).has_value();
      });
      row.ranges.push_back({Within(months, year), grant});
      state->Put(key, EncodeRow(row));
    }
  }
}

}  // namespace amanah::domain
