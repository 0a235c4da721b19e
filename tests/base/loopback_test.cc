#include "ledger/base/loopback.h"

#include <gtest/gtest.h>

namespace amanah {
namespace {

TEST(LoopbackTest, IsThisMachineOnly) {
  for (const char* address :
       {"127.0.0.1:0", "127.1.2.3:7443", "[::1]:7443", "localhost:1"}) {
    EXPECT_TRUE(IsLoopback(address)) << address;
  }
  for (const char* address :
       {"0.0.0.0:0", "[::]:7443", "10.0.0.1:1", "128.0.0.1:1", "127.0.0.1",
        "127.0.0.1.example:1", "127.x.example:1", "127.nosuch.invalid:7443",
        "127.:1", "127.1:1", "localhost.example:1", "[::2]:1", ":7443", ""}) {
    EXPECT_FALSE(IsLoopback(address)) << address;
  }
}

}  // namespace
}  // namespace amanah
