// A server that lies: each answer of each question is changed in each of its
// fields, one at a time. The program must notice (exit code 1 or 3), or what it
// calls proved must still be so, and what it reckons from proved entries too,
// unless entries were left out, which it says the server could do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "absl/strings/str_format.h"
#include "ledger/base/base64.h"
#include "tests/client/asking_fixture.h"
#include "tests/client/lying_remote.h"
#include "tests/client/message_changes.h"
#include "tests/support/book_fixture.h"

namespace amanah::client {
namespace {

namespace fs = std::filesystem;
namespace ts = testing_support;
using nlohmann::json;

// Whether everything that `part` says, `whole` says too.
bool IsPart(const json& part, const json& whole) {
  if (part.is_object() && whole.is_object()) {
    for (const auto& [key, value] : part.items()) {
      if (!whole.contains(key) || !IsPart(value, whole[key])) return false;
    }
    return true;
  }
  return part == whole;
}

// Entries may be missing, but none may be there that the truth has not, or
// twice.
bool AreEntriesOf(const json& shown, const json& truth) {
  auto next = truth.begin();
  for (const json& one : shown) {
    while (next != truth.end() && !IsPart(one, *next)) ++next;
    if (next == truth.end()) return false;
    ++next;
  }
  return true;
}

// Whether a change is one to what an answer says of entries that it proves:
// there the program compares, and must see it.
bool ContradictsProof(const std::string& line, const std::string& what) {
  if (!line.starts_with("get ")) return false;
  for (const char* part :
       {"status", "program", "entitlements[", "disbursements["}) {
    if (what.starts_with(part)) return true;
  }
  return false;
}

struct Compared {
  bool holds = true;
  bool all_shown = true;
};

Compared Compare(json shown, json truth) {
  Compared compared;
  json& proved = shown["proved"];
  json& true_proved = truth["proved"];
  if (proved.is_object() && proved.contains("entries")) {
    compared.all_shown = proved["entries"] == true_proved["entries"];
    compared.holds = AreEntriesOf(proved["entries"], true_proved["entries"]);
    proved.erase("entries");
    true_proved.erase("entries");
  }
  compared.holds = compared.holds && IsPart(proved, true_proved);
  if (compared.all_shown) {
    compared.holds =
        compared.holds && IsPart(shown["reckoned"], truth["reckoned"]);
  } else {
    compared.holds = compared.holds && shown["stated"].contains("complete");
  }
  return compared;
}

class LyingServerTest : public AskingTest {
 protected:
  LyingServerTest() : truth_(Connect()) {}

  Ran RunLying(const std::string& line, std::optional<ts::Lie> lie,
               ts::Given* given = nullptr) {
    std::istringstream in(std::string(kNumber) + "\n");
    std::ostringstream out;
    std::ostringstream error;
    Environment environment = World();
    environment.in = &in;
    environment.out = &out;
    environment.error = &error;
    environment.connect = [&](const Profile&) {
      return absl::StatusOr<std::unique_ptr<Remote>>(
          std::make_unique<ts::LyingRemote>(truth_.get(), &tape_,
                                            std::move(lie), given));
    };
    const int code = RunApp(Arguments(line + " --json"), environment);
    return {code, out.str(), error.str()};
  }

  void Check(const std::string& what, const Ran& ran, const json& truth) {
    ++lies_;
    if (ran.code == 1 || ran.code == 3) {
      ++noticed_;
      return;
    }
    ASSERT_EQ(ran.code, 0) << what << "\n" << ran.error;
    const json shown = json::parse(ran.out, nullptr, false);
    ASSERT_FALSE(shown.is_discarded()) << what;
    EXPECT_TRUE(Compare(shown, truth).holds) << what << "\n" << ran.out;
  }

  // `fresh`: nothing was seen before each lie. `after` looks at what a run
  // leaves behind, and takes it back.
  void LieAbout(const std::string& line, bool fresh = false,
                const std::function<void(const Ran&)>& after = nullptr) {
    // What the program then has seen.
    ASSERT_EQ(RunLying("checkpoint", std::nullopt).code, 0);
    ts::Given given;
    if (fresh) state_ = "fresh";
    const Ran honest = RunLying(line, std::nullopt, &given);
    ASSERT_EQ(honest.code, 0) << line << "\n" << honest.error;
    if (after) after(honest);
    const json truth = json::parse(honest.out);
    for (size_t answer = 0; answer < given.size(); ++answer) {
      for (const ts::MessageChange& change : ts::ChangesOf(*given[answer])) {
        if (fresh) fs::remove_all(folder_.path() / state_);
        const Ran ran = RunLying(line, ts::Lie{answer, change.apply});
        Check(absl::StrFormat("%s, answer %d (%s), %s", line, answer,
                              given[answer]->GetTypeName(), change.what),
              ran, truth);
        if (ContradictsProof(line, change.what)) {
          EXPECT_EQ(ran.code, 1) << line << ", " << change.what;
        }
        if (after) after(ran);
        if (HasFailure()) return;
      }
    }
    state_ = "state";
    RecordProperty("lies", lies_);
    RecordProperty("noticed", noticed_);
  }

