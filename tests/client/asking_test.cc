// What a person is told, and how the program ends.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "absl/strings/str_format.h"
#include "tests/client/asking_fixture.h"
#include "tests/support/book_fixture.h"

namespace amanah::client {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string FileText(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string{std::istreambuf_iterator<char>(file), {}};
}

TEST_F(AskingTest, TellsOfAPaymentInItsFirstLine) {
  const Ran ran = Run("get disbursement d1");
  EXPECT_EQ(ran.code, 0) << ran.error;
  EXPECT_THAT(
      ran.out,
      StartsWith(absl::StrFormat(
          "PAID: bank-a credited IDR 600,000.00 on 2026-01-15 (entry %d, "
          "recorded 2026-01-15 00:00:00 UTC)\n",
          payment_)));
  EXPECT_THAT(ran.out, HasSubstr("[proved] the entries shown"));
  EXPECT_THAT(ran.out, HasSubstr("[stated by the server] that nothing later"));
  EXPECT_THAT(ran.out, HasSubstr(absl::StrFormat("amanah receipt get %d --out",
                                                 payment_)));
}

TEST_F(AskingTest, TellsOfAPaymentThatFailedOrCameBack) {
  EXPECT_THAT(Run("get disbursement d2 --bank bank-a").out,
              StartsWith("NOT PAID: the payment of IDR 600,000.00 by bank-a "
                         "failed on 2026-01-15, reason AC04"));
  EXPECT_THAT(Run("get disbursement d3").out,
              StartsWith("NOT PAID: IDR 600,000.00 came back to bank-a on "
                         "2026-01-15, reason AC04"));
}

TEST_F(AskingTest, EndsWithOneForWhatIsNotThere) {
  const Ran ran = Run("get disbursement d9");
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.error, HasSubstr("there is no disbursement"));
  EXPECT_EQ(Run("get entitlement e9").code, 1);
  EXPECT_EQ(Run("get entry 10000").code, 1);
  EXPECT_EQ(Run("get program pkh").code, 1);
  const Ran reference = Run("get reference never-used");
  EXPECT_EQ(reference.code, 1);
  EXPECT_THAT(reference.out,
              HasSubstr("[stated by the server] nothing is recorded"));
}

TEST_F(AskingTest, EndsWithThreeWhenNobodyAnswers) {
  server_->Stop();
  EXPECT_EQ(Run("get entry 0").code, 3);
}

TEST_F(AskingTest, TellsWhereAnEntitlementStands) {
  EXPECT_THAT(Run("get entitlement e1").out,
              StartsWith("Entitlement e1: PAID OR UNDER WAY IN FULL\n"));
  EXPECT_THAT(Run("get entitlement e2").out,
              StartsWith("Entitlement e2: NOT PAID\n"));
  EXPECT_THAT(Run("get entitlement e3").out,
              StartsWith(absl::StrFormat(
                  "Entitlement e3: REVOKED in entry %d\n", revocation_)));
}

TEST_F(AskingTest, ShowsARefusedDoublePaymentWithWhatItConflictsWith) {
  const Ran ran = Run("get entitlement e1");
  EXPECT_THAT(ran.out, HasSubstr(absl::StrFormat(
                           "entry %d, 2026-01-15 00:00:00 UTC, refused: it is "
                           "more than is left of the entitlement; see entry %d "
                           "(EXCEEDS_REMAINING)\n  bank-b reports the payment",
                           double_payment_, payment_)));
}

TEST_F(AskingTest, FindsARecipientByANumberThatIsNeverPrinted) {
  const Ran ran = Run("get recipient", std::string(kNumber) + "\n");
  EXPECT_EQ(ran.code, 0) << ran.error;
  EXPECT_THAT(ran.out, StartsWith("sembako for 2026-01 to 2026-03, "
                                  "IDR 600,000.00: NOT PAID\n"));
  EXPECT_THAT(ran.out, HasSubstr("entitlement e5, granted by dinsos"));
  EXPECT_THAT(ran.out + ran.error, Not(HasSubstr(kNumber)));
  const Ran nobody = Run("get recipient", "3576021501909998\n");
  EXPECT_EQ(nobody.code, 0);
  EXPECT_THAT(nobody.out, StartsWith("Nothing is on the record.\n"));
  EXPECT_EQ(Run("get recipient", "35760215019099\n").code, 2);
}

