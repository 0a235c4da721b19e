// The whole log, fetched from the server into memory, for an audit after a run.
#ifndef AMANAH_TESTS_BENCH_LOG_COPY_H_
#define AMANAH_TESTS_BENCH_LOG_COPY_H_

#include <grpcpp/channel.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ledger/log/tile_source.h"

namespace amanah::bench {

// Thread-safe for reading.
class LogCopy final : public log::TileSource {
 public:
  // Aborts when the server does not give the whole log.
  explicit LogCopy(const std::shared_ptr<grpc::Channel>& channel);

  uint64_t size() const { return entries_.size(); }

  absl::StatusOr<std::string> ReadCheckpoint() const override;
  absl::StatusOr<std::string> ReadTile(const log::TileId& tile) const override;
  absl::StatusOr<std::string> ReadBundle(
      const log::BundleId& bundle) const override;

 private:
  std::string checkpoint_;
  std::vector<std::string> entries_;
  std::map<std::pair<unsigned, uint64_t>, std::string> tiles_;
};

}  // namespace amanah::bench

#endif  // AMANAH_TESTS_BENCH_LOG_COPY_H_
