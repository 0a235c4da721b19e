// Shows what may be told of a key, and proves that we hold one.

#include <memory>
#include <nlohmann/json.hpp>

#include "client/app.h"
#include "client/arguments.h"
#include "client/commands.h"
#include "client/key_proof.h"
#include "ledger/base/base64.h"
#include "ledger/base/status.h"
#include "ledger/crypto/certificate.h"
#include "ledger/domain/identifier.h"
#include "ledger/log/checkpoint.h"
#include "ledger/log/verifier_key.h"

namespace amanah::client {
namespace {

using nlohmann::ordered_json;

struct ShowOptions {
  std::vector<std::string> files;
};

absl::StatusOr<ordered_json> DescribeCertificate(const std::string& pem) {
  AMANAH_ASSIGN_OR_RETURN(const crypto::CertificateFacts facts,
                          crypto::ReadCertificate(pem));
  ordered_json json;
  json["kind"] = "certificate";
  json["pin"] = EncodeBase64(facts.spki_hash.view());
  json["not_before"] = FormatTime(facts.not_before * 1'000'000);
  json["not_after"] = FormatTime(facts.not_after * 1'000'000);
  return json;
}

absl::StatusOr<ordered_json> DescribeKeyFile(Context& context,
                                             const std::string& path) {
  const auto read = crypto::ReadKeyFile(path, [&] {
    return context.prompt().AskSecret(
        absl::StrFormat("passphrase of %s", path));
  });
  if (!read.ok()) return FromLocalFile(read.status());
  const crypto::KeyFile& key = *read;
  ordered_json json;
  json["kind"] = crypto::KeyKindName(key.kind);
  json["name"] = key.name;
  if (key.kind == crypto::KeyKind::kSigning) {
    const auto point =
        crypto::SigningKey::FromSeed(key.secret.view()).public_key();
    if (!log::IsValidKeyName(key.name)) {
      return absl::InvalidArgumentError(
          absl::StrFormat("%s: its name fits no verifier key", path));
    }
    json["verifier_key"] =
        log::FormatVerifierKey(log::MakeVerifierKey(key.name, point));
  }
  return json;
}

absl::StatusOr<ExitCode> Show(Context& context, const ShowOptions& options) {
  ordered_json all = ordered_json::array();
  for (const std::string& path : options.files) {
    AMANAH_ASSIGN_OR_RETURN(const std::string text, ReadText(path));
    const bool is_certificate =
        text.find("-----BEGIN CERTIFICATE-----") != std::string::npos;
    AMANAH_ASSIGN_OR_RETURN(ordered_json json,
                            is_certificate ? DescribeCertificate(text)
                                           : DescribeKeyFile(context, path));
    Fields fields{{"file", path}};
    for (const auto& [key, value] : json.items()) {
      fields.emplace_back(key, value.get<std::string>());
    }
    context.output().Print(fields);
    json["file"] = path;
    all.push_back(std::move(json));
  }
  context.output().Json(all);
  return ExitCode::kDone;
}

struct ProveOptions {
  std::string role;
  std::string name;
  std::string key;
  std::string institution;
  std::string out;
  std::vector<std::string> certificates;
  bool opening = false;
};

bool IsLedgerRole(const std::string& role) {
  return role.starts_with("ledger-");
}

absl::StatusOr<crypto::SigningKey> KeyFor(Context& context,
                                          const ProveOptions& options) {
  if (options.key.empty()) return context.signing_key();
  AMANAH_ASSIGN_OR_RETURN(
      const crypto::KeyFile file,
      context.ReadKey(options.key, crypto::KeyKind::kSigning));
  return crypto::SigningKey::FromSeed(file.secret.view());
}

// Which ledger the proof is for; entry 0 itself has no hash to name yet.
absl::StatusOr<judge::LedgerId> LedgerFor(Context& context, bool opening) {
  if (!opening) return context.ledger();
  AMANAH_ASSIGN_OR_RETURN(const Profile* const profile, context.profile());
  if (!log::IsValidOrigin(profile->origin)) {
    return absl::InvalidArgumentError("give the ledger's name: --origin");
  }
  return judge::LedgerId{profile->origin, {}};
}

absl::StatusOr<KeyProof> ProofFor(Context& context,
                                  const ProveOptions& options) {
  KeyProof proof;
  AMANAH_ASSIGN_OR_RETURN(proof.ledger, LedgerFor(context, options.opening));
  proof.role = options.role;
  if (IsLedgerRole(options.role)) {
    proof.name = proof.ledger.origin;
    return proof;
  }
  proof.name = options.name;
  if (!domain::IsIdentifier(proof.name)) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "--name %s is no authority's name", domain::Quoted(proof.name)));
  }
  proof.institution = options.institution;
  if (!domain::IsCode(proof.institution)) {
    return absl::InvalidArgumentError(
        "give the code of your institution: --institution");
  }
  std::vector<std::string> certificates = options.certificates;
  AMANAH_ASSIGN_OR_RETURN(const Profile* const profile, context.profile());
  if (certificates.empty() && !profile->certificate.empty()) {
    certificates.push_back(profile->certificate.string());
  }
  AMANAH_ASSIGN_OR_RETURN(proof.pins, PinsOf(certificates));
  if (proof.pins.empty()) {
    return absl::InvalidArgumentError(
        "give the certificate that you will call with: --certificate");
  }
  return proof;
}

