// The program as a person runs it, without a network: what it prints, what it
// writes and how it ends.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>

#include "absl/strings/str_format.h"
#include "client/app.h"
#include "client/batch_file.h"
#include "ledger/base/base64.h"
#include "ledger/crypto/certificate.h"
#include "ledger/crypto/key_file.h"
#include "ledger/judge/opening.h"
#include "tests/client/fake_server.h"
#include "tests/support/book_fixture.h"
#include "tests/support/fake_clock.h"
#include "tests/support/matchers.h"
#include "tests/support/temporary_folder.h"

namespace amanah::client {
namespace {

namespace fs = std::filesystem;
namespace ts = testing_support;
using testing::HasSubstr;
using testing::Not;

// A made-up number: no such serial was given out, and the date of birth lies
// ahead.
constexpr char kNumber[] = "3576021501909999\n";

std::string FileText(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string{std::istreambuf_iterator<char>(file), {}};
}

class CommandsTest : public testing::Test {
 protected:
  // The words of a command line, of which `~` is the test's folder.
  int Run(std::string line, std::string input = "") {
    std::vector<std::string> arguments;
    std::istringstream words(line);
    for (std::string word; words >> word;) {
      if (const size_t at = word.find('~'); at != std::string::npos) {
        word.replace(at, 1, folder_.path().string());
      }
      arguments.push_back(word);
    }
    std::istringstream in(input);
    std::ostringstream out;
    std::ostringstream error;
    Environment environment;
    environment.in = &in;
    environment.out = &out;
    environment.error = &error;
    environment.clock = &clock_;
    environment.connect = [this](const Profile&) {
      return absl::StatusOr<std::unique_ptr<Remote>>(
          std::make_unique<ts::FakeServer>(server_));
    };
    const int code = RunApp(arguments, environment);
    out_ = out.str();
    error_ = error.str();
    return code;
  }

  // A profile whose keys are those of the recorder's party.
  std::string ProfileOf(const std::string& name) {
    const fs::path folder = folder_.path() / name;
    if (!fs::exists(folder)) {
      fs::create_directories(folder);
      const auto write = [&](const char* file, crypto::KeyKind kind,
                             ByteView secret) {
        EXPECT_OK(crypto::WriteKeyFile(
            folder / file, {kind, name, *crypto::Secret::FromBytes(secret)},
            std::nullopt));
      };
      write("signing.key", crypto::KeyKind::kSigning,
            ts::SigningKeyOf(name).seed());
      write("salt.key", crypto::KeyKind::kSalt,
            crypto::Sha256(AsBytes(name)).view());
      write("pseudonym.key", crypto::KeyKind::kPseudonym,
            crypto::Sha256(AsBytes("pseudonyms")).view());
      Profile profile;
      profile.server = "127.0.0.1:1";
      profile.origin = ts::kTestOrigin;
      profile.genesis = recorder_.parties().id().genesis;
      profile.authority = name;
      profile.signing_key = folder / "signing.key";
      profile.salt_key = folder / "salt.key";
      profile.pseudonym_key = folder / "pseudonym.key";
      std::ofstream(folder / "profile.toml") << FormatProfile(profile);
    }
    return " --profile ~/" + name + "/profile.toml --state-folder ~/state";
  }

