#include "tests/domain/random_statements.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "tests/support/book_fixture.h"

namespace amanah::domain {
namespace {

using testing_support::KeyOf;
using testing_support::PersonOf;
using testing_support::PinOf;
using State = DisbursementState;

constexpr int32_t kFirstMonth = 12 * 2026;
const std::vector<std::string> kPrograms = {"g0", "g1", "g2", "g3", "g4", "g5"};
// Of both sides of the borders that matter, and some that are no codes.
const std::vector<std::string> kRegions = {
    "35.76", "35.76", "35.76.02",      "35.76.02.1003", "35.76.03", "35.73",
    "35",    "35.16", "35.73.01.1001", "35.76.02",      "35.7",     "3576"};
const std::vector<std::string> kFundRegions = {"", "35", "35.76", "35.73",
                                               "35.7"};
const std::vector<std::string> kScopes = {"35", "35.7", "35.73", "35.76",
                                          "35.76.02"};

}  // namespace

std::string RandomStatements::Numbered(std::string_view prefix, size_t count) {
  return std::string(prefix) + std::to_string(Below(count));
}

std::vector<std::string> RandomStatements::Some(
    const std::vector<std::string>& all) {
  std::vector<std::string> some;
  for (const auto& one : all) {
    if (Percent(40)) some.push_back(one);
  }
  return some;
}

std::string RandomStatements::AnAuthority() {
  if (Percent(5)) return "nobody";
  auto at = book_.authorities().begin();
  std::advance(at, Below(book_.authorities().size()));
  return at->first;
}

std::string RandomStatements::OfRole(Role role) {
  std::vector<std::string> names;
  for (const auto& [name, authority] : book_.authorities()) {
    if (authority.role == role) names.push_back(name);
  }
  return OneOf(names);
}

Amount RandomStatements::AnAmount(int64_t wholes) {
  const auto range = static_cast<size_t>(wholes);
  const auto whole = static_cast<int64_t>(1 + Below(range));
  return {100 * whole + (Percent(4) ? 1 : 0)};
}

std::vector<Pin> RandomStatements::SomePins() {
  std::vector<Pin> pins;
  for (size_t i = 0; i < 1 + Below(2); ++i) {
    pins.push_back(PinOf(Numbered("p", 60)));
  }
  std::sort(pins.begin(), pins.end());
  pins.erase(std::unique(pins.begin(), pins.end()), pins.end());
  return pins;
}

NewKey RandomStatements::AKey() { return {KeyOf(Numbered("k", 400)), {}}; }

AuthorityEnrolled RandomStatements::Enrolled(Role role) {
  AuthorityEnrolled body;
  // The first of each role speaks for everything.
  const size_t place = posted_.size();
  const bool first = place < 6;
  body.name = first ? "w" + std::to_string(place) : Numbered("w", 14);
  body.institution = "kota";
  body.role = role;
  if (place % 3 != 0 && Percent(40)) body.programs = Some(kPrograms);
  if (place % 3 != 0 && Percent(60)) body.regions = Some(kScopes);
  body.key = AKey();
  body.pins = SomePins();
  body.daily_quota = 10;
  return body;
}

ProgramDefined RandomStatements::Program(const std::string& code) {
  const auto number = static_cast<size_t>(code[1] - '0');
  ProgramDefined body;
  const auto known = book_.programs().find(code);
  if (known != book_.programs().end()) {
    body = known->second.body;
    body.version += Percent(95) ? 1 : static_cast<uint32_t>(Below(3));
    if (Percent(10)) ++body.months.last.index;
    if (Percent(5)) --body.months.last.index;
    if (Percent(5)) body.whole_units = !body.whole_units;
    if (Percent(5)) body.benefit = Numbered("b", 4);
  } else {
    body.program = code;
    body.version = Percent(95) ? 1 : 2;
    body.months = {{kFirstMonth}, {kFirstMonth + 20}};
    body.currency = number == 5 ? "JPY" : "IDR";
    body.whole_units = number < 3;
    body.benefit = "b" + std::to_string(number % 4);
    // Program 4 shares its benefit with program 0, and 5 with 1.
    body.unit = number % 4 < 2 ? Unit::kPerson : Unit::kHousehold;
    if (Percent(10)) body.unit = Unit::kHousehold;
    body.recipient_scheme = "id.nik";
    body.region_scheme = number == 5 ? "id.bps" : "id.kemendagri";
  }
  body.ceiling.reset();
  if (Percent(50)) body.ceiling = AnAmount(2'000);
  body.excludes.clear();
  for (const auto& other : kPrograms) {
    const bool known_or_odd = book_.programs().contains(other) || Percent(20);
    if (known_or_odd && Percent(12)) body.excludes.push_back(other);
  }
  return body;
}

FundsAppropriated RandomStatements::Funds(const std::string& code) {
  FundsAppropriated body;
  body.program = code;
  body.fiscal_year = Percent(80) ? 2026 : 2027;
  body.region = OneOf(kFundRegions);
  body.currency = code == "g5" ? "JPY" : "IDR";
  if (Percent(4)) body.currency = "USD";
  body.amount = AnAmount(20'000);
  if (Percent(15)) body.amount.minor = -body.amount.minor;
  // Where no grant draws, so that sums of the model stay in their range.
  if (Percent(10)) {
    body.fiscal_year = 2030;
    body.amount.minor = std::numeric_limits<int64_t>::max() / 100 * 100;
  }
  body.legal_basis = "DIPA";
  return body;
}

EntitlementGranted RandomStatements::Granted() {
  EntitlementGranted body;
  body.entitlement = "e" + std::to_string(++names_);
  if (Percent(4) && !book_.grants().empty()) {
    body.entitlement = OneOf(book_.grants()).body.entitlement;
  }
  body.program = Percent(97) ? OneOf(kPrograms) : "g9";
  body.fiscal_year = 2026;
  body.appropriation_region = "35.76";
  if (!book_.accounts().empty() && Percent(90)) {
    const NaiveAccount& account = OneOf(book_.accounts());
    if (account.fiscal_year < 2030) {
      body.program = account.program;
      body.fiscal_year = account.fiscal_year;
      body.appropriation_region = account.region;
    }
  }
  body.recipient = PersonOf(Numbered("person ", 40));
  if (Percent(97)) body.household = PersonOf(Numbered("house ", 20));
  for (size_t i = Below(3); i > 0; --i) {
    body.members.push_back(PersonOf(Numbered("person ", 40)));
  }
  for (int tries = 0; tries < 8; ++tries) {
    body.region = OneOf(kRegions);
    if (body.region.starts_with(body.appropriation_region)) break;
  }
  const auto first =
      kFirstMonth + static_cast<int32_t>(Below(21)) - (Percent(3) ? 1 : 0);
  const auto months = static_cast<int32_t>(Below(Percent(90) ? 3 : 16));
  body.months = {{first}, {first + months}};
  body.currency = body.program == "g5" ? "JPY" : "IDR";
  if (Percent(3)) body.currency = "USD";
  body.amount = AnAmount(1'000);
  const auto known = book_.programs().find(body.program);
  if (known != book_.programs().end() && known->second.body.ceiling &&
      Percent(30)) {
    body.amount = {known->second.body.ceiling->minor * (months + 1)};
    if (Percent(50)) body.amount.minor += Percent(50) ? 1 : 100;
  }
  body.basis = "SK";
  return body;
}

// A payment's first report; sometimes of one that is there already.
DisbursementReported RandomStatements::Paid(std::string* author) {
  *author = OfRole(Role::kBank);
  DisbursementReported body;
  body.disbursement = "d" + std::to_string(++names_);
  body.end_to_end_id = "x" + std::to_string(names_);
  if (Percent(4) && !book_.payments().empty()) {
    const NaivePayment& other = OneOf(book_.payments());
    *author = other.bank;
    body.end_to_end_id = other.body.end_to_end_id;
  }
  body.state = Percent(60) ? State::kInstructed : State::kCredited;
  if (Percent(4))
    body.state = Percent(50) ? State::kRejected : State::kReturned;
  body.entitlement = "nothing";
  body.currency = "IDR";
  body.amount = AnAmount(300);
  if (!book_.grants().empty() && Percent(97)) {
    // Among the last ones, so that entitlements are paid in many parts.
    const size_t count = std::min<size_t>(book_.grants().size(), 40);
    size_t back = Below(count);
    for (int tries = 0; tries < 2; ++tries) {
      const size_t at = book_.grants().size() - 1 - back;
      if (book_.grants()[at].revoked == 0) break;
      back = Below(count);
    }
    const NaiveGrant& grant = book_.grants()[book_.grants().size() - 1 - back];
    body.entitlement = grant.body.entitlement;
    body.currency = Percent(97) ? grant.body.currency : "USD";
    if (Percent(70)) {
      const auto parts = static_cast<int64_t>(1 + Below(4));
      const int64_t part = grant.body.amount.minor / parts / 100 * 100;
      body.amount.minor = std::max<int64_t>(part, 100);
    } else if (Percent(50)) {
      // All that is left, or a little more.
      const auto index = static_cast<size_t>(&grant - book_.grants().data());
      const int64_t left = grant.body.amount.minor - book_.Live(index);
      body.amount.minor = left + static_cast<int64_t>(Below(2));
      if (body.amount.minor == 0) body.amount.minor = 100;
    }
  }
  body.value_date = "2026-01-15";
  body.channel = "KKS";
  if (Percent(2)) body.predecessor = AnAuthority();
  return body;
}

// What became of a payment, by its bank or whoever took that over.
DisbursementReported RandomStatements::Followed(std::string* author) {
  const size_t count = std::min<size_t>(book_.payments().size(), 80);
  size_t back = Below(count);
  for (int tries = 0; tries < 5; ++tries) {
    if (book_.payments()[book_.payments().size() - 1 - back].live()) break;
    back = Below(count);
  }
  const NaivePayment& payment =
      book_.payments()[book_.payments().size() - 1 - back];
  DisbursementReported body = payment.body;
  body.predecessor.clear();
  *author = payment.bank;
  const std::string& successor = book_.authorities().at(payment.bank).successor;
  if (!successor.empty() && Percent(60)) {
    *author = successor;
    body.predecessor = payment.bank;
  } else if (Percent(4)) {
    *author = OfRole(Role::kBank);
    body.predecessor = payment.bank;
  }
  const std::vector<State> next =
      payment.state == State::kInstructed
          ? std::vector<State>{State::kCredited, State::kRejected}
          : std::vector<State>{State::kReturned};
  body.state = OneOf(next);
  if (Percent(8)) {
    body.state = OneOf(std::vector<State>{State::kInstructed, State::kCredited,
                                          State::kRejected, State::kReturned});
  }
  if (Percent(2)) body.amount.minor += 100;
  if (Percent(2)) body.end_to_end_id += "-other";
  if (Percent(2))
    body.end_to_end_id = OneOf(book_.payments()).body.end_to_end_id;
  if (Percent(2)) body.entitlement = OneOf(book_.grants()).body.entitlement;
  return body;
}

Body RandomStatements::Administrative() {
  const std::string name = AnAuthority();
  switch (Below(12)) {
    case 0:
      return Enrolled(static_cast<Role>(1 + Below(5)));
    case 1:
      return KeyRotated{name, AKey()};
    case 2:
      return AuthoritySuspended{name, "audit"};
    case 3:
    case 4:
      return AuthorityReinstated{name, "audit"};
    case 5:
      return AuthoritySucceeded{
          Percent(60) ? OfRole(Percent(50) ? Role::kBank : Role::kProgramOwner)
                      : name,
          Percent(60) ? OfRole(Percent(50) ? Role::kBank : Role::kProgramOwner)
                      : AnAuthority()};
    case 6:
      return LedgerKeyRotated{
          Percent(50) ? LedgerKeyKind::kCheckpoint : LedgerKeyKind::kStatement,
          "amanah.example/kota", AKey()};
    case 7:
      return RulesAdopted{Percent(10) ? book_.rules_version() + 1
                                      : 2 + static_cast<uint32_t>(Below(3))};
    case 8:
      return Program(OneOf(kPrograms));
    default:
      return Funds(Percent(97) ? OneOf(kPrograms) : "g9");
  }
}

Body RandomStatements::ABody() {
  // The first statements found what the later ones are about.
  const size_t place = posted_.size();
  if (place < 2) return Enrolled(Role::kProgramOwner);
  if (place < 6) return Enrolled(Role::kBank);
  if (place < 12) return Program(kPrograms[place - 6]);
  if (place < 30) return Funds(kPrograms[place % 6]);
  const size_t kind = Below(100);
  if (kind < 12) return Administrative();
  if (kind < 14) return PinsChanged{SomePins()};
  if (kind < 20 && !book_.grants().empty()) {
    const NaiveGrant& grant = OneOf(book_.grants());
    if (grant.revoked != 0 && Percent(80)) return Granted();
    const std::string& name = grant.body.entitlement;
    return EntitlementRevoked{Percent(97) ? name : "nothing", "moved"};
  }
  if (kind < 50) return Granted();
  return DisbursementReported{};
}

std::string RandomStatements::AuthorOf(const Body& body) {
  if (Percent(3)) {
    const std::string name = AnAuthority();
    return name == "nobody" ? "administrators" : name;
  }
  if (std::holds_alternative<PinsChanged>(body)) {
    const std::string name = AnAuthority();
    return name == "nobody" ? "ani" : name;
  }
  if (std::holds_alternative<EntitlementGranted>(body) ||
      std::holds_alternative<EntitlementRevoked>(body)) {
    return OfRole(Role::kProgramOwner);
  }
  return "administrators";
}

NaivePosting RandomStatements::Next() {
  if (posted_.size() > 30 && Percent(3)) return OneOf(posted_);
  NaivePosting posting;
  posting.statement.body = ABody();
  if (std::holds_alternative<DisbursementReported>(posting.statement.body)) {
    const bool follow = !book_.payments().empty() && Percent(50);
    posting.statement.body =
        follow ? Followed(&posting.author) : Paid(&posting.author);
  } else {
    posting.author = AuthorOf(posting.statement.body);
  }
  posting.bytes = "bytes " + std::to_string(posted_.size());
  posting.statement.reference = "r" + std::to_string(posted_.size());
  if (posted_.size() > 30 && Percent(3)) {
    const NaivePosting& other = OneOf(posted_);
    posting.statement.reference = other.statement.reference;
    if (Percent(50)) posting.author = other.author;
  }
  posted_.push_back(posting);
  return posting;
}

}  // namespace amanah::domain
