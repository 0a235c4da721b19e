// How the program ends: the exit codes, and the one place where errors become
// one of them.
#ifndef AMANAH_CLIENT_EXIT_H_
#define AMANAH_CLIENT_EXIT_H_

#include "absl/status/status.h"

namespace amanah::client {

enum class ExitCode : int {
  kDone = 0,
  // A check failed, or the server or a rule said no.
  kRefused = 1,
  // The command line, the profile or a local file is at fault.
  kUsage = 2,
  // The server could not be reached or could not answer.
  kServer = 3,
  // Only later software can judge this.
  kNeedsRules = 4,
};

// Marks an error as one that a server or the way to it gave (payload
// "amanah/from-server"). Remote does this to all that it returns.
absl::Status FromServer(absl::Status status);
bool IsFromServer(const absl::Status& status);

// Whether the same call may be made again with hope: an error from the server
// that is UNAVAILABLE, or RESOURCE_EXHAUSTED because it is busy.
bool IsTransient(const absl::Status& status);

// A file of the caller's own that is damaged, and proves nothing about anybody:
// DATA_LOSS becomes FAILED_PRECONDITION.
absl::Status FromLocalFile(const absl::Status& status);

// DATA_LOSS (what was read does not prove what it says): kRefused. From the
// server: kServer when it gave no answer of its own (CANCELLED, UNKNOWN,
// DEADLINE_EXCEEDED without a batch error, RESOURCE_EXHAUSTED, UNIMPLEMENTED,
// INTERNAL, UNAVAILABLE), else kRefused. "needs rules version": kNeedsRules.
// All else is kUsage. Requires: !status.ok().
ExitCode ExitCodeOf(const absl::Status& status);

}  // namespace amanah::client

#endif  // AMANAH_CLIENT_EXIT_H_
