// Logs for auditors: one recorded as the rules say, batch by batch, and ones
// that an operator with the ledger's keys made out of it.
#ifndef AMANAH_TESTS_SUPPORT_FORGE_H_
#define AMANAH_TESTS_SUPPORT_FORGE_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "ledger/codec/entry_codec.h"
#include "ledger/domain/state.h"
#include "ledger/judge/judge.h"
#include "ledger/log/tile_source.h"
#include "tests/support/test_ledger.h"

namespace amanah::testing_support {

// 2026-03-02 08:00 UTC.
inline constexpr int64_t kTestTimeUs = 1'772'438'400'000'000;

// What became of a batch: the entries' places, the earlier ones, or an error.
struct RecordedBatch {
  uint64_t first = 0;
  std::vector<domain::Outcome> outcomes;
};
using Answer = std::variant<RecordedBatch, judge::Repeat, judge::BatchError>;

// A ledger in memory, by the very functions that the sequencer calls. Each
// batch is recorded a second after the one before. Not thread-safe.
class Recorder {
 public:
  // With entry 0; with the parties of TestLedger::PilotBodies() too, if asked.
  explicit Recorder(bool pilot = true);
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  Answer Submit(judge::SubmittedBatch batch);
  // The same; the test process ends when the batch is not recorded.
  RecordedBatch Record(judge::SubmittedBatch batch);
  // The same with fresh statements of `author`.
  RecordedBatch Post(std::string_view author, std::vector<domain::Body> bodies,
                     const SealChoice& choice = {});

  TestLedger& parties() { return parties_; }
  domain::Overlay* state() { return &state_; }
  const domain::MemoryState& rows();
  const std::vector<std::string>& entries() const { return entries_; }
  uint64_t size() const { return tip_.size; }
  void SetTime(int64_t time_us) { time_us_ = time_us; }
  int64_t time_us() const { return time_us_; }

 private:
  void RecordOpening();

  TestLedger parties_;
  domain::MemoryState base_;
  domain::Overlay state_{&base_};
  judge::Tip tip_;
  int64_t time_us_ = kTestTimeUs;
  std::vector<std::string> entries_;
};

// A log's files in memory. Thread-safe while it is not changed.
class MemoryTiles final : public log::TileSource {
 public:
  absl::StatusOr<std::string> ReadCheckpoint() const override;
  absl::StatusOr<std::string> ReadTile(const log::TileId& tile) const override;
  absl::StatusOr<std::string> ReadBundle(
      const log::BundleId& bundle) const override;

  // By their paths.
  std::map<std::string, std::string> files;
};

// The files of a log of these entries as they are, with a checkpoint that the
// ledger's key of that generation signs.
MemoryTiles TilesOf(const std::vector<std::string>& entries,
                    int key_generation = 1,
                    std::string_view origin = kTestOrigin);
std::string CheckpointOf(const std::vector<std::string>& entries,
                         int key_generation = 1);

// The entries with new places and chain, so that each hash follows again: what
// an operator must do after a change.
std::vector<std::string> Rechain(std::vector<std::string> entries);

// Changes an entry's decoded form.
void EditEntry(std::vector<std::string>* entries, uint64_t sequence,
               const std::function<void(codec::Entry*)>& edit);
// Changes the statement within an entry.
void EditStatement(std::vector<std::string>* entries, uint64_t sequence,
                   const std::function<void(domain::Statement*)>& edit);

// Entries that an operator makes of a batch without asking the rules, at the
// end of `entries`. Keys are found by name in `state`.
void AppendForced(std::vector<std::string>* entries,
                  judge::SubmittedBatch batch, const judge::LedgerId& ledger,
                  domain::Overlay* state, int64_t time_us);

}  // namespace amanah::testing_support

#endif  // AMANAH_TESTS_SUPPORT_FORGE_H_
