// A mapping: how the rows of a file become statements. docs/import.md explains
// it by example.
#ifndef AMANAH_CLIENT_IMPORT_MAPPING_H_
#define AMANAH_CLIENT_IMPORT_MAPPING_H_

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "client/import/csv_reader.h"
#include "client/import/notation.h"
#include "client/import/template.h"

namespace amanah::client {

// Prefixes of ids; what follows takes 21 characters, ".n" and a number.
inline constexpr size_t kIdPrefixLengthMax = 16;
inline constexpr size_t kEndToEndPrefixLengthMax = 7;

// Where the value of one field comes from.
struct Field {
  Template text;
  // The text is a date or month of this form.
  std::optional<DateForm> form;
  // The text is an amount in this currency; the value is its minor units.
  std::string amount_currency;
  // From the file's words to the protocol's; empty: as they are.
  std::map<std::string, std::string> values;
};

// The business columns that make a row itself.
struct KeyColumns {
  bool whole_row = false;  // "*": all columns
  std::vector<Field> fields;
  // The same list has the same text.
  std::string text;
};

// How an id is made: from the values of key columns, or as the file has it.
struct IdRule {
  std::string prefix;
  size_t key = 0;  // place in Mapping::keys
  std::optional<Field> value;
};

// Whom a pseudonym stands for.
struct Identity {
  std::string scheme;
  bool whole_row = false;  // "*": the keyed hash of all columns
  Field value;
};

struct EntitlementFields {
  IdRule entitlement;
  Field program;
  Field fiscal_year;
  Field appropriation_region;
  Identity recipient;
  std::optional<Identity> household;
  std::vector<Identity> members;
  Field region;
  Field first_month;
  Field last_month;
  Field currency;
  Field amount;
  Field basis;
};

struct DisbursementFields {
  IdRule entitlement;
  IdRule disbursement;
  IdRule end_to_end;
  Field state;
  Field currency;
  Field amount;
  Field value_date;
  Field channel;
  std::optional<Field> reason_code;
  std::optional<Field> bank_reason_code;
  std::optional<Field> predecessor;
};

// Only rows whose column has one of these values are imported.
struct RowFilter {
  Template column;
  std::string name;
  std::vector<std::string> values;
};

struct ControlTotals {
  std::optional<uint64_t> rows;
  // In decimal form, "163145.00".
  std::optional<std::string> sum;
};

struct Mapping {
  CsvOptions csv;
  AmountNotation notation;
  std::vector<RowFilter> only;
  ControlTotals totals;
  // The file of the key under which ids are made; absent: none, because the
  // key columns hold no person's number.
  std::optional<std::filesystem::path> id_key;
  std::vector<KeyColumns> keys;
  IdRule reference;
  std::variant<EntitlementFields, DisbursementFields> fields;

  bool for_entitlements() const {
    return std::holds_alternative<EntitlementFields>(fields);
  }
};

// INVALID_ARGUMENT: not TOML, a key that no mapping has, one that is missing,
// or a value out of its form; the message names `name`, line and key. Paths are
// joined to `folder`.
absl::StatusOr<Mapping> ParseMapping(std::string_view toml,
                                     std::string_view name,
                                     const std::filesystem::path& folder);

// Errors as ParseMapping; NOT_FOUND: no such file.
absl::StatusOr<Mapping> ReadMapping(const std::filesystem::path& path);

}  // namespace amanah::client

#endif  // AMANAH_CLIENT_IMPORT_MAPPING_H_
