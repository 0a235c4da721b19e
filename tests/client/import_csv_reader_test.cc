#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "client/import/csv_reader.h"
#include "tests/client/import_files.h"
#include "tests/support/matchers.h"

namespace amanah::client {
namespace {

using testing_support::Fails;
using testing_support::ImportFolder;
using Rows = std::vector<std::vector<std::string>>;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

// Every record, the header first; the test fails at an error.
Rows ReadAll(std::string_view text, const CsvOptions& options = {}) {
  const ImportFolder folder;
  const auto reader = CsvReader::Open(folder.Write("f.csv", text), options);
  EXPECT_OK(reader);
  if (!reader.ok()) return {};
  Rows rows = {(*reader)->columns()};
  CsvRecord record;
  while (true) {
    const auto more = (*reader)->Next(&record);
    EXPECT_OK(more);
    if (!more.ok() || !*more) return rows;
    rows.emplace_back(record.fields.begin(), record.fields.end());
  }
}

// The first error.
absl::Status FirstError(std::string_view text, const CsvOptions& options = {}) {
  const ImportFolder folder;
  const auto reader = CsvReader::Open(folder.Write("f.csv", text), options);
  if (!reader.ok()) return reader.status();
  CsvRecord record;
  while (true) {
    const auto more = (*reader)->Next(&record);
    if (!more.ok()) return more.status();
    if (!*more) return absl::OkStatus();
  }
}

TEST(CsvReaderTest, ReadsPlainAndQuotedFields) {
  EXPECT_EQ(ReadAll("a,b\n1,2\n\"x,\"\"y\"\"\",\"two\nlines\"\n"),
            (Rows{{"a", "b"}, {"1", "2"}, {"x,\"y\"", "two\nlines"}}));
}

TEST(CsvReaderTest, ReadsEveryDelimiterQuoteAndLineEnd) {
  const Rows want = {{"a", "b"}, {"1", "2"}};
  EXPECT_EQ(ReadAll("a;b\r\n1;2\r\n", {.delimiter = ';'}), want);
  EXPECT_EQ(ReadAll("a\tb\n1\t2", {.delimiter = '\t'}), want);
  EXPECT_EQ(ReadAll("a|'b'\r\n'1'|2", {.delimiter = '|', .quote = '\''}), want);
  EXPECT_EQ(ReadAll("a^b\n1^2\n", {.delimiter = '^'}), want);
  EXPECT_EQ(ReadAll("a,\"b\n1,2\n", {.quote = 0}),
            (Rows{{"a", "\"b"}, {"1", "2"}}));
}

TEST(CsvReaderTest, SkipsTheMarkRowsBeforeTheHeaderAndBlankLines) {
  const Rows want = {{"a", "b"}, {"1", "2"}};
  EXPECT_EQ(ReadAll("\xef\xbb\xbf\"a\",b\n1,2\n"), want);
  EXPECT_EQ(
      ReadAll("\xef\xbb\xbfReport, of\n\"May\n\na,b\n1,2\n", {.skip_rows = 3}),
      want);
  EXPECT_EQ(ReadAll("a,b\r\n\r\n\n1,2\n\n"), want);
}

TEST(CsvReaderTest, TrimsNamesAndValuesUnlessTheyAreDeclaredExact) {
  const std::string text = " LoanAmount ,b\n\" $149,800 \",\t2 \n";
  EXPECT_EQ(ReadAll(text), (Rows{{"LoanAmount", "b"}, {"$149,800", "2"}}));
  EXPECT_EQ(ReadAll(text, {.trim = false}),
            (Rows{{" LoanAmount ", "b"}, {" $149,800 ", "\t2 "}}));
}

TEST(CsvReaderTest, NamesTheColumnsOfAFileWithoutAHeader) {
  EXPECT_EQ(ReadAll("x,y\n1,2\n", {.header = false}),
            (Rows{{"1", "2"}, {"x", "y"}, {"1", "2"}}));
}

TEST(CsvReaderTest, ConvertsOlderEncodings) {
  EXPECT_EQ(ReadAll("M\xcas\nS\xe3o\n", {.encoding = Encoding::kLatin1}),
            (Rows{{"MÊs"}, {"São"}}));
  EXPECT_EQ(ReadAll("\x80\n\x93x\x94\n", {.encoding = Encoding::kWindows1252}),
            (Rows{{"€"}, {"“x”"}}));
}

TEST(CsvReaderTest, CountsRowsAsAnEditorCountsLines) {
  const ImportFolder folder;
  const auto reader = CsvReader::Open(
      folder.Write("f.csv", "skipped\na\n\"1\n2\"\n\n3\n"), {.skip_rows = 1});
  ASSERT_OK(reader);
  CsvRecord record;
  ASSERT_TRUE((*reader)->Next(&record).value());
  EXPECT_EQ(record.row, 3u);
  ASSERT_TRUE((*reader)->Next(&record).value());
  EXPECT_EQ(record.row, 6u);
}

TEST(CsvReaderTest, NamesFileRowAndColumnOfWhatItCannotRead) {
  const struct {
    std::string text;
    CsvOptions options;
    const char* want;
  } rows[] = {
      {"a,b\n1,2\n1,2,3\n", {}, "f.csv row 3: 3 fields where the header has 2"},
      {"a,b\n1\n", {}, "f.csv row 2: 1 fields where the header has 2"},
      {"1,2\n1\n",
       {.header = false},
       "f.csv row 2: 1 fields where the first row has 2"},
      {"a,b\n1,\"2\n3,4\n", {}, "f.csv row 2: field 2 has no closing quote"},
      {"a,b\n1,2\"\n", {}, "f.csv row 2: a quote inside the unquoted field 2"},
      {"a,b\n\"1\"x,2\n",
       {},
       "f.csv row 2: field 1 goes on after its closing quote"},
      {"a,b\n1,2\r3,4\n",
       {},
       "f.csv row 2: a carriage return without a line feed"},
      {std::string("a,b\n1,\0\n", 8), {}, "f.csv row 2: a NUL byte"},
      {"a,b\n1,S\xe3o\n",
       {},
       "f.csv row 2: column \"b\": the bytes are not utf-8"},
      {"a,b\n\x93,2\n",
       {.encoding = Encoding::kLatin1},
       "f.csv row 2: column \"a\": the bytes are not latin-1"},
      {"a,b\n\x81,2\n",
       {.encoding = Encoding::kWindows1252},
       "column \"a\": the bytes are not windows-1252"},
      {"M\xcas\n1\n", {}, "f.csv row 1: column 1: the bytes are not utf-8"},
      {"", {}, "f.csv row 1: the file has no rows"},
      {",\n1,2\n", {}, "f.csv row 1: the header names no column"},
      {"a\n", {.skip_rows = 2}, "fewer than the 2 rows to be skipped"},
      {"\xff\xfe"
       "a",
       {},
       "the file is UTF-16"},
      {"\xef\xbb\xbf"
       "a\n",
       {.encoding = Encoding::kLatin1},
       "begins with the mark of UTF-8 and is declared latin-1"},
      {"a\n\"" + std::string(2'000'000, 'x'),
       {},
       "longer than 1048576 bytes; is a closing quote missing?"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.want);
    EXPECT_THAT(FirstError(row.text, row.options), Fails(kInvalid, row.want));
  }
}

TEST(CsvReaderTest, GoesOnAfterARaggedRow) {
  const ImportFolder folder;
  const auto reader =
      CsvReader::Open(folder.Write("f.csv", "a,b\n1\n3,4\n"), {});
  ASSERT_OK(reader);
  CsvRecord record;
  EXPECT_THAT((*reader)->Next(&record), Fails(kInvalid, "row 2"));
  EXPECT_FALSE((*reader)->broken());
  ASSERT_TRUE((*reader)->Next(&record).value());
  EXPECT_EQ(record.fields[1], "4");
}

TEST(CsvReaderTest, ReadsFieldsThatCrossTheBuffersEnd) {
  std::string text = "a,b\n";
  Rows want = {{"a", "b"}};
  for (int i = 0; i < 40'000; ++i) {
    const std::string value(static_cast<size_t>(i % 23), 'x');
    text.append(value).append(",\"").append(value).append("\"\"\"\r\n");
    want.push_back({value, value + "\""});
  }
  EXPECT_EQ(ReadAll(text), want);
}

TEST(CsvReaderTest, AnAbsentFileIsNotFound) {
  EXPECT_THAT(CsvReader::Open("/nonexistent/f.csv", {}),
              Fails(absl::StatusCode::kNotFound, "no such file"));
}

}  // namespace
}  // namespace amanah::client
