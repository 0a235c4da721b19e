#include <cstdio>
#include <iterator>
#include <utility>

#include "absl/strings/str_format.h"
#include "amanah/v1/posting.pb.h"
#include "ledger/base/base64.h"
#include "ledger/base/status.h"
#include "ledger/writer/ledger.h"
#include "server/commands.h"

namespace amanah::server {
namespace {

absl::StatusOr<judge::SubmittedBatch> ReadBatch(
    const std::filesystem::path& file) {
  AMANAH_ASSIGN_OR_RETURN(const std::string bytes, ReadText(file));
  v1::PostBatchRequest request;
  if (!request.ParseFromString(bytes)) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s is no batch file", file.string()));
  }
  judge::SubmittedBatch batch;
  batch.seal = request.seal();
  batch.statements.assign(request.statements().begin(),
                          request.statements().end());
  return batch;
}

}  // namespace

absl::Status RunInit(const Config& config, const std::filesystem::path& opening,
                     const PassphraseSource& passphrase) {
  AMANAH_ASSIGN_OR_RETURN(judge::SubmittedBatch batch, ReadBatch(opening));
  AMANAH_ASSIGN_OR_RETURN(
      writer::LedgerKeys keys,
      ReadLedgerKeys(config.checkpoint_keys, config.statement_keys,
                     PassphraseFrom(passphrase)));
  AMANAH_RETURN_IF_ERROR(
      writer::Ledger::Create(config.data, std::move(batch), keys));
  // Opened once, so that what is printed is what will be served.
  AMANAH_ASSIGN_OR_RETURN(const std::unique_ptr<writer::Ledger> ledger,
                          writer::Ledger::Open(config.data, std::move(keys)));
  std::printf("origin   %s\ngenesis  %s\n", ledger->id().origin.c_str(),
              EncodeBase64(ledger->id().genesis.view()).c_str());
  return ledger->Stop();
}

}  // namespace amanah::server
