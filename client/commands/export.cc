// The whole log in a folder of C2SP tiles, from which anyone can audit it.

#include <memory>
#include <nlohmann/json.hpp>

#include "client/app.h"
#include "client/commands.h"
#include "client/queries/asking.h"
#include "client/remote_source.h"
#include "ledger/base/status.h"
#include "ledger/store/tile_folder.h"

namespace amanah::client {
namespace {

absl::StatusOr<ExitCode> Run(Context& context, const std::string& folder) {
  AMANAH_ASSIGN_OR_RETURN(const Asked asked, BeginAsking(context));
  AMANAH_ASSIGN_OR_RETURN(const v1::GetCheckpointResponse answer,
                          asked.remote->GetCheckpoint());
  AMANAH_ASSIGN_OR_RETURN(const log::Checkpoint checkpoint,
                          asked.verifier->OpenTip(answer.checkpoint()));
  const store::TileFolder have(folder);
  const RemoteSource source(asked.remote, answer.checkpoint(), checkpoint.size,
                            &have);
  Output& output = context.output();
  Progress progress(&output, "exporting", checkpoint.size);
  AMANAH_ASSIGN_OR_RETURN(
      const store::ExtendedFolder extended,
      store::ExtendTileFolder(folder, source, [&](uint64_t done, uint64_t) {
        progress.Set(done);
      }));
  output.Line(absl::StrFormat("%s holds %s entries, %s of them new", folder,
                              FormatCount(extended.size),
                              FormatCount(extended.size - extended.old_size)));
  MarkAs(&output, Standing::kProved,
         "that the entries are those of the ledger's checkpoint");
  output.Line(absl::StrFormat(
      "Whether it should have recorded them so: amanah audit %s", folder));
  output.Json({{"proved", CheckpointJson(checkpoint)},
               {"folder", folder},
               {"size_before", extended.old_size},
               {"files_written", extended.files_written}});
  return ExitCode::kDone;
}

}  // namespace

void AddExport(Command app, Context& context) {
  Command command = app.AddCommand(
      "export",
      "Copy the whole log to a folder of C2SP tiles; run again, it goes on "
      "where it ended and adds what is new");
  auto folder = std::make_shared<std::string>();
  command.AddOption("DIR", *folder, "The folder; made where there is none")
      .Required();
  Teach(command, {{"a copy to audit, and to keep", "amanah export mojokerto"}});
  OnRun(command, context, [&context, folder] { return Run(context, *folder); });
}

}  // namespace amanah::client
