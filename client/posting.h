// What happens to a sealed batch: it is posted, its answer is verified, and the
// outcomes are told in words.
#ifndef AMANAH_CLIENT_POSTING_H_
#define AMANAH_CLIENT_POSTING_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "client/app.h"
#include "ledger/domain/statement.h"

namespace amanah::client {

// kRefused when a statement was refused. DATA_LOSS: the answer does not prove
// what it says. Errors as Remote::PostBatch.
absl::StatusOr<ExitCode> PostAndReport(Context& context,
                                       const v1::PostBatchRequest& batch);

// What one authority says of its own: statements under the profile's salt key,
// sealed with its signing key, posted and reported. Each with its reference.
absl::StatusOr<ExitCode> SayAndReport(
    Context& context,
    const std::vector<std::pair<std::string, domain::Body>>& statements);

}  // namespace amanah::client

#endif  // AMANAH_CLIENT_POSTING_H_
