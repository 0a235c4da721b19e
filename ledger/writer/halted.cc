#include "ledger/writer/halted.h"

#include "absl/strings/str_format.h"

namespace amanah::writer {

using judge::Problem;

judge::BatchError Halted(std::string_view why) {
  return {Problem::kHalted,
          absl::StrFormat("the ledger appends nothing: %s", why),
          {},
          {}};
}

judge::BatchError StorageFailed() {
  return {Problem::kHalted,
          "the ledger appends nothing: a write to its storage failed",
          {},
          {}};
}

}  // namespace amanah::writer
