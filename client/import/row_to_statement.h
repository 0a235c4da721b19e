// Rows of a file to the bodies of statements, by a mapping. Pseudonyms and ids
// are made here, under keys that stay with the client: what leaves it holds no
// person's number.
//
// Id of a key   the first 100 bits of a digest, in 20 characters of Crockford's
//               base32 (small letters), cut in two by a dash:
//                 HMAC-SHA-256(id key, "amanah.import/v1\n" values)
//               or, where the mapping says `public`, SHA-256 of the same. Each
//               value is preceded by its length as 8 bytes, big-endian.
// Id            prefix, id of the key, and ".n2" for the second row of the file
//               that is equal in all key columns, ".n3" for the third, ...
// Reference     the same; in disbursements "." and the state behind it, so that
//               a payment's later states have references of their own.
// Attempt a     reference and ".a2", ".a3", ... (ReferenceOf)
//
// The number of a row among its equals counts all rows of the file, also those
// that a filter leaves out.
#ifndef AMANAH_CLIENT_IMPORT_ROW_TO_STATEMENT_H_
#define AMANAH_CLIENT_IMPORT_ROW_TO_STATEMENT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/import/csv_reader.h"
#include "client/import/field_value.h"
#include "client/import/mapping.h"
#include "ledger/crypto/hash.h"
#include "ledger/crypto/pseudonym.h"
#include "ledger/crypto/secret.h"
#include "ledger/domain/statement.h"

namespace amanah::client {

// The keys that a mapping asks for; null where it does not.
struct ImportKeys {
  const crypto::Secret* pseudonym = nullptr;
  const crypto::Secret* ids = nullptr;
};

struct ConvertedRow {
  uint64_t row = 0;
  std::string reference;  // of the first attempt
  domain::Body body;
  std::string currency;
  domain::Amount amount;
};

// "bf-…" for attempt 1, "bf-….a2" for attempt 2.
std::string ReferenceOf(std::string_view reference, int attempt);

// The bytes of a row's statement for one attempt. INVALID_ARGUMENT names the
// field that breaks its form, never its value.
absl::StatusOr<std::string> EncodeAttempt(const ConvertedRow& row, int attempt,
                                          const crypto::Secret& salt_key);

// Rows must come in the order of the file. Not thread-safe; the keys must
// outlive it.
class RowConverter {
 public:
  // INVALID_ARGUMENT: the file lacks a column of the mapping, or has it twice.
  // Requires: the keys that the mapping asks for.
  static absl::StatusOr<std::unique_ptr<RowConverter>> Make(
      Mapping mapping, const std::vector<std::string>& columns,
      const ImportKeys& keys);

  // False: the filter leaves the row out. INVALID_ARGUMENT names the column, or
  // the field where the value is from the mapping; never the value.
  absl::StatusOr<bool> Convert(const CsvRecord& record, ConvertedRow* row);

 private:
  // What a row's key columns come to, for one list of them.
  struct KeyOfRow {
    crypto::Hash digest;
    uint32_t number = 0;  // among its equals, from 1
  };

  RowConverter(Mapping mapping, const ImportKeys& keys)
      : mapping_(std::move(mapping)), keys_(keys) {}

  absl::Status Bind(const std::vector<std::string>& columns);
  bool FilterIsInKeys() const;
  bool Selects(RowFields fields) const;
  absl::Status CountKeys(RowFields fields);
  absl::StatusOr<crypto::Hash> DigestOf(const KeyColumns& key,
                                        RowFields fields) const;
  absl::StatusOr<std::string> MakeId(const IdRule& rule, const char* name,
                                     RowFields fields) const;
  absl::StatusOr<crypto::Pseudonym> PseudonymOf(const Identity& identity,
                                                const char* name,
                                                RowFields fields) const;
  absl::Status FillMembers(const EntitlementFields& from, RowFields fields,
                           domain::EntitlementGranted* body) const;
  absl::StatusOr<domain::EntitlementGranted> MakeGrant(
      const EntitlementFields& from, RowFields fields) const;
  absl::StatusOr<domain::DisbursementReported> MakeReport(
      const DisbursementFields& from, RowFields fields) const;

  Mapping mapping_;
  const ImportKeys keys_;
  // Rows left out by the filter need not be counted.
  bool filter_is_in_keys_ = false;
  // For each list of key columns: how many rows had this digest (16 bytes of
  // it: ~40 bytes of memory a row).
  std::vector<absl::flat_hash_map<std::array<uint8_t, 16>, uint32_t>> counts_;
  std::vector<KeyOfRow> row_keys_;
};

}  // namespace amanah::client

#endif  // AMANAH_CLIENT_IMPORT_ROW_TO_STATEMENT_H_
