#include "ledger/audit/findings.h"

#include <algorithm>
#include <utility>

namespace amanah::audit {

void Findings::Add(Finding finding) {
  if (++counts_[finding.kind] > kept_max_per_kind_) return;
  kept_.push_back(std::move(finding));
}

uint64_t Findings::count() const {
  uint64_t count = 0;
  for (const auto& [kind, number] : counts_) count += number;
  return count;
}

std::vector<Finding> Findings::Kept() const {
  std::vector<Finding> sorted = kept_;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Finding& a, const Finding& b) {
                     return a.sequence < b.sequence;
                   });
  return sorted;
}

}  // namespace amanah::audit
