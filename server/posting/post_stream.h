// One PostBatches stream: batches are judged in the order in which they come,
// and answered as soon as each is decided.
//
// A batch is in flight from when it was read until its answer was written. With
// Limits::batches_in_flight_max of them, or with answers to them as long as
// Limits::answers_length_max, the stream reads no more, so that a client which
// posts faster than the ledger commits, or does not read its answers, is held
// back by HTTP/2.
#ifndef AMANAH_SERVER_POSTING_POST_STREAM_H_
#define AMANAH_SERVER_POSTING_POST_STREAM_H_

#include <grpcpp/support/server_callback.h>

#include <cstdint>
#include <deque>
#include <memory>

#include "amanah/v1/posting.pb.h"
#include "server/open_stream.h"

namespace amanah::server {

// Lives until the call is done and the ledger has answered every batch. Takes
// one of the host's places for such streams, which the caller has taken for it.
class PostStream final
    : public grpc::ServerBidiReactor<v1::PostBatchesRequest,
                                     v1::PostBatchesResponse>,
      public OpenStream {
 public:
  // What is returned belongs to gRPC.
  static PostStream* Begin(Host* host, grpc::CallbackServerContext* context,
                           Admitted admitted);

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  PostStream(Host* host, grpc::CallbackServerContext* context,
             Admitted admitted);

  // A batch in flight.
  struct Taken {
    uint64_t tag = 0;
    size_t answer_length = 0;  // what its answer takes at most
  };
  struct Answered {
    Taken batch;
    writer::Answer answer;
  };
  // For the log, when the stream ends.
  struct Counts {
    uint64_t batches = 0;
    uint64_t statements = 0;
    uint64_t errors = 0;
  };

  void Take(const Taken& batch);
  void OnAnswer(const Taken& batch, writer::Answer answer);
  // Those below need mutex_ held.
  void WriteNext();
  void ReadOn();
  // Answers what was read, then ends.
  void End(grpc::Status status) override;
  void FinishIfDone();
  void Count(const writer::Answer& answer);

  const int64_t began_us_;
  v1::PostBatchesRequest request_;    // while reading_, gRPC's
  v1::PostBatchesResponse response_;  // while write_ is pending, gRPC's

  // With mutex_.
  std::shared_ptr<PostStream> self_;
  std::deque<Answered> answered_;
  uint32_t in_flight_ = 0;
  size_t answers_length_ = 0;  // of those in flight
  size_t written_length_ = 0;  // of the answer that is being written
  bool reading_ = false;
  bool read_ended_ = false;
  Counts counts_;
};

}  // namespace amanah::server

#endif  // AMANAH_SERVER_POSTING_POST_STREAM_H_
