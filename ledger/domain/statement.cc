#include "ledger/domain/statement.h"

#include "ledger/base/check.h"

namespace amanah::domain {

std::string_view RoleName(Role role) {
  switch (role) {
    case Role::kAdministrator:
      return "administrator";
    case Role::kProgramOwner:
      return "program-owner";
    case Role::kRegistry:
      return "registry";
    case Role::kBank:
      return "bank";
    case Role::kAuditor:
      return "auditor";
  }
  CheckFailed(__FILE__, __LINE__, "role is known");
}

std::string_view DisbursementStateName(DisbursementState state) {
  switch (state) {
    case DisbursementState::kInstructed:
      return "instructed";
    case DisbursementState::kCredited:
      return "credited";
    case DisbursementState::kRejected:
      return "rejected";
    case DisbursementState::kReturned:
      return "returned";
  }
  CheckFailed(__FILE__, __LINE__, "disbursement state is known");
}

std::string_view LedgerKeyRoleName(LedgerKeyKind kind) {
  return kind == LedgerKeyKind::kCheckpoint ? "ledger-checkpoint"
                                            : "ledger-statement";
}

std::string_view KindName(const Body& body) {
  static constexpr std::string_view kNames[] = {
      "LedgerOpened",       "AuthorityEnrolled",   "KeyRotated",
      "AuthoritySuspended", "AuthorityReinstated", "AuthoritySucceeded",
      "PinsChanged",        "LedgerKeyRotated",    "RulesAdopted",
      "ProgramDefined",     "FundsAppropriated",   "EntitlementGranted",
      "EntitlementRevoked", "DisbursementReported"};
  static_assert(std::size(kNames) == std::variant_size_v<Body>);
  return kNames[body.index()];
}

}  // namespace amanah::domain
