#include "client/key_proof.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>

#include "client/profile.h"
#include "ledger/base/base64.h"
#include "ledger/base/check.h"
#include "ledger/base/status.h"
#include "ledger/base/text.h"
#include "ledger/domain/identifier.h"
#include "ledger/domain/validate.h"
#include "ledger/log/possession.h"
#include "ledger/log/verifier_key.h"

namespace amanah::client {
namespace {

using domain::LedgerKeyKind;
using domain::Role;

constexpr std::string_view kFirstLine = "amanah-key-proof/v1";
constexpr Role kRoles[] = {Role::kAdministrator, Role::kProgramOwner,
                           Role::kRegistry, Role::kBank, Role::kAuditor};

absl::Status NoProof(std::string_view why) {
  return absl::InvalidArgumentError(
      absl::StrFormat("not a key proof: %s", why));
}

std::string PossessionText(const KeyProof& proof) {
  return log::FormatPossessionText(
      {proof.ledger.origin, proof.ledger.genesis, proof.name, proof.role});
}

// "label: value" lines, taken from the front.
class Lines {
 public:
  explicit Lines(std::string_view text) : lines_(Split(text, '\n')) {}

  // nullopt: the next line has another label.
  std::optional<std::string_view> Take(std::string_view label) {
    if (next_ == lines_.size()) return std::nullopt;
    std::string_view line = lines_[next_];
    if (!line.starts_with(label)) return std::nullopt;
    line.remove_prefix(label.size());
    if (!line.starts_with(": ")) return std::nullopt;
    ++next_;
    return line.substr(2);
  }
  bool TakeLine(std::string_view whole) {
    if (next_ == lines_.size() || lines_[next_] != whole) return false;
    ++next_;
    return true;
  }
  bool AtEnd() const {
    return next_ + 1 == lines_.size() && lines_[next_].empty();
  }

