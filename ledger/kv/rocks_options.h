// How RocksDB is set up for each profile, and what its errors mean to us. For
// the .cc files of this folder only.
#ifndef AMANAH_LEDGER_KV_ROCKS_OPTIONS_H_
#define AMANAH_LEDGER_KV_ROCKS_OPTIONS_H_

#include <rocksdb/options.h>
#include <rocksdb/status.h>

#include <filesystem>

#include "absl/status/status.h"
#include "ledger/kv/rocks.h"

namespace amanah::kv {

rocksdb::Options MakeRocksOptions(const RocksOptions& options);

// OK for OK; otherwise as key_value.h and rocks.h promise, naming the folder.
absl::Status FromRocks(const rocksdb::Status& status,
                       const std::filesystem::path& folder);

}  // namespace amanah::kv

#endif  // AMANAH_LEDGER_KV_ROCKS_OPTIONS_H_
