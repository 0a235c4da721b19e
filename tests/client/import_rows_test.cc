#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/strings/str_format.h"
#include "client/import/planner.h"
#include "client/import/row_to_statement.h"
#include "ledger/base/base64.h"
#include "ledger/base/status.h"
#include "ledger/codec/statement_codec.h"
#include "ledger/domain/identifier.h"
#include "tests/client/import_files.h"
#include "tests/support/matchers.h"

namespace amanah::client {
namespace {

using domain::DisbursementReported;
using domain::EntitlementGranted;
using testing_support::Fails;
using testing_support::ImportFolder;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

constexpr const char* kGrants = R"(
[file]
delimiter = ";"
decimal = ","
[ids]
public = true
[ids.entitlement]
prefix = "bf-"
columns = ["MES", "NIS"]
[entitlement]
program = "bolsa-familia"
fiscal_year = {value = "{MES}", form = "YYYYMM"}
region = "{UF}.{CODE}"
month = {value = "{MES}", form = "YYYYMM"}
currency = "BRL"
amount = "{VALOR}"
basis = "LEI-10836"
[entitlement.recipient]
scheme = "br.nis"
value = "{NIS}"
)";

constexpr const char* kPayments = R"(
[file]
delimiter = ";"
decimal = ","
[ids]
public = true
[ids.entitlement]
prefix = "bf-"
columns = ["MES", "NIS"]
[ids.disbursement]
prefix = "pay-"
[disbursement]
state = {value = "{ST}", values = {PAGO = "credited", DEVOLVIDO = "returned"}}
currency = "BRL"
amount = "{VALOR}"
value_date = {value = "{DIA}", form = "DD/MM/YYYY"}
channel = "CARD"
reason_code = "{RC}"
)";

constexpr const char* kGrantRow =
    "MES;UF;CODE;NIS;VALOR\n"
    "202101;AM;0205;36479745237;212,00\n";
constexpr const char* kPaymentRow =
    "MES;NIS;VALOR;ST;DIA;RC\n"
    "202101;36479745237;212,00;PAGO;31/01/2021;\n";

// The text with its first `from` replaced.
std::string With(std::string text, std::string_view from, std::string_view to) {
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

crypto::Secret SecretOf(uint8_t first, uint8_t step) {
  std::string bytes;
  for (int i = 0; i < 32; ++i) {
    bytes.push_back(static_cast<char>(first + i * step));
  }
  return *crypto::Secret::FromBytes(AsBytes(bytes));
}

class RowsTest : public testing::Test {
 protected:
  absl::StatusOr<ImportSource> Source(std::string_view csv,
                                      std::string_view toml) {
    ImportSource source;
    source.file = folder_.Write("f.csv", csv);
    AMANAH_ASSIGN_OR_RETURN(source.mapping, ParseMapping(toml, "m.toml", ""));
    source.keys = {&pseudonym_key_, &id_key_};
    if (!source.mapping.id_key.has_value()) source.keys.ids = nullptr;
    source.salt_key = &salt_key_;
    return source;
  }

  absl::StatusOr<Survey> SurveyOf(std::string_view csv, std::string_view toml) {
    AMANAH_ASSIGN_OR_RETURN(const auto source, Source(csv, toml));
    return SurveyFile(source);
  }

  // All rows; the test fails at an error.
  std::vector<PlannedRow> Plan(std::string_view csv, std::string_view toml) {
    const auto source = Source(csv, toml);
    EXPECT_OK(source);
    if (!source.ok()) return {};
    const auto survey = SurveyFile(*source);
    EXPECT_OK(survey);
    if (!survey.ok()) return {};
    const auto planner = Planner::Open(*source, *survey);
    EXPECT_OK(planner);
    auto rows = (*planner)->NextWindow();
    EXPECT_OK(rows);
    return rows.ok() ? *std::move(rows) : std::vector<PlannedRow>();
  }

  EntitlementGranted GrantOf(std::string_view csv, std::string_view toml) {
    const auto rows = Plan(csv, toml);
    EXPECT_FALSE(rows.empty());
    if (rows.empty()) return {};
    return std::get<EntitlementGranted>(rows[0].row.body);
  }

  ImportFolder folder_;
  const crypto::Secret pseudonym_key_ = SecretOf(7, 0);
  const crypto::Secret id_key_ = SecretOf(0, 1);
  const crypto::Secret salt_key_ = SecretOf(9, 0);
};

std::vector<std::string> References(const std::vector<PlannedRow>& rows) {
  std::vector<std::string> references;
  references.reserve(rows.size());
  for (const PlannedRow& row : rows) references.push_back(row.row.reference);
  return references;
}

// Ids and pseudonyms below were computed in Python.
TEST_F(RowsTest, FillsEveryFieldOfAnEntitlement) {
  const auto rows = Plan(kGrantRow, kGrants);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].row.row, 2u);
  EXPECT_EQ(rows[0].row.reference, "bf-6qc894hh9j-1ka1r80jr2");
  const auto& body = std::get<EntitlementGranted>(rows[0].row.body);
  EXPECT_EQ(body.entitlement, "bf-6qc894hh9j-1ka1r80jr2");
  EXPECT_EQ(body.program, "bolsa-familia");
  EXPECT_EQ(body.fiscal_year, 2021u);
  EXPECT_EQ(body.appropriation_region, "");
  EXPECT_EQ(EncodeHex(body.recipient.view()),
            "1172fca7a4f3a1de5978709b3c2e1ad472"
            "fb992f19596372ab5370abd5b7d1c4bc");
  EXPECT_EQ(body.region, "AM.0205");
  EXPECT_EQ(domain::FormatMonth(body.months.first), "2021-01");
  EXPECT_EQ(domain::FormatMonth(body.months.last), "2021-01");
  EXPECT_EQ(body.currency, "BRL");
  EXPECT_EQ(body.amount.minor, 21'200);
  EXPECT_EQ(body.basis, "LEI-10836");
  const auto decoded = codec::DecodeStatement(AsBytes(rows[0].statement));
  ASSERT_OK(decoded);
  EXPECT_EQ(decoded->reference, rows[0].row.reference);
  EXPECT_EQ(decoded->body, rows[0].row.body);
}

