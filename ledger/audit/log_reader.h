// Reads a log on a thread of its own, ahead of the one that judges: hashes
// every entry, compares every tile, and decodes.
#ifndef AMANAH_LEDGER_AUDIT_LOG_READER_H_
#define AMANAH_LEDGER_AUDIT_LOG_READER_H_

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "ledger/audit/checkpoint_check.h"
#include "ledger/audit/tree_check.h"
#include "ledger/judge/read_ahead.h"
#include "ledger/log/tile_source.h"

namespace amanah::audit {

// A bundle's entries, and what was found while they were read.
struct Chunk {
  std::vector<judge::ReadEntry> entries;
  std::vector<judge::Finding> findings;
};

// What reading came to.
struct ReadResult {
  absl::Status status;  // why the log could not be read to its end
  uint64_t entries = 0;
  log::Hash root;  // over them
};

// Next() and Finish() are for one thread.
class LogReader {
 public:
  // Starts to read `size` entries; `source` and `kept` must outlive it, and
  // `kept` is its own until Finish().
  LogReader(const log::TileSource* source, uint64_t size,
            KeptCheckpoints* kept);
  // Stops reading.
  ~LogReader();
  LogReader(const LogReader&) = delete;
  LogReader& operator=(const LogReader&) = delete;

  // The next chunk; nullopt when there is none left.
  std::optional<Chunk> Next();
  // Requires: Next() returned nullopt.
  ReadResult Finish();

 private:
  void Run();
  absl::Status ReadAll();
  absl::Status ReadBundle(const log::BundleId& bundle);
  absl::Status TakeEntries(const std::vector<ByteView>& entries);
  // False when nobody wants more.
  bool Push();

  const log::TileSource* const source_;
  const uint64_t size_;

  // The reading thread's.
  KeptCheckpoints* const kept_;
  Chunk chunk_;
  TreeCheck tree_;
  judge::ReadAhead read_ahead_;
  ReadResult result_;

  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::deque<Chunk> chunks_;
  bool ended_ = false;    // nothing more will come
  bool stopped_ = false;  // nothing more is wanted

  std::thread thread_;
};

}  // namespace amanah::audit

#endif  // AMANAH_LEDGER_AUDIT_LOG_READER_H_
