// Records of a CSV file, one after another, in constant memory.
//
// RFC 4180 with what real files add: any delimiter and quote, lines that end
// with LF or CRLF, a byte order mark, lines before the header, older encodings.
// Strict otherwise: a quote in an unquoted field, text after a closing quote, a
// lone carriage return and a NUL are errors. Knows nothing of columns' meaning.
//
// No message from here holds anything of a record's fields.
#ifndef AMANAH_CLIENT_IMPORT_CSV_READER_H_
#define AMANAH_CLIENT_IMPORT_CSV_READER_H_

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace amanah::client {

enum class Encoding : uint8_t { kUtf8, kLatin1, kWindows1252 };

inline constexpr size_t kCsvRecordLengthMax = size_t{1} << 20;
inline constexpr size_t kCsvFieldsMax = 4'096;

struct CsvOptions {
  char delimiter = ',';
  char quote = '"';  // 0: fields are never quoted
  Encoding encoding = Encoding::kUtf8;
  // Lines before the header.
  uint64_t skip_rows = 0;
  // Without a header columns are named "1", "2" and so on.
  bool header = true;
  // Spaces and tabs around names and values do not belong to them.
  bool trim = true;
};

// Views into the reader; valid until its next call.
struct CsvRecord {
  // The 1-based line of the file at which it begins: what an editor shows.
  uint64_t row = 0;
  // In UTF-8, one for each column.
  std::vector<std::string_view> fields;
};

// Not thread-safe.
class CsvReader {
 public:
  // Reads up to the header. NOT_FOUND: no such file; INVALID_ARGUMENT: no
  // header, or one that is malformed or names nothing.
  static absl::StatusOr<std::unique_ptr<CsvReader>> Open(
      const std::filesystem::path& path, const CsvOptions& options);

  const std::vector<std::string>& columns() const { return columns_; }

  // The next record; false at the end of the file. Blank lines are left out.
  // INVALID_ARGUMENT names file and row, and column where one is at fault; the
  // next call goes on with the record after it unless broken(). UNKNOWN: the
  // file cannot be read.
  absl::StatusOr<bool> Next(CsvRecord* record);

  // Nothing after the last error can be read: where it ends is not known.
  bool broken() const { return broken_; }
  // Bytes read so far and in all, for a progress bar.
  uint64_t position() const { return position_; }
  uint64_t length() const { return length_; }
  // How messages name the file: its name without the folder.
  const std::string& name() const { return name_; }

 private:
  CsvReader(const std::filesystem::path& path, const CsvOptions& options);

  // The next byte, or -1 at the end.
  int Peek();
  void Skip() { ++next_; }
  bool Fill();
  absl::Status SkipMarkAndRows();
  absl::Status ReadHeader();
  // One record's raw fields into text_ and ends_. False at the end of the file.
  absl::StatusOr<bool> ReadRaw();
  absl::Status ReadQuoted();
  absl::Status ReadBare();
  // Takes the end of a line if it stands there.
  absl::StatusOr<bool> TakeLineEnd();
  absl::Status Put(int byte);
  absl::Status EndField();
  absl::Status Fault(std::string_view what);
  absl::Status Broken(std::string_view what);
  std::string_view RawField(size_t index) const;
  // In UTF-8 and trimmed. INVALID_ARGUMENT: its bytes are not of the encoding.
  absl::StatusOr<std::string_view> Decode(size_t index);

  const std::string name_;
  const CsvOptions options_;
  std::ifstream file_;
  uint64_t length_ = 0;
  uint64_t position_ = 0;

  std::string buffer_;
  size_t next_ = 0;
  uint64_t line_ = 1;  // of the next byte
  bool broken_ = false;
  bool pending_ = false;  // the first record was read to count its fields

  uint64_t row_ = 0;          // of the record being read
  std::string text_;          // its fields, one after another
  std::vector<size_t> ends_;  // where each ends
  std::vector<std::string> converted_;
  std::vector<std::string> columns_;
};

// Without spaces and tabs at both ends.
std::string_view Trimmed(std::string_view text);

}  // namespace amanah::client

#endif  // AMANAH_CLIENT_IMPORT_CSV_READER_H_