TEST_F(RowsTest, FillsEveryFieldOfADisbursement) {
  const auto rows = Plan(kPaymentRow, kPayments);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].row.reference, "pay-6qc894hh9j-1ka1r80jr2.credited");
  const auto& body = std::get<DisbursementReported>(rows[0].row.body);
  EXPECT_EQ(body.disbursement, "pay-6qc894hh9j-1ka1r80jr2");
  EXPECT_EQ(body.entitlement, "bf-6qc894hh9j-1ka1r80jr2");
  EXPECT_EQ(body.end_to_end_id, "pay-6qc894hh9j-1ka1r80jr2");
  EXPECT_EQ(body.state, domain::DisbursementState::kCredited);
  EXPECT_EQ(body.amount.minor, 21'200);
  EXPECT_EQ(body.value_date, "2021-01-31");
  EXPECT_EQ(body.channel, "CARD");
  EXPECT_EQ(body.reason_code, "");
}

TEST_F(RowsTest, ALaterStateOfAPaymentHasItsOwnReferenceAndTheSameIds) {
  const std::string returned =
      With(With(kPaymentRow, "PAGO", "DEVOLVIDO"), "2021;\n", "2021;AC04\n");
  const auto rows = Plan(returned, kPayments);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].row.reference, "pay-6qc894hh9j-1ka1r80jr2.returned");
  const auto& body = std::get<DisbursementReported>(rows[0].row.body);
  EXPECT_EQ(body.disbursement, "pay-6qc894hh9j-1ka1r80jr2");
  EXPECT_EQ(body.reason_code, "AC04");
}

TEST_F(RowsTest, AKeyedIdIsMadeOfCanonicalValues) {
  const std::string keyed =
      With(With(kGrants, "public = true", "key = \"k\""), "\"MES\", \"NIS\"",
           "{column = \"MES\", form = \"YYYYMM\"}, \"NIS\"");
  EXPECT_EQ(GrantOf(kGrantRow, keyed).entitlement, "bf-1e2bb93a0n-j66rrbgf2s");
  // Another file writes the month in another way.
  EXPECT_EQ(
      GrantOf(With(kGrantRow, "202101;", "01/2021;"),
              With(With(With(keyed, "YYYYMM", "MM/YYYY"), "YYYYMM", "MM/YYYY"),
                   "YYYYMM", "MM/YYYY"))
          .entitlement,
      "bf-1e2bb93a0n-j66rrbgf2s");
}

