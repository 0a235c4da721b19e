// What the client keeps between runs, one folder for each ledger it has seen:
//
//   <state>/<origin, each / as _>/entry0       the bytes of entry 0
//   <state>/<origin>/checkpoint                the largest note seen
//   <state>/<origin>/fork-<time>.txt    two notes that contradict
//
// <state> is $AMANAH_STATE, else $XDG_STATE_HOME/amanah (~/.local/state).
#ifndef AMANAH_CLIENT_KEPT_STATE_H_
#define AMANAH_CLIENT_KEPT_STATE_H_

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ledger/log/checkpoint.h"

namespace amanah::client {

// A checkpoint and the note that it came in.
struct SeenCheckpoint {
  log::Checkpoint checkpoint;
  std::string note;
};

// The state folder for this user. INVALID_ARGUMENT: neither the variables above
// nor HOME is set.
absl::StatusOr<std::filesystem::path> DefaultStateFolder();

// Several processes may keep state in one folder at once.
class KeptState {
 public:
  // Requires: log::IsValidOrigin(origin).
  KeptState(const std::filesystem::path& state, std::string_view origin);

  // nullopt: none was kept. DATA_LOSS: it cannot be read.
  absl::StatusOr<std::optional<std::string>> ReadEntryZero() const;
  absl::Status KeepEntryZero(std::string_view bytes) const;

  // The largest checkpoint seen; its signature was checked when it was kept.
  // nullopt: none was. DATA_LOSS: the file is no checkpoint.
  absl::StatusOr<std::optional<SeenCheckpoint>> ReadCheckpoint() const;
  // Keeps it unless a larger one is there by now.
  absl::Status KeepCheckpoint(const SeenCheckpoint& seen) const;

  // Writes both notes to a file of their own and returns its path.
  absl::StatusOr<std::filesystem::path> KeepFork(std::string_view why,
                                                 std::string_view kept_note,
                                                 std::string_view new_note,
                                                 int64_t time_us) const;

  const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
};

}  // namespace amanah::client

#endif  // AMANAH_CLIENT_KEPT_STATE_H_
