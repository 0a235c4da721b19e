// The calls that are under way and must be looked at from time to time: whether
// their caller may still speak, whether they take too long, and that the server
// stops.
#ifndef AMANAH_SERVER_OPEN_CALLS_H_
#define AMANAH_SERVER_OPEN_CALLS_H_

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"

namespace amanah::server {

// One call. Both functions may be called from any thread, must be quick, and
// must neither add nor remove calls.
class OpenCall {
 public:
  virtual ~OpenCall() = default;
  virtual void OnTick(int64_t monotonic_us) = 0;
  virtual void OnStop() = 0;
};

// Thread-safe.
class OpenCalls {
 public:
  // Lets a call in. After Stop() it is told at once. It must be removed before
  // it ends.
  void Add(OpenCall* call);
  void Remove(OpenCall* call);

  void Tick(int64_t monotonic_us);
  // Tells all calls, and those that come later.
  void Stop();
  // Waits until none is left; false when that takes longer.
  bool WaitUntilNone(std::chrono::milliseconds at_most);

 private:
  std::mutex mutex_;  // guards what follows
  std::condition_variable none_left_;
  absl::flat_hash_set<OpenCall*> calls_;
  bool stopped_ = false;
};

// A bounded number of places, of which each stream of one kind takes one; and
// of them so many for each authority, so that none keeps the others out.
// Thread-safe.
class Places {
 public:
  Places(uint32_t places, uint32_t of_each) : free_(places), each_(of_each) {}

  // `authority` is its ordinal.
  bool TryTake(uint64_t authority);
  void Give(uint64_t authority);

 private:
  std::mutex mutex_;  // guards what follows
  uint32_t free_;
  const uint32_t each_;
  absl::flat_hash_map<uint64_t, uint32_t> taken_;
};

}  // namespace amanah::server

#endif  // AMANAH_SERVER_OPEN_CALLS_H_
