#include "ledger/base/bytes.h"

#include <gtest/gtest.h>

namespace amanah {
namespace {

TEST(BytesTest, WritesIntegersBigEndian) {
  std::string out;
  AppendBigEndian(&out, uint16_t{0x0102});
  AppendBigEndian(&out, uint32_t{0x03040506});
  AppendBigEndian(&out, uint64_t{0x0708090a0b0c0d0e});
  EXPECT_EQ(out, "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e");
  EXPECT_EQ(ReadBigEndian<uint16_t>(AsBytes(out)), 0x0102);
  EXPECT_EQ(ReadBigEndian<uint64_t>(AsBytes(out).subspan(6)),
            0x0708090a0b0c0d0eu);
}

TEST(BytesTest, CopiesOnlyTheExactLength) {
  std::array<uint8_t, 3> out{};
  EXPECT_TRUE(CopyExact(AsBytes("abc"), &out));
  EXPECT_EQ(AsText(out), "abc");
  EXPECT_FALSE(CopyExact(AsBytes("ab"), &out));
  EXPECT_FALSE(CopyExact(AsBytes("abcd"), &out));
}

}  // namespace
}  // namespace amanah
