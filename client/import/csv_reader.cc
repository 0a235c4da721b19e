// Grammar, after RFC 4180:
//
//   file   = [mark] *skipped [header] *(record / blank)
//   record = field *(delimiter field) end
//   field  = quote *(byte / quote quote) quote / *bare
//   end    = LF / CR LF / end of file
#include "client/import/csv_reader.h"

#include <array>
#include <system_error>
#include <utility>

#include "absl/strings/str_format.h"
#include "ledger/base/check.h"
#include "ledger/base/status.h"
#include "ledger/base/text.h"

namespace amanah::client {
namespace {

constexpr size_t kChunkLength = size_t{256} << 10;
constexpr std::string_view kUtf8Mark = "\xef\xbb\xbf";

// Windows-1252 from 0x80 to 0x9f; 0 where it has no character.
constexpr std::array<char16_t, 32> kWindows1252 = {
    0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
    0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017d, 0,
    0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
    0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178};

bool IsAscii(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) return false;
  }
  return true;
}

void AppendUtf8(char16_t point, std::string* out) {
  if (point < 0x80) {
    out->push_back(static_cast<char>(point));
  } else if (point < 0x800) {
    out->push_back(static_cast<char>(0xc0 | (point >> 6)));
    out->push_back(static_cast<char>(0x80 | (point & 0x3f)));
  } else {
    out->push_back(static_cast<char>(0xe0 | (point >> 12)));
    out->push_back(static_cast<char>(0x80 | ((point >> 6) & 0x3f)));
    out->push_back(static_cast<char>(0x80 | (point & 0x3f)));
  }
}

// False when a byte is no character of the encoding. Latin-1 has only control
// characters from 0x80 to 0x9f: a file with these is of another encoding.
bool ToUtf8(std::string_view bytes, Encoding encoding, std::string* out) {
  out->clear();
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    char16_t point = byte;
    if (byte >= 0x80 && byte < 0xa0) {
      if (encoding == Encoding::kLatin1) return false;
      point = kWindows1252.at(byte - 0x80U);
      if (point == 0) return false;
    }
    AppendUtf8(point, out);
  }
  return true;
}

std::string_view EncodingName(Encoding encoding) {
  switch (encoding) {
    case Encoding::kUtf8:
      return "utf-8";
    case Encoding::kLatin1:
      return "latin-1";
    case Encoding::kWindows1252:
      return "windows-1252";
  }
  return "";
}

}  // namespace

std::string_view Trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

CsvReader::CsvReader(const std::filesystem::path& path,
                     const CsvOptions& options)
    : name_(path.filename().string()),
      options_(options),
      file_(path, std::ios::binary) {}

absl::StatusOr<std::unique_ptr<CsvReader>> CsvReader::Open(
    const std::filesystem::path& path, const CsvOptions& options) {
  std::unique_ptr<CsvReader> reader(new CsvReader(path, options));
  std::error_code error;
  if (!reader->file_.is_open() || std::filesystem::is_directory(path, error)) {
    return absl::NotFoundError(absl::StrFormat(
        "%s: no such file, or it may not be read", path.string()));
  }
  const auto length = std::filesystem::file_size(path, error);
  reader->length_ = error ? 0 : length;
  AMANAH_RETURN_IF_ERROR(reader->SkipMarkAndRows());
  AMANAH_RETURN_IF_ERROR(reader->ReadHeader());
  return reader;
}

bool CsvReader::Fill() {
  buffer_.resize(kChunkLength);
  file_.read(buffer_.data(), static_cast<std::streamsize>(kChunkLength));
  buffer_.resize(static_cast<size_t>(file_.gcount()));
  position_ += buffer_.size();
  next_ = 0;
  return !buffer_.empty();
}

int CsvReader::Peek() {
  if (next_ == buffer_.size() && !Fill()) return -1;
  return static_cast<unsigned char>(buffer_[next_]);
}

absl::Status CsvReader::Fault(std::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrFormat("%s row %d: %s", name_, row_, what));
}

absl::Status CsvReader::Broken(std::string_view what) {
  broken_ = true;
  return Fault(what);
}

absl::Status CsvReader::SkipMarkAndRows() {
  row_ = 1;
  if (Peek() >= 0) {
    const std::string_view start(buffer_);
    if (start.starts_with("\xff\xfe") || start.starts_with("\xfe\xff")) {
      return Broken("the file is UTF-16, which is not read; save it as UTF-8");
    }
    if (start.starts_with(kUtf8Mark)) {
      if (options_.encoding != Encoding::kUtf8) {
        return Broken(absl::StrFormat(
            "the file begins with the mark of UTF-8 and is declared %s",
            EncodingName(options_.encoding)));
      }
      next_ = kUtf8Mark.size();
    }
  }
  for (uint64_t skipped = 0; skipped < options_.skip_rows;) {
    const int byte = Peek();
    if (byte < 0) {
      return Broken(
          absl::StrFormat("the file has fewer than the %d rows to "
                          "be skipped",
                          options_.skip_rows));
    }
    Skip();
    if (byte == '\n') {
      ++skipped;
      ++line_;
    }
  }
  return absl::OkStatus();
}

absl::Status CsvReader::ReadHeader() {
  AMANAH_ASSIGN_OR_RETURN(const bool any, ReadRaw());
  if (!any) return Fault("the file has no rows");
  bool named = false;
  for (size_t i = 0; i < ends_.size(); ++i) {
    if (!options_.header) {
      columns_.push_back(absl::StrFormat("%d", i + 1));
      continue;
    }
    AMANAH_ASSIGN_OR_RETURN(const std::string_view column, Decode(i));
    named = named || !column.empty();
    columns_.emplace_back(column);
  }
  if (options_.header && !named) return Fault("the header names no column");
  // What was read is a record already.
  pending_ = !options_.header;
  return absl::OkStatus();
}

