#include "ledger/domain/identifier.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace amanah::domain {
namespace {

// The characters of all 256 that may stand in the middle of a text.
std::string Allowed(bool (*is)(std::string_view)) {
  std::string allowed;
  for (int c = 0; c < 256; ++c) {
    const std::string text = std::string("a") + static_cast<char>(c) + "a";
    if (is(text)) allowed += static_cast<char>(c);
  }
  return allowed;
}

constexpr char kLettersAndDigits[] =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";

TEST(IdentifierTest, HasTheAlphabetsOfTheProtocol) {
  const std::string with_underscore = kLettersAndDigits;
  std::string without = with_underscore;
  without.erase(without.find('_'), 1);
  EXPECT_EQ(Allowed(IsIdentifier), "-./" + with_underscore);
  EXPECT_EQ(Allowed(IsEndToEndId), "-./" + with_underscore);
  EXPECT_EQ(Allowed(IsCode), "-./" + without);
  EXPECT_EQ(Allowed(IsRegion), "-." + without);
}

TEST(IdentifierTest, BoundsLengths) {
  EXPECT_FALSE(IsIdentifier(""));
  EXPECT_TRUE(IsIdentifier("a"));
  EXPECT_TRUE(IsIdentifier(std::string(64, 'a')));
  EXPECT_FALSE(IsIdentifier(std::string(65, 'a')));
  EXPECT_FALSE(IsEndToEndId(""));
  EXPECT_TRUE(IsEndToEndId(std::string(35, 'a')));
  EXPECT_FALSE(IsEndToEndId(std::string(36, 'a')));
  EXPECT_FALSE(IsCode(""));
  EXPECT_TRUE(IsCode(std::string(35, 'a')));
  EXPECT_FALSE(IsCode(std::string(36, 'a')));
  EXPECT_FALSE(IsRegion(""));
  EXPECT_TRUE(IsRegion(std::string(35, 'a')));
  EXPECT_FALSE(IsRegion(std::string(36, 'a')));
}

// A run of 16 at every place of a text of every length; 15 are no run.
TEST(IdentifierTest, FindsSixteenDigitsInARowWhereverTheyStand) {
  for (size_t length = 16; length <= 64; ++length) {
    for (size_t at = 0; at + 16 <= length; ++at) {
      std::string text(length, 'x');
      text.replace(at, 16, 16, '7');
      ASSERT_TRUE(HasNationalNumber(text)) << text;
      ASSERT_FALSE(IsIdentifier(text)) << text;
      text[at + 15] = '-';
      ASSERT_FALSE(HasNationalNumber(text)) << text;
      ASSERT_TRUE(IsIdentifier(text)) << text;
    }
  }
  EXPECT_TRUE(HasNationalNumber(std::string(17, '0')));
  EXPECT_FALSE(HasNationalNumber(std::string(15, '0')));
  EXPECT_FALSE(HasNationalNumber("123456789012345.123456789012345"));
  EXPECT_FALSE(IsEndToEndId("E1234567890123456"));
  EXPECT_FALSE(IsCode("3576010101800001"));
  EXPECT_FALSE(IsRegion("35.3576010101800001"));
}

TEST(IdentifierTest, QuotesOnlyWhatMayBeShown) {
  EXPECT_EQ(Quoted(""), "\"\"");
  EXPECT_EQ(Quoted("a b~"), "\"a b~\"");
  EXPECT_EQ(Quoted("a\n\"\x7f\xc3\xa9"), "\"a?????\"");
  EXPECT_EQ(Quoted(std::string(80, 'a')), "\"" + std::string(80, 'a') + "\"");
  EXPECT_EQ(Quoted(std::string(81, 'a')),
            "\"" + std::string(80, 'a') + "...\"");
  EXPECT_EQ(Quoted("NIK 3576010101800001"), "(16 digits in a row)");
}

TEST(IdentifierTest, TakesSchemesOfACountry) {
  const std::string longest = "br." + std::string(29, 's');
  for (const auto is : {IsRecipientScheme, IsRegionScheme}) {
    for (const std::string_view good :
         {std::string_view("id.nik"), std::string_view("id.kk"),
          std::string_view("id.kemendagri"), std::string_view("br.nis-2"),
          std::string_view("br.s"), std::string_view(longest)}) {
      EXPECT_TRUE(is(good)) << good;
    }
    for (const char* bad :
         {"", "id", "id.", "i.nik", "idn.nik", "ID.nik", "id.Nik", "id.ni_k",
          "id/nik", "id.nik.x", "1d.nik", "id.nik ", ".nik"}) {
      EXPECT_FALSE(is(bad)) << bad;
    }
    EXPECT_FALSE(is(longest + "s"));
  }
}

TEST(IdentifierTest, SeparatesRegionPartsBySingleDots) {
  for (const char* good :
       {"35", "35.76", "35.76.02.1003", "SP", "a-b.c", "-"}) {
    EXPECT_TRUE(IsRegion(good)) << good;
  }
  for (const char* bad : {".", "35.", ".35", "35..76", "35/76", "35_76"}) {
    EXPECT_FALSE(IsRegion(bad)) << bad;
  }
}

TEST(IdentifierTest, FitsKemendagriCodesToTheirLevels) {
  for (const char* good : {"35", "35.76", "35.76.02", "35.76.02.1003"}) {
    EXPECT_TRUE(RegionFitsScheme(good, "id.kemendagri")) << good;
  }
  for (const char* bad : {"",
                          "3",
                          "357",
                          "35.",
                          "35.7",
                          "35.760",
                          "3576",
                          "35-76",
                          "35.76.",
                          "35.76.2",
                          "35.76.021",
                          "35.76.02.",
                          "35.76.02.100",
                          "35.76.02.10035",
                          "35.76.02-1003",
                          "35.76.02.1003.",
                          "35.76.02.1003.1",
                          "35.7a",
                          "a5",
                          "35.76.02.100a",
                          "35776.02.1003"}) {
    EXPECT_FALSE(RegionFitsScheme(bad, "id.kemendagri")) << bad;
  }
  EXPECT_TRUE(RegionFitsScheme("357", "br.ibge"));
  EXPECT_FALSE(RegionFitsScheme("35..7", "br.ibge"));
}

TEST(IdentifierTest, ARegionContainsWhatLiesBelowIt) {
  EXPECT_TRUE(RegionContains("", "35.76"));
  EXPECT_TRUE(RegionContains("", ""));
  EXPECT_TRUE(RegionContains("35.76", "35.76"));
  EXPECT_TRUE(RegionContains("35.76", "35.76.02"));
  EXPECT_TRUE(RegionContains("35.76", "35.76.02.1003"));
  EXPECT_FALSE(RegionContains("35.76", "35.7"));
  EXPECT_FALSE(RegionContains("35.76", "35.760"));
  EXPECT_FALSE(RegionContains("35.76", "35.78"));
  EXPECT_FALSE(RegionContains("35.76", "35"));
  EXPECT_FALSE(RegionContains("35.76", ""));
  EXPECT_FALSE(RegionContains("35.16", "35.76"));
}

}  // namespace
}  // namespace amanah::domain
