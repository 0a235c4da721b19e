#include "ledger/domain/money.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>

#include "tests/support/matchers.h"

namespace amanah::domain {
namespace {

using testing_support::Fails;

constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

TEST(MoneyTest, AddsUpToTheEndsOfTheRange) {
  EXPECT_EQ(Add({1}, {2}), Amount{3});
  EXPECT_EQ(Add({kMax - 1}, {1}), Amount{kMax});
  EXPECT_EQ(Add({kMin + 1}, {-1}), Amount{kMin});
  EXPECT_EQ(Add({kMax}, {kMin}), Amount{-1});
  EXPECT_EQ(Add({kMax}, {1}), std::nullopt);
  EXPECT_EQ(Add({kMin}, {-1}), std::nullopt);
}

TEST(MoneyTest, SubtractsDownToTheEndsOfTheRange) {
  EXPECT_EQ(Subtract({1}, {2}), Amount{-1});
  EXPECT_EQ(Subtract({kMin + 1}, {1}), Amount{kMin});
  EXPECT_EQ(Subtract({kMax - 1}, {-1}), Amount{kMax});
  EXPECT_EQ(Subtract({-1}, {kMin}), Amount{kMax});
  EXPECT_EQ(Subtract({kMin}, {1}), std::nullopt);
  EXPECT_EQ(Subtract({kMax}, {-1}), std::nullopt);
  EXPECT_EQ(Subtract({0}, {kMin}), std::nullopt);
}

TEST(MoneyTest, KnowsTheDecimalsOfCurrencies) {
  const struct {
    const char* code;
    std::optional<int> decimals;
    int64_t whole;
  } rows[] = {
      // First and last of each group as well: the tables are searched.
      {"IDR", 2, 100},    {"AED", 2, 100},    {"ZWL", 2, 100},
      {"JPY", 0, 1},      {"BIF", 0, 1},      {"XPF", 0, 1},
      {"KWD", 3, 1'000},  {"BHD", 3, 1'000},  {"TND", 3, 1'000},
      {"CLF", 4, 10'000}, {"UYW", 4, 10'000},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(CurrencyExponent(row.code), row.decimals) << row.code;
    EXPECT_EQ(MinorPerWhole(row.code), row.whole) << row.code;
  }
  // XAU, XTS and XXX are in ISO 4217, but no money has them.
  for (const char* code : {"", "ID", "IDRR", "idr", "Idr", "IDR ", "AAA", "ZZZ",
                           "XAU", "XTS", "XXX"}) {
    EXPECT_EQ(CurrencyExponent(code), std::nullopt) << code;
  }
}

TEST(MoneyTest, ParsesAmountsExactly) {
  const struct {
    const char* text;
    const char* currency;
    int64_t minor;
  } rows[] = {
      {"600000", "IDR", 60'000'000},
      {"600000.5", "IDR", 60'000'050},
      {"600000.50", "IDR", 60'000'050},
      {"0.01", "IDR", 1},
      {"-0.01", "IDR", -1},
      {"0", "IDR", 0},
      {"-0", "IDR", 0},
      {"0012", "IDR", 1'200},
      {"12", "JPY", 12},
      {"1.234", "KWD", 1'234},
      {"1.2345", "CLF", 12'345},
      {"92233720368547758.07", "IDR", kMax},
      {"-92233720368547758.08", "IDR", kMin},
      {"9223372036854775807", "JPY", kMax},
      {"-9223372036854775808", "JPY", kMin},
      {"-922337203685477.5808", "UYW", kMin},
  };
  for (const auto& row : rows) {
    const auto amount = ParseAmount(row.text, row.currency);
    ASSERT_OK(amount) << row.text;
    EXPECT_EQ(amount->minor, row.minor) << row.text;
  }
}

TEST(MoneyTest, ParsesNothingThatDoesNotConvert) {
  const struct {
    const char* text;
    const char* currency;
  } rows[] = {
      {"", "IDR"},
      {"-", "IDR"},
      {".", "IDR"},
      {".5", "IDR"},
      {"5.", "IDR"},
      {"+5", "IDR"},
      {"--5", "IDR"},
      {"5-", "IDR"},
      {"1,5", "IDR"},
      {"1.000.000", "IDR"},
      {" 5", "IDR"},
      {"5 ", "IDR"},
      {"5e3", "IDR"},
      {"0x5", "IDR"},
      {"1.005", "IDR"},
      {"1.5", "JPY"},
      {"1.0", "JPY"},
      {"1.2345", "KWD"},
      {"1.-5", "IDR"},
      {"1. 5", "IDR"},
      {"92233720368547758.08", "IDR"},
      {"-92233720368547758.09", "IDR"},
      {"9223372036854775808", "JPY"},
      {"-9223372036854775809", "JPY"},
      {"99999999999999999999999", "JPY"},
  };
  for (const auto& row : rows) {
    EXPECT_THAT(ParseAmount(row.text, row.currency),
                Fails(absl::StatusCode::kInvalidArgument, "is no amount of"))
        << row.text;
  }
  EXPECT_THAT(ParseAmount("5", "RPH"), Fails(absl::StatusCode::kInvalidArgument,
                                             "unknown currency \"RPH\""));
}

TEST(MoneyTest, FormatsAllDecimals) {
  EXPECT_EQ(FormatAmount({60'000'000}, "IDR"), "600000.00");
  EXPECT_EQ(FormatAmount({5}, "IDR"), "0.05");
  EXPECT_EQ(FormatAmount({-5}, "IDR"), "-0.05");
  EXPECT_EQ(FormatAmount({0}, "IDR"), "0.00");
  EXPECT_EQ(FormatAmount({99}, "IDR"), "0.99");
  EXPECT_EQ(FormatAmount({100}, "IDR"), "1.00");
  EXPECT_EQ(FormatAmount({12}, "JPY"), "12");
  EXPECT_EQ(FormatAmount({0}, "JPY"), "0");
  EXPECT_EQ(FormatAmount({1'234}, "KWD"), "1.234");
  EXPECT_EQ(FormatAmount({1}, "CLF"), "0.0001");
  EXPECT_EQ(FormatAmount({kMax}, "IDR"), "92233720368547758.07");
  EXPECT_EQ(FormatAmount({kMin}, "IDR"), "-92233720368547758.08");
  EXPECT_EQ(FormatAmount({kMin}, "JPY"), "-9223372036854775808");
}

TEST(MoneyTest, ParsesWhatItFormats) {
  for (const char* currency : {"IDR", "JPY", "KWD", "CLF"}) {
    for (const int64_t minor :
         {kMin, kMin + 1, int64_t{-101}, int64_t{-1}, int64_t{0}, int64_t{1},
          int64_t{9'999}, int64_t{10'000}, kMax - 1, kMax}) {
      const auto amount =
          ParseAmount(FormatAmount({minor}, currency), currency);
      ASSERT_OK(amount);
      EXPECT_EQ(amount->minor, minor) << currency;
    }
  }
}

}  // namespace
}  // namespace amanah::domain
