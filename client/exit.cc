#include "client/exit.h"

#include <string>

#include "absl/strings/cord.h"
#include "client/remote.h"
#include "ledger/base/check.h"

namespace amanah::client {
namespace {

constexpr char kFromServer[] = "amanah/from-server";
constexpr char kNeedsRules[] = "needs rules version";

// Whether the code is one that a server gives after it looked at the call;
// the others come from the way to it, or tell that it could not look.
bool IsDecision(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kCancelled:
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kUnimplemented:
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnavailable:
      return false;
    default:
      return true;
  }
}

}  // namespace

absl::Status FromServer(absl::Status status) {
  if (!status.ok()) status.SetPayload(kFromServer, absl::Cord());
  return status;
}

bool IsFromServer(const absl::Status& status) {
  return status.GetPayload(kFromServer).has_value();
}

absl::Status FromLocalFile(const absl::Status& status) {
  if (status.code() != absl::StatusCode::kDataLoss) return status;
  return absl::FailedPreconditionError(std::string(status.message()));
}

bool IsTransient(const absl::Status& status) {
  if (!IsFromServer(status)) return false;
  if (status.code() == absl::StatusCode::kUnavailable) return true;
  const auto error = BatchErrorOf(status);
  return error.has_value() && error->problem() == v1::BATCH_PROBLEM_BUSY;
}

ExitCode ExitCodeOf(const absl::Status& status) {
  AMANAH_CHECK(!status.ok());
  if (std::string(status.message()).find(kNeedsRules) != std::string::npos) {
    return ExitCode::kNeedsRules;
  }
  if (status.code() == absl::StatusCode::kDataLoss) return ExitCode::kRefused;
  if (!IsFromServer(status)) return ExitCode::kUsage;
  // A batch's last second or its author's quota is a decision, whatever the
  // code; that the ledger is busy or halted is none.
  if (const auto error = BatchErrorOf(status)) {
    const bool decided = error->problem() != v1::BATCH_PROBLEM_BUSY &&
                         error->problem() != v1::BATCH_PROBLEM_HALTED;
    return decided ? ExitCode::kRefused : ExitCode::kServer;
  }
  return IsDecision(status.code()) ? ExitCode::kRefused : ExitCode::kServer;
}

}  // namespace amanah::client
