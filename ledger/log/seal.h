// The text that an author signs over a batch of statements:
//
//   amanah.batch/v1
//   <origin of the ledger>
//   <base64 of the leaf hash of entry 0; 32 zero bytes in entry 0's own seal>
//   <author's name>
//   <last POSIX second at which the batch may be recorded, decimal>
//   <number of statements, decimal>
//   <base64 root of the RFC 6962 tree over the statements>
//
// Each line ends in a newline. It is signed as a note (note.h). Inside an entry
// the text is not stored; it is formatted anew from its parts.
#ifndef AMANAH_LEDGER_LOG_SEAL_H_
#define AMANAH_LEDGER_LOG_SEAL_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "ledger/log/merkle.h"

namespace amanah::log {

inline constexpr uint32_t kBatchStatementsMax = 4096;

struct SealText {
  std::string origin;
  Hash genesis;  // leaf hash of entry 0, or zeros
  std::string author;
  uint64_t last_second = 0;
  uint32_t size = 0;
  Hash root;

  bool operator==(const SealText&) const = default;
};

// Checks nothing: a field outside its range gives a text that ParseSealText
// refuses.
std::string FormatSealText(const SealText& seal);

// INVALID_ARGUMENT: not exactly such a text (origin by IsValidOrigin, author by
// IsValidKeyName, last second below 2^63, size 1 to 4,096, strict base64).
absl::StatusOr<SealText> ParseSealText(std::string_view text);

}  // namespace amanah::log

#endif  // AMANAH_LEDGER_LOG_SEAL_H_