TEST_F(AskingTest, GivesADocumentThatSaysWhatIsProved) {
  const json document = json::parse(Run("get disbursement d1 --json").out);
  EXPECT_EQ(document["proved"]["entries"].size(), 1);
  EXPECT_EQ(document["proved"]["entries"][0]["author"], "bank-a");
  EXPECT_EQ(document["reckoned"]["payment"]["state"], "credited");
  EXPECT_EQ(document["reckoned"]["disbursement"]["amount_minor"], "60000000");
  EXPECT_TRUE(document["stated"].contains("complete"));
}

// Refused attempts without end hide no payment, and what is left out is told.
TEST_F(AskingTest, TellsWhatHappenedHoweverMuchWasRefused) {
  std::vector<domain::Body> attempts;
  for (int i = 0; i < 120; ++i) {
    attempts.emplace_back(
        testing_support::Report(absl::StrFormat("again%d", i), "e1",
                                domain::DisbursementState::kCredited));
  }
  Say("bank-a", attempts);
  const json document = json::parse(Run("get entitlement e1 --json").out);
  EXPECT_EQ(document["proved"]["entries"].size(), 100);
  EXPECT_EQ(document["reckoned"]["payments"][0]["disbursement"], "d1");
  EXPECT_EQ(document["stated"]["truncated"], true);
  // Not all was seen here, so where it stands is the server's word.
  EXPECT_TRUE(document["stated"].contains("entitlement"));
  EXPECT_FALSE(document["reckoned"].contains("entitlement"));
  const Ran ran = Run("get entitlement e1");
  EXPECT_EQ(ran.code, 0) << ran.error;
  EXPECT_THAT(ran.out, HasSubstr("Payment d1: PAID: bank-a credited"));
  EXPECT_THAT(ran.out, HasSubstr("not all of its entries can be shown"));
}

TEST_F(AskingTest, ShowsAProgramWithItsVersions) {
  const Ran ran = Run("get program sembako");
  EXPECT_EQ(ran.code, 0) << ran.error;
  EXPECT_THAT(ran.out, HasSubstr("version 1"));
  EXPECT_THAT(ran.out, HasSubstr("version 2"));
}

TEST_F(AskingTest, FindsAStatementByItsReference) {
  const json entry = json::parse(
      Run(absl::StrFormat("get entry %d --json", payment_)).out)["proved"];
  const std::string reference = entry["statement"]["reference"];
  const Ran ran = Run("get reference " + reference);
  EXPECT_EQ(ran.code, 0) << ran.error;
  EXPECT_THAT(ran.out, StartsWith("bank-a reports the payment d1"));
  EXPECT_EQ(Run("get reference " + reference + " --author bank-b").code, 1);
}

TEST_F(AskingTest, ListsByWhatIsAskedFor) {
  const json all =
      json::parse(Run("list entitlements --all --json").out)["stated"];
  EXPECT_EQ(all.size(), 4);
  const json unpaid = json::parse(
      Run("list entitlements --program sembako --unpaid --json").out)["stated"];
  ASSERT_EQ(unpaid.size(), 2);
  EXPECT_EQ(unpaid[0]["entitlement"], "e2");
  EXPECT_EQ(unpaid[1]["entitlement"], "e5");
  const Ran returned = Run("list disbursements --state returned");
  EXPECT_EQ(returned.code, 0) << returned.error;
  EXPECT_THAT(returned.out, HasSubstr("d3"));
  EXPECT_THAT(returned.out, HasSubstr("\n1 rows\n[stated by the server]"));
  EXPECT_EQ(Run("list entitlements --month 2026-13").code, 2);
}

