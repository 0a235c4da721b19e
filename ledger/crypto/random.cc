#include "ledger/crypto/random.h"

#include <sodium.h>

#include "ledger/crypto/signing.h"

namespace amanah::crypto {

void FillRandom(std::span<uint8_t> out) {
  InitCrypto();
  randombytes_buf(out.data(), out.size());
}

std::string RandomBytes(size_t length) {
  std::string bytes(length, '\0');
  FillRandom({reinterpret_cast<uint8_t*>(bytes.data()), bytes.size()});
  return bytes;
}

}  // namespace amanah::crypto
