// A ledger that runs: a data folder, the one thread that appends to it, and
// what readers may see of it.
//
//   intake      ParseBatch, CheckSeal            any thread of the caller's
//   sequencer   Admit, JudgeStatements, entries  one thread, on the overlay
//   committer   one synced write a group, derived rows, signer's memory,
//               checkpoint, answers              one thread, in that order
//
// Readers see synced entries only. After a failed write nothing of that group
// or a later one is answered with success, and the ledger appends no more until
// it is opened again.
#ifndef AMANAH_LEDGER_WRITER_LEDGER_H_
#define AMANAH_LEDGER_WRITER_LEDGER_H_

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ledger/base/clock.h"
#include "ledger/crypto/signing.h"
#include "ledger/judge/sealing.h"
#include "ledger/store/derived_store.h"
#include "ledger/store/entry_store.h"
#include "ledger/store/tile_store.h"

namespace amanah::writer {

// What became of one statement.
struct Result {
  uint64_t sequence = 0;
  domain::Outcome outcome;
  crypto::Hash entry_hash;

  friend bool operator==(const Result&, const Result&) = default;
};

// A checkpoint as it left the ledger.
struct SignedTip {
  uint64_t size = 0;
  crypto::Hash root;
  std::string checkpoint;  // signed note
};

// A batch is durable.
struct Acknowledgement {
  std::vector<Result> results;
  std::shared_ptr<const SignedTip> tip;  // includes all of them
  bool repeat = false;
};

using Answer = std::variant<Acknowledgement, judge::BatchError>;
// Called once, from a thread of the ledger or of the caller; must be quick and
// must not call back into Submit or Stop.
using OnAnswer = std::function<void(Answer)>;

// The ledger's secrets. Checkpoints are signed by whichever of `checkpoint`
// is in force; the others are for rotations to come.
struct LedgerKeys {
  std::vector<crypto::SigningKey> checkpoint;
  std::vector<crypto::SigningKey> statement;
};

struct LedgerOptions {
  // Batches that wait for the sequencer; more are answered kBusy.
  size_t queued_batches_max = 4'096;
  size_t queued_length_max = size_t{64} << 20;
  // A group is closed at this many entries.
  size_t group_entries_max = 8'192;
  // How far an entry's time may lead the last one's plus the time elapsed.
  int64_t clock_lead_max_us = int64_t{5} * 60 * 1'000'000;
  // The same at the first start after the machine's, when the time elapsed is
  // not known.
  int64_t clock_gap_at_start_max_us = int64_t{30} * 86'400 * 1'000'000;
  // When set, no folder of another ledger is opened.
  std::string origin;
  // The operator has looked at the clock: the next start takes it as it is.
  bool confirm_clock = false;
  store::DerivedOptions derived;
  size_t block_cache_length = size_t{256} << 20;
  // Rows that the sequencer keeps in memory before it lets go of them.
  size_t overlay_rows_max = 1'000'000;
  const Clock* clock = &SystemClock();
  // Told while a start replays: entries done, entries in all.
  std::function<void(uint64_t done, uint64_t all)> on_progress;
};

// Thread-safe.
class Ledger {
 public:
  // Makes a data folder whose entry 0 is `opening` (judge/opening.h).
  // INVALID_ARGUMENT and others as the batch's error; FAILED_PRECONDITION: a
  // key that entry 0 names is not among `keys`; as store::DataFolder::Create.
  static absl::Status Create(const std::filesystem::path& path,
                             judge::SubmittedBatch opening,
                             const LedgerKeys& keys,
                             const LedgerOptions& options = {});

  // Opens it: replays what its state does not include, and rebuilds it if it is
  // ahead. DATA_LOSS: a log shorter than the signer's memory, another root than
  // it remembers, or entries that the rules would not have recorded.
  // FAILED_PRECONDITION: in use, another version or origin, needs later rules,
  // or no secret for the checkpoint key in force.
  static absl::StatusOr<std::unique_ptr<Ledger>> Open(
      const std::filesystem::path& path, LedgerKeys keys,
      const LedgerOptions& options = {});

  virtual ~Ledger() = default;

  virtual const judge::LedgerId& id() const = 0;

  // Intake: all that can be checked without the sequencer.
  virtual judge::OrError<judge::SealedBatch> Check(
      judge::SubmittedBatch batch) const = 0;
  // Hands a batch to the sequencer. Batches submitted by one thread are judged
  // in that order.
  virtual void Submit(judge::SealedBatch batch, OnAnswer on_answer) = 0;

  // The newest checkpoint. Never null.
  virtual std::shared_ptr<const SignedTip> tip() const = 0;
  // The newest checkpoint as soon as it includes `size` entries, or null when
  // the ledger stops or `timeout_us` of monotonic time have passed.
  virtual std::shared_ptr<const SignedTip> WaitForSize(
      uint64_t size, int64_t timeout_us) const = 0;
  // Why nothing is appended any more; OK while it runs.
  virtual absl::Status status() const = 0;
  // Why nothing is appended now: UNAVAILABLE while the machine's clock leads
  // the last entry by too much.
  virtual absl::Status clock_status() const = 0;

  // What readers see: synced entries, their tree, and their rows.
  virtual const store::EntryStore& entries() const = 0;
  virtual const store::TileStore& tiles() const = 0;
  virtual const store::DerivedStore& derived() const = 0;

  // Takes no more, answers what was taken, and closes. May be called again.
  virtual absl::Status Stop() = 0;
};

}  // namespace amanah::writer

#endif  // AMANAH_LEDGER_WRITER_LEDGER_H_
