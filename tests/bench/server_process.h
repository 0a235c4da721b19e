// The real server in a process of its own, on a fresh folder, over TLS on
// loopback.
#ifndef AMANAH_TESTS_BENCH_SERVER_PROCESS_H_
#define AMANAH_TESTS_BENCH_SERVER_PROCESS_H_

#include <grpcpp/channel.h>
#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "tests/bench/parties.h"

namespace amanah::bench {

// Starts on construction, stops on destruction. Aborts when it cannot start.
class ServerProcess {
 public:
  ServerProcess(const std::filesystem::path& program,
                const std::filesystem::path& folder, Parties* parties);
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  // A connection of its own, with that authority's certificate.
  std::shared_ptr<grpc::Channel> Connect(std::string_view authority) const;

 private:
  Parties* const parties_;
  pid_t process_ = -1;
  std::string address_;
  int connections_ = 0;
};

}  // namespace amanah::bench

#endif  // AMANAH_TESTS_BENCH_SERVER_PROCESS_H_
