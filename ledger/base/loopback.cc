#include "ledger/base/loopback.h"

#include <arpa/inet.h>

#include <string>

namespace amanah {

bool IsLoopback(std::string_view address) {
  const size_t colon = address.rfind(':');
  if (colon == std::string_view::npos) return false;
  const std::string host(address.substr(0, colon));
  struct in_addr parsed = {};
  if (inet_pton(AF_INET, host.c_str(), &parsed) == 1) {
    return (ntohl(parsed.s_addr) >> 24) == 127;
  }
  return host == "[::1]" || host == "localhost";
}

}  // namespace amanah
