// Which of the entries about an entitlement an answer proves.
#ifndef AMANAH_SERVER_QUERY_STORY_H_
#define AMANAH_SERVER_QUERY_STORY_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "absl/status/statusor.h"
#include "server/reading.h"

namespace amanah::server {

struct Story {
  std::vector<uint64_t> sequences;  // ascending, at most kProofEntriesMax
  bool truncated = false;           // there is more on the record
};

// What was accepted goes first, since refusals change nothing and anyone may
// cause them: the first accepted entry and the newest ones, then the newest
// refused ones while there is room. Requires: both ascending, nothing twice.
Story ChooseForProof(const std::vector<uint64_t>& accepted,
                     const std::vector<uint64_t>& refused);

// Chooses among the entries about that grant, from sequence `from` on. Of more
// than Limits::story_scan_max only the first half of so many and the newest are
// looked at. Without `concerns`, all of them are meant.
absl::StatusOr<Story> StoryOf(
    Reading* reading, uint64_t grant, uint64_t from,
    const std::function<bool(const RecordedEntry&)>& concerns = nullptr);

}  // namespace amanah::server

#endif  // AMANAH_SERVER_QUERY_STORY_H_
