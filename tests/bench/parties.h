// Who takes part in a measurement: the test ledger's parties with certificates
// that can be called with, and the batches that they will post.
#ifndef AMANAH_TESTS_BENCH_PARTIES_H_
#define AMANAH_TESTS_BENCH_PARTIES_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "amanah/v1/posting.pb.h"
#include "ledger/crypto/certificate.h"
#include "tests/support/test_ledger.h"

namespace amanah::bench {

class Parties {
 public:
  Parties();

  testing_support::TestLedger& ledger() { return ledger_; }
  const crypto::TlsCertificate& certificate(std::string_view name) const;

  // What the administrators say first, with quotas that no run exhausts.
  v1::PostBatchRequest Pilot();
  // Grants of entitlements `first` to `first + count - 1`.
  v1::PostBatchRequest Grants(uint64_t first, uint64_t count);
  // Payments in full of those entitlements, by `bank`.
  v1::PostBatchRequest Payments(std::string_view bank, uint64_t first,
                                uint64_t count);

 private:
  testing_support::TestLedger ledger_;
  std::map<std::string, crypto::TlsCertificate, std::less<>> certificates_;
};

v1::PostBatchRequest ToRequest(judge::SubmittedBatch batch);

}  // namespace amanah::bench

#endif  // AMANAH_TESTS_BENCH_PARTIES_H_
