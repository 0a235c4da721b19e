#include "ledger/crypto/hmac.h"

#include <sodium.h>

#include <algorithm>

#include "ledger/base/check.h"
#include "ledger/crypto/signing.h"

namespace amanah::crypto {

static_assert(kHmacKeyLength == crypto_auth_hmacsha256_KEYBYTES);

Mac HmacSha256(ByteView key, ByteView message) {
  AMANAH_CHECK(key.size() == kHmacKeyLength);
  InitCrypto();
  Mac mac;
  static_assert(sizeof(mac) == crypto_auth_hmacsha256_BYTES);
  crypto_auth_hmacsha256(mac.data(), message.data(), message.size(),
                         key.data());
  return mac;
}

Salt16 StatementSalt(ByteView salt_key, std::string_view reference) {
  const Mac mac = HmacSha256(salt_key, AsBytes(reference));
  Salt16 salt;
  std::copy_n(mac.begin(), salt.size(), salt.begin());
  return salt;
}

}  // namespace amanah::crypto
