// One row for each side of each rule: programs, funds, grants, payments.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "tests/codec/samples.h"
#include "tests/domain/validate_rows.h"
#include "tests/support/matchers.h"

namespace amanah::domain {
namespace {

using testing_support::ExpectValidated;
using testing_support::MonthOf;
using testing_support::Names;
using testing_support::PseudonymOf;

const std::string kLong(65, 'a');

TEST(ValidatePaymentsTest, ProgramDefined) {
  using K = ProgramDefined;
  const std::string prefix = "program_defined.";
  ExpectValidated<K>(
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

TEST(ValidatePaymentsTest, FundsAppropriated) {
  using K = FundsAppropriated;
  const std::string prefix = "funds_appropriated.";
  ExpectValidated<K>(
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

TEST(ValidatePaymentsTest, EntitlementGranted) {
  using K = EntitlementGranted;
  const std::string prefix = "entitlement_granted.";
  ExpectValidated<K>(
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

TEST(ValidatePaymentsTest, ClaimantsOfEntitlementGranted) {
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
  ExpectValidated<K>(
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

TEST(ValidatePaymentsTest, EntitlementRevoked) {
  using K = EntitlementRevoked;
  ExpectValidated<K>(
      "entitlement_revoked",
      {{"name", [](K* k) { k->entitlement = kLong; },
        "entitlement_revoked.entitlement"},
       {"reason", [](K* k) { k->reason_code = "no reason"; },
        "entitlement_revoked.reason_code \"no reason\" is not"}});
}

TEST(ValidatePaymentsTest, DisbursementReported) {
  using K = DisbursementReported;
  const std::string prefix = "disbursement_reported.";
  ExpectValidated<K>(
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
