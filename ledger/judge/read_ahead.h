// What of a replay needs no book: hashing, decoding and looking up names. One
// thread may do it ahead of the one that judges.
#ifndef AMANAH_LEDGER_JUDGE_READ_AHEAD_H_
#define AMANAH_LEDGER_JUDGE_READ_AHEAD_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "ledger/codec/entry_codec.h"
#include "ledger/crypto/hash.h"
#include "ledger/domain/book.h"

namespace amanah::judge {

// An entry as far as it can be known without a book.
struct ReadEntry {
  absl::StatusOr<codec::Entry> entry;
  crypto::Hash hash;  // leaf hash
  // Its statement, prepared for the author whose key seems to have sealed it.
  // Absent where that is unknown, or where the statement is none.
  std::shared_ptr<const std::string> author;
  std::optional<domain::Prepared> prepared;
};

// Keeps the names that entries give to keys. A wrong guess costs time and
// nothing else: Replay compares the name with the book's. Not thread-safe.
class ReadAhead {
 public:
  // Reads the log's next entry; `hash` is its leaf hash.
  ReadEntry Read(ByteView bytes, const crypto::Hash& hash);

 private:
  std::shared_ptr<const std::string> AuthorOf(const codec::Seal& seal) const;
  void TakeNames(uint64_t sequence, const domain::Body& body);

  // By the entry that introduced the key, and its place there.
  std::map<std::pair<uint64_t, uint32_t>, std::shared_ptr<const std::string>>
      names_;
};

}  // namespace amanah::judge

#endif  // AMANAH_LEDGER_JUDGE_READ_AHEAD_H_
