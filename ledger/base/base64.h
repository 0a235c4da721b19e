// RFC 4648 section 4 base64 with padding, and lower-case hex. Decoding is
// strict: one text for each value, no white space, no stray trailing bits.
#ifndef AMANAH_LEDGER_BASE_BASE64_H_
#define AMANAH_LEDGER_BASE_BASE64_H_

#include <optional>
#include <string>
#include <string_view>

#include "ledger/base/bytes.h"

namespace amanah {

std::string EncodeBase64(ByteView bytes);
// nullopt unless `text` is what EncodeBase64 gives for some bytes.
std::optional<std::string> DecodeBase64(std::string_view text);

std::string EncodeHex(ByteView bytes);
// nullopt unless `text` is an even number of 0-9 a-f.
std::optional<std::string> DecodeHex(std::string_view text);

}  // namespace amanah

#endif  // AMANAH_LEDGER_BASE_BASE64_H_
