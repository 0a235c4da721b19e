// The program's frame: flags that all commands share, and what a command may
// use. How to add a command:
//
//   1. client/commands/NAME.cc with `void AddName(Command app, Context&)`
//   2. declare it in client/commands.h and call it in client/commands.cc
//
//   void AddName(Command app, Context& context) {
//     struct Options { std::string entitlement; };
//     Command command = app.AddCommand("name", "what it does");
//     auto options = std::make_shared<Options>();
//     command.AddOption("ENTITLEMENT", options->entitlement).Required();
//     Teach(command, {{"what the example does", "amanah name E-1"}});
//     OnRun(command, context, [&context, options] { return Run(...); });
//   }
#ifndef AMANAH_CLIENT_APP_H_
#define AMANAH_CLIENT_APP_H_

#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/command.h"
#include "client/exit.h"
#include "client/output.h"
#include "client/profile.h"
#include "client/prompt.h"
#include "client/remote.h"
#include "client/verify.h"
#include "ledger/base/clock.h"
#include "ledger/crypto/key_file.h"

namespace amanah::client {

// A command's work: how it ended, or why it could not be done. An error is
// printed and becomes an exit code in one place (Run).
using Action = std::function<absl::StatusOr<ExitCode>()>;

using RemoteFactory =
    std::function<absl::StatusOr<std::unique_ptr<Remote>>(const Profile&)>;

// The world outside, which tests replace.
struct Environment {
  std::istream* in = nullptr;
  std::ostream* out = nullptr;
  std::ostream* error = nullptr;
  bool in_is_terminal = false;
  bool out_is_terminal = false;
  bool error_is_terminal = false;
  const Clock* clock = &SystemClock();
  RemoteFactory connect;  // null: Remote::Connect
};

// What commands share. Everything is made when it is first asked for, so that a
// command which needs no server needs no profile. What is returned lives as
// long as the context. Not thread-safe.
class Context {
 public:
  explicit Context(const Environment& environment);

  Output& output() { return output_; }
  Prompt& prompt() { return prompt_; }
  const Clock& clock() const { return *environment_.clock; }
  // Now, in POSIX seconds.
  uint64_t NowSeconds() const;

  absl::StatusOr<const Profile*> profile();
  // INVALID_ARGUMENT: the profile leaves out origin or genesis.
  absl::StatusOr<judge::LedgerId> ledger();
  // INVALID_ARGUMENT: the profile leaves out the authority.
  absl::StatusOr<std::string> authority();
  absl::StatusOr<Remote*> remote();
  absl::StatusOr<Verifier*> verifier();
  // --state-folder, else DefaultStateFolder().
  absl::StatusOr<std::filesystem::path> state_folder();

  // Keys of the profile; a passphrase is asked for where a file has one.
  // INVALID_ARGUMENT: the profile names no such file, or it is of another kind;
  // errors as crypto::ReadKeyFile.
  absl::StatusOr<crypto::SigningKey> signing_key();
  absl::StatusOr<crypto::Secret> salt_key();
  absl::StatusOr<crypto::Secret> pseudonym_key();
  absl::StatusOr<crypto::KeyFile> ReadKey(const std::filesystem::path& path,
                                          crypto::KeyKind kind);

 private:
  friend std::unique_ptr<CLI::App> MakeApp(Context& context);
  friend int RunApp(const std::vector<std::string>& arguments,
                    const Environment& environment);
  friend void OnRun(Command command, Context& context, Action action);

  Environment environment_;
  Output output_;
  Prompt prompt_;
  ProfileFlags flags_;
  bool json_ = false;
  std::string state_flag_;
  std::optional<Profile> profile_;
  std::unique_ptr<Remote> remote_;
  std::unique_ptr<Verifier> verifier_;
  Action action_;  // of the command that was chosen
};

// The command does this when it is chosen.
void OnRun(Command command, Context& context, Action action);

// One line of a help text that can be run as it stands.
struct Example {
  std::string what;     // "pay an entitlement in full"
  std::string command;  // "amanah pay E-1 --amount 600000"
};

// Puts examples at the end of the command's help:
//
//   Examples:
//     # pay an entitlement in full
//     amanah pay E-1 --amount 600000
void Teach(Command command, const std::vector<Example>& examples);

// The program's command line, all commands in it; `context` must outlive it.
// To parse it chooses an action and runs nothing; throws CLI::ParseError.
std::unique_ptr<CLI::App> MakeApp(Context& context);

// The whole program without main(): parses, runs, prints errors. The exit code.
int RunApp(const std::vector<std::string>& arguments,
           const Environment& environment);

}  // namespace amanah::client

#endif  // AMANAH_CLIENT_APP_H_
