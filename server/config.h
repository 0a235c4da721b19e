// What an operator sets: a TOML file, and flags over it.
//
//   data            = "/var/lib/amanah"        paths are relative to the file
//   listen          = "0.0.0.0:7443"
//   checkpoint_keys = ["checkpoint.key"]       in force, and those to come
//   statement_keys  = ["statement.key"]
//   passphrase_file = "passphrase"             where key files have one
//   origin          = "ledger.example/x"       no other ledger is served
//   tls_cert        = "tls.crt"
//   tls_key         = "tls.key"
//   log_format      = "text"                   or "json"
//   log_level       = "info"                   debug, info, warning, error
//   reflection      = true
//
//   [limits]                                   limits.h; all may be left out
//   batches_in_flight        = 64
//   posting_streams          = 1024
//   posting_streams_each     = 64
//   checkpoint_streams       = 256
//   checkpoint_streams_each  = 16
//   entry_streams            = 16
//   entry_streams_each       = 4
//   calls_per_connection     = 128
//   reader_threads           = 2
//   waiting_reads            = 1024
//   unary_seconds            = 30
//   write_seconds            = 60
//   idle_connection_seconds  = 600
//   network_memory_mib       = 512
//   stop_seconds             = 30
#ifndef AMANAH_SERVER_CONFIG_H_
#define AMANAH_SERVER_CONFIG_H_

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/limits.h"
#include "server/logging.h"

namespace amanah::server {

inline constexpr std::string_view kListenDefault = "127.0.0.1:7443";

struct Config {
  std::filesystem::path data;
  std::string origin;  // empty: whichever the folder holds
  std::string listen = std::string(kListenDefault);
  std::vector<std::filesystem::path> checkpoint_keys;
  std::vector<std::filesystem::path> statement_keys;
  std::filesystem::path passphrase_file;
  std::filesystem::path tls_cert;
  std::filesystem::path tls_key;
  LogOptions log;
  bool reflection = true;
  Limits limits;
  // By flag only: neither should stay in a file for good.
  bool insecure_plaintext = false;
  bool confirm_clock = false;
  std::filesystem::path port_file;
};

// INVALID_ARGUMENT: not TOML, a key that no configuration has, or a value out
// of its form or range. Paths are joined to `folder`.
absl::StatusOr<Config> ParseConfig(std::string_view toml,
                                   const std::filesystem::path& folder);

// NOT_FOUND: no such file; else as ParseConfig.
absl::StatusOr<Config> ReadConfig(const std::filesystem::path& path);

// "json", "info". INVALID_ARGUMENT: none of those above.
absl::StatusOr<LogFormat> ParseLogFormat(std::string_view text);
absl::StatusOr<spdlog::level::level_enum> ParseLogLevel(std::string_view text);

// Whether all that `serve` needs is there. INVALID_ARGUMENT names what is not,
// and how to give it.
absl::Status CheckForServing(const Config& config);

}  // namespace amanah::server

#endif  // AMANAH_SERVER_CONFIG_H_
