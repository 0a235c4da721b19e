// A mapping and a file to import, either of which may be anything: both
// readings of the file agree, and what they make are well-formed statements.
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

#include "absl/strings/str_format.h"
#include "client/import/csv_reader.h"
#include "client/import/mapping.h"
#include "client/import/notation.h"
#include "client/import/planner.h"
#include "client/import/template.h"
#include "ledger/base/check.h"
#include "ledger/base/text.h"
#include "ledger/codec/statement_codec.h"
#include "ledger/domain/calendar.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

using namespace amanah;          // NOLINT(google-build-using-namespace)
using namespace amanah::client;  // NOLINT(google-build-using-namespace)
using testing_support::FuzzInput;

// A file that is only in memory.
class MemoryFile {
 public:
  explicit MemoryFile(const std::string& bytes)
      : descriptor_(memfd_create("rows.csv", MFD_CLOEXEC)) {
    AMANAH_CHECK(descriptor_ >= 0);
    AMANAH_CHECK(write(descriptor_, bytes.data(), bytes.size()) ==
                 static_cast<ssize_t>(bytes.size()));
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() { close(descriptor_); }

  std::filesystem::path path() const {
    return absl::StrFormat("/proc/self/fd/%d", descriptor_);
  }

 private:
  const int descriptor_;
};

CsvOptions OptionsOf(uint8_t choice) {
  CsvOptions options;
  options.delimiter = (choice & 1) != 0 ? ';' : ',';
  options.quote = (choice & 2) != 0 ? '\0' : '"';
  options.encoding = static_cast<Encoding>((choice >> 2) % 3);
  options.skip_rows = (choice & 16) != 0 ? 1 : 0;
  options.header = (choice & 32) == 0;
  options.trim = (choice & 64) == 0;
  return options;
}

void CheckRecords(uint8_t choice, const MemoryFile& file) {
  const auto reader = CsvReader::Open(file.path(), OptionsOf(choice));
  if (!reader.ok()) return;
  CsvRecord record;
  uint64_t row = 0;
  while (!(*reader)->broken()) {
    const auto more = (*reader)->Next(&record);
    if (!more.ok()) continue;
    if (!*more) break;
    AMANAH_CHECK(record.row > row);
    row = record.row;
    AMANAH_CHECK(record.fields.size() == (*reader)->columns().size());
    for (const std::string_view field : record.fields) {
      AMANAH_CHECK(IsValidUtf8(field));
    }
  }
}

void CheckImport(const Mapping& mapping, const MemoryFile& file) {
  static const std::string bytes(crypto::Secret::kLength, 's');
  static const auto key = crypto::Secret::FromBytes(AsBytes(bytes));
  const ImportSource source{file.path(), mapping, {&*key, &*key}, &*key};
  const auto survey = SurveyFile(source);
  if (!survey.ok()) return;
  const auto planner = Planner::Open(source, *survey);
  AMANAH_CHECK(planner.ok());
  uint64_t rows = 0;
  while (true) {
    const auto window = (*planner)->NextWindow();
    AMANAH_CHECK(window.ok());
    if (window->empty()) break;
    for (const PlannedRow& planned : *window) {
      AMANAH_CHECK(codec::DecodeStatement(AsBytes(planned.statement)).ok());
    }
    rows += window->size();
  }
  AMANAH_CHECK(rows == survey->rows);
}

void CheckNotation(FuzzInput input) {
  AmountNotation notation;
  notation.decimal = input.Byte() % 2 == 0 ? '.' : ',';
  notation.thousands = notation.decimal == '.' ? ',' : '.';
  notation.currency_signs = {"Rp", "R$"};
  const std::string form_text = input.Text();
  const std::string text = input.Rest();
  (void)ReadAmount(text, notation, "IDR");
  (void)Template::Parse(text);
  const auto form = DateForm::Parse(form_text);
  if (!form.ok()) return;
  const auto read = form->Read(text);
  if (!read.ok()) return;
  AMANAH_CHECK(form->has_day() ? domain::IsDate(*read)
                               : domain::ParseMonth(*read).has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  CheckNotation(FuzzInput(data, size));
  // First the mapping, and behind a zero byte the file.
  FuzzInput input(data, size);
  const std::string toml = input.Text();
  const uint8_t choice = toml.empty() ? 0 : static_cast<uint8_t>(toml[0]);
  const MemoryFile file(input.Rest());
  CheckRecords(choice, file);
  const auto mapping = ParseMapping(toml, "m.toml", "/maps");
  if (mapping.ok()) CheckImport(*mapping, file);
  return 0;
}
