// One entry, and the entries of a program.
#include <variant>

#include "absl/strings/str_format.h"
#include "ledger/base/check.h"
#include "ledger/base/status.h"
#include "ledger/domain/identifier.h"
#include "ledger/store/index.h"
#include "server/limits.h"
#include "server/proof.h"
#include "server/query/answers.h"
#include "server/query/status_of.h"

namespace amanah::server {

absl::Status Answer(Reading* reading, const v1::GetEntryRequest& request,
                    v1::GetEntryResponse* response) {
  const uint64_t size = reading->ledger().entries().size();
  if (request.sequence() >= size) {
    return absl::NotFoundError(absl::StrFormat(
        "there is no entry %d: the ledger has %d", request.sequence(), size));
  }
  return ProveEntries(reading, {request.sequence()}, response->mutable_proof());
}

absl::Status Answer(Reading* reading, const v1::GetProgramRequest& request,
                    v1::GetProgramResponse* response) {
  const auto program = FindProgram(reading->state(), request.program());
  AMANAH_RETURN_IF_ERROR(reading->state()->status());
  if (!program.has_value()) {
    return absl::NotFoundError(absl::StrFormat(
        "there is no program %s", domain::Quoted(request.program())));
  }
  std::vector<uint64_t> versions;
  const std::string prefix = store::VersionIndexPrefix(*program);
  AMANAH_RETURN_IF_ERROR(reading->ledger().derived().ScanIndex(
      prefix, prefix, reading->limits().index_scan_max,
      [&](std::string_view key, std::string_view) {
        versions.push_back(store::SequenceOfIndexKey(key));
        return true;
      }));
  AMANAH_CHECK(!versions.empty());
  // The definition in force is the newest; its bytes are a message of the
  // protocol already.
  AMANAH_ASSIGN_OR_RETURN(const std::vector<RecordedEntry> newest,
                          reading->ReadEntries(std::span(&versions.back(), 1)));
  v1::Statement statement;
  if (!statement.ParseFromString(newest[0].entry.statement) ||
      !statement.has_program_defined()) {
    return absl::DataLossError(absl::StrFormat(
        "entry %d is no definition of a program", versions.back()));
  }
  *response->mutable_program() =
      std::move(*statement.mutable_program_defined());
  return ProveEntries(reading, FirstAndNewest(std::move(versions)),
                      response->mutable_proof());
}

}  // namespace amanah::server
