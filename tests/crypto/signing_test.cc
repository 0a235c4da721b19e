#include "ledger/crypto/signing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "ledger/base/base64.h"
#include "ledger/crypto/random.h"
#include "ledger/crypto/secret.h"
#include "tests/support/shared_files.h"

namespace amanah::crypto {
namespace {

std::string FromHex(const std::string& hex) { return DecodeHex(hex).value(); }

PublicKey KeyFromHex(const std::string& hex) {
  return PublicKeyFromBytes(AsBytes(FromHex(hex))).value();
}

TEST(SigningTest, SignsAsRfc8032Does) {
  AMANAH_SHARED_OR_SKIP(path, "vectors/ed25519/rfc8032_section7_1.json");
  for (const auto& row : testing_support::ReadJson(path)) {
    SCOPED_TRACE(row["name"].get<std::string>());
    const auto key = SigningKey::FromSeed(AsBytes(FromHex(row["secret"])));
    EXPECT_EQ(key.public_key(), KeyFromHex(row["public"]));
    EXPECT_TRUE(IsValidPublicKey(key.public_key()));
    const std::string message = FromHex(row["message"]);
    const Signature signature = key.Sign(AsBytes(message));
    EXPECT_EQ(EncodeHex(signature.view()), row["signature"]);
    EXPECT_TRUE(Verify(key.public_key(), AsBytes(message), signature));
    EXPECT_FALSE(Verify(key.public_key(), AsBytes(message + "x"), signature));
  }
}

TEST(SigningTest, AgreesWithWycheproof) {
  AMANAH_SHARED_OR_SKIP(path, "vectors/ed25519/wycheproof.json");
  int cases = 0;
  const auto file = testing_support::ReadJson(path);
  for (const auto& group : file["testGroups"]) {
    const PublicKey key = KeyFromHex(group["publicKey"]["pk"]);
    for (const auto& row : group["tests"]) {
      SCOPED_TRACE(row["tcId"].get<int>());
      ++cases;
      const std::string message = FromHex(row["msg"]);
      const auto signature = SignatureFromBytes(AsBytes(FromHex(row["sig"])));
      EXPECT_EQ(
          signature.has_value() && Verify(key, AsBytes(message), *signature),
          row["result"] == "valid");
    }
  }
  EXPECT_EQ(cases, 151);
}

TEST(SigningTest, RejectsASignatureWithAnyBitFlipped) {
  const auto key = SigningKey::FromSeed(AsBytes(std::string(32, 's')));
  const Signature good = key.Sign(AsBytes("message"));
  for (size_t i = 0; i < kSignatureLength * 8; ++i) {
    Signature bad = good;
    bad.bytes[i / 8] = static_cast<uint8_t>(bad.bytes[i / 8] ^ (1 << (i % 8)));
    EXPECT_FALSE(Verify(key.public_key(), AsBytes("message"), bad)) << i;
  }
}

// RFC 7748's points of small order and their like: a signature under such a key
// can be valid for many messages.
TEST(SigningTest, FindsKeysOfSmallOrderAndOffTheCurveInvalid) {
  for (const char* hex :
       {"0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "0200000000000000000000000000000000000000000000000000000000000000"}) {
    EXPECT_FALSE(IsValidPublicKey(KeyFromHex(hex))) << hex;
  }
}

TEST(SigningTest, WipesAKeyThatIsMovedFrom) {
  const std::string seed(32, 's');
  auto key = SigningKey::FromSeed(AsBytes(seed));
  EXPECT_EQ(AsText(key.seed()), seed);
  SigningKey other = SigningKey::Generate();
  other = std::move(key);
  EXPECT_EQ(AsText(other.seed()), seed);
  EXPECT_EQ(AsText(key.seed()),  // NOLINT(bugprone-use-after-move)
            std::string(32, '\0'));
  const SigningKey third(std::move(other));
  EXPECT_EQ(AsText(other.seed()),  // NOLINT(bugprone-use-after-move)
            std::string(32, '\0'));
  EXPECT_EQ(third.Sign(AsBytes("m")),
            SigningKey::FromSeed(AsBytes(seed)).Sign(AsBytes("m")));
}

TEST(SigningTest, GeneratesADifferentKeyEachTime) {
  std::set<PublicKey> keys;
  for (int i = 0; i < 20; ++i) keys.insert(SigningKey::Generate().public_key());
  EXPECT_EQ(keys.size(), 20U);
}

TEST(SecretTest, TakesExactly32BytesAndIsWipedWhenMovedFrom) {
  EXPECT_FALSE(Secret::FromBytes(AsBytes(std::string(31, 'a'))).has_value());
  auto secret = Secret::FromBytes(AsBytes(std::string(32, 'a')));
  ASSERT_TRUE(secret.has_value());
  const Secret taken = *std::move(secret);
  EXPECT_EQ(AsText(taken.view()), std::string(32, 'a'));
  EXPECT_EQ(AsText(secret->view()),  // NOLINT(bugprone-use-after-move)
            std::string(32, '\0'));
}

TEST(SecretTest, WipesAllOfATextsBuffer) {
  std::string text(100, 'x');
  text.resize(64);
  Wipe(&text);
  EXPECT_TRUE(text.empty());
  text.resize(text.capacity());
  EXPECT_TRUE(
      std::all_of(text.begin(), text.end(), [](char c) { return c == '\0'; }));
}

TEST(RandomTest, GivesAsManyBytesAsAskedNeverTheSame) {
  EXPECT_EQ(RandomBytes(0), "");
  EXPECT_EQ(RandomBytes(33).size(), 33U);
  EXPECT_NE(RandomBytes(32), RandomBytes(32));
}

}  // namespace
}  // namespace amanah::crypto
