#include "tests/support/test_ledger.h"

#include <utility>

#include "absl/strings/str_format.h"
#include "ledger/codec/statement_codec.h"
#include "ledger/crypto/hash.h"
#include "ledger/crypto/hmac.h"
#include "ledger/log/note.h"
#include "ledger/log/possession.h"
#include "ledger/log/seal.h"
#include "tests/support/book_fixture.h"

namespace amanah::testing_support {
namespace {

constexpr const char* kAdministratorNames[] = {"ani", "budi", "citra"};

domain::AuthorityEnrolled InScope(domain::AuthorityEnrolled body) {
  body.programs = {"sembako"};
  body.regions = {"35.76"};
  return body;
}

}  // namespace

crypto::SigningKey SigningKeyOf(std::string_view name, int generation) {
  const std::string text =
      absl::StrFormat("signing key %d of %s", generation, name);
  return crypto::SigningKey::FromSeed(crypto::Sha256(AsBytes(text)).view());
}

crypto::SigningKey CheckpointKey(int generation) {
  return SigningKeyOf("the ledger: checkpoints", generation);
}

crypto::SigningKey StatementKey(int generation) {
  return SigningKeyOf("the ledger: statements", generation);
}

TestLedger::TestLedger(std::string_view origin)
    : id_{std::string(origin), crypto::Hash{}} {}

domain::NewKey TestLedger::KeyWithProof(std::string_view name,
                                        std::string_view role,
                                        crypto::SigningKey key) const {
  const std::string text = log::FormatPossessionText(
      {id_.origin, id_.genesis, std::string(name), std::string(role)});
  return {key.public_key(), key.Sign(AsBytes(text))};
}

judge::SubmittedBatch TestLedger::Opening() {
  domain::LedgerOpened body;
  body.origin = id_.origin;
  body.rules_version = 1;
  body.nonce = crypto::Sha256(AsBytes("nonce")).bytes;
  body.threshold = 2;
  for (const char* name : kAdministratorNames) {
    const std::string_view role =
        domain::RoleName(domain::Role::kAdministrator);
    body.administrators.push_back({name,
                                   "kota",
                                   KeyWithProof(name, role, SigningKeyOf(name)),
                                   {PinFor(name)}});
  }
  body.checkpoint_key = KeyWithProof(
      id_.origin, domain::LedgerKeyRoleName(domain::LedgerKeyKind::kCheckpoint),
      CheckpointKey());
  body.statement_key = KeyWithProof(
      id_.origin, domain::LedgerKeyRoleName(domain::LedgerKeyKind::kStatement),
      StatementKey());
  return Seal(domain::kAdministrators,
              {Say(domain::kAdministrators, std::move(body), "opening")});
}

void TestLedger::SetPin(std::string_view name, const domain::Pin& pin) {
  pins_.insert_or_assign(std::string(name), pin);
}

domain::Pin TestLedger::PinFor(std::string_view name) const {
  const auto found = pins_.find(name);
  return found == pins_.end() ? PinOf(name) : found->second;
}

domain::AuthorityEnrolled TestLedger::Enrolment(std::string_view name,
                                                domain::Role role) const {
  domain::AuthorityEnrolled body;
  body.name = std::string(name);
  body.institution = "kota";
  body.role = role;
  body.key = KeyWithProof(name, domain::RoleName(role), SigningKeyOf(name));
  body.pins = {PinFor(name)};
  body.daily_quota = 100'000'000;
  return body;
}

domain::KeyRotated TestLedger::Rotation(std::string_view name,
                                        domain::Role role,
                                        int generation) const {
  return {std::string(name), KeyWithProof(name, domain::RoleName(role),
                                          SigningKeyOf(name, generation))};
}

domain::NewKey TestLedger::LedgerKeyWithProof(domain::LedgerKeyKind kind,
                                              int generation) const {
  return KeyWithProof(id_.origin, domain::LedgerKeyRoleName(kind),
                      kind == domain::LedgerKeyKind::kCheckpoint
                          ? CheckpointKey(generation)
                          : StatementKey(generation));
}

std::vector<domain::Body> TestLedger::PilotBodies() const {
  using domain::Role;
  return {InScope(Enrolment("dinsos", Role::kProgramOwner)),
          Enrolment("dukcapil", Role::kRegistry),
          InScope(Enrolment("bank-a", Role::kBank)),
          InScope(Enrolment("bank-b", Role::kBank)),
          Enrolment("bpk", Role::kAuditor),
          Program("sembako"),
          Funds("sembako", 1'000'000'000'000)};
}

domain::Statement TestLedger::Say(std::string_view author, domain::Body body,
                                  std::string_view reference) {
  domain::Statement statement;
  statement.reference = reference.empty()
                            ? absl::StrFormat("s/%d", ++references_)
                            : std::string(reference);
  const crypto::Hash salt_key = crypto::Sha256(AsBytes(author));
  statement.salt = crypto::StatementSalt(salt_key.view(), statement.reference);
  statement.body = std::move(body);
  return statement;
}

judge::SubmittedBatch TestLedger::SealBytes(std::string_view author,
                                            std::vector<std::string> statements,
                                            const SealChoice& choice) const {
  log::Note note;
  note.text = log::FormatSealText({choice.origin.value_or(id_.origin),
                                   choice.genesis.value_or(id_.genesis),
                                   std::string(author), choice.last_second,
                                   static_cast<uint32_t>(statements.size()),
                                   judge::RootOfStatements(statements)});
  auto signers = choice.signers;
  if (signers.empty() && author == domain::kAdministrators) {
    signers = {{"ani", 1}, {"budi", 1}};
  } else if (signers.empty()) {
    signers = {{std::string(author), 1}};
  }
  for (const auto& [name, generation] : signers) {
    note.signatures.push_back(
        log::SignText(note.text, name, SigningKeyOf(name, generation)));
  }
  return {log::FormatNote(note), std::move(statements)};
}

judge::SubmittedBatch TestLedger::Seal(
    std::string_view author, const std::vector<domain::Statement>& statements,
    const SealChoice& choice) const {
  std::vector<std::string> bytes;
  bytes.reserve(statements.size());
  for (const domain::Statement& statement : statements) {
    bytes.push_back(codec::EncodeStatement(statement));
  }
  return SealBytes(author, std::move(bytes), choice);
}

judge::SubmittedBatch TestLedger::Post(std::string_view author,
                                       std::vector<domain::Body> bodies,
                                       const SealChoice& choice) {
  std::vector<domain::Statement> statements;
  statements.reserve(bodies.size());
  for (domain::Body& body : bodies) {
    statements.push_back(Say(author, std::move(body)));
  }
  return Seal(author, statements, choice);
}

}  // namespace amanah::testing_support
