#include "client/pseudonyms.h"

#include "absl/strings/str_format.h"
#include "ledger/base/base64.h"
#include "ledger/base/status.h"

namespace amanah::client {

absl::StatusOr<crypto::Pseudonym> AskPseudonym(Context& context,
                                               std::string_view whose,
                                               std::string_view scheme) {
  AMANAH_ASSIGN_OR_RETURN(const crypto::Secret key, context.pseudonym_key());
  auto number = context.prompt().AskSecret(
      whose.empty() ? absl::StrFormat("number (%s)", scheme)
                    : absl::StrFormat("%s's number (%s)", whose, scheme));
  if (!number.ok()) return number.status();
  auto pseudonym =
      crypto::MakePseudonym(key.view(), kPseudonymEpoch, scheme, *number);
  crypto::Wipe(&*number);
  return pseudonym;
}

absl::StatusOr<crypto::Pseudonym> ParsePseudonym(std::string_view text) {
  const auto bytes = DecodeBase64(text);
  const auto pseudonym = bytes.has_value()
                             ? crypto::PseudonymFromBytes(AsBytes(*bytes))
                             : std::nullopt;
  if (!pseudonym.has_value()) {
    return absl::InvalidArgumentError("a pseudonym is 33 bytes in base64");
  }
  return *pseudonym;
}

std::string FormatPseudonym(const crypto::Pseudonym& pseudonym) {
  return EncodeBase64(pseudonym.view());
}

absl::StatusOr<crypto::Pseudonym> PseudonymOrAsk(Context& context,
                                                 std::string_view text,
                                                 std::string_view whose,
                                                 std::string_view scheme) {
  if (!text.empty()) return ParsePseudonym(text);
  return AskPseudonym(context, whose, scheme);
}

}  // namespace amanah::client
