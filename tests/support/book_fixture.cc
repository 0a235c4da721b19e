#include "tests/support/book_fixture.h"

#include <algorithm>

#include "absl/strings/str_format.h"
#include "ledger/base/check.h"
#include "ledger/domain/accounts.h"

namespace amanah::domain {

void PrintTo(const Outcome& outcome, std::ostream* out) {
  if (outcome.accepted()) {
    *out << "accepted";
    return;
  }
  *out << RefusalName(static_cast<int>(*outcome.refusal)).value_or("?");
  if (outcome.conflict.has_value()) {
    *out << " against entry " << *outcome.conflict;
  }
}

}  // namespace amanah::domain

namespace amanah::testing_support {

using domain::Outcome;

namespace {

domain::Month MonthOf(std::string_view text) {
  const auto month = domain::ParseMonth(text);
  AMANAH_CHECK(month.has_value());
  return *month;
}

domain::Administrator Administrator(std::string_view name) {
  return {std::string(name), "kota", {KeyOf(name), {}}, {PinOf(name)}};
}

domain::Author FindAuthorOrDie(domain::Overlay* state, std::string_view name) {
  const auto author = domain::FindAuthor(state, name);
  AMANAH_CHECK(author.has_value());
  return *author;
}

}  // namespace

crypto::PublicKey KeyOf(std::string_view name) {
  const auto text = absl::StrFormat("key of %s", name);
  return {crypto::Sha256(AsBytes(text)).bytes};
}

domain::Pin PinOf(std::string_view name) {
  return crypto::Sha256(AsBytes(absl::StrFormat("pin of %s", name)));
}

crypto::Pseudonym PersonOf(std::string_view name) {
  const crypto::Hash hash = crypto::Sha256(AsBytes(name));
  crypto::Pseudonym pseudonym;
  pseudonym.bytes[0] = 0x11;
  std::copy(hash.bytes.begin(), hash.bytes.end(), pseudonym.bytes.begin() + 1);
  return pseudonym;
}

domain::Period Months(std::string_view first, std::string_view last) {
  return {MonthOf(first), MonthOf(last)};
}

domain::Amount Rupiah(int64_t whole) { return {100 * whole}; }

domain::LedgerOpened Opening() {
  domain::LedgerOpened opened;
  opened.origin = "amanah.example/kota";
  opened.rules_version = 1;
  opened.threshold = 2;
  opened.administrators = {Administrator("ani"), Administrator("budi"),
                           Administrator("citra")};
  opened.checkpoint_key.key = KeyOf("checkpoints");
  opened.statement_key.key = KeyOf("statements");
  return opened;
}

void Open(domain::Overlay* state) {
  const domain::LedgerOpened opened = Opening();
  domain::Open(state, opened,
               domain::Prepare(domain::kAdministrators, {"opening", {}, opened},
                               crypto::Sha256(AsBytes("opening"))));
}

domain::AuthorityEnrolled Authority(std::string_view name, domain::Role role) {
  domain::AuthorityEnrolled body;
  body.name = std::string(name);
  body.institution = "kota";
  body.role = role;
  body.key.key = KeyOf(name);
  body.pins = {PinOf(name)};
  body.daily_quota = 1'000;
  return body;
}

domain::ProgramDefined Program(std::string_view code) {
  domain::ProgramDefined body;
  body.program = std::string(code);
  body.version = 1;
  body.months = Months("2026-01", "2026-12");
  body.currency = "IDR";
  body.whole_units = true;
  body.unit = domain::Unit::kPerson;
  body.benefit = std::string(code);
  body.recipient_scheme = "id.nik";
  body.region_scheme = "id.kemendagri";
  return body;
}

domain::FundsAppropriated Funds(std::string_view program, int64_t rupiah) {
  domain::FundsAppropriated body;
  body.program = std::string(program);
  body.fiscal_year = 2026;
  body.region = "35.76";
  body.currency = "IDR";
  body.amount = Rupiah(rupiah);
  body.legal_basis = "DIPA-2026";
  return body;
}

domain::EntitlementGranted Grant(std::string_view entitlement) {
  domain::EntitlementGranted body;
  body.entitlement = std::string(entitlement);
  body.program = "sembako";
  body.fiscal_year = 2026;
  body.appropriation_region = "35.76";
  body.recipient = PersonOf(entitlement);
  body.region = "35.76.02";
  body.months = Months("2026-01", "2026-03");
  body.currency = "IDR";
  body.amount = Rupiah(600'000);
  body.basis = "SK-1";
  return body;
}

domain::EntitlementRevoked Revocation(std::string_view entitlement) {
  return {std::string(entitlement), "moved"};
}

domain::DisbursementReported Report(std::string_view disbursement,
                                    std::string_view entitlement,
                                    domain::DisbursementState state) {
  domain::DisbursementReported body;
  body.disbursement = std::string(disbursement);
  body.entitlement = std::string(entitlement);
  body.end_to_end_id = absl::StrFormat("e2e/%s", disbursement);
  body.state = state;
  body.currency = "IDR";
  body.amount = Rupiah(600'000);
  body.value_date = "2026-01-15";
  body.channel = "KKS";
  if (state == domain::DisbursementState::kRejected ||
      state == domain::DisbursementState::kReturned) {
    body.reason_code = "AC04";
  }
  return body;
}

void ApplyTo(Rows* rows, std::span<const domain::StateChange> changes) {
  for (const domain::StateChange& change : changes) {
    if (change.value.empty()) {
      rows->erase(change.key);
    } else {
      (*rows)[change.key] = change.value;
    }
  }
}

TestBook::TestBook() {
  Open(&state_);
  size_ = 1;
}

Outcome TestBook::Judge(std::string_view author, domain::Body body,
                        std::string_view reference) {
  domain::Statement statement{std::string(reference), {}, std::move(body)};
  const domain::Prepared prepared =
      domain::Prepare(author, std::move(statement), crypto::Hash{});
  return domain::Check(&state_, 1, FindAuthorOrDie(&state_, author), prepared);
}

Posted TestBook::Post(std::string_view author, domain::Statement statement,
                      std::string_view bytes) {
  const domain::Prepared prepared = domain::Prepare(
      author, std::move(statement), crypto::Sha256(AsBytes(bytes)));
  if (const auto first = domain::FindRepeat(&state_, prepared)) {
    return {*first, {}, true};
  }
  const domain::Author who = FindAuthorOrDie(&state_, author);
  const Outcome outcome = domain::Check(&state_, 1, who, prepared);
  domain::Apply(&state_, 1, who, prepared, outcome, size_);
  EXPECT_TRUE(state_.status().ok());
  return {size_++, outcome, false};
}

Posted TestBook::Post(std::string_view author, domain::Body body) {
  const std::string reference = absl::StrFormat("statement-%d", size_);
  return Post(author, {reference, {}, std::move(body)}, reference);
}

uint64_t TestBook::Accept(std::string_view author, domain::Body body) {
  const Posted posted = Post(author, std::move(body));
  EXPECT_EQ(posted.outcome, Accepted());
  return posted.sequence;
}

domain::AuthorityRow TestBook::AuthorityNamed(std::string_view name) {
  return FindAuthorOrDie(&state_, name).authority;
}

domain::EntitlementRow TestBook::Entitlement(std::string_view name) {
  const auto grant = domain::LoadNumber(&state_, domain::NameKey('E', name));
  AMANAH_CHECK(grant.has_value());
  const auto row = domain::LoadRow<domain::EntitlementRow>(&state_, *grant);
  AMANAH_CHECK(row.has_value());
  return *row;
}

domain::AccountRow TestBook::Account(std::string_view program,
                                     uint32_t fiscal_year,
                                     std::string_view region) {
  const auto account =
      domain::FindAccount(&state_, program, fiscal_year, region);
  AMANAH_CHECK(account.has_value());
  EXPECT_TRUE(domain::Balances(account->row));
  return account->row;
}

PilotBook::PilotBook() {
  Accept("administrators", Authority("dinsos", domain::Role::kProgramOwner));
  Accept("administrators", Authority("bank-a", domain::Role::kBank));
  Accept("administrators", Authority("bank-b", domain::Role::kBank));
  Accept("administrators", Program("sembako"));
  Accept("administrators", Funds("sembako", 10'000'000));
}

void PrintTo(const Parts& parts, std::ostream* out) {
  *out << parts.available << " available, " << parts.committed << " committed, "
       << parts.in_transit << " in transit, " << parts.credited << " credited";
}

Parts PilotBook::Money() {
  const domain::AccountRow account = Account("sembako", 2026, "35.76");
  return {account.available.minor / 100, account.committed.minor / 100,
          account.in_transit.minor / 100, account.credited.minor / 100};
}

}  // namespace amanah::testing_support
