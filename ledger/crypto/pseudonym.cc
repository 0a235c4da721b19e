#include "ledger/crypto/pseudonym.h"

#include <algorithm>
#include <string>

#include "ledger/base/status.h"
#include "ledger/base/text.h"
#include "ledger/crypto/hmac.h"
#include "ledger/crypto/secret.h"

namespace amanah::crypto {
namespace {

constexpr std::string_view kContext = "amanah.pseudonym/v1\n";
constexpr size_t kNationalNumberLength = 16;
constexpr size_t kIdentifierLengthMax = 128;
constexpr unsigned kWomensDayOffset = 40;

// The number of `length` digits from `at` on. Requires: they are digits.
unsigned Digits(std::string_view number, size_t at, size_t length) {
  unsigned value = 0;
  for (const char c : number.substr(at, length)) {
    value = value * 10 + static_cast<unsigned>(c - '0');
  }
  return value;
}

// Whether day, month and two-digit year are a date in some century.
bool IsRealDate(unsigned day, unsigned month, unsigned year) {
  constexpr unsigned kDays[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month < 1 || month > 12) return false;
  if (day < 1 || day > kDays[month - 1]) return false;
  return month != 2 || day != 29 || year % 4 == 0;
}

// A NIK or KK number: region(6) DDMMYY serial(4). `name` is for messages.
absl::Status CheckNationalNumber(std::string_view name, std::string_view number,
                                 bool women_add_40) {
  const auto wrong = [name](std::string_view what) {
    return absl::InvalidArgumentError(
        absl::StrFormat("a number of scheme %s %s", name, what));
  };
  if (!std::all_of(number.begin(), number.end(),
                   [](char c) { return c >= '0' && c <= '9'; })) {
    return wrong("holds something else than digits");
  }
  if (number.size() != kNationalNumberLength) {
    return absl::InvalidArgumentError(
        absl::StrFormat("a number of scheme %s has %d digits, not %d", name,
                        number.size(), kNationalNumberLength));
  }
  if (Digits(number, 0, 2) < 11) return wrong("has no province code");
  unsigned day = Digits(number, 6, 2);
  if (women_add_40 && day > kWomensDayOffset) day -= kWomensDayOffset;
  if (!IsRealDate(day, Digits(number, 8, 2), Digits(number, 10, 2))) {
    return wrong("has a date that does not exist");
  }
  if (Digits(number, 12, 4) == 0) return wrong("has the serial 0000");
  return absl::OkStatus();
}

bool HasControlCharacter(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<uint8_t>(text[i]);
    if (byte < 0x20 || byte == 0x7f) return true;
    // U+0080 to U+009F, in the UTF-8 that the caller has checked.
    if (byte == 0xc2 && static_cast<uint8_t>(text[i + 1]) < 0xa0) return true;
  }
  return false;
}

absl::Status CheckForeignIdentifier(std::string_view identifier) {
  if (identifier.empty() || identifier.size() > kIdentifierLengthMax) {
    return absl::InvalidArgumentError(
        absl::StrFormat("an identifier has %d bytes, not 1 to %d",
                        identifier.size(), kIdentifierLengthMax));
  }
  if (!IsValidUtf8(identifier)) {
    return absl::InvalidArgumentError("an identifier is not valid UTF-8");
  }
  if (HasControlCharacter(identifier)) {
    return absl::InvalidArgumentError(
        "an identifier holds a control character");
  }
  return absl::OkStatus();
}

}  // namespace

std::optional<Pseudonym> PseudonymFromBytes(ByteView bytes) {
  Pseudonym pseudonym;
  if (!CopyExact(bytes, &pseudonym.bytes)) return std::nullopt;
  if (pseudonym.suite() != kPseudonymSuiteHmac || pseudonym.epoch() == 0) {
    return std::nullopt;
  }
  return pseudonym;
}

bool IsValidScheme(std::string_view scheme) {
  if (scheme.size() < 4 || scheme.size() > 32 || scheme[2] != '.') return false;
  const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
  const std::string_view rest = scheme.substr(3);
  return letter(scheme[0]) && letter(scheme[1]) &&
         std::all_of(rest.begin(), rest.end(), [letter](char c) {
           return letter(c) || (c >= '0' && c <= '9') || c == '-';
         });
}

absl::Status CheckIdentifier(std::string_view scheme,
                             std::string_view identifier) {
  // The scheme is not repeated: it could be an identifier, passed by mistake.
  if (!IsValidScheme(scheme)) {
    return absl::InvalidArgumentError(
        "the scheme of an identifier is not of the form country.name");
  }
  if (scheme == "id.nik") return CheckNationalNumber(scheme, identifier, true);
  if (scheme == "id.kk") return CheckNationalNumber(scheme, identifier, false);
  return CheckForeignIdentifier(identifier);
}

absl::StatusOr<Pseudonym> MakePseudonym(ByteView key, unsigned epoch,
                                        std::string_view scheme,
                                        std::string_view identifier) {
  AMANAH_RETURN_IF_ERROR(CheckIdentifier(scheme, identifier));
  if (epoch < 1 || epoch > kPseudonymEpochMax) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "pseudonym epoch %d is not 1 to %d", epoch, kPseudonymEpochMax));
  }
  std::string message;
  message.reserve(kContext.size() + scheme.size() + identifier.size() + 2);
  message.append(kContext).append(scheme).append("\n");
  message.append(identifier).append("\n");
  const Mac mac = HmacSha256(key, AsBytes(message));
  Wipe(&message);

  Pseudonym pseudonym;
  pseudonym.bytes[0] = static_cast<uint8_t>((kPseudonymSuiteHmac << 4) | epoch);
  std::copy(mac.begin(), mac.end(), pseudonym.bytes.begin() + 1);
  return pseudonym;
}

}  // namespace amanah::crypto
