// HMAC-SHA-256 (RFC 2104) and the salts of statements that are made with it.
#ifndef AMANAH_LEDGER_CRYPTO_HMAC_H_
#define AMANAH_LEDGER_CRYPTO_HMAC_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ledger/base/bytes.h"

namespace amanah::crypto {

inline constexpr size_t kHmacKeyLength = 32;
inline constexpr size_t kSaltLength = 16;

using Mac = std::array<uint8_t, 32>;
using Salt16 = std::array<uint8_t, kSaltLength>;

// Requires: key.size() == 32. Thread-safe.
Mac HmacSha256(ByteView key, ByteView message);

// The salt of an author's statement: the first 16 bytes of
// HMAC-SHA-256(salt_key, reference). The same on every run, so that a statement
// stays a pure function of its source. Requires: salt_key.size() == 32.
Salt16 StatementSalt(ByteView salt_key, std::string_view reference);

}  // namespace amanah::crypto

#endif  // AMANAH_LEDGER_CRYPTO_HMAC_H_
