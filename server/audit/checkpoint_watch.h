// Tells streams of new checkpoints: one thread waits for all of them.
#ifndef AMANAH_SERVER_AUDIT_CHECKPOINT_WATCH_H_
#define AMANAH_SERVER_AUDIT_CHECKPOINT_WATCH_H_

#include <condition_variable>
#include <mutex>
#include <thread>

#include "absl/container/flat_hash_set.h"
#include "ledger/writer/ledger.h"
#include "server/reading.h"

namespace amanah::server {

// Who wants to know. Must be quick, and must neither add nor remove watchers.
class CheckpointWatcher {
 public:
  virtual ~CheckpointWatcher() = default;
  virtual void OnTip(const TipPointer& tip) = 0;
};

// Thread-safe.
class CheckpointWatch {
 public:
  ~CheckpointWatch() { Stop(); }

  // The ledger must outlive it. To be called once.
  void Start(const writer::Ledger* ledger);
  // Tells nobody any more. May be called again.
  void Stop();

  // Told of the newest checkpoint at once, and of later ones.
  void Add(CheckpointWatcher* watcher);
  void Remove(CheckpointWatcher* watcher);

 private:
  void Run();

  const writer::Ledger* ledger_ = nullptr;
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  absl::flat_hash_set<CheckpointWatcher*> watchers_;
  bool stopped_ = false;
  std::thread thread_;
};

}  // namespace amanah::server

#endif  // AMANAH_SERVER_AUDIT_CHECKPOINT_WATCH_H_
