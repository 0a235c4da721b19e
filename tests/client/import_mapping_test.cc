#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "client/import/mapping.h"
#include "tests/support/matchers.h"
#include "tests/support/shared_files.h"

namespace amanah::client {
namespace {

using testing_support::Fails;

constexpr const char* kEntitlements = R"(
[file]
delimiter = ";"
quote = "'"
encoding = "latin-1"
skip_rows = 2
header = false
trim = false
decimal = ","
thousands = "."
currency_signs = ["R$"]
[only]
UF = ["AM", "AP"]
"A B" = "1"
[totals]
rows = 999
sum = "163145.00"
[ids]
key = "ids.key"
[ids.entitlement]
prefix = "bf-"
columns = ["NIS", {column = "MES", form = "YYYYMM"}]
[entitlement]
program = "bolsa-familia"
fiscal_year = 2021
region = "{UF}.{CODE}"
month = {value = "{MES}", form = "YYYYMM"}
currency = "BRL"
amount = "{VALOR}"
basis = "LEI-10836"
[entitlement.recipient]
scheme = "br.nis"
value = "{NIS}"
)";

constexpr const char* kDisbursements = R"(
[ids]
public = true
[ids.entitlement]
prefix = "e-"
columns = ["*"]
[ids.disbursement]
prefix = "d-"
[disbursement]
state = {value = "{ST}", values = {PAGO = "credited"}}
currency = "BRL"
amount = "{VALOR}"
value_date = "2021-01-31"
channel = "CARD"
)";

absl::StatusOr<Mapping> Parse(const std::string& toml) {
  return ParseMapping(toml, "m.toml", "/maps");
}

