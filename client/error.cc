#include "client/error.h"

#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/str_format.h"
#include "client/describe.h"
#include "client/exit.h"
#include "client/remote.h"
#include "client/verify.h"

namespace amanah::client {

void TellError(const absl::Status& status, Output* output) {
  const std::string message(status.message());
  if (IsFork(status)) {
    output->Alarm({"DO NOT TRUST THIS LEDGER", message,
                   "Show the file to the other parties of the ledger."});
    return;
  }
  if (const auto error = BatchErrorOf(status)) {
    output->Error(DescribeBatchError(*error));
    return;
  }
  output->Error(IsFromServer(status)
                    ? absl::StrFormat("from the server: %s", message)
                    : message);
}

nlohmann::ordered_json ErrorJson(const absl::Status& status) {
  nlohmann::ordered_json json = {
      {"code", absl::StatusCodeToString(status.code())},
      {"message", std::string(status.message())}};
  if (IsFromServer(status)) json["from_server"] = true;
  if (IsFork(status)) json["fork"] = true;
  const auto error = BatchErrorOf(status);
  // Of a later server's problem only its words are known.
  if (error.has_value() && v1::BatchProblem_IsValid(error->problem())) {
    json["problem"] = v1::BatchProblem_Name(error->problem());
  }
  return json;
}

}  // namespace amanah::client
