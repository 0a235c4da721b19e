// The ledger behind an import, in this process: sealed batches go straight to a
// running ledger, without gRPC.
#ifndef AMANAH_TESTS_CLIENT_IMPORT_BOOK_LINK_H_
#define AMANAH_TESTS_CLIENT_IMPORT_BOOK_LINK_H_

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "client/import/poster.h"
#include "ledger/domain/rows.h"
#include "tests/support/running_ledger.h"

namespace amanah::testing_support {

class BookLink final : public client::LedgerLink {
 public:
  BookLink(RunningLedger* ledger, std::string author)
      : ledger_(ledger), author_(std::move(author)) {}

  absl::StatusOr<std::vector<std::optional<client::OnRecord>>> Lookup(
      const std::vector<std::string>& references) override;
  // It is the ledger itself that says so.
  absl::Status Prove(std::vector<client::Claim>) override {
    return absl::OkStatus();
  }
  absl::Status Post(uint64_t tag, std::vector<std::string> statements) override;
  absl::StatusOr<client::PostAnswer> Wait() override;
  size_t in_flight_max() const override { return 4; }
  void Pause(int) override {}

 private:
  RunningLedger* ledger_;
  const std::string author_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::deque<client::PostAnswer> answers_;
};

}  // namespace amanah::testing_support

#endif  // AMANAH_TESTS_CLIENT_IMPORT_BOOK_LINK_H_
