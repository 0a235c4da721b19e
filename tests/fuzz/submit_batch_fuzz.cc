// A batch as a bank may send it: seal and statements, cut out of the input.
// Whatever it is, intake answers and changes nothing.
#include <cstdint>
#include <string>

#include "ledger/judge/batch.h"
#include "ledger/judge/sealing.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t length) {
  using namespace amanah;  // NOLINT(google-build-using-namespace)
  // The first byte says how many statements, then come lengths and bytes.
  judge::SubmittedBatch batch;
  size_t at = 0;
  const auto take = [&](size_t want) {
    const size_t got = std::min(want, length - at);
    std::string out(reinterpret_cast<const char*>(data) + at, got);
    at += got;
    return out;
  };
  const size_t count = length > 0 ? data[at++] % 8u : 0;
  batch.seal = take(at < length ? data[at++] * 4u : 0);
  for (size_t i = 0; i < count; ++i) {
    batch.statements.push_back(take(at < length ? data[at++] : 0));
  }
  auto parsed = judge::ParseBatch({"ledger.example/fuzz", {}}, batch);
  if (auto* ready = std::get_if<judge::ParsedBatch>(&parsed)) {
    const domain::MemoryState nothing;
    domain::Overlay state(&nothing);
    (void)judge::CheckSeal(std::move(*ready), &state);
  }
  return 0;
}
