#include "server/config.h"

#include <cstdint>
#include <fstream>
#include <functional>
#include <limits>
#include <map>
#include <sstream>

#include "absl/strings/str_format.h"
#include "ledger/base/status.h"
#include "ledger/base/toml.h"

namespace amanah::server {
namespace {

using std::filesystem::path;

// What a key sets; false when the value has another type or range.
using Setter = std::function<bool(const toml::node&)>;
using Setters = std::map<std::string_view, Setter>;

Setter Text(std::string* out) {
  return [out](const toml::node& node) {
    const auto value = node.value_exact<std::string>();
    if (value.has_value()) *out = *value;
    return value.has_value();
  };
}

Setter File(const path& folder, path* out) {
  return [&folder, out](const toml::node& node) {
    const auto value = node.value_exact<std::string>();
    if (value.has_value()) *out = folder / *value;
    return value.has_value();
  };
}

Setter Files(const path& folder, std::vector<path>* out) {
  return [&folder, out](const toml::node& node) {
    const toml::array* array = node.as_array();
    if (array == nullptr) return false;
    for (const toml::node& element : *array) {
      const auto value = element.value_exact<std::string>();
      if (!value.has_value()) return false;
      out->push_back(folder / *value);
    }
    return true;
  };
}

Setter Flag(bool* out) {
  return [out](const toml::node& node) {
    const auto value = node.value_exact<bool>();
    if (value.has_value()) *out = *value;
    return value.has_value();
  };
}

// A whole number from 1 on; in the file's unit, of which one is `factor` here.
template <typename Number>
Setter Count(Number* out, int64_t factor = 1) {
  return [out, factor](const toml::node& node) {
    const auto value = node.value_exact<int64_t>();
    if (!value.has_value() || *value < 1 ||
        *value > std::numeric_limits<int32_t>::max() / factor) {
      return false;
    }
    *out = static_cast<Number>(*value * factor);
    return true;
  };
}

// The same for microseconds, which leave the range of the above.
Setter Seconds(int64_t* out_us) {
  return [out_us](const toml::node& node) {
    const auto value = node.value_exact<int64_t>();
    if (!value.has_value() || *value < 1 || *value > 86'400) return false;
    *out_us = *value * 1'000'000;
    return true;
  };
}

Setter Format(LogFormat* out) {
  return [out](const toml::node& node) {
    const auto parsed = ParseLogFormat(node.value_or<std::string>(""));
    if (parsed.ok()) *out = *parsed;
    return parsed.ok();
  };
}

Setter Level(spdlog::level::level_enum* out) {
  return [out](const toml::node& node) {
    const auto parsed = ParseLogLevel(node.value_or<std::string>(""));
    if (parsed.ok()) *out = *parsed;
    return parsed.ok();
  };
}

absl::Status Apply(const toml::table& table, std::string_view prefix,
                   const Setters& setters) {
  for (const auto& [key, node] : table) {
    const auto found = setters.find(key.str());
    if (found == setters.end()) {
      return absl::InvalidArgumentError(
          absl::StrFormat("line %d: there is no setting %s%s",
                          key.source().begin.line, prefix, key.str()));
    }
    if (!found->second(node)) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "line %d: %s%s has a value of another type or out of its range",
          key.source().begin.line, prefix, key.str()));
    }
  }
  return absl::OkStatus();
}

