// What a receipt carries beside its inclusion proof: message ReceiptExtra of
// proto/amanah/v1/receipt.proto in canonical form.
#ifndef AMANAH_LEDGER_CODEC_RECEIPT_CODEC_H_
#define AMANAH_LEDGER_CODEC_RECEIPT_CODEC_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/base/bytes.h"
#include "ledger/crypto/hash.h"

namespace amanah::codec {

inline constexpr size_t kReceiptKeyEntriesMax = 64;
inline constexpr size_t kBatchPathMax = 12;  // 4,096 statements
inline constexpr size_t kInclusionPathMax = 63;

struct ReceiptKeyEntry {
  uint64_t sequence = 0;
  std::string entry;  // 1 to kEntryLengthMax bytes
  std::vector<crypto::Hash> inclusion_path;
  std::vector<crypto::Hash> batch_path;
  friend bool operator==(const ReceiptKeyEntry&,
                         const ReceiptKeyEntry&) = default;
};

struct ReceiptExtra {
  std::string entry;  // 1 to kEntryLengthMax bytes
  std::vector<crypto::Hash> batch_path;
  // Strictly ascending by sequence.
  std::vector<ReceiptKeyEntry> key_entries;
  friend bool operator==(const ReceiptExtra&, const ReceiptExtra&) = default;
};

// The canonical bytes. Requires: what the comments above say. Thread-safe.
std::string EncodeReceiptExtra(const ReceiptExtra& extra);

// The value whose encoding `bytes` is; INVALID_ARGUMENT: anything else. Entries
// inside are not decoded, and nothing is verified. Thread-safe.
absl::StatusOr<ReceiptExtra> DecodeReceiptExtra(ByteView bytes);

}  // namespace amanah::codec

#endif  // AMANAH_LEDGER_CODEC_RECEIPT_CODEC_H_
