// What a run says when it ends in an error.
#ifndef AMANAH_CLIENT_ERROR_H_
#define AMANAH_CLIENT_ERROR_H_

#include <nlohmann/json_fwd.hpp>

#include "absl/status/status.h"
#include "client/output.h"

namespace amanah::client {

// In words, to standard error; a fork in a frame. Requires: !status.ok().
void TellError(const absl::Status& status, Output* output);

// {"code": "DATA_LOSS", "message": ...}; with "from_server", "fork" and the
// batch's "problem" where it is one. Requires: !status.ok().
nlohmann::ordered_json ErrorJson(const absl::Status& status);

}  // namespace amanah::client

#endif  // AMANAH_CLIENT_ERROR_H_
