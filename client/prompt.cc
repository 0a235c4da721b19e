#include "client/prompt.h"

#include <termios.h>
#include <unistd.h>

#include <istream>
#include <ostream>

#include "absl/strings/str_format.h"
#include "ledger/base/status.h"

namespace amanah::client {
namespace {

// Turns the terminal's echo off for as long as it lives.
class Silence {
 public:
  explicit Silence(bool terminal) {
    active_ = terminal && tcgetattr(STDIN_FILENO, &before_) == 0;
    if (!active_) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;
  ~Silence() {
    if (active_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }

 private:
  termios before_{};
  bool active_ = false;
};

}  // namespace

absl::StatusOr<std::string> Prompt::Ask(std::string_view question) {
  *error_ << question << ": " << std::flush;
  std::string line;
  if (!std::getline(*in_, line)) {
    *error_ << '\n';
    return absl::InvalidArgumentError(
        absl::StrFormat("no answer to: %s", question));
  }
  if (line.ends_with('\r')) line.pop_back();
  if (!terminal_) *error_ << '\n';
  return line;
}

absl::StatusOr<std::string> Prompt::AskSecret(std::string_view question) {
  const Silence silence(terminal_);
  auto answer = Ask(question);
  // The newline that was typed did not show either.
  if (terminal_) *error_ << '\n';
  return answer;
}

absl::StatusOr<bool> Prompt::Confirm(std::string_view question) {
  const auto answer = Ask(std::string(question) + " [y/N]");
  if (!answer.ok()) return answer.status();
  return *answer == "y" || *answer == "Y" || *answer == "yes";
}

}  // namespace amanah::client
