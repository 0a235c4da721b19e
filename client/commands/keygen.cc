// Makes the keys of an authority, of a ledger, of pseudonyms, of imports' ids,
// or of a server's TLS, in files of a folder.

#include <sys/stat.h>

#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <system_error>

#include "client/app.h"
#include "client/arguments.h"
#include "client/commands.h"
#include "ledger/base/base64.h"
#include "ledger/base/status.h"
#include "ledger/crypto/certificate.h"
#include "ledger/crypto/key_file.h"
#include "ledger/log/verifier_key.h"

namespace amanah::client {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::string folder;
  std::string name;
  std::string kind = "authority";
  bool passphrase = false;
  bool ed25519 = false;
  int days = 397;
};

// Collects what was made, for the last lines of the command.
struct Made {
  Fields fields;
  nlohmann::ordered_json json = nlohmann::ordered_json::object();

  void Add(const std::string& what, const std::string& label,
           const std::string& value) {
    fields.emplace_back(label, value);
    json[what] = value;
  }
};

absl::StatusOr<std::optional<std::string>> NewPassphrase(Context& context,
                                                         bool wanted) {
  if (!wanted) return std::nullopt;
  AMANAH_ASSIGN_OR_RETURN(std::string first,
                          context.prompt().AskSecret("new passphrase"));
  AMANAH_ASSIGN_OR_RETURN(std::string again,
                          context.prompt().AskSecret("once more"));
  const bool same = first == again;
  crypto::Wipe(&again);
  if (!same) return absl::InvalidArgumentError("the passphrases differ");
  return first;
}

absl::Status MakeKey(const Options& options, crypto::KeyKind kind,
                     const char* file,
                     const std::optional<std::string>& passphrase, Made* made) {
  const fs::path path = fs::path(options.folder) / file;
  crypto::Secret secret = crypto::Secret::Generate();
  const crypto::PublicKey point =
      crypto::SigningKey::FromSeed(secret.view()).public_key();
  AMANAH_RETURN_IF_ERROR(crypto::WriteKeyFile(
      path.string(), {kind, options.name, std::move(secret)}, passphrase));
  made->Add(std::string(crypto::KeyKindName(kind)) + "_key",
            std::string(crypto::KeyKindName(kind)) + " key", path.string());
  if (kind == crypto::KeyKind::kSigning) {
    made->Add(
        "verifier_key", "verifier key",
        log::FormatVerifierKey(log::MakeVerifierKey(options.name, point)));
  }
  return absl::OkStatus();
}

absl::Status MakeTls(const Options& options, Context& context, Made* made) {
  crypto::TlsCertificateChoice choice;
  choice.common_name = options.name;
  choice.kind = options.ed25519 ? crypto::TlsKeyKind::kEd25519
                                : crypto::TlsKeyKind::kP256;
  choice.not_before = static_cast<int64_t>(context.NowSeconds());
  choice.days = options.days;
  AMANAH_ASSIGN_OR_RETURN(crypto::TlsCertificate tls,
                          crypto::MakeTlsCertificate(choice));
  const fs::path key = fs::path(options.folder) / "tls.key";
  const fs::path certificate = fs::path(options.folder) / "tls.pem";
  AMANAH_RETURN_IF_ERROR(WriteNewFile(key, tls.key_pem, true));
  crypto::Wipe(&tls.key_pem);
  AMANAH_RETURN_IF_ERROR(WriteNewFile(certificate, tls.certificate_pem, false));
  AMANAH_ASSIGN_OR_RETURN(const crypto::Hash pin,
                          crypto::SpkiHashOfPem(tls.certificate_pem));
  made->Add("certificate_key", "TLS key", key.string());
  made->Add("certificate", "TLS certificate", certificate.string());
  made->Add("pin", "pin", EncodeBase64(pin.view()));
  return absl::OkStatus();
}

