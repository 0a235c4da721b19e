// Rows in a folder, by RocksDB. The only folder of ours that knows RocksDB.
#ifndef AMANAH_LEDGER_KV_ROCKS_H_
#define AMANAH_LEDGER_KV_ROCKS_H_

#include <cstddef>
#include <filesystem>
#include <memory>

#include "ledger/kv/key_value.h"

namespace amanah::kv {

// What the rows are like, and so how RocksDB is set up.
enum class Profile {
  // Large values under ascending keys, written once; logged and synced.
  kEntries,
  // Short values under scattered keys, overwritten and looked up singly, many
  // of them in vain; written without log.
  kState,
};

struct RocksOptions {
  Profile profile = Profile::kEntries;
  // Makes the folder when it is missing.
  bool create_if_missing = true;
  // Opens what is there without changing a file; writes then fail.
  bool read_only = false;
  // Blocks, indexes and filters that are kept in memory.
  size_t block_cache_length = size_t{64} << 20;
  // A buffer of new rows is written out at this length; a few may be waiting.
  size_t write_buffer_length = size_t{64} << 20;
};

// Takes the folder for this process. Thread-safe as KeyValue is. Fails with
//   NOT_FOUND            missing, and not to be created;
//   FAILED_PRECONDITION  in use by another process or object;
// and as every call of KeyValue. A tail of the log that was not fully written
// is dropped: what was synced is before it. To find that more is missing is up
// to those who remember what they were answered.
absl::StatusOr<std::unique_ptr<KeyValue>> OpenRocks(
    const std::filesystem::path& folder, const RocksOptions& options);

}  // namespace amanah::kv

#endif  // AMANAH_LEDGER_KV_ROCKS_H_
