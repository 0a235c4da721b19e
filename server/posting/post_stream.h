// One PostBatches stream: batches are judged in the order in which they come,
// and answered as soon as each is decided.
//
// A batch is in flight from when it was read until its answer was written. With
// Limits::batches_in_flight_max of them the stream reads no more, so that a
// client which posts faster than the ledger commits, or does not read its
// answers, is held back by HTTP/2.
#ifndef AMANAH_SERVER_POSTING_POST_STREAM_H_
#define AMANAH_SERVER_POSTING_POST_STREAM_H_

#include <grpcpp/support/server_callback.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>

#include "amanah/v1/posting.pb.h"
#include "server/stream_caller.h"

namespace amanah::server {

// Lives until the call is done and the ledger has answered every batch. Takes
// one of the host's places for such streams, which the caller has taken for it.
class PostStream final
    : public grpc::ServerBidiReactor<v1::PostBatchesRequest,
                                     v1::PostBatchesResponse>,
      public OpenCall {
 public:
  // What is returned belongs to gRPC.
  static PostStream* Begin(Host* host, Admitted admitted);

  void OnTick(int64_t monotonic_us) override;
  // Answers what it has read, then ends.
  void OnStop() override;
  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  PostStream(Host* host, Admitted admitted);

  struct Answered {
    uint64_t tag = 0;
    writer::Answer answer;
  };
  // For the log, when the stream ends.
  struct Counts {
    uint64_t batches = 0;
    uint64_t statements = 0;
    uint64_t errors = 0;
  };

  void Take(uint64_t tag);
  void OnAnswer(uint64_t tag, writer::Answer answer);
  // Those below need mutex_ held.
  void WriteNext();
  void ReadOn();
  void End(grpc::Status status);
  void FinishIfDone();
  void Count(const writer::Answer& answer);

  Host* const host_;
  const Caller caller_at_begin_;
  const int64_t began_us_;
  v1::PostBatchesRequest request_;    // while reading_, gRPC's
  v1::PostBatchesResponse response_;  // while writing_, gRPC's

  std::mutex mutex_;  // guards what follows
  std::shared_ptr<PostStream> self_;
  StreamCaller caller_;
  std::deque<Answered> answered_;
  uint32_t in_flight_ = 0;
  bool reading_ = false;
  bool writing_ = false;
  bool read_ended_ = false;
  bool finished_ = false;
  // Set when the stream must end without waiting for the client.
  std::optional<grpc::Status> end_;
  Counts counts_;
};

}  // namespace amanah::server

#endif  // AMANAH_SERVER_POSTING_POST_STREAM_H_