  std::unique_ptr<Remote> truth_;
  ts::Tape tape_;
  int lies_ = 0;
  int noticed_ = 0;
};

TEST_F(LyingServerTest, DoesNotDeceiveOneWhoSawNothingYet) {
  LieAbout("get entry 9", true);
  EXPECT_GT(noticed_, 100);
}

TEST_F(LyingServerTest, DoesNotDeceiveAboutAnEntry) {
  LieAbout(absl::StrFormat("get entry %d", double_payment_));
  EXPECT_GT(noticed_, 50);
}

TEST_F(LyingServerTest, DoesNotDeceiveAboutAPayment) {
  LieAbout("get disbursement d1");
  LieAbout("get disbursement d2");
  LieAbout("get disbursement d3");
  EXPECT_GT(noticed_, 300);
}

TEST_F(LyingServerTest, DoesNotDeceiveAboutAnEntitlement) {
  LieAbout("get entitlement e1");
  LieAbout("get entitlement e2");
  LieAbout("get entitlement e3");
  EXPECT_GT(noticed_, 300);
}

TEST_F(LyingServerTest, DoesNotDeceiveAboutARecipient) {
  LieAbout("get recipient");
  EXPECT_GT(noticed_, 50);
}

TEST_F(LyingServerTest, DoesNotDeceiveAboutAReferenceOrAProgram) {
  const auto reference_of = [this](uint64_t sequence) -> std::string {
    const json document =
        json::parse(Run(absl::StrFormat("get entry %d --json", sequence)).out);
    return document["proved"]["statement"]["reference"];
  };
  LieAbout("get reference " + reference_of(payment_));
  LieAbout("get reference " + reference_of(double_payment_) +
           " --author bank-b");
  LieAbout("get program sembako");
  EXPECT_GT(noticed_, 100);
}

// What was posted is proved as a whole, but for what is called stated.
class LyingPostTest : public LyingServerTest {
 protected:
  LyingPostTest() { WriteSigningKey("bank-a"); }

  // `fresh`: as LieAbout; else after a run that saw what it tells of.
  void LieAboutPosting(std::string line, bool fresh) {
    line += " --signing-key ~/bank-a.key --salt-key ~/salt.key";
    state_ = "fresh";
    ts::Given given;
    if (!fresh) {
      ASSERT_EQ(RunLying(line, std::nullopt).code, 0);
      tape_.clear();
    }
    const Ran honest = RunLying(line, std::nullopt, &given);
    ASSERT_EQ(honest.code, 0) << line << "\n" << honest.error;
    const json truth = Proved(json::parse(honest.out));
    const std::string results = Results();
    for (size_t answer = 0; answer < given.size(); ++answer) {
      for (const ts::MessageChange& change : ts::ChangesOf(*given[answer])) {
        SCOPED_TRACE(absl::StrFormat("%s, answer %d (%s), %s", line, answer,
                                     given[answer]->GetTypeName(),
                                     change.what));
        if (fresh) fs::remove_all(folder_.path() / state_);
        const Ran ran = RunLying(line, ts::Lie{answer, change.apply});
        if (ran.code == 1 || ran.code == 3) {
          ++noticed_;
          continue;
        }
        ASSERT_EQ(ran.code, 0) << ran.error;
        ASSERT_EQ(Proved(json::parse(ran.out)), truth);
        ASSERT_EQ(Results(), results);
      }
    }
  }

  // What an import writes for each row.
  std::string Results() const {
    std::ifstream file(folder_.path() / "out.csv");
    return {std::istreambuf_iterator<char>(file), {}};
  }

