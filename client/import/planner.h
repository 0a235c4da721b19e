// A file's rows as statements, read twice: once to see that all of it is sound
// before anything is posted, and once to post it, window by window.
#ifndef AMANAH_CLIENT_IMPORT_PLANNER_H_
#define AMANAH_CLIENT_IMPORT_PLANNER_H_

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/import/csv_reader.h"
#include "client/import/mapping.h"
#include "client/import/row_to_statement.h"
#include "ledger/crypto/hash.h"
#include "ledger/crypto/secret.h"
#include "ledger/domain/money.h"

namespace amanah::client {

// Rows that are in memory at once.
inline constexpr size_t kWindowRows = 16'384;
// Faults that a message lists.
inline constexpr size_t kFaultsShown = 20;

// What is imported. The keys must outlive all that is made from it.
struct ImportSource {
  std::filesystem::path file;
  Mapping mapping;
  ImportKeys keys;
  const crypto::Secret* salt_key = nullptr;
};

// By currency.
using Sums = std::map<std::string, domain::Amount>;

struct Survey {
  uint64_t rows = 0;  // that are imported: those of the filter
  Sums sums;
  // A digest of each window's statements, so that a file that changes between
  // the two readings is noticed before it is posted.
  std::vector<crypto::Hash> windows;
};

// Bytes of the file that were read, and all.
using OnRead = std::function<void(uint64_t done, uint64_t all)>;

// Reads all of the file. INVALID_ARGUMENT: the first faults, a line each, with
// file, row and column; no row is left; or a control total of the mapping is
// another. NOT_FOUND, UNKNOWN: the file cannot be read.
absl::StatusOr<Survey> SurveyFile(const ImportSource& source,
                                  const OnRead& on_read = nullptr);

struct PlannedRow {
  ConvertedRow row;
  std::string statement;  // of the first attempt
};

// The second reading. Not thread-safe.
class Planner {
 public:
  // `source` and `survey` must outlive it. Errors as SurveyFile.
  static absl::StatusOr<std::unique_ptr<Planner>> Open(
      const ImportSource& source, const Survey& survey);

  // The next rows in order of the file; none at its end. ABORTED: the file is
  // not what it was in the survey.
  absl::StatusOr<std::vector<PlannedRow>> NextWindow();

 private:
  Planner(const ImportSource& source, const Survey& survey)
      : source_(source), survey_(survey) {}

  const ImportSource& source_;
  const Survey& survey_;
  std::unique_ptr<CsvReader> reader_;
  std::unique_ptr<RowConverter> converter_;
  size_t window_ = 0;
};

}  // namespace amanah::client

#endif  // AMANAH_CLIENT_IMPORT_PLANNER_H_
