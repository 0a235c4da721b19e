#include "ledger/domain/v1/rules.h"

#include <algorithm>

#include "ledger/base/check.h"
#include "ledger/domain/identifier.h"
#include "ledger/domain/v1/kinds.h"

namespace amanah::domain::v1 {
namespace {

// Who may say what. A kind that is not named here is for the administrators
// together.
struct RoleAllows {
  const Author& author;

  bool Is(Role role) const {
    return !author.administrators() && author.authority.role == role;
  }
  bool operator()(const LedgerOpened&) const { return false; }
  bool operator()(const PinsChanged&) const { return !author.administrators(); }
  bool operator()(const EntitlementGranted&) const {
    return Is(Role::kProgramOwner);
  }
  bool operator()(const EntitlementRevoked&) const {
    return Is(Role::kProgramOwner);
  }
  bool operator()(const DisbursementReported&) const { return Is(Role::kBank); }
  template <typename Administrative>
  bool operator()(const Administrative&) const {
    return author.administrators();
  }
};

}  // namespace

Outcome Check(Overlay* state, const Author& author, const Prepared& prepared) {
  const Body& body = prepared.statement.body;
  if (!std::visit(RoleAllows{author}, body)) {
    return Refuse(Refusal::kRoleNotAllowed);
  }
  const Context in{state, author, prepared};
  if (!std::visit([&](const auto& kind) { return InScope(in, kind); }, body)) {
    return Refuse(Refusal::kOutOfScope);
  }
  if (const auto used = LoadRow<ReferenceRow>(state, prepared.reference_key)) {
    return Refuse(Refusal::kReferenceReused, used->sequence);
  }
  return std::visit([&](const auto& kind) { return CheckKind(in, kind); },
                    body);
}

void Apply(Overlay* state, const Author& author, const Prepared& prepared,
           uint64_t sequence) {
  const Context in{state, author, prepared, sequence};
  std::visit([&](const auto& kind) { ApplyKind(in, kind); },
             prepared.statement.body);
}

bool Covers(const AuthorityRow& authority, std::string_view program,
            std::string_view region) {
  const auto& programs = authority.programs;
  const auto& regions = authority.regions;
  const bool program_covered =
      programs.empty() ||
      std::binary_search(programs.begin(), programs.end(), program);
  const bool region_covered =
      regions.empty() ||
      std::any_of(regions.begin(), regions.end(), [&](const auto& outer) {
        return RegionContains(outer, region);
      });
  return program_covered && region_covered;
}

bool IsOrSucceeded(Overlay* state, uint64_t ordinal, uint64_t author) {
  // Chains end: an authority that was succeeded can never be a successor, so
  // no step leads back.
  while (ordinal != author) {
    const auto row = LoadRow<AuthorityRow>(state, ordinal);
    if (!row.has_value() || row->successor == 0) return false;
    ordinal = row->successor;
  }
  return true;
}

}  // namespace amanah::domain::v1
