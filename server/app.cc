#include "server/app.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "ledger/base/status.h"
#include "server/commands.h"
#include "server/config.h"

namespace amanah::server {
namespace {

constexpr int kExitUsage = 2;

constexpr const char* kExamples = R"(
Examples:
  # make a ledger from the opening that its administrators have signed
  amanahd init --data data --opening opening.batch \
    --checkpoint-key checkpoint.key --statement-key statement.key

  # serve it
  amanahd serve --config amanahd.toml

  # the same without a file
  amanahd serve --data data --listen 0.0.0.0:7443 \
    --checkpoint-key checkpoint.key --statement-key statement.key \
    --tls-cert tls.crt --tls-key tls.key

  # look at a ledger on this machine with a tool that has no certificate
  amanahd serve --data data --listen 127.0.0.1:7080 --insecure-plaintext \
    --checkpoint-key checkpoint.key --statement-key statement.key
)";

constexpr const char* kInitExamples = R"(
Example:
  # writes entry 0, and prints the origin and the hash that clients pin
  amanahd init --data data --opening opening.batch \
    --checkpoint-key checkpoint.key --statement-key statement.key
)";

constexpr const char* kServeExamples = R"(
Examples:
  # all settings in a file (docs/operations.md shows one)
  amanahd serve --config amanahd.toml

  # flags go before the file
  amanahd serve --config amanahd.toml --listen 127.0.0.1:7443 --log-format json

  # any free port, told in a file
  amanahd serve --config amanahd.toml --listen 127.0.0.1:0 --port-file port

SIGTERM or SIGINT stops in good order, a second one at once.
)";

// What stands on the command line; empty: not given.
struct Flags {
  std::string config;
  std::string data;
  std::string origin;
  std::string listen;
  std::vector<std::string> checkpoint_keys;
  std::vector<std::string> statement_keys;
  std::string passphrase_file;
  int passphrase_fd = -1;
  std::string tls_cert;
  std::string tls_key;
  std::string log_format;
  std::string log_level;
  std::string port_file;
  bool insecure_plaintext = false;
  bool confirm_clock = false;
  std::string opening;
};

void AddKeyFlags(CLI::App* command, Flags* flags) {
  command->add_option("--data", flags->data, "the data folder");
  command->add_option("--checkpoint-key", flags->checkpoint_keys,
                      "key file that signs checkpoints; may be repeated");
  command->add_option("--statement-key", flags->statement_keys,
                      "key file of the ledger's statements; may be repeated");
  command->add_option("--passphrase-file", flags->passphrase_file,
                      "file (mode 0600) whose first line opens the key files; "
                      "else $AMANAHD_PASSPHRASE");
  command->add_option("--passphrase-fd", flags->passphrase_fd,
                      "the same from an open descriptor");
}

CLI::App* AddInit(CLI::App* app, Flags* flags) {
  CLI::App* init = app->add_subcommand("init", "make a ledger");
  AddKeyFlags(init, flags);
  init->add_option("--opening", flags->opening, "the signed opening (.batch)")
      ->required();
  init->get_option("--data")->required();
  init->get_option("--checkpoint-key")->required();
  init->get_option("--statement-key")->required();
  init->footer(kInitExamples);
  return init;
}

CLI::App* AddServe(CLI::App* app, Flags* flags) {
  CLI::App* serve = app->add_subcommand("serve", "serve a ledger");
  AddKeyFlags(serve, flags);
  serve->add_option("--config", flags->config, "TOML file with all settings");
  serve->add_option("--origin", flags->origin,
                    "refuse to serve any other ledger than this");
  serve->add_option("--listen", flags->listen,
                    "host:port (127.0.0.1:7443); port 0 is any free one");
  serve->add_option("--tls-cert", flags->tls_cert, "certificate in PEM");
  serve->add_option("--tls-key", flags->tls_key,
                    "its private key in PEM, mode 0600");
  serve->add_option("--log-format", flags->log_format, "text or json");
  serve->add_option("--log-level", flags->log_level,
                    "debug, info, warning or error");
  serve->add_option("--port-file", flags->port_file,
                    "file to write the port to, once ready");
  serve->add_flag("--insecure-plaintext", flags->insecure_plaintext,
                  "no TLS and no callers, on a loopback address only");
  serve->add_flag("--confirm-clock", flags->confirm_clock,
                  "the machine's clock was looked at and is right");
  serve->footer(kServeExamples);
  return serve;
}

template <typename Out>
void Override(const std::string& flag, Out* out) {
  if (!flag.empty()) *out = flag;
}

void Override(const std::vector<std::string>& flags,
              std::vector<std::filesystem::path>* out) {
  if (!flags.empty()) out->assign(flags.begin(), flags.end());
}

absl::StatusOr<Config> ConfigOf(const Flags& flags) {
  Config config;
  if (!flags.config.empty()) {
    AMANAH_ASSIGN_OR_RETURN(config, ReadConfig(flags.config));
  }
  Override(flags.data, &config.data);
  Override(flags.origin, &config.origin);
  Override(flags.listen, &config.listen);
  Override(flags.checkpoint_keys, &config.checkpoint_keys);
  Override(flags.statement_keys, &config.statement_keys);
  Override(flags.passphrase_file, &config.passphrase_file);
  Override(flags.tls_cert, &config.tls_cert);
  Override(flags.tls_key, &config.tls_key);
  Override(flags.port_file, &config.port_file);
  if (!flags.log_format.empty()) {
    AMANAH_ASSIGN_OR_RETURN(config.log.format,
                            ParseLogFormat(flags.log_format));
  }
  if (!flags.log_level.empty()) {
    AMANAH_ASSIGN_OR_RETURN(config.log.level, ParseLogLevel(flags.log_level));
  }
  config.insecure_plaintext = flags.insecure_plaintext;
  config.confirm_clock = flags.confirm_clock;
  return config;
}

int Fail(const absl::Status& status, int exit_code) {
  std::fprintf(stderr, "amanahd: %s\n", std::string(status.message()).c_str());
  return exit_code;
}

int Run(const Flags& flags, bool init) {
  const auto config = ConfigOf(flags);
  if (!config.ok()) return Fail(config.status(), kExitUsage);
  PassphraseSource passphrase{config->passphrase_file, {}};
  if (flags.passphrase_fd >= 0) passphrase.descriptor = flags.passphrase_fd;
  StartLogging(config->log);
  if (!init) {
    const absl::Status complete = CheckForServing(*config);
    if (!complete.ok()) return Fail(complete, kExitUsage);
  }
  const absl::Status status = init ? RunInit(*config, flags.opening, passphrase)
                                   : RunServe(*config, passphrase);
  return status.ok() ? 0 : Fail(status, 1);
}

}  // namespace

int RunApp(int argc, char** argv) {
  CLI::App app("The server of Amanah, the ledger of social assistance.",
               "amanahd");
  app.set_version_flag("--version", "amanahd " AMANAH_VERSION);
  app.require_subcommand(1);
  app.footer(kExamples);
  Flags flags;
  const CLI::App* init = AddInit(&app, &flags);
  AddServe(&app, &flags);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // Help and version are "errors" with code 0.
    return app.exit(error) == 0 ? 0 : kExitUsage;
  }
  return Run(flags, init->parsed());
}

}  // namespace amanah::server
