// Values on the command line: text in, the domain's types out.
#ifndef AMANAH_CLIENT_ARGUMENTS_H_
#define AMANAH_CLIENT_ARGUMENTS_H_

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/domain/calendar.h"
#include "ledger/domain/money.h"
#include "ledger/domain/statement.h"

namespace amanah::client {

// "90s", "15m", "12h" or "7d" in seconds. INVALID_ARGUMENT: anything else, 0,
// or more than 366 days.
absl::StatusOr<int64_t> ParseSpan(std::string_view text);

// "2026-01", or "2026-01..2026-03" with both ends included. INVALID_ARGUMENT:
// anything else, or a last month before the first.
absl::StatusOr<domain::Period> ParseMonths(std::string_view text);

// domain::ParseAmount; INVALID_ARGUMENT too for an unknown currency.
absl::StatusOr<domain::Amount> ParseMoney(std::string_view text,
                                          std::string_view currency);

// "instructed", "credited", "rejected" or "returned". INVALID_ARGUMENT.
absl::StatusOr<domain::DisbursementState> ParseState(std::string_view text);

// The pins of PEM certificates in files, ascending. NOT_FOUND: no such file;
// INVALID_ARGUMENT: not a certificate, or the same one twice.
absl::StatusOr<std::vector<domain::Pin>> PinsOf(
    const std::vector<std::string>& certificates);

// In ascending order, as statements hold names. INVALID_ARGUMENT: one of them
// twice; `what` names them.
absl::StatusOr<std::vector<std::string>> Ascending(
    std::string_view what, std::vector<std::string> names);

// The whole file. NOT_FOUND.
absl::StatusOr<std::string> ReadText(const std::filesystem::path& path);

// Writes a new file. ALREADY_EXISTS: there is one; UNKNOWN: the system's
// answer. `secret`: for its owner alone (mode 0600), else 0644.
absl::Status WriteNewFile(const std::filesystem::path& path,
                          std::string_view text, bool secret);

}  // namespace amanah::client

#endif  // AMANAH_CLIENT_ARGUMENTS_H_