TEST_F(RowsTest, AStarIsTheWholeRow) {
  const std::string whole =
      With(With(With(kGrants, "\"MES\", \"NIS\"", "\"*\""), "br.nis", "us.ppp"),
           "value = \"{NIS}\"", "value = \"*\"");
  const auto body = GrantOf(kGrantRow, whole);
  EXPECT_EQ(body.entitlement, "bf-51yxged4ss-0q2w914q3e");
  EXPECT_EQ(EncodeHex(body.recipient.view()),
            "116e06e0d3a1d5bd74386bb688bb99ebd4"
            "5d0223348a7eee6fc7156c413cd3e611");
}

TEST_F(RowsTest, RowsWithEqualKeysAreNumberedInTheOrderOfTheFile) {
  const std::string row = "202101;AM;0205;36479745237;212,00\n";
  const auto rows = Plan("MES;UF;CODE;NIS;VALOR\n" + row +
                             "202012;AM;0205;36479745237;212,00\n" + row + row,
                         kGrants);
  const auto references = References(rows);
  ASSERT_EQ(references.size(), 4u);
  EXPECT_EQ(references[0], "bf-6qc894hh9j-1ka1r80jr2");
  EXPECT_EQ(references[2], "bf-6qc894hh9j-1ka1r80jr2.n2");
  EXPECT_EQ(references[3], "bf-6qc894hh9j-1ka1r80jr2.n3");
}

TEST_F(RowsTest, AFilterLeavesRowsOutAndNoNumberChanges) {
  const std::string csv =
      "MES;UF;CODE;NIS;VALOR\n"
      "202101;AM;0205;36479745237;212,00\n"
      "202101;AP;0613;36479745237;212,00\n"
      "202101;BA;0613;36479745237;x\n";
  // The state is no key column: the row that is left out still counts.
  const std::string only_ap = std::string("[only]\nUF = \"AP\"\n") + kGrants;
  EXPECT_EQ(References(Plan(csv, only_ap)),
            std::vector<std::string>{"bf-6qc894hh9j-1ka1r80jr2.n2"});
  const std::string two =
      std::string("[only]\nUF = [\"AM\", \"AP\"]\n") + kGrants;
  EXPECT_EQ(Plan(csv, two).size(), 2u);
  // Where it is one, a file of these rows alone gives the same ids.
  const std::string keyed_by_state = With(only_ap, "\"MES\",", "\"UF\",");
  const std::string alone =
      "MES;UF;CODE;NIS;VALOR\n202101;AP;0613;36479745237;212,00\n";
  EXPECT_EQ(References(Plan(csv, keyed_by_state)),
            References(Plan(alone, keyed_by_state)));
}

TEST_F(RowsTest, AttemptsHaveReferencesAndSaltsOfTheirOwn) {
  const auto rows = Plan(kGrantRow, kGrants);
  ASSERT_EQ(rows.size(), 1u);
  const auto second = EncodeAttempt(rows[0].row, 2, salt_key_);
  ASSERT_OK(second);
  const auto first = codec::DecodeStatement(AsBytes(rows[0].statement));
  const auto decoded = codec::DecodeStatement(AsBytes(*second));
  ASSERT_OK(decoded);
  EXPECT_EQ(decoded->reference, "bf-6qc894hh9j-1ka1r80jr2.a2");
  EXPECT_EQ(decoded->body, rows[0].row.body);
  EXPECT_NE(decoded->salt, first->salt);
}

TEST_F(RowsTest, TwoReadingsOfAFileGiveTheSameBytes) {
  EXPECT_EQ(Plan(kGrantRow, kGrants)[0].statement,
            Plan(kGrantRow, kGrants)[0].statement);
}

