#include "client/command.h"

#include <CLI/CLI.hpp>
#include <optional>
#include <utility>

namespace amanah::client {

CommandOption CommandOption::Required() {
  option_->required();
  return *this;
}

CommandOption CommandOption::ShowDefault() {
  option_->capture_default_str();
  return *this;
}

CommandOption CommandOption::OneOf(const std::vector<std::string>& values) {
  option_->check(CLI::IsMember(values));
  return *this;
}

CommandOption CommandOption::InRange(uint32_t first, uint32_t last) {
  option_->check(CLI::Range(first, last));
  return *this;
}

CommandOption CommandOption::Needs(CommandOption other) {
  option_->needs(other.option_);
  return *this;
}

CommandOption CommandOption::Under(const std::string& heading) {
  option_->group(heading);
  return *this;
}

Command Command::AddCommand(const std::string& name, const std::string& about) {
  return Command(app_->add_subcommand(name, about));
}

Command Command::AddGroup(const std::string& name, const std::string& about) {
  CLI::App* group = app_->add_subcommand(name, about);
  group->require_subcommand(1);
  return Command(group);
}

template <typename T>
CommandOption Command::AddOption(const std::string& names, T& value,
                                 const std::string& about) {
  return CommandOption(app_->add_option(names, value, about));
}

template CommandOption Command::AddOption(const std::string&, std::string&,
                                          const std::string&);
template CommandOption Command::AddOption(const std::string&,
                                          std::vector<std::string>&,
                                          const std::string&);
template CommandOption Command::AddOption(const std::string&, int&,
                                          const std::string&);
template CommandOption Command::AddOption(const std::string&, uint32_t&,
                                          const std::string&);
template CommandOption Command::AddOption(const std::string&, uint64_t&,
                                          const std::string&);
template CommandOption Command::AddOption(const std::string&,
                                          std::optional<uint64_t>&,
                                          const std::string&);

CommandOption Command::AddFlag(const std::string& names, bool& value,
                               const std::string& about) {
  return CommandOption(app_->add_flag(names, value, about));
}

void Command::SetFooter(const std::string& text) { app_->footer(text); }

std::string Command::footer() const { return app_->get_footer(); }

void Command::OnChosen(std::function<void()> chosen) {
  app_->callback(std::move(chosen));
}

}  // namespace amanah::client
