#include "ledger/domain/calendar.h"

#include <gtest/gtest.h>

#include <string>

namespace amanah::domain {
namespace {

TEST(CalendarTest, CountsMonthsFromYearZero) {
  EXPECT_EQ(ParseMonth("1900-01"), Month{22'800});
  EXPECT_EQ(ParseMonth("1900-12"), Month{22'811});
  EXPECT_EQ(ParseMonth("2026-01"), Month{24'312});
  EXPECT_EQ(ParseMonth("9999-12"), Month{119'999});
}

TEST(CalendarTest, ParsesNoOtherForm) {
  for (const char* text :
       {"", "2026", "2026-1", "2026-001", "2026-00", "2026-13", "1899-12",
        "0000-01", "10000-01", "2026/01", "2026-01 ", " 2026-01", "2026-0a",
        "202a-01", "-026-01", "2026-+1", "2026--1", "2026-01-01"}) {
    EXPECT_EQ(ParseMonth(text), std::nullopt) << text;
  }
}

TEST(CalendarTest, FormatsWhatItParses) {
  for (const char* text : {"1900-01", "1999-12", "2026-10", "9999-12"}) {
    EXPECT_EQ(FormatMonth(*ParseMonth(text)), text);
  }
  // Every month there is, so that none has two texts.
  for (int32_t index = 22'800; index <= 119'999; ++index) {
    ASSERT_EQ(ParseMonth(FormatMonth({index})), Month{index});
  }
}

TEST(CalendarTest, APeriodHoldsBothItsEnds) {
  const Period year{{24'312}, {24'323}};
  EXPECT_EQ(year.months(), 12);
  EXPECT_EQ((Period{{5}, {5}}).months(), 1);
  EXPECT_TRUE(year.Contains(year));
  EXPECT_TRUE(year.Contains({{24'312}, {24'312}}));
  EXPECT_TRUE(year.Contains({{24'323}, {24'323}}));
  EXPECT_FALSE(year.Contains({{24'311}, {24'323}}));
  EXPECT_FALSE(year.Contains({{24'312}, {24'324}}));
}

TEST(CalendarTest, KnowsTheLengthOfEachMonth) {
  const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  for (int month = 1; month <= 12; ++month) {
    EXPECT_EQ(DaysInMonth(2026, month), lengths[month - 1]) << month;
  }
  EXPECT_EQ(DaysInMonth(2028, 2), 29);
  EXPECT_EQ(DaysInMonth(2100, 2), 28);  // a century is no leap year
  EXPECT_EQ(DaysInMonth(2000, 2), 29);  // but every fourth is
}

TEST(CalendarTest, TellsDatesThatExist) {
  for (const char* text :
       {"1900-01-01", "2026-01-31", "2026-04-30", "2026-02-28", "2028-02-29",
        "2000-02-29", "9999-12-31"}) {
    EXPECT_TRUE(IsDate(text)) << text;
  }
  for (const char* text :
       {"",           "1899-12-31",  "10000-01-01", "2026-01-00", "2026-01-32",
        "2026-04-31", "2026-02-29",  "2100-02-29",  "1900-02-29", "2026-00-10",
        "2026-13-10", "2026-1-10",   "2026-01-1",   "2026-01-1a", "2026-01/10",
        "2026/01-10", "2026-01-10 ", "2026-01-10T", "20260110",   "10-01-2026",
        "2026-01--1", "2026-01-+1"}) {
    EXPECT_FALSE(IsDate(text)) << text;
  }
}

}  // namespace
}  // namespace amanah::domain
