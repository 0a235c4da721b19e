// Checks and effects of each kind of statement, in rules version 1. Each Check
// starts after role and reference, which rules.cc decides for all kinds.
#ifndef AMANAH_LEDGER_DOMAIN_V1_KINDS_H_
#define AMANAH_LEDGER_DOMAIN_V1_KINDS_H_

#include <cstdint>

#include "ledger/domain/book.h"

namespace amanah::domain::v1 {

inline constexpr Outcome kAccepted{};

inline Outcome Refuse(Refusal refusal) { return {refusal, std::nullopt}; }
inline Outcome Refuse(Refusal refusal, uint64_t conflict) {
  return {refusal, conflict};
}

// What a Check or an Apply works with.
struct Context {
  Overlay* state;
  const Author& author;
  const Prepared& prepared;
  // Apply only.
  uint64_t sequence = 0;
};

Outcome CheckKind(const Context& in, const LedgerOpened& body);
Outcome CheckKind(const Context& in, const AuthorityEnrolled& body);
Outcome CheckKind(const Context& in, const KeyRotated& body);
Outcome CheckKind(const Context& in, const AuthoritySuspended& body);
Outcome CheckKind(const Context& in, const AuthorityReinstated& body);
Outcome CheckKind(const Context& in, const AuthoritySucceeded& body);
Outcome CheckKind(const Context& in, const PinsChanged& body);
Outcome CheckKind(const Context& in, const LedgerKeyRotated& body);
Outcome CheckKind(const Context& in, const RulesAdopted& body);
Outcome CheckKind(const Context& in, const ProgramDefined& body);
Outcome CheckKind(const Context& in, const FundsAppropriated& body);
Outcome CheckKind(const Context& in, const EntitlementGranted& body);
Outcome CheckKind(const Context& in, const EntitlementRevoked& body);
Outcome CheckKind(const Context& in, const DisbursementReported& body);

void ApplyKind(const Context& in, const LedgerOpened& body);
void ApplyKind(const Context& in, const AuthorityEnrolled& body);
void ApplyKind(const Context& in, const KeyRotated& body);
void ApplyKind(const Context& in, const AuthoritySuspended& body);
void ApplyKind(const Context& in, const AuthorityReinstated& body);
void ApplyKind(const Context& in, const AuthoritySucceeded& body);
void ApplyKind(const Context& in, const PinsChanged& body);
void ApplyKind(const Context& in, const LedgerKeyRotated& body);
void ApplyKind(const Context& in, const RulesAdopted& body);
void ApplyKind(const Context& in, const ProgramDefined& body);
void ApplyKind(const Context& in, const FundsAppropriated& body);
void ApplyKind(const Context& in, const EntitlementGranted& body);
void ApplyKind(const Context& in, const EntitlementRevoked& body);
void ApplyKind(const Context& in, const DisbursementReported& body);

// Whether the author's scope covers what the statement names. True where a kind
// names neither program nor region.
bool InScope(const Context& in, const EntitlementGranted& body);
bool InScope(const Context& in, const EntitlementRevoked& body);
template <typename Other>
bool InScope(const Context&, const Other&) {
  return true;
}

// Whether an authority's scope covers a program and region.
bool Covers(const AuthorityRow& authority, std::string_view program,
            std::string_view region);

// Whether `ordinal` is the author, or its business came to the author.
bool IsOrSucceeded(Overlay* state, uint64_t ordinal, uint64_t author);

// A program by its code, with its ordinal.
struct KnownProgram {
  uint64_t ordinal = 0;
  ProgramRow row;
};
std::optional<KnownProgram> FindProgram(Overlay* state, std::string_view code);
// Requires: there is one of that ordinal.
ProgramRow ProgramOf(Overlay* state, uint64_t ordinal);

// Whether an amount is whole units where the program asks for them.
bool WholeWhereNeeded(const ProgramRow& program, Amount amount);

}  // namespace amanah::domain::v1

#endif  // AMANAH_LEDGER_DOMAIN_V1_KINDS_H_
