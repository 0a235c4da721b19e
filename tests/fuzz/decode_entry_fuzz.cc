// What DecodeEntry accepts has one encoding, also for protobuf's own classes.
#include <cstddef>
#include <cstdint>
#include <string>

#include "ledger/base/check.h"
#include "ledger/codec/entry_codec.h"
#include "tests/codec/proto_agreement.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto entry = amanah::codec::DecodeEntry({data, size});
  if (!entry.ok()) return 0;
  const std::string bytes(amanah::AsText({data, size}));
  AMANAH_CHECK(amanah::codec::EncodeEntry(*entry) == bytes);
  AMANAH_CHECK(
      amanah::testing_support::Reserialised<amanah::v1::Entry>(bytes) == bytes);
  return 0;
}