Setters LimitSetters(Limits* limits) {
  return {
      {"batches_in_flight", Count(&limits->batches_in_flight_max)},
      {"posting_streams", Count(&limits->posting_streams_max)},
      {"posting_streams_each", Count(&limits->posting_streams_each_max)},
      {"checkpoint_streams", Count(&limits->checkpoint_streams_max)},
      {"checkpoint_streams_each", Count(&limits->checkpoint_streams_each_max)},
      {"entry_streams", Count(&limits->entry_streams_max)},
      {"entry_streams_each", Count(&limits->entry_streams_each_max)},
      {"calls_per_connection", Count(&limits->calls_per_connection_max)},
      {"reader_threads", Count(&limits->reader_threads)},
      {"waiting_reads", Count(&limits->waiting_reads_max)},
      {"unary_seconds", Seconds(&limits->unary_time_max_us)},
      {"write_seconds", Seconds(&limits->write_time_max_us)},
      {"network_memory_mib", Count(&limits->network_memory_max, 1'048'576)},
      {"idle_connection_seconds",
       Count(&limits->idle_connection_max_ms, 1'000)},
      {"stop_seconds", Count(&limits->stop_time_max_ms, 1'000)},
  };
}

absl::StatusOr<toml::table> ParseToml(std::string_view text) {
  toml::parse_result parsed = toml::parse(text);
  if (parsed) return std::move(parsed).table();
  const toml::parse_error& error = parsed.error();
  return absl::InvalidArgumentError(
      absl::StrFormat("line %d: %s", error.source().begin.line,
                      std::string(error.description())));
}

absl::Status Missing(std::string_view what, std::string_view flag,
                     std::string_view key) {
  return absl::InvalidArgumentError(absl::StrFormat(
      "%s: give %s, or %s in the configuration", what, flag, key));
}

}  // namespace

absl::StatusOr<Config> ParseConfig(std::string_view text, const path& folder) {
  AMANAH_ASSIGN_OR_RETURN(const toml::table table, ParseToml(text));
  Config config;
  absl::Status limits;
  const Setters setters = {
      {"data", File(folder, &config.data)},
      {"origin", Text(&config.origin)},
      {"listen", Text(&config.listen)},
      {"checkpoint_keys", Files(folder, &config.checkpoint_keys)},
      {"statement_keys", Files(folder, &config.statement_keys)},
      {"passphrase_file", File(folder, &config.passphrase_file)},
      {"tls_cert", File(folder, &config.tls_cert)},
      {"tls_key", File(folder, &config.tls_key)},
      {"log_format", Format(&config.log.format)},
      {"log_level", Level(&config.log.level)},
      {"reflection", Flag(&config.reflection)},
      {"limits",
       [&](const toml::node& node) {
         if (node.as_table() == nullptr) return false;
         limits =
             Apply(*node.as_table(), "limits.", LimitSetters(&config.limits));
         return true;
       }},
  };
  AMANAH_RETURN_IF_ERROR(Apply(table, "", setters));
  AMANAH_RETURN_IF_ERROR(limits);
  return config;
}

absl::StatusOr<Config> ReadConfig(const path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    return absl::NotFoundError(
        absl::StrFormat("cannot read %s", file.string()));
  }
  std::stringstream text;
  text << in.rdbuf();
  auto config = ParseConfig(text.str(), file.parent_path());
  if (config.ok()) return config;
  return absl::InvalidArgumentError(absl::StrFormat(
      "%s: %s", file.string(), std::string(config.status().message())));
}

absl::StatusOr<LogFormat> ParseLogFormat(std::string_view text) {
  if (text == "text") return LogFormat::kText;
  if (text == "json") return LogFormat::kJson;
  return absl::InvalidArgumentError(
      absl::StrFormat("a log is text or json, not %s", text));
}

absl::StatusOr<spdlog::level::level_enum> ParseLogLevel(std::string_view text) {
  if (text == "debug") return spdlog::level::debug;
  if (text == "info") return spdlog::level::info;
  if (text == "warning") return spdlog::level::warn;
  if (text == "error") return spdlog::level::err;
  return absl::InvalidArgumentError(absl::StrFormat(
      "a log's level is debug, info, warning or error, not %s", text));
}

absl::Status CheckForServing(const Config& config) {
  if (config.data.empty()) {
    return Missing("no data folder", "--data", "data");
  }
  if (config.checkpoint_keys.empty()) {
    return Missing("no checkpoint key", "--checkpoint-key", "checkpoint_keys");
  }
  if (config.statement_keys.empty()) {
    return Missing("no statement key", "--statement-key", "statement_keys");
  }
  if (config.insecure_plaintext) return absl::OkStatus();
  if (config.tls_cert.empty()) {
    return Missing("no TLS certificate", "--tls-cert", "tls_cert");
  }
  if (config.tls_key.empty()) {
    return Missing("no TLS key", "--tls-key", "tls_key");
  }
  return absl::OkStatus();
}

}  // namespace amanah::server
