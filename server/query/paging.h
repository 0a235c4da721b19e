// Pages over index rows that end in a sequence.
#ifndef AMANAH_SERVER_QUERY_PAGING_H_
#define AMANAH_SERVER_QUERY_PAGING_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/store/derived_store.h"

namespace amanah::server {

// How many rows a page has: `asked`, or `standard` when that is 0.
// INVALID_ARGUMENT: more than `most`.
absl::StatusOr<uint32_t> PageSizeOf(uint32_t asked, uint32_t standard,
                                    uint32_t most);

// Tokens are the hex of where the next page begins. INVALID_ARGUMENT: `token`
// is not one that was given out; an empty one is the beginning.
std::string FormatPageToken(uint64_t next_sequence);
absl::StatusOr<uint64_t> ParsePageToken(std::string_view token);

// The rows of several prefixes together, in ascending order of sequence. Not
// thread-safe. The store must outlive it.
class MergedIndex {
 public:
  struct Item {
    uint64_t sequence = 0;
    size_t prefix = 0;  // its place in `prefixes`
    std::string value;
  };

  // From sequence `from` on. Rows are fetched `fetch_rows` at a time.
  MergedIndex(const store::DerivedStore* store,
              const std::vector<std::string>& prefixes, uint64_t from,
              size_t fetch_rows);

  // The next row; nullopt at the end. Errors as DerivedStore::ScanIndex.
  absl::StatusOr<std::optional<Item>> Next();

 private:
  struct Cursor {
    std::string prefix;
    uint64_t from = 0;          // where the next fetch begins
    std::vector<Item> fetched;  // in descending order: the next one is last
    bool ended = false;
  };
  absl::Status Fetch(size_t place);

  const store::DerivedStore* const store_;
  const size_t fetch_rows_;
  std::vector<Cursor> cursors_;
};

}  // namespace amanah::server

#endif  // AMANAH_SERVER_QUERY_PAGING_H_
