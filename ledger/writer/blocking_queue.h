// A bounded queue between threads.
#ifndef AMANAH_LEDGER_WRITER_BLOCKING_QUEUE_H_
#define AMANAH_LEDGER_WRITER_BLOCKING_QUEUE_H_

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

namespace amanah::writer {

// Thread-safe. Each item has a weight; the queue is full at either limit, but
// never refuses an item while it is empty.
template <typename T>
class BlockingQueue {
 public:
  BlockingQueue(size_t items_max, size_t weight_max)
      : items_max_(items_max), weight_max_(weight_max) {}

  // False, and `item` is left as it is, when the queue is full or closed.
  bool TryPush(T& item, size_t weight) {
    {
      const std::lock_guard lock(mutex_);
      if (closed_ || IsFull(weight)) return false;
      Add(item, weight);
    }
    changed_.notify_all();
    return true;
  }

  // Waits for room. Requires: not closed.
  void Push(T item, size_t weight) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return !IsFull(weight); });
      Add(item, weight);
    }
    changed_.notify_all();
  }

  // Waits for an item; nullopt when the queue is closed and empty.
  std::optional<T> Pop() {
    std::optional<T> item;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return closed_ || !items_.empty(); });
      if (items_.empty()) return std::nullopt;
      item = Take();
    }
    changed_.notify_all();
    return item;
  }

  // The next item if there is one.
  std::optional<T> TryPop() {
    std::optional<T> item;
    {
      const std::lock_guard lock(mutex_);
      if (items_.empty()) return std::nullopt;
      item = Take();
    }
    changed_.notify_all();
    return item;
  }

  // Nothing more comes in; what is there can still be popped.
  void Close() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    changed_.notify_all();
  }

  bool closed() const {
    const std::lock_guard lock(mutex_);
    return closed_;
  }

 private:
  struct Item {
    T value;
    size_t weight;
  };

  bool IsFull(size_t weight) const {
    if (items_.empty()) return false;
    return items_.size() >= items_max_ || weight_ + weight > weight_max_;
  }
  void Add(T& item, size_t weight) {
    items_.push_back({std::move(item), weight});
    weight_ += weight;
  }
  T Take() {
    T value = std::move(items_.front().value);
    weight_ -= items_.front().weight;
    items_.pop_front();
    return value;
  }

  const size_t items_max_;
  const size_t weight_max_;
  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::deque<Item> items_;
  size_t weight_ = 0;
  bool closed_ = false;
};

}  // namespace amanah::writer

#endif  // AMANAH_LEDGER_WRITER_BLOCKING_QUEUE_H_
