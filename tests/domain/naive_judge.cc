#include <algorithm>
#include <limits>
#include <string_view>

#include "ledger/base/check.h"
#include "tests/domain/naive_book.h"

namespace amanah::domain {
namespace {

bool IsCodeOf(const std::string& scheme, const std::string& region) {
  if (scheme != "id.kemendagri") return true;
  const auto parts = RegionParts(region);
  if (parts.size() > 4) return false;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].size() != (i == 3 ? 4u : 2u)) return false;
    for (const char c : parts[i]) {
      if (c < '0' || c > '9') return false;
    }
  }
  return true;
}

bool IsWhole(const ProgramDefined& program, Amount amount) {
  // The random statements know rupiah, of 100 minor units, and yen.
  const int64_t whole = program.currency == "IDR" ? 100 : 1;
  return !program.whole_units || amount.minor % whole == 0;
}

}  // namespace

// Collects the refusals that hold, in any order.
struct NaiveBook::Judging {
  const NaiveBook& book;
  const std::string& author;
  Refusals* found;

  void Add(Refusal refusal) const { found->push_back({refusal, {}}); }
  void Add(Refusal refusal, std::optional<uint64_t> conflict) const {
    found->push_back({refusal, conflict});
  }

  const NaiveAuthority* Authority(const std::string& name) const {
    const auto at = book.authorities_.find(name);
    return at == book.authorities_.end() ? nullptr : &at->second;
  }

  void Key(const crypto::PublicKey& key) const {
    if (const auto entry = book.KeyEntry(key)) Add(Refusal::kKeyUsed, entry);
  }
  void Pins(const std::vector<Pin>& pins, const std::string& but) const {
    if (const auto entry = book.PinEntry(pins, but)) {
      Add(Refusal::kPinUsed, entry);
    }
  }

  void operator()(const LedgerOpened&) const { AMANAH_CHECK(false); }
  void operator()(const AuthorityEnrolled& body) const {
    if (const auto* known = Authority(body.name)) {
      Add(Refusal::kNameUsed, known->enrolled);
    }
    Key(body.key.key);
    Pins(body.pins, "");
  }
  void operator()(const KeyRotated& body) const {
    if (Authority(body.name) == nullptr) Add(Refusal::kAuthorityUnknown);
    Key(body.key.key);
  }
  void operator()(const AuthoritySuspended& body) const {
    const auto* known = Authority(body.name);
    if (known == nullptr) return Add(Refusal::kAuthorityUnknown);
    if (known->suspended) Add(Refusal::kAuthorityState, known->status_entry);
    if (known->role != Role::kAdministrator) return;
    size_t left = 0;
    for (const auto& [name, authority] : book.authorities_) {
      if (authority.role == Role::kAdministrator && !authority.suspended &&
          name != body.name) {
        ++left;
      }
    }
    if (left < book.threshold_) Add(Refusal::kBelowThreshold);
  }
  void operator()(const AuthorityReinstated& body) const {
    const auto* known = Authority(body.name);
    if (known == nullptr) return Add(Refusal::kAuthorityUnknown);
    if (!known->suspended) {
      Add(Refusal::kAuthorityState,
          std::max(known->status_entry, known->enrolled));
    }
  }
  void operator()(const AuthoritySucceeded& body) const {
    const auto* from = Authority(body.name);
    const auto* to = Authority(body.successor);
    if (from == nullptr || to == nullptr) {
      return Add(Refusal::kAuthorityUnknown);
    }
    if (!from->successor.empty()) {
      Add(Refusal::kAuthorityState, from->succeeded);
    }
    if (from == to || from->role != to->role || !to->successor.empty()) {
      Add(Refusal::kSuccessorUnfit);
    }
  }
  void operator()(const PinsChanged& body) const { Pins(body.pins, author); }
  void operator()(const LedgerKeyRotated& body) const { Key(body.key.key); }
  void operator()(const RulesAdopted& body) const {
    if (body.version != book.rules_version_ + 1) {
      Add(Refusal::kRulesVersionNotNext);
    }
  }

