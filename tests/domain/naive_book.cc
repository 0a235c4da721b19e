#include "tests/domain/naive_book.h"

#include <algorithm>
#include <set>

namespace amanah::domain {
namespace {

std::set<crypto::Pseudonym> Claimed(Unit unit, const EntitlementGranted& body) {
  std::set<crypto::Pseudonym> claimed = {body.recipient};
  if (unit == Unit::kHousehold) {
    claimed.insert(*body.household);
    for (const auto& member : body.members) claimed.insert(member);
  }
  return claimed;
}

bool ShareAMonth(const Period& a, const Period& b) {
  for (int32_t month = a.first.index; month <= a.last.index; ++month) {
    if (month >= b.first.index && month <= b.last.index) return true;
  }
  return false;
}

}  // namespace

std::vector<std::string> RegionParts(const std::string& region) {
  std::vector<std::string> parts(1);
  for (const char c : region) {
    if (c == '.') {
      parts.emplace_back();
    } else {
      parts.back().push_back(c);
    }
  }
  return parts;
}

bool LiesIn(const std::string& inner, const std::string& outer) {
  if (outer.empty()) return true;
  const auto in = RegionParts(inner);
  const auto out = RegionParts(outer);
  if (in.size() < out.size()) return false;
  return std::equal(out.begin(), out.end(), in.begin());
}

bool Contains(const std::vector<std::string>& all, const std::string& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

NaiveBook::NaiveBook(const LedgerOpened& opened)
    : rules_version_(opened.rules_version), threshold_(opened.threshold) {
  keys_.emplace_back(opened.checkpoint_key.key, 0);
  keys_.emplace_back(opened.statement_key.key, 0);
  for (const Administrator& administrator : opened.administrators) {
    NaiveAuthority& authority = authorities_[administrator.name];
    authority.role = Role::kAdministrator;
    for (const Pin& pin : administrator.pins) {
      authority.pins.emplace_back(pin, 0);
    }
    keys_.emplace_back(administrator.key.key, 0);
  }
}

std::optional<uint64_t> NaiveBook::FindRepeat(
    const NaivePosting& posting) const {
  for (const auto& [posted, sequence] : posted_) {
    if (posted.author == posting.author && posted.bytes == posting.bytes) {
      return sequence;
    }
  }
  return std::nullopt;
}

bool NaiveBook::Covers(const std::string& author, const std::string& program,
                       const std::string& region) const {
  const NaiveAuthority& who = authorities_.at(author);
  bool region_covered = who.regions.empty();
  for (const auto& outer : who.regions) {
    if (LiesIn(region, outer)) region_covered = true;
  }
  return region_covered &&
         (who.programs.empty() || Contains(who.programs, program));
}

bool NaiveBook::BusinessReaches(const std::string& from,
                                const std::string& to) const {
  if (from == to) return true;
  const auto found = authorities_.find(from);
  if (found == authorities_.end() || found->second.successor.empty()) {
    return false;
  }
  return BusinessReaches(found->second.successor, to);
}

bool NaiveBook::InScope(const NaivePosting& posting) const {
  const Body& body = posting.statement.body;
  if (const auto* grant = std::get_if<EntitlementGranted>(&body)) {
    return Covers(posting.author, grant->program, grant->region);
  }
  if (const auto* revoked = std::get_if<EntitlementRevoked>(&body)) {
    const auto found = FindGrant(revoked->entitlement);
    if (!found.has_value()) return true;
    const NaiveGrant& grant = grants_[*found];
    return BusinessReaches(grant.owner, posting.author) ||
           Covers(posting.author, grant.body.program, grant.body.region);
  }
  return true;
}

std::optional<uint64_t> NaiveBook::KeyEntry(
    const crypto::PublicKey& key) const {
  for (const auto& [used, entry] : keys_) {
    if (used == key) return entry;
  }
  return std::nullopt;
}

std::optional<uint64_t> NaiveBook::PinEntry(const std::vector<Pin>& pins,
                                            const std::string& author) const {
  for (const Pin& pin : pins) {
    for (const auto& [name, authority] : authorities_) {
      if (name == author) continue;
      for (const auto& [held, entry] : authority.pins) {
        if (held == pin) return entry;
      }
    }
  }
  return std::nullopt;
}

std::optional<size_t> NaiveBook::FindGrant(
    const std::string& entitlement) const {
  for (size_t i = 0; i < grants_.size(); ++i) {
    if (grants_[i].body.entitlement == entitlement) return i;
  }
  return std::nullopt;
}

std::optional<size_t> NaiveBook::FindAccount(const std::string& program,
                                             uint32_t year,
                                             const std::string& region) const {
  for (size_t i = 0; i < accounts_.size(); ++i) {
    const NaiveAccount& account = accounts_[i];
    if (account.program == program && account.fiscal_year == year &&
        account.region == region) {
      return i;
    }
  }
  return std::nullopt;
}

int64_t NaiveBook::Live(size_t grant) const {
  int64_t live = 0;
  for (const NaivePayment& payment : payments_) {
    if (payment.grant == grant && payment.live()) {
      live += payment.body.amount.minor;
    }
  }
  return live;
}

uint64_t NaiveBook::EarliestLive(size_t grant) const {
  for (const NaivePayment& payment : payments_) {
    if (payment.grant == grant && payment.live()) return payment.first;
  }
  return grants_[grant].sequence;
}

// Whether a grant still holds one of the claimants and months of `body`.
bool NaiveBook::Holds(const NaiveGrant& grant,
                      const EntitlementGranted& body) const {
  if (!ShareAMonth(grant.body.months, body.months)) return false;
  const auto held =
      Claimed(programs_.at(grant.body.program).body.unit, grant.body);
  bool shared = false;
  for (const auto& claimant :
       Claimed(programs_.at(body.program).body.unit, body)) {
    if (held.contains(claimant)) shared = true;
  }
  if (!shared) return false;
  const auto index = static_cast<size_t>(&grant - grants_.data());
  return grant.revoked == 0 || Live(index) != 0;
}

std::vector<NaiveParts> NaiveBook::Money() const {
  std::vector<int64_t> live(grants_.size());
  std::vector<NaiveParts> money(accounts_.size());
  for (const NaivePayment& payment : payments_) {
    if (!payment.live()) continue;
    const int64_t amount = payment.body.amount.minor;
    NaiveParts& parts = money[grants_[payment.grant].account];
    live[payment.grant] += amount;
    (payment.state == DisbursementState::kInstructed ? parts.in_transit
                                                     : parts.credited) +=
        amount;
  }
  for (size_t i = 0; i < grants_.size(); ++i) {
    if (grants_[i].revoked != 0) continue;
    money[grants_[i].account].committed +=
        grants_[i].body.amount.minor - live[i];
  }
  for (size_t i = 0; i < accounts_.size(); ++i) {
    money[i].available = accounts_[i].appropriated - money[i].committed -
                         money[i].in_transit - money[i].credited;
  }
  return money;
}

struct NaiveBook::Taking {
  NaiveBook& book;
  const std::string& author;
  uint64_t sequence;

  void operator()(const LedgerOpened&) const {}
  void operator()(const AuthorityEnrolled& body) const {
    NaiveAuthority& authority = book.authorities_[body.name];
    authority.role = body.role;
    authority.programs = body.programs;
    authority.regions = body.regions;
    for (const Pin& pin : body.pins) authority.pins.emplace_back(pin, sequence);
    authority.enrolled = sequence;
    book.keys_.emplace_back(body.key.key, sequence);
  }
  void operator()(const KeyRotated& body) const {
    book.keys_.emplace_back(body.key.key, sequence);
  }
  void SetSuspended(const std::string& name, bool suspended) const {
    book.authorities_[name].suspended = suspended;
    book.authorities_[name].status_entry = sequence;
  }
  void operator()(const AuthoritySuspended& body) const {
    SetSuspended(body.name, true);
  }
  void operator()(const AuthorityReinstated& body) const {
    SetSuspended(body.name, false);
  }
  void operator()(const AuthoritySucceeded& body) const {
    book.authorities_[body.name].successor = body.successor;
    book.authorities_[body.name].succeeded = sequence;
  }
  void operator()(const PinsChanged& body) const {
    auto& pins = book.authorities_[author].pins;
    pins.clear();
    for (const Pin& pin : body.pins) pins.emplace_back(pin, sequence);
  }
  void operator()(const LedgerKeyRotated& body) const {
    book.keys_.emplace_back(body.key.key, sequence);
  }
  void operator()(const RulesAdopted& body) const {
    book.rules_version_ = body.version;
  }
  void operator()(const ProgramDefined& body) const {
    book.programs_[body.program] = {body, sequence};
    book.benefits_.try_emplace(body.benefit, body.unit, sequence);
  }
  void operator()(const FundsAppropriated& body) const {
    auto at = book.FindAccount(body.program, body.fiscal_year, body.region);
    if (!at.has_value()) {
      at = book.accounts_.size();
      book.accounts_.push_back(
          {body.program, body.fiscal_year, body.region, 0, 0});
    }
    book.accounts_[*at].appropriated += body.amount.minor;
    book.accounts_[*at].last_entry = sequence;
  }
  void operator()(const EntitlementGranted& body) const {
    const auto account = book.FindAccount(body.program, body.fiscal_year,
                                          body.appropriation_region);
    book.grants_.push_back({sequence, author, body, *account, 0});
  }
  void operator()(const EntitlementRevoked& body) const {
    book.grants_[*book.FindGrant(body.entitlement)].revoked = sequence;
  }
  void operator()(const DisbursementReported& body) const {
    const std::string& bank =
        body.predecessor.empty() ? author : body.predecessor;
    for (NaivePayment& payment : book.payments_) {
      if (payment.bank == bank &&
          payment.body.disbursement == body.disbursement) {
        payment.state = body.state;
        payment.last = sequence;
        return;
      }
    }
    book.payments_.push_back({sequence, sequence, bank, body,
                              *book.FindGrant(body.entitlement), body.state});
  }
};

void NaiveBook::Take(const NaivePosting& posting, const Outcome& outcome,
                     uint64_t sequence) {
  posted_.emplace_back(posting, sequence);
  if (!outcome.accepted()) return;
  std::visit(Taking{*this, posting.author, sequence}, posting.statement.body);
}

}  // namespace amanah::domain
