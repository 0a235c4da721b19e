// The threads that answer questions, so that a slow one holds no thread of the
// network's. Bounded in threads and in what may wait.
#ifndef AMANAH_SERVER_READ_POOL_H_
#define AMANAH_SERVER_READ_POOL_H_

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace amanah::server {

// Thread-safe.
class ReadPool {
 public:
  ReadPool(size_t threads, size_t waiting_max);
  ~ReadPool() { Stop(); }

  // Runs `work` later, in the order of the calls. False, and nothing is done,
  // when too much waits or the pool has stopped.
  bool TryRun(std::function<void()> work);
  // The same without the limit on what waits, for the next part of a call that
  // was let in already. False only when the pool has stopped.
  bool Continue(std::function<void()> work);

  // Does what waits, and ends. May be called again.
  void Stop();

 private:
  bool Add(std::function<void()> work, size_t waiting_max);
  void Run();

  const size_t waiting_max_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::deque<std::function<void()>> waiting_;
  bool stopped_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace amanah::server

#endif  // AMANAH_SERVER_READ_POOL_H_
