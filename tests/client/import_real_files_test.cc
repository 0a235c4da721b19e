// Two real payment files through the real book: what is lawful is accepted to
// the last cent, and what was paid already is refused and names the payment.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "client/import/planner.h"
#include "client/import/report.h"
#include "ledger/base/text.h"
#include "ledger/codec/entry_codec.h"
#include "ledger/codec/statement_codec.h"
#include "ledger/domain/rows.h"
#include "tests/client/import_book_link.h"
#include "tests/client/import_files.h"
#include "tests/support/book_fixture.h"
#include "tests/support/matchers.h"
#include "tests/support/shared_files.h"

namespace amanah::client {
namespace {

using domain::Role;
using testing_support::BookLink;
using testing_support::ImportFolder;
using testing_support::RunningLedger;

constexpr const char* kBolsaFamilia =
    "data/payments/bolsa-familia-2021-01-sample.csv";
constexpr const char* kPpp = "data/payments/ppp-montana-up-to-150k.csv";

constexpr const char* kBolsaFile = R"(
[file]
delimiter = ";"
decimal = ","
[totals]
rows = 999
sum = "163145.00"
[ids]
key = "ids.key"
[ids.entitlement]
prefix = "bf-"
columns = ["MÊS REFERÊNCIA", "NIS FAVORECIDO"]
)";
constexpr const char* kBolsaGrants = R"(
[entitlement]
program = "bolsa-familia"
fiscal_year = {value = "{MÊS COMPETÊNCIA}", form = "YYYYMM"}
recipient = {scheme = "br.nis", value = "{NIS FAVORECIDO}"}
region = "{UF}.{CÓDIGO MUNICÍPIO SIAFI}"
month = {value = "{MÊS REFERÊNCIA}", form = "YYYYMM"}
currency = "BRL"
amount = "{VALOR PARCELA}"
basis = "LEI-10836-2004"
)";
constexpr const char* kBolsaPayments = R"(
[disbursement]
state = "credited"
currency = "BRL"
amount = "{VALOR PARCELA}"
value_date = "2021-01-29"
channel = "CARTAO"
)";

constexpr const char* kPppFile = R"(
[file]
thousands = ","
currency_signs = ["$"]
[ids]
public = true
[ids.entitlement]
prefix = "ppp-"
columns = ["*"]
)";
constexpr const char* kPppGrants = R"(
[totals]
rows = 20906
sum = "643099091"
[entitlement]
program = "ppp"
fiscal_year = 2020
recipient = {scheme = "us.ppp", value = "*"}
region = "US.{State}"
month = {value = "{DateApproved}", form = "M/D/YY"}
currency = "USD"
amount = "{LoanAmount}"
basis = "CARES-1102"
)";
constexpr const char* kPppPayments = R"(
[disbursement]
state = "credited"
currency = "USD"
amount = "{LoanAmount}"
value_date = {value = "{DateApproved}", form = "M/D/YY"}
channel = "LENDER"
)";

struct Imported {
  ImportSummary summary;
  std::vector<RowResult> rows;
  std::vector<PlannedRow> planned;
};

// A ledger with one program beside the pilot's, and imports into it.
class RealFilesTest : public testing::Test {
 protected:
  void Define(const domain::ProgramDefined& program,
              const domain::FundsAppropriated& funds,
              const std::vector<std::pair<std::string, Role>>& parties) {
    std::vector<domain::Body> bodies = {program, funds};
    for (const auto& [name, role] : parties) {
      auto enrolment = ledger_.parties().Enrolment(name, role);
      enrolment.programs = {program.program};
      bodies.emplace_back(std::move(enrolment));
    }
    const auto said = ledger_.Say(domain::kAdministrators, std::move(bodies));
    for (const writer::Result& result : said.results) {
      ASSERT_EQ(result.outcome, testing_support::Accepted());
    }
  }