  void operator()(const ProgramDefined& body) const {
    for (const auto& code : body.excludes) {
      if (!book.programs_.contains(code)) Add(Refusal::kProgramUnknown);
    }
    const auto benefit = book.benefits_.find(body.benefit);
    if (benefit != book.benefits_.end() && benefit->second.first != body.unit) {
      Add(Refusal::kBenefitUnit, benefit->second.second);
    }
    const auto at = book.programs_.find(body.program);
    if (at == book.programs_.end()) {
      if (body.version != 1) Add(Refusal::kProgramVersionNotNext);
      return;
    }
    const auto& [old, last_entry] = at->second;
    if (body.version != old.version + 1) {
      Add(Refusal::kProgramVersionNotNext, last_entry);
    }
    ProgramDefined same = old;
    same.version = body.version;
    same.excludes = body.excludes;
    same.ceiling = body.ceiling;
    same.months.first = std::min(body.months.first, old.months.first);
    same.months.last = std::max(body.months.last, old.months.last);
    if (same != body) Add(Refusal::kProgramReinterpreted, last_entry);
  }

  // What program, currency and amount say of money; nullptr: no program.
  const NaiveProgram* Money(const std::string& code,
                            const std::string& currency, Amount amount) const {
    const auto at = book.programs_.find(code);
    if (at == book.programs_.end()) return nullptr;
    const NaiveProgram& program = at->second;
    if (currency != program.body.currency) {
      Add(Refusal::kCurrencyMismatch, program.last_entry);
    }
    if (!IsWhole(program.body, amount)) {
      Add(Refusal::kNotWholeUnits, program.last_entry);
    }
    return &program;
  }

  void operator()(const FundsAppropriated& body) const {
    const auto* program = Money(body.program, body.currency, body.amount);
    if (program == nullptr) return Add(Refusal::kProgramUnknown);
    if (!body.region.empty() &&
        !IsCodeOf(program->body.region_scheme, body.region)) {
      Add(Refusal::kRegionForm, program->last_entry);
    }
    const auto account =
        book.FindAccount(body.program, body.fiscal_year, body.region);
    int64_t total = 0;
    int64_t available = 0;
    std::optional<uint64_t> last_entry;
    if (account.has_value()) {
      total = book.accounts_[*account].appropriated;
      available = book.Money()[*account].available;
      last_entry = book.accounts_[*account].last_entry;
    }
    if (body.amount.minor < 0 && available < -body.amount.minor) {
      Add(Refusal::kFundsInsufficient, last_entry);
    }
    if (body.amount.minor > 0 &&
        total > std::numeric_limits<int64_t>::max() - body.amount.minor) {
      Add(Refusal::kFundsOverflow);
    }
  }

  void operator()(const EntitlementGranted& body) const {
    const auto* known = Money(body.program, body.currency, body.amount);
    if (known == nullptr) return Add(Refusal::kProgramUnknown);
    const ProgramDefined& program = known->body;
    if (body.months.first < program.months.first ||
        body.months.last > program.months.last) {
      Add(Refusal::kMonthsOutsideProgram, known->last_entry);
    }
    if (!IsCodeOf(program.region_scheme, body.region)) {
      Add(Refusal::kRegionForm, known->last_entry);
    }
    if (!LiesIn(body.region, body.appropriation_region)) {
      Add(Refusal::kRegionOutsideAppropriation);
    }
    const auto account = book.FindAccount(body.program, body.fiscal_year,
                                          body.appropriation_region);
    if (!account.has_value()) {
      Add(Refusal::kFundsInsufficient);
    } else if (book.Money()[*account].available < body.amount.minor) {
      Add(Refusal::kFundsInsufficient, book.accounts_[*account].last_entry);
    }
    if (const auto used = book.FindGrant(body.entitlement)) {
      Add(Refusal::kEntitlementUsed, book.grants_[*used].sequence);
    }
    const int64_t months = body.months.last.index - body.months.first.index + 1;
    if (program.ceiling.has_value() &&
        program.ceiling->minor * months < body.amount.minor) {
      Add(Refusal::kAboveCeiling, known->last_entry);
    }
    if (program.unit == Unit::kHousehold && !body.household.has_value()) {
      return Add(Refusal::kHouseholdMissing, known->last_entry);
    }
    Claims(program, body);
  }

  void Claims(const ProgramDefined& program,
              const EntitlementGranted& body) const {
    bool overlaps = false;
    bool excluded = false;
    for (const NaiveGrant& grant : book.grants_) {
      const ProgramDefined& other = book.programs_.at(grant.body.program).body;
      const bool same = other.benefit == program.benefit;
      const bool barred = Contains(program.excludes, other.program) ||
                          Contains(other.excludes, program.program);
      if ((!same && !barred) || !book.Holds(grant, body)) continue;
      if (same && !std::exchange(overlaps, true)) {
        Add(Refusal::kOverlap, grant.sequence);
      }
      if (barred && !std::exchange(excluded, true)) {
        Add(Refusal::kExcludedProgram, grant.sequence);
      }
    }
  }

