#include "client/import/remote_link.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "absl/strings/str_format.h"
#include "client/batch_file.h"
#include "client/describe.h"
#include "client/exit.h"
#include "client/import/batch_proof.h"
#include "ledger/base/bytes.h"
#include "ledger/base/status.h"
#include "ledger/log/merkle.h"

namespace amanah::client {
namespace {

constexpr std::chrono::seconds kAnswerTimeout{120};
constexpr int64_t kMicrosecondsPerSecond = 1'000'000;

judge::BatchError ErrorOf(const v1::BatchError& error) {
  judge::BatchError taken;
  taken.problem = static_cast<judge::Problem>(error.problem());
  taken.message = error.message();
  if (error.has_statement_index()) {
    taken.statement_index = error.statement_index();
  }
  return taken;
}

absl::Status Untrue(const std::string& what) {
  return absl::DataLossError(what);
}

absl::StatusOr<domain::Outcome> TakeOutcome(uint64_t sequence,
                                            const v1::Outcome& outcome) {
  const auto taken = OutcomeOf(outcome);
  if (taken.ok()) return *taken;
  return Untrue(absl::StrFormat("the outcome of entry %d: %s", sequence,
                                taken.status().message()));
}

absl::StatusOr<std::optional<OnRecord>> TakeRecord(
    const v1::ReferenceStatus& status, uint64_t size) {
  if (!status.has_sequence()) return std::nullopt;
  OnRecord record;
  record.sequence = status.sequence();
  AMANAH_ASSIGN_OR_RETURN(record.outcome,
                          TakeOutcome(record.sequence, status.outcome()));
  const auto hash = crypto::HashFromBytes(AsBytes(status.statement_hash()));
  if (!hash.has_value() || record.sequence >= size) {
    return Untrue(absl::StrFormat(
        "the server gives entry %d of a log of %d, or no hash for it",
        record.sequence, size));
  }
  record.statement_hash = *hash;
  return record;
}

}  // namespace

RemoteLink::~RemoteLink() { Close(); }

void RemoteLink::ReadAnswers(PostStream* stream) {
  v1::PostBatchesResponse answer;
  while (stream->Read(&answer)) {
    const std::lock_guard lock(mutex_);
    answers_.push_back(std::move(answer));
    changed_.notify_all();
  }
  const std::lock_guard lock(mutex_);
  ended_ = true;
  changed_.notify_all();
}

void RemoteLink::Open() {
  stream_ = remote_->PostBatches();
  ended_ = false;
  answers_.clear();
  reader_ = std::thread([this] { ReadAnswers(stream_.get()); });
}

void RemoteLink::Close() {
  if (stream_ == nullptr) return;
  if (in_flight_.empty()) {
    stream_->WritesDone();
  } else {
    stream_->Cancel();
  }
  reader_.join();
  stream_.reset();
}

absl::Status RemoteLink::Prove(std::vector<Claim> claims) {
  return ProveClaims(verifier_, options_.author, std::move(claims));
}

absl::StatusOr<std::vector<std::optional<OnRecord>>> RemoteLink::Lookup(
    const std::vector<std::string>& references) {
  v1::LookupReferencesRequest request;
  request.set_author(options_.author);
  for (const std::string& reference : references) {
    request.add_references(reference);
  }
  AMANAH_ASSIGN_OR_RETURN(const v1::LookupReferencesResponse response,
                          remote_->LookupReferences(request));
  AMANAH_ASSIGN_OR_RETURN(const log::Checkpoint checkpoint,
                          verifier_->OpenTip(response.checkpoint()));
  std::vector<std::optional<OnRecord>> records;
  for (const v1::ReferenceStatus& status : response.statuses()) {
    AMANAH_ASSIGN_OR_RETURN(const auto record,
                            TakeRecord(status, checkpoint.size));
    records.push_back(record);
  }
  return records;
}

absl::Status RemoteLink::Post(uint64_t tag,
                              std::vector<std::string> statements) {
  if (stream_ == nullptr) Open();
  const int64_t now_seconds = options_.clock->NowUs() / kMicrosecondsPerSecond;
  v1::PostBatchesRequest request;
  request.set_tag(tag);
  AMANAH_ASSIGN_OR_RETURN(
      *request.mutable_batch(),
      SealBatch(verifier_->ledger(), options_.author, *options_.key,
                static_cast<uint64_t>(now_seconds + kValidityOwnSeconds),
                statements));
  in_flight_.emplace(tag, std::move(statements));
  // A stream that has ended says so when its answers are waited for.
  (void)stream_->Write(request);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Posted>> RemoteLink::TakeAcknowledgement(
    const std::vector<std::string>& statements,
    const v1::Acknowledgement& acknowledgement) {
  AMANAH_ASSIGN_OR_RETURN(const log::Checkpoint checkpoint,
                          verifier_->OpenTip(acknowledgement.checkpoint()));
  if (static_cast<size_t>(acknowledgement.results_size()) !=
      statements.size()) {
    return Untrue(
        absl::StrFormat("a batch of %d statements was answered with %d results",
                        statements.size(), acknowledgement.results_size()));
  }
  std::vector<Posted> posted;
  std::vector<Claim> claims;
  for (const v1::Result& result : acknowledgement.results()) {
    AMANAH_ASSIGN_OR_RETURN(domain::Outcome outcome,
                            TakeOutcome(result.sequence(), result.outcome()));
    if (result.sequence() >= checkpoint.size) {
      return Untrue(absl::StrFormat(
          "an acknowledgement gives entry %d and a checkpoint of %d entries",
          result.sequence(), checkpoint.size));
    }
    const std::string& statement = statements[posted.size()];
    claims.push_back(
        {"",
         statement,
         {result.sequence(), outcome, log::LeafHash(AsBytes(statement))}});
    posted.push_back({result.sequence(), outcome});
  }
  AMANAH_RETURN_IF_ERROR(Prove(std::move(claims)));
  return posted;
}

absl::StatusOr<PostAnswer> RemoteLink::TakeAnswer(
    const v1::PostBatchesResponse& answer) {
  const auto found = in_flight_.find(answer.tag());
  if (found == in_flight_.end()) {
    return Untrue(absl::StrFormat(
        "an answer has the tag %d, which no batch in flight has",
        answer.tag()));
  }
  const std::vector<std::string> statements = std::move(found->second);
  in_flight_.erase(found);
  PostAnswer taken;
  taken.tag = answer.tag();
  if (answer.has_error()) {
    error_ = answer.error();
    const v1::BatchProblem problem = answer.error().problem();
    if (!v1::BatchProblem_IsValid(problem) ||
        problem == v1::BATCH_PROBLEM_UNSPECIFIED) {
      return StatusOf(answer.error());
    }
    taken.result = ErrorOf(answer.error());
    return taken;
  }
  AMANAH_ASSIGN_OR_RETURN(
      taken.result, TakeAcknowledgement(statements, answer.acknowledgement()));
  return taken;
}

absl::Status RemoteLink::TakeEnd(bool told) {
  if (!told) stream_->Cancel();
  reader_.join();
  const absl::Status status = stream_->Finish();
  stream_.reset();
  for (const auto& [tag, statements] : in_flight_) lost_.push_back(tag);
  in_flight_.clear();
  return status.ok() || IsTransient(status) || !told ? absl::OkStatus()
                                                     : status;
}

absl::StatusOr<PostAnswer> RemoteLink::Wait() {
  if (lost_.empty()) {
    std::unique_lock lock(mutex_);
    const bool told = changed_.wait_for(
        lock, kAnswerTimeout, [this] { return ended_ || !answers_.empty(); });
    if (!answers_.empty()) {
      const v1::PostBatchesResponse answer = std::move(answers_.front());
      answers_.pop_front();
      lock.unlock();
      return TakeAnswer(answer);
    }
    lock.unlock();
    AMANAH_RETURN_IF_ERROR(TakeEnd(told));
  }
  // Whether these batches arrived is not known: asking for them settles it.
  PostAnswer answer;
  answer.tag = lost_.front();
  answer.result = judge::BatchError{
      judge::Problem::kBusy, "the stream broke off", std::nullopt, {}};
  lost_.pop_front();
  return answer;
}

absl::Status RemoteLink::Mark(const absl::Status& ended) const {
  const bool of_batch =
      error_.has_value() &&
      ended.code() == static_cast<absl::StatusCode>(error_->code());
  if (!of_batch && ended.code() != absl::StatusCode::kUnavailable) return ended;
  if (IsFromServer(ended) || !of_batch) return FromServer(ended);
  // Our message names the row; the batch's error decides the exit code.
  v1::BatchError named = *error_;
  named.set_message(std::string(ended.message()));
  named.clear_statement_index();
  return FromServer(StatusOf(named));
}

void RemoteLink::Pause(int round) {
  constexpr int kDoublingsMax = 5;
  std::this_thread::sleep_for(options_.first_pause *
                              (1 << std::min(round - 1, kDoublingsMax)));
}

}  // namespace amanah::client
