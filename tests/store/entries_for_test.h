// Entries that tell where they belong, of lengths from 0 to some hundred.
#ifndef AMANAH_TESTS_STORE_ENTRIES_FOR_TEST_H_
#define AMANAH_TESTS_STORE_ENTRIES_FOR_TEST_H_

#include <cstdint>
#include <string>
#include <vector>

namespace amanah::store {

inline std::string EntryAt(uint64_t sequence) {
  if (sequence % 97 == 5) return "";
  std::string entry = std::to_string(sequence) + ":";
  entry.append(sequence * 31 % 300, static_cast<char>(sequence));
  return entry;
}

inline std::vector<std::string> EntriesFrom(uint64_t first, uint64_t count) {
  std::vector<std::string> entries;
  for (uint64_t i = 0; i < count; ++i) entries.push_back(EntryAt(first + i));
  return entries;
}

}  // namespace amanah::store

#endif  // AMANAH_TESTS_STORE_ENTRIES_FOR_TEST_H_
