#include "ledger/crypto/signing.h"

#include <sodium.h>

#include "ledger/base/check.h"
#include "ledger/crypto/random.h"
#include "ledger/crypto/secret.h"

namespace amanah::crypto {

static_assert(kPublicKeyLength == crypto_sign_PUBLICKEYBYTES);
static_assert(kSignatureLength == crypto_sign_BYTES);
static_assert(kSeedLength == crypto_sign_SEEDBYTES);

std::optional<PublicKey> PublicKeyFromBytes(ByteView bytes) {
  PublicKey key;
  if (!CopyExact(bytes, &key.bytes)) return std::nullopt;
  return key;
}

std::optional<Signature> SignatureFromBytes(ByteView bytes) {
  Signature signature;
  if (!CopyExact(bytes, &signature.bytes)) return std::nullopt;
  return signature;
}

void InitCrypto() {
  static const bool ready = sodium_init() >= 0;
  AMANAH_CHECK(ready);
}

SigningKey SigningKey::FromSeed(ByteView seed) {
  AMANAH_CHECK(seed.size() == kSeedLength);
  InitCrypto();
  SigningKey key;
  static_assert(sizeof(key.secret_) == crypto_sign_SECRETKEYBYTES);
  crypto_sign_seed_keypair(key.public_key_.bytes.data(), key.secret_.data(),
                           seed.data());
  return key;
}

SigningKey SigningKey::Generate() {
  const Secret seed = Secret::Generate();
  return FromSeed(seed.view());
}

SigningKey::SigningKey(SigningKey&& other) noexcept
    : secret_(other.secret_), public_key_(other.public_key_) {
  Wipe(other.secret_);
}

SigningKey& SigningKey::operator=(SigningKey&& other) noexcept {
  if (this != &other) {
    secret_ = other.secret_;
    public_key_ = other.public_key_;
    Wipe(other.secret_);
  }
  return *this;
}

SigningKey::~SigningKey() { Wipe(secret_); }

Signature SigningKey::Sign(ByteView message) const {
  Signature signature;
  crypto_sign_detached(signature.bytes.data(), nullptr, message.data(),
                       message.size(), secret_.data());
  return signature;
}

bool Verify(const PublicKey& key, ByteView message,
            const Signature& signature) {
  InitCrypto();
  return crypto_sign_verify_detached(signature.bytes.data(), message.data(),
                                     message.size(), key.bytes.data()) == 0;
}

bool IsValidPublicKey(const PublicKey& key) {
  InitCrypto();
  return crypto_core_ed25519_is_valid_point(key.bytes.data()) == 1;
}

}  // namespace amanah::crypto
