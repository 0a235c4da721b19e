// Statements to and from the bytes that their authors seal: message Statement
// of proto/amanah/v1/statement.proto in canonical form.
#ifndef AMANAH_LEDGER_CODEC_STATEMENT_CODEC_H_
#define AMANAH_LEDGER_CODEC_STATEMENT_CODEC_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "ledger/base/bytes.h"
#include "ledger/domain/statement.h"

namespace amanah::codec {

// What is wrong with bytes that are no statement, for a program. A statement
// with several faults is reported by the first of these.
enum class StatementFault : uint8_t {
  kLength,    // none, or more than domain::kStatementLengthMax
  kEncoding,  // not canonical, not of a known kind, or an unknown enum value
  kField,     // a field is out of its range (domain::Validate)
};

// The canonical bytes. Checks nothing: authors call domain::Validate() before,
// and must look at the length (kStatementLengthMax), which depends on the sum
// of all fields. Thread-safe.
std::string EncodeStatement(const domain::Statement& statement);

// The statement whose encoding `bytes` is; it passes domain::Validate(). A
// verifier key in it is an Ed25519 key (type 0x01), a valid point, and named as
// its authority, or as the origin for the ledger's own keys.
// INVALID_ARGUMENT: anything else; `fault`, if given, is then set. Thread-safe.
absl::StatusOr<domain::Statement> DecodeStatement(
    ByteView bytes, StatementFault* fault = nullptr);

}  // namespace amanah::codec

#endif  // AMANAH_LEDGER_CODEC_STATEMENT_CODEC_H_