// The text with its first `from` replaced.
std::string With(std::string text, const std::string& from,
                 const std::string& to) {
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(MappingTest, ReadsEverySettingOfAFile) {
  const auto mapping = Parse(kEntitlements);
  ASSERT_OK(mapping);
  EXPECT_EQ(mapping->csv.delimiter, ';');
  EXPECT_EQ(mapping->csv.quote, '\'');
  EXPECT_EQ(mapping->csv.encoding, Encoding::kLatin1);
  EXPECT_EQ(mapping->csv.skip_rows, 2u);
  EXPECT_FALSE(mapping->csv.header);
  EXPECT_FALSE(mapping->csv.trim);
  EXPECT_EQ(mapping->notation.decimal, ',');
  EXPECT_EQ(mapping->notation.thousands, '.');
  EXPECT_EQ(mapping->notation.currency_signs, std::vector<std::string>{"R$"});
  ASSERT_EQ(mapping->only.size(), 2u);
  EXPECT_EQ(mapping->only[1].name, "UF");
  EXPECT_EQ(mapping->only[1].values, (std::vector<std::string>{"AM", "AP"}));
  EXPECT_EQ(mapping->totals.rows, 999u);
  EXPECT_EQ(mapping->totals.sum, "163145.00");
  EXPECT_EQ(mapping->id_key, "/maps/ids.key");
  EXPECT_TRUE(mapping->for_entitlements());
}

TEST(MappingTest, ReferencesAreMadeAsEntitlementsUnlessItSaysOtherwise) {
  const auto mapping = Parse(kEntitlements);
  ASSERT_OK(mapping);
  EXPECT_EQ(mapping->reference.prefix, "bf-");
  EXPECT_EQ(mapping->keys.size(), 1u);
}

TEST(MappingTest, DisbursementsTakeTheirKeysFromTheEntitlements) {
  const auto mapping = Parse(kDisbursements);
  ASSERT_OK(mapping);
  EXPECT_FALSE(mapping->id_key.has_value());
  const auto& fields = std::get<DisbursementFields>(mapping->fields);
  EXPECT_EQ(fields.entitlement.prefix, "e-");
  EXPECT_EQ(fields.disbursement.prefix, "d-");
  EXPECT_EQ(fields.end_to_end.prefix, "d-");
  EXPECT_EQ(mapping->reference.prefix, "d-");
  ASSERT_EQ(mapping->keys.size(), 1u);
  EXPECT_TRUE(mapping->keys[0].whole_row);
}

TEST(MappingTest, NamesLineAndKeyOfWhatIsWrong) {
  const std::string e = kEntitlements;
  const std::string d = kDisbursements;
  const struct {
    std::string toml;
    const char* want;
  } rows[] = {
      {"[file", "m.toml line 1: "},
      {"[\n", "m.toml line 1: "},
      {"[\xc3\xa9]", "m.toml line 1: "},
      {"", "m.toml line 1: ids is missing"},
      {With(e, "delimiter = \";\"", "delimiter = \";;\""),
       "m.toml line 3: file.delimiter is not one ASCII character"},
      {With(e, "delimiter = \";\"", "delimiter = \"'\""),
       "file.delimiter is empty or the same as quote"},
      {With(e, "latin-1", "ebcdic"),
       "m.toml line 5: file.encoding is none of utf-8, latin-1 and"},
      {With(e, "skip_rows = 2", "skip_rows = -2"),
       "file.skip_rows is negative"},
      {With(e, "skip_rows = 2", "skip_rows = \"2\""),
       "file.skip_rows is not a whole number"},
      {With(e, "trim = false", "trim = 0"), "file.trim is not true or false"},
      {With(e, "thousands = \".\"", "thousands = \",\""),
       "file.decimal and thousands are not two signs"},
      {With(e, "currency_signs = [\"R$\"]", "currency_signs = [\"\"]"),
       "file.currency_signs holds an empty sign"},
      {With(e, "trim = false", "strict = true"),
       "m.toml line 8: file.strict is no key of a mapping"},
      {With(e, "[\"AM\", \"AP\"]", "[]"), "only.UF holds no value"},
      {With(e, "rows = 999", "row = 999"), "totals.row is no key of a mapping"},
      {With(e, "key = \"ids.key\"", ""),
       "ids needs either the file of a key, or public = true"},
      {With(e, "key = \"ids.key\"", "key = \"ids.key\"\npublic = true"),
       "ids needs either the file of a key, or public = true"},
      {With(e, "prefix = \"bf-\"", "prefix = \"bf\""),
       "ids.entitlement has a prefix that is not of at most 16"},
      {With(e, "prefix = \"bf-\"", "prefix = \"a-prefix-too-long-\""),
       "ids.entitlement has a prefix that is not of at most 16"},
      {With(e, "columns = [\"NIS\", ", "columns = [\"*\", "),
       "ids.entitlement.columns has names beside *"},
      {With(e, "columns = [\"NIS\", {column = \"MES\", form = \"YYYYMM\"}]",
            "columns = []"),
       "ids.entitlement.columns names no column"},
      {With(e, "columns = [\"NIS\", {column = \"MES\", form = \"YYYYMM\"}]",
            ""),
       "ids.entitlement.columns is missing"},
      {With(e, "[ids.entitlement]", "[ids.disbursement]"),
       "ids.entitlement is missing"},
      {With(e, "{UF}.{CODE}", "{UF}.{CODE"),
       "entitlement.region: the text \"{UF}.{CODE\" has a { without its }"},
      {With(e, "{UF}.{CODE}", "UF}"), "has a } without its {"},
      {With(e, "{UF}.{CODE}", "{}"), "has no column between { and }"},
      {With(e, "form = \"YYYYMM\"}\ncurrency", "form = \"YYYY\"}\ncurrency"),
       "entitlement.month.form: the date form \"YYYY\" has no year or no"},
      {With(e, "basis = \"LEI-10836\"", ""), "entitlement.basis is missing"},
      {With(e, "basis = \"LEI-10836\"", "basis = 1.5"),
       "entitlement.basis is neither a text nor a table with one"},
      {With(e, "scheme = \"br.nis\"", "scheme = \"nis\""),
       "entitlement.recipient.scheme is neither id.nik, id.kk nor"},
      {With(e, "scheme = \"br.nis\"", ""),
       "entitlement.recipient.scheme is missing"},
      {e + "[disbursement]\n", "one of [entitlement] and [disbursement]"},
      {With(d, "[disbursement]", "[payments]"),
       "one of [entitlement] and [disbursement]"},
      {With(d, "prefix = \"d-\"", "prefix = \"longer.than-"), "m.toml line"},
      {With(d, "prefix = \"d-\"", "prefix = \"payment-\""),
       "ids.end_to_end has a prefix that is not of at most 7"},
      {With(d, "prefix = \"e-\"\ncolumns = [\"*\"]", "value = \"{E}\""),
       "ids.disbursement.columns is missing"},
      {With(d, "PAGO = \"credited\"", "PAGO = 1"),
       "disbursement.state.values holds what is no text"},
      {With(d, "channel = \"CARD\"", ""), "disbursement.channel is missing"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.want);
    EXPECT_THAT(Parse(row.toml),
                Fails(absl::StatusCode::kInvalidArgument, row.want));
  }
}

// The text between "```toml" and "```".
std::vector<std::string> ExamplesOf(const std::string& markdown) {
  const std::string begin = "```toml\n";
  std::vector<std::string> examples;
  size_t at = markdown.find(begin);
  while (at != std::string::npos) {
    const size_t first = at + begin.size();
    const size_t end = markdown.find("```", first);
    examples.push_back(markdown.substr(first, end - first));
    at = markdown.find(begin, end);
  }
  return examples;
}

TEST(MappingTest, TheExamplesOfTheDocumentationAreMappings) {
  const auto examples =
      ExamplesOf(testing_support::ReadWholeFile("docs/import.md"));
  ASSERT_EQ(examples.size(), 2u);
  const auto grants = Parse(examples[0]);
  ASSERT_OK(grants);
  EXPECT_TRUE(grants->for_entitlements());
  const auto payments = Parse(examples[1]);
  ASSERT_OK(payments);
  EXPECT_FALSE(payments->for_entitlements());
}

TEST(MappingTest, AnAbsentFileIsNotFound) {
  EXPECT_THAT(ReadMapping("/nonexistent/m.toml"),
              Fails(absl::StatusCode::kNotFound, "no such mapping"));
}

}  // namespace
}  // namespace amanah::client
