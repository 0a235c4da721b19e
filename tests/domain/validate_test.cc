// One row for each side of each rule. A row changes one thing of a statement
// that passes.
#include "ledger/domain/validate.h"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "tests/codec/samples.h"
#include "tests/support/matchers.h"

namespace amanah::domain {
namespace {

using testing_support::Fails;
using testing_support::HashOf;
using testing_support::KeyOf;
using testing_support::PseudonymOf;
using testing_support::SampleStatements;

template <typename Kind>
struct Row {
  std::string what;
  std::function<void(Kind*)> change;
  std::string message;  // empty: it passes
};

template <typename Kind>
void Expect(const std::string& sample, const std::vector<Row<Kind>>& rows) {
  const auto samples = SampleStatements();
  for (const Row<Kind>& row : rows) {
    SCOPED_TRACE(row.what);
    Statement statement = samples.at(sample);
    row.change(&std::get<Kind>(statement.body));
    if (row.message.empty()) {
      EXPECT_OK(Validate(statement));
    } else {
      EXPECT_THAT(Validate(statement),
                  Fails(absl::StatusCode::kInvalidArgument, row.message));
    }
  }
}

Month MonthOf(int year, int month) { return {12 * year + month - 1}; }

std::vector<std::string> Names(size_t count) {
  std::vector<std::string> names;
  for (size_t i = 0; i < count; ++i) names.push_back(std::to_string(100 + i));
  return names;
}

std::vector<Pin> PinsFrom(uint8_t first, size_t count) {
  std::vector<Pin> pins;
  for (size_t i = 0; i < count; ++i) {
    pins.push_back(HashOf(static_cast<uint8_t>(first + i)));
  }
  return pins;
}

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
  Expect<K>(
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
  Expect<K>(
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
  Expect<K>(
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
  Expect<K>(
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
  Expect<KeyRotated>("key_rotated", {{"name", [](auto* k) { k->name = ""; },
                                      "key_rotated.name \"\" is not"},
                                     {"key", [](auto* k) { k->key = {}; },
                                      "key_rotated.verifier_key is no"}});
  Expect<AuthoritySuspended>(
      "authority_suspended",
      {{"name", [](auto* k) { k->name = kNik; },
        "authority_suspended.name (16 digits in a row) is not"},
       {"35 characters", [](auto* k) { k->reason_code = kLong.substr(30); },
        ""},
       {"36 characters", [](auto* k) { k->reason_code = kLong.substr(29); },
        "authority_suspended.reason_code"}});
  Expect<AuthorityReinstated>(
      "authority_reinstated",
      {{"name", [](auto* k) { k->name = ""; }, "authority_reinstated.name"},
       {"reason", [](auto* k) { k->reason_code = ""; },
        "authority_reinstated.reason_code"}});
  Expect<AuthoritySucceeded>(
      "authority_succeeded",
      {{"name", [](auto* k) { k->name = ""; }, "authority_succeeded.name"},
       {"successor", [](auto* k) { k->successor = "administrators"; },
        "authority_succeeded.successor"},
       {"itself, which is for the book",
        [](auto* k) { k->successor = k->name; }, ""}});
}

TEST(ValidateTest, PinsKeysAndRules) {
  Expect<PinsChanged>(
      "pins_changed",
      {{"none", [](auto* k) { k->pins.clear(); }, "pins_changed.pins has 0"},
       {"1", [](auto* k) { k->pins.resize(1); }, ""},
       {"8", [](auto* k) { k->pins = PinsFrom(3, 8); }, ""},
       {"9", [](auto* k) { k->pins = PinsFrom(3, 9); },
        "pins_changed.pins has 9 values, not 1 to 8"},
       {"order", [](auto* k) { std::swap(k->pins[1], k->pins[2]); },
        "pins_changed.pins value 2 does not follow value 1"}});
  Expect<LedgerKeyRotated>(
      "ledger_key_rotated",
      {{"origin", [](auto* k) { k->key_name = "bank-a"; },
        "ledger_key_rotated.verifier_key \"bank-a\" is no origin"},
       {"key", [](auto* k) { k->key = {}; },
        "ledger_key_rotated.verifier_key is no valid Ed25519 point"}});
  Expect<RulesAdopted>("rules_adopted",
                       {{"1", [](auto* k) { k->version = 1; },
                         "rules_adopted.version 1 is not 2 or more"},
                        {"2", [](auto* k) { k->version = 2; }, ""}});
}

TEST(ValidateTest, ProgramDefined) {
  using K = ProgramDefined;
  const std::string prefix = "program_defined.";
  Expect<K>(
      "program_defined.full",
      {
          {"program", [](K* k) { k->program = ""; }, prefix + "program \"\""},
          {"version 0", [](K* k) { k->version = 0; },
           prefix + "version 0 is not 1 or more"},
          {"version 1", [](K* k) { k->version = 1; }, ""},
          {"one month", [](K* k) { k->months.last = k->months.first; }, ""},
          {"months", [](K* k) { k->months.last = MonthOf(2025, 12); },
           prefix + "last_month 2025-12 is before first_month 2026-01"},
          {"year 1899", [](K* k) { k->months.first = MonthOf(1899, 12); },
           prefix + "first_month lies outside the years 1900 to 9999"},
          {"year 10000", [](K* k) { k->months.last = MonthOf(10'000, 1); },
           prefix + "last_month lies outside the years 1900 to 9999"},
          {"currency", [](K* k) { k->currency = "RP"; },
           prefix + "currency \"RP\" is no currency of ISO 4217"},
          {"benefit", [](K* k) { k->benefit = ""; }, prefix + "benefit \"\""},
          {"recipients", [](K* k) { k->recipient_scheme = "nik"; },
           prefix + "recipient_scheme \"nik\" is no country.scheme"},
          {"regions", [](K* k) { k->region_scheme = "ID"; },
           prefix + "region_scheme \"ID\" is no country.scheme"},
          {"16 excluded", [](K* k) { k->excludes = Names(16); }, ""},
          {"17 excluded", [](K* k) { k->excludes = Names(17); },
           prefix + "excludes has 17 values, not 0 to 16"},
          {"excluded", [](K* k) { k->excludes = {""}; },
           prefix + "excludes \"\" is not"},
          {"excluded twice",
           [](K* k) {
             k->excludes = {"A", "A"};
           },
           prefix + "excludes value 1 does not follow value 0"},
          {"ceiling 1", [](K* k) { k->ceiling = Amount{1}; }, ""},
          {"ceiling 0", [](K* k) { k->ceiling = Amount{0}; },
           prefix + "ceiling_minor 0 is not positive"},
          {"ceiling below 0", [](K* k) { k->ceiling = Amount{-1}; },
           prefix + "ceiling_minor -1 is not positive"},
      });
}

TEST(ValidateTest, FundsAppropriated) {
  using K = FundsAppropriated;
  const std::string prefix = "funds_appropriated.";
  Expect<K>(
      "funds_appropriated.taken_back",
      {
          {"program", [](K* k) { k->program = "a b"; }, prefix + "program"},
          {"year 1899", [](K* k) { k->fiscal_year = 1899; },
           prefix + "fiscal_year 1899 is not 1900 to 9999"},
          {"year 1900", [](K* k) { k->fiscal_year = 1900; }, ""},
          {"year 9999", [](K* k) { k->fiscal_year = 9999; }, ""},
          {"year 10000", [](K* k) { k->fiscal_year = 10'000; },
           prefix + "fiscal_year 10000 is not 1900 to 9999"},
          {"whole scheme", [](K* k) { k->region = ""; }, ""},
          {"region", [](K* k) { k->region = "."; }, prefix + "region \".\""},
          {"currency", [](K* k) { k->currency = ""; }, prefix + "currency"},
          {"amount 1", [](K* k) { k->amount = {1}; }, ""},
          {"amount -1", [](K* k) { k->amount = {-1}; }, ""},
          {"amount 0", [](K* k) { k->amount = {0}; },
           prefix + "amount_minor is 0"},
          {"basis", [](K* k) { k->legal_basis = ""; }, prefix + "legal_basis"},
      });
}

TEST(ValidateTest, EntitlementGranted) {
  using K = EntitlementGranted;
  const std::string prefix = "entitlement_granted.";
  Expect<K>(
      "entitlement_granted.household",
      {
          {"name", [](K* k) { k->entitlement = ""; }, prefix + "entitlement"},
          {"program", [](K* k) { k->program = ""; }, prefix + "program"},
          {"year", [](K* k) { k->fiscal_year = 0; },
           prefix + "fiscal_year 0 is not 1900 to 9999"},
          {"appropriation", [](K* k) { k->appropriation_region = "a/b"; },
           prefix + "appropriation_region \"a/b\" is not"},
          {"region", [](K* k) { k->region = ""; }, prefix + "region \"\""},
          {"1 month", [](K* k) { k->months.last = k->months.first; }, ""},
          {"36 months", [](K* k) { k->months.last = MonthOf(2028, 12); }, ""},
          {"37 months", [](K* k) { k->months.last = MonthOf(2029, 1); },
           prefix + "last_month 2029-01 is the last of 37 months, not at most "
                    "36"},
          {"months", [](K* k) { k->months.last = MonthOf(2025, 12); },
           prefix + "last_month 2025-12 is before first_month 2026-01"},
          {"currency", [](K* k) { k->currency = "XXX"; }, prefix + "currency"},
          {"amount 1", [](K* k) { k->amount = {1}; }, ""},
          {"amount 0", [](K* k) { k->amount = {0}; },
           prefix + "amount_minor 0 is not positive"},
          {"negative amount", [](K* k) { k->amount = {-5}; },
           prefix + "amount_minor -5 is not positive"},
          {"basis", [](K* k) { k->basis = ""; }, prefix + "basis"},
      });
}

TEST(ValidateTest, ClaimantsOfEntitlementGranted) {
  using K = EntitlementGranted;
  const std::string prefix = "entitlement_granted.";
  const auto members = [](size_t count, int32_t months) {
    return [count, months](K* k) {
      k->members.clear();
      for (size_t i = 0; i < count; ++i) {
        k->members.push_back(PseudonymOf(static_cast<uint8_t>(0x60 + i)));
      }
      k->months.last = {k->months.first.index + months - 1};
    };
  };
  Expect<K>(
      "entitlement_granted.household",
      {
          {"suite 2", [](K* k) { k->recipient.bytes[0] = 0x21; },
           prefix + "recipient is of suite 2 and epoch 1, not 1 and 1"},
          {"epoch 2", [](K* k) { k->household->bytes[0] = 0x12; },
           prefix + "household is of suite 1 and epoch 2, not 1 and 1"},
          {"epoch 0", [](K* k) { k->members[1].bytes[0] = 0x10; },
           prefix + "members is of suite 1 and epoch 0, not 1 and 1"},
          {"household as recipient", [](K* k) { k->household = k->recipient; },
           ""},
          {"recipient as member", [](K* k) { k->members = {k->recipient}; },
           prefix + "members repeat the recipient or the household"},
          {"household as member", [](K* k) { k->members = {*k->household}; },
           prefix + "members repeat the recipient or the household"},
          {"member twice",
           [](K* k) {
             k->members = {PseudonymOf(1), PseudonymOf(1)};
           },
           prefix + "members value 1 does not follow value 0"},
          {"members' order",
           [](K* k) {
             k->members = {PseudonymOf(2), PseudonymOf(1)};
           },
           prefix + "members value 1 does not follow value 0"},
          {"20 members", members(20, 1), ""},
          {"21 members", members(21, 1),
           prefix + "members has 21 values, not 0 to 20"},
          {"256 claims", members(14, 16), ""},
          {"272 claims", members(14, 17),
           prefix + "members make 272 claims in 17 months, not at most 256"},
          {"255 claims", members(13, 17), ""},
      });
}

TEST(ValidateTest, EntitlementRevoked) {
  using K = EntitlementRevoked;
  Expect<K>("entitlement_revoked",
            {{"name", [](K* k) { k->entitlement = kLong; },
              "entitlement_revoked.entitlement"},
             {"reason", [](K* k) { k->reason_code = "no reason"; },
              "entitlement_revoked.reason_code \"no reason\" is not"}});
}

TEST(ValidateTest, DisbursementReported) {
  using K = DisbursementReported;
  const std::string prefix = "disbursement_reported.";
  Expect<K>(
      "disbursement_reported.returned",
      {
          {"name", [](K* k) { k->disbursement = ""; }, prefix + "disbursement"},
          {"entitlement", [](K* k) { k->entitlement = ""; },
           prefix + "entitlement"},
          {"35 characters", [](K* k) { k->end_to_end_id = kLong.substr(30); },
           ""},
          {"36 characters", [](K* k) { k->end_to_end_id = kLong.substr(29); },
           prefix + "end_to_end_id"},
          {"currency", [](K* k) { k->currency = "usd"; }, prefix + "currency"},
          {"amount 1", [](K* k) { k->amount = {1}; }, ""},
          {"amount 0", [](K* k) { k->amount = {0}; },
           prefix + "amount_minor 0 is not positive"},
          {"date", [](K* k) { k->value_date = "2026-02-29"; },
           prefix + "value_date \"2026-02-29\" is no date YYYY-MM-DD"},
          {"no date", [](K* k) { k->value_date = ""; }, prefix + "value_date"},
          {"channel", [](K* k) { k->channel = ""; }, prefix + "channel"},
          {"predecessor", [](K* k) { k->predecessor = "a b"; },
           prefix + "predecessor"},
          {"no predecessor", [](K* k) { k->predecessor = ""; }, ""},
          {"no reason", [](K* k) { k->reason_code = ""; },
           prefix + "reason_code \"\" is not"},
          {"no bank's reason", [](K* k) { k->bank_reason_code = ""; }, ""},
          {"bank's reason", [](K* k) { k->bank_reason_code = "a b"; },
           prefix + "bank_reason_code \"a b\" is not"},
          {"rejected", [](K* k) { k->state = DisbursementState::kRejected; },
           ""},
          {"rejected without reason",
           [](K* k) {
             k->state = DisbursementState::kRejected;
             k->reason_code = "";
           },
           prefix + "reason_code \"\" is not"},
          {"credited with a reason",
           [](K* k) { k->state = DisbursementState::kCredited; },
           prefix + "reason_code is set though nothing failed"},
          {"instructed with a bank's reason",
           [](K* k) {
             k->state = DisbursementState::kInstructed;
             k->reason_code = "";
           },
           prefix + "bank_reason_code is set though nothing failed"},
          {"credited without",
           [](K* k) {
             k->state = DisbursementState::kCredited;
             k->reason_code = "";
             k->bank_reason_code = "";
           },
           ""},
      });
}

}  // namespace
}  // namespace amanah::domain