  ts::TemporaryFolder folder_;
  ts::FakeClock clock_{ts::kTestTimeUs};
  ts::Recorder recorder_;
  ts::FakeServer server_{&recorder_};
  std::string out_;
  std::string error_;
};

TEST_F(CommandsTest, SaysItsVersionAndItsCommands) {
  EXPECT_EQ(Run("--version"), 0);
  EXPECT_THAT(out_, HasSubstr("amanah 0."));
  EXPECT_EQ(Run("--help"), 0);
  EXPECT_THAT(out_, HasSubstr("keygen"));
  EXPECT_THAT(out_, HasSubstr("Exit codes: 0 done"));
}

TEST_F(CommandsTest, EndsWithTwoOnAWrongCommandLine) {
  EXPECT_EQ(Run(""), 2);
  EXPECT_EQ(Run("no-such-command"), 2);
  EXPECT_EQ(Run("keygen"), 2);
  EXPECT_EQ(Run("keygen ~/k --name a --kind wrong"), 2);
  EXPECT_EQ(Run("post ~/none.batch"), 2);
  EXPECT_THAT(error_, HasSubstr("none.batch"));
}

TEST_F(CommandsTest, MakesKeysThatOnlyTheirOwnerCanRead) {
  ASSERT_EQ(Run("keygen ~/k --name bank-jatim"), 0) << error_;
  for (const char* file : {"signing.key", "salt.key", "tls.key"}) {
    EXPECT_EQ(fs::status(folder_.path() / "k" / file).permissions(),
              fs::perms::owner_read | fs::perms::owner_write)
        << file;
  }
  EXPECT_OK(crypto::ReadCertificate(FileText(folder_.path() / "k/tls.pem")));
  const std::string seed = FileText(folder_.path() / "k/signing.key");
  const size_t secret = seed.find("secret: ") + 8;
  EXPECT_THAT(out_, Not(HasSubstr(seed.substr(secret, 40))));
  // None is replaced.
  EXPECT_EQ(Run("keygen ~/k --name bank-jatim"), 2);
  EXPECT_EQ(FileText(folder_.path() / "k/signing.key"), seed);

  ASSERT_EQ(Run("key show ~/k/signing.key ~/k/salt.key ~/k/tls.pem --json"), 0);
  const auto shown = nlohmann::json::parse(out_);
  EXPECT_EQ(shown[0]["kind"], "signing");
  EXPECT_TRUE(
      shown[0]["verifier_key"].get<std::string>().starts_with("bank-jatim+"));
  EXPECT_EQ(shown[1]["kind"], "salt");
  EXPECT_FALSE(shown[1].contains("verifier_key"));
  EXPECT_EQ(shown[2]["pin"].get<std::string>().size(), 44);
  EXPECT_THAT(out_, Not(HasSubstr(seed.substr(secret, 40))));
  // A TLS key is no key file of ours, and is not shown.
  EXPECT_EQ(Run("key show ~/k/tls.key"), 2);
  EXPECT_EQ(out_, "");
}

TEST_F(CommandsTest, AsksForThePassphraseOfAKey) {
  ASSERT_EQ(Run("keygen ~/k --kind pseudonym --name epoch-1 --passphrase",
                "correct horse\ncorrect horse\n"),
            0)
      << error_;
  EXPECT_EQ(Run("key show ~/k/pseudonym.key", "correct horse\n"), 0);
  EXPECT_EQ(Run("key show ~/k/pseudonym.key", "wrong\n"), 2);
  EXPECT_THAT(error_, HasSubstr("passphrase"));
  EXPECT_EQ(Run("keygen ~/l --kind pseudonym --name e --passphrase", "a\nb\n"),
            2);
  EXPECT_FALSE(fs::exists(folder_.path() / "l/pseudonym.key"));
}

TEST_F(CommandsTest, OpensALedgerThatItsAdministratorsSigned) {
  const std::string origin = " --origin ledger.example/kota";
  std::string proofs;
  for (const std::string name : {"ani", "budi", "citra"}) {
    ASSERT_EQ(Run("keygen ~/" + name + " --name " + name), 0) << error_;
    ASSERT_EQ(Run("key prove --opening --role administrator --institution X "
                  "--name " +
                  name + " --key ~/" + name +
                  "/signing.key --pin-certificate "
                  "~/" +
                  name + "/tls.pem --out ~/" + name + ".proof" + origin),
              0)
        << error_;
    proofs += " ~/" + name + ".proof";
  }
  for (const std::string kind : {"checkpoint", "statement"}) {
    ASSERT_EQ(
        Run("keygen ~/ledger --kind " + kind + " --name ledger.example/kota"),
        0)
        << error_;
    ASSERT_EQ(
        Run("key prove --opening --role ledger-" + kind + " --key ~/ledger/" +
            kind + ".key --out ~/" + kind + ".proof" + origin),
        0)
        << error_;
  }
  // It could never be mended.
  std::ofstream(folder_.path() / "policy") << "quorum w1\n";
  EXPECT_EQ(Run("init --administrator" + proofs +
                " --checkpoint-key ~/checkpoint.proof --statement-key "
                "~/statement.proof --witness-policy ~/policy --out "
                "~/opening.batch" +
                origin),
            2);
  EXPECT_THAT(error_, HasSubstr("is no witness policy: line 1: w1 is not"));
  ASSERT_EQ(Run("init --administrator" + proofs +
                " --checkpoint-key ~/checkpoint.proof --statement-key "
                "~/statement.proof --out ~/opening.batch" +
                origin),
            0)
      << error_;
  EXPECT_THAT(out_, HasSubstr("ani, budi, citra, any 2 of whom"));
  for (const std::string name : {"citra", "ani"}) {
    ASSERT_EQ(Run("sign ~/opening.batch --yes --authority " + name +
                  " --signing-key ~/" + name + "/signing.key" + origin),
              0)
        << error_;
  }
  const auto batch = ReadBatchFile(folder_.path() / "opening.batch");
  ASSERT_OK(batch);
  auto parsed = judge::ParseBatch(
      {"ledger.example/kota", {}},
      {batch->seal(),
       {batch->statements().begin(), batch->statements().end()}});
  ASSERT_TRUE(std::holds_alternative<judge::ParsedBatch>(parsed));
  const auto opening =
      judge::CheckOpening(std::get<judge::ParsedBatch>(std::move(parsed)));
  ASSERT_TRUE(std::holds_alternative<judge::SealedBatch>(opening))
      << std::get<judge::BatchError>(opening).message;
  // It is for the server's own command.
  EXPECT_EQ(Run("post ~/opening.batch"), 2);
  EXPECT_THAT(error_, HasSubstr("amanahd init"));
}

TEST_F(CommandsTest, EnrolsAnAuthorityOnceEnoughAdministratorsSigned) {
  ASSERT_EQ(Run("keygen ~/jatim --name bank-jatim"), 0);
  ASSERT_EQ(Run("key prove --role bank --name bank-jatim --institution JATIM "
                "--key ~/jatim/signing.key --pin-certificate ~/jatim/tls.pem "
                "--out ~/jatim.proof" +
                ProfileOf("ani")),
            0)
      << error_;
  ASSERT_EQ(Run("enrol --key-proof ~/jatim.proof --program sembako --quota 10 "
                "--out ~/p.batch" +
                ProfileOf("ani")),
            0)
      << error_;
  ASSERT_EQ(Run("fund sembako --year 2026 --region 35.76 --amount=-1000 "
                "--legal-basis DPA-2 --out ~/p.batch --append" +
                ProfileOf("ani")),
            0)
      << error_;
  EXPECT_EQ(Run("post ~/p.batch" + ProfileOf("ani")), 1);
  EXPECT_THAT(error_, HasSubstr("must `amanah sign` it"));
  // What is asked about was shown, and with --json beside the document.
  EXPECT_EQ(Run("sign ~/p.batch --json" + ProfileOf("budi"), "n\n"), 1);
  EXPECT_THAT(error_,
              HasSubstr("enrols bank-jatim (institution JATIM) as bank"));
  EXPECT_EQ(nlohmann::json::parse(out_)["signed"], false);
  EXPECT_EQ(Run("sign ~/p.batch" + ProfileOf("budi"), "n\n"), 1);
  EXPECT_THAT(out_, HasSubstr("enrols bank-jatim (institution JATIM) as bank"));
  ASSERT_EQ(Run("sign ~/p.batch" + ProfileOf("budi"), "y\n"), 0) << error_;
  const uint64_t before = recorder_.size();
  ASSERT_EQ(Run("post ~/p.batch --json" + ProfileOf("citra")), 0) << error_;
  const auto answer = nlohmann::json::parse(out_);
  EXPECT_EQ(answer["results"][0]["sequence"], before);
  EXPECT_EQ(answer["results"][1]["outcome"]["verdict"], "accepted");
  EXPECT_EQ(answer["standing"], "proved");
  EXPECT_EQ(recorder_.size(), before + 2);
  // Again: the same entries, and none is added.
  ASSERT_EQ(Run("post ~/p.batch --json" + ProfileOf("citra")), 0) << error_;
  EXPECT_TRUE(nlohmann::json::parse(out_)["repeat"]);
  EXPECT_EQ(nlohmann::json::parse(out_)["repeat_standing"], "proved");
  EXPECT_EQ(recorder_.size(), before + 2);
}

TEST_F(CommandsTest, ProposesWhatAdministratorsSayTogether) {
  ASSERT_EQ(Run("keygen ~/new --name bank-a"), 0);
  ASSERT_EQ(Run("key prove --role bank --name bank-a --institution A --key "
                "~/new/signing.key --pin-certificate ~/new/tls.pem --out "
                "~/a2.proof" +
                ProfileOf("ani")),
            0)
      << error_;
  const struct {
    const char* command;
    const char* words;
  } rows[] = {
      {"rotate --key-proof ~/a2.proof", "gives bank-a the new signing key"},
      {"suspend bank-a --reason STOLEN", "suspends bank-a (reason STOLEN)"},
      {"reinstate bank-a --reason FOUND", "bank-a speak again"},
      {"succeed bank-a --by bank-b", "lets bank-b take over"},
      {"rules adopt 2", "adopts rules version 2"},
      {"program define pkh --months 2026-01..2026-12 --unit person --benefit "
       "PKH --ceiling 300000 --excludes sembako",
       "at most IDR 300,000.00 a month; excludes recipients of sembako"},
  };
  int count = 0;
  for (const auto& row : rows) {
    const std::string out = absl::StrFormat(" --out ~/%d.batch", ++count);
    ASSERT_EQ(Run(row.command + out + ProfileOf("ani")), 0) << error_;
    EXPECT_THAT(out_, HasSubstr(row.words));
    // There is a file already.
    EXPECT_EQ(Run(row.command + out + ProfileOf("ani")), 2);
  }
}

TEST_F(CommandsTest, GrantsPaysAndReturns) {
  const std::string grant =
      "grant E-1 --program sembako --year 2026 --funds-region 35.76 --region "
      "35.76.02 --months 2026-01 --amount 600000 --basis SK-7 "
      "--ask-household";
  ASSERT_EQ(Run(grant + ProfileOf("dinsos"),
                std::string(kNumber) + "3576021501909998\n"),
            0)
      << error_ << out_;
  EXPECT_THAT(out_, HasSubstr("entry 8: accepted"));
  EXPECT_THAT(out_, HasSubstr("[proved]"));
  EXPECT_THAT(out_ + error_, Not(HasSubstr("357602150190")));

  const std::string pay =
      " --amount 600000 --date 2026-01-15 --channel CARD --disbursement ";
  ASSERT_EQ(Run("pay E-1" + pay + "D-1" + ProfileOf("bank-a")), 0) << error_;
  ASSERT_EQ(Run("pay E-1" + pay + "D-2" + ProfileOf("bank-b")), 1) << error_;
  EXPECT_THAT(out_, HasSubstr("more than is left of the entitlement; see entry "
                              "9 (EXCEEDS_REMAINING)"));
  ASSERT_EQ(
      Run("return D-1 --reason AC04 --date 2026-01-20" + ProfileOf("bank-a")),
      0)
      << error_;
  EXPECT_THAT(out_, HasSubstr("as returned: IDR 600,000.00 on 2026-01-20"));
  // What was refused stays refused under its reference, and not under another.
  ASSERT_EQ(Run("pay E-1" + pay + "D-2" + ProfileOf("bank-b")), 1);
  EXPECT_THAT(out_, HasSubstr("[proved] that this was on the record already"));
  ASSERT_EQ(Run("pay E-1" + pay +
                "D-2 --reference pay/D-2/2 --state "
                "instructed" +
                ProfileOf("bank-b")),
            0)
      << error_;
  ASSERT_EQ(Run("return D-2 --state credited --date 2026-01-22" +
                ProfileOf("bank-b")),
            0)
      << error_;
  ASSERT_EQ(Run("revoke E-1 --reason MOVED" + ProfileOf("dinsos")), 0);
}

TEST_F(CommandsTest, RefusesBadInputBeforeAnythingIsSent) {
  const uint64_t before = recorder_.size();
  const std::string grant =
      "grant E-1 --program sembako --year 2026 --region 35.76 --basis SK-7";
  const struct {
    std::string rest;
    const char* input;
    const char* why;
  } rows[] = {
      {" --months 2026-13 --amount 1", kNumber, "2026-13"},
      {" --months 2026-02..2026-01 --amount 1", kNumber, "2026-02..2026-01"},
      {" --months 2026-01 --amount 1.234,5", kNumber, "1.234,5"},
      {" --months 2026-01 --amount 0", kNumber, "amount"},
      {" --months 2026-01 --amount 1 --currency XXY", kNumber, "XXY"},
      {" --months 2026-01 --amount 1", "35760215019A9999\n", "digit"},
      {" --months 2026-01 --amount 1", "3576023113909999\n", "date"},
      {" --months 2026-01 --amount 1", "", "no answer"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.rest + row.input);
    EXPECT_EQ(Run(grant + row.rest + ProfileOf("dinsos"), row.input), 2);
    EXPECT_THAT(error_, HasSubstr(row.why));
  }
  EXPECT_EQ(recorder_.size(), before);
}

TEST_F(CommandsTest, SignsForItsOwnLedgerAlone) {
  ASSERT_EQ(Run("suspend bank-a --reason X --out ~/p.batch" + ProfileOf("ani")),
            0);
  EXPECT_EQ(Run("sign ~/p.batch --yes --origin ledger.example/other" +
                ProfileOf("budi")),
            2);
  EXPECT_EQ(Run("sign ~/p.batch --yes --genesis " +
                EncodeBase64(crypto::Hash{}.view()) + ProfileOf("budi")),
            2);
  EXPECT_THAT(error_, HasSubstr("another ledger of the same name"));
}

TEST_F(CommandsTest, CriesOutWhenTheLedgerForked) {
  ASSERT_EQ(Run("suspend bank-a --reason X --out ~/p.batch" + ProfileOf("ani")),
            0);
  ASSERT_EQ(Run("sign ~/p.batch --yes" + ProfileOf("budi")), 0);
  ASSERT_EQ(Run("post ~/p.batch" + ProfileOf("ani")), 0) << error_;
  ts::Recorder other;
  server_.SwitchTo(&other);
  EXPECT_EQ(Run("revoke E-1 --reason X" + ProfileOf("dinsos")), 1);
  EXPECT_THAT(error_, HasSubstr("DO NOT TRUST THIS LEDGER"));
}

TEST_F(CommandsTest, NoticesAnAnswerThatLies) {
  server_.on_post = [](v1::PostBatchResponse* answer) {
    auto* outcome = answer->mutable_acknowledgement()
                        ->mutable_results(0)
                        ->mutable_outcome();
    outcome->Clear();
    outcome->set_verdict(v1::VERDICT_ACCEPTED);
  };
  EXPECT_EQ(Run("revoke no-such --reason X" + ProfileOf("dinsos")), 1);
  EXPECT_THAT(error_, HasSubstr("another outcome"));
  EXPECT_EQ(out_, "");
}

TEST_F(CommandsTest, ARepeatThatWasNotSeenBeforeIsStated) {
  server_.on_post = [](v1::PostBatchResponse* answer) {
    answer->mutable_acknowledgement()->set_repeat(true);
  };
  EXPECT_EQ(Run("revoke no-such --reason X" + ProfileOf("dinsos")), 1);
  EXPECT_THAT(out_, HasSubstr("[stated by the server] that this was on the "
                              "record already"));
}

TEST_F(CommandsTest, AnErrorIsADocumentTooWhenOneIsAskedFor) {
  EXPECT_EQ(Run("get entry 99 --json" + ProfileOf("ani")), 1);
  auto told = nlohmann::json::parse(out_)["error"];
  EXPECT_EQ(told["code"], "NOT_FOUND");
  EXPECT_EQ(told["message"], "no such entry");
  EXPECT_EQ(told["from_server"], true);
  EXPECT_THAT(error_, HasSubstr("error: from the server: no such entry"));
  EXPECT_EQ(Run("get entry x --json" + ProfileOf("ani")), 2);
  EXPECT_EQ(nlohmann::json::parse(out_)["error"]["code"], "INVALID_ARGUMENT");
  EXPECT_NE(error_, "");
  EXPECT_EQ(Run("get entry x" + ProfileOf("ani")), 2);
  EXPECT_EQ(out_, "");

  ASSERT_EQ(Run("suspend bank-a --reason X --out ~/p.batch" + ProfileOf("ani")),
            0);
  EXPECT_EQ(Run("post ~/p.batch --json" + ProfileOf("ani")), 1);
  told = nlohmann::json::parse(out_)["error"];
  EXPECT_EQ(told["code"], "PERMISSION_DENIED");
  EXPECT_EQ(told["problem"], "BATCH_PROBLEM_THRESHOLD");
}

TEST_F(CommandsTest, SaysThatATlsKeyIsUnderNoPassphrase) {
  ASSERT_EQ(Run("keygen ~/k --name a --passphrase --json", "x\nx\n"), 0);
  EXPECT_THAT(error_, HasSubstr("the TLS key is not under the passphrase"));
  EXPECT_EQ(nlohmann::json::parse(out_)["certificate_key_encrypted"], false);
  ASSERT_EQ(Run("keygen ~/l --name a"), 0);
  EXPECT_THAT(error_, Not(HasSubstr("passphrase")));
  ASSERT_EQ(Run("keygen ~/m --name a --kind statement --passphrase", "x\nx\n"),
            0);
  EXPECT_THAT(error_, Not(HasSubstr("TLS")));
}

TEST_F(CommandsTest, DerivesAPseudonymFromStandardInput) {
  ASSERT_EQ(Run("pseudonym" + ProfileOf("dinsos"), kNumber), 0) << error_;
  const std::string once = out_;
  EXPECT_EQ(once.size(), 45);
  ASSERT_EQ(Run("pseudonym --json" + ProfileOf("dinsos"), kNumber), 0);
  EXPECT_EQ(nlohmann::json::parse(out_)["pseudonym"].get<std::string>() + "\n",
            once);
  ASSERT_EQ(Run("pseudonym --scheme br.nis" + ProfileOf("dinsos"), kNumber), 0);
  EXPECT_NE(out_, once);
}

// Every example of a help text is a command line of the program. (That they
// work, one after another, is for the tests that run a server.)
TEST_F(CommandsTest, TeachesByExamplesThatParse) {
  std::ostringstream unused;
  std::istringstream in;
  Environment environment;
  environment.in = &in;
  environment.out = &unused;
  environment.error = &unused;
  Context context(environment);
  const auto whole = MakeApp(context);
  std::vector<const CLI::App*> open{whole.get()};
  size_t examples = 0;
  while (!open.empty()) {
    const CLI::App* command = open.back();
    open.pop_back();
    const auto inner =
        command->get_subcommands([](const CLI::App*) { return true; });
    open.insert(open.end(), inner.begin(), inner.end());
    if (!inner.empty()) continue;
    const std::string footer = command->get_footer();
    EXPECT_THAT(footer, HasSubstr("\n  amanah ")) << command->get_name();
    std::istringstream lines(footer);
    for (std::string line; std::getline(lines, line);) {
      if (!line.starts_with("  amanah ")) continue;
      ++examples;
      EXPECT_NO_THROW(MakeApp(context)->parse(line.substr(9), false)) << line;
    }
  }
  EXPECT_GT(examples, 20);
}

}  // namespace
}  // namespace amanah::client
