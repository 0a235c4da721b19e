// SHA-256, the only hash of the ledger. Knows nothing of leaves and nodes
// (ledger/log/merkle.h).
#ifndef AMANAH_LEDGER_CRYPTO_HASH_H_
#define AMANAH_LEDGER_CRYPTO_HASH_H_

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <utility>

#include "ledger/base/bytes.h"

namespace amanah::crypto {

inline constexpr size_t kHashLength = 32;

// A SHA-256 digest. Ordered and equal as its bytes; all zero unless set.
struct Hash {
  std::array<uint8_t, kHashLength> bytes{};

  ByteView view() const { return bytes; }
  auto operator<=>(const Hash&) const = default;

  template <typename H>
  friend H AbslHashValue(H state, const Hash& hash) {
    return H::combine_contiguous(std::move(state), hash.bytes.data(),
                                 kHashLength);
  }
};

// nullopt unless there are exactly 32 bytes.
std::optional<Hash> HashFromBytes(ByteView bytes);

// FIPS 180-4 SHA-256 of `message`; with parts, of their concatenation.
// Thread-safe.
Hash Sha256(ByteView message);
Hash Sha256(std::initializer_list<ByteView> parts);

// SHA-256 of a message that comes in pieces. Not thread-safe.
class Sha256Stream {
 public:
  Sha256Stream();
  Sha256Stream(const Sha256Stream&) = delete;
  Sha256Stream& operator=(const Sha256Stream&) = delete;

  void Update(ByteView piece);

  // The digest of all pieces; the stream then starts anew.
  Hash Finish();

 private:
  // libcrypto's context, whose header stays out of this one.
  alignas(8) std::array<uint8_t, 112> context_;
};

}  // namespace amanah::crypto

#endif  // AMANAH_LEDGER_CRYPTO_HASH_H_