TEST_F(AskingTest, FollowsPagesToTheEndAndNoFurtherThanAsked) {
  std::vector<domain::Body> many;
  for (int i = 0; i < 1'100; ++i) {
    many.push_back(testing_support::Grant(absl::StrFormat("m%d", i)));
  }
  Say("dinsos", std::move(many));
  const auto rows = [&](const std::string& line) {
    return json::parse(Run(line + " --json").out)["stated"].size();
  };
  EXPECT_EQ(rows("list entitlements --all"), 1'104);
  EXPECT_EQ(rows("list entitlements"), 100);
  EXPECT_EQ(rows("list entitlements --limit 1003"), 1'003);
}

TEST_F(AskingTest, ShowsAccountsThatBalance) {
  const Ran ran = Run("balances --program sembako");
  EXPECT_EQ(ran.code, 0) << ran.error;
  EXPECT_THAT(ran.out, HasSubstr("IDR 1,000,000,000,000.00"));
  EXPECT_THAT(ran.out, HasSubstr("IDR 600,000.00"));
}

TEST_F(AskingTest, SumsUpByWhatIsAskedFor) {
  const Ran ran = Run("summary --by program");
  EXPECT_EQ(ran.code, 0) << ran.error;
  EXPECT_THAT(ran.out, HasSubstr("IDR 2,400,000.00"));
  EXPECT_THAT(ran.out, HasSubstr("(OVERLAP)"));
  EXPECT_THAT(ran.out, HasSubstr("(EXCEEDS_REMAINING)"));
}

TEST_F(AskingTest, SaysWhetherAllIsWell) {
  const Ran ran = Run("status");
  EXPECT_EQ(ran.code, 0) << ran.error;
  EXPECT_THAT(ran.out, HasSubstr("serving"));
  EXPECT_THAT(ran.out, HasSubstr("mode 0600"));
  EXPECT_THAT(ran.out, HasSubstr("0 seconds ago"));
  ASSERT_EQ(chmod((folder_.path() / "pseudonym.key").c_str(), 0644), 0);
  const Ran open = Run("status");
  EXPECT_EQ(open.code, 1);
  EXPECT_THAT(open.error, HasSubstr("may be read by others"));
  server_->Stop();
  const Ran stopped = Run("status");
  EXPECT_EQ(stopped.code, 3);
  EXPECT_THAT(stopped.out, HasSubstr("mode 0644"));
}

TEST_F(AskingTest, ShowsTheCheckpointAndKeepsIt) {
  const Ran ran = Run("checkpoint");
  EXPECT_EQ(ran.code, 0) << ran.error;
  EXPECT_THAT(ran.out, StartsWith("ledger.example/mojokerto\n"));
  EXPECT_EQ(FileText(folder_.path() / "state/ledger.example_mojokerto" /
                     "checkpoint"),
            ledger_->tip()->checkpoint);
  EXPECT_EQ(Run("checkpoint --watch --count 1").code, 0);
}

TEST_F(AskingTest, ProvesInclusionAndConsistency) {
  EXPECT_EQ(Run("prove inclusion 0").code, 0);
  EXPECT_EQ(Run("prove inclusion 3 --size 9").code, 0);
  EXPECT_EQ(Run("prove inclusion 9 --size 9").code, 1);
  EXPECT_EQ(Run("prove consistency 1").code, 0);
  EXPECT_EQ(Run("prove consistency 3 11").code, 0);
  EXPECT_EQ(Run("prove consistency 11 3").code, 1);
  EXPECT_EQ(Run("prove consistency 0").code, 2);
  std::ofstream(folder_.path() / "note") << ledger_->tip()->checkpoint;
  Say("dinsos", {testing_support::Grant("e6")});
  const Ran ran = Run("prove consistency ~/note");
  EXPECT_EQ(ran.code, 0) << ran.error;
  EXPECT_THAT(ran.out, HasSubstr("[proved] that no entry of the older"));
}

TEST_F(AskingTest, GivesReceiptsThatHoldWithoutTheServer) {
  const Ran got =
      Run(absl::StrFormat("receipt get %d -o ~/d1.tlog-proof", payment_));
  EXPECT_EQ(got.code, 0) << got.error;
  EXPECT_EQ(Run("receipt get 0 -o ~/e0.tlog-proof").code, 0);
  server_->Stop();
  const Ran ran = Run("receipt verify ~/d1.tlog-proof ~/e0.tlog-proof");
  EXPECT_EQ(ran.code, 0) << ran.error;
  EXPECT_THAT(ran.out, HasSubstr("bank-a reports the payment d1"));
  EXPECT_EQ(Run("receipt verify ~/d1.tlog-proof --genesis " +
                std::string(43, 'A') + "=")
                .code,
            1);
}

TEST_F(AskingTest, ComparesAReceiptWithTheCheckpointThatWasSeen) {
  const uint64_t size = ledger_->tip()->size;
  ASSERT_EQ(Run("receipt get 2 -o ~/e2").code, 0);
  const Ran same = Run("receipt verify ~/e2");
  EXPECT_EQ(same.code, 0) << same.error;
  EXPECT_THAT(same.out, HasSubstr("  the checkpoint that we saw, too\n"));
  json told = json::parse(Run("receipt verify ~/e2 --json").out);
  EXPECT_EQ(told[0]["compared_with_seen"], true);
  EXPECT_EQ(told[0]["seen"], told[0]["checkpoint"]);

  const Ran fresh = Run("receipt verify ~/e2 --state-folder ~/other");
  EXPECT_EQ(fresh.code, 0) << fresh.error;
  EXPECT_THAT(fresh.out, HasSubstr("not compared with a checkpoint that we "
                                   "saw: we saw none of it"));
  told =
      json::parse(Run("receipt verify ~/e2 --json --state-folder ~/other").out);
  EXPECT_EQ(told[0]["compared_with_seen"], false);
  EXPECT_EQ(told[0]["seen"], nullptr);

  Say("dinsos", {testing_support::Grant("e6")});
  ASSERT_EQ(Run("checkpoint").code, 0);
  EXPECT_THAT(Run("receipt verify ~/e2").out,
              HasSubstr(absl::StrFormat("not compared with the checkpoint that "
                                        "we saw, which is of %d entries",
                                        size + 1)));
  told = json::parse(Run("receipt verify ~/e2 --json").out);
  EXPECT_EQ(told[0]["compared_with_seen"], false);
  EXPECT_EQ(told[0]["seen"]["size"], size + 1);
}

TEST_F(AskingTest, CriesOutAtAReceiptOfALogThatForked) {
  ASSERT_EQ(Run("receipt get 2 -o ~/e2").code, 0);
  // What was seen has another root of the same size.
  const auto kept =
      folder_.path() / state_ / "ledger.example_mojokerto" / "checkpoint";
  std::string note = FileText(kept);
  const size_t root = note.find('\n', note.find('\n') + 1) + 1;
  note[root] = note[root] == 'A' ? 'B' : 'A';
  std::ofstream(kept, std::ios::binary) << note;
  const Ran ran = Run("receipt verify ~/e2");
  EXPECT_EQ(ran.code, 1);
  EXPECT_EQ(ran.out, "");
  EXPECT_THAT(ran.error, HasSubstr("DO NOT TRUST THIS LEDGER"));
  EXPECT_THAT(ran.error, HasSubstr("two roots for"));
  const json told = json::parse(Run("receipt verify ~/e2 --json").out);
  EXPECT_EQ(told["error"]["fork"], true);
  EXPECT_EQ(told["error"]["code"], "DATA_LOSS");
}

// A number begins with where it was first given out, not with where its holder
// lives: 35.16 is the regency around the city of 35.76.
TEST_F(AskingTest, GrantsToWhoeverWasRegisteredElsewhere) {
  WriteSigningKey("dinsos");
  const std::string flags =
      " --authority dinsos --signing-key ~/dinsos.key --salt-key ~/salt.key";
  const Ran granted = Run(
      "grant moved --program sembako --year 2026 --funds-region 35.76 --region "
      "35.76.02.1003 --months 2026-01 --amount 200000 --basis SK-1" +
          flags,
      "3516021501909999\n");
  EXPECT_EQ(granted.code, 0) << granted.out << granted.error;
  EXPECT_THAT(granted.out, HasSubstr("accepted"));

  std::ofstream(folder_.path() / "grants.csv")
      << "NO,NIK\n1,3516021501909998\n2,3576021501909998\n";
  std::ofstream(folder_.path() / "grants.toml") << R"(
[ids]
public = true
[ids.entitlement]
columns = ["NO"]
[entitlement]
program = "sembako"
fiscal_year = 2026
appropriation_region = "35.76"
recipient = {scheme = "id.nik", value = "{NIK}"}
region = "35.76.02.1003"
month = "2026-01"
currency = "IDR"
amount = "200000"
basis = "SK-1"
)";
  const Ran imported =
      Run("import entitlements ~/grants.csv --mapping ~/grants.toml --json" +
          flags);
  EXPECT_EQ(imported.code, 0) << imported.out << imported.error;
  const json told = json::parse(imported.out);
  EXPECT_EQ(told["accepted"]["rows"], 2);
  EXPECT_EQ(told["standing"], "proved");
}

TEST_F(AskingTest, RefusesAReceiptOfWhichAnyByteIsChanged) {
  ASSERT_EQ(Run("receipt get 2 -o ~/good").code, 0);
  const std::string good = FileText(folder_.path() / "good");
  for (size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 1);
    std::ofstream(folder_.path() / "bad", std::ios::binary) << bad;
    ASSERT_EQ(Run("receipt verify ~/bad").code, 1) << "byte " << i;
  }
}

