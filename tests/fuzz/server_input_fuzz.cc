// What an operator configures and what a caller hands back: settings stay in
// their ranges, and a page token that is taken was given out.
#include <cstddef>
#include <cstdint>
#include <string>

#include "ledger/base/bytes.h"
#include "ledger/base/check.h"
#include "server/config.h"
#include "server/query/paging.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace amanah;  // NOLINT(google-build-using-namespace)
  const std::string text(AsText({data, size}));
  if (const auto config = server::ParseConfig(text, "/etc/amanah");
      config.ok()) {
    AMANAH_CHECK(config->limits.reader_threads > 0);
    AMANAH_CHECK(config->limits.unary_time_max_us > 0);
    AMANAH_CHECK(config->limits.idle_connection_max_ms > 0);
    AMANAH_CHECK(config->limits.stop_time_max_ms > 0);
    AMANAH_CHECK(config->data.empty() || config->data.is_absolute());
    (void)server::CheckForServing(*config);
  }
  if (const auto sequence = server::ParsePageToken(text); sequence.ok()) {
    AMANAH_CHECK(text.empty() || server::FormatPageToken(*sequence) == text);
  }
  return 0;
}
