#include "ledger/kv/write_batch.h"

#include "ledger/base/check.h"

namespace amanah::kv {

void WriteBatch::Put(std::string_view key, std::string_view value) {
  places_.push_back({false, bytes_.size(), key.size(), value.size()});
  bytes_.append(key);
  bytes_.append(value);
}

void WriteBatch::Erase(std::string_view key) {
  places_.push_back({true, bytes_.size(), key.size(), 0});
  bytes_.append(key);
}

void WriteBatch::Clear() {
  bytes_.clear();
  places_.clear();
}

WriteBatch::Change WriteBatch::change(size_t i) const {
  AMANAH_CHECK(i < places_.size());
  const Place& place = places_[i];
  const std::string_view bytes = bytes_;
  return {place.erase, bytes.substr(place.begin, place.key_length),
          bytes.substr(place.begin + place.key_length, place.value_length)};
}

}  // namespace amanah::kv