TEST_F(AskingTest, ExportsWhatAnAuditorThenReads) {
  const Ran exported = Run("export ~/log");
  EXPECT_EQ(exported.code, 0) << exported.error;
  const Ran audited = Run("audit ~/log");
  EXPECT_EQ(audited.code, 0) << audited.out << audited.error;
  EXPECT_THAT(audited.out, HasSubstr("no finding"));
  EXPECT_EQ(Run("audit").code, 0);
  const json report = json::parse(Run("audit ~/log --json").out);
  EXPECT_EQ(report["result"], "agrees");
  EXPECT_EQ(report["size"], ledger_->tip()->size);
  EXPECT_EQ(Run("audit ~/nowhere").code, 2);
}

TEST_F(AskingTest, ExtendsAnExport) {
  ASSERT_EQ(Run("export ~/log").code, 0);
  std::vector<domain::Body> many;
  for (int i = 0; i < 700; ++i) {
    many.push_back(testing_support::Grant(absl::StrFormat("m%d", i)));
  }
  Say("dinsos", std::move(many));
  const Ran ran = Run("export ~/log");
  EXPECT_EQ(ran.code, 0) << ran.error;
  EXPECT_THAT(ran.out, HasSubstr("700 of them new"));
  // A file that an interruption took away comes back.
  fs::remove(folder_.path() / "log/tile/entries/000");
  fs::remove(folder_.path() / "log/checkpoint");
  EXPECT_EQ(Run("export ~/log").code, 0);
  EXPECT_EQ(Run("audit ~/log").code, 0);
}

