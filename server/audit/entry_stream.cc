#include "server/audit/entry_stream.h"

#include <algorithm>
#include <utility>

#include "server/convert.h"
#include "server/limits.h"

namespace amanah::server {

EntryStream::EntryStream(Host* host, grpc::CallbackServerContext* context,
                         Admitted admitted, uint64_t first, uint64_t end)
    : OpenStream(host, context, std::move(admitted)),
      end_sequence_(end),
      next_(first),
      all_read_(first == end) {}

EntryStream* EntryStream::Begin(Host* host,
                                grpc::CallbackServerContext* context,
                                Admitted admitted, uint64_t first,
                                uint64_t end) {
  std::shared_ptr<EntryStream> stream(
      new EntryStream(host, context, std::move(admitted), first, end));
  EntryStream* const out = stream.get();
  host->calls.Add(out);
  const std::lock_guard lock(out->mutex_);
  out->self_ = std::move(stream);
  out->Proceed();
  return out;
}

void EntryStream::OnCancel() {
  const std::lock_guard lock(mutex_);
  End(grpc::Status::CANCELLED);
}

void EntryStream::OnWriteDone(bool ok) {
  const std::lock_guard lock(mutex_);
  write_.Done();
  if (ok) {
    Proceed();
  } else {
    End(grpc::Status::CANCELLED);
  }
}

void EntryStream::OnDone() {
  host_->calls.Remove(this);
  host_->entry_places.Give(caller_.caller().ordinal);
  // A reader may still hold the stream.
  std::shared_ptr<EntryStream> self;
  const std::lock_guard lock(mutex_);
  self = std::move(self_);
}

void EntryStream::Read() {
  v1::StreamEntriesResponse* chunk = nullptr;
  {
    const std::lock_guard lock(mutex_);
    if (end_.has_value()) {
      reading_ = false;
      return;
    }
    chunk = &chunks_[static_cast<size_t>(free_chunk_)];
  }
  const absl::Status status = ReadChunk(chunk);
  const std::lock_guard lock(mutex_);
  reading_ = false;
  if (!status.ok()) {
    End(ToGrpc(status));
    return;
  }
  ready_ = true;
  all_read_ = next_ == end_sequence_;
  Proceed();
}

absl::Status EntryStream::ReadChunk(v1::StreamEntriesResponse* chunk) {
  chunk->Clear();
  chunk->set_first(next_);
  size_t length = 0;
  bool full = false;
  const absl::Status status = caller_.ledger()->entries().ForEach(
      next_, end_sequence_ - next_,
      [&](uint64_t, ByteView bytes) -> absl::Status {
        if (length > 0 && length + bytes.size() > kChunkLengthMax) {
          full = true;
          return absl::CancelledError("the chunk is full");
        }
        chunk->add_entries(bytes.data(), bytes.size());
        length += bytes.size();
        ++next_;
        return absl::OkStatus();
      });
  return full ? absl::OkStatus() : status;
}

// Writes what is ready and reads what comes next, at the same time.
void EntryStream::Proceed() {
  if (end_.has_value()) {
    End(*end_);
    return;
  }
  if (ready_ && !write_.pending()) {
    write_.Begin(*host_);
    ready_ = false;
    StartWrite(&chunks_[static_cast<size_t>(free_chunk_)]);
    free_chunk_ = 1 - free_chunk_;
  }
  if (all_read_ && !ready_ && !write_.pending()) {
    End(grpc::Status::OK);
    return;
  }
  if (all_read_ || ready_ || reading_) return;
  reading_ = host_->reads.Continue([self = self_] { self->Read(); });
  if (!reading_) {
    End({grpc::StatusCode::UNAVAILABLE, "the server is stopping"});
  }
}

void EntryStream::End(grpc::Status status) {
  if (finished_) return;
  end_ = std::move(status);
  if (write_.pending()) return;
  finished_ = true;
  Finish(*end_);
}

}  // namespace amanah::server
