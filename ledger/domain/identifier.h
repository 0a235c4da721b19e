// The alphabets of names and codes in statements. Each question is about the
// text alone; whether something of that name exists is for the book.
//
// None of them has 16 digits in a row, so that no national number slips in.
#ifndef AMANAH_LEDGER_DOMAIN_IDENTIFIER_H_
#define AMANAH_LEDGER_DOMAIN_IDENTIFIER_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace amanah::domain {

inline constexpr size_t kIdentifierLengthMax = 64;
inline constexpr size_t kEndToEndIdLengthMax = 35;
inline constexpr size_t kCodeLengthMax = 35;
inline constexpr size_t kRegionLengthMax = 35;
inline constexpr std::string_view kKemendagriScheme = "id.kemendagri";

// Whether `text` has 16 digits in a row.
bool HasNationalNumber(std::string_view text);

// A value that breaks its form, in quotes, for a message. It may be anything:
// at most 80 characters are shown, what is not printable ASCII as `?`, and
// nothing at all of a value with 16 digits in a row.
std::string Quoted(std::string_view value);

// References and names of authorities, programs, entitlements, disbursements:
// 1 to 64 of A-Z a-z 0-9 . _ / -.
bool IsIdentifier(std::string_view text);

// The same, at most 35 characters.
bool IsEndToEndId(std::string_view text);

// Codes of institutions, benefits, reasons, channels: 1 to 35 of
// A-Z a-z 0-9 . / -.
bool IsCode(std::string_view text);

// id.nik, id.kk, or another country.scheme for which pseudonyms can be made
// (crypto::IsValidScheme).
bool IsRecipientScheme(std::string_view text);

// id.kemendagri, or another country.scheme of the same form.
bool IsRegionScheme(std::string_view text);

// A region code of any scheme: 1 to 35 characters; parts of A-Z a-z 0-9 -,
// none empty, separated by dots. "35.76.02".
bool IsRegion(std::string_view text);

// Whether `region` is a code of `scheme`. For id.kemendagri: parts of 2, 2, 2
// and 4 digits, the later ones optional; for other schemes: any IsRegion.
bool RegionFitsScheme(std::string_view region, std::string_view scheme);

// Whether `inner` equals `outer` or lies below it: "35.76" contains "35.76.02",
// not "35.7602". An empty `outer` is the whole of the scheme and contains all.
bool RegionContains(std::string_view outer, std::string_view inner);

}  // namespace amanah::domain

#endif  // AMANAH_LEDGER_DOMAIN_IDENTIFIER_H_
