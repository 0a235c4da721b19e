// Posts a batch file.

#include <memory>

#include "client/app.h"
#include "client/batch_file.h"
#include "client/commands.h"
#include "client/posting.h"
#include "ledger/base/status.h"

namespace amanah::client {
namespace {

absl::StatusOr<ExitCode> Run(Context& context, const std::string& file) {
  AMANAH_ASSIGN_OR_RETURN(const v1::PostBatchRequest batch,
                          ReadBatchFile(file));
  AMANAH_ASSIGN_OR_RETURN(const OpenedBatch opened, OpenBatch(batch));
  if (std::holds_alternative<domain::LedgerOpened>(opened.statements[0].body)) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s opens a ledger: `amanahd init` records it", file));
  }
  return PostAndReport(context, batch);
}

}  // namespace

void AddPost(Command app, Context& context) {
  Command command = app.AddCommand(
      "post", "Post a signed batch file; posting it again adds nothing");
  auto file = std::make_shared<std::string>();
  command.AddOption("FILE", *file, "Batch file").Required();
  Teach(command, {{"after enough administrators signed",
                   "amanah post enrol-bank-jatim.batch"}});
  OnRun(command, context, [&context, file] { return Run(context, *file); });
}

}  // namespace amanah::client
