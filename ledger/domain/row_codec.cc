#include "ledger/domain/row_codec.h"

namespace amanah::domain {

void RowWriter::Number(uint64_t value) {
  while (value >= 0x80) {
    out_.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out_.push_back(static_cast<char>(value));
}

void RowWriter::Signed(int64_t value) {
  const auto bits = static_cast<uint64_t>(value);
  Number((bits << 1) ^ (value < 0 ? ~uint64_t{0} : 0));
}

void RowWriter::Text(std::string_view text) {
  Number(text.size());
  out_.append(text);
}

uint64_t RowReader::Number() {
  uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    if (left_.empty()) break;
    const auto byte = static_cast<uint8_t>(left_[0]);
    left_.remove_prefix(1);
    // The tenth byte holds one bit; a last byte of zero could be left out.
    if ((shift == 63 && byte > 1) || (shift > 0 && byte == 0)) break;
    value |= uint64_t{byte & 0x7fu} << shift;
    if (byte < 0x80) return value;
  }
  Fail();
  return 0;
}

uint64_t RowReader::NumberUpTo(uint64_t max) {
  const uint64_t number = Number();
  if (number <= max) return number;
  Fail();
  return 0;
}

int64_t RowReader::Signed() {
  const uint64_t bits = Number();
  return static_cast<int64_t>((bits >> 1) ^ (0 - (bits & 1)));
}

std::string_view RowReader::Cut(size_t length) {
  if (length > left_.size()) {
    Fail();
    return {};
  }
  const std::string_view cut = left_.substr(0, length);
  left_.remove_prefix(length);
  return cut;
}

std::string RowReader::Text() {
  const uint64_t length = Number();
  return std::string(Cut(length));
}

size_t RowReader::Count() { return NumberUpTo(left_.size()); }

}  // namespace amanah::domain
