// Rules version 1: which statements the book refuses, and what the others do.
// Never changed again once a release has spoken it. docs/rules.md says the same
// in words.
//
// Each kind has a Check, which returns the first refusal that holds in the
// order of the Refusal enumeration, and an Apply, which must succeed after it.
#ifndef AMANAH_LEDGER_DOMAIN_V1_RULES_H_
#define AMANAH_LEDGER_DOMAIN_V1_RULES_H_

#include <cstdint>

#include "ledger/domain/book.h"

namespace amanah::domain::v1 {

Outcome Check(Overlay* state, const Author& author, const Prepared& prepared);
void Apply(Overlay* state, const Author& author, const Prepared& prepared,
           uint64_t sequence);

void ApplyLedgerOpened(Overlay* state, const LedgerOpened& opened);

}  // namespace amanah::domain::v1

#endif  // AMANAH_LEDGER_DOMAIN_V1_RULES_H_
