#include "client/import/report.h"

#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/str_format.h"
#include "ledger/base/status.h"
#include "ledger/domain/refusal.h"

namespace amanah::client {
namespace {

std::string_view ReasonName(const domain::Outcome& outcome) {
  if (outcome.accepted()) return "";
  return domain::RefusalName(static_cast<int>(*outcome.refusal)).value_or("");
}

bool AddTo(const PlannedRow& row, Tally* tally) {
  ++tally->rows;
  domain::Amount& sum = tally->sums[row.row.currency];
  const auto more = domain::Add(sum, row.row.amount);
  if (more.has_value()) sum = *more;
  return more.has_value();
}

nlohmann::ordered_json TallyJson(const Tally& tally) {
  nlohmann::ordered_json sums = nlohmann::ordered_json::object();
  for (const auto& [currency, sum] : tally.sums) {
    sums[currency] = domain::FormatAmount(sum, currency);
  }
  return {{"rows", tally.rows}, {"sums", std::move(sums)}};
}

std::string ResultLine(const RowResult& result) {
  const bool recorded = result.state == RowState::kRecorded;
  const bool placed = recorded || result.state == RowState::kDiffers;
  const auto conflict = recorded ? result.outcome.conflict : std::nullopt;
  return absl::StrFormat(
      "%d,%s,%s,%s,%s,%s\n", result.row, result.reference,
      placed ? absl::StrFormat("%d", result.sequence) : std::string(),
      OutcomeName(result), recorded ? ReasonName(result.outcome) : "",
      conflict.has_value() ? absl::StrFormat("%d", *conflict) : std::string());
}

}  // namespace

std::string_view OutcomeName(const RowResult& result) {
  switch (result.state) {
    case RowState::kUnknown:
      return "unknown";
    case RowState::kNew:
      return "new";
    case RowState::kDiffers:
      return "differs";
    case RowState::kRecorded:
      break;
  }
  return result.outcome.accepted() ? "accepted" : "refused";
}

bool ImportSummary::Add(const PlannedRow& row, const RowResult& result) {
  if (result.posted) ++posted;
  bool in_range = AddTo(row, &all);
  switch (result.state) {
    case RowState::kUnknown:
      return AddTo(row, &unknown) && in_range;
    case RowState::kNew:
      return AddTo(row, &fresh) && in_range;
    case RowState::kDiffers:
      return AddTo(row, &differing) && in_range;
    case RowState::kRecorded:
      break;
  }
  if (result.outcome.accepted()) return AddTo(row, &accepted) && in_range;
  ++refused_by_reason[std::string(ReasonName(result.outcome))];
  return AddTo(row, &refused) && in_range;
}

nlohmann::ordered_json SummaryJson(const ImportSummary& summary) {
  nlohmann::ordered_json reasons = nlohmann::ordered_json::object();
  for (const auto& [reason, rows] : summary.refused_by_reason) {
    reasons[reason] = rows;
  }
  nlohmann::ordered_json refused = TallyJson(summary.refused);
  refused["reasons"] = std::move(reasons);
  return {{"all", TallyJson(summary.all)},
          {"accepted", TallyJson(summary.accepted)},
          {"refused", std::move(refused)},
          {"differs", TallyJson(summary.differing)},
          {"new", TallyJson(summary.fresh)},
          {"unknown", TallyJson(summary.unknown)},
          {"posted", summary.posted}};
}

absl::Status ResultFile::Check() {
  if (file_.good()) return absl::OkStatus();
  return absl::UnknownError(
      absl::StrFormat("%s cannot be written", path_.string()));
}

absl::StatusOr<ResultFile> ResultFile::Open(const std::filesystem::path& path) {
  ResultFile file(path);
  file.file_ << "row,reference,sequence,outcome,reason,conflict\n";
  file.file_.flush();
  AMANAH_RETURN_IF_ERROR(file.Check());
  return file;
}

absl::Status ResultFile::Write(const std::vector<RowResult>& results) {
  for (const RowResult& result : results) file_ << ResultLine(result);
  file_.flush();
  return Check();
}

absl::Status RunImport(const ImportSource& source, const Survey& survey,
                       const PostOptions& options, LedgerLink* link,
                       ResultFile* results, ImportSummary* summary,
                       const OnDecided& on_decided) {
  AMANAH_ASSIGN_OR_RETURN(const auto planner, Planner::Open(source, survey));
  Poster poster(link, source.salt_key, options);
  while (true) {
    AMANAH_ASSIGN_OR_RETURN(const auto rows, planner->NextWindow());
    if (rows.empty()) return absl::OkStatus();
    const uint64_t before = summary->all.rows;
    const auto on_progress = [&](size_t decided) {
      if (on_decided) on_decided(before + decided);
    };
    std::vector<RowResult> window;
    const absl::Status ended = poster.Run(rows, &window, on_progress);
    for (size_t i = 0; i < window.size(); ++i) {
      if (!summary->Add(rows[i], window[i])) {
        return absl::OutOfRangeError("a sum is larger than an amount may be");
      }
    }
    // What is known goes to the file also when the window ended early.
    if (results != nullptr) AMANAH_RETURN_IF_ERROR(results->Write(window));
    AMANAH_RETURN_IF_ERROR(ended);
  }
}

}  // namespace amanah::client
