// Damaged copies of bytes, for the sweeps over every decoder: each truncation
// and each single-bit flip.
#ifndef AMANAH_TESTS_CRYPTO_DAMAGE_H_
#define AMANAH_TESTS_CRYPTO_DAMAGE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"

namespace amanah::testing_support {

struct Damaged {
  std::string what;  // "cut at byte 3", "bit 2 of byte 3 flipped"
  std::string bytes;
};

inline std::vector<Damaged> Truncations(const std::string& bytes) {
  std::vector<Damaged> all;
  for (size_t i = 0; i < bytes.size(); ++i) {
    all.push_back({absl::StrFormat("cut at byte %d", i), bytes.substr(0, i)});
  }
  return all;
}

inline std::vector<Damaged> BitFlips(const std::string& bytes) {
  std::vector<Damaged> all;
  for (size_t i = 0; i < bytes.size() * 8; ++i) {
    std::string flipped = bytes;
    flipped[i / 8] = static_cast<char>(flipped[i / 8] ^ (1 << (i % 8)));
    all.push_back(
        {absl::StrFormat("bit %d of byte %d flipped", i % 8, i / 8), flipped});
  }
  return all;
}

}  // namespace amanah::testing_support

#endif  // AMANAH_TESTS_CRYPTO_DAMAGE_H_
