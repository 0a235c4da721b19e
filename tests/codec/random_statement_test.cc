// Random statements made with the generated classes: what they write, our codec
// reads and writes again, byte for byte.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/codec/entry_codec.h"
#include "ledger/codec/statement_codec.h"
#include "ledger/log/verifier_key.h"
#include "tests/codec/proto_agreement.h"
#include "tests/codec/samples.h"
#include "tests/support/matchers.h"

namespace amanah::codec {
namespace {

constexpr std::string_view kNameCharacters = "AZaz09._/-";
constexpr std::string_view kCodeCharacters = "AZaz09./-";

// Fixed seed: the same statements on every run.
class Random {
 public:
  uint64_t Number(uint64_t min, uint64_t max) {
    return std::uniform_int_distribution<uint64_t>(min, max)(engine_);
  }
  int64_t Signed(int64_t min, int64_t max) {
    return std::uniform_int_distribution<int64_t>(min, max)(engine_);
  }
  bool Coin() { return Number(0, 1) == 1; }

  // Digits are few in the alphabets; sixteen in a row are made harmless.
  std::string Text(std::string_view characters, size_t length_max) {
    std::string text(Number(1, length_max), 'x');
    for (size_t i = 0; i < text.size(); ++i) {
      if (i % 8 != 7) text[i] = characters[Number(0, characters.size() - 1)];
    }
    return text;
  }
  std::string Name() { return Text(kNameCharacters, 64); }
  std::string Code() { return Text(kCodeCharacters, 35); }
  std::string Run(size_t length) {
    std::string bytes(length, '\0');
    for (char& byte : bytes) byte = static_cast<char>(Number(0, 255));
    return bytes;
  }
  std::string Pseudonym() { return "\x11" + Run(32); }
  std::string Currency() { return Coin() ? "IDR" : "JPY"; }
  std::string Region() { return Coin() ? "35.76" : "35.76.02.1003"; }
  std::string Month(int year) {
    const std::string month = std::to_string(Number(101, 112));
    return std::to_string(year) + "-" + month.substr(1);
  }
  std::string Key(const std::string& name) {
    const crypto::PublicKey key = testing_support::KeyOf(Number(0, 4), 1).key;
    return log::FormatVerifierKey(log::MakeVerifierKey(name, key));
  }

  // Ascending and distinct, at most `max`.
  template <typename Make>
  std::set<std::string> Ascending(size_t min, size_t max, Make make) {
    std::set<std::string> values;
    const size_t count = Number(min, max);
    while (values.size() < count) values.insert(make());
    return values;
  }