TEST_F(AskingTest, FindsAChangedExport) {
  ASSERT_EQ(Run("export ~/log").code, 0);
  const fs::path bundle =
      folder_.path() /
      absl::StrFormat("log/tile/entries/000.p/%d", ledger_->tip()->size);
  std::string bytes = FileText(bundle);
  const size_t at = bytes.find("35.76.02");
  ASSERT_NE(at, std::string::npos);
  bytes[at + 7] = '3';
  std::ofstream(bundle, std::ios::binary) << bytes;
  const Ran ran = Run("audit ~/log");
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.out, HasSubstr(absl::StrFormat("entry %d", grants_)));
}

TEST_F(AskingTest, MissesTheEndOfALogThatItSawBefore) {
  ASSERT_EQ(Run("export ~/short").code, 0);
  Say("dinsos", {testing_support::Grant("e6")});
  ASSERT_EQ(Run("checkpoint").code, 0);
  const Ran ran = Run("audit ~/short");
  EXPECT_EQ(ran.code, 1) << ran.out;
}

TEST_F(AskingTest, NeedsNoProfileToAuditAFolder) {
  ASSERT_EQ(Run("export ~/log").code, 0);
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream error;
  Environment environment = World();
  environment.in = &in;
  environment.out = &out;
  environment.error = &error;
  const std::string folder = folder_.path().string();
  EXPECT_EQ(
      RunApp({"audit", folder + "/log", "--state-folder", folder + "/none"},
             environment),
      0)
      << error.str();
  EXPECT_THAT(error.str(), HasSubstr("no genesis is pinned"));
  EXPECT_THAT(error.str(), HasSubstr("no checkpoint was kept"));
}

TEST_F(AskingTest, TeachesByExample) {
  for (const char* line :
       {"get entry", "get reference", "get program", "get entitlement",
        "get disbursement", "get recipient", "list entitlements",
        "list disbursements", "balances", "summary", "status", "checkpoint",
        "prove inclusion", "prove consistency", "receipt get", "receipt verify",
        "export", "audit"}) {
    const Ran ran = Run(std::string(line) + " --help");
    EXPECT_EQ(ran.code, 0) << line;
    EXPECT_THAT(ran.out, HasSubstr("Examples:\n  # ")) << line;
    EXPECT_THAT(ran.out, HasSubstr(absl::StrFormat("  amanah %s", line)));
  }
}

}  // namespace
}  // namespace amanah::client
