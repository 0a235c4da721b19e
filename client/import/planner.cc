#include "client/import/planner.h"

#include <utility>

#include "absl/strings/str_format.h"
#include "ledger/base/bytes.h"
#include "ledger/base/status.h"

namespace amanah::client {
namespace {

// Digests of runs of kWindowRows statements. Statements hold their reference,
// so none of them can be taken for the end of another.
class WindowDigests {
 public:
  void Add(std::string_view statement) {
    stream_.Update(AsBytes(statement));
    if (++rows_ == kWindowRows) End();
  }
  // The last window may be short.
  std::vector<crypto::Hash> Finish() {
    if (rows_ > 0) End();
    return std::move(windows_);
  }

 private:
  void End() {
    windows_.push_back(stream_.Finish());
    rows_ = 0;
  }

  crypto::Sha256Stream stream_;
  size_t rows_ = 0;
  std::vector<crypto::Hash> windows_;
};

absl::StatusOr<std::unique_ptr<RowConverter>> ConverterFor(
    const ImportSource& source, const CsvReader& reader) {
  auto converter =
      RowConverter::Make(source.mapping, reader.columns(), source.keys);
  if (!converter.ok()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: %s", reader.name(), converter.status().message()));
  }
  return converter;
}

// Reads, converts and encodes one record. False: the filter leaves it out.
absl::StatusOr<bool> PlanRecord(const ImportSource& source,
                                const CsvReader& reader,
                                const CsvRecord& record,
                                RowConverter* converter, PlannedRow* planned) {
  const auto fault = [&](const absl::Status& status) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s row %d %s", reader.name(), record.row, status.message()));
  };
  const auto converted = converter->Convert(record, &planned->row);
  if (!converted.ok()) return fault(converted.status());
  if (!*converted) return false;
  auto statement = EncodeAttempt(planned->row, 1, *source.salt_key);
  if (!statement.ok()) return fault(statement.status());
  planned->statement = *std::move(statement);
  return true;
}

// Up to kFaultsShown messages and how many more there are.
class FaultList {
 public:
  void Add(const absl::Status& status) {
    if (++count_ > kFaultsShown) return;
    if (!text_.empty()) text_ += "\n";
    text_ += std::string(status.message());
  }
  absl::Status status() const {
    if (count_ == 0) return absl::OkStatus();
    std::string text = text_;
    if (count_ > kFaultsShown) {
      text += absl::StrFormat("\nand %d more", count_ - kFaultsShown);
    }
    return absl::InvalidArgumentError(text);
  }

 private:
  uint64_t count_ = 0;
  std::string text_;
};

absl::Status AddToSum(const PlannedRow& planned, Sums* sums) {
  domain::Amount& sum = (*sums)[planned.row.currency];
  const auto more = domain::Add(sum, planned.row.amount);
  if (!more.has_value()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "the sum in %s is larger than an amount may be", planned.row.currency));
  }
  sum = *more;
  return absl::OkStatus();
}

absl::Status CheckSum(const std::string& declared, const Survey& survey) {
  if (survey.sums.size() != 1) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "one sum is declared, and the rows are in %d currencies",
        survey.sums.size()));
  }
  const auto& [currency, sum] = *survey.sums.begin();
  const auto amount = domain::ParseAmount(declared, currency);
  if (!amount.ok()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("the declared sum: %s", amount.status().message()));
  }
  if (*amount == sum) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrFormat("the rows sum to %s %s, and %s is declared", currency,
                      domain::FormatAmount(sum, currency),
                      domain::FormatAmount(*amount, currency)));
}

absl::Status CheckTotals(const ControlTotals& totals, const Survey& survey) {
  if (survey.rows == 0) {
    return absl::InvalidArgumentError("there is no row to import");
  }
  if (totals.rows.has_value() && *totals.rows != survey.rows) {
    return absl::InvalidArgumentError(
        absl::StrFormat("there are %d rows to import, and %d are declared",
                        survey.rows, *totals.rows));
  }
  if (!totals.sum.has_value()) return absl::OkStatus();
  return CheckSum(*totals.sum, survey);
}

}  // namespace

absl::StatusOr<Survey> SurveyFile(const ImportSource& source,
                                  const OnRead& on_read) {
  AMANAH_ASSIGN_OR_RETURN(const auto reader,
                          CsvReader::Open(source.file, source.mapping.csv));
  AMANAH_ASSIGN_OR_RETURN(const auto converter, ConverterFor(source, *reader));
  Survey survey;
  WindowDigests digests;
  FaultList faults;
  CsvRecord record;
  PlannedRow planned;
  while (!reader->broken()) {
    const auto more = reader->Next(&record);
    if (!more.ok()) {
      faults.Add(more.status());
      continue;
    }
    if (!*more) break;
    if (on_read) on_read(reader->position(), reader->length());
    const auto selected =
        PlanRecord(source, *reader, record, converter.get(), &planned);
    if (!selected.ok()) {
      faults.Add(selected.status());
      continue;
    }
    if (!*selected) continue;
    ++survey.rows;
    AMANAH_RETURN_IF_ERROR(AddToSum(planned, &survey.sums));
    digests.Add(planned.statement);
  }
  AMANAH_RETURN_IF_ERROR(faults.status());
  const absl::Status totals = CheckTotals(source.mapping.totals, survey);
  if (!totals.ok()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: %s", reader->name(), totals.message()));
  }
  survey.windows = digests.Finish();
  return survey;
}

absl::StatusOr<std::unique_ptr<Planner>> Planner::Open(
    const ImportSource& source, const Survey& survey) {
  std::unique_ptr<Planner> planner(new Planner(source, survey));
  AMANAH_ASSIGN_OR_RETURN(planner->reader_,
                          CsvReader::Open(source.file, source.mapping.csv));
  AMANAH_ASSIGN_OR_RETURN(planner->converter_,
                          ConverterFor(source, *planner->reader_));
  return planner;
}

absl::StatusOr<std::vector<PlannedRow>> Planner::NextWindow() {
  const auto changed = [&] {
    return absl::AbortedError(absl::StrFormat(
        "%s was changed while it was read; nothing of its rows from the last "
        "%d on was posted",
        reader_->name(), kWindowRows));
  };
  std::vector<PlannedRow> rows;
  WindowDigests digests;
  CsvRecord record;
  while (rows.size() < kWindowRows) {
    const auto more = reader_->Next(&record);
    if (!more.ok()) return changed();
    if (!*more) break;
    PlannedRow planned;
    const auto selected =
        PlanRecord(source_, *reader_, record, converter_.get(), &planned);
    if (!selected.ok()) return changed();
    if (!*selected) continue;
    digests.Add(planned.statement);
    rows.push_back(std::move(planned));
  }
  const auto windows = digests.Finish();
  const bool known = window_ < survey_.windows.size();
  if (rows.empty()
          ? known
          : !known || windows != std::vector{survey_.windows[window_]}) {
    return changed();
  }
  ++window_;
  return rows;
}

}  // namespace amanah::client