absl::StatusOr<ExitCode> Prove(Context& context, const ProveOptions& options) {
  AMANAH_ASSIGN_OR_RETURN(KeyProof proof, ProofFor(context, options));
  AMANAH_ASSIGN_OR_RETURN(const crypto::SigningKey key,
                          KeyFor(context, options));
  const std::string text = FormatKeyProof(MakeKeyProof(key, std::move(proof)));
  if (options.out.empty()) {
    context.output().out() << text;
    return ExitCode::kDone;
  }
  AMANAH_RETURN_IF_ERROR(WriteNewFile(options.out, text, false));
  context.output().Line(absl::StrFormat(
      "Written to %s; it holds no secret. Give it to an administrator.",
      options.out));
  context.output().Json({{"file", options.out}});
  return ExitCode::kDone;
}

void AddKeyShow(Command key, Context& context) {
  Command command = key.AddCommand(
      "show", "Public parts of key files and certificates; never a secret");
  auto options = std::make_shared<ShowOptions>();
  command.AddOption("FILE", options->files, "Key files and PEM certificates")
      .Required();
  Teach(command, {{"the verifier key of a bank and the pin of its certificate",
                   "amanah key show keys/bank-jatim/signing.key "
                   "keys/bank-jatim/tls.pem"}});
  OnRun(command, context,
        [&context, options] { return Show(context, *options); });
}

void AddKeyProve(Command key, Context& context) {
  Command command = key.AddCommand(
      "prove", "Show that we hold a key, in a file for those who enrol it");
  auto options = std::make_shared<ProveOptions>();
  command.AddOption("--role", options->role, "What the key will be for")
      .OneOf(KeyRoles())
      .Required();
  command.AddOption("--name", options->name,
                    "The authority's name; the ledger's own keys have its "
                    "origin");
  command.AddOption("--institution", options->institution,
                    "Code of the authority's institution");
  command.AddOption("--key", options->key,
                    "Signing key file; else the profile's");
  // --certificate is a shared flag too: here it names what will be pinned.
  command.AddOption("--pin-certificate", options->certificates,
                    "PEM certificates that will be called with; else the "
                    "profile's");
  command.AddFlag("--opening", options->opening,
                  "For entry 0 of a ledger that is not open yet");
  command.AddOption("-o,--out", options->out,
                    "File to write; else standard output");
  Teach(command,
        {{"a bank asks to be enrolled",
          "amanah key prove --role bank --name bank-jatim --institution "
          "BANK-JATIM --key keys/bank-jatim/signing.key --pin-certificate "
          "keys/bank-jatim/tls.pem --out bank-jatim.proof"},
         {"one of the first administrators of a ledger",
          "amanah key prove --opening --origin ledger.example/mojokerto --role "
          "administrator --name ani --institution DINSOS --key "
          "keys/ani/signing.key --pin-certificate keys/ani/tls.pem --out "
          "ani.proof"}});
  OnRun(command, context,
        [&context, options] { return Prove(context, *options); });
}

}  // namespace

void AddKey(Command app, Context& context) {
  Command key = app.AddGroup("key", "Look at keys, and prove them");
  AddKeyShow(key, context);
  AddKeyProve(key, context);
}

}  // namespace amanah::client
