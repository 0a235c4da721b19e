// Claims: which grant holds a benefit for a claimant and month. What makes aid
// that is paid twice (tumpang tindih) impossible.
//
// A claim is not erased when its grant ends (EntitlementRow::ended); it holds
// no longer, and makes room when the next grant is written.
#ifndef AMANAH_LEDGER_DOMAIN_CLAIMS_H_
#define AMANAH_LEDGER_DOMAIN_CLAIMS_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "ledger/domain/rows.h"

namespace amanah::domain {

// Whom a grant claims, by its program's unit, ascending and without
// repetition: the recipient; or household, payee and members.
std::vector<crypto::Pseudonym> ClaimantsOf(Unit unit,
                                           const EntitlementGranted& grant);

// The earliest grant that holds `benefit` for one of the claimants in one of
// the months; with `program` (an ordinal), only grants of that program.
std::optional<uint64_t> FindClaim(
    Overlay* state, std::string_view benefit,
    const std::vector<crypto::Pseudonym>& claimants, const Period& months,
    std::optional<uint64_t> program = std::nullopt);

// Records that `grant` holds the claims.
// Requires: FindClaim returned nullopt for them.
void AddClaims(Overlay* state, std::string_view benefit,
               const std::vector<crypto::Pseudonym>& claimants,
               const Period& months, uint64_t grant);

}  // namespace amanah::domain

#endif  // AMANAH_LEDGER_DOMAIN_CLAIMS_H_
