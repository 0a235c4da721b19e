// Unpredictable bytes, for nonces, salts and keys. Nothing that an entry's
// outcome depends on may come from here.
#ifndef AMANAH_LEDGER_CRYPTO_RANDOM_H_
#define AMANAH_LEDGER_CRYPTO_RANDOM_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace amanah::crypto {

// Fills `out` from the kernel's generator. Thread-safe.
void FillRandom(std::span<uint8_t> out);

// `length` such bytes.
std::string RandomBytes(size_t length);

}  // namespace amanah::crypto

#endif  // AMANAH_LEDGER_CRYPTO_RANDOM_H_
