// Small questions about text that several layers ask.
#ifndef AMANAH_LEDGER_BASE_TEXT_H_
#define AMANAH_LEDGER_BASE_TEXT_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace amanah {

// Valid UTF-8 as RFC 3629 has it: no surrogates, nothing overlong, nothing
// above U+10FFFF.
bool IsValidUtf8(std::string_view text);

// A decimal number without sign or leading zero; nullopt when it does not fit.
std::optional<uint64_t> ParseDecimal(std::string_view text);

// The parts between separators; "" gives one empty part.
std::vector<std::string_view> Split(std::string_view text, char separator);

}  // namespace amanah

#endif  // AMANAH_LEDGER_BASE_TEXT_H_
