// Makes groups durable, in the one order that is safe: entries synced, derived
// rows handed over, signer's memory synced; then checkpoint and answers leave.
#ifndef AMANAH_LEDGER_WRITER_COMMITTER_H_
#define AMANAH_LEDGER_WRITER_COMMITTER_H_

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>

#include "absl/status/status.h"
#include "ledger/store/signer_memory.h"
#include "ledger/writer/blocking_queue.h"
#include "ledger/writer/group.h"

namespace amanah::writer {

// Where groups go. All of them outlive the committer.
struct CommitterStores {
  store::EntryStore* entries = nullptr;
  store::TileStore* tiles = nullptr;
  store::DerivedStore* derived = nullptr;
  store::SignerMemory* signer = nullptr;
};

// Thread-safe: one thread hands groups over, many look at the tip.
class Committer {
 public:
  // `origin` names checkpoints; `keys` holds every key that may come into
  // force. Signs the checkpoint of what is there with `checkpoint_key`.
  // `boot`: the machine's run, in which entries' monotonic times count.
  static absl::StatusOr<std::unique_ptr<Committer>> Start(
      const CommitterStores& stores, std::string origin,
      const std::vector<crypto::SigningKey>* keys,
      const crypto::PublicKey& checkpoint_key, int64_t last_time_us,
      const BootId& boot);
  ~Committer();

  // Takes the next group; waits while two are under way.
  void Push(Group group);
  // Waits until every group that was pushed is published or has failed.
  void WaitIdle();
  // Commits what was pushed and ends the thread. May be called again.
  void Stop();

  std::shared_ptr<const SignedTip> tip() const;
  // As Ledger::WaitForSize.
  std::shared_ptr<const SignedTip> WaitForSize(uint64_t size,
                                               int64_t timeout_us) const;
  // Why nothing more is committed.
  absl::Status status() const;
  // Nothing more will be committed, for this reason; the first one stays.
  void Halt(const absl::Status& why);

 private:
  Committer(const CommitterStores& stores, std::string origin,
            const std::vector<crypto::SigningKey>* keys, const BootId& boot);

  void Run();
  void Commit(Group group);
  absl::Status MakeDurable(Group* group);
  absl::Status SignTip(const crypto::PublicKey& key, const EntryTime& last,
                       const BootId& boot);
  void Answer(Group group, const absl::Status& outcome);
  absl::StatusOr<Acknowledgement> Recall(const judge::Repeat& repeat) const;

  const CommitterStores stores_;
  const std::string origin_;
  const std::vector<crypto::SigningKey>* const keys_;
  const BootId boot_;
  BlockingQueue<Group> queue_;
  mutable std::mutex mutex_;  // guards what follows
  mutable std::condition_variable changed_;
  std::shared_ptr<const SignedTip> tip_;
  absl::Status status_;
  uint64_t pushed_ = 0;
  uint64_t done_ = 0;
  bool stopped_ = false;
  std::thread thread_;
};

}  // namespace amanah::writer

#endif  // AMANAH_LEDGER_WRITER_COMMITTER_H_