  // The whole import as `author`, as the command does it.
  Imported Import(const std::string& author, const std::filesystem::path& file,
                  const std::string& toml) {
    Imported imported;
    ImportSource source;
    source.file = file;
    auto mapping = ParseMapping(toml, "m.toml", "");
    EXPECT_OK(mapping);
    source.mapping = *std::move(mapping);
    source.keys = {&key_, source.mapping.id_key.has_value() ? &key_ : nullptr};
    source.salt_key = &key_;
    BookLink link(&ledger_, author);
    const auto survey = SurveyFile(source);
    EXPECT_OK(survey);
    if (!survey.ok()) return imported;
    auto file_of_results = ResultFile::Open(folder_.path() / "results.csv");
    EXPECT_OK(file_of_results);
    EXPECT_OK(RunImport(source, *survey, {}, &link, &*file_of_results,
                        &imported.summary));
    // Once more, row by row: now all is on the record.
    const auto planner = Planner::Open(source, *survey);
    Poster poster(&link, &key_, {});
    while (true) {
      auto window = (*planner)->NextWindow();
      EXPECT_OK(window);
      if (!window.ok() || window->empty()) return imported;
      std::vector<RowResult> results;
      EXPECT_OK(poster.Run(*window, &results, nullptr));
      imported.rows.insert(imported.rows.end(), results.begin(), results.end());
      std::move(window->begin(), window->end(),
                std::back_inserter(imported.planned));
    }
  }

  // "program fiscal year region" in minor units.
  domain::AccountRow Account(std::string_view program, uint32_t fiscal_year) {
    domain::Overlay state(&ledger_->derived());
    const auto ordinal = domain::LoadNumber(
        &state, domain::AccountKey(program, fiscal_year, ""));
    EXPECT_TRUE(ordinal.has_value());
    return *domain::LoadRow<domain::AccountRow>(&state, *ordinal);
  }

  ImportFolder folder_;
  const crypto::Secret key_ =
      *crypto::Secret::FromBytes(AsBytes(std::string(32, 'k')));
  RunningLedger ledger_;
};

domain::ProgramDefined ProgramOf(std::string_view code, const char* first,
                                 const char* last, const char* currency) {
  auto program = testing_support::Program(code);
  program.months = testing_support::Months(first, last);
  program.currency = currency;
  return program;
}

domain::FundsAppropriated FundsOf(std::string_view program, uint32_t year,
                                  const char* currency, int64_t minor) {
  auto funds = testing_support::Funds(program, 1);
  funds.fiscal_year = year;
  funds.region.clear();
  funds.currency = currency;
  funds.amount = {minor};
  return funds;
}

// How many rows were accepted by first month.
std::map<std::string, int> AcceptedByMonth(const Imported& imported) {
  std::map<std::string, int> counts;
  for (size_t i = 0; i < imported.rows.size(); ++i) {
    const auto& grant =
        std::get<domain::EntitlementGranted>(imported.planned[i].row.body);
    if (imported.rows[i].outcome.accepted()) {
      ++counts[domain::FormatMonth(grant.months.first)];
    }
  }
  return counts;
}

std::set<crypto::Pseudonym> Recipients(const Imported& imported) {
  std::set<crypto::Pseudonym> recipients;
  for (const PlannedRow& planned : imported.planned) {
    recipients.insert(
        std::get<domain::EntitlementGranted>(planned.row.body).recipient);
  }
  return recipients;
}

