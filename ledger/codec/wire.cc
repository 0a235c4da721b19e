// Grammar, after the protobuf encoding guide:
//
//   message = field*
//   field   = tag value, tag = varint(field number << 3 | wire type)
//   value   = varint                    wire type 0
//           | varint(length) byte*      wire type 2
//   varint  = groups of 7 bits, lowest first, bit 7 set in all but the last
#include "ledger/codec/wire.h"

#include <cstring>
#include <limits>

#include "absl/strings/str_format.h"
#include "ledger/base/text.h"

namespace amanah::codec {
namespace {

constexpr uint32_t kVarint = 0;
constexpr uint32_t kLengthDelimited = 2;
constexpr size_t kVarintLengthMax = 10;

constexpr uint32_t TagOf(uint32_t field, uint32_t wire_type) {
  return field << 3 | wire_type;
}

// Most text is ASCII, which is valid; eight bytes at a time show it.
bool IsUtf8(ByteView bytes) {
  constexpr uint64_t kHighBits = 0x8080808080808080;
  size_t i = 0;
  uint64_t seen = 0;
  for (; i + sizeof(uint64_t) <= bytes.size(); i += sizeof(uint64_t)) {
    uint64_t word = 0;
    std::memcpy(&word, bytes.data() + i, sizeof(word));
    seen |= word;
  }
  for (; i < bytes.size(); ++i) seen |= bytes[i];
  return (seen & kHighBits) == 0 || IsValidUtf8(AsText(bytes));
}

// Gives how many bytes it took. Requires: room for kVarintLengthMax.
inline size_t PutVarint(uint64_t value, char* out) {
  size_t length = 0;
  for (; value >= 0x80; value >>= 7) {
    out[length++] = static_cast<char>(value | 0x80);
  }
  out[length++] = static_cast<char>(value);
  return length;
}

}  // namespace

WireReader::WireReader(ByteView bytes, std::string_view name,
                       absl::Status* error)
    : next_(bytes.data()),
      end_(bytes.data() + bytes.size()),
      name_(name),
      error_(error) {
  ReadTag();
}

void WireReader::Fail(uint32_t field, std::string_view what) {
  // What follows a fault cannot be trusted to be a field.
  next_ = end_;
  next_tag_ = 0;
  if (!error_->ok()) return;
  *error_ = absl::InvalidArgumentError(
      field == 0 ? absl::StrFormat("%s: %s", name_, what)
                 : absl::StrFormat("%s: field %d %s", name_, field, what));
}

// Gives false without a message: the caller knows which field it is.
bool WireReader::ReadVarint(uint64_t* out) {
  if (next_ != end_ && *next_ < 0x80) [[likely]] {
    *out = *next_++;
    return true;
  }
  uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && next_ != end_; shift += 7) {
    const uint8_t byte = *next_++;
    value |= uint64_t{byte & 0x7fU} << shift;
    if (byte >= 0x80) continue;
    *out = value;
    // A last group of 0 makes it longer than need be; of the tenth group, one
    // bit fits.
    return byte != 0 && (shift < 63 || byte == 1);
  }
  return false;
}

void WireReader::ReadTag() {
  if (next_ == end_) {
    next_tag_ = 0;
    return;
  }
  uint64_t tag = 0;
  if (!ReadVarint(&tag) || tag > std::numeric_limits<uint32_t>::max()) {
    Fail(last_field_,
         last_field_ == 0 ? "begins with no tag" : "is followed by no tag");
    return;
  }
  if (tag >> 3 == 0) {
    Fail(0, "a field has the number 0");
    return;
  }
  next_tag_ = static_cast<uint32_t>(tag);
}

// Whether the next field is that one; its value is then still to be read.
bool WireReader::Take(uint32_t field, uint32_t wire_type) {
  if (next_tag_ == TagOf(field, wire_type)) {
    last_field_ = field;
    return true;
  }
  if (next_field() == field) [[unlikely]] {
    Fail(field,
         absl::StrFormat("has wire type %d, not %d", next_tag_ & 7, wire_type));
  }
  return false;
}

bool WireReader::TakeNumber(uint32_t field, uint64_t* out) {
  if (!Take(field, kVarint)) return false;
  if (!ReadVarint(out)) [[unlikely]] {
    Fail(field, "is no shortest varint of 64 bits");
    return false;
  }
  ReadTag();
  return true;
}

bool WireReader::TakeRun(uint32_t field, ByteView* out) {
  if (!Take(field, kLengthDelimited)) return false;
  uint64_t length = 0;
  if (!ReadVarint(&length)) [[unlikely]] {
    Fail(field, "has no shortest varint as its length");
    return false;
  }
  const auto left = static_cast<size_t>(end_ - next_);
  if (length > left) [[unlikely]] {
    Fail(field, absl::StrFormat("has a length of %d where %d bytes are left",
                                length, left));
    return false;
  }
  *out = ByteView(next_, static_cast<size_t>(length));
  next_ += length;
  ReadTag();
  return true;
}

bool WireReader::ReadBytes(uint32_t field, ByteView* out) {
  if (!TakeRun(field, out)) return false;
  if (!out->empty()) [[likely]]
    return true;
  Fail(field, "is there but empty");
  return false;
}

