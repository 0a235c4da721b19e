// The small text by which a key's holder asks to be enrolled: the key, the
// proof of its possession (ledger/log/possession.h) and the TLS pins. It holds
// no secret.
//
//   amanah-key-proof/v1
//   origin: <origin>
//   genesis: <base64 hash of entry 0, or of 32 zero bytes for entry 0 itself>
//   role: bank | program-owner | ... | ledger-checkpoint | ledger-statement
//   institution: <code>                 absent for the ledger's own keys
//   key: <verifier key, C2SP text form; its name is the authority's>
//   possession: <base64, 64 bytes>
//   pin: <base64, 32 bytes>             0 to 8 lines, ascending
#ifndef AMANAH_CLIENT_KEY_PROOF_H_
#define AMANAH_CLIENT_KEY_PROOF_H_

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ledger/crypto/signing.h"
#include "ledger/domain/statement.h"
#include "ledger/judge/batch.h"

namespace amanah::client {

struct KeyProof {
  judge::LedgerId ledger;  // a genesis of zeros: for entry 0
  std::string role;
  std::string institution;
  std::string name;
  domain::NewKey key;
  std::vector<domain::Pin> pins;

  friend bool operator==(const KeyProof& a, const KeyProof& b) {
    return a.ledger.origin == b.ledger.origin &&
           a.ledger.genesis == b.ledger.genesis && a.role == b.role &&
           a.institution == b.institution && a.name == b.name &&
           a.key == b.key && a.pins == b.pins;
  }
};

// The roles that a key may be for: those of domain::RoleName and
// domain::LedgerKeyRoleName.
const std::vector<std::string>& KeyRoles();
// The role of an authority. INVALID_ARGUMENT: none of that name.
absl::StatusOr<domain::Role> ParseRole(std::string_view name);

// Signs for the key. `proof` is complete but for its key; pins are put in
// order. Requires: its role is one of KeyRoles().
KeyProof MakeKeyProof(const crypto::SigningKey& key, KeyProof proof);

std::string FormatKeyProof(const KeyProof& proof);

// INVALID_ARGUMENT: not exactly such a text, or the possession does not verify.
absl::StatusOr<KeyProof> ParseKeyProof(std::string_view text);

// The proof in a file, for this ledger and one of these roles. NOT_FOUND: no
// such file; INVALID_ARGUMENT as ParseKeyProof, or another ledger's or role's.
absl::StatusOr<KeyProof> ReadKeyProof(const std::filesystem::path& path,
                                      const judge::LedgerId& ledger,
                                      const std::vector<std::string>& roles);

}  // namespace amanah::client

#endif  // AMANAH_CLIENT_KEY_PROOF_H_
