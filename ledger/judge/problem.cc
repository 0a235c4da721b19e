#include "ledger/judge/problem.h"

#include "absl/strings/str_format.h"
#include "ledger/base/check.h"

namespace amanah::judge {
namespace {

struct Row {
  Problem problem;
  std::string_view name;
  absl::StatusCode code;
};

using absl::StatusCode;

constexpr Row kRows[] = {
    {Problem::kSize, "SIZE", StatusCode::kInvalidArgument},
    {Problem::kLength, "LENGTH", StatusCode::kInvalidArgument},
    {Problem::kEncoding, "ENCODING", StatusCode::kInvalidArgument},
    {Problem::kField, "FIELD", StatusCode::kInvalidArgument},
    {Problem::kRepeatsItself, "REPEATS_ITSELF", StatusCode::kInvalidArgument},
    {Problem::kSealForm, "SEAL_FORM", StatusCode::kInvalidArgument},
    {Problem::kOrigin, "ORIGIN", StatusCode::kInvalidArgument},
    {Problem::kGenesis, "GENESIS", StatusCode::kInvalidArgument},
    {Problem::kRoot, "ROOT", StatusCode::kInvalidArgument},
    {Problem::kAuthorUnknown, "AUTHOR_UNKNOWN", StatusCode::kUnauthenticated},
    {Problem::kKeyUnknown, "KEY_UNKNOWN", StatusCode::kUnauthenticated},
    {Problem::kSignature, "SIGNATURE", StatusCode::kUnauthenticated},
    {Problem::kAuthorSuspended, "AUTHOR_SUSPENDED",
     StatusCode::kUnauthenticated},
    {Problem::kKeyRetired, "KEY_RETIRED", StatusCode::kUnauthenticated},
    {Problem::kExpired, "EXPIRED", StatusCode::kDeadlineExceeded},
    {Problem::kThreshold, "THRESHOLD", StatusCode::kPermissionDenied},
    {Problem::kPossession, "POSSESSION", StatusCode::kInvalidArgument},
    {Problem::kPartlyRecorded, "PARTLY_RECORDED", StatusCode::kAlreadyExists},
    {Problem::kQuota, "QUOTA", StatusCode::kResourceExhausted},
    {Problem::kBusy, "BUSY", StatusCode::kResourceExhausted},
    {Problem::kHalted, "HALTED", StatusCode::kUnavailable},
    {Problem::kNeedsRules, "NEEDS_RULES", StatusCode::kFailedPrecondition},
    {Problem::kLedgerKey, "LEDGER_KEY", StatusCode::kFailedPrecondition},
    {Problem::kCaller, "CALLER", StatusCode::kPermissionDenied},
};

const Row& RowOf(Problem problem) {
  for (const Row& row : kRows) {
    if (row.problem == problem) return row;
  }
  CheckFailed(__FILE__, __LINE__, "problem is known");
}

}  // namespace

std::string_view ProblemName(Problem problem) { return RowOf(problem).name; }

absl::StatusCode CodeOf(Problem problem) { return RowOf(problem).code; }

absl::Status ToStatus(const BatchError& error) {
  if (!error.statement_index.has_value()) {
    return {CodeOf(error.problem), error.message};
  }
  return {CodeOf(error.problem),
          absl::StrFormat("statement %d: %s", *error.statement_index,
                          error.message)};
}

}  // namespace amanah::judge
