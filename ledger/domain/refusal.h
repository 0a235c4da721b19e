// What the book may answer. The numbers are those of entry.proto: they are in
// order of precedence, are on the wire, and are never reused.
#ifndef AMANAH_LEDGER_DOMAIN_REFUSAL_H_
#define AMANAH_LEDGER_DOMAIN_REFUSAL_H_

#include <cstdint>
#include <optional>
#include <string_view>

namespace amanah::domain {

// Explained one by one in docs/rules.md.
enum class Refusal : uint8_t {
  kRoleNotAllowed = 1,
  kOutOfScope = 2,
  kReferenceReused = 3,
  kAuthorityUnknown = 10,
  kNameUsed = 11,
  kKeyUsed = 12,
  kPinUsed = 13,
  kAuthorityState = 14,
  kBelowThreshold = 15,
  kSuccessorUnfit = 16,
  kRulesVersionNotNext = 17,
  kProgramUnknown = 20,
  kProgramVersionNotNext = 21,
  kProgramReinterpreted = 22,
  kBenefitUnit = 23,
  kMonthsOutsideProgram = 30,
  kCurrencyMismatch = 31,
  kNotWholeUnits = 32,
  kRegionForm = 33,
  kRegionOutsideAppropriation = 34,
  kHouseholdMissing = 35,
  kFundsInsufficient = 40,
  kFundsOverflow = 41,
  kEntitlementUsed = 45,
  kOverlap = 50,
  kExcludedProgram = 51,
  kAboveCeiling = 52,
  kEntitlementUnknown = 60,
  kEntitlementRevoked = 61,
  kExceedsRemaining = 62,
  kBankNotInScope = 63,
  kEndToEndIdUsed = 64,
  kNotSuccessor = 65,
  kDisbursementDiffers = 66,
  kIllegalTransition = 67,
};

// "OVERLAP": the name in the protocol without its prefix; nullopt when no
// refusal has this number.
std::optional<std::string_view> RefusalName(int number);

// Accepted when `refusal` is absent. `conflict` is the sequence of the entry
// that a refused statement conflicts with, where there is one.
struct Outcome {
  std::optional<Refusal> refusal;
  std::optional<uint64_t> conflict;

  bool accepted() const { return !refusal.has_value(); }
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

}  // namespace amanah::domain

#endif  // AMANAH_LEDGER_DOMAIN_REFUSAL_H_
