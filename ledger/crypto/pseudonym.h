// Pseudonyms of persons and households: what stands in the ledger instead of a
// national number. Whoever lacks the key cannot try out all numbers. No message
// from here holds an identifier or a part of one.
#ifndef AMANAH_LEDGER_CRYPTO_PSEUDONYM_H_
#define AMANAH_LEDGER_CRYPTO_PSEUDONYM_H_

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ledger/base/bytes.h"

namespace amanah::crypto {

inline constexpr size_t kPseudonymLength = 33;
inline constexpr size_t kPseudonymKeyLength = 32;
inline constexpr unsigned kPseudonymSuiteHmac = 1;
inline constexpr unsigned kPseudonymEpochMax = 15;

// One byte of suite (high nibble) and epoch (low nibble), then 32 bytes.
struct Pseudonym {
  std::array<uint8_t, kPseudonymLength> bytes{};

  ByteView view() const { return bytes; }
  unsigned suite() const { return bytes[0] >> 4; }
  unsigned epoch() const { return bytes[0] & 15; }
  auto operator<=>(const Pseudonym&) const = default;

  template <typename H>
  friend H AbslHashValue(H state, const Pseudonym& pseudonym) {
    return H::combine_contiguous(std::move(state), pseudonym.bytes.data(),
                                 kPseudonymLength);
  }
};

// nullopt unless there are 33 bytes of suite 1 and an epoch of 1 to 15.
std::optional<Pseudonym> PseudonymFromBytes(ByteView bytes);

// Whether `scheme` may name a pseudonym domain: two letters a-z (a country), a
// dot, and 1 to 29 of a-z 0-9 - such as `id.nik`, `br.nis`.
bool IsValidScheme(std::string_view scheme);

// Whether `identifier` is in the one form that its scheme gives a pseudonym.
// INVALID_ARGUMENT says what is wrong otherwise.
//   id.nik  16 digits: province 11-99 and 4 digits of region, DDMMYY (women
//           DD+40) being a real date, serial from 0001
//   id.kk   the same with DD 01-31 (the day of recording)
//   others  1 to 128 bytes of UTF-8 without control characters
// Nothing is removed or added: spaces, dots and dashes are refused. 29 February
// passes in years that divide by four, since the century is not known. Says
// nothing of whether the number was ever given out.
absl::Status CheckIdentifier(std::string_view scheme,
                             std::string_view identifier);

// The pseudonym of suite 1: HMAC-SHA-256(key,
//   "amanah.pseudonym/v1\n" scheme "\n" identifier "\n")
// after the byte 0x10 | epoch. INVALID_ARGUMENT as CheckIdentifier, or when the
// epoch is not 1 to 15. Requires: key.size() == 32. Thread-safe.
absl::StatusOr<Pseudonym> MakePseudonym(ByteView key, unsigned epoch,
                                        std::string_view scheme,
                                        std::string_view identifier);

}  // namespace amanah::crypto

#endif  // AMANAH_LEDGER_CRYPTO_PSEUDONYM_H_
