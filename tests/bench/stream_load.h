// Posts prepared batches as fast as the server takes them.
#ifndef AMANAH_TESTS_BENCH_STREAM_LOAD_H_
#define AMANAH_TESTS_BENCH_STREAM_LOAD_H_

#include <grpcpp/channel.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "amanah/v1/posting.pb.h"

namespace amanah::bench {

// What one connection posts, in order.
struct Lane {
  std::shared_ptr<grpc::Channel> channel;
  std::vector<v1::PostBatchRequest> batches;
};

struct LoadResult {
  uint64_t acknowledged = 0;  // statements
  uint64_t refused = 0;       // of them, by a rule
  uint64_t errors = 0;        // batches
  double seconds = 0;
};

// One bidirectional stream a lane, with at most `in_flight` batches on it.
LoadResult PostOnStreams(std::vector<Lane> lanes, int in_flight);
// Unary calls, at most `in_flight` a lane at a time.
LoadResult PostUnary(std::vector<Lane> lanes, int in_flight);

}  // namespace amanah::bench

#endif  // AMANAH_TESTS_BENCH_STREAM_LOAD_H_
