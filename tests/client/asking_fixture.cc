#include "tests/client/asking_fixture.h"

#include <sstream>
#include <utility>

#include "absl/strings/str_format.h"
#include "ledger/base/base64.h"
#include "ledger/base/check.h"
#include "tests/support/book_fixture.h"

namespace amanah::client {
namespace {

namespace ts = testing_support;
using domain::DisbursementState;

const crypto::Hash& PseudonymKey() {
  static const crypto::Hash key = crypto::Sha256(AsBytes("pseudonyms"));
  return key;
}

domain::EntitlementGranted GrantToNumber(std::string_view name) {
  domain::EntitlementGranted grant = ts::Grant(name);
  const auto pseudonym =
      crypto::MakePseudonym(PseudonymKey().view(), 1, "id.nik", kNumber);
  AMANAH_CHECK(pseudonym.ok());
  grant.recipient = *pseudonym;
  return grant;
}

domain::EntitlementGranted OverlappingGrant() {
  domain::EntitlementGranted grant = ts::Grant("e4");
  grant.recipient = ts::PersonOf("e1");
  return grant;
}

domain::ProgramDefined NextVersion() {
  domain::ProgramDefined program = ts::Program("sembako");
  program.version = 2;
  program.months = ts::Months("2026-01", "2027-12");
  return program;
}

}  // namespace

AskingTest::AskingTest() {
  WriteKey("pseudonym.key", crypto::KeyKind::kPseudonym, "pseudonyms",
           PseudonymKey().view());
  WriteKey("salt.key", crypto::KeyKind::kSalt, "salt",
           crypto::Sha256(AsBytes("salt")).view());
  grants_ = Say("dinsos", {ts::Grant("e1"), ts::Grant("e2"), ts::Grant("e3"),
                           GrantToNumber("e5")});
  payment_ =
      Say("bank-a", {ts::Report("d1", "e1", DisbursementState::kCredited)});
  double_payment_ =
      Say("bank-b", {ts::Report("b1", "e1", DisbursementState::kCredited)});
  Say("bank-a", {ts::Report("d2", "e2", DisbursementState::kInstructed)});
  Say("bank-a", {ts::Report("d2", "e2", DisbursementState::kRejected),
                 ts::Report("d3", "e2", DisbursementState::kCredited)});
  Say("bank-a", {ts::Report("d3", "e2", DisbursementState::kReturned)});
  overlap_ = Say("dinsos", {OverlappingGrant()});
  revocation_ = Say("dinsos", {ts::Revocation("e3")});
  Say("administrators", {NextVersion()});
  Say("administrators",
      {domain::LedgerKeyRotated{domain::LedgerKeyKind::kCheckpoint,
                                ledger_.parties().id().origin,
                                ledger_.parties().LedgerKeyWithProof(
                                    domain::LedgerKeyKind::kCheckpoint, 2)}});
  server::ServerOptions options;
  options.listen = "127.0.0.1:0";
  options.insecure_plaintext = true;
  options.clock = &ledger_.clock();
  auto server = server::Server::Listen(options);
  AMANAH_CHECK(server.ok());
  server_ = *std::move(server);
  server_->Serve(&ledger_.ledger());
}

AskingTest::~AskingTest() { server_->Stop(); }

void AskingTest::WriteKey(const std::string& file, crypto::KeyKind kind,
                          std::string_view name, ByteView secret) {
  AMANAH_CHECK(
      crypto::WriteKeyFile(folder_.path() / file,
                           {kind, std::string(name),
                            std::move(*crypto::Secret::FromBytes(secret))},
                           std::nullopt)
          .ok());
}

void AskingTest::WriteSigningKey(const std::string& name) {
  WriteKey(name + ".key", crypto::KeyKind::kSigning, name,
           ts::SigningKeyOf(name).seed());
}

uint64_t AskingTest::Say(std::string_view author,
                         std::vector<domain::Body> bodies) {
  return ledger_.Say(author, std::move(bodies)).results.at(0).sequence;
}

std::vector<std::string> AskingTest::Arguments(const std::string& line) {
  std::vector<std::string> arguments;
  std::istringstream words(line);
  for (std::string word; words >> word;) {
    if (const size_t at = word.find('~'); at != std::string::npos) {
      word.replace(at, 1, folder_.path().string());
    }
    arguments.push_back(word);
  }
  const judge::LedgerId& id = ledger_.parties().id();
  const auto add = [&](const std::string& flag, const std::string& value) {
    if (line.find(flag) == std::string::npos) {
      arguments.insert(arguments.end(), {flag, value});
    }
  };
  add("--server", absl::StrFormat("127.0.0.1:%d", server_->port()));
  add("--origin", id.origin);
  add("--genesis", EncodeBase64(id.genesis.view()));
  add("--authority", "bank-a");
  add("--pseudonym-key", (folder_.path() / "pseudonym.key").string());
  add("--state-folder", (folder_.path() / state_).string());
  arguments.emplace_back("--plaintext");
  return arguments;
}

Environment AskingTest::World() {
  Environment environment;
  environment.clock = &ledger_.clock();
  return environment;
}

Ran AskingTest::Run(const std::string& line, const std::string& input) {
  std::istringstream in(input);
  std::ostringstream out;
  std::ostringstream error;
  Environment environment = World();
  environment.in = &in;
  environment.out = &out;
  environment.error = &error;
  const int code = RunApp(Arguments(line), environment);
  return {code, out.str(), error.str()};
}

std::unique_ptr<Remote> AskingTest::Connect() const {
  Profile profile;
  profile.server = absl::StrFormat("127.0.0.1:%d", server_->port());
  profile.plaintext = true;
  auto remote = Remote::Connect(profile);
  AMANAH_CHECK(remote.ok());
  return *std::move(remote);
}

}  // namespace amanah::client
