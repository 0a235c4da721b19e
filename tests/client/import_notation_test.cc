#include <gtest/gtest.h>

#include "client/import/notation.h"
#include "tests/support/matchers.h"

namespace amanah::client {
namespace {

using testing_support::Fails;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

const AmountNotation kPoint = {
    .decimal = '.', .thousands = 0, .currency_signs = {}};
const AmountNotation kBrazil = {
    .decimal = ',', .thousands = '.', .currency_signs = {"R$"}};
const AmountNotation kAmerica = {
    .decimal = '.', .thousands = ',', .currency_signs = {"$"}};
const AmountNotation kIndonesia = {
    .decimal = ',', .thousands = '.', .currency_signs = {"Rp.", "Rp", ",-"}};

TEST(AmountTest, ReadsWhatIsDeclaredExactly) {
  const struct {
    const char* text;
    const AmountNotation* notation;
    const char* currency;
    int64_t minor;
  } rows[] = {
      {"212,00", &kBrazil, "BRL", 21'200},
      {"R$ 1.234,5", &kBrazil, "BRL", 123'450},
      {"1234567,89", &kBrazil, "BRL", 123'456'789},
      {" $149,800 ", &kAmerica, "USD", 14'980'000},
      {"$1,234,567.80", &kAmerica, "USD", 123'456'780},
      {"-$5", &kAmerica, "USD", -500},
      {"$-5", &kAmerica, "USD", -500},
      {"Rp600.000", &kIndonesia, "IDR", 60'000'000},
      {"Rp. 600.000,00", &kIndonesia, "IDR", 60'000'000},
      {"600.000,-", &kIndonesia, "IDR", 60'000'000},
      {"600000", &kPoint, "IDR", 60'000'000},
      {"0000600000.5", &kPoint, "IDR", 60'000'050},
      {"500", &kPoint, "JPY", 500},
      {"1.234", &kPoint, "KWD", 1'234},
      {"92233720368547758.07", &kPoint, "BRL", INT64_MAX},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.text);
    const auto amount = ReadAmount(row.text, *row.notation, row.currency);
    ASSERT_OK(amount);
    EXPECT_EQ(amount->minor, row.minor);
  }
}

TEST(AmountTest, RefusesWhatIsNotExactWithoutShowingIt) {
  const struct {
    const char* text;
    const AmountNotation* notation;
    const char* currency;
    const char* want;
  } rows[] = {
      {"1.234,5", &kPoint, "BRL",
       "the amount has ',' behind its decimal sign '.'"},
      {"1.234,5", &kAmerica, "BRL",
       "the amount has ',' behind its decimal sign '.'"},
      {"1,234", &kPoint, "BRL",
       "the amount has ',', and the decimal sign is declared as '.'"},
      {"1.234,567", &kBrazil, "BRL", "the amount has 3 decimals, BRL has 2"},
      {"0.5", &kPoint, "JPY", "the amount has 1 decimals, JPY has 0"},
      {"12.34", &kBrazil, "BRL",
       "the amount has not three digits behind its last '.'"},
      {"1234.567", &kBrazil, "BRL",
       "the amount's groups are not of three digits"},
      {"1.23.456", &kBrazil, "BRL",
       "the amount's groups are not of three digits"},
      {".234", &kBrazil, "BRL", "the amount's groups are not of three digits"},
      {"", &kPoint, "BRL", "the amount is empty"},
      {"  ", &kPoint, "BRL", "the amount is empty"},
      {".50", &kPoint, "BRL", "no digits before or behind"},
      {"5.", &kPoint, "BRL", "no digits before or behind"},
      {"$", &kAmerica, "USD", "no digits before or behind"},
      {"$$5", &kAmerica, "USD", "the amount has '$'"},
      {"--5", &kPoint, "BRL", "the amount has '-'"},
      {"1e3", &kPoint, "BRL", "the amount has 'e'"},
      {"+5", &kPoint, "BRL", "the amount has '+'"},
      {"5 000", &kPoint, "BRL", "the amount has a character"},
      {"٥", &kPoint, "BRL", "the amount has a character"},
      {"92233720368547758.08", &kPoint, "BRL", "the amount is too large"},
      {"5", &kPoint, "XYZ", "its currency is not of ISO 4217"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.text);
    EXPECT_THAT(ReadAmount(row.text, *row.notation, row.currency),
                Fails(kInvalid, row.want));
  }
}

TEST(DateFormTest, ReadsMonthsAndDates) {
  const struct {
    const char* form;
    const char* text;
    const char* want;
  } rows[] = {
      {"YYYYMM", "202101", "2021-01"},
      {"YYYY-MM", "2021-12", "2021-12"},
      {"MM/YYYY", "03/2026", "2026-03"},
      {"M/YY", "3/26", "2026-03"},
      {"M/D/YY", "4/16/20", "2020-04-16"},
      {"M/D/YY", "04/06/20", "2020-04-06"},
      {"DD.MM.YYYY", "29.02.2024", "2024-02-29"},
      {"YYYYMMDD", "20260131", "2026-01-31"},
      {"D-M-YYYY", "1-2-2026", "2026-02-01"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.text);
    const auto form = DateForm::Parse(row.form);
    ASSERT_OK(form);
    const auto read = form->Read(row.text);
    ASSERT_OK(read);
    EXPECT_EQ(*read, row.want);
  }
}

TEST(DateFormTest, RefusesOtherTextAndDaysThatDoNotExist) {
  const struct {
    const char* form;
    const char* text;
    const char* want;
  } rows[] = {
      {"YYYYMM", "202113", "no such date or month, read as YYYYMM"},
      {"YYYYMM", "202100", "no such date or month"},
      {"YYYYMM", "2021-01", "no date or month of the form YYYYMM"},
      {"YYYYMM", "2021011", "no date or month of the form"},
      {"YYYYMM", "20211", "no date or month of the form"},
      {"YYYYMM", "", "no date or month of the form"},
      {"DD.MM.YYYY", "29.02.2023", "no such date or month"},
      {"DD.MM.YYYY", "1.02.2023", "no date or month of the form"},
      {"M/D/YY", "4/31/20", "no such date or month"},
      {"M/D/YY", "4/16/2020", "no date or month of the form"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.text);
    const auto form = DateForm::Parse(row.form);
    ASSERT_OK(form);
    EXPECT_THAT(form->Read(row.text), Fails(kInvalid, row.want));
  }
}

TEST(DateFormTest, RefusesFormsThatSayTooLittleOrTooMuch) {
  const struct {
    const char* form;
    const char* want;
  } rows[] = {
      {"YYYY", "has no year or no month"},
      {"MM", "has no year or no month"},
      {"YYYYMMYY", "names a part twice"},
      {"MMYYYYMM", "names a part twice"},
      {"YYYYMDD", "a number right behind an M or D of one or two digits"},
      {"YYYMM", "is not made of"},
      {"MMM YYYY", "is not made of"},
      {"yyyy-mm", "is not made of"},
      {"", "has no year or no month"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.form);
    EXPECT_THAT(DateForm::Parse(row.form), Fails(kInvalid, row.want));
  }
}

}  // namespace
}  // namespace amanah::client
