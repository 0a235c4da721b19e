#include "ledger/crypto/hmac.h"

#include <gtest/gtest.h>

#include <string>

#include "ledger/base/base64.h"

namespace amanah::crypto {
namespace {

// 00 01 02 ... 1f
std::string TestKey() {
  std::string key;
  for (char c = 0; c < 32; ++c) key.push_back(c);
  return key;
}

// Expected values from Python's hmac.
TEST(HmacTest, GivesTheKnownAnswer) {
  EXPECT_EQ(EncodeHex(HmacSha256(AsBytes(TestKey()), AsBytes("amanah"))),
            "9b8559fae02d45658f72f45a91ceb2d15e2ce8da66740157c5ef10629c25268c");
}

TEST(HmacTest, CutsAStatementsSaltTo16Bytes) {
  EXPECT_EQ(EncodeHex(StatementSalt(AsBytes(TestKey()), "PKH/2026/0001")),
            "ba2ade933b0642fa4d90fdda55c5016f");
}

TEST(HmacTest, SaltsDifferByReferenceAndKey) {
  const std::string key = TestKey();
  const std::string other_key(32, 'k');
  EXPECT_NE(StatementSalt(AsBytes(key), "A"), StatementSalt(AsBytes(key), "B"));
  EXPECT_NE(StatementSalt(AsBytes(key), "A"),
            StatementSalt(AsBytes(other_key), "A"));
}

TEST(HmacDeathTest, RequiresAKeyOf32Bytes) {
  const std::string key(31, 'k');
  EXPECT_DEATH(HmacSha256(AsBytes(key), AsBytes("x")), "check failed");
}

}  // namespace
}  // namespace amanah::crypto
