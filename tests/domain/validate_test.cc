// One row for each side of each rule: entry 0, authorities, keys.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <variant>

#include "tests/codec/samples.h"
#include "tests/domain/validate_rows.h"
#include "tests/support/matchers.h"

namespace amanah::domain {
namespace {

using testing_support::ExpectValidated;
using testing_support::Fails;
using testing_support::HashOf;
using testing_support::KeyOf;
using testing_support::Names;
using testing_support::PinsFrom;
using testing_support::SampleStatements;

const std::string kLong(65, 'a');
const std::string kNik = "3576010101800001";

TEST(ValidateTest, PassesEverySample) {
  for (const auto& [name, statement] : SampleStatements()) {
    EXPECT_OK(Validate(statement)) << name;
  }
}

TEST(ValidateTest, Reference) {
  Statement statement = SampleStatements().at("rules_adopted");
  statement.reference = kLong.substr(1);
  EXPECT_OK(Validate(statement));
  for (const std::string& bad :
       {std::string(), kLong, kNik, std::string("a b")}) {
    statement.reference = bad;
    EXPECT_THAT(Validate(statement),
                Fails(absl::StatusCode::kInvalidArgument, "reference "));
  }
}

TEST(ValidateTest, LedgerOpened) {
  using K = LedgerOpened;
  const std::string prefix = "ledger_opened.";
  ExpectValidated<K>(
      "ledger_opened.continued",
      {
          {"origin", [](K* k) { k->origin = "amanah.example"; },
           prefix + "origin \"amanah.example\" is no origin"},
          {"rules 0", [](K* k) { k->rules_version = 0; },
           prefix + "rules_version 0 is not 1 or more"},
          {"threshold 0", [](K* k) { k->threshold = 0; },
           prefix + "threshold 0 is not 1 to 3"},
          {"threshold 3", [](K* k) { k->threshold = 3; }, ""},
          {"threshold 4", [](K* k) { k->threshold = 4; },
           prefix + "threshold 4 is not 1 to 3"},
          {"nobody", [](K* k) { k->administrators.clear(); },
           prefix + "threshold 2 is not 1 to 0"},
          {"order",
           [](K* k) { std::swap(k->administrators[0], k->administrators[1]); },
           prefix + "administrators are not in ascending order of name"},
          {"one name", [](K* k) { k->administrators[1].name = "admin-a"; },
           prefix + "administrators are not in ascending order of name"},
          {"one key", [](K* k) { k->administrators[2].key = KeyOf(0, 1); },
           prefix + "administrators and the ledger's keys are not distinct"},
          {"the ledger's key",
           [](K* k) { k->administrators[2].key = k->statement_key; },
           prefix + "administrators and the ledger's keys are not distinct"},
          {"the ledger's keys",
           [](K* k) { k->statement_key = k->checkpoint_key; },
           prefix + "administrators and the ledger's keys are not distinct"},
          {"one pin", [](K* k) { k->administrators[2].pins = {HashOf(0x41)}; },
           prefix + "administrators have a pin in common"},
          {"checkpoint key", [](K* k) { k->checkpoint_key = {}; },
           prefix + "checkpoint_key is no valid Ed25519 point"},
          {"statement key", [](K* k) { k->statement_key = {}; },
           prefix + "statement_key is no valid Ed25519 point"},
      });
}

TEST(ValidateTest, AdministratorsOfLedgerOpened) {
  using K = LedgerOpened;
  const std::string prefix = "ledger_opened.administrators[1].";
  ExpectValidated<K>(
      "ledger_opened.continued",
      {
          {"name", [](K* k) { k->administrators[1].name = "admin b"; },
           prefix + "name \"admin b\" is not"},
          {"together",
           [](K* k) { k->administrators[1].name = "administrators"; },
           prefix + "name \"administrators\" is no single authority's name"},
          {"institution", [](K* k) { k->administrators[1].institution = ""; },
           prefix + "institution \"\" is not"},
          {"key", [](K* k) { k->administrators[1].key = {}; },
           prefix + "verifier_key is no valid Ed25519 point"},
          {"no pin", [](K* k) { k->administrators[1].pins.clear(); },
           prefix + "pins has 0 values, not 1 to 8"},
          {"8 pins", [](K* k) { k->administrators[1].pins = PinsFrom(0, 8); },
           ""},
          {"9 pins", [](K* k) { k->administrators[1].pins = PinsFrom(0, 9); },
           prefix + "pins has 9 values, not 1 to 8"},
      });
}

TEST(ValidateTest, NumberOfAdministrators) {
  const auto with = [](size_t count) {
    Statement statement = SampleStatements().at("ledger_opened.smallest");
    auto& opened = std::get<LedgerOpened>(statement.body);
    for (size_t i = 1; i < count; ++i) {
      const std::string seed(32, static_cast<char>(100 + i));
      opened.administrators.push_back(
          {.name = "b" + std::to_string(100 + i),
           .institution = "I",
           .key = {.key =
                       crypto::SigningKey::FromSeed(AsBytes(seed)).public_key(),
                   .possession = {}},
           .pins = {HashOf(static_cast<uint8_t>(0x80 + i))}});
    }
    return Validate(statement);
  };
  EXPECT_OK(with(16));
  EXPECT_THAT(with(17),
              Fails(absl::StatusCode::kInvalidArgument,
                    "ledger_opened.administrators has 17 values, not 1 to 16"));
}

TEST(ValidateTest, WitnessPolicyAndPredecessor) {
  using K = LedgerOpened;
  const std::string policy = "ledger_opened.witness_policy is not";
  const std::string prefix = "ledger_opened.predecessor.";
  ExpectValidated<K>(
      "ledger_opened.continued",
      {
          {"4096 bytes", [](K* k) { k->witness_policy.assign(4096, '#'); }, ""},
          {"4097 bytes", [](K* k) { k->witness_policy.assign(4097, '#'); },
           policy},
          {"tab", [](K* k) { k->witness_policy = "a\tb"; }, policy},
          {"return", [](K* k) { k->witness_policy = "a\r\n"; }, policy},
          {"delete", [](K* k) { k->witness_policy = "a\x7f"; }, policy},
          {"not UTF-8", [](K* k) { k->witness_policy = "a\xff"; }, policy},
          {"origin", [](K* k) { k->predecessor->origin = "Old"; },
           prefix + "origin \"Old\" is no origin"},
          {"another's", [](K* k) { k->predecessor->origin = "new.example"; },
           prefix + "checkpoint is no checkpoint of the predecessor's origin"},
          {"no note", [](K* k) { k->predecessor->checkpoint = "x"; },
           prefix + "checkpoint is no signed note"},
          {"none", [](K* k) { k->predecessor->checkpoint = ""; },
           prefix + "checkpoint is no signed note"},
          {"another note",
           [](K* k) {
             auto& note = k->predecessor->checkpoint;
             note.replace(0, note.find("\n\n"), "text");
           },
           prefix + "checkpoint is no checkpoint of the predecessor's origin"},
          {"too long",
           [](K* k) { k->predecessor->checkpoint.resize(4097, 'x'); },
           prefix + "checkpoint is longer than 4096 bytes"},
      });
}

// A checkpoint may be 4,096 bytes long, here by an extension line.
TEST(ValidateTest, LongestPredecessorCheckpoint) {
  Statement statement = SampleStatements().at("ledger_opened.continued");
  auto& note = std::get<LedgerOpened>(statement.body).predecessor->checkpoint;
  const size_t border = note.find("\n\n") + 1;
  note.insert(border, std::string(4096 - note.size() - 1, 'x') + "\n");
  ASSERT_EQ(note.size(), 4096U);
  EXPECT_OK(Validate(statement));
  note.insert(border, "x");
  EXPECT_THAT(Validate(statement),
              Fails(absl::StatusCode::kInvalidArgument, "longer than 4096"));
}

TEST(ValidateTest, AuthorityEnrolled) {
  using K = AuthorityEnrolled;
  const std::string prefix = "authority_enrolled.";
  ExpectValidated<K>(
      "authority_enrolled.scoped",
      {
          {"name", [](K* k) { k->name = kLong; }, prefix + "name \""},
          {"together", [](K* k) { k->name = "administrators"; },
           prefix + "name \"administrators\" is no single authority's name"},
          {"institution", [](K* k) { k->institution = "A_B"; },
           prefix + "institution \"A_B\" is not"},
          {"64 programs", [](K* k) { k->programs = Names(64); }, ""},
          {"65 programs", [](K* k) { k->programs = Names(65); },
           prefix + "programs has 65 values, not 0 to 64"},
          {"program", [](K* k) { k->programs = {"A B"}; },
           prefix + "programs \"A B\" is not"},
          {"programs' order",
           [](K* k) {
             k->programs = {"B", "A"};
           },
           prefix + "programs value 1 does not follow value 0"},
          {"program twice",
           [](K* k) {
             k->programs = {"A", "B", "B"};
           },
           prefix + "programs value 2 does not follow value 1"},
          {"64 regions", [](K* k) { k->regions = Names(64); }, ""},
          {"65 regions", [](K* k) { k->regions = Names(65); },
           prefix + "regions has 65 values, not 0 to 64"},
          {"region", [](K* k) { k->regions = {"35."}; },
           prefix + "regions \"35.\" is not"},
          {"region twice",
           [](K* k) {
             k->regions = {"35", "35"};
           },
           prefix + "regions value 1 does not follow value 0"},
          {"key", [](K* k) { k->key = {}; },
           prefix + "verifier_key is no valid Ed25519 point"},
          {"key of order 1",
           [](K* k) {
             k->key.key = {};
             k->key.key.bytes[0] = 1;
           },
           prefix + "verifier_key is no valid Ed25519 point"},
          {"key beyond the field's prime",
           [](K* k) { k->key.key.bytes.fill(0xff); },
           prefix + "verifier_key is no valid Ed25519 point"},
          {"no pin", [](K* k) { k->pins.clear(); },
           prefix + "pins has 0 values, not 1 to 8"},
          {"pin twice",
           [](K* k) {
             k->pins = {HashOf(1), HashOf(1)};
           },
           prefix + "pins value 1 does not follow value 0"},
          {"quota 0", [](K* k) { k->daily_quota = 0; },
           prefix + "daily_quota 0 is not 1 to 1000000000"},
          {"quota 1", [](K* k) { k->daily_quota = 1; }, ""},
          {"largest quota", [](K* k) { k->daily_quota = 1'000'000'000; }, ""},
          {"quota above", [](K* k) { k->daily_quota = 1'000'000'001; },
           prefix + "daily_quota 1000000001 is not 1 to 1000000000"},
      });
}

TEST(ValidateTest, ChangesOfAuthorities) {
  ExpectValidated<KeyRotated>(
      "key_rotated",
      {{"name", [](auto* k) { k->name = ""; }, "key_rotated.name \"\" is not"},
       {"key", [](auto* k) { k->key = {}; },
        "key_rotated.verifier_key is no"}});
  ExpectValidated<AuthoritySuspended>(
      "authority_suspended",
      {{"name", [](auto* k) { k->name = kNik; },
        "authority_suspended.name (16 digits in a row) is not"},
       {"35 characters", [](auto* k) { k->reason_code = kLong.substr(30); },
        ""},
       {"36 characters", [](auto* k) { k->reason_code = kLong.substr(29); },
        "authority_suspended.reason_code"}});
  ExpectValidated<AuthorityReinstated>(
      "authority_reinstated",
      {{"name", [](auto* k) { k->name = ""; }, "authority_reinstated.name"},
       {"reason", [](auto* k) { k->reason_code = ""; },
        "authority_reinstated.reason_code"}});
  ExpectValidated<AuthoritySucceeded>(
      "authority_succeeded",
      {{"name", [](auto* k) { k->name = ""; }, "authority_succeeded.name"},
       {"successor", [](auto* k) { k->successor = "administrators"; },
        "authority_succeeded.successor"},
       {"itself, which is for the book",
        [](auto* k) { k->successor = k->name; }, ""}});
}

TEST(ValidateTest, PinsKeysAndRules) {
  ExpectValidated<PinsChanged>(
      "pins_changed",
      {{"none", [](auto* k) { k->pins.clear(); }, "pins_changed.pins has 0"},
       {"1", [](auto* k) { k->pins.resize(1); }, ""},
       {"8", [](auto* k) { k->pins = PinsFrom(3, 8); }, ""},
       {"9", [](auto* k) { k->pins = PinsFrom(3, 9); },
        "pins_changed.pins has 9 values, not 1 to 8"},
       {"order", [](auto* k) { std::swap(k->pins[1], k->pins[2]); },
        "pins_changed.pins value 2 does not follow value 1"}});
  ExpectValidated<LedgerKeyRotated>(
      "ledger_key_rotated",
      {{"origin", [](auto* k) { k->key_name = "bank-a"; },
        "ledger_key_rotated.verifier_key \"bank-a\" is no origin"},
       {"key", [](auto* k) { k->key = {}; },
        "ledger_key_rotated.verifier_key is no valid Ed25519 point"}});
  ExpectValidated<RulesAdopted>("rules_adopted",
                                {{"1", [](auto* k) { k->version = 1; },
                                  "rules_adopted.version 1 is not 2 or more"},
                                 {"2", [](auto* k) { k->version = 2; }, ""}});
}

}  // namespace
}  // namespace amanah::domain