TEST_F(RealFilesTest, BolsaFamiliaIsGrantedAndPaidToTheCent) {
  AMANAH_SHARED_OR_SKIP(path, kBolsaFamilia);
  auto program = ProgramOf("bolsa-familia", "2020-01", "2021-12", "BRL");
  program.recipient_scheme = "br.nis";
  program.region_scheme = "br.siafi";
  Define(program, FundsOf("bolsa-familia", 2021, "BRL", 16'314'500),
         {{"mds", Role::kProgramOwner},
          {"caixa", Role::kBank},
          {"banco-b", Role::kBank}});
  const std::string grants = std::string(kBolsaFile) + kBolsaGrants;
  const std::string payments = std::string(kBolsaFile) + kBolsaPayments;

  const uint64_t before = ledger_->tip()->size;
  const Imported granted = Import("mds", path, grants);
  EXPECT_EQ(granted.summary.accepted.rows, 999u);
  EXPECT_EQ(granted.summary.refused.rows, 0u);
  EXPECT_EQ(granted.summary.posted, 999u);
  EXPECT_EQ(granted.summary.accepted.sums.at("BRL").minor, 16'314'500);
  EXPECT_EQ(AcceptedByMonth(granted),
            (std::map<std::string, int>{{"2021-01", 586},
                                        {"2020-12", 126},
                                        {"2020-11", 95},
                                        {"2020-10", 82},
                                        {"2020-09", 59},
                                        {"2020-08", 51}}));
  EXPECT_EQ(Recipients(granted).size(), 712u);
  EXPECT_EQ(ledger_->tip()->size, before + 999);

  const Imported paid = Import("caixa", path, payments);
  EXPECT_EQ(paid.summary.accepted.rows, 999u);
  EXPECT_EQ(paid.summary.refused.rows, 0u);
  EXPECT_EQ(paid.summary.accepted.sums.at("BRL").minor, 16'314'500);
  EXPECT_EQ(ledger_->tip()->size, before + 1'998);
  const domain::AccountRow account = Account("bolsa-familia", 2021);
  EXPECT_EQ(account.credited.minor, 16'314'500);
  EXPECT_EQ(account.available.minor, 0);

  // A second import of both adds no entry.
  EXPECT_EQ(Import("mds", path, grants).summary.posted, 0u);
  EXPECT_EQ(Import("caixa", path, payments).summary.posted, 0u);
  EXPECT_EQ(ledger_->tip()->size, before + 1'998);

  // Another bank posts the same file under its own references.
  const Imported again =
      Import("banco-b", path, payments + "[ids.reference]\nprefix = \"b-\"\n");
  EXPECT_EQ(again.summary.accepted.rows, 0u);
  EXPECT_EQ(again.summary.refused_by_reason,
            (std::map<std::string, uint64_t>{{"EXCEEDS_REMAINING", 999}}));
  ASSERT_EQ(again.rows.size(), 999u);
  for (size_t i = 0; i < again.rows.size(); ++i) {
    EXPECT_EQ(again.rows[i].outcome.conflict, paid.rows[i].sequence);
  }
  EXPECT_EQ(Account("bolsa-familia", 2021).credited.minor, 16'314'500);
}

// A lender's name as an authority may be called: letters, digits and dashes,
// and a number, since two names may differ in signs alone.
std::string AuthorityOf(const std::string& lender, size_t number) {
  std::string name = absl::StrFormat("%d-", number);
  for (const char c : lender.substr(0, 40)) {
    name.push_back(std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '-');
  }
  return name;
}

// The file's rows by lender, each under the file's header. No row of this file
// spans two lines.
std::map<std::string, std::string> FilesByLender(
    const std::filesystem::path& path) {
  CsvRecord record;
  const auto reader = CsvReader::Open(path, {});
  EXPECT_OK(reader);
  const auto text = testing_support::ReadWholeFile(path);
  const auto lines = Split(text, '\n');
  std::map<std::string, std::string> files;
  while (*(*reader)->Next(&record)) {
    std::string& file = files[std::string(record.fields[12])];
    if (file.empty()) file = std::string(lines[0]) + "\n";
    file += std::string(lines[record.row - 1]) + "\n";
  }
  return files;
}

TEST_F(RealFilesTest, PppIsGrantedOnceForEachRowAndPaidByEachLender) {
  AMANAH_SHARED_OR_SKIP(path, kPpp);
  const auto files = FilesByLender(path);
  ASSERT_EQ(files.size(), 290u);
  std::vector<std::pair<std::string, Role>> parties = {
      {"sba", Role::kProgramOwner}};
  std::map<std::string, std::string> banks;
  for (const auto& [lender, rows] : files) {
    banks[lender] = AuthorityOf(lender, banks.size());
    parties.emplace_back(banks[lender], Role::kBank);
  }
  auto program = ProgramOf("ppp", "2020-04", "2020-06", "USD");
  program.recipient_scheme = "us.ppp";
  program.region_scheme = "us.state";
  Define(program, FundsOf("ppp", 2020, "USD", 64'309'909'100), parties);

  const Imported granted =
      Import("sba", path, std::string(kPppFile) + kPppGrants);
  EXPECT_EQ(granted.summary.all.rows, 20'906u);
  EXPECT_EQ(granted.summary.all.sums.at("USD").minor, 64'309'909'100);
  EXPECT_EQ(granted.summary.accepted.rows, 20'896u);
  EXPECT_EQ(granted.summary.accepted.sums.at("USD").minor, 64'297'985'500);
  EXPECT_EQ(granted.summary.refused.rows, 10u);
  EXPECT_EQ(granted.summary.refused.sums.at("USD").minor, 11'923'600);
  EXPECT_EQ(granted.summary.refused_by_reason,
            (std::map<std::string, uint64_t>{{"OVERLAP", 10}}));

  // Each refusal names the grant to the row that equals it in all columns.
  std::map<crypto::Pseudonym, uint64_t> first_grants;
  int refused = 0;
  for (size_t i = 0; i < granted.rows.size(); ++i) {
    const auto& grant =
        std::get<domain::EntitlementGranted>(granted.planned[i].row.body);
    const auto [first, is_first] =
        first_grants.emplace(grant.recipient, granted.rows[i].sequence);
    EXPECT_EQ(granted.rows[i].outcome.accepted(), is_first);
    if (is_first) continue;
    ++refused;
    EXPECT_EQ(granted.rows[i].outcome.conflict, first->second);
    EXPECT_TRUE(granted.rows[i].reference.ends_with(".n2"));
  }
  EXPECT_EQ(refused, 10);

  // Every lender pays its rows from a file that holds no others.
  ImportSummary paid;
  const std::string payments = std::string(kPppFile) + kPppPayments;
  for (const auto& [lender, rows] : files) {
    const auto file = folder_.Write("lender.csv", rows);
    const Imported imported = Import(banks[lender], file, payments);
    for (size_t i = 0; i < imported.rows.size(); ++i) {
      ASSERT_TRUE(paid.Add(imported.planned[i], imported.rows[i]));
    }
  }
  EXPECT_EQ(paid.all.rows, 20'906u);
  EXPECT_EQ(paid.accepted.rows, 20'896u);
  EXPECT_EQ(paid.accepted.sums.at("USD").minor, 64'297'985'500);
  EXPECT_EQ(paid.refused_by_reason,
            (std::map<std::string, uint64_t>{{"ENTITLEMENT_UNKNOWN", 10}}));
  EXPECT_EQ(paid.refused.sums.at("USD").minor, 11'923'600);
  const domain::AccountRow account = Account("ppp", 2020);
  EXPECT_EQ(account.credited.minor, 64'297'985'500);
  EXPECT_EQ(account.available.minor, 11'923'600);

  // From the whole file a filter picks the same rows, with the same ids.
  const uint64_t size = ledger_->tip()->size;
  const Imported filtered =
      Import(banks["Glacier Bank"], path,
             payments + "[only]\nLender = \"Glacier Bank\"\n");
  EXPECT_EQ(filtered.summary.all.rows, 5'446u);
  EXPECT_EQ(filtered.summary.all.sums.at("USD").minor, 16'795'035'800);
  EXPECT_EQ(filtered.summary.posted, 0u);
  EXPECT_EQ(ledger_->tip()->size, size);
}

}  // namespace
}  // namespace amanah::client
