#include "ledger/domain/refusal.h"

namespace amanah::domain {

std::optional<std::string_view> RefusalName(int number) {
  if (number < 0 || number > 255) return std::nullopt;
  switch (static_cast<Refusal>(number)) {
    case Refusal::kRoleNotAllowed:
      return "ROLE_NOT_ALLOWED";
    case Refusal::kOutOfScope:
      return "OUT_OF_SCOPE";
    case Refusal::kReferenceReused:
      return "REFERENCE_REUSED";
    case Refusal::kAuthorityUnknown:
      return "AUTHORITY_UNKNOWN";
    case Refusal::kNameUsed:
      return "NAME_USED";
    case Refusal::kKeyUsed:
      return "KEY_USED";
    case Refusal::kPinUsed:
      return "PIN_USED";
    case Refusal::kAuthorityState:
      return "AUTHORITY_STATE";
    case Refusal::kBelowThreshold:
      return "BELOW_THRESHOLD";
    case Refusal::kSuccessorUnfit:
      return "SUCCESSOR_UNFIT";
    case Refusal::kRulesVersionNotNext:
      return "RULES_VERSION_NOT_NEXT";
    case Refusal::kProgramUnknown:
      return "PROGRAM_UNKNOWN";
    case Refusal::kProgramVersionNotNext:
      return "PROGRAM_VERSION_NOT_NEXT";
    case Refusal::kProgramReinterpreted:
      return "PROGRAM_REINTERPRETED";
    case Refusal::kBenefitUnit:
      return "BENEFIT_UNIT";
    case Refusal::kMonthsOutsideProgram:
      return "MONTHS_OUTSIDE_PROGRAM";
    case Refusal::kCurrencyMismatch:
      return "CURRENCY_MISMATCH";
    case Refusal::kNotWholeUnits:
      return "NOT_WHOLE_UNITS";
    case Refusal::kRegionForm:
      return "REGION_FORM";
    case Refusal::kRegionOutsideAppropriation:
      return "REGION_OUTSIDE_APPROPRIATION";
    case Refusal::kHouseholdMissing:
      return "HOUSEHOLD_MISSING";
    case Refusal::kFundsInsufficient:
      return "FUNDS_INSUFFICIENT";
    case Refusal::kFundsOverflow:
      return "FUNDS_OVERFLOW";
    case Refusal::kEntitlementUsed:
      return "ENTITLEMENT_USED";
    case Refusal::kOverlap:
      return "OVERLAP";
    case Refusal::kExcludedProgram:
      return "EXCLUDED_PROGRAM";
    case Refusal::kAboveCeiling:
      return "ABOVE_CEILING";
    case Refusal::kEntitlementUnknown:
      return "ENTITLEMENT_UNKNOWN";
    case Refusal::kEntitlementRevoked:
      return "ENTITLEMENT_REVOKED";
    case Refusal::kExceedsRemaining:
      return "EXCEEDS_REMAINING";
    case Refusal::kBankNotInScope:
      return "BANK_NOT_IN_SCOPE";
    case Refusal::kEndToEndIdUsed:
      return "END_TO_END_ID_USED";
    case Refusal::kNotSuccessor:
      return "NOT_SUCCESSOR";
    case Refusal::kDisbursementDiffers:
      return "DISBURSEMENT_DIFFERS";
    case Refusal::kIllegalTransition:
      return "ILLEGAL_TRANSITION";
  }
  return std::nullopt;
}

}  // namespace amanah::domain
