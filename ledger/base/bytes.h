// Views and conversions of bytes. Knows nothing of their meaning.
//
// Buffers are std::string (as in protobuf and RocksDB); what is only read is
// passed as ByteView. A view never owns: it must not outlive its buffer.
#ifndef AMANAH_LEDGER_BASE_BYTES_H_
#define AMANAH_LEDGER_BASE_BYTES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

namespace amanah {

using ByteView = std::span<const uint8_t>;

inline ByteView AsBytes(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

inline std::string_view AsText(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline void Append(std::string* out, ByteView bytes) {
  out->append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

// Big-endian integers, as all our stored formats use them.
template <typename Unsigned>
inline void AppendBigEndian(std::string* out, Unsigned value) {
  for (size_t i = sizeof(Unsigned); i-- > 0;) {
    out->push_back(static_cast<char>((value >> (8 * i)) & 0xff));
  }
}

// Requires: bytes.size() >= sizeof(Unsigned).
template <typename Unsigned>
inline Unsigned ReadBigEndian(ByteView bytes) {
  Unsigned value = 0;
  for (size_t i = 0; i < sizeof(Unsigned); ++i) {
    value = static_cast<Unsigned>((value << 8) | bytes[i]);
  }
  return value;
}

// Copies exactly N bytes; false when `bytes` has another length.
template <size_t N>
inline bool CopyExact(ByteView bytes, std::array<uint8_t, N>* out) {
  if (bytes.size() != N) return false;
  std::memcpy(out->data(), bytes.data(), N);
  return true;
}

}  // namespace amanah

#endif  // AMANAH_LEDGER_BASE_BYTES_H_
