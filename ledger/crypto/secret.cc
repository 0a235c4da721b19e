#include "ledger/crypto/secret.h"

#include <sodium.h>

#include "ledger/crypto/random.h"

namespace amanah::crypto {

void Wipe(std::span<uint8_t> bytes) {
  sodium_memzero(bytes.data(), bytes.size());
}

void Wipe(std::string* text) {
  // Up to the capacity: what was cut off a string is still in its buffer.
  text->resize(text->capacity());
  sodium_memzero(text->data(), text->size());
  text->clear();
}

std::optional<Secret> Secret::FromBytes(ByteView bytes) {
  Secret secret;
  if (!CopyExact(bytes, &secret.bytes_)) return std::nullopt;
  return secret;
}

Secret Secret::Generate() {
  Secret secret;
  FillRandom(secret.bytes_);
  return secret;
}

Secret::Secret(Secret&& other) noexcept : bytes_(other.bytes_) {
  Wipe(other.bytes_);
}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    bytes_ = other.bytes_;
    Wipe(other.bytes_);
  }
  return *this;
}

Secret::~Secret() { Wipe(bytes_); }

}  // namespace amanah::crypto
