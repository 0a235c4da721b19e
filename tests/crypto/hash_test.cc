#include "ledger/crypto/hash.h"

#include <gtest/gtest.h>

#include <string>

#include "ledger/base/base64.h"

namespace amanah::crypto {
namespace {

std::string HexOf(const Hash& hash) { return EncodeHex(hash.view()); }

// 00 01 02 ... up to `length` bytes.
std::string Counting(size_t length) {
  std::string bytes;
  for (size_t i = 0; i < length; ++i) bytes.push_back(static_cast<char>(i));
  return bytes;
}

TEST(HashTest, GivesTheKnownAnswers) {
  const struct {
    std::string message;
    const char* want;
  } rows[] = {
      // FIPS 180-2 appendix B, then two from Python's hashlib.
      {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
      {"abc",
       "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
      {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
       "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
      {Counting(300),
       "7728ae2f2c36e2aaafbe79ca14c87ae2f89e7c88c4390ecbbf82dce88706958d"},
      {std::string(1000, 'a'),
       "41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.message.size());
    EXPECT_EQ(HexOf(Sha256(AsBytes(row.message))), row.want);
  }
}

TEST(HashTest, HashesPartsAsTheirConcatenation) {
  const std::string whole = Counting(150);
  const ByteView bytes = AsBytes(whole);
  for (size_t cut = 0; cut <= whole.size(); ++cut) {
    EXPECT_EQ(Sha256({bytes.first(cut), bytes.subspan(cut)}), Sha256(bytes));
  }
  EXPECT_EQ(Sha256({bytes.first(1), bytes.subspan(1, 0), bytes.subspan(1, 64),
                    bytes.subspan(65)}),
            Sha256(bytes));
}

TEST(HashTest, StreamsPiecesAndStartsAnew) {
  const std::string whole = Counting(1000);
  Sha256Stream stream;
  for (int round = 0; round < 2; ++round) {
    for (size_t at = 0; at < whole.size(); at += 7) {
      stream.Update(AsBytes(std::string_view(whole).substr(at, 7)));
    }
    EXPECT_EQ(stream.Finish(), Sha256(AsBytes(whole)));
  }
  EXPECT_EQ(stream.Finish(), Sha256(ByteView()));
}

TEST(HashTest, TakesExactly32Bytes) {
  const std::string bytes = Counting(33);
  EXPECT_FALSE(HashFromBytes(AsBytes(bytes)).has_value());
  EXPECT_FALSE(HashFromBytes(AsBytes(bytes).first(31)).has_value());
  const auto hash = HashFromBytes(AsBytes(bytes).first(32));
  ASSERT_TRUE(hash.has_value());
  EXPECT_EQ(hash->bytes[31], 31);
}

}  // namespace
}  // namespace amanah::crypto
