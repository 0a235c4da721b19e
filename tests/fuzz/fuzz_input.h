// Cuts the parts of a structured input out of the bytes that libFuzzer gives.
#ifndef AMANAH_TESTS_FUZZ_FUZZ_INPUT_H_
#define AMANAH_TESTS_FUZZ_FUZZ_INPUT_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "ledger/base/bytes.h"
#include "ledger/crypto/hash.h"

namespace amanah::testing_support {

// What is asked for beyond the end is left out, or zero.
class FuzzInput {
 public:
  FuzzInput(const uint8_t* data, size_t size) : rest_(data, size) {}

  bool empty() const { return rest_.empty(); }

  uint8_t Byte() {
    const std::string one = Bytes(1);
    return one.empty() ? 0 : static_cast<uint8_t>(one[0]);
  }
  uint64_t Number() {
    std::string bytes = Bytes(sizeof(uint64_t));
    bytes.resize(sizeof(uint64_t), '\0');
    return ReadBigEndian<uint64_t>(AsBytes(bytes));
  }
  crypto::Hash Hash() {
    std::string bytes = Bytes(crypto::kHashLength);
    bytes.resize(crypto::kHashLength, '\0');
    return *crypto::HashFromBytes(AsBytes(bytes));
  }
  std::string Bytes(size_t length_max) {
    const size_t length = std::min(length_max, rest_.size());
    std::string bytes(AsText(rest_.first(length)));
    rest_ = rest_.subspan(length);
    return bytes;
  }
  // Up to a zero byte, which is taken too.
  std::string Text() {
    const auto end = std::find(rest_.begin(), rest_.end(), uint8_t{0});
    std::string text = Bytes(static_cast<size_t>(end - rest_.begin()));
    (void)Bytes(1);
    return text;
  }
  std::string Rest() { return Bytes(rest_.size()); }

 private:
  ByteView rest_;
};

}  // namespace amanah::testing_support

#endif  // AMANAH_TESTS_FUZZ_FUZZ_INPUT_H_
