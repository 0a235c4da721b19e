#include "tests/audit/small_log.h"

#include <gtest/gtest.h>

#include <ostream>

#include "absl/strings/str_format.h"
#include "ledger/base/check.h"
#include "ledger/log/possession.h"
#include "tests/support/book_fixture.h"

namespace amanah::testing_support {
namespace {

using domain::Body;
using domain::DisbursementState;
using domain::LedgerKeyKind;
using domain::Role;

std::vector<Body> Grants(int count) {
  std::vector<Body> bodies;
  for (int i = 1; i <= count; ++i) {
    bodies.push_back(Grant(absl::StrFormat("e%d", i)));
  }
  return bodies;
}

// d1 pays e1, and so on; in turn instructed and credited.
std::vector<Body> Payments(int count) {
  std::vector<Body> bodies;
  for (int i = 1; i <= count; ++i) {
    bodies.push_back(Report(absl::StrFormat("d%d", i),
                            absl::StrFormat("e%d", i),
                            i % 2 == 1 ? DisbursementState::kInstructed
                                       : DisbursementState::kCredited));
  }
  return bodies;
}

domain::AuthorityEnrolled BankC(const TestLedger& parties) {
  domain::AuthorityEnrolled body = parties.Enrolment("bank-c", Role::kBank);
  body.programs = {"sembako"};
  body.daily_quota = 5;
  return body;
}

domain::ProgramDefined SecondVersion() {
  domain::ProgramDefined body = Program("pkh");
  body.version = 2;
  body.excludes = {"sembako"};
  body.ceiling = Rupiah(300'000);
  return body;
}

// The same person as e1's under another name.
domain::EntitlementGranted Overlapping() {
  domain::EntitlementGranted body = Grant("e1-again");
  body.recipient = PersonOf("e1");
  return body;
}

}  // namespace

domain::LedgerKeyRotated LedgerKeyRotation(const TestLedger& parties,
                                           LedgerKeyKind kind, int generation) {
  const crypto::SigningKey key = kind == LedgerKeyKind::kCheckpoint
                                     ? CheckpointKey(generation)
                                     : StatementKey(generation);
  const std::string text = log::FormatPossessionText(
      {parties.id().origin, parties.id().genesis, parties.id().origin,
       std::string(domain::LedgerKeyRoleName(kind))});
  return {
      kind, parties.id().origin, {key.public_key(), key.Sign(AsBytes(text))}};
}

SmallLog::SmallLog() {
  TestLedger& parties = recorder.parties();
  const auto administrators = domain::kAdministrators;
  recorder.Post(administrators,
                {BankC(parties), Program("pkh"), SecondVersion(),
                 Funds("pkh", 1'000'000), Funds("pkh", -400'000)});
  grants = recorder.Post("dinsos", Grants(12)).first;
  overlap = recorder.Post("dinsos", {Overlapping()}).first;
  payments = recorder.Post("bank-a", Payments(8)).first;
  double_payment =
      recorder
          .Post("bank-b", {Report("x1", "e1", DisbursementState::kCredited),
                           Report("x9", "e9", DisbursementState::kCredited)})
          .first;
  recorder.Post("bank-a", {Report("d1", "e1", DisbursementState::kCredited),
                           Report("d2", "e2", DisbursementState::kReturned),
                           Report("d3", "e3", DisbursementState::kRejected)});
  recorder.Post("dinsos", {Revocation("e4"), Revocation("e10"),
                           Revocation("e4"), Revocation("no-such")});
  recorder.Post(administrators, {parties.Rotation("bank-a", Role::kBank, 2)});
  recorder.Post("bank-a", {Report("d4", "e4", DisbursementState::kReturned)},
                {.signers = {{"bank-a", 2}}});
  suspension =
      recorder
          .Post(administrators, {domain::AuthoritySuspended{"bank-c", "audit"}})
          .first;
  recorder.Post(administrators,
                {domain::AuthorityReinstated{"bank-c", "cleared"},
                 domain::AuthoritySucceeded{"bank-b", "bank-c"}},
                {.signers = {{"budi", 1}, {"citra", 1}}});
  domain::DisbursementReported taken_over =
      Report("x9", "e9", DisbursementState::kReturned);
  taken_over.predecessor = "bank-b";
  recorder.Post("bank-c", {taken_over});
  recorder.Post("bank-b", {domain::PinsChanged{{PinOf("bank-b's new pin")}}});
  recorder.Post(
      administrators,
      {LedgerKeyRotation(parties, LedgerKeyKind::kStatement, 2),
       LedgerKeyRotation(parties, LedgerKeyKind::kCheckpoint, kCheckpointKey),
       domain::RulesAdopted{3}});
  recorder.Post("ani", {domain::PinsChanged{{PinOf("ani's new pin")}}});
  for (int i = 11; i <= 12; ++i) {
    recorder.Post("bank-a",
                  {Report(absl::StrFormat("d%d", i), absl::StrFormat("e%d", i),
                          DisbursementState::kCredited)},
                  {.signers = {{"bank-a", 2}}});
  }
}

void PrintTo(const Place& place, std::ostream* out) {
  *out << "entry " << place.sequence << ": "
       << judge::FindingKindName(place.kind);
}

audit::AuditReport AuditOf(const log::TileSource& source,
                           const audit::AuditOptions& options) {
  auto report = audit::Audit(source, options);
  AMANAH_CHECK(report.ok());
  return *std::move(report);
}

std::vector<Place> PlacesOf(const audit::AuditReport& report) {
  std::vector<Place> places;
  for (const judge::Finding& finding : report.findings.Kept()) {
    places.push_back({finding.sequence, finding.kind});
  }
  return places;
}

}  // namespace amanah::testing_support
