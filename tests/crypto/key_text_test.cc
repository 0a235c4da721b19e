#include "ledger/crypto/key_text.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/crypto/damage.h"
#include "tests/support/matchers.h"

namespace amanah::crypto {
namespace {

using absl::StatusCode;
using testing_support::BitFlips;
using testing_support::Fails;
using testing_support::Truncations;

// The least that libsodium allows, as tests need no protection.
constexpr PassphraseCost kCheap{1, 8192};

// 00 01 02 ... 1f
Secret TestSecret() {
  std::string bytes;
  for (char c = 0; c < 32; ++c) bytes.push_back(c);
  return *Secret::FromBytes(AsBytes(bytes));
}

// Both written by Python's hashlib and PyNaCl.
constexpr char kPlain[] =
    "amanah-key/v1\n"
    "kind: signing\n"
    "name: bank-a\n"
    "cipher: none\n"
    "secret: AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
    "check: b1ea6621\n";
constexpr char kBoxed[] =
    "amanah-key/v1\n"
    "kind: pseudonym\n"
    "name: epoch 1\n"
    "cipher: argon2id-xsalsa20poly1305\n"
    "salt: QEFCQ0RFRkdISUpLTE1OTw==\n"
    "opslimit: 1\n"
    "memlimit: 8192\n"
    "nonce: YGFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3\n"
    "secret: iRVnKtnuKNlvBgBZQ+dlRTjtcFUMa55KKsDqkurdzIaSI+4s6hWkNB8RuS3CqgCV"
    "\n"
    "check: 5f66cd84\n";
constexpr char kPassphrase[] = "correct horse";

TEST(KeyTextTest, FormatsAPlainKey) {
  const auto text = FormatKeyText({KeyKind::kSigning, "bank-a", TestSecret()},
                                  std::nullopt, kCheap);
  ASSERT_OK(text);
  EXPECT_EQ(*text, kPlain);
}

TEST(KeyTextTest, OpensAPlainKey) {
  const auto key = OpenKeyText(kPlain, "");
  ASSERT_OK(key);
  EXPECT_EQ(key->kind, KeyKind::kSigning);
  EXPECT_EQ(key->name, "bank-a");
  EXPECT_EQ(AsText(key->secret.view()), AsText(TestSecret().view()));
  EXPECT_FALSE(NeedsPassphrase(kPlain).value());
}

TEST(KeyTextTest, OpensAKeyUnderAPassphrase) {
  EXPECT_TRUE(NeedsPassphrase(kBoxed).value());
  const auto key = OpenKeyText(kBoxed, kPassphrase);
  ASSERT_OK(key);
  EXPECT_EQ(key->kind, KeyKind::kPseudonym);
  EXPECT_EQ(key->name, "epoch 1");
  EXPECT_EQ(AsText(key->secret.view()), AsText(TestSecret().view()));
}

TEST(KeyTextTest, RejectsAWrongPassphrase) {
  for (const char* wrong : {"", "correct hors", "correct horse "}) {
    EXPECT_THAT(OpenKeyText(kBoxed, wrong),
                Fails(StatusCode::kUnauthenticated, "passphrase"));
  }
}

TEST(KeyTextTest, OpensWhatItFormatsUnderAPassphrase) {
  const KeyFile key{KeyKind::kSalt, "salt of bank-a", TestSecret()};
  const auto text = FormatKeyText(key, kPassphrase, kCheap);
  ASSERT_OK(text);
  const auto opened = OpenKeyText(*text, kPassphrase);
  ASSERT_OK(opened);
  EXPECT_EQ(opened->kind, key.kind);
  EXPECT_EQ(opened->name, key.name);
  EXPECT_EQ(AsText(opened->secret.view()), AsText(key.secret.view()));
  // Fresh salt and nonce each time.
  EXPECT_NE(FormatKeyText(key, kPassphrase, kCheap).value(), *text);
}

TEST(KeyTextTest, FindsEveryTruncationAndBitFlip) {
  for (const std::string& text : {std::string(kPlain), std::string(kBoxed)}) {
    for (const auto& all : {Truncations(text), BitFlips(text)}) {
      for (const auto& damaged : all) {
        EXPECT_THAT(OpenKeyText(damaged.bytes, kPassphrase),
                    Fails(StatusCode::kDataLoss, "not a sound key file"))
            << damaged.what;
      }
    }
    EXPECT_THAT(OpenKeyText(text + "\n", kPassphrase),
                Fails(StatusCode::kDataLoss, "not a sound key file"));
  }
}

// Sound checks over unsound lines; each check is from Python's hashlib.
TEST(KeyTextTest, RejectsLinesThatTheFormatDoesNotHave) {
  const struct {
    const char* text;
    const char* message;
  } rows[] = {
      {"amanah-key/v2\n"
       "kind: signing\n"
       "name: bank-a\n"
       "cipher: none\n"
       "secret: AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
       "check: 8e2c1e0f\n",
       "first line"},
      {"amanah-key/v1\n"
       "kind: master\n"
       "name: bank-a\n"
       "cipher: none\n"
       "secret: AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
       "check: 04cb879a\n",
       "kind"},
      {"amanah-key/v1\n"
       "name: bank-a\n"
       "kind: signing\n"
       "cipher: none\n"
       "secret: AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
       "check: 854871a0\n",
       "kind"},
      {"amanah-key/v1\n"
       "kind: signing\n"
       "name: \n"
       "cipher: none\n"
       "secret: AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
       "check: 2c3ff1a2\n",
       "name"},
      {"amanah-key/v1\n"
       "kind: signing\n"
       "name:bank-a\n"
       "cipher: none\n"
       "secret: AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
       "check: 565b8835\n",
       "name"},
      {"amanah-key/v1\n"
       "kind: signing\n"
       "name: bank-a\n"
       "cipher: rot13\n"
       "secret: AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
       "check: d9453d9d\n",
       "cipher is unknown"},
      {"amanah-key/v1\n"
       "kind: signing\n"
       "name: bank-a\n"
       "cipher: none\n"
       "secret: AAECAw==\n"
       "check: 9cbd40d2\n",
       "secret"},
      {"amanah-key/v1\n"
       "kind: signing\n"
       "name: bank-a\n"
       "cipher: none\n"
       "secret: AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
       "note: x\n"
       "check: fd1164a2\n",
       "secret"},
      {"amanah-key/v1\n"
       "kind: signing\n"
       "name: bank-a\n"
       "cipher: none\n"
       "secret: AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9=\n"
       "check: 2e52e0c2\n",
       "secret"},
      {"amanah-key/v1\n"
       "kind: signing\n"
       "name: bank-a\n"
       "cipher: argon2id-xsalsa20poly1305\n"
       "salt: QEFCQ0RFRkdISUpLTE1OTw==\n"
       "opslimit: 01\n"
       "memlimit: 8192\n"
       "nonce: YGFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3\n"
       "secret: "
       "iRVnKtnuKNlvBgBZQ+dlRTjtcFUMa55KKsDqkurdzIaSI+4s6hWkNB8RuS3CqgCV\n"
       "check: eac376f3\n",
       "limits"},
      {"amanah-key/v1\n"
       "kind: signing\n"
       "name: bank-a\n"
       "cipher: argon2id-xsalsa20poly1305\n"
       "salt: QEFCQ0RFRkdISUpLTE1OTw==\n"
       "opslimit: 65\n"
       "memlimit: 8192\n"
       "nonce: YGFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3\n"
       "secret: "
       "iRVnKtnuKNlvBgBZQ+dlRTjtcFUMa55KKsDqkurdzIaSI+4s6hWkNB8RuS3CqgCV\n"
       "check: a39a04cb\n",
       "out of range"},
      {"amanah-key/v1\n"
       "kind: signing\n"
       "name: bank-a\n"
       "cipher: argon2id-xsalsa20poly1305\n"
       "salt: QEFCQ0RFRkdISUpLTE1OTw==\n"
       "opslimit: 1\n"
       "memlimit: 8191\n"
       "nonce: YGFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3\n"
       "secret: "
       "iRVnKtnuKNlvBgBZQ+dlRTjtcFUMa55KKsDqkurdzIaSI+4s6hWkNB8RuS3CqgCV\n"
       "check: 8967d072\n",
       "out of range"},
      {"amanah-key/v1\n"
       "kind: signing\n"
       "name: bank-a\n"
       "cipher: argon2id-xsalsa20poly1305\n"
       "salt: QEFCQ0RFRkdISUpLTE1OTw==\n"
       "opslimit: 1\n"
       "memlimit: 4294967297\n"
       "nonce: YGFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3\n"
       "secret: "
       "iRVnKtnuKNlvBgBZQ+dlRTjtcFUMa55KKsDqkurdzIaSI+4s6hWkNB8RuS3CqgCV\n"
       "check: 835a7653\n",
       "out of range"},
      {"amanah-key/v1\n"
       "kind: signing\n"
       "name: bank-a\n"
       "cipher: argon2id-xsalsa20poly1305\n"
       "salt: QEFCQ0RFRkdISUpLTE1OTw==\n"
       "opslimit: 1\n"
       "memlimit: 8192\n"
       "secret: "
       "iRVnKtnuKNlvBgBZQ+dlRTjtcFUMa55KKsDqkurdzIaSI+4s6hWkNB8RuS3CqgCV\n"
       "check: 7c0de00b\n",
       "lacks"},
  };
  for (const auto& row : rows) {
    EXPECT_THAT(OpenKeyText(row.text, kPassphrase),
                Fails(StatusCode::kDataLoss, row.message))
        << row.text;
  }
}

TEST(KeyTextTest, RefusesToFormatABadNameOrAnEmptyPassphrase) {
  for (const std::string& name : {std::string(), std::string("a\nb"),
                                  std::string(256, 'n'), std::string("\xff")}) {
    EXPECT_THAT(FormatKeyText({KeyKind::kSalt, name, TestSecret()},
                              std::nullopt, kCheap),
                Fails(StatusCode::kInvalidArgument, "name"));
  }
  EXPECT_THAT(FormatKeyText({KeyKind::kSalt, "n", TestSecret()}, "", kCheap),
              Fails(StatusCode::kInvalidArgument, "passphrase"));
  EXPECT_THAT(FormatKeyText({KeyKind::kSalt, "n", TestSecret()}, "p", {1, 1}),
              Fails(StatusCode::kInvalidArgument, "cost"));
}

}  // namespace
}  // namespace amanah::crypto
