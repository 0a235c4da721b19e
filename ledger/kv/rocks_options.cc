#include "ledger/kv/rocks_options.h"

#include <rocksdb/cache.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/table.h>

#include <cstdarg>
#include <memory>
#include <string>

#include "absl/strings/str_format.h"
#include "ledger/base/check.h"

namespace amanah::kv {
namespace {

// RocksDB's own log lies on the same disk. When that is full, Debian's build
// aborts the process at the second line that does not get written.
class NoLog final : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char* /*format*/, va_list /*arguments*/) override {}
};

// After a failed write the stores are halted until they are opened again. Left
// to itself, RocksDB would go on with the very file whose end is not known.
class NoRecovery final : public rocksdb::EventListener {
 public:
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason /*reason*/,
                            rocksdb::Status /*error*/,
                            bool* auto_recovery) override {
    *auto_recovery = false;
  }
};

void SetUpCommon(const RocksOptions& ours, rocksdb::Options* options) {
  options->create_if_missing = ours.create_if_missing;
  options->paranoid_checks = true;
  options->write_buffer_size = ours.write_buffer_length;
  options->max_write_buffer_number = 4;
  // The sequencer and intake need the two cores of a small server too.
  options->max_background_jobs = 2;
  options->max_subcompactions = 1;
  options->max_open_files = 2048;
  options->level_compaction_dynamic_level_bytes = true;
  options->bytes_per_sync = uint64_t{1} << 20;
  options->info_log = std::make_shared<NoLog>();
  options->max_bgerror_resume_count = 0;
  options->listeners.push_back(std::make_shared<NoRecovery>());
  options->stats_dump_period_sec = 0;
  options->stats_persist_period_sec = 0;
}

// Ascending keys: files never overlap and move down without being rewritten,
// so the compression of the first write is the last, and LZ4 keeps it cheap.
void SetUpEntries(rocksdb::Options* options,
                  rocksdb::BlockBasedTableOptions* table) {
  options->compression = rocksdb::kLZ4Compression;
  options->target_file_size_base = uint64_t{256} << 20;
  // A record at the end that is torn, by whatever order the disk wrote its
  // blocks in, must not keep the ledger from starting. What else this might
  // drop, the signer's memory notices. Older logs must be complete.
  options->wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  options->track_and_verify_wals_in_manifest = true;
  table->block_size = size_t{32} << 10;
}

// Scattered keys, most lookups of a new reference or identifier in vain: the
// filters answer those, in memory for rows that are not written out yet, too.
void SetUpState(rocksdb::Options* options,
                rocksdb::BlockBasedTableOptions* table) {
  options->compression_per_level = {
      rocksdb::kNoCompression,  rocksdb::kNoCompression,
      rocksdb::kLZ4Compression, rocksdb::kLZ4Compression,
      rocksdb::kLZ4Compression, rocksdb::kLZ4Compression,
      rocksdb::kLZ4Compression};
  options->memtable_prefix_bloom_size_ratio = 0.02;
  options->memtable_whole_key_filtering = true;
  // One unit per memtable and a few in level 0: bursts are absorbed before
  // writers are slowed down.
  options->level0_file_num_compaction_trigger = 6;
  options->level0_slowdown_writes_trigger = 32;
  options->level0_stop_writes_trigger = 48;
  options->max_bytes_for_level_base = uint64_t{512} << 20;
  table->filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table->data_block_index_type =
      rocksdb::BlockBasedTableOptions::kDataBlockBinaryAndHash;
  // Filters and indexes of a large book do not fit in memory: they are read
  // in parts, through the cache that bounds them.
  table->index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
  table->partition_filters = true;
}

}  // namespace

rocksdb::Options MakeRocksOptions(const RocksOptions& options) {
  rocksdb::Options rocks;
  rocksdb::BlockBasedTableOptions table;
  SetUpCommon(options, &rocks);
  switch (options.profile) {
    case Profile::kEntries:
      SetUpEntries(&rocks, &table);
      break;
    case Profile::kState:
      SetUpState(&rocks, &table);
      break;
  }
  table.format_version = 5;
  table.block_cache = rocksdb::NewLRUCache(options.block_cache_length);
  table.cache_index_and_filter_blocks = true;
  table.cache_index_and_filter_blocks_with_high_priority = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  rocks.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return rocks;
}

absl::Status FromRocks(const rocksdb::Status& status,
                       const std::filesystem::path& folder) {
  if (status.ok()) return absl::OkStatus();
  const std::string text = status.ToString();
  if (status.IsCorruption()) {
    return absl::DataLossError(
        absl::StrFormat("rows in %s: %s", folder.string(), text));
  }
  if (status.IsNoSpace()) {
    return absl::ResourceExhaustedError(
        absl::StrFormat("no space for rows in %s: %s", folder.string(), text));
  }
  // A lock that is held comes as an I/O error like others but for its text.
  if (status.IsBusy() ||
      (status.IsIOError() && text.find("lock") != std::string::npos &&
       text.find("LOCK") != std::string::npos)) {
    return absl::FailedPreconditionError(absl::StrFormat(
        "folder %s is in use by another process", folder.string()));
  }
  return absl::UnavailableError(
      absl::StrFormat("rows in %s: %s", folder.string(), text));
}

}  // namespace amanah::kv
