#include "server/audit/checkpoint_stream.h"

#include <utility>

#include "server/convert.h"

namespace amanah::server {

CheckpointStream::CheckpointStream(Host* host, CheckpointWatch* watch,
                                   grpc::CallbackServerContext* context,
                                   Admitted admitted, uint64_t larger_than)
    : OpenStream(host, context, std::move(admitted)),
      watch_(watch),
      sent_size_(larger_than) {
  StartSendInitialMetadata();
  host_->calls.Add(this);
  watch_->Add(this);
}

void CheckpointStream::OnTip(const TipPointer& tip) {
  const std::lock_guard lock(mutex_);
  newest_ = tip;
  if (!write_.pending()) SendNewest();
}

void CheckpointStream::OnCancel() {
  const std::lock_guard lock(mutex_);
  End(grpc::Status::CANCELLED);
}

void CheckpointStream::OnWriteDone(bool ok) {
  const std::lock_guard lock(mutex_);
  write_.Done();
  if (!ok) {
    End(grpc::Status::CANCELLED);
  } else if (end_.has_value()) {
    End(*end_);
  } else {
    SendNewest();
  }
}

void CheckpointStream::OnDone() {
  watch_->Remove(this);
  host_->calls.Remove(this);
  host_->checkpoint_places.Give(caller_.caller().ordinal);
  delete this;
}

void CheckpointStream::SendNewest() {
  if (finished_ || end_.has_value() || newest_ == nullptr ||
      newest_->size <= sent_size_) {
    return;
  }
  response_.set_checkpoint(newest_->checkpoint);
  sent_size_ = newest_->size;
  write_.Begin(*host_);
  StartWrite(&response_);
}

void CheckpointStream::End(grpc::Status status) {
  if (finished_) return;
  if (write_.pending()) {
    end_ = std::move(status);
    return;
  }
  finished_ = true;
  Finish(std::move(status));
}

}  // namespace amanah::server
