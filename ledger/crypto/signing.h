// Ed25519 (RFC 8032) as libsodium has it. One definition of "valid" for the
// whole ledger, since two parties that disagree on one signature would disagree
// on an outcome: crypto_sign_verify_detached accepts it, alone; no batched
// equation anywhere.
#ifndef AMANAH_LEDGER_CRYPTO_SIGNING_H_
#define AMANAH_LEDGER_CRYPTO_SIGNING_H_

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "ledger/base/bytes.h"

namespace amanah::crypto {

inline constexpr size_t kPublicKeyLength = 32;
inline constexpr size_t kSignatureLength = 64;
inline constexpr size_t kSeedLength = 32;

struct PublicKey {
  std::array<uint8_t, kPublicKeyLength> bytes{};

  ByteView view() const { return bytes; }
  auto operator<=>(const PublicKey&) const = default;

  template <typename H>
  friend H AbslHashValue(H state, const PublicKey& key) {
    return H::combine_contiguous(std::move(state), key.bytes.data(),
                                 kPublicKeyLength);
  }
};

struct Signature {
  std::array<uint8_t, kSignatureLength> bytes{};

  ByteView view() const { return bytes; }
  bool operator==(const Signature&) const = default;
};

// nullopt unless there are exactly 32 (64) bytes. Says nothing of validity.
std::optional<PublicKey> PublicKeyFromBytes(ByteView bytes);
std::optional<Signature> SignatureFromBytes(ByteView bytes);

// Prepares libsodium; aborts if that fails. Everything here calls it itself, so
// calling it is only worth the while before a sandbox closes. Thread-safe.
void InitCrypto();

// A signing key; its memory is wiped at the end. Move-only. Thread-safe, except
// to move.
class SigningKey {
 public:
  // Requires: seed.size() == 32.
  static SigningKey FromSeed(ByteView seed);
  static SigningKey Generate();

  SigningKey(SigningKey&& other) noexcept;
  SigningKey& operator=(SigningKey&& other) noexcept;
  SigningKey(const SigningKey&) = delete;
  SigningKey& operator=(const SigningKey&) = delete;
  ~SigningKey();

  const PublicKey& public_key() const { return public_key_; }

  // The secret, for writing a key file; lives as long as this key.
  ByteView seed() const { return ByteView(secret_).first(kSeedLength); }

  // Deterministic (RFC 8032 section 5.1.6).
  Signature Sign(ByteView message) const;

 private:
  SigningKey() = default;

  std::array<uint8_t, 64> secret_{};  // seed || public key
  PublicKey public_key_;
};

// Whether `signature` is valid for `message` under `key`. Thread-safe.
bool Verify(const PublicKey& key, ByteView message, const Signature& signature);

// Whether `key` may be enrolled: a canonical point of the main subgroup
// (crypto_core_ed25519_is_valid_point), so none of small order.
bool IsValidPublicKey(const PublicKey& key);

}  // namespace amanah::crypto

#endif  // AMANAH_LEDGER_CRYPTO_SIGNING_H_
