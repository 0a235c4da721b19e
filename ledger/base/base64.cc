#include "ledger/base/base64.h"

#include <cstdint>

namespace amanah {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kHexDigits = "0123456789abcdef";

int SextetOf(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  if (c == '/') return 63;
  return -1;
}

// Decodes one group of four; `used` of its characters carry bits (2, 3 or 4).
// False on a foreign character or when unused low bits are set, which would
// give one value two texts.
bool DecodeGroup(std::string_view group, size_t used, std::string* out) {
  uint32_t bits = 0;
  for (size_t i = 0; i < 4; ++i) {
    const int sextet = i < used ? SextetOf(group[i]) : 0;
    if (sextet < 0) return false;
    bits = (bits << 6) | static_cast<uint32_t>(sextet);
  }
  if (used == 2 && (bits & 0xffff) != 0) return false;
  if (used == 3 && (bits & 0xff) != 0) return false;
  out->push_back(static_cast<char>(bits >> 16));
  if (used > 2) out->push_back(static_cast<char>((bits >> 8) & 0xff));
  if (used > 3) out->push_back(static_cast<char>(bits & 0xff));
  return true;
}

}  // namespace

std::string EncodeBase64(ByteView bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const size_t left = bytes.size() - i;
    uint32_t bits = uint32_t{bytes[i]} << 16;
    if (left > 1) bits |= uint32_t{bytes[i + 1]} << 8;
    if (left > 2) bits |= bytes[i + 2];
    out.push_back(kAlphabet[bits >> 18]);
    out.push_back(kAlphabet[(bits >> 12) & 63]);
    out.push_back(left > 1 ? kAlphabet[(bits >> 6) & 63] : '=');
    out.push_back(left > 2 ? kAlphabet[bits & 63] : '=');
  }
  return out;
}

std::optional<std::string> DecodeBase64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::string out;
  out.reserve(text.size() / 4 * 3);
  for (size_t i = 0; i < text.size(); i += 4) {
    const std::string_view group = text.substr(i, 4);
    size_t used = 4;
    if (i + 4 == text.size()) {
      if (group[3] == '=') used = group[2] == '=' ? 2 : 3;
    }
    if (!DecodeGroup(group, used, &out)) return std::nullopt;
  }
  return out;
}

std::string EncodeHex(ByteView bytes) {
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const uint8_t byte : bytes) {
    out.push_back(kHexDigits[byte >> 4]);
    out.push_back(kHexDigits[byte & 15]);
  }
  return out;
}

std::optional<std::string> DecodeHex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::string out;
  out.reserve(text.size() / 2);
  for (size_t i = 0; i < text.size(); i += 2) {
    const size_t high = kHexDigits.find(text[i]);
    const size_t low = kHexDigits.find(text[i + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos) {
      return std::nullopt;
    }
    out.push_back(static_cast<char>((high << 4) | low));
  }
  return out;
}

}  // namespace amanah
