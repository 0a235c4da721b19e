// Proofs of inclusion and of consistency, fetched, verified and shown.

#include <memory>
#include <nlohmann/json.hpp>

#include "client/app.h"
#include "client/arguments.h"
#include "client/commands.h"
#include "client/queries/asking.h"
#include "ledger/base/base64.h"
#include "ledger/base/status.h"
#include "ledger/base/text.h"
#include "ledger/log/proof.h"

namespace amanah::client {
namespace {

using nlohmann::ordered_json;
using Path = std::vector<crypto::Hash>;

absl::StatusOr<Path> PathOf(
    const google::protobuf::RepeatedPtrField<std::string>& hashes) {
  Path path;
  for (const std::string& one : hashes) {
    const auto hash = crypto::HashFromBytes(AsBytes(one));
    if (!hash.has_value()) {
      return NotSo(absl::StrFormat("a path holds %d bytes for a hash of 32",
                                   one.size()));
    }
    path.push_back(*hash);
  }
  return path;
}

// An answer that does not hold is a check that failed.
absl::Status AsNotSo(const absl::Status& status) {
  return status.ok() ? status : NotSo(std::string(status.message()));
}

absl::StatusOr<Path> FetchConsistency(const Asked& asked, uint64_t old_size,
                                      uint64_t new_size) {
  v1::GetConsistencyProofRequest request;
  request.set_old_size(old_size);
  request.set_new_size(new_size);
  AMANAH_ASSIGN_OR_RETURN(const v1::GetConsistencyProofResponse answer,
                          asked.remote->GetConsistencyProof(request));
  AMANAH_RETURN_IF_ERROR(asked.verifier->OpenTip(answer.checkpoint()).status());
  return PathOf(answer.path());
}

struct ProvedLeaf {
  crypto::Hash hash;
  Path path;
  log::Checkpoint tree;  // that the path leads to
};

// A leaf in the tree of `size` entries (0: the newest checkpoint's). The root
// of a tree that no checkpoint at hand signs is proved to be part of the newest
// one: a prefix of it has one root only.
absl::StatusOr<ProvedLeaf> ProveLeaf(const Asked& asked, uint64_t sequence,
                                     uint64_t size) {
  v1::GetInclusionProofRequest request;
  request.set_sequence(sequence);
  request.set_size(size);
  AMANAH_ASSIGN_OR_RETURN(const v1::GetInclusionProofResponse answer,
                          asked.remote->GetInclusionProof(request));
  AMANAH_ASSIGN_OR_RETURN(const log::Checkpoint tip,
                          asked.verifier->OpenTip(answer.checkpoint()));
  ProvedLeaf leaf;
  const auto hash = crypto::HashFromBytes(AsBytes(answer.entry_hash()));
  if (!hash.has_value()) return NotSo("the server gives no hash of the entry");
  leaf.hash = *hash;
  AMANAH_ASSIGN_OR_RETURN(leaf.path, PathOf(answer.path()));
  leaf.tree = tip;
  if (size == 0 || size == tip.size) {
    AMANAH_RETURN_IF_ERROR(AsNotSo(log::CheckInclusion(
        sequence, tip.size, leaf.hash, leaf.path, tip.root)));
    return leaf;
  }
  leaf.tree.size = size;
  const auto root =
      log::RootFromInclusion(sequence, size, leaf.hash, leaf.path);
  if (!root.ok()) return AsNotSo(root.status());
  leaf.tree.root = *root;
  AMANAH_ASSIGN_OR_RETURN(const Path path,
                          FetchConsistency(asked, size, tip.size));
  AMANAH_RETURN_IF_ERROR(AsNotSo(
      log::CheckConsistency(size, tip.size, path, leaf.tree.root, tip.root)));
  return leaf;
}

ordered_json PathJson(const Path& path) {
  ordered_json json = ordered_json::array();
  for (const crypto::Hash& one : path) json.push_back(EncodeBase64(one.view()));
  return json;
}

void TellPath(Output* output, const Path& path) {
  output->Line(absl::StrFormat("Path of %d hashes:", path.size()));
  for (const crypto::Hash& one : path) {
    output->Line("  " + EncodeBase64(one.view()));
  }
}

struct InclusionOptions {
  uint64_t sequence = 0;
  uint64_t size = 0;
};

absl::StatusOr<ExitCode> RunInclusion(Context& context,
                                      const InclusionOptions& options) {
  AMANAH_ASSIGN_OR_RETURN(const Asked asked, BeginAsking(context));
  AMANAH_ASSIGN_OR_RETURN(const ProvedLeaf leaf,
                          ProveLeaf(asked, options.sequence, options.size));
  Output& output = context.output();
  output.Line(absl::StrFormat("Entry %d has the hash %s", options.sequence,
                              EncodeBase64(leaf.hash.view())));
  output.Line(absl::StrFormat("and stands in the tree of %s entries, root %s",
                              FormatCount(leaf.tree.size),
                              EncodeBase64(leaf.tree.root.view())));
  TellPath(&output, leaf.path);
  MarkAs(&output, Standing::kProved,
         "that the log has this hash at this place");
  output.Json({{"proved",
                {{"sequence", options.sequence},
                 {"entry_hash", EncodeBase64(leaf.hash.view())},
                 {"tree", CheckpointJson(leaf.tree)},
                 {"path", PathJson(leaf.path)}}}});
  return ExitCode::kDone;
}

struct ConsistencyOptions {
  std::string old_size;  // or a file that holds a note
  uint64_t new_size = 0;
};

// The older tree: that of a note that the user kept, or of a size.
absl::StatusOr<log::Checkpoint> OldTree(const Asked& asked,
                                        const std::string& text) {
  if (const auto size = ParseDecimal(text); size.has_value()) {
    if (*size == 0) {
      return absl::InvalidArgumentError("a log of 0 entries proves nothing");
    }
    AMANAH_ASSIGN_OR_RETURN(const ProvedLeaf leaf,
                            ProveLeaf(asked, *size - 1, *size));
    return leaf.tree;
  }
  AMANAH_ASSIGN_OR_RETURN(const std::string note, ReadText(text));
  return asked.verifier->OpenNote(note);
}

absl::StatusOr<log::Checkpoint> NewTree(const Asked& asked, uint64_t size) {
  if (size == 0) {
    AMANAH_ASSIGN_OR_RETURN(const v1::GetCheckpointResponse answer,
                            asked.remote->GetCheckpoint());
    return asked.verifier->OpenTip(answer.checkpoint());
  }
  AMANAH_ASSIGN_OR_RETURN(const ProvedLeaf leaf,
                          ProveLeaf(asked, size - 1, size));
  return leaf.tree;
}

absl::StatusOr<ExitCode> RunConsistency(Context& context,
                                        const ConsistencyOptions& options) {
  AMANAH_ASSIGN_OR_RETURN(const Asked asked, BeginAsking(context));
  AMANAH_ASSIGN_OR_RETURN(const log::Checkpoint older,
                          OldTree(asked, options.old_size));
  AMANAH_ASSIGN_OR_RETURN(const log::Checkpoint newer,
                          NewTree(asked, options.new_size));
  if (newer.size < older.size) {
    return NotSo(
        absl::StrFormat("the newer log has %d entries, and the older one %d",
                        newer.size, older.size));
  }
  AMANAH_ASSIGN_OR_RETURN(const Path path,
                          FetchConsistency(asked, older.size, newer.size));
  AMANAH_RETURN_IF_ERROR(AsNotSo(log::CheckConsistency(
      older.size, newer.size, path, older.root, newer.root)));
  Output& output = context.output();
  output.Line(absl::StrFormat("The log of %s entries, root %s",
                              FormatCount(newer.size),
                              EncodeBase64(newer.root.view())));
  output.Line(absl::StrFormat("begins with that of %s entries, root %s",
                              FormatCount(older.size),
                              EncodeBase64(older.root.view())));
  TellPath(&output, path);
  MarkAs(&output, Standing::kProved, "that no entry of the older was changed");
  output.Json({{"proved",
                {{"old", CheckpointJson(older)},
                 {"new", CheckpointJson(newer)},
                 {"path", PathJson(path)}}}});
  return ExitCode::kDone;
}

void AddInclusion(Command prove, Context& context) {
  Command command = prove.AddCommand(
      "inclusion", "That the log has an entry of some hash at a place");
  auto options = std::make_shared<InclusionOptions>();
  command.AddOption("SEQUENCE", options->sequence, "The entry's place")
      .Required();
  command.AddOption("--size", options->size,
                    "In the log as it was at this size; else as it is now");
  Teach(command, {{"entry 0 in the log of today", "amanah prove inclusion 0"},
                  {"in the log when it had one entry",
                   "amanah prove inclusion 0 --size 1"}});
  OnRun(command, context,
        [&context, options] { return RunInclusion(context, *options); });
}

void AddConsistency(Command prove, Context& context) {
  Command command = prove.AddCommand(
      "consistency", "That the log only grew from one size to another");
  auto options = std::make_shared<ConsistencyOptions>();
  command
      .AddOption("OLD", options->old_size,
                 "The smaller size, or a file that holds a checkpoint")
      .Required();
  command.AddOption("NEW", options->new_size,
                    "The larger size; else as it is now");
  Teach(command, {{"since it had one entry", "amanah prove consistency 1"},
                  {"between two sizes", "amanah prove consistency 1 2"}});
  OnRun(command, context,
        [&context, options] { return RunConsistency(context, *options); });
}

}  // namespace

void AddProve(Command app, Context& context) {
  Command prove =
      app.AddGroup("prove", "Proofs about the log, verified and shown");
  AddInclusion(prove, context);
  AddConsistency(prove, context);
}

}  // namespace amanah::client