  void operator()(const EntitlementRevoked& body) const {
    const auto grant = book.FindGrant(body.entitlement);
    if (!grant.has_value()) return Add(Refusal::kEntitlementUnknown);
    const uint64_t revoked = book.grants_[*grant].revoked;
    if (revoked != 0) Add(Refusal::kEntitlementRevoked, revoked);
  }

  void operator()(const DisbursementReported& body) const {
    const auto grant = book.FindGrant(body.entitlement);
    if (!grant.has_value()) return Add(Refusal::kEntitlementUnknown);
    Money(book.grants_[*grant].body.program, body.currency, body.amount);
    if (!body.predecessor.empty() &&
        !book.BusinessReaches(body.predecessor, author)) {
      Add(Refusal::kNotSuccessor);
    }
    const std::string& bank =
        body.predecessor.empty() ? author : body.predecessor;
    for (const NaivePayment& payment : book.payments_) {
      if (payment.bank == bank &&
          payment.body.disbursement == body.disbursement) {
        return Later(payment, *grant, body);
      }
    }
    First(bank, *grant, body);
  }

  void First(const std::string& bank, size_t index,
             const DisbursementReported& body) const {
    const NaiveGrant& grant = book.grants_[index];
    if (grant.revoked != 0) Add(Refusal::kEntitlementRevoked, grant.revoked);
    if (book.Live(index) + body.amount.minor > grant.body.amount.minor) {
      Add(Refusal::kExceedsRemaining, book.EarliestLive(index));
    }
    if (!book.Covers(author, grant.body.program, grant.body.region)) {
      Add(Refusal::kBankNotInScope, grant.sequence);
    }
    for (const NaivePayment& payment : book.payments_) {
      if (payment.bank == bank &&
          payment.body.end_to_end_id == body.end_to_end_id) {
        Add(Refusal::kEndToEndIdUsed, payment.first);
      }
    }
    if (!body.predecessor.empty() ||
        body.state == DisbursementState::kRejected ||
        body.state == DisbursementState::kReturned) {
      Add(Refusal::kIllegalTransition);
    }
  }

  void Later(const NaivePayment& payment, size_t grant,
             const DisbursementReported& body) const {
    if (payment.grant != grant || payment.body.amount != body.amount ||
        payment.body.end_to_end_id != body.end_to_end_id) {
      Add(Refusal::kDisbursementDiffers, payment.first);
    }
    using State = DisbursementState;
    const std::vector<std::pair<State, State>> steps = {
        {State::kInstructed, State::kCredited},
        {State::kInstructed, State::kRejected},
        {State::kCredited, State::kReturned}};
    if (std::find(steps.begin(), steps.end(),
                  std::pair(payment.state, body.state)) == steps.end()) {
      Add(Refusal::kIllegalTransition, payment.last);
    }
  }
};

Outcome NaiveBook::Judge(const NaivePosting& posting) const {
  const Body& body = posting.statement.body;
  std::string_view role = "administrators";
  if (std::holds_alternative<EntitlementGranted>(body) ||
      std::holds_alternative<EntitlementRevoked>(body)) {
    role = "program-owner";
  } else if (std::holds_alternative<DisbursementReported>(body)) {
    role = "bank";
  } else if (std::holds_alternative<PinsChanged>(body)) {
    role = "anyone";
  }
  const bool together = posting.author == "administrators";
  if (together ? role != "administrators"
               : role != "anyone" &&
                     role != RoleName(authorities_.at(posting.author).role)) {
    return {Refusal::kRoleNotAllowed, {}};
  }
  Refusals found;
  if (!InScope(posting)) found.push_back({Refusal::kOutOfScope, {}});
  for (const auto& [posted, sequence] : posted_) {
    if (posted.author == posting.author &&
        posted.statement.reference == posting.statement.reference) {
      found.push_back({Refusal::kReferenceReused, sequence});
      break;
    }
  }
  std::visit(Judging{*this, posting.author, &found}, body);
  if (found.empty()) return {};
  return *std::min_element(
      found.begin(), found.end(),
      [](const Outcome& a, const Outcome& b) { return a.refusal < b.refusal; });
}

}  // namespace amanah::domain
