#include "client/app.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <istream>
#include <nlohmann/json.hpp>
#include <ostream>

#include "client/commands.h"
#include "client/error.h"
#include "client/exit.h"
#include "ledger/base/check.h"
#include "ledger/base/status.h"

namespace amanah::client {
namespace {

constexpr char kVersion[] = "amanah " AMANAH_VERSION;

constexpr char kAbout[] =
    "Client of Amanah, a ledger of social assistance: who is entitled to what, "
    "what was paid, and what became of it. What it prints is marked as proved "
    "here or as stated by the server.";

constexpr char kExitCodes[] =
    "Exit codes: 0 done; 1 a check failed or something was refused; 2 usage; "
    "3 server or network; 4 only later software can judge it.\n";

absl::Status Missing(const char* key, const char* flag) {
  return absl::InvalidArgumentError(absl::StrFormat(
      "the profile names no %s: give %s, or %s", key, key, flag));
}

void AddSharedFlags(Command app, ProfileFlags* flags, bool* json,
                    std::string* state) {
  const char* heading = "Shared";
  const auto add = [&](const char* name, std::string* value,
                       const char* about) {
    app.AddOption(name, *value, about).Under(heading);
  };
  add("--profile", &flags->file,
      "Profile file; else $AMANAH_PROFILE, else ~/.config/amanah/profile.toml");
  add("--server", &flags->server, "host:port");
  add("--origin", &flags->origin, "The ledger's name");
  add("--genesis", &flags->genesis, "Hash of entry 0, base64");
  add("--authority", &flags->authority, "Who we are");
  add("--signing-key", &flags->signing_key, "Signing key file");
  add("--salt-key", &flags->salt_key, "Salt key file");
  add("--pseudonym-key", &flags->pseudonym_key, "Pseudonym key file");
  add("--certificate", &flags->certificate, "TLS certificate, PEM");
  add("--certificate-key", &flags->certificate_key, "TLS key, PEM");
  add("--server-pin", &flags->server_pin,
      "SHA-256 of the server certificate's SPKI, base64");
  add("--state-folder", state,
      "Folder of checkpoints seen; else $AMANAH_STATE, else "
      "~/.local/state/amanah");
  app.AddFlag("--plaintext", flags->plaintext,
              "No TLS; only to a loopback address")
      .Under(heading);
  app.AddFlag("--json", *json,
              "One JSON document in place of words; {\"error\": ...} for an "
              "error")
      .Under(heading);
}

bool ColoursWanted(const Environment& environment) {
  const char* no_color = std::getenv("NO_COLOR");
  return environment.out_is_terminal &&
         (no_color == nullptr || *no_color == '\0');
}

// A line that cannot be read has set no options yet.
void TellUsage(const std::vector<std::string>& arguments,
               const std::string& message, Output* output) {
  const bool json = std::find(arguments.begin(), arguments.end(), "--json") !=
                    arguments.end();
  output->set_options({json, false, false});
  output->Json({{"error", ErrorJson(absl::InvalidArgumentError(message))}});
}

Fetch FetchFrom(Remote* remote) {
  Fetch fetch;
  fetch.entry = [remote](uint64_t sequence) {
    v1::GetEntryRequest request;
    request.set_sequence(sequence);
    return remote->GetEntry(request);
  };
  fetch.checkpoint = [remote] { return remote->GetCheckpoint(); };
  fetch.consistency = [remote](uint64_t old_size, uint64_t new_size) {
    v1::GetConsistencyProofRequest request;
    request.set_old_size(old_size);
    request.set_new_size(new_size);
    return remote->GetConsistencyProof(request);
  };
  return fetch;
}

}  // namespace

Context::Context(const Environment& environment)
    : environment_(environment),
      output_(environment.out, environment.error),
      prompt_(environment.in, environment.error, environment.in_is_terminal) {
  AMANAH_CHECK(environment.in != nullptr && environment.out != nullptr &&
               environment.error != nullptr);
}

uint64_t Context::NowSeconds() const {
  return static_cast<uint64_t>(
      std::max<int64_t>(clock().NowUs() / 1'000'000, 0));
}

absl::StatusOr<const Profile*> Context::profile() {
  if (!profile_.has_value()) {
    AMANAH_ASSIGN_OR_RETURN(profile_, LoadProfile(flags_));
  }
  return &*profile_;
}

absl::StatusOr<judge::LedgerId> Context::ledger() {
  AMANAH_ASSIGN_OR_RETURN(const Profile* const loaded, profile());
  return LedgerOf(*loaded);
}

absl::StatusOr<std::string> Context::authority() {
  AMANAH_ASSIGN_OR_RETURN(const Profile* const loaded, profile());
  if (loaded->authority.empty()) return Missing("authority", "--authority");
  return loaded->authority;
}

absl::StatusOr<Remote*> Context::remote() {
  if (remote_ == nullptr) {
    AMANAH_ASSIGN_OR_RETURN(const Profile* const loaded, profile());
    AMANAH_ASSIGN_OR_RETURN(remote_, environment_.connect
                                         ? environment_.connect(*loaded)
                                         : Remote::Connect(*loaded));
  }
  return remote_.get();
}

absl::StatusOr<Verifier*> Context::verifier() {
  if (verifier_ == nullptr) {
    AMANAH_ASSIGN_OR_RETURN(const judge::LedgerId id, ledger());
    AMANAH_ASSIGN_OR_RETURN(const auto folder, state_folder());
    AMANAH_ASSIGN_OR_RETURN(Remote* const server, remote());
    verifier_ = std::make_unique<Verifier>(id, KeptState(folder, id.origin),
                                           FetchFrom(server));
  }
  return verifier_.get();
}

absl::StatusOr<std::filesystem::path> Context::state_folder() {
  if (!state_flag_.empty()) return std::filesystem::path(state_flag_);
  return DefaultStateFolder();
}

absl::StatusOr<crypto::KeyFile> Context::ReadKey(
    const std::filesystem::path& path, crypto::KeyKind kind) {
  auto read = crypto::ReadKeyFile(path.string(), [&] {
    return prompt_.AskSecret(
        absl::StrFormat("passphrase of %s", path.string()));
  });
  if (!read.ok()) return FromLocalFile(read.status());
  crypto::KeyFile key = *std::move(read);
  if (key.kind != kind) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s holds a %s key, not a %s key", path.string(),
        crypto::KeyKindName(key.kind), crypto::KeyKindName(kind)));
  }
  return key;
}

