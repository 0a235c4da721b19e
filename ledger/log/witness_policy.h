// Which witnesses must have seen a checkpoint: the policy file of
// c2sp.org/tlog-policy. Lines, in any number of spaces and tabs:
//
//   log <verifier key> [url]
//   witness <name> <verifier key> [url]
//   group <name> all|any|<k> <member>...
//   quorum <name>|none
//
// Names are defined before they are used; a member stands in one group at most;
// there is exactly one quorum. `#` begins a comment line.
#ifndef AMANAH_LEDGER_LOG_WITNESS_POLICY_H_
#define AMANAH_LEDGER_LOG_WITNESS_POLICY_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/log/verifier_key.h"

namespace amanah::log {

// As many logs, witnesses and groups are taken as every reader must take.
inline constexpr size_t kPolicyItemsMax = 32;

struct PolicyLog {
  VerifierKey key;
  std::string url;  // may be empty
};

struct PolicyWitness {
  std::string name;
  VerifierKey key;  // of a cosignature's type
  std::string url;  // may be empty
};

struct PolicyGroup {
  std::string name;
  size_t threshold = 0;              // 1 to members.size()
  std::vector<std::string> members;  // witnesses and earlier groups
};

struct WitnessPolicy {
  std::vector<PolicyLog> logs;
  std::vector<PolicyWitness> witnesses;
  std::vector<PolicyGroup> groups;
  std::string quorum;  // of a witness or group; empty: none is asked for
};

// INVALID_ARGUMENT "line N: ...": the text is no such policy.
absl::StatusOr<WitnessPolicy> ParseWitnessPolicy(std::string_view text);

}  // namespace amanah::log

#endif  // AMANAH_LEDGER_LOG_WITNESS_POLICY_H_
