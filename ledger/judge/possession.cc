#include "ledger/judge/possession.h"

#include "absl/strings/str_format.h"
#include "ledger/log/possession.h"

namespace amanah::judge {
namespace {

using domain::Body;

bool Proves(const LedgerId& ledger, const domain::NewKey& key,
            std::string_view name, std::string_view role) {
  const std::string text = log::FormatPossessionText(
      {ledger.origin, ledger.genesis, std::string(name), std::string(role)});
  return crypto::Verify(key.key, AsBytes(text), key.possession);
}

std::optional<BatchError> Unproved(std::string_view name, uint32_t index) {
  return BatchError{Problem::kPossession,
                    absl::StrFormat("the new key of %s does not prove its "
                                    "possession",
                                    name),
                    index,
                    {}};
}

struct Checker {
  const LedgerId& ledger;
  const ParsedBatch& batch;
  domain::Overlay* state;
  uint32_t index = 0;

  std::optional<BatchError> operator()(
      const domain::LedgerOpened& opened) const {
    if (!Proves(ledger, opened.checkpoint_key, opened.origin,
                LedgerKeyRoleName(domain::LedgerKeyKind::kCheckpoint)) ||
        !Proves(ledger, opened.statement_key, opened.origin,
                LedgerKeyRoleName(domain::LedgerKeyKind::kStatement))) {
      return Unproved(opened.origin, index);
    }
    for (const domain::Administrator& one : opened.administrators) {
      if (!Proves(ledger, one.key, one.name,
                  RoleName(domain::Role::kAdministrator))) {
        return Unproved(one.name, index);
      }
    }
    return std::nullopt;
  }

  std::optional<BatchError> operator()(
      const domain::AuthorityEnrolled& body) const {
    if (Proves(ledger, body.key, body.name, RoleName(body.role))) {
      return std::nullopt;
    }
    return Unproved(body.name, index);
  }

  std::optional<BatchError> operator()(const domain::KeyRotated& body) const {
    const std::optional<domain::Role> role = RoleOf(body.name);
    if (!role.has_value() ||
        Proves(ledger, body.key, body.name, RoleName(*role))) {
      return std::nullopt;
    }
    return Unproved(body.name, index);
  }

  std::optional<BatchError> operator()(
      const domain::LedgerKeyRotated& body) const {
    if (body.key_name != ledger.origin) {
      return BatchError{
          Problem::kField,
          absl::StrFormat("ledger_key_rotated.verifier_key is named %s, not %s",
                          body.key_name, ledger.origin),
          index,
          {}};
    }
    if (Proves(ledger, body.key, ledger.origin, LedgerKeyRoleName(body.kind))) {
      return std::nullopt;
    }
    return Unproved(ledger.origin, index);
  }

  template <typename Other>
  std::optional<BatchError> operator()(const Other&) const {
    return std::nullopt;
  }

  std::optional<domain::Role> RoleOf(std::string_view name) const {
    if (name == domain::kAdministrators) return std::nullopt;
    if (const auto known = domain::FindAuthor(state, name)) {
      return known->authority.role;
    }
    for (uint32_t i = 0; i < index; ++i) {
      const auto* enrolled = std::get_if<domain::AuthorityEnrolled>(
          &batch.prepared[i].statement.body);
      if (enrolled != nullptr && enrolled->name == name) return enrolled->role;
    }
    return std::nullopt;
  }
};

}  // namespace

std::optional<BatchError> CheckPossessions(const LedgerId& ledger,
                                           const ParsedBatch& batch,
                                           domain::Overlay* state) {
  Checker checker{ledger, batch, state};
  for (; checker.index < batch.prepared.size(); ++checker.index) {
    const Body& body = batch.prepared[checker.index].statement.body;
    if (auto error = std::visit(checker, body)) return error;
  }
  return std::nullopt;
}

}  // namespace amanah::judge
