// What DecodeStatement accepts passes the field checks and has one encoding,
// also for protobuf's own classes.
#include <cstddef>
#include <cstdint>
#include <string>

#include "ledger/base/check.h"
#include "ledger/codec/statement_codec.h"
#include "ledger/domain/validate.h"
#include "tests/codec/proto_agreement.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto statement = amanah::codec::DecodeStatement({data, size});
  if (!statement.ok()) return 0;
  const std::string bytes(amanah::AsText({data, size}));
  AMANAH_CHECK(amanah::domain::Validate(*statement).ok());
  AMANAH_CHECK(amanah::codec::EncodeStatement(*statement) == bytes);
  AMANAH_CHECK(amanah::testing_support::Reserialised<amanah::v1::Statement>(
                   bytes) == bytes);
  return 0;
}
