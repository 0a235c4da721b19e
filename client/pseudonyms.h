// Pseudonyms from numbers that a person types. A number comes from the prompt
// or standard input and never leaves this process; no message holds one.
#ifndef AMANAH_CLIENT_PSEUDONYMS_H_
#define AMANAH_CLIENT_PSEUDONYMS_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "client/app.h"
#include "ledger/crypto/pseudonym.h"

namespace amanah::client {

// The epoch of rules version 1's pseudonyms.
inline constexpr unsigned kPseudonymEpoch = 1;

// Asks for a number of `scheme` and derives its pseudonym under the profile's
// key. `whose`: "recipient", or empty. INVALID_ARGUMENT: not a number of that
// scheme.
absl::StatusOr<crypto::Pseudonym> AskPseudonym(Context& context,
                                               std::string_view whose,
                                               std::string_view scheme);

// 33 bytes in base64, as `amanah pseudonym` prints them. INVALID_ARGUMENT.
absl::StatusOr<crypto::Pseudonym> ParsePseudonym(std::string_view text);
std::string FormatPseudonym(const crypto::Pseudonym& pseudonym);

// ParsePseudonym of `text`, or AskPseudonym when it is empty.
absl::StatusOr<crypto::Pseudonym> PseudonymOrAsk(Context& context,
                                                 std::string_view text,
                                                 std::string_view whose,
                                                 std::string_view scheme);

}  // namespace amanah::client

#endif  // AMANAH_CLIENT_PSEUDONYMS_H_
