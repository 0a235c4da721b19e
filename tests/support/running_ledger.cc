#include "tests/support/running_ledger.h"

#include <gtest/gtest.h>

#include <future>
#include <utility>

#include "ledger/base/check.h"
#include "ledger/log/merkle.h"

namespace amanah::testing_support {

writer::LedgerKeys TestKeys() {
  writer::LedgerKeys keys;
  keys.checkpoint.push_back(CheckpointKey(1));
  keys.checkpoint.push_back(CheckpointKey(2));
  keys.statement.push_back(StatementKey(1));
  return keys;
}

writer::Answer PostAndWait(writer::Ledger* ledger,
                           judge::SubmittedBatch batch) {
  auto checked = ledger->Check(std::move(batch));
  if (auto* error = std::get_if<judge::BatchError>(&checked)) return *error;
  std::promise<writer::Answer> promise;
  ledger->Submit(
      std::get<judge::SealedBatch>(std::move(checked)),
      [&](writer::Answer answer) { promise.set_value(std::move(answer)); });
  return promise.get_future().get();
}

RunningLedger::RunningLedger(writer::LedgerOptions options)
    : options_(std::move(options)) {
  options_.clock = &clock_;
  AMANAH_CHECK(
      writer::Ledger::Create(path(), parties_.Opening(), TestKeys(), options_)
          .ok());
  AMANAH_CHECK(Open().ok());
  parties_.SetGenesis(ledger_->id().genesis);
  const auto pilot = Say(domain::kAdministrators, parties_.PilotBodies());
  for (const writer::Result& result : pilot.results) {
    AMANAH_CHECK(result.outcome.accepted());
  }
}

absl::Status RunningLedger::Open() {
  auto opened = writer::Ledger::Open(path(), TestKeys(), options_);
  if (!opened.ok()) return opened.status();
  ledger_ = *std::move(opened);
  return absl::OkStatus();
}

void RunningLedger::Close() { ledger_.reset(); }

absl::Status RunningLedger::Reopen() {
  Close();
  return Open();
}

writer::Acknowledgement RunningLedger::Post(judge::SubmittedBatch batch) {
  writer::Answer answer = PostAndWait(ledger_.get(), std::move(batch));
  if (const auto* error = std::get_if<judge::BatchError>(&answer)) {
    ADD_FAILURE() << error->message;
    return {};
  }
  return std::get<writer::Acknowledgement>(std::move(answer));
}

writer::Acknowledgement RunningLedger::Say(std::string_view author,
                                           std::vector<domain::Body> bodies) {
  return Post(parties_.Post(author, std::move(bodies)));
}

judge::BatchError RunningLedger::PostError(judge::SubmittedBatch batch) {
  writer::Answer answer = PostAndWait(ledger_.get(), std::move(batch));
  if (std::holds_alternative<writer::Acknowledgement>(answer)) {
    ADD_FAILURE() << "the batch was acknowledged";
    return {};
  }
  return std::get<judge::BatchError>(std::move(answer));
}

}  // namespace amanah::testing_support
