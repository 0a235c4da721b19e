#include "tests/bench/stream_load.h"

#include <grpcpp/client_context.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <semaphore>
#include <thread>

#include "amanah/v1/posting.grpc.pb.h"
#include "ledger/base/check.h"

namespace amanah::bench {
namespace {

using Clock = std::chrono::steady_clock;

struct Counters {
  std::atomic<uint64_t> acknowledged = 0;
  std::atomic<uint64_t> refused = 0;
  std::atomic<uint64_t> errors = 0;

  void Count(const v1::Acknowledgement& answer) {
    uint64_t no = 0;
    for (const v1::Result& result : answer.results()) {
      if (result.outcome().verdict() == v1::VERDICT_REFUSED) ++no;
    }
    acknowledged += static_cast<uint64_t>(answer.results_size());
    refused += no;
  }
  void CountError(const std::string& message) {
    if (errors++ == 0) std::fprintf(stderr, "error: %s\n", message.c_str());
  }
};

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

void RunStream(Lane* lane, int in_flight, Counters* counters) {
  const auto stub = v1::Posting::NewStub(lane->channel);
  grpc::ClientContext context;
  const auto stream = stub->PostBatches(&context);
  std::counting_semaphore<> window(in_flight);
  std::thread reader([&] {
    v1::PostBatchesResponse response;
    while (stream->Read(&response)) {
      if (response.has_acknowledgement()) {
        counters->Count(response.acknowledgement());
      } else {
        counters->CountError(response.error().message());
      }
      window.release();
    }
  });
  uint64_t tag = 0;
  for (v1::PostBatchRequest& batch : lane->batches) {
    window.acquire();
    v1::PostBatchesRequest request;
    request.set_tag(++tag);
    request.mutable_batch()->Swap(&batch);
    if (!stream->Write(request)) break;
  }
  stream->WritesDone();
  reader.join();
  const grpc::Status status = stream->Finish();
  if (!status.ok()) counters->CountError(status.error_message());
}

// One call under way, which starts the lane's next one when it is answered.
class UnaryLane {
 public:
  UnaryLane(Lane* lane, int in_flight, Counters* counters)
      : lane_(*lane),
        stub_(v1::Posting::NewStub(lane->channel)),
        counters_(counters),
        calls_(static_cast<size_t>(in_flight)) {}

  void Run() {
    const size_t first = std::min(calls_.size(), lane_.batches.size());
    for (size_t i = 0; i < first; ++i) Next(&calls_[i]);
    for (size_t i = 0; i < lane_.batches.size(); ++i) done_.acquire();
  }

 private:
  struct Call {
    std::unique_ptr<grpc::ClientContext> context;
    v1::PostBatchResponse response;
    size_t batch = 0;
  };

  void Next(Call* call) {
    const size_t batch = next_++;
    if (batch >= lane_.batches.size()) return;
    call->batch = batch;
    call->context = std::make_unique<grpc::ClientContext>();
    stub_->async()->PostBatch(
        call->context.get(), &lane_.batches[batch], &call->response,
        [this, call](const grpc::Status& status) {
          if (status.ok()) {
            counters_->Count(call->response.acknowledgement());
          } else {
            counters_->CountError(status.error_message());
          }
          Next(call);
          done_.release();
        });
  }

  Lane& lane_;
  std::unique_ptr<v1::Posting::Stub> stub_;
  Counters* const counters_;
  std::vector<Call> calls_;
  std::atomic<size_t> next_ = 0;
  std::counting_semaphore<> done_{0};
};

template <typename RunLane>
LoadResult Run(std::vector<Lane> lanes, const RunLane& run_lane) {
  for (const Lane& lane : lanes) {
    // Connected before the clock starts.
    AMANAH_CHECK(lane.channel->WaitForConnected(
        std::chrono::system_clock::now() + std::chrono::seconds(10)));
  }
  Counters counters;
  const Clock::time_point start = Clock::now();
  std::vector<std::thread> threads;
  threads.reserve(lanes.size());
  for (Lane& lane : lanes) {
    threads.emplace_back([&] { run_lane(&lane, &counters); });
  }
  for (std::thread& thread : threads) thread.join();
  return {counters.acknowledged, counters.refused, counters.errors,
          SecondsSince(start)};
}

}  // namespace

LoadResult PostOnStreams(std::vector<Lane> lanes, int in_flight) {
  return Run(std::move(lanes), [&](Lane* lane, Counters* counters) {
    RunStream(lane, in_flight, counters);
  });
}

LoadResult PostUnary(std::vector<Lane> lanes, int in_flight) {
  return Run(std::move(lanes), [&](Lane* lane, Counters* counters) {
    UnaryLane(lane, in_flight, counters).Run();
  });
}

}  // namespace amanah::bench
