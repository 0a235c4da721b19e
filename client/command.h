// What a command takes, as its own file says it. CLI11 stands behind this and
// is used in command.cc and app.cc only: it defines everything in its headers,
// and each file that calls it compiles all of it anew.
#ifndef AMANAH_CLIENT_COMMAND_H_
#define AMANAH_CLIENT_COMMAND_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace amanah::client {

// One option, flag or positional argument. A handle: copies are the same
// option, and it lives as long as the program's command line.
class CommandOption {
 public:
  explicit CommandOption(CLI::Option* option) : option_(option) {}

  CommandOption Required();
  // The help shows the value that the variable has now.
  CommandOption ShowDefault();
  CommandOption OneOf(const std::vector<std::string>& values);
  CommandOption InRange(uint32_t first, uint32_t last);
  // Usable only together with `other`.
  CommandOption Needs(CommandOption other);
  // The heading in the help under which it stands.
  CommandOption Under(const std::string& heading);

 private:
  CLI::Option* option_;
};

// A command or a group of commands. A handle, as above.
class Command {
 public:
  explicit Command(CLI::App* app) : app_(app) {}

  Command AddCommand(const std::string& name, const std::string& about);
  // A command that does nothing itself: one of those in it must follow.
  Command AddGroup(const std::string& name, const std::string& about);

  // `names`: "-o,--out", or "FILE" for a positional argument. `value` is set
  // when the command line is parsed and must live as long as it; what does not
  // read as a T is an error of usage. T: std::string, an
  // integer of 32 or 64 bits, or std::optional of one; std::vector<std::string>
  // takes several.
  template <typename T>
  CommandOption AddOption(const std::string& names, T& value,
                          const std::string& about);
  CommandOption AddFlag(const std::string& names, bool& value,
                        const std::string& about);

  // The text below the help, in place of what was there.
  void SetFooter(const std::string& text);
  std::string footer() const;
  // Called once the command line is parsed and names this command.
  void OnChosen(std::function<void()> chosen);

 private:
  CLI::App* app_;
};

}  // namespace amanah::client

#endif  // AMANAH_CLIENT_COMMAND_H_
