#include "server/access.h"

#include <algorithm>
#include <variant>

#include "ledger/domain/book.h"
#include "ledger/domain/identifier.h"

namespace amanah::server {

using domain::Role;

bool Access::CoversProgram(std::string_view program) const {
  if (caller_->ReadsAll()) return true;
  const auto& programs = caller_->authority.programs;
  return programs.empty() ||
         std::find(programs.begin(), programs.end(), program) != programs.end();
}

bool Access::Covers(std::string_view program, std::string_view region) const {
  if (caller_->ReadsAll()) return true;
  const auto& regions = caller_->authority.regions;
  return CoversProgram(program) &&
         (regions.empty() ||
          std::any_of(regions.begin(), regions.end(), [&](const auto& outer) {
            return domain::RegionContains(outer, region);
          }));
}

bool Access::IsOwn(uint64_t authority) const {
  if (caller_->anonymous) return false;
  // Chains of succession end (domain/v1/kinds.h, IsOrSucceeded).
  while (authority != caller_->ordinal) {
    const auto found = domain::LoadRow<domain::AuthorityRow>(state_, authority);
    if (!found.has_value() || found->successor == 0) return false;
    authority = found->successor;
  }
  return true;
}

bool Access::MayRead(const domain::EntitlementRow& entitlement) const {
  if (caller_->ReadsAll()) return true;
  if (!caller_->Is(Role::kBank) && !caller_->Is(Role::kProgramOwner)) {
    return false;
  }
  if (caller_->Is(Role::kProgramOwner) && IsOwn(entitlement.owner)) return true;
  const auto program =
      domain::LoadRow<domain::ProgramRow>(state_, entitlement.program);
  return program.has_value() && Covers(program->program, entitlement.region);
}

bool Access::MayReadPaymentOf(uint64_t bank,
                              const domain::EntitlementRow& entitlement) const {
  if (caller_->Is(Role::kBank)) return IsOwn(bank);
  return MayRead(entitlement);
}

uint64_t Access::AuthorOf(const codec::Entry& entry) const {
  if (entry.seal.administrators) return 0;
  const codec::SealSignature& signature = entry.seal.signatures[0];
  const auto key = domain::LoadRow<domain::KeyRow>(
      state_,
      domain::IntroducedKeyKey(signature.key_entry, signature.key_position));
  return key.has_value() ? key->authority : 0;
}

bool Access::MayReadGrant(const domain::EntitlementGranted& grant,
                          bool accepted) const {
  // A refused grant entitles to nothing, so no bank may pay it.
  const bool concerns = caller_->Is(Role::kProgramOwner) ||
                        (caller_->Is(Role::kBank) && accepted);
  return concerns && Covers(grant.program, grant.region);
}

bool Access::MayReadOf(std::string_view entitlement) const {
  const auto grant =
      domain::LoadNumber(state_, domain::NameKey('E', entitlement));
  if (!grant.has_value()) return false;
  const auto row = domain::LoadRow<domain::EntitlementRow>(state_, *grant);
  return row.has_value() && MayRead(*row);
}

bool Access::MayRead(const codec::Entry& entry,
                     const domain::Statement& statement) const {
  if (caller_->ReadsAll()) return true;
  if (!entry.seal.administrators && IsOwn(AuthorOf(entry))) return true;
  const domain::Body& body = statement.body;
  if (const auto* funds = std::get_if<domain::FundsAppropriated>(&body)) {
    return CoversProgram(funds->program);
  }
  if (const auto* grant = std::get_if<domain::EntitlementGranted>(&body)) {
    return MayReadGrant(*grant, entry.outcome.accepted());
  }
  if (const auto* revoked = std::get_if<domain::EntitlementRevoked>(&body)) {
    return MayReadOf(revoked->entitlement);
  }
  if (const auto* report = std::get_if<domain::DisbursementReported>(&body)) {
    return caller_->Is(Role::kProgramOwner) && MayReadOf(report->entitlement);
  }
  // Keys, roles, rules and programs are the ledger's public register.
  return true;
}

}  // namespace amanah::server
