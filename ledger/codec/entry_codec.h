// Entries to and from the bytes that are the leaves of the log: message Entry
// of proto/amanah/v1/entry.proto in canonical form.
#ifndef AMANAH_LEDGER_CODEC_ENTRY_CODEC_H_
#define AMANAH_LEDGER_CODEC_ENTRY_CODEC_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/base/bytes.h"
#include "ledger/crypto/hash.h"
#include "ledger/crypto/signing.h"
#include "ledger/domain/refusal.h"

namespace amanah::codec {

// C2SP tlog-tiles gives an entry's length in 16 bits.
inline constexpr size_t kEntryLengthMax = 65'535;
inline constexpr size_t kSealSignaturesMax = 16;

struct SealSignature {
  uint64_t key_entry = 0;     // the entry that introduced the key
  uint32_t key_position = 0;  // which of that entry's keys
  crypto::Signature signature;
  friend bool operator==(const SealSignature&, const SealSignature&) = default;
};

struct Seal {
  uint32_t index = 0;  // below size
  uint32_t size = 0;   // 1 to domain::kBatchSizeMax
  crypto::Hash root;
  uint64_t last_second = 0;  // below 2^63
  // 1 to 16, strictly ascending by (key_entry, key_position).
  std::vector<SealSignature> signatures;
  // The author is the administrators together; needed for several signatures.
  bool administrators = false;
  friend bool operator==(const Seal&, const Seal&) = default;
};

struct Entry {
  uint64_t sequence = 0;
  crypto::Hash previous;
  int64_t time_us = 0;    // never negative
  std::string statement;  // 1 to domain::kStatementLengthMax bytes
  Seal seal;
  // A conflict lies below `sequence`, and only a refusal has one.
  domain::Outcome outcome;
  friend bool operator==(const Entry&, const Entry&) = default;
};

// An entry whose statement and seal lie elsewhere.
struct EntryView {
  uint64_t sequence = 0;
  crypto::Hash previous;
  int64_t time_us = 0;
  ByteView statement;
  const Seal* seal = nullptr;
  domain::Outcome outcome;
};

// The canonical bytes. Requires: what the comments above say. Thread-safe.
std::string EncodeEntry(const Entry& entry);
// Appends them to `*out` in one pass.
void AppendEntry(std::string* out, const EntryView& entry);

// The entry whose encoding `bytes` is. INVALID_ARGUMENT: anything else, or an
// entry that breaks what the comments above say. The statement inside is not
// decoded, and no hash or signature is checked. Thread-safe.
absl::StatusOr<Entry> DecodeEntry(ByteView bytes);

}  // namespace amanah::codec

#endif  // AMANAH_LEDGER_CODEC_ENTRY_CODEC_H_
