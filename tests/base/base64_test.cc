#include "ledger/base/base64.h"

#include <gtest/gtest.h>

namespace amanah {
namespace {

// RFC 4648 section 10.
TEST(Base64Test, AgreesWithThePublishedExamples) {
  const struct {
    const char* plain;
    const char* text;
  } rows[] = {{"", ""},
              {"f", "Zg=="},
              {"fo", "Zm8="},
              {"foo", "Zm9v"},
              {"foob", "Zm9vYg=="},
              {"fooba", "Zm9vYmE="},
              {"foobar", "Zm9vYmFy"}};
  for (const auto& row : rows) {
    EXPECT_EQ(EncodeBase64(AsBytes(row.plain)), row.text);
    EXPECT_EQ(DecodeBase64(row.text), row.plain);
  }
}

TEST(Base64Test, GivesEachValueOneText) {
  for (const char* text :
       {"Zg", "Zg=", "Zh==", "Zm9=", "Z===", "====", "Zg==\n",
        " Zg==", "Zg==Zg==", "Z-8=", "Zm8=Zm9v", "=m8="}) {
    EXPECT_EQ(DecodeBase64(text), std::nullopt) << text;
  }
}

TEST(Base64Test, CarriesEveryByte) {
  std::string all;
  for (int i = 0; i < 256; ++i) all.push_back(static_cast<char>(i));
  EXPECT_EQ(DecodeBase64(EncodeBase64(AsBytes(all))), all);
  EXPECT_EQ(DecodeHex(EncodeHex(AsBytes(all))), all);
}

TEST(HexTest, TakesLowerCaseInPairsOnly) {
  EXPECT_EQ(DecodeHex("00ff"), std::string("\x00\xff", 2));
  for (const char* text : {"0", "0F", "0g", "00 ", "0x00"}) {
    EXPECT_EQ(DecodeHex(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace amanah
