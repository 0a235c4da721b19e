// Who we are and which ledger we speak to: a TOML file, so that commands are
// short.
//
//   server          = "ledger.example:7443"      host:port
//   origin          = "ledger.example/bansos"
//   genesis         = "<base64 leaf hash of entry 0>"
//   authority       = "bank-jatim"
//   signing_key     = "signing.key"              key files; paths are relative
//   salt_key        = "salt.key"                 to the profile's folder
//   pseudonym_key   = "pseudonym.key"
//   certificate     = "tls.pem"
//   certificate_key = "tls.key"
//   server_pin      = "<base64 SHA-256 of the server certificate's SPKI>"
//
// Every value may be left out until a command needs it, and every one has a
// flag that goes before it (--server, --signing-key, ...).
#ifndef AMANAH_CLIENT_PROFILE_H_
#define AMANAH_CLIENT_PROFILE_H_

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ledger/crypto/hash.h"
#include "ledger/judge/batch.h"

namespace amanah::client {

struct Profile {
  std::string server;
  std::string origin;
  std::optional<crypto::Hash> genesis;
  std::string authority;
  std::filesystem::path signing_key;
  std::filesystem::path salt_key;
  std::filesystem::path pseudonym_key;
  std::filesystem::path certificate;
  std::filesystem::path certificate_key;
  std::optional<crypto::Hash> server_pin;
  // Plain text without TLS; only to a loopback address (--plaintext).
  bool plaintext = false;
};

// As given on the command line; empty: not given.
struct ProfileFlags {
  std::string file;
  std::string server;
  std::string origin;
  std::string genesis;
  std::string authority;
  std::string signing_key;
  std::string salt_key;
  std::string pseudonym_key;
  std::string certificate;
  std::string certificate_key;
  std::string server_pin;
  bool plaintext = false;
};

// INVALID_ARGUMENT: not TOML, a key that no profile has, or a value out of its
// form. Paths are joined to `folder`.
absl::StatusOr<Profile> ParseProfile(std::string_view toml,
                                     const std::filesystem::path& folder);

// A profile's text, from which ParseProfile gives the same profile; absent
// values are left out.
std::string FormatProfile(const Profile& profile);

// The profile of --profile, else of $AMANAH_PROFILE, else of
// $XDG_CONFIG_HOME/amanah/profile.toml (~/.config); with the flags over it. A
// default file that is absent gives an empty profile. NOT_FOUND: a file that
// was asked for is absent; INVALID_ARGUMENT as ParseProfile.
absl::StatusOr<Profile> LoadProfile(const ProfileFlags& flags);

// The ledger that the profile names. INVALID_ARGUMENT: it leaves out origin or
// genesis.
absl::StatusOr<judge::LedgerId> LedgerOf(const Profile& profile);

// A hash in base64. INVALID_ARGUMENT names `what`.
absl::StatusOr<crypto::Hash> ParseHash(std::string_view what,
                                       std::string_view text);

}  // namespace amanah::client

#endif  // AMANAH_CLIENT_PROFILE_H_