TEST_F(RowsTest, GrantsHouseholdsWithTheMembersThatARowNames) {
  const std::string toml = R"(
[ids]
public = true
[ids.entitlement]
columns = ["KK"]
[entitlement]
program = "pkh"
fiscal_year = 2026
appropriation_region = "35.76"
region = "{REGION}"
first_month = "2026-01"
last_month = "2026-03"
currency = "IDR"
amount = "{AMOUNT}"
basis = "SK-1"
recipient = {scheme = "id.nik", value = "{NIK}"}
household = {scheme = "id.kk", value = "{KK}"}
members = [{scheme = "id.nik", value = "{M1}"},
           {scheme = "id.nik", value = "{M2}"}]
)";
  const auto body = GrantOf(
      "KK,NIK,M1,M2,REGION,AMOUNT\n"
      "3576020101200001,3576026504850002,3576020101100003,,35.76.02,600000\n",
      toml);
  EXPECT_TRUE(body.household.has_value());
  EXPECT_EQ(body.members.size(), 1u);
  EXPECT_EQ(body.months.months(), 3);
  EXPECT_EQ(body.appropriation_region, "35.76");
}

TEST_F(RowsTest, NamesFileRowAndColumnAndNeverAValue) {
  const std::string row = kGrantRow;
  const struct {
    std::string csv;
    std::string toml;
    const char* want;
  } rows[] = {
      {With(row, "212,00", "1.234,5"), With(kGrants, "decimal = \",\"", ""),
       "f.csv row 2 column \"VALOR\": the amount has ',' behind its decimal "
       "sign '.'"},
      {With(row, "212,00", "-1"), kGrants, "the amount is not positive"},
      {With(row, "212,00", "0"), kGrants, "the amount is not positive"},
      {With(row, "202101", "202113"), kGrants,
       "f.csv row 2 column \"MES\": no such date or month, read as YYYYMM"},
      {With(row, ";36479745237", ";"), kGrants, "f.csv row 2 column \"NIS\": "},
      {row, With(kGrants, "br.nis", "id.nik"), "f.csv row 2 column \"NIS\": "},
      {With(row, "0205", "02 05"), kGrants,
       "f.csv row 2 column \"UF\", \"CODE\": region is not a region code"},
      {With(row, "AM", ""), kGrants, "region is not a region code"},
      {row, With(kGrants, "\"bolsa-familia\"", "\"{UF} 1\""),
       "f.csv row 2 column \"UF\": program is not 1 to 64 of"},
      {row, With(kGrants, "\"BRL\"", "\"XYZ\""),
       "f.csv row 2 field currency: currency is not a code of ISO 4217"},
      {row, With(kGrants, "LEI-10836", "LEI 10836"),
       "f.csv row 2 field basis: basis is not 1 to 35 of"},
      {row, With(kGrants, "LEI-10836", ""), "field basis: no basis"},
      {row,
       With(kGrants, "fiscal_year = {value = \"{MES}\", form = \"YYYYMM\"}",
            "fiscal_year = \"{NIS}\""),
       "column \"NIS\": fiscal_year is not 1900 to 9999"},
      {row,
       With(kGrants, "month = {value = \"{MES}\", form = \"YYYYMM\"}",
            "month = \"{MES}\""),
       "column \"MES\": first_month is no month YYYY-MM"},
      {row,
       With(kGrants, "month = {value = \"{MES}\", form = \"YYYYMM\"}",
            "first_month = \"2021-02\"\nlast_month = \"2021-01\""),
       "field last_month: last_month is before first_month"},
      {row,
       With(kGrants, "month = {value = \"{MES}\", form = \"YYYYMM\"}",
            "first_month = \"2021-02\"\nlast_month = \"2025-01\""),
       "field entitlement_granted.last_month breaks its form"},
      {With(row, ";NIS;", ";NISS;"), kGrants,
       "f.csv: no column \"NIS\"; the columns are \"MES\", \"UF\", \"CODE\", "
       "\"NISS\", \"VALOR\""},
      {With(row, ";UF;", ";NIS;"), With(kGrants, "{UF}", "x"),
       "f.csv: two columns \"NIS\""},
      {row, std::string("[only]\nUF = \"XX\"\n") + kGrants,
       "f.csv: there is no row to import"},
      {With(kPaymentRow, "PAGO", "pago"), kPayments,
       "column \"ST\": a value that the mapping does not name"},
      {kPaymentRow, With(kPayments, "\"credited\"", "\"paid\""),
       "column \"ST\": state is none of instructed, credited, rejected"},
      {With(kPaymentRow, "31/01/2021", "31/02/2021"), kPayments,
       "column \"DIA\": no such date or month, read as DD/MM/YYYY"},
      {kPaymentRow,
       With(kPayments, "DD/MM/YYYY\"}",
            "DD/MM/YYYY\"}\n"
            "predecessor = \"two words\""),
       "field disbursement_reported.predecessor breaks its form"},
      {With(kPaymentRow, "PAGO", "DEVOLVIDO"), kPayments,
       "field disbursement_reported.reason_code breaks its form"},
      {kPaymentRow,
       std::string(kPayments) + "[ids.end_to_end]\nvalue = \"{NIS}{NIS}{NIS}"
                                "{NIS}\"\n",
       "f.csv row 2 column \"NIS\", \"NIS\", \"NIS\", \"NIS\": end_to_end is "
       "not 1 to 64 of"},
  };
  for (const auto& fault : rows) {
    SCOPED_TRACE(fault.want);
    const auto survey = SurveyOf(fault.csv, fault.toml);
    EXPECT_THAT(survey, Fails(kInvalid, fault.want));
    EXPECT_EQ(std::string(survey.status().message()).find("36479745237"),
              std::string::npos);
  }
}

