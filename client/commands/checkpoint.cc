// The ledger's newest checkpoint, checked against the last one that was seen.

#include <memory>
#include <nlohmann/json.hpp>

#include "client/app.h"
#include "client/commands.h"
#include "client/error.h"
#include "client/queries/asking.h"
#include "ledger/base/base64.h"
#include "ledger/base/status.h"

namespace amanah::client {
namespace {

struct Options {
  bool watch = false;
  uint64_t count = 0;
};

void Tell(Output* output, const log::Checkpoint& checkpoint,
          const std::string& note) {
  output->Line(note);
  MarkAs(output, Standing::kProved,
         "the ledger's signature, and that this log continues the one seen "
         "before");
  output->Json({{"proved", CheckpointJson(checkpoint)}, {"checkpoint", note}});
}

// One line a checkpoint, as they come.
absl::Status Watch(Context& context, const Asked& asked, uint64_t larger_than,
                   uint64_t count) {
  v1::WatchCheckpointsRequest request;
  request.set_larger_than(larger_than);
  Output& output = context.output();
  uint64_t shown = 1;
  const absl::Status ended = asked.remote->WatchCheckpoints(
      request, [&](const v1::WatchCheckpointsResponse& answer) -> absl::Status {
        AMANAH_ASSIGN_OR_RETURN(const log::Checkpoint checkpoint,
                                asked.verifier->OpenTip(answer.checkpoint()));
        if (checkpoint.size <= larger_than) {
          return NotSo(absl::StrFormat(
              "the server tells of a checkpoint of %d entries after %d",
              checkpoint.size, larger_than));
        }
        larger_than = checkpoint.size;
        output.Line(absl::StrFormat("%d %s", checkpoint.size,
                                    EncodeBase64(checkpoint.root.view())));
        output.Json({{"proved", CheckpointJson(checkpoint)},
                     {"checkpoint", answer.checkpoint()}});
        output.out().flush();
        ++shown;
        return count != 0 && shown >= count ? absl::CancelledError()
                                            : absl::OkStatus();
      });
  const bool enough = count != 0 && shown >= count;
  return enough && absl::IsCancelled(ended) ? absl::OkStatus() : ended;
}

absl::StatusOr<ExitCode> Run(Context& context, const Options& options) {
  AMANAH_ASSIGN_OR_RETURN(const Asked asked, BeginAsking(context));
  AMANAH_ASSIGN_OR_RETURN(const v1::GetCheckpointResponse answer,
                          asked.remote->GetCheckpoint());
  AMANAH_ASSIGN_OR_RETURN(const log::Checkpoint checkpoint,
                          asked.verifier->OpenTip(answer.checkpoint()));
  Tell(&context.output(), checkpoint, answer.checkpoint());
  context.output().out().flush();
  if (options.watch && options.count != 1) {
    const absl::Status watched =
        Watch(context, asked, checkpoint.size, options.count);
    if (!watched.ok()) context.output().Json({{"error", ErrorJson(watched)}});
    AMANAH_RETURN_IF_ERROR(watched);
  }
  return ExitCode::kDone;
}

}  // namespace

void AddCheckpoint(Command app, Context& context) {
  Command command = app.AddCommand(
      "checkpoint",
      "The ledger's newest checkpoint, and whether it continues the last one "
      "that we saw");
  auto options = std::make_shared<Options>();
  command.AddFlag("--watch", options->watch,
                  "Go on: a line for each later one, until interrupted");
  command.AddOption("--count", options->count,
                    "With --watch: end after this many");
  Teach(command, {{"note the state of the ledger today", "amanah checkpoint"},
                  {"follow it", "amanah checkpoint --watch --count 1"}});
  OnRun(command, context,
        [&context, options] { return Run(context, *options); });
}

}  // namespace amanah::client
