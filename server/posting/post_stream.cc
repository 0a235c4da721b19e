#include "server/posting/post_stream.h"

#include <utility>

#include "server/convert.h"
#include "server/logging.h"
#include "server/posting/intake.h"

namespace amanah::server {

static_assert(sizeof(writer::Result) <= kAnswerLengthEach);

PostStream::PostStream(Host* host, grpc::CallbackServerContext* context,
                       Admitted admitted)
    : OpenStream(host, context, std::move(admitted)),
      began_us_(host->clock->MonotonicUs()) {}

PostStream* PostStream::Begin(Host* host, grpc::CallbackServerContext* context,
                              Admitted admitted) {
  std::shared_ptr<PostStream> stream(
      new PostStream(host, context, std::move(admitted)));
  PostStream* const out = stream.get();
  // So that a client knows that it was let in before its first answer.
  out->StartSendInitialMetadata();
  host->calls.Add(out);
  const std::lock_guard lock(out->mutex_);
  out->self_ = std::move(stream);
  out->ReadOn();
  return out;
}

void PostStream::OnReadDone(bool ok) {
  Taken batch;
  {
    const std::lock_guard lock(mutex_);
    if (!ok || end_.has_value()) {
      reading_ = false;
      read_ended_ = true;
      FinishIfDone();
      return;
    }
    batch.tag = request_.tag();
    batch.answer_length =
        static_cast<size_t>(request_.batch().statements_size()) *
        kAnswerLengthEach;
    ++in_flight_;
    answers_length_ += batch.answer_length;
  }
  // reading_ stays set: nobody else touches request_ meanwhile.
  Take(batch);
  const std::lock_guard lock(mutex_);
  reading_ = false;
  ReadOn();
}

void PostStream::Take(const Taken& batch) {
  auto checked =
      TakeIn(*caller_.ledger(), caller_.caller(), request_.mutable_batch());
  if (auto* error = std::get_if<judge::BatchError>(&checked)) {
    OnAnswer(batch, std::move(*error));
    return;
  }
  caller_.ledger()->Submit(std::get<judge::SealedBatch>(std::move(checked)),
                           [self = self_, batch](writer::Answer answer) {
                             self->OnAnswer(batch, std::move(answer));
                           });
}

void PostStream::OnAnswer(const Taken& batch, writer::Answer answer) {
  const std::lock_guard lock(mutex_);
  Count(answer);
  answered_.push_back({batch, std::move(answer)});
  if (!write_.pending()) WriteNext();
}

// Answers that wait behind this one will be written as soon as it is done, so
// it need not leave at once: gRPC then sends several in one piece.
void PostStream::WriteNext() {
  if (answered_.empty()) return;
  const Answered next = std::move(answered_.front());
  answered_.pop_front();
  response_.Clear();
  response_.set_tag(next.batch.tag);
  if (const auto* error = std::get_if<judge::BatchError>(&next.answer)) {
    ToProto(*error, response_.mutable_error());
  } else {
    ToProto(std::get<writer::Acknowledgement>(next.answer),
            response_.mutable_acknowledgement());
  }
  written_length_ = next.batch.answer_length;
  write_.Begin(*host_);
  grpc::WriteOptions options;
  if (!answered_.empty()) options.set_buffer_hint();
  StartWrite(&response_, options);
}

void PostStream::OnWriteDone(bool ok) {
  const std::lock_guard lock(mutex_);
  write_.Done();
  --in_flight_;
  answers_length_ -= written_length_;
  if (!ok) {
    // The client has gone; its batches are decided all the same.
    // Nothing is read any more, so their length counts no more.
    in_flight_ -= static_cast<uint32_t>(answered_.size());
    answered_.clear();
    End(grpc::Status::CANCELLED);
    return;
  }
  WriteNext();
  ReadOn();
}

void PostStream::ReadOn() {
  if (end_.has_value() || read_ended_) {
    FinishIfDone();
    return;
  }
  if (reading_ || in_flight_ >= host_->limits.batches_in_flight_max ||
      answers_length_ >= host_->limits.answers_length_max) {
    return;
  }
  reading_ = true;
  StartRead(&request_);
}

void PostStream::OnCancel() {
  const std::lock_guard lock(mutex_);
  End(grpc::Status::CANCELLED);
}

void PostStream::End(grpc::Status status) {
  if (!end_.has_value()) end_ = std::move(status);
  FinishIfDone();
}

// The ledger holds this stream for every batch in flight, and gRPC its response
// while it writes. A read that is under way ends with the call.
void PostStream::FinishIfDone() {
  if (finished_ || write_.pending() || in_flight_ > 0) return;
  if (!end_.has_value() && !read_ended_) return;
  finished_ = true;
  Finish(end_.value_or(grpc::Status::OK));
}

void PostStream::Count(const writer::Answer& answer) {
  ++counts_.batches;
  if (const auto* done = std::get_if<writer::Acknowledgement>(&answer)) {
    counts_.statements += done->results.size();
    return;
  }
  ++counts_.errors;
  LogDebug("refused-batch",
           {{"caller", caller_.caller().name()},
            {"problem",
             judge::ProblemName(std::get<judge::BatchError>(answer).problem)}});
}

void PostStream::OnDone() {
  host_->calls.Remove(this);
  host_->posting_places.Give(caller_.caller().ordinal);
  std::shared_ptr<PostStream> self;
  const std::lock_guard lock(mutex_);
  self = std::move(self_);
  LogInfo("stream-ended", {{"caller", caller_.caller().name()},
                           {"batches", counts_.batches},
                           {"statements", counts_.statements},
                           {"errors", counts_.errors},
                           {"us", host_->clock->MonotonicUs() - began_us_}});
}

}  // namespace amanah::server
