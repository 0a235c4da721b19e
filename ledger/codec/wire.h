// Canonical protobuf (docs/formats.md, "Canonical protobuf"), one field at a
// time. Knows nothing of any message.
//
// The reader accepts exactly what the writer can write: ascending fields,
// shortest varints, no default values, each singular field once, nothing
// unknown. Numbers in a repeated field do not occur in our messages.
#ifndef AMANAH_LEDGER_CODEC_WIRE_H_
#define AMANAH_LEDGER_CODEC_WIRE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "ledger/base/bytes.h"

namespace amanah::codec {

// Reads one message. Ask for its fields in ascending order, then Finish().
//
// A field that is not the next one on the wire is left at its default: what
// stands there instead fails at the latest in Finish(). Of several faults the
// first is kept in `*error` (INVALID_ARGUMENT, "seal: field 3 ..."); after it
// nothing more is read. Readers of nested messages share their parent's
// `error`. Views given out live as long as the bytes. Not thread-safe.
class WireReader {
 public:
  // `name` is for messages; it and `error` must outlive the reader.
  WireReader(ByteView bytes, std::string_view name, absl::Status* error);

  // Each returns whether the field was there.
  bool ReadString(uint32_t field, std::string* out);  // valid UTF-8
  bool ReadString(uint32_t field, std::string_view* out);
  bool ReadBytes(uint32_t field, ByteView* out);
  bool ReadUint32(uint32_t field, uint32_t* out);
  bool ReadUint64(uint32_t field, uint64_t* out);
  bool ReadInt64(uint32_t field, int64_t* out);
  bool ReadSint64(uint32_t field, int64_t* out);  // zigzag
  bool ReadBool(uint32_t field, bool* out);
  // Any number but 0; whether the enum has it is for the caller (Fail()).
  bool ReadEnum(uint32_t field, uint64_t* out);
  // With presence: 0 may stand on the wire.
  bool ReadOptionalUint64(uint32_t field, std::optional<uint64_t>* out);
  // A nested message's bytes; may be empty.
  bool ReadMessage(uint32_t field, ByteView* out);

  // One element of a repeated field: call until false. May be empty.
  bool ReadRepeatedString(uint32_t field, std::string* out);
  bool ReadRepeatedBytes(uint32_t field, ByteView* out);

  // Number of the next field on the wire; 0 at the end. For a oneof.
  uint32_t next_field() const { return next_tag_ >> 3; }
  bool ok() const { return error_->ok(); }

  // Records "<name>: field <field> <what>" unless there is an error already;
  // "<name>: <what>" where `field` is 0.
  void Fail(uint32_t field, std::string_view what);
  // Fails if anything is left. Returns whether all went well so far.
  bool Finish();

 private:
  bool Take(uint32_t field, uint32_t wire_type);
  bool TakeNumber(uint32_t field, uint64_t* out);
  bool TakeRun(uint32_t field, ByteView* out);
  bool ReadVarint(uint64_t* out);
  void ReadTag();

  const uint8_t* next_;
  const uint8_t* end_;
  uint32_t next_tag_ = 0;    // 0: nothing left
  uint32_t last_field_ = 0;  // the last one taken
  std::string_view name_;
  absl::Status* error_;
};

// Appends one message to a buffer: fields in ascending order, please. What has
// its default value is not written. Not thread-safe.
class WireWriter {
 public:
  explicit WireWriter(std::string* out) : out_(out) {}

  void WriteString(uint32_t field, std::string_view value);
  void WriteBytes(uint32_t field, ByteView value);
  void WriteUint64(uint32_t field, uint64_t value);  // uint32, bool, enum too
  void WriteInt64(uint32_t field, int64_t value);
  void WriteSint64(uint32_t field, int64_t value);
  void WriteOptionalUint64(uint32_t field, std::optional<uint64_t> value);
  // One element of a repeated field; written even if empty.
  void WriteRepeated(uint32_t field, ByteView value);

  // A nested message is what is written between the two:
  //   const size_t mark = writer.Begin(5); ...; writer.End(mark);
  size_t Begin(uint32_t field);
  void End(size_t mark);

 private:
  void AppendPair(uint32_t tag, uint64_t value);

  std::string* out_;
};

}  // namespace amanah::codec

#endif  // AMANAH_LEDGER_CODEC_WIRE_H_
