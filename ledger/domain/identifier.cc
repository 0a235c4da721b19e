#include "ledger/domain/identifier.h"

#include <array>
#include <cstdint>

#include "ledger/crypto/pseudonym.h"

namespace amanah::domain {
namespace {

// The alphabets that a character belongs to; one table, since every statement
// asks this of each of its characters.
constexpr uint8_t kIdentifierSet = 1;
constexpr uint8_t kCodeSet = 2;
constexpr uint8_t kRegionSet = 4;

constexpr std::array<uint8_t, 256> MakeTable() {
  std::array<uint8_t, 256> table{};
  const auto add = [&table](std::string_view characters, unsigned sets) {
    for (const char c : characters) {
      auto& entry = table[static_cast<uint8_t>(c)];
      entry = static_cast<uint8_t>(entry | sets);
    }
  };
  constexpr unsigned kAll = kIdentifierSet | kCodeSet | kRegionSet;
  add("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-", kAll);
  add("0123456789", kAll);
  add("./", kIdentifierSet | kCodeSet);
  add("_", kIdentifierSet);
  return table;
}

constexpr std::array<uint8_t, 256> kSetsOf = MakeTable();
constexpr size_t kNationalNumberLength = 16;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsWithin(std::string_view text, size_t length_max, uint8_t set) {
  if (text.empty() || text.size() > length_max) return false;
  uint8_t common = set;
  for (const char c : text) common &= kSetsOf[static_cast<uint8_t>(c)];
  return common != 0 && !HasNationalNumber(text);
}

// "35.76.02.1003": lengths 2, 5, 8 or 13, dots at 2, 5 and 8, else digits.
bool IsKemendagriCode(std::string_view text) {
  if (text.size() != 2 && text.size() != 5 && text.size() != 8 &&
      text.size() != 13) {
    return false;
  }
  for (size_t i = 0; i < text.size(); ++i) {
    const bool dot = i == 2 || i == 5 || i == 8;
    if (dot ? text[i] != '.' : !IsDigit(text[i])) return false;
  }
  return true;
}

}  // namespace

bool HasNationalNumber(std::string_view text) {
  // A run of 16 covers one place of 15, 31, 47, ...: only there is looked.
  for (size_t at = kNationalNumberLength - 1; at < text.size();
       at += kNationalNumberLength) {
    if (!IsDigit(text[at])) continue;
    size_t first = at;
    while (first > 0 && IsDigit(text[first - 1])) --first;
    size_t end = at + 1;
    while (end < text.size() && IsDigit(text[end])) ++end;
    if (end - first >= kNationalNumberLength) return true;
  }
  return false;
}

std::string Quoted(std::string_view value) {
  constexpr size_t kShownMax = 80;
  if (HasNationalNumber(value)) return "(16 digits in a row)";
  std::string quoted = "\"";
  for (const char c : value.substr(0, kShownMax)) {
    quoted.push_back(c >= ' ' && c <= '~' && c != '"' ? c : '?');
  }
  return quoted + (value.size() > kShownMax ? "...\"" : "\"");
}

bool IsIdentifier(std::string_view text) {
  return IsWithin(text, kIdentifierLengthMax, kIdentifierSet);
}

bool IsEndToEndId(std::string_view text) {
  return IsWithin(text, kEndToEndIdLengthMax, kIdentifierSet);
}

bool IsCode(std::string_view text) {
  return IsWithin(text, kCodeLengthMax, kCodeSet);
}

bool IsRecipientScheme(std::string_view text) {
  return crypto::IsValidScheme(text);
}

bool IsRegionScheme(std::string_view text) {
  return crypto::IsValidScheme(text);
}

bool IsRegion(std::string_view text) {
  if (text.size() > kRegionLengthMax) return false;
  while (true) {
    const size_t dot = text.find('.');
    if (!IsWithin(text.substr(0, dot), kRegionLengthMax, kRegionSet)) {
      return false;
    }
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

bool RegionFitsScheme(std::string_view region, std::string_view scheme) {
  return scheme == kKemendagriScheme ? IsKemendagriCode(region)
                                     : IsRegion(region);
}

bool RegionContains(std::string_view outer, std::string_view inner) {
  if (outer.empty() || outer == inner) return true;
  return inner.size() > outer.size() && inner.starts_with(outer) &&
         inner[outer.size()] == '.';
}

}  // namespace amanah::domain
