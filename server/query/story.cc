#include "server/query/story.h"

#include <algorithm>
#include <deque>
#include <span>

#include "ledger/base/bytes.h"
#include "ledger/base/status.h"
#include "ledger/store/index.h"
#include "server/limits.h"
#include "server/proof.h"

namespace amanah::server {
namespace {

constexpr size_t kEntriesAtATime = 256;

// The sequences of the index, without the middle of a very long one.
absl::StatusOr<std::vector<uint64_t>> Scan(Reading* reading, uint64_t grant,
                                           uint64_t from, bool* truncated) {
  const size_t most = reading->limits().story_scan_max;
  const size_t first_half = most / 2;
  std::vector<uint64_t> first;
  std::deque<uint64_t> newest;
  size_t seen = 0;
  const std::string prefix = store::GrantIndexPrefix(grant);
  std::string from_key = prefix;
  AppendBigEndian(&from_key, from);
  AMANAH_RETURN_IF_ERROR(reading->ledger().derived().ScanIndex(
      prefix, from_key, reading->limits().index_scan_max,
      [&](std::string_view key, std::string_view) {
        ++seen;
        const uint64_t sequence = store::SequenceOfIndexKey(key);
        if (first.size() < first_half) {
          first.push_back(sequence);
          return true;
        }
        newest.push_back(sequence);
        if (newest.size() > most - first_half) {
          newest.pop_front();
          *truncated = true;
        }
        return true;
      }));
  if (seen == reading->limits().index_scan_max) *truncated = true;
  first.insert(first.end(), newest.begin(), newest.end());
  return first;
}

}  // namespace

Story ChooseForProof(const std::vector<uint64_t>& accepted,
                     const std::vector<uint64_t>& refused) {
  Story story;
  story.truncated = accepted.size() + refused.size() > kProofEntriesMax;
  story.sequences = FirstAndNewest(accepted);
  const size_t room =
      std::min(kProofEntriesMax - story.sequences.size(), refused.size());
  story.sequences.insert(story.sequences.end(),
                         refused.end() - static_cast<ptrdiff_t>(room),
                         refused.end());
  std::sort(story.sequences.begin(), story.sequences.end());
  return story;
}

absl::StatusOr<Story> StoryOf(
    Reading* reading, uint64_t grant, uint64_t from,
    const std::function<bool(const RecordedEntry&)>& concerns) {
  bool truncated = false;
  AMANAH_ASSIGN_OR_RETURN(std::vector<uint64_t> all,
                          Scan(reading, grant, from, &truncated));
  if (concerns == nullptr && !truncated && all.size() <= kProofEntriesMax) {
    return Story{std::move(all), false};
  }
  std::vector<uint64_t> accepted;
  std::vector<uint64_t> refused;
  for (size_t first = 0; first < all.size(); first += kEntriesAtATime) {
    const size_t count = std::min(kEntriesAtATime, all.size() - first);
    AMANAH_ASSIGN_OR_RETURN(
        const std::vector<RecordedEntry> entries,
        reading->ReadEntries(std::span(all).subspan(first, count)));
    for (const RecordedEntry& entry : entries) {
      if (concerns != nullptr && !concerns(entry)) continue;
      auto& chosen = entry.entry.outcome.accepted() ? accepted : refused;
      chosen.push_back(entry.sequence);
    }
  }
  Story story = ChooseForProof(accepted, refused);
  story.truncated = story.truncated || truncated;
  return story;
}

}  // namespace amanah::server
