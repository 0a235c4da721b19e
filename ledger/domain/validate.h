// What the bytes of a statement alone must fulfil, field by field, as
// statement.proto says it. Knows nothing of the book: whether a program exists
// or money is left is not asked here.
#ifndef AMANAH_LEDGER_DOMAIN_VALIDATE_H_
#define AMANAH_LEDGER_DOMAIN_VALIDATE_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "ledger/domain/statement.h"

namespace amanah::domain {

inline constexpr size_t kAdministratorsMax = 16;
inline constexpr size_t kPinsMax = 8;
inline constexpr size_t kScopeMax = 64;  // programs, and regions, of a scope
inline constexpr size_t kExcludesMax = 16;
inline constexpr size_t kMembersMax = 20;
inline constexpr int32_t kGrantMonthsMax = 36;
// Months times (recipient, household, members) of one grant.
inline constexpr size_t kGrantClaimsMax = 256;
inline constexpr size_t kWitnessPolicyLengthMax = 4'096;
inline constexpr size_t kCheckpointLengthMax = 4'096;
inline constexpr uint32_t kDailyQuotaMax = 1'000'000'000;
inline constexpr int32_t kFiscalYearMin = 1900;
inline constexpr int32_t kFiscalYearMax = 9999;
// Suite 1, epoch 1: the only pseudonyms of rules version 1.
inline constexpr uint8_t kPseudonymPrefix = 0x11;

// INVALID_ARGUMENT names the first field at fault, in the order of
// statement.proto, and its value unless that is a key, a pin or a pseudonym:
// "entitlement_granted.last_month 2026-01 is before first_month 2026-03".
// Does not ask for the length of the encoded statement. Thread-safe.
absl::Status Validate(const Statement& statement);

}  // namespace amanah::domain

#endif  // AMANAH_LEDGER_DOMAIN_VALIDATE_H_
