// What an import came to: a line for each row in a file, and totals.
#ifndef AMANAH_CLIENT_IMPORT_REPORT_H_
#define AMANAH_CLIENT_IMPORT_REPORT_H_

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/import/planner.h"
#include "client/import/poster.h"

namespace amanah::client {

struct Tally {
  uint64_t rows = 0;
  Sums sums;
};

struct ImportSummary {
  Tally all;
  Tally accepted;
  Tally refused;
  Tally differing;
  Tally fresh;    // not on the record; only with --check
  Tally unknown;  // the import ended before
  std::map<std::string, uint64_t> refused_by_reason;
  // Statements that this run put on the record.
  uint64_t posted = 0;

  // Adds a row. False: its sum is larger than an amount may be.
  bool Add(const PlannedRow& row, const RowResult& result);
  // Rows that have an entry.
  uint64_t recorded() const {
    return accepted.rows + refused.rows + differing.rows;
  }
  // Something was refused, differs, or is not known.
  bool all_is_well() const {
    return refused.rows == 0 && differing.rows == 0 && unknown.rows == 0;
  }
};

// "accepted", "refused", "differs", "new" or "unknown".
std::string_view OutcomeName(const RowResult& result);

nlohmann::ordered_json SummaryJson(const ImportSummary& summary);

// RFC 4180 with LF:
//
//   row,reference,sequence,outcome,reason,conflict
//   17,bf-7k2qd9x0ab-m3w8h1t5zc,1024,refused,OVERLAP,530
class ResultFile {
 public:
  // Replaces the file. UNKNOWN: it cannot be written.
  static absl::StatusOr<ResultFile> Open(const std::filesystem::path& path);

  // Written through to the file system before it returns. UNKNOWN: as Open.
  absl::Status Write(const std::vector<RowResult>& results);

 private:
  explicit ResultFile(std::filesystem::path path)
      : path_(std::move(path)), file_(path_, std::ios::binary) {}
  absl::Status Check();

  std::filesystem::path path_;
  std::ofstream file_;
};

// How far a run is: rows decided of all.
using OnDecided = std::function<void(uint64_t rows)>;

// The second reading, posted window by window. After an error the summary and
// the file hold what was known by then. `results` may be null.
absl::Status RunImport(const ImportSource& source, const Survey& survey,
                       const PostOptions& options, LedgerLink* link,
                       ResultFile* results, ImportSummary* summary,
                       const OnDecided& on_decided = nullptr);

}  // namespace amanah::client

#endif  // AMANAH_CLIENT_IMPORT_REPORT_H_
