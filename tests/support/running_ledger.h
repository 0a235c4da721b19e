// A ledger that runs in a temporary folder, with its parties.
#ifndef AMANAH_TESTS_SUPPORT_RUNNING_LEDGER_H_
#define AMANAH_TESTS_SUPPORT_RUNNING_LEDGER_H_

#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

#include "ledger/writer/ledger.h"
#include "tests/support/fake_clock.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_ledger.h"

namespace amanah::testing_support {

// 2026-01-15 00:00:00 UTC.
inline constexpr int64_t kTestNowUs = int64_t{1'768'435'200} * 1'000'000;

writer::LedgerKeys TestKeys();

// Waits for the answer to one batch.
writer::Answer PostAndWait(writer::Ledger* ledger, judge::SubmittedBatch batch);

class RunningLedger {
 public:
  // Creates, opens and enrols the pilot's parties (TestLedger::PilotBodies).
  explicit RunningLedger(writer::LedgerOptions options = {});

  // Closes it, in good order, and opens it again.
  absl::Status Reopen();
  absl::Status Open();
  void Close();

  // Requires: acknowledged.
  writer::Acknowledgement Post(judge::SubmittedBatch batch);
  writer::Acknowledgement Say(std::string_view author,
                              std::vector<domain::Body> bodies);
  // Requires: an error.
  judge::BatchError PostError(judge::SubmittedBatch batch);

  writer::Ledger* operator->() { return ledger_.get(); }
  writer::Ledger& ledger() { return *ledger_; }
  TestLedger& parties() { return parties_; }
  FakeClock& clock() { return clock_; }
  std::filesystem::path path() const { return folder_.path() / "data"; }
  writer::LedgerOptions& options() { return options_; }

 private:
  TemporaryFolder folder_;
  FakeClock clock_{kTestNowUs};
  TestLedger parties_;
  writer::LedgerOptions options_;
  std::unique_ptr<writer::Ledger> ledger_;
};

}  // namespace amanah::testing_support

#endif  // AMANAH_TESTS_SUPPORT_RUNNING_LEDGER_H_
