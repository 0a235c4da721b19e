// Programs and their money.
#include <algorithm>

#include "ledger/base/check.h"
#include "ledger/domain/accounts.h"
#include "ledger/domain/identifier.h"
#include "ledger/domain/v1/kinds.h"

namespace amanah::domain::v1 {
namespace {

LedgerRow CountProgram(Overlay* state) {
  LedgerRow ledger = FindLedger(state).value_or(LedgerRow{});
  ++ledger.programs;
  state->Put(LedgerKey(), EncodeRow(ledger));
  return ledger;
}

// What a new version may not change: it would give another meaning to grants
// that were judged under the old one. The window may only widen.
bool Reinterprets(const ProgramRow& old, const ProgramDefined& body) {
  return body.currency != old.currency || body.whole_units != old.whole_units ||
         body.unit != old.unit || body.benefit != old.benefit ||
         body.recipient_scheme != old.recipient_scheme ||
         body.region_scheme != old.region_scheme ||
         !body.months.Contains(old.months);
}

bool Holds(const std::vector<uint64_t>& ordinals, uint64_t ordinal) {
  return std::binary_search(ordinals.begin(), ordinals.end(), ordinal);
}

void Insert(std::vector<uint64_t>* ordinals, uint64_t ordinal) {
  ordinals->insert(
      std::lower_bound(ordinals->begin(), ordinals->end(), ordinal), ordinal);
}

// Keeps `excluded_by` of the programs that a definition names, or named, in
// step, so that a grant sees exclusion from both sides in one row.
void MirrorExclusions(Overlay* state, uint64_t ordinal,
                      const std::vector<uint64_t>& before,
                      const std::vector<uint64_t>& after) {
  for (const uint64_t other : before) {
    if (Holds(after, other)) continue;
    ProgramRow row = ProgramOf(state, other);
    std::erase(row.excluded_by, ordinal);
    StoreRow(state, other, row);
  }
  for (const uint64_t other : after) {
    if (Holds(before, other)) continue;
    ProgramRow row = ProgramOf(state, other);
    Insert(&row.excluded_by, ordinal);
    StoreRow(state, other, row);
  }
}

std::vector<uint64_t> OrdinalsOf(Overlay* state,
                                 const std::vector<std::string>& codes) {
  std::vector<uint64_t> ordinals;
  for (const std::string& code : codes) {
    const auto program = FindProgram(state, code);
    AMANAH_CHECK(program.has_value());
    ordinals.push_back(program->ordinal);
  }
  std::sort(ordinals.begin(), ordinals.end());
  return ordinals;
}

}  // namespace

std::optional<KnownProgram> FindProgram(Overlay* state, std::string_view code) {
  const std::optional<uint64_t> ordinal = LoadNumber(state, NameKey('G', code));
  if (!ordinal.has_value()) return std::nullopt;
  return KnownProgram{*ordinal, ProgramOf(state, *ordinal)};
}

ProgramRow ProgramOf(Overlay* state, uint64_t ordinal) {
  std::optional<ProgramRow> row = LoadRow<ProgramRow>(state, ordinal);
  AMANAH_CHECK(row.has_value() || !state->status().ok());
  return row.value_or(ProgramRow{});
}

bool WholeWhereNeeded(const ProgramRow& program, Amount amount) {
  return !program.whole_units ||
         amount.minor % MinorPerWhole(program.currency) == 0;
}

Outcome CheckKind(const Context& in, const ProgramDefined& body) {
  for (const std::string& code : body.excludes) {
    if (!FindProgram(in.state, code).has_value()) {
      return Refuse(Refusal::kProgramUnknown);
    }
  }
  const auto known = FindProgram(in.state, body.program);
  if (known.has_value()) {
    if (body.version != known->row.version + 1) {
      return Refuse(Refusal::kProgramVersionNotNext, known->row.last_entry);
    }
    if (Reinterprets(known->row, body)) {
      return Refuse(Refusal::kProgramReinterpreted, known->row.last_entry);
    }
    return kAccepted;
  }
  if (body.version != 1) return Refuse(Refusal::kProgramVersionNotNext);
  const auto benefit =
      LoadRow<BenefitRow>(in.state, NameKey(BenefitRow::kTable, body.benefit));
  if (benefit.has_value() && benefit->unit != body.unit) {
    return Refuse(Refusal::kBenefitUnit, benefit->entry);
  }
  return kAccepted;
}

void ApplyKind(const Context& in, const ProgramDefined& body) {
  auto known = FindProgram(in.state, body.program);
  if (!known.has_value()) {
    known = KnownProgram{CountProgram(in.state).programs, {}};
    in.state->Put(NameKey('G', body.program), EncodeNumber(known->ordinal));
    const StateKey benefit = NameKey(BenefitRow::kTable, body.benefit);
    if (in.state->Get(benefit).empty()) {
      in.state->Put(benefit, EncodeRow(BenefitRow{body.unit, in.sequence}));
    }
  }
  ProgramRow& row = known->row;
  const std::vector<uint64_t> before = std::move(row.excludes);
  row.program = body.program;
  row.version = body.version;
  row.last_entry = in.sequence;
  row.months = body.months;
  row.currency = body.currency;
  row.whole_units = body.whole_units;
  row.unit = body.unit;
  row.benefit = body.benefit;
  row.recipient_scheme = body.recipient_scheme;
  row.region_scheme = body.region_scheme;
  row.excludes = OrdinalsOf(in.state, body.excludes);
  row.ceiling = body.ceiling.value_or(Amount{});
  StoreRow(in.state, known->ordinal, row);
  MirrorExclusions(in.state, known->ordinal, before, row.excludes);
}

Outcome CheckKind(const Context& in, const FundsAppropriated& body) {
  const auto program = FindProgram(in.state, body.program);
  if (!program.has_value()) return Refuse(Refusal::kProgramUnknown);
  const ProgramRow& row = program->row;
  if (body.currency != row.currency) {
    return Refuse(Refusal::kCurrencyMismatch, row.last_entry);
  }
  if (!WholeWhereNeeded(row, body.amount)) {
    return Refuse(Refusal::kNotWholeUnits, row.last_entry);
  }
  if (!body.region.empty() &&
      !RegionFitsScheme(body.region, row.region_scheme)) {
    return Refuse(Refusal::kRegionForm, row.last_entry);
  }
  const auto account =
      FindAccount(in.state, body.program, body.fiscal_year, body.region);
  const AccountRow account_row =
      account.has_value() ? account->row : AccountRow{};
  const auto available = Add(account_row.available, body.amount);
  if (available.has_value() && available->minor < 0) {
    return account.has_value()
               ? Refuse(Refusal::kFundsInsufficient, account_row.last_entry)
               : Refuse(Refusal::kFundsInsufficient);
  }
  if (!available.has_value() ||
      !Add(account_row.appropriated, body.amount).has_value()) {
    return Refuse(Refusal::kFundsOverflow);
  }
  return kAccepted;
}

void ApplyKind(const Context& in, const FundsAppropriated& body) {
  KnownAccount account =
      FindOrAddAccount(in.state, body.program, body.fiscal_year, body.region);
  account.row.last_entry = in.sequence;
  Appropriate(&account.row, body.amount);
  StoreRow(in.state, account.ordinal, account.row);
}

}  // namespace amanah::domain::v1
