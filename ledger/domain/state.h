// The interface through which the book reads and writes its state, and the
// overlay on which the sequencer checks and applies before a group is synced.
//
// State is a set of rows: a fixed-size key and a short value. It is derived
// from the entries alone. Nothing here knows where rows are kept.
#ifndef AMANAH_LEDGER_DOMAIN_STATE_H_
#define AMANAH_LEDGER_DOMAIN_STATE_H_

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace amanah::domain {

// One byte for the table, then 20 bytes of SHA-256 over the row's name (or a
// number, big-endian, padded with zeros). 160 bits: two names of one author
// that collide cost 2^80 hashes, and harm only that author.
struct StateKey {
  static constexpr size_t kLength = 21;
  std::array<uint8_t, kLength> bytes{};

  friend bool operator==(const StateKey&, const StateKey&) = default;
  friend auto operator<=>(const StateKey&, const StateKey&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const StateKey& key) {
    // Eight bytes of a cryptographic hash spread well enough for a table.
    uint64_t head = 0;
    std::memcpy(&head, key.bytes.data() + 1, sizeof(head));
    return H::combine(std::move(h), key.bytes[0], head);
  }
};

// An absolute change: the row's new value, empty when the row is gone.
struct StateChange {
  StateKey key;
  std::string value;

  friend bool operator==(const StateChange&, const StateChange&) = default;
};

// Reads committed rows. Implementations say how they may be shared by threads.
class StateReader {
 public:
  virtual ~StateReader() = default;
  // The row's value; empty when there is no such row. Fails with DATA_LOSS or
  // UNAVAILABLE when storage does.
  virtual absl::StatusOr<std::string> Get(const StateKey& key) const = 0;
  // The same for many rows at once; `values` gets one for each key.
  virtual absl::Status GetMany(std::span<const StateKey> keys,
                               std::vector<std::string>* values) const = 0;
};

// Rows in memory, for tests and for an auditor of small logs.
class MemoryState final : public StateReader {
 public:
  absl::StatusOr<std::string> Get(const StateKey& key) const override;
  absl::Status GetMany(std::span<const StateKey> keys,
                       std::vector<std::string>* values) const override;
  void Apply(std::span<const StateChange> changes);
  size_t size() const { return rows_.size(); }

 private:
  absl::flat_hash_map<StateKey, std::string> rows_;
};

// The rows of `base` with changes on top. Reads are cached. Not thread-safe.
//
// Changes since the last TakeChanges() are kept apart, so that a group's can be
// handed on as absolute values. A failed read of `base` makes status() fail for
// good: whoever uses an Overlay must look at it before acting on what it read.
class Overlay {
 public:
  explicit Overlay(const StateReader* base) : base_(base) {}

  // Brings rows in with one batched read.
  void Prefetch(std::span<const StateKey> keys);
  // The row's value, empty when there is none; valid until the next call, which
  // may move rows.
  std::string_view Get(const StateKey& key);
  void Put(const StateKey& key, std::string value);

  const absl::Status& status() const { return status_; }
  // A row's bytes are no row: status() is DATA_LOSS from now on.
  void FailRow(const StateKey& key);

  // The changed rows in ascending order of key, each once; marks them clean.
  std::vector<StateChange> TakeChanges();
  // Forgets all rows that are clean; `base` must hold their changes by now.
  void Trim();
  size_t cached() const { return rows_.size(); }

 private:
  struct Row {
    std::string value;
    bool dirty = false;
  };
  Row& Load(const StateKey& key);

  const StateReader* base_;
  absl::flat_hash_map<StateKey, Row> rows_;
  std::vector<StateKey> dirty_;
  absl::Status status_;
};

}  // namespace amanah::domain

#endif  // AMANAH_LEDGER_DOMAIN_STATE_H_