bool WireReader::ReadString(uint32_t field, std::string_view* out) {
  ByteView bytes;
  if (!ReadBytes(field, &bytes)) return false;
  if (!IsUtf8(bytes)) [[unlikely]] {
    Fail(field, "is not valid UTF-8");
    return false;
  }
  *out = AsText(bytes);
  return true;
}

bool WireReader::ReadString(uint32_t field, std::string* out) {
  std::string_view text;
  if (!ReadString(field, &text)) return false;
  out->assign(text);
  return true;
}

bool WireReader::ReadUint64(uint32_t field, uint64_t* out) {
  uint64_t value = 0;
  if (!TakeNumber(field, &value)) return false;
  if (value == 0) [[unlikely]] {
    Fail(field, "is there but 0");
    return false;
  }
  *out = value;
  return true;
}

bool WireReader::ReadUint32(uint32_t field, uint32_t* out) {
  uint64_t value = 0;
  if (!ReadUint64(field, &value)) return false;
  if (value > std::numeric_limits<uint32_t>::max()) [[unlikely]] {
    Fail(field, absl::StrFormat("is %d, more than 32 bits", value));
    return false;
  }
  *out = static_cast<uint32_t>(value);
  return true;
}

bool WireReader::ReadInt64(uint32_t field, int64_t* out) {
  uint64_t value = 0;
  if (!ReadUint64(field, &value)) return false;
  *out = static_cast<int64_t>(value);
  return true;
}

bool WireReader::ReadSint64(uint32_t field, int64_t* out) {
  uint64_t value = 0;
  if (!ReadUint64(field, &value)) return false;
  *out = static_cast<int64_t>((value >> 1) ^ (0 - (value & 1)));
  return true;
}

bool WireReader::ReadBool(uint32_t field, bool* out) {
  uint64_t value = 0;
  if (!ReadUint64(field, &value)) return false;
  if (value != 1) [[unlikely]] {
    Fail(field, absl::StrFormat("is %d, not true", value));
    return false;
  }
  *out = true;
  return true;
}

bool WireReader::ReadEnum(uint32_t field, uint64_t* out) {
  return ReadUint64(field, out);
}

bool WireReader::ReadOptionalUint64(uint32_t field,
                                    std::optional<uint64_t>* out) {
  uint64_t value = 0;
  if (!TakeNumber(field, &value)) return false;
  *out = value;
  return true;
}

bool WireReader::ReadMessage(uint32_t field, ByteView* out) {
  return TakeRun(field, out);
}

bool WireReader::ReadRepeatedString(uint32_t field, std::string* out) {
  ByteView bytes;
  if (!TakeRun(field, &bytes)) return false;
  if (!IsUtf8(bytes)) [[unlikely]] {
    Fail(field, "is not valid UTF-8");
    return false;
  }
  out->assign(AsText(bytes));
  return true;
}

bool WireReader::ReadRepeatedBytes(uint32_t field, ByteView* out) {
  return TakeRun(field, out);
}

bool WireReader::Finish() {
  if (next_tag_ != 0) [[unlikely]] {
    const uint32_t field = next_field();
    Fail(field, field == last_field_  ? "stands there twice"
                : field < last_field_ ? "is out of order or unknown"
                                      : "is unknown or out of place");
  }
  return error_->ok();
}

// Two varints in one append: a tag with a number, or with a length.
void WireWriter::AppendPair(uint32_t tag, uint64_t value) {
  char bytes[2 * kVarintLengthMax];
  const size_t tag_length = PutVarint(tag, bytes);
  const size_t length = tag_length + PutVarint(value, bytes + tag_length);
  out_->append(bytes, length);
}

void WireWriter::WriteRepeated(uint32_t field, ByteView value) {
  AppendPair(TagOf(field, kLengthDelimited), value.size());
  Append(out_, value);
}

void WireWriter::WriteBytes(uint32_t field, ByteView value) {
  if (!value.empty()) WriteRepeated(field, value);
}

void WireWriter::WriteString(uint32_t field, std::string_view value) {
  WriteBytes(field, AsBytes(value));
}

void WireWriter::WriteOptionalUint64(uint32_t field,
                                     std::optional<uint64_t> value) {
  if (!value.has_value()) return;
  AppendPair(TagOf(field, kVarint), *value);
}

void WireWriter::WriteUint64(uint32_t field, uint64_t value) {
  if (value != 0) WriteOptionalUint64(field, value);
}

void WireWriter::WriteInt64(uint32_t field, int64_t value) {
  WriteUint64(field, static_cast<uint64_t>(value));
}

void WireWriter::WriteSint64(uint32_t field, int64_t value) {
  const auto bits = static_cast<uint64_t>(value);
  WriteUint64(field, value < 0 ? ~(bits << 1) : bits << 1);
}

size_t WireWriter::Begin(uint32_t field) {
  // One byte for the length, which End() fills in: enough for most.
  AppendPair(TagOf(field, kLengthDelimited), 0);
  return out_->size();
}

void WireWriter::End(size_t mark) {
  const size_t length = out_->size() - mark;
  if (length < 0x80) {
    (*out_)[mark - 1] = static_cast<char>(length);
    return;
  }
  char varint[kVarintLengthMax];
  out_->replace(mark - 1, 1, varint, PutVarint(length, varint));
}

}  // namespace amanah::codec
