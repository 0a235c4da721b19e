#include "ledger/base/text.h"

#include <gtest/gtest.h>

#include <limits>

namespace amanah {
namespace {

TEST(Utf8Test, TakesTheEndsOfEachRange) {
  for (const char* text :
       {"", "a", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf",
        "\xee\x80\x80", "\xef\xbf\xbf", "\xf0\x90\x80\x80",
        "\xf4\x8f\xbf\xbf"}) {
    EXPECT_TRUE(IsValidUtf8(text)) << text;
  }
}

TEST(Utf8Test, RefusesWhatLiesBeyondThem) {
  for (const char* text :
       {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc2", "\xc2\x41",
        "\xe0\x9f\xbf", "\xe0\xa0", "\xed\xa0\x80", "\xed\xbf\xbf",
        "\xf0\x8f\xbf\xbf", "\xf0\x90\x80", "\xf4\x90\x80\x80",
        "\xf5\x80\x80\x80", "\xff", "a\x80"}) {
    EXPECT_FALSE(IsValidUtf8(text)) << text;
  }
}

TEST(DecimalTest, TakesOneFormAndTheWholeRange) {
  EXPECT_EQ(ParseDecimal("0"), 0u);
  EXPECT_EQ(ParseDecimal("18446744073709551615"),
            std::numeric_limits<uint64_t>::max());
  for (const char* text : {"", "00", "01", "-1", "+1", " 1", "1 ", "1a",
                           "18446744073709551616", "99999999999999999999"}) {
    EXPECT_EQ(ParseDecimal(text), std::nullopt) << text;
  }
}

TEST(SplitTest, GivesEmptyPartsToo) {
  using Parts = std::vector<std::string_view>;
  EXPECT_EQ(Split("", ','), (Parts{""}));
  EXPECT_EQ(Split("a,,b,", ','), (Parts{"a", "", "b", ""}));
}

}  // namespace
}  // namespace amanah
