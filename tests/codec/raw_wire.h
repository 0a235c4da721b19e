// Protobuf put together by hand, right or wrong; shares nothing with
// ledger/codec.
#ifndef AMANAH_TESTS_CODEC_RAW_WIRE_H_
#define AMANAH_TESTS_CODEC_RAW_WIRE_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace amanah::testing_support {

inline std::string Varint(uint64_t value) {
  std::string out;
  for (; value > 0x7f; value >>= 7) {
    out += static_cast<char>(0x80 | (value & 0x7f));
  }
  return out + static_cast<char>(value);
}

inline std::string Tag(uint32_t field, uint32_t wire_type) {
  return Varint(uint64_t{field} * 8 + wire_type);
}

inline std::string Number(uint32_t field, uint64_t value) {
  return Tag(field, 0) + Varint(value);
}

inline std::string Bytes(uint32_t field, const std::string& value) {
  return Tag(field, 2) + Varint(value.size()) + value;
}

// `bytes` with `from`, which must stand there once, replaced.
inline std::string Replaced(std::string bytes, const std::string& from,
                            const std::string& to) {
  const size_t at = bytes.find(from);
  EXPECT_NE(at, std::string::npos);
  EXPECT_EQ(bytes.find(from, at + 1), std::string::npos);
  if (at == std::string::npos) return bytes;
  return bytes.replace(at, from.size(), to);
}

}  // namespace amanah::testing_support

#endif  // AMANAH_TESTS_CODEC_RAW_WIRE_H_