absl::Status CsvReader::Put(int byte) {
  if (byte == 0) return Broken("a NUL byte");
  if (text_.size() == kCsvRecordLengthMax) {
    return Broken(
        absl::StrFormat("longer than %d bytes; is a closing quote missing?",
                        kCsvRecordLengthMax));
  }
  text_.push_back(static_cast<char>(byte));
  return absl::OkStatus();
}

absl::Status CsvReader::EndField() {
  if (ends_.size() == kCsvFieldsMax) {
    return Broken(absl::StrFormat("more than %d fields", kCsvFieldsMax));
  }
  ends_.push_back(text_.size());
  return absl::OkStatus();
}

absl::StatusOr<bool> CsvReader::TakeLineEnd() {
  const int byte = Peek();
  if (byte < 0) return true;
  if (byte == '\r') {
    Skip();
    if (Peek() != '\n') {
      return Broken("a carriage return without a line feed");
    }
  } else if (byte != '\n') {
    return false;
  }
  Skip();
  ++line_;
  return true;
}

absl::Status CsvReader::ReadQuoted() {
  Skip();
  while (true) {
    const int byte = Peek();
    if (byte < 0) {
      return Broken(
          absl::StrFormat("field %d has no closing quote", ends_.size() + 1));
    }
    Skip();
    if (byte == static_cast<unsigned char>(options_.quote)) {
      if (Peek() != byte) return absl::OkStatus();
      Skip();
    }
    if (byte == '\n') ++line_;
    AMANAH_RETURN_IF_ERROR(Put(byte));
  }
}

absl::Status CsvReader::ReadBare() {
  while (true) {
    const int byte = Peek();
    if (byte < 0 || byte == '\r' || byte == '\n' ||
        byte == static_cast<unsigned char>(options_.delimiter)) {
      return absl::OkStatus();
    }
    if (options_.quote != 0 &&
        byte == static_cast<unsigned char>(options_.quote)) {
      return Broken(absl::StrFormat("a quote inside the unquoted field %d",
                                    ends_.size() + 1));
    }
    Skip();
    AMANAH_RETURN_IF_ERROR(Put(byte));
  }
}

absl::StatusOr<bool> CsvReader::ReadRaw() {
  text_.clear();
  ends_.clear();
  row_ = line_;
  // Blank lines are no records.
  while (Peek() == '\r' || Peek() == '\n') {
    AMANAH_RETURN_IF_ERROR(TakeLineEnd().status());
    row_ = line_;
  }
  if (Peek() < 0) {
    if (file_.bad()) {
      broken_ = true;
      return absl::UnknownError(absl::StrFormat(
          "%s cannot be read after %d bytes", name_, position_));
    }
    return false;
  }
  while (true) {
    const bool quoted = options_.quote != 0 &&
                        Peek() == static_cast<unsigned char>(options_.quote);
    AMANAH_RETURN_IF_ERROR(quoted ? ReadQuoted() : ReadBare());
    AMANAH_RETURN_IF_ERROR(EndField());
    if (Peek() == static_cast<unsigned char>(options_.delimiter)) {
      Skip();
      continue;
    }
    AMANAH_ASSIGN_OR_RETURN(const bool ended, TakeLineEnd());
    if (ended) return true;
    return Broken(absl::StrFormat("field %d goes on after its closing quote",
                                  ends_.size()));
  }
}

std::string_view CsvReader::RawField(size_t index) const {
  const size_t begin = index == 0 ? 0 : ends_[index - 1];
  return std::string_view(text_).substr(begin, ends_[index] - begin);
}

absl::StatusOr<std::string_view> CsvReader::Decode(size_t index) {
  std::string_view field = RawField(index);
  bool valid = true;
  if (options_.encoding == Encoding::kUtf8) {
    valid = IsValidUtf8(field);
  } else if (!IsAscii(field)) {
    if (converted_.size() <= index) converted_.resize(index + 1);
    valid = ToUtf8(field, options_.encoding, &converted_[index]);
    field = converted_[index];
  }
  if (!valid) {
    const std::string column = index < columns_.size()
                                   ? absl::StrFormat("\"%s\"", columns_[index])
                                   : absl::StrFormat("%d", index + 1);
    return Fault(absl::StrFormat("column %s: the bytes are not %s", column,
                                 EncodingName(options_.encoding)));
  }
  return options_.trim ? Trimmed(field) : field;
}

absl::StatusOr<bool> CsvReader::Next(CsvRecord* record) {
  AMANAH_CHECK(!broken_);
  if (!pending_) {
    AMANAH_ASSIGN_OR_RETURN(const bool any, ReadRaw());
    if (!any) return false;
  }
  pending_ = false;
  record->row = row_;
  record->fields.clear();
  if (ends_.size() != columns_.size()) {
    return Fault(absl::StrFormat("%d fields where the %s has %d", ends_.size(),
                                 options_.header ? "header" : "first row",
                                 columns_.size()));
  }
  if (converted_.size() < ends_.size()) converted_.resize(ends_.size());
  for (size_t i = 0; i < ends_.size(); ++i) {
    AMANAH_ASSIGN_OR_RETURN(const std::string_view field, Decode(i));
    record->fields.push_back(field);
  }
  return true;
}

}  // namespace amanah::client