 private:
  std::vector<std::string_view> lines_;
  size_t next_ = 0;
};

absl::Status TakeKey(std::string_view key, std::string_view possession,
                     KeyProof* proof) {
  AMANAH_ASSIGN_OR_RETURN(const log::VerifierKey verifier,
                          log::ParseVerifierKey(key));
  const auto point = log::Ed25519KeyOf(verifier);
  if (verifier.type != log::kTypeEd25519 || !point.has_value()) {
    return NoProof("its key is no signing key");
  }
  const auto bytes = DecodeBase64(possession);
  const auto signature = bytes.has_value()
                             ? crypto::SignatureFromBytes(AsBytes(*bytes))
                             : std::nullopt;
  if (!signature.has_value()) return NoProof("its possession is no signature");
  proof->name = verifier.name;
  proof->key = {*point, *signature};
  return absl::OkStatus();
}

absl::Status TakePins(Lines* lines, KeyProof* proof) {
  while (const auto text = lines->Take("pin")) {
    AMANAH_ASSIGN_OR_RETURN(const crypto::Hash pin, ParseHash("pin", *text));
    if (!proof->pins.empty() && pin <= proof->pins.back()) {
      return NoProof("its pins are not in ascending order");
    }
    proof->pins.push_back(pin);
  }
  if (proof->pins.size() > domain::kPinsMax) return NoProof("too many pins");
  return absl::OkStatus();
}

}  // namespace

const std::vector<std::string>& KeyRoles() {
  static const auto* const roles = [] {
    auto* all = new std::vector<std::string>;
    for (const Role role : kRoles) all->emplace_back(RoleName(role));
    all->emplace_back(LedgerKeyRoleName(LedgerKeyKind::kCheckpoint));
    all->emplace_back(LedgerKeyRoleName(LedgerKeyKind::kStatement));
    return all;
  }();
  return *roles;
}

absl::StatusOr<Role> ParseRole(std::string_view name) {
  for (const Role role : kRoles) {
    if (RoleName(role) == name) return role;
  }
  return absl::InvalidArgumentError(
      absl::StrFormat("no role %s", domain::Quoted(name)));
}

KeyProof MakeKeyProof(const crypto::SigningKey& key, KeyProof proof) {
  AMANAH_CHECK(std::find(KeyRoles().begin(), KeyRoles().end(), proof.role) !=
               KeyRoles().end());
  std::sort(proof.pins.begin(), proof.pins.end());
  proof.key = {key.public_key(), key.Sign(AsBytes(PossessionText(proof)))};
  return proof;
}

std::string FormatKeyProof(const KeyProof& proof) {
  std::string text =
      absl::StrFormat("%s\norigin: %s\ngenesis: %s\nrole: %s\n", kFirstLine,
                      proof.ledger.origin,
                      EncodeBase64(proof.ledger.genesis.view()), proof.role);
  if (!proof.institution.empty()) {
    text += absl::StrFormat("institution: %s\n", proof.institution);
  }
  text += absl::StrFormat(
      "key: %s\npossession: %s\n",
      log::FormatVerifierKey(log::MakeVerifierKey(proof.name, proof.key.key)),
      EncodeBase64(proof.key.possession.view()));
  for (const domain::Pin& pin : proof.pins) {
    text += absl::StrFormat("pin: %s\n", EncodeBase64(pin.view()));
  }
  return text;
}

absl::StatusOr<KeyProof> ParseKeyProof(std::string_view text) {
  Lines lines(text);
  if (!lines.TakeLine(kFirstLine)) return NoProof("another first line");
  const auto origin = lines.Take("origin");
  const auto genesis = lines.Take("genesis");
  const auto role = lines.Take("role");
  const auto institution = lines.Take("institution");
  const auto key = lines.Take("key");
  const auto possession = lines.Take("possession");
  if (!origin || !genesis || !role || !key || !possession) {
    return NoProof("a line is missing or out of place");
  }
  KeyProof proof;
  proof.ledger.origin = *origin;
  AMANAH_ASSIGN_OR_RETURN(proof.ledger.genesis, ParseHash("genesis", *genesis));
  proof.role = *role;
  if (std::find(KeyRoles().begin(), KeyRoles().end(), proof.role) ==
      KeyRoles().end()) {
    return NoProof(absl::StrFormat("no role %s", domain::Quoted(*role)));
  }
  if (institution.has_value()) {
    if (!domain::IsCode(*institution)) return NoProof("no institution's code");
    proof.institution = *institution;
  }
  AMANAH_RETURN_IF_ERROR(TakeKey(*key, *possession, &proof));
  AMANAH_RETURN_IF_ERROR(TakePins(&lines, &proof));
  if (!lines.AtEnd()) return NoProof("more follows");
  if (!crypto::Verify(proof.key.key, AsBytes(PossessionText(proof)),
                      proof.key.possession)) {
    return NoProof("the possession does not verify");
  }
  return proof;
}

absl::StatusOr<KeyProof> ReadKeyProof(const std::filesystem::path& path,
                                      const judge::LedgerId& ledger,
                                      const std::vector<std::string>& roles) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return absl::NotFoundError(
        absl::StrFormat("cannot read the key proof %s", path.string()));
  }
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  auto proof = ParseKeyProof(text);
  if (!proof.ok()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: %s", path.string(), std::string(proof.status().message())));
  }
  if (proof->ledger.origin != ledger.origin ||
      proof->ledger.genesis != ledger.genesis) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s is for the ledger %s with entry 0 %s, and ours is %s with %s",
        path.string(), proof->ledger.origin,
        EncodeBase64(proof->ledger.genesis.view()), ledger.origin,
        EncodeBase64(ledger.genesis.view())));
  }
  if (std::find(roles.begin(), roles.end(), proof->role) == roles.end()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s is for the role %s", path.string(), proof->role));
  }
  return proof;
}

}  // namespace amanah::client
