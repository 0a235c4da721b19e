// Why a batch is not taken: an error concerns the whole batch and leaves no
// entry. (A refusal by a rule is an outcome, and is one.)
#ifndef AMANAH_LEDGER_JUDGE_PROBLEM_H_
#define AMANAH_LEDGER_JUDGE_PROBLEM_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace amanah::judge {

// Numbers as in posting.proto.
enum class Problem : uint8_t {
  kSize = 1,
  kLength = 2,
  kEncoding = 3,
  kField = 4,
  kRepeatsItself = 5,
  kSealForm = 6,
  kOrigin = 7,
  kGenesis = 8,
  kRoot = 9,
  kAuthorUnknown = 10,
  kKeyUnknown = 11,
  kSignature = 12,
  kAuthorSuspended = 13,
  kKeyRetired = 14,
  kExpired = 15,
  kThreshold = 16,
  kPossession = 17,
  kPartlyRecorded = 18,
  kQuota = 19,
  kBusy = 20,
  kHalted = 21,
  kNeedsRules = 22,
  kLedgerKey = 23,
  kCaller = 24,
};

// "SEAL_FORM": the name in the protocol without its prefix.
std::string_view ProblemName(Problem problem);

// The gRPC status code that a problem is answered with.
absl::StatusCode CodeOf(Problem problem);

// A statement that is on the record already.
struct Recorded {
  uint32_t statement_index = 0;
  uint64_t sequence = 0;
  friend bool operator==(const Recorded&, const Recorded&) = default;
};

struct BatchError {
  Problem problem = Problem::kEncoding;
  std::string message;
  // The first bad statement, where one is at fault.
  std::optional<uint32_t> statement_index;
  // For kPartlyRecorded.
  std::vector<Recorded> recorded;
};

// The error as a status: its code, and its message with the statement's place.
absl::Status ToStatus(const BatchError& error);

}  // namespace amanah::judge

#endif  // AMANAH_LEDGER_JUDGE_PROBLEM_H_
