#include "ledger/log/seal.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "ledger/log/note.h"
#include "tests/crypto/damage.h"
#include "tests/support/matchers.h"

namespace amanah::log {
namespace {

using testing_support::Fails;
constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

// Written by Python: genesis = H(0x00 || "entry 0"), root = H("batch root").
constexpr char kText[] =
    "amanah.batch/v1\n"
    "ledger.example/mojokerto\n"
    "dziFphNIniTOLPdhmdakI/BC5LvxLX7s7pEu8nbGVwE=\n"
    "bank-a\n"
    "1767225600\n"
    "4096\n"
    "emc7HHp5pCB+25zA8tztfFHcnDQatASKWQyEHOm/Mv4=\n";
// Signed by the seed 00 01 ... 1f, by PyNaCl.
constexpr char kSignatureLine[] =
    "\u2014 bank-a P5iQLkBQEZIuLmvBcnCx1xdkA2RpV9H3p3BjuUa37kXKov5l16VJpRlI/wN"
    "E1Qhf/iCI+hOzh5q1cCl8vmcNt7gtCgU=\n";

SealText TestSeal() {
  return {"ledger.example/mojokerto",
          LeafHash(AsBytes("entry 0")),
          "bank-a",
          1767225600,
          4096,
          crypto::Sha256(AsBytes("batch root"))};
}

TEST(SealTest, WritesItsSevenLines) {
  EXPECT_EQ(FormatSealText(TestSeal()), kText);
}

TEST(SealTest, ReadsItsSevenLines) {
  const auto seal = ParseSealText(kText);
  ASSERT_OK(seal);
  EXPECT_EQ(*seal, TestSeal());
}

TEST(SealTest, IsSignedAsANote) {
  std::string seed;
  for (char c = 0; c < 32; ++c) seed.push_back(c);
  const auto key = crypto::SigningKey::FromSeed(AsBytes(seed));
  const std::string note =
      FormatNote({kText, {SignText(kText, "bank-a", key)}});
  EXPECT_EQ(note, std::string(kText) + "\n" + kSignatureLine);
  EXPECT_OK(
      OpenNote(note, std::vector{MakeVerifierKey("bank-a", key.public_key())}));
}

TEST(SealTest, HasZerosForTheGenesisOfEntryZero) {
  SealText seal = TestSeal();
  seal.genesis = Hash{};
  const std::string text = FormatSealText(seal);
  EXPECT_NE(text.find("\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"),
            std::string::npos);
  EXPECT_EQ(ParseSealText(text).value(), seal);
}

TEST(SealTest, RejectsEveryTruncation) {
  for (const auto& damaged : testing_support::Truncations(kText)) {
    EXPECT_FALSE(ParseSealText(damaged.bytes).ok()) << damaged.what;
  }
}

TEST(SealTest, NeverReadsABitFlipAsTheSame) {
  for (const auto& damaged : testing_support::BitFlips(kText)) {
    const auto seal = ParseSealText(damaged.bytes);
    if (!seal.ok()) continue;
    EXPECT_FALSE(*seal == TestSeal()) << damaged.what;
    EXPECT_EQ(FormatSealText(*seal), damaged.bytes) << damaged.what;
  }
}

TEST(SealTest, RejectsFieldsOutsideTheirRange) {
  struct Row {
    size_t line;
    const char* value;
    const char* message;
  };
  const Row rows[] = {
      {0, "amanah.batch/v2", "begins"},
      {0, "amanah.key/v1", "begins"},
      {1, "nodot", "origin"},
      {1, "amanah.batch/v1", "origin"},
      {2, "AAAA", "line 3"},
      {2, "dziFphNIniTOLPdhmdakI/BC5LvxLX7s7pEu8nbGVwF=", "line 3"},
      {2, "dziFphNIniTOLPdhmdakI/BC5LvxLX7s7pEu8nbGVwE", "line 3"},
      {3, "", "author"},
      {3, "bank a", "author"},
      {4, "01767225600", "last second"},
      {4, "9223372036854775808", "last second"},
      {4, "", "last second"},
      {5, "0", "size"},
      {5, "4097", "size"},
      {5, "01", "size"},
      {5, "4294967297", "size"},
      {6, "emc7", "root"},
      {6, "emc7HHp5pCB+25zA8tztfFHcnDQatASKWQyEHOm/Mv5=", "root"},
  };
  for (const Row& row : rows) {
    std::vector<std::string> lines{
        "amanah.batch/v1",
        "ledger.example/mojokerto",
        "dziFphNIniTOLPdhmdakI/BC5LvxLX7s7pEu8nbGVwE=",
        "bank-a",
        "1767225600",
        "4096",
        "emc7HHp5pCB+25zA8tztfFHcnDQatASKWQyEHOm/Mv4="};
    lines[row.line] = row.value;
    std::string text;
    for (const std::string& line : lines) text += line + "\n";
    EXPECT_THAT(ParseSealText(text), Fails(kInvalid, row.message)) << text;
  }
  EXPECT_THAT(ParseSealText(std::string(kText) + "\n"),
              Fails(kInvalid, "seven lines"));
  EXPECT_THAT(ParseSealText(std::string(kText) + "x\n"),
              Fails(kInvalid, "seven lines"));
}

}  // namespace
}  // namespace amanah::log