  static json Proved(json document) {
    if (document.value("repeat_standing", "") != "proved") {
      document.erase("repeat");
      document.erase("repeat_standing");
    }
    return document;
  }
};

constexpr char kPay[] =
    "pay e2 --disbursement d9 --amount 600000 --date 2026-01-15 --channel C";

TEST_F(LyingPostTest, DoesNotDeceiveOneWhoPays) {
  LieAboutPosting(kPay, true);
  EXPECT_GT(noticed_, 100);
}

TEST_F(LyingPostTest, DoesNotDeceiveOneWhoPaysAgain) {
  LieAboutPosting(kPay, false);
  EXPECT_GT(noticed_, 50);
}

TEST_F(LyingPostTest, DoesNotDeceiveOneWhoPostsAFile) {
  WriteSigningKey("ani");
  WriteSigningKey("budi");
  const Ran proposed =
      Run("suspend bank-b --reason X --authority ani --salt-key ~/salt.key "
          "--signing-key ~/ani.key --out ~/p.batch");
  ASSERT_EQ(proposed.code, 0) << proposed.error;
  const Ran signing =
      Run("sign ~/p.batch --yes --authority budi --signing-key ~/budi.key");
  ASSERT_EQ(signing.code, 0) << signing.error;
  LieAboutPosting("post ~/p.batch", true);
  EXPECT_GT(noticed_, 100);
}

TEST_F(LyingPostTest, DoesNotDeceiveAnImport) {
  std::ofstream(folder_.path() / "paid.csv")
      << "E,N\ne2,600000\ne5,100000\ne5,50000\n";
  std::ofstream(folder_.path() / "paid.toml") << R"(
[ids]
public = true
[ids.entitlement]
value = "{E}"
[ids.disbursement]
columns = ["E", "N"]
[disbursement]
state = "credited"
currency = "IDR"
amount = "{N}"
value_date = "2026-01-15"
channel = "CARD"
)";
  const std::string import =
      "import disbursements ~/paid.csv --mapping ~/paid.toml --result "
      "~/out.csv";
  LieAboutPosting(import, true);
  EXPECT_GT(noticed_, 100);
}

// All of it proved, but of something else.
TEST_F(LyingServerTest, DoesNotPassOffAnAnswerToAnotherQuestion) {
  domain::DisbursementReported payment =
      testing_support::Report("d1", "e5", domain::DisbursementState::kCredited);
  payment.end_to_end_id = "e2e/of-bank-b";
  Say("bank-b", {payment});
  const std::string e1 = EncodeBase64(testing_support::PersonOf("e1").view());
  const std::pair<std::string, std::string> questions[] = {
      {"get entry 9", "get entry 10"},
      {"get disbursement d1", "get disbursement d2"},
      {"get disbursement d1 --bank bank-b", "get disbursement d1"},
      {"get entitlement e1", "get entitlement e2"},
      {"get recipient", "get recipient --pseudonym " + e1},
      {"prove inclusion 9", "prove inclusion 10"},
      {"receipt get 9 -o ~/receipt", "receipt get 10 -o ~/other"},
  };
  for (const auto& [asked, answered] : questions) {
    ts::Given given;
    ASSERT_EQ(RunLying(answered, std::nullopt, &given).code, 0) << answered;
    const auto pass_off = [&](google::protobuf::Message* answer) {
      answer->CopyFrom(*given[0]);
    };
    EXPECT_EQ(RunLying(asked, ts::Lie{0, pass_off}).code, 1) << asked;
  }
}

TEST_F(LyingServerTest, DoesNotDeceiveAboutProofs) {
  LieAbout("checkpoint");
  LieAbout("prove inclusion 9");
  LieAbout("prove inclusion 3 --size 11");
  LieAbout("prove consistency 3 11");
  LieAbout("prove consistency 5");
  EXPECT_GT(noticed_, 100);
}

TEST_F(LyingServerTest, GivesNoReceiptThatDoesNotHold) {
  const fs::path file = folder_.path() / "receipt";
  LieAbout(absl::StrFormat("receipt get %d -o ~/receipt", payment_), false,
           [&](const Ran& ran) {
             EXPECT_EQ(fs::exists(file), ran.code == 0);
             if (ran.code == 0) {
               EXPECT_EQ(Run("receipt verify ~/receipt").code, 0);
             }
             fs::remove(file);
           });
  EXPECT_GT(noticed_, 100);
}

TEST_F(LyingServerTest, ExportsNoCheckpointOverEntriesThatAreNotItsOwn) {
  const fs::path log = folder_.path() / "log";
  LieAbout("export ~/log", false, [&](const Ran& ran) {
    EXPECT_EQ(fs::exists(log / "checkpoint"), ran.code == 0);
    fs::remove_all(log);
  });
  EXPECT_GT(noticed_, 50);
}

TEST_F(LyingServerTest, DoesNotDeceiveAnAuditor) {
  // A report says how long it took; nothing else may differ.
  ASSERT_EQ(RunLying("audit", std::nullopt).code, 0);
  ts::Given given;
  const Ran honest = RunLying("audit", std::nullopt, &given);
  json truth = json::parse(honest.out);
  truth.erase("elapsed_us");
  for (size_t answer = 0; answer < given.size(); ++answer) {
    for (const ts::MessageChange& change : ts::ChangesOf(*given[answer])) {
      const Ran ran = RunLying("audit", ts::Lie{answer, change.apply});
      if (ran.code == 1 || ran.code == 3) continue;
      ASSERT_EQ(ran.code, 0) << change.what;
      json report = json::parse(ran.out);
      report.erase("elapsed_us");
      ASSERT_EQ(report, truth) << change.what;
    }
  }
}

// Lists and totals could leave something out: nothing of them is called proved.
TEST_F(LyingServerTest, IsOnlyQuotedInListsAndTotals) {
  for (const char* line : {"list entitlements --program sembako",
                           "list disbursements --all", "balances", "summary"}) {
    LieAbout(line);
    const json document = json::parse(RunLying(line, std::nullopt).out);
    EXPECT_FALSE(document.contains("proved")) << line;
    EXPECT_TRUE(document.contains("stated")) << line;
  }
  EXPECT_GT(noticed_, 50);
}

}  // namespace
}  // namespace amanah::client