TEST_F(RowsTest, ListsTwentyFaultsAndCountsTheRest) {
  std::string csv = "MES;UF;CODE;NIS;VALOR\n";
  for (int i = 0; i < 30; ++i) csv += "202101;AM;0205;36479745237;x\n";
  const auto survey = SurveyOf(csv, kGrants);
  EXPECT_THAT(survey, Fails(kInvalid, "f.csv row 21 column"));
  EXPECT_THAT(survey, Fails(kInvalid, "\nand 10 more"));
  EXPECT_EQ(std::string(survey.status().message()).find("row 22"),
            std::string::npos);
}

TEST_F(RowsTest, ControlTotalsMustAgree) {
  const auto with = [](const char* totals) {
    return std::string("[totals]\n") + totals + "\n" + kGrants;
  };
  EXPECT_OK(SurveyOf(kGrantRow, with("rows = 1\nsum = \"212\"")));
  EXPECT_THAT(
      SurveyOf(kGrantRow, with("rows = 2")),
      Fails(kInvalid, "f.csv: there are 1 rows to import, and 2 are declared"));
  EXPECT_THAT(SurveyOf(kGrantRow, with("sum = \"212.01\"")),
              Fails(kInvalid,
                    "f.csv: the rows sum to BRL 212.00, and 212.01 "
                    "is declared"));
  EXPECT_THAT(SurveyOf(kGrantRow, with("sum = \"212,00\"")),
              Fails(kInvalid, "the declared sum: "));
  const std::string two_currencies =
      With(kGrants, "currency = \"BRL\"", "currency = \"{UF}\"");
  EXPECT_THAT(
      SurveyOf("MES;UF;CODE;NIS;VALOR\n202101;BRL;1;1;1\n202101;USD;1;2;1\n",
               "[totals]\nsum = \"2\"\n" + two_currencies),
      Fails(kInvalid, "one sum is declared, and the rows are in 2 currencies"));
}

TEST_F(RowsTest, AFileThatChangesBetweenItsReadingsIsNotPosted) {
  const auto source = Source(kGrantRow, kGrants);
  ASSERT_OK(source);
  const auto survey = SurveyFile(*source);
  ASSERT_OK(survey);
  for (const std::string& changed :
       {With(kGrantRow, "212,00", "213,00"), With(kGrantRow, "212,00", "x"),
        kGrantRow + std::string("202102;AM;0205;36479745237;212,00\n"),
        std::string("MES;UF;CODE;NIS;VALOR\n")}) {
    folder_.Write("f.csv", changed);
    const auto planner = Planner::Open(*source, *survey);
    ASSERT_OK(planner);
    EXPECT_THAT((*planner)->NextWindow(),
                Fails(absl::StatusCode::kAborted, "was changed while"));
  }
}

TEST_F(RowsTest, NoIdCanHoldANationalNumber) {
  std::string csv = "MES;UF;CODE;NIS;VALOR\n";
  for (int i = 0; i < 5'000; ++i) {
    csv += absl::StrFormat("202101;AM;0205;%d;1\n", 10'000'000 + i);
  }
  const std::string toml = With(kGrants, "\"bf-\"", "\"2026.01.31-\"");
  for (const std::string& reference : References(Plan(csv, toml))) {
    EXPECT_TRUE(domain::IsIdentifier(reference)) << reference;
  }
}

}  // namespace
}  // namespace amanah::client