absl::Status MakeAll(Context& context, const Options& options, Made* made) {
  using crypto::KeyKind;
  if (!log::IsValidKeyName(options.name)) {
    return absl::InvalidArgumentError(
        "a key's name is not empty and holds no space and no `+`");
  }
  std::error_code error;
  if (fs::create_directories(options.folder, error)) {
    chmod(options.folder.c_str(), 0700);
  }
  if (error) {
    return absl::UnknownError(absl::StrFormat("cannot make the folder %s: %s",
                                              options.folder, error.message()));
  }
  if (options.kind == "tls") return MakeTls(options, context, made);
  auto passphrase = NewPassphrase(context, options.passphrase);
  if (!passphrase.ok()) return passphrase.status();
  const auto make = [&](KeyKind kind, const char* file) {
    return MakeKey(options, kind, file, *passphrase, made);
  };
  absl::Status done;
  if (options.kind == "checkpoint") {
    done = make(KeyKind::kSigning, "checkpoint.key");
  } else if (options.kind == "statement") {
    done = make(KeyKind::kSigning, "statement.key");
  } else if (options.kind == "pseudonym") {
    done = make(KeyKind::kPseudonym, "pseudonym.key");
  } else if (options.kind == "ids") {
    done = make(KeyKind::kSalt, "ids.key");
  } else {
    done = make(KeyKind::kSigning, "signing.key");
    if (done.ok()) done = make(KeyKind::kSalt, "salt.key");
    if (done.ok()) done = MakeTls(options, context, made);
  }
  if (passphrase->has_value()) crypto::Wipe(&**passphrase);
  return done;
}

absl::StatusOr<ExitCode> Run(Context& context, const Options& options) {
  Made made;
  AMANAH_RETURN_IF_ERROR(MakeAll(context, options, &made));
  context.output().Print(made.fields);
  context.output().Line(
      "Keep the keys where only you can read them, and a copy of the salt key: "
      "it outlives the signing key.");
  if (options.passphrase && made.json.contains("certificate_key")) {
    context.output().Warn(
        "the TLS key is not under the passphrase: only the mode of its file "
        "keeps it");
    made.json["certificate_key_encrypted"] = false;
  }
  context.output().Json(made.json);
  return ExitCode::kDone;
}

}  // namespace

void AddKeygen(Command app, Context& context) {
  Command command = app.AddCommand(
      "keygen", "Make keys in files of a folder; none is replaced");
  auto options = std::make_shared<Options>();
  command.AddOption("FOLDER", options->folder, "Made if it is not there")
      .Required();
  command
      .AddOption("--name", options->name,
                 "The authority's name; for the ledger's own keys its origin")
      .Required();
  command
      .AddOption("--kind", options->kind,
                 "authority: signing, salt and TLS keys; checkpoint or "
                 "statement: one of a ledger's own; pseudonym; ids: for "
                 "those that imports make; tls: for a server")
      .OneOf(
          {"authority", "checkpoint", "statement", "pseudonym", "ids", "tls"})
      .ShowDefault();
  command.AddFlag("--passphrase", options->passphrase,
                  "Ask for a passphrase to keep the keys under; TLS keys "
                  "are not");
  command.AddFlag("--ed25519", options->ed25519,
                  "TLS key Ed25519 in place of P-256");
  command.AddOption("--days", options->days, "Days the certificate is valid")
      .ShowDefault();
  Teach(command,
        {{"the keys of a bank",
          "amanah keygen keys/bank-jatim --name bank-jatim"},
         {"the key that signs a ledger's checkpoints",
          "amanah keygen keys/ledger --kind checkpoint --name "
          "ledger.example/mojokerto"},
         {"the key that pseudonyms are made with",
          "amanah keygen keys/pseudonyms --kind pseudonym --name epoch-1"},
         {"the key that an owner and its banks share to import files",
          "amanah keygen keys/pkh --kind ids --name pkh-ids"}});
  OnRun(command, context,
        [&context, options] { return Run(context, *options); });
}

}  // namespace amanah::client