 private:
  std::mt19937_64 engine_{20260101};
};

void FillAuthority(Random* random, v1::AuthorityEnrolled* body) {
  body->set_name(random->Name());
  body->set_institution(random->Code());
  body->set_role(static_cast<v1::Role>(random->Number(1, 5)));
  for (const auto& name :
       random->Ascending(0, 64, [&] { return random->Name(); })) {
    body->add_programs(name);
  }
  for (const auto& region :
       random->Ascending(0, 64, [&] { return random->Text("AZaz09-", 35); })) {
    body->add_regions(region);
  }
  body->set_verifier_key(random->Key(body->name()));
  body->set_possession(random->Run(64));
  for (const auto& pin :
       random->Ascending(1, 8, [&] { return random->Run(32); })) {
    body->add_pins(pin);
  }
  body->set_daily_quota(
      static_cast<uint32_t>(random->Number(1, 1'000'000'000)));
}

void FillProgram(Random* random, v1::ProgramDefined* body) {
  body->set_program(random->Name());
  body->set_version(static_cast<uint32_t>(random->Number(1, 0xffffffff)));
  body->set_first_month(random->Month(1900));
  body->set_last_month(random->Month(9999));
  body->set_currency(random->Currency());
  body->set_whole_units(random->Coin());
  body->set_unit(static_cast<v1::Unit>(random->Number(1, 2)));
  body->set_benefit(random->Code());
  body->set_recipient_scheme(random->Coin() ? "id.kk" : "br.nis-2");
  body->set_region_scheme(random->Coin() ? "id.kemendagri" : "br.ibge");
  for (const auto& name :
       random->Ascending(0, 16, [&] { return random->Name(); })) {
    body->add_excludes(name);
  }
  if (random->Coin()) body->set_ceiling_minor(random->Signed(1, INT64_MAX));
}

void FillFunds(Random* random, v1::FundsAppropriated* body) {
  body->set_program(random->Name());
  body->set_fiscal_year(static_cast<uint32_t>(random->Number(1900, 9999)));
  if (random->Coin()) body->set_region(random->Region());
  body->set_currency(random->Currency());
  const int64_t amount = random->Signed(INT64_MIN, INT64_MAX);
  body->set_amount_minor(amount == 0 ? 1 : amount);
  body->set_legal_basis(random->Code());
}

void FillGrant(Random* random, v1::EntitlementGranted* body) {
  body->set_entitlement(random->Name());
  body->set_program(random->Name());
  body->set_fiscal_year(static_cast<uint32_t>(random->Number(1900, 9999)));
  if (random->Coin()) body->set_appropriation_region(random->Region());
  body->set_recipient(random->Pseudonym());
  if (random->Coin()) body->set_household(random->Pseudonym());
  for (const auto& member :
       random->Ascending(0, 9, [&] { return random->Pseudonym(); })) {
    body->add_members(member);
  }
  body->set_region(random->Region());
  // Months of one year: with 11 claimants at most, below 256 claims.
  const int year = static_cast<int>(random->Number(1900, 9999));
  std::string first = random->Month(year);
  std::string last = random->Month(year);
  if (last < first) std::swap(first, last);
  body->set_first_month(first);
  body->set_last_month(last);
  body->set_currency(random->Currency());
  body->set_amount_minor(random->Signed(1, INT64_MAX));
  body->set_basis(random->Code());
  if (random->Coin()) body->set_basis_digest(random->Run(32));
}

void FillReport(Random* random, v1::DisbursementReported* body) {
  constexpr v1::DisbursementState kStates[] = {
      v1::DISBURSEMENT_STATE_INSTRUCTED, v1::DISBURSEMENT_STATE_CREDITED,
      v1::DISBURSEMENT_STATE_REJECTED, v1::DISBURSEMENT_STATE_RETURNED};
  const uint64_t state = random->Number(0, 3);
  body->set_disbursement(random->Name());
  body->set_entitlement(random->Name());
  body->set_end_to_end_id(random->Text(kNameCharacters, 35));
  body->set_state(kStates[state]);
  body->set_currency(random->Currency());
  body->set_amount_minor(random->Signed(1, INT64_MAX));
  body->set_value_date(random->Month(2026) + "-28");
  body->set_channel(random->Code());
  if (state >= 2) {
    body->set_reason_code(random->Code());
    if (random->Coin()) body->set_bank_reason_code(random->Code());
  }
  if (random->Coin()) body->set_predecessor(random->Name());
}

void FillOpened(Random* random, v1::LedgerOpened* body) {
  const std::string origin = "ledger.example/" + random->Text("az09", 60);
  body->set_origin(origin);
  body->set_rules_version(static_cast<uint32_t>(random->Number(1, 0xffffffff)));
  body->set_nonce(random->Run(32));
  auto* administrator = body->add_administrators();
  body->set_threshold(1);
  administrator->set_name(random->Name());
  administrator->set_institution(random->Code());
  const auto key = [](const std::string& name, size_t place) {
    return log::FormatVerifierKey(
        log::MakeVerifierKey(name, testing_support::KeyOf(place, 1).key));
  };
  administrator->set_verifier_key(key(administrator->name(), 0));
  administrator->set_possession(random->Run(64));
  administrator->add_pins(random->Run(32));
  body->set_checkpoint_key(key(origin, 1));
  body->set_checkpoint_possession(random->Run(64));
  body->set_statement_key(key(origin, 2));
  body->set_statement_possession(random->Run(64));
  if (random->Coin()) {
    body->set_witness_policy(random->Text("az 09\n", 4'096));
  }
}

// The remaining kinds, which have two or three fields each.
void FillSmall(Random* random, uint64_t kind, v1::Statement* statement) {
  switch (kind) {
    case 0: {
      auto* body = statement->mutable_key_rotated();
      body->set_name(random->Name());
      body->set_verifier_key(random->Key(body->name()));
      body->set_possession(random->Run(64));
      return;
    }
    case 1:
      statement->mutable_authority_suspended()->set_name(random->Name());
      statement->mutable_authority_suspended()->set_reason_code(random->Code());
      return;
    case 2:
      statement->mutable_authority_reinstated()->set_name(random->Name());
      statement->mutable_authority_reinstated()->set_reason_code(
          random->Code());
      return;
    case 3:
      statement->mutable_authority_succeeded()->set_name(random->Name());
      statement->mutable_authority_succeeded()->set_successor(random->Name());
      return;
    case 4:
      for (const auto& pin :
           random->Ascending(1, 8, [&] { return random->Run(32); })) {
        statement->mutable_pins_changed()->add_pins(pin);
      }
      return;
    case 5: {
      auto* body = statement->mutable_ledger_key_rotated();
      body->set_kind(static_cast<v1::LedgerKeyKind>(random->Number(1, 2)));
      body->set_verifier_key(random->Key("ledger.example"));
      body->set_possession(random->Run(64));
      return;
    }
    case 6:
      statement->mutable_rules_adopted()->set_version(
          static_cast<uint32_t>(random->Number(2, 0xffffffff)));
      return;
    default:
      statement->mutable_entitlement_revoked()->set_entitlement(random->Name());
      statement->mutable_entitlement_revoked()->set_reason_code(random->Code());
  }
}

v1::Statement RandomStatement(Random* random) {
  v1::Statement statement;
  statement.set_reference(random->Name());
  statement.set_salt(random->Run(16));
  const uint64_t kind = random->Number(0, 13);
  switch (kind) {
    case 8:
      FillAuthority(random, statement.mutable_authority_enrolled());
      break;
    case 9:
      FillProgram(random, statement.mutable_program_defined());
      break;
    case 10:
      FillFunds(random, statement.mutable_funds_appropriated());
      break;
    case 11:
      FillGrant(random, statement.mutable_entitlement_granted());
      break;
    case 12:
      FillReport(random, statement.mutable_disbursement_reported());
      break;
    case 13:
      FillOpened(random, statement.mutable_ledger_opened());
      break;
    default:
      FillSmall(random, kind, &statement);
  }
  return statement;
}

TEST(RandomStatementTest, IsReadAndWrittenAgainByteForByte) {
  Random random;
  std::set<int> kinds;
  for (int i = 0; i < 20'000; ++i) {
    const v1::Statement statement = RandomStatement(&random);
    kinds.insert(statement.body_case());
    const std::string bytes = statement.SerializeAsString();
    const auto decoded = DecodeStatement(AsBytes(bytes));
    ASSERT_OK(decoded) << statement.DebugString();
    ASSERT_EQ(EncodeStatement(*decoded), bytes) << statement.DebugString();
  }
  EXPECT_EQ(kinds.size(), 14U);
}

Entry RandomEntry(Random* random) {
  Entry entry;
  entry.sequence = random->Number(0, UINT64_MAX) >> random->Number(0, 62) | 1;
  entry.previous =
      testing_support::HashOf(static_cast<uint8_t>(random->Number(0, 255)));
  entry.time_us = random->Signed(0, INT64_MAX) >> random->Number(0, 62);
  entry.statement = random->Run(random->Number(1, 300));
  entry.seal.size = static_cast<uint32_t>(random->Number(1, 4'096));
  entry.seal.index =
      static_cast<uint32_t>(random->Number(0, entry.seal.size - 1));
  entry.seal.last_second = random->Number(0, INT64_MAX);
  const uint64_t count = random->Number(1, 16);
  for (uint64_t i = 0; i < count; ++i) {
    entry.seal.signatures.push_back(
        {.key_entry = i / 3,
         .key_position = static_cast<uint32_t>(i % 3),
         .signature = {}});
  }
  entry.seal.administrators = count > 1 || random->Coin();
  if (random->Coin()) {
    entry.outcome.refusal = domain::Refusal::kOverlap;
    if (random->Coin()) {
      entry.outcome.conflict = random->Number(0, entry.sequence - 1);
    }
  }
  return entry;
}

TEST(RandomStatementTest, EntriesMeanTheSameToTheGeneratedClasses) {
  Random random;
  for (int i = 0; i < 5'000; ++i) {
    const Entry entry = RandomEntry(&random);
    const std::string bytes = EncodeEntry(entry);
    const auto decoded = DecodeEntry(AsBytes(bytes));
    ASSERT_OK(decoded);
    ASSERT_TRUE(*decoded == entry);
    ASSERT_EQ(testing_support::Reserialised<v1::Entry>(bytes), bytes);
    v1::Entry theirs;
    ASSERT_TRUE(theirs.ParseFromString(bytes));
    EXPECT_EQ(theirs.sequence(), entry.sequence);
    EXPECT_EQ(static_cast<int64_t>(theirs.time_us()), entry.time_us);
    EXPECT_EQ(theirs.statement(), entry.statement);
    EXPECT_EQ(theirs.seal().index(), entry.seal.index);
    EXPECT_EQ(theirs.seal().size(), entry.seal.size);
    EXPECT_EQ(theirs.seal().last_second(), entry.seal.last_second);
    EXPECT_EQ(theirs.seal().administrators(), entry.seal.administrators);
    EXPECT_EQ(theirs.outcome().has_conflict(),
              entry.outcome.conflict.has_value());
    EXPECT_EQ(theirs.outcome().verdict() == v1::VERDICT_ACCEPTED,
              entry.outcome.accepted());
  }
}

}  // namespace
}  // namespace amanah::codec
