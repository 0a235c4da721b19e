// Memory that holds a secret key, wiped when it is let go.
#ifndef AMANAH_LEDGER_CRYPTO_SECRET_H_
#define AMANAH_LEDGER_CRYPTO_SECRET_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "ledger/base/bytes.h"

namespace amanah::crypto {

// Overwrites with zeros; the compiler cannot leave it out.
void Wipe(std::span<uint8_t> bytes);
void Wipe(std::string* text);

// 32 secret bytes: a signing key's seed, a salt key or a pseudonym key.
// Move-only; what is moved from holds zeros. Not thread-safe to move; reading
// is.
class Secret {
 public:
  static constexpr size_t kLength = 32;

  // nullopt unless there are exactly 32 bytes.
  static std::optional<Secret> FromBytes(ByteView bytes);
  static Secret Generate();

  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret();

  // Lives as long as this object.
  ByteView view() const { return bytes_; }

 private:
  Secret() = default;

  std::array<uint8_t, kLength> bytes_{};
};

}  // namespace amanah::crypto

#endif  // AMANAH_LEDGER_CRYPTO_SECRET_H_
