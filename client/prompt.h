// What a command asks of the person before it: passphrases, national numbers,
// a yes. From the terminal without echo when standard input is one, else from
// standard input, a line each. Never from the command line, which other users
// of the machine can read.
#ifndef AMANAH_CLIENT_PROMPT_H_
#define AMANAH_CLIENT_PROMPT_H_

#include <iosfwd>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace amanah::client {

// The streams must outlive it. Not thread-safe.
class Prompt {
 public:
  // `terminal`: standard input is a terminal, so that echo can be turned off.
  Prompt(std::istream* in, std::ostream* error, bool terminal)
      : in_(in), error_(error), terminal_(terminal) {}

  // One line, without its end. INVALID_ARGUMENT: there is none.
  absl::StatusOr<std::string> Ask(std::string_view question);
  // The same without echo. The caller wipes what it no longer needs.
  absl::StatusOr<std::string> AskSecret(std::string_view question);
  // Whether the answer is "y" or "yes".
  absl::StatusOr<bool> Confirm(std::string_view question);

  bool terminal() const { return terminal_; }
  // For commands that read many lines from standard input.
  std::istream& in() { return *in_; }

 private:
  std::istream* in_;
  std::ostream* error_;
  bool terminal_;
};

}  // namespace amanah::client

#endif  // AMANAH_CLIENT_PROMPT_H_