absl::StatusOr<crypto::SigningKey> Context::signing_key() {
  AMANAH_ASSIGN_OR_RETURN(const Profile* const loaded, profile());
  if (loaded->signing_key.empty()) {
    return Missing("signing_key", "--signing-key");
  }
  AMANAH_ASSIGN_OR_RETURN(
      const crypto::KeyFile key,
      ReadKey(loaded->signing_key, crypto::KeyKind::kSigning));
  return crypto::SigningKey::FromSeed(key.secret.view());
}

absl::StatusOr<crypto::Secret> Context::salt_key() {
  AMANAH_ASSIGN_OR_RETURN(const Profile* const loaded, profile());
  if (loaded->salt_key.empty()) return Missing("salt_key", "--salt-key");
  AMANAH_ASSIGN_OR_RETURN(crypto::KeyFile key,
                          ReadKey(loaded->salt_key, crypto::KeyKind::kSalt));
  return std::move(key.secret);
}

absl::StatusOr<crypto::Secret> Context::pseudonym_key() {
  AMANAH_ASSIGN_OR_RETURN(const Profile* const loaded, profile());
  if (loaded->pseudonym_key.empty()) {
    return Missing("pseudonym_key", "--pseudonym-key");
  }
  AMANAH_ASSIGN_OR_RETURN(
      crypto::KeyFile key,
      ReadKey(loaded->pseudonym_key, crypto::KeyKind::kPseudonym));
  return std::move(key.secret);
}

void OnRun(Command command, Context& context, Action action) {
  command.OnChosen(
      [&context, action = std::move(action)] { context.action_ = action; });
}

void Teach(Command command, const std::vector<Example>& examples) {
  std::string text = "Examples:\n";
  for (const Example& example : examples) {
    text += absl::StrFormat("  # %s\n  %s\n", example.what, example.command);
  }
  command.SetFooter(text);
}

std::unique_ptr<CLI::App> MakeApp(Context& context) {
  auto app = std::make_unique<CLI::App>(kAbout, "amanah");
  app->footer(kExitCodes);
  app->require_subcommand(1);
  // The shared flags may stand after the command too.
  app->fallthrough();
  app->set_version_flag("--version", kVersion);
  AddSharedFlags(Command(app.get()), &context.flags_, &context.json_,
                 &context.state_flag_);
  AddCommands(Command(app.get()), context);
  return app;
}

int RunApp(const std::vector<std::string>& arguments,
           const Environment& environment) {
  Context context(environment);
  const auto app = MakeApp(context);
  try {
    // CLI11 takes the arguments from the back.
    app->parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::ParseError& error) {
    const bool asked_for_help = error.get_exit_code() == 0;
    app->exit(error, *environment.out, *environment.error);
    if (!asked_for_help) TellUsage(arguments, error.what(), &context.output_);
    return static_cast<int>(asked_for_help ? ExitCode::kDone
                                           : ExitCode::kUsage);
  }
  context.output_.set_options(
      {context.json_, ColoursWanted(environment) && !context.json_,
       environment.error_is_terminal && !context.json_});
  AMANAH_CHECK(context.action_);
  const absl::StatusOr<ExitCode> ended = context.action_();
  if (!ended.ok() && !context.output_.has_document()) {
    context.output_.Json({{"error", ErrorJson(ended.status())}});
  }
  environment.out->flush();
  if (ended.ok()) return static_cast<int>(*ended);
  TellError(ended.status(), &context.output_);
  return static_cast<int>(ExitCodeOf(ended.status()));
}

}  // namespace amanah::client
