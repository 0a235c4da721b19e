// Grants and revocations.
#include "ledger/base/check.h"
#include "ledger/domain/accounts.h"
#include "ledger/domain/claims.h"
#include "ledger/domain/identifier.h"
#include "ledger/domain/v1/kinds.h"

namespace amanah::domain::v1 {
namespace {

// What the program's definition alone decides of a grant.
Outcome CheckAgainstProgram(const ProgramRow& program,
                            const EntitlementGranted& body) {
  if (!program.months.Contains(body.months)) {
    return Refuse(Refusal::kMonthsOutsideProgram, program.last_entry);
  }
  if (body.currency != program.currency) {
    return Refuse(Refusal::kCurrencyMismatch, program.last_entry);
  }
  if (!WholeWhereNeeded(program, body.amount)) {
    return Refuse(Refusal::kNotWholeUnits, program.last_entry);
  }
  if (!RegionFitsScheme(body.region, program.region_scheme)) {
    return Refuse(Refusal::kRegionForm, program.last_entry);
  }
  if (!RegionContains(body.appropriation_region, body.region)) {
    return Refuse(Refusal::kRegionOutsideAppropriation);
  }
  if (program.unit == Unit::kHousehold && !body.household.has_value()) {
    return Refuse(Refusal::kHouseholdMissing, program.last_entry);
  }
  return kAccepted;
}

// The earliest grant of a program that the grant's program excludes, or that
// excludes it.
std::optional<uint64_t> FindExcluded(
    Overlay* state, const ProgramRow& program,
    const std::vector<crypto::Pseudonym>& claimants, const Period& months) {
  std::optional<uint64_t> earliest;
  for (const auto* ordinals : {&program.excludes, &program.excluded_by}) {
    for (const uint64_t ordinal : *ordinals) {
      const auto found = FindClaim(state, ProgramOf(state, ordinal).benefit,
                                   claimants, months, ordinal);
      if (found.has_value() && (!earliest.has_value() || *found < *earliest)) {
        earliest = found;
      }
    }
  }
  return earliest;
}

// ceil(amount / months): what a month of the grant counts against a ceiling.
int64_t MonthlyShare(const EntitlementGranted& body) {
  const int64_t months = body.months.months();
  return body.amount.minor / months + (body.amount.minor % months != 0 ? 1 : 0);
}

Outcome CheckClaims(Overlay* state, const KnownProgram& program,
                    const EntitlementGranted& body) {
  const ProgramRow& row = program.row;
  const auto claimants = ClaimantsOf(row.unit, body);
  if (const auto held = FindClaim(state, row.benefit, claimants, body.months)) {
    return Refuse(Refusal::kOverlap, *held);
  }
  if (const auto held = FindExcluded(state, row, claimants, body.months)) {
    return Refuse(Refusal::kExcludedProgram, *held);
  }
  if (row.ceiling.minor > 0 && MonthlyShare(body) > row.ceiling.minor) {
    return Refuse(Refusal::kAboveCeiling, row.last_entry);
  }
  return kAccepted;
}

// The entitlement that the statement names, with its row.
struct KnownEntitlement {
  uint64_t grant = 0;
  EntitlementRow row;
};

std::optional<KnownEntitlement> FindEntitlement(const Context& in) {
  const auto grant = LoadNumber(in.state, in.prepared.entitlement_key);
  if (!grant.has_value()) return std::nullopt;
  const auto row = LoadRow<EntitlementRow>(in.state, *grant);
  if (!row.has_value()) return std::nullopt;
  return KnownEntitlement{*grant, *row};
}

}  // namespace

bool InScope(const Context& in, const EntitlementGranted& body) {
  return Covers(in.author.authority, body.program, body.region);
}

bool InScope(const Context& in, const EntitlementRevoked&) {
  const auto known = FindEntitlement(in);
  // An unknown entitlement lies in nobody's scope; a later rule says so.
  if (!known.has_value()) return true;
  if (IsOrSucceeded(in.state, known->row.owner, in.author.ordinal)) return true;
  return Covers(in.author.authority,
                ProgramOf(in.state, known->row.program).program,
                known->row.region);
}

Outcome CheckKind(const Context& in, const EntitlementGranted& body) {
  const auto program = FindProgram(in.state, body.program);
  if (!program.has_value()) return Refuse(Refusal::kProgramUnknown);
  if (const Outcome outcome = CheckAgainstProgram(program->row, body);
      !outcome.accepted()) {
    return outcome;
  }
  const auto account = FindAccount(in.state, body.program, body.fiscal_year,
                                   body.appropriation_region);
  if (!account.has_value()) return Refuse(Refusal::kFundsInsufficient);
  if (body.amount > account->row.available) {
    return Refuse(Refusal::kFundsInsufficient, account->row.last_entry);
  }
  if (const auto used = LoadNumber(in.state, in.prepared.entitlement_key)) {
    return Refuse(Refusal::kEntitlementUsed, *used);
  }
  return CheckClaims(in.state, *program, body);
}

void ApplyKind(const Context& in, const EntitlementGranted& body) {
  const auto program = FindProgram(in.state, body.program);
  auto account = FindAccount(in.state, body.program, body.fiscal_year,
                             body.appropriation_region);
  AMANAH_CHECK(program.has_value() && account.has_value());
  Move(&account->row, &AccountRow::available, &AccountRow::committed,
       body.amount);
  StoreRow(in.state, account->ordinal, account->row);

  EntitlementRow row;
  row.program = program->ordinal;
  row.account = account->ordinal;
  row.owner = in.author.ordinal;
  row.region = body.region;
  row.months = body.months;
  row.amount = body.amount;
  StoreRow(in.state, in.sequence, row);
  in.state->Put(in.prepared.entitlement_key, EncodeNumber(in.sequence));
  AddClaims(in.state, program->row.benefit,
            ClaimantsOf(program->row.unit, body), body.months, in.sequence);
}

Outcome CheckKind(const Context& in, const EntitlementRevoked&) {
  const auto known = FindEntitlement(in);
  if (!known.has_value()) return Refuse(Refusal::kEntitlementUnknown);
  if (known->row.revoked_entry != 0) {
    return Refuse(Refusal::kEntitlementRevoked, known->row.revoked_entry);
  }
  return kAccepted;
}

void ApplyKind(const Context& in, const EntitlementRevoked&) {
  auto known = FindEntitlement(in);
  AMANAH_CHECK(known.has_value());
  auto account = LoadRow<AccountRow>(in.state, known->row.account);
  AMANAH_CHECK(account.has_value());
  const Amount unpaid{known->row.amount.minor - known->row.live.minor};
  Move(&*account, &AccountRow::committed, &AccountRow::available, unpaid);
  StoreRow(in.state, known->row.account, *account);
  known->row.revoked_entry = in.sequence;
  StoreRow(in.state, known->grant, known->row);
}

}  // namespace amanah::domain::v1
