// The program's log: one line an event, as key=value or JSON, on standard
// error. Nothing of a statement's content goes here: no reference, identifier,
// pseudonym or amount, and no error text, which may quote them. Names of
// authorities, sizes, problems and durations do.
#ifndef AMANAH_SERVER_LOGGING_H_
#define AMANAH_SERVER_LOGGING_H_

#include <spdlog/common.h>

#include <concepts>
#include <initializer_list>
#include <string>
#include <string_view>

namespace amanah::server {

enum class LogFormat { kText, kJson };

struct LogOptions {
  LogFormat format = LogFormat::kText;
  spdlog::level::level_enum level = spdlog::level::info;
  // Where lines go; null: standard error.
  spdlog::sink_ptr sink = nullptr;
};

// To be called before threads log; may be called again by tests.
void StartLogging(const LogOptions& options);

struct LogField {
  LogField(std::string_view field_key, std::string_view text)
      : key(field_key), value(text) {}
  template <std::integral Number>
  LogField(std::string_view field_key, Number number)
      : key(field_key), value(std::to_string(number)), is_number(true) {}

  std::string_view key;
  std::string value;
  bool is_number = false;
};

// Thread-safe. `event` is a word or two: "stream-ended".
void Log(spdlog::level::level_enum level, std::string_view event,
         std::initializer_list<LogField> fields);
inline void LogInfo(std::string_view event,
                    std::initializer_list<LogField> fields) {
  Log(spdlog::level::info, event, fields);
}
inline void LogDebug(std::string_view event,
                     std::initializer_list<LogField> fields) {
  Log(spdlog::level::debug, event, fields);
}

}  // namespace amanah::server

#endif  // AMANAH_SERVER_LOGGING_H_
