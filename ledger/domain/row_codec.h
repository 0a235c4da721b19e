// How rows of the state are written: varints, length-prefixed text, fixed
// bytes, one after another. One value has one encoding, so that states compare
// as bytes.
#ifndef AMANAH_LEDGER_DOMAIN_ROW_CODEC_H_
#define AMANAH_LEDGER_DOMAIN_ROW_CODEC_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ledger/base/bytes.h"

namespace amanah::domain {

class RowWriter {
 public:
  void Number(uint64_t value);
  // Zigzag, so that small negative numbers are short.
  void Signed(int64_t value);
  void Text(std::string_view text);
  void Raw(ByteView bytes) { Append(&out_, bytes); }
  std::string Take() { return std::move(out_); }

 private:
  std::string out_;
};

// Reads what RowWriter wrote. A short or odd row makes ok() false for good and
// gives zeros from there on.
class RowReader {
 public:
  explicit RowReader(std::string_view row) : left_(row) {}

  // A number in its shortest form.
  uint64_t Number();
  // The same, and not above `max`.
  uint64_t NumberUpTo(uint64_t max);
  bool Flag() { return NumberUpTo(1) == 1; }
  int64_t Signed();
  std::string Text();
  template <size_t N>
  void Raw(std::array<uint8_t, N>* out) {
    const std::string_view bytes = Cut(N);
    if (bytes.size() == N) std::memcpy(out->data(), bytes.data(), N);
  }
  // A count of items to follow, each of at least one byte.
  size_t Count();

  // What was read is no value of its field.
  void Fail() {
    ok_ = false;
    left_ = {};
  }

  // All was read and nothing is left.
  bool Finished() const { return ok_ && left_.empty(); }

 private:
  std::string_view Cut(size_t length);

  std::string_view left_;
  bool ok_ = true;
};

}  // namespace amanah::domain

#endif  // AMANAH_LEDGER_DOMAIN_ROW_CODEC_H_
