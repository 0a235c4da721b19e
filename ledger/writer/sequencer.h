// The one thread that decides the order of batches and judges them.
#ifndef AMANAH_LEDGER_WRITER_SEQUENCER_H_
#define AMANAH_LEDGER_WRITER_SEQUENCER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "ledger/judge/judge.h"
#include "ledger/writer/blocking_queue.h"
#include "ledger/writer/committer.h"
#include "ledger/writer/time_keeper.h"

namespace amanah::writer {

struct SequencerStart {
  judge::LedgerId ledger;
  judge::Tip tip;
  LastEntryTime last_time;  // of the entry before `tip`
  // The secrets that are here, for rotations of the ledger's keys.
  std::vector<crypto::PublicKey> checkpoint_keys;
  std::vector<crypto::PublicKey> statement_keys;
};

// Thread-safe: any thread submits.
class Sequencer {
 public:
  // `base` and `committer` must outlive it.
  Sequencer(SequencerStart start, const LedgerOptions& options,
            const domain::StateReader* base, Committer* committer);
  ~Sequencer();

  void Submit(judge::SealedBatch batch, OnAnswer on_answer);
  // Judges what was submitted and ends the thread. May be called again.
  void Stop();

  // Why no new entry gets a time; OK as long as they do.
  absl::Status clock_status() const { return time_.Next().status(); }

 private:
  struct Item {
    judge::SealedBatch batch;
    OnAnswer on_answer;
  };

  void Run();
  std::vector<Item> NextItems(Item first);
  Group JudgeItems(std::vector<Item> items);
  void JudgeItem(Item item, Group* group);
  void Record(const judge::SealedBatch& batch,
              const judge::Admission& admission, const EntryTime& time,
              OnAnswer on_answer, Group* group);
  std::optional<judge::BatchError> CheckSecrets(
      const judge::ParsedBatch& batch) const;
  void TrimOverlay();

  const judge::LedgerId ledger_;
  const std::vector<crypto::PublicKey> checkpoint_keys_;
  const std::vector<crypto::PublicKey> statement_keys_;
  const size_t group_entries_max_;
  const size_t overlay_rows_max_;
  Committer* const committer_;
  BlockingQueue<Item> queue_;
  judge::Tip tip_;
  domain::Overlay state_;
  TimeKeeper time_;
  std::thread thread_;
};

}  // namespace amanah::writer

#endif  // AMANAH_LEDGER_WRITER_SEQUENCER_H_
