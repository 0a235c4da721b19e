// Changes of rows that are written together or not at all.
#ifndef AMANAH_LEDGER_KV_WRITE_BATCH_H_
#define AMANAH_LEDGER_KV_WRITE_BATCH_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace amanah::kv {

// Later changes win over earlier ones of the same key. Not thread-safe.
class WriteBatch {
 public:
  // Views into the batch: valid until it is changed.
  struct Change {
    bool erase = false;
    std::string_view key;
    std::string_view value;
  };

  // Copies its arguments.
  void Put(std::string_view key, std::string_view value);
  // No error when there is no such row.
  void Erase(std::string_view key);
  void Clear();

  size_t count() const { return places_.size(); }
  // Bytes of all keys and values.
  size_t length() const { return bytes_.size(); }
  // Requires: i < count().
  Change change(size_t i) const;

 private:
  struct Place {
    bool erase = false;
    size_t begin = 0;
    size_t key_length = 0;
    size_t value_length = 0;
  };
  std::string bytes_;
  std::vector<Place> places_;
};

}  // namespace amanah::kv

#endif  // AMANAH_LEDGER_KV_WRITE_BATCH_H_
