// What an audit found, in order, with a bound on how much is kept.
#ifndef AMANAH_LEDGER_AUDIT_FINDINGS_H_
#define AMANAH_LEDGER_AUDIT_FINDINGS_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "ledger/judge/replay.h"

namespace amanah::audit {

using judge::Finding;
using judge::FindingKind;

// Every finding is counted; of each kind only the first ones are kept, so that
// many of one kind do not crowd out another. Not thread-safe.
class Findings {
 public:
  explicit Findings(size_t kept_max_per_kind = 1'000)
      : kept_max_per_kind_(kept_max_per_kind) {}

  void Add(Finding finding);
  void Add(uint64_t sequence, FindingKind kind, std::string text) {
    Add({sequence, kind, std::move(text)});
  }

  bool empty() const { return counts_.empty(); }
  uint64_t count() const;
  const std::map<FindingKind, uint64_t>& counts() const { return counts_; }
  // By sequence; findings of one sequence in the order in which they came.
  std::vector<Finding> Kept() const;

 private:
  size_t kept_max_per_kind_;
  std::map<FindingKind, uint64_t> counts_;
  std::vector<Finding> kept_;
};

}  // namespace amanah::audit

#endif  // AMANAH_LEDGER_AUDIT_FINDINGS_H_
