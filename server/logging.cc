#include "server/logging.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <time.h>

#include <atomic>
#include <chrono>
#include <memory>

#include "absl/strings/str_format.h"

namespace amanah::server {
namespace {

struct State {
  std::shared_ptr<spdlog::logger> logger;
  LogFormat format = LogFormat::kText;
};

// Set while no other thread logs, so that reading it needs no lock.
State& Current() {
  static State state;
  return state;
}

std::string TimeNow() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const int64_t us =
      std::chrono::duration_cast<std::chrono::microseconds>(now).count();
  const time_t seconds = us / 1'000'000;
  struct tm parts = {};
  gmtime_r(&seconds, &parts);
  return absl::StrFormat("%04d-%02d-%02dT%02d:%02d:%02d.%06dZ",
                         parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                         parts.tm_hour, parts.tm_min, parts.tm_sec,
                         us % 1'000'000);
}

// In quotes, so that no value can begin a new field or a new line.
std::string InQuotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (code < 0x20 || code == 0x7f) {
      out += absl::StrFormat("\\u%04x", code);
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
  return out;
}

bool IsPlain(std::string_view text) {
  for (const char c : text) {
    if (c <= ' ' || c == '"' || c == '=' || c == '\\' || c == 0x7f)
      return false;
  }
  return !text.empty();
}

class Line {
 public:
  explicit Line(LogFormat format) : format_(format) {}

  void Add(std::string_view key, std::string_view value, bool is_number) {
    if (format_ == LogFormat::kJson) {
      text_ += text_.empty() ? "{" : ",";
      text_ += InQuotes(key) + ":";
      text_ += is_number ? std::string(value) : InQuotes(value);
      return;
    }
    if (!text_.empty()) text_ += " ";
    text_ += std::string(key) + "=";
    text_ += is_number || IsPlain(value) ? std::string(value) : InQuotes(value);
  }
  std::string Take() {
    if (format_ == LogFormat::kJson) text_ += "}";
    return std::move(text_);
  }

 private:
  const LogFormat format_;
  std::string text_;
};

}  // namespace

void StartLogging(const LogOptions& options) {
  spdlog::sink_ptr sink = options.sink;
  if (sink == nullptr) {
    sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  }
  auto logger = std::make_shared<spdlog::logger>("amanahd", sink);
  logger->set_pattern("%v");
  logger->set_level(options.level);
  logger->flush_on(spdlog::level::info);
  Current() = {std::move(logger), options.format};
}

void Log(spdlog::level::level_enum level, std::string_view event,
         std::initializer_list<LogField> fields) {
  const State& state = Current();
  if (state.logger == nullptr || !state.logger->should_log(level)) return;
  Line line(state.format);
  line.Add("time", TimeNow(), false);
  const spdlog::string_view_t name = spdlog::level::to_string_view(level);
  line.Add("level", std::string_view(name.data(), name.size()), false);
  line.Add("event", event, false);
  for (const LogField& field : fields) {
    line.Add(field.key, field.value, field.is_number);
  }
  state.logger->log(level, line.Take());
}

}  // namespace amanah::server
