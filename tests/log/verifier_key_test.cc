#include "ledger/log/verifier_key.h"

#include <gtest/gtest.h>

#include <string>

#include "ledger/base/base64.h"
#include "tests/crypto/damage.h"
#include "tests/support/matchers.h"
#include "tests/support/shared_files.h"

namespace amanah::log {
namespace {

using testing_support::Fails;
constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

// The key of the seed 00 01 ... 1f, from Python's hashlib and PyNaCl.
constexpr char kText[] =
    "ledger.example/mojokerto+5b8f05cb+"
    "AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";
constexpr char kCosignerText[] =
    "ledger.example/mojokerto+89d7cf2c+"
    "BAOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";
constexpr char kKeyHex[] =
    "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8";

crypto::PublicKey TestKey() {
  return *crypto::PublicKeyFromBytes(AsBytes(DecodeHex(kKeyHex).value()));
}

TEST(VerifierKeyTest, WritesAKeyAsText) {
  const VerifierKey key =
      MakeVerifierKey("ledger.example/mojokerto", TestKey());
  EXPECT_EQ(key.id, 0x5b8f05cbU);
  EXPECT_EQ(FormatVerifierKey(key), kText);
}

TEST(VerifierKeyTest, ReadsWhatItWrites) {
  const auto key = ParseVerifierKey(kText);
  ASSERT_OK(key);
  EXPECT_EQ(*key, MakeVerifierKey("ledger.example/mojokerto", TestKey()));
  EXPECT_EQ(Ed25519KeyOf(*key), TestKey());
}

TEST(VerifierKeyTest, KeepsTheTypeOfACosignersKey) {
  const auto key = ParseVerifierKey(kCosignerText);
  ASSERT_OK(key);
  EXPECT_EQ(key->type, kTypeEd25519Cosignature);
  EXPECT_EQ(Ed25519KeyOf(*key), TestKey());
  EXPECT_EQ(FormatVerifierKey(*key), kCosignerText);
}

TEST(VerifierKeyTest, KeepsAKeyThatItCannotUse) {
  VerifierKey key{"w", 0, kTypeMlDsa44Cosignature, std::string(1312, 'm')};
  key.id = KeyId(key.name, key.type, AsBytes(key.public_key));
  const auto parsed = ParseVerifierKey(FormatVerifierKey(key));
  ASSERT_OK(parsed);
  EXPECT_EQ(*parsed, key);
  EXPECT_FALSE(Ed25519KeyOf(*parsed).has_value());
}

TEST(VerifierKeyTest, AgreesWithTheSharedVectors) {
  AMANAH_SHARED_OR_SKIP(path, "vectors/notes/signed_note.json");
  const auto file = testing_support::ReadJson(path);
  for (const std::string text : {file["vkeys"]["peter"], file["vkeys"]["enoch"],
                                 file["c2sp_example"]["vkey"]}) {
    const auto key = ParseVerifierKey(text);
    ASSERT_OK(key);
    EXPECT_EQ(FormatVerifierKey(*key), text);
  }
  for (const std::string text : file["vkeys"]["bad"]) {
    EXPECT_THAT(ParseVerifierKey(text), Fails(kInvalid, "")) << text;
  }
}

TEST(VerifierKeyTest, RejectsEveryTruncationAndBitFlip) {
  const std::string text = kText;
  for (const auto& damaged : testing_support::Truncations(text)) {
    EXPECT_FALSE(ParseVerifierKey(damaged.bytes).ok()) << damaged.what;
  }
  for (const auto& damaged : testing_support::BitFlips(text)) {
    EXPECT_FALSE(ParseVerifierKey(damaged.bytes).ok()) << damaged.what;
  }
}

TEST(VerifierKeyTest, RejectsWhatIsNoKey) {
  const struct {
    std::string text;
    const char* message;
  } rows[] = {
      {"", "parts"},
      {"name", "parts"},
      {"name+5b8f05cb", "parts"},
      {"+5b8f05cb+AQ==", "name"},
      {"na me+5b8f05cb+AQ==", "name"},
      {"name+5b8f05c+AQAA", "id"},
      {"name+5B8F05CB+AQAA", "id"},
      {"name+5b8f05cb+AQ==", "type and a key"},
      {"name+5b8f05cb+AQA", "type and a key"},
      {"name+5b8f05cb+AQAA", "its id is"},
  };
  for (const auto& row : rows) {
    EXPECT_THAT(ParseVerifierKey(row.text), Fails(kInvalid, row.message))
        << row.text;
  }
  // Of small order, though its id is right.
  const VerifierKey zero = MakeVerifierKey("name", crypto::PublicKey{});
  EXPECT_THAT(ParseVerifierKey(FormatVerifierKey(zero)),
              Fails(kInvalid, "point"));
}

TEST(VerifierKeyTest, KnowsWhichNamesMayStandInANote) {
  for (const char* name : {"a", "ledger.example/x", "bank_a-1", "Bj\u00f6rn"}) {
    EXPECT_TRUE(IsValidKeyName(name)) << name;
  }
  EXPECT_TRUE(IsValidKeyName(std::string(255, 'n')));
  EXPECT_FALSE(IsValidKeyName(std::string(256, 'n')));
  for (const char* name :
       {"", "a b", "a+b", "a\nb", "a\tb", "\x7f", "a\u00a0", "\u2028", "\u3000",
        "a\u0085", "\u2003z", "\xff", "\xc3"}) {
    EXPECT_FALSE(IsValidKeyName(name)) << name;
  }
}

}  // namespace
}  // namespace amanah::log
