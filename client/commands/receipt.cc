// Receipts: fetched and kept in a file, and verified without the ledger.

#include "ledger/judge/receipt.h"

#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>

#include "client/app.h"
#include "client/arguments.h"
#include "client/commands.h"
#include "client/queries/asking.h"
#include "client/queries/telling.h"
#include "ledger/base/status.h"
#include "ledger/domain/identifier.h"
#include "ledger/log/note.h"

namespace amanah::client {
namespace {

using nlohmann::ordered_json;

using Hashes = google::protobuf::RepeatedPtrField<std::string>;

absl::StatusOr<std::vector<crypto::Hash>> PathOf(const Hashes& hashes) {
  std::vector<crypto::Hash> path;
  for (const std::string& one : hashes) {
    const auto hash = crypto::HashFromBytes(AsBytes(one));
    if (!hash.has_value()) return NotSo("a path of the answer is no path");
    path.push_back(*hash);
  }
  return path;
}

absl::StatusOr<judge::EntryProof> ProofOf(const v1::ProvedEntry& entry) {
  judge::EntryProof proof;
  proof.sequence = entry.sequence();
  proof.bytes = entry.entry();
  AMANAH_ASSIGN_OR_RETURN(proof.inclusion_path, PathOf(entry.inclusion_path()));
  AMANAH_ASSIGN_OR_RETURN(proof.batch_path, PathOf(entry.batch_path()));
  return proof;
}

absl::StatusOr<uint64_t> SizeOf(std::string_view note) {
  AMANAH_ASSIGN_OR_RETURN(const log::Note parsed, log::ParseNote(note));
  AMANAH_ASSIGN_OR_RETURN(const log::Checkpoint checkpoint,
                          log::ParseCheckpointText(parsed.text));
  return checkpoint.size;
}

// The entries that give the checkpoint its key, where that was rotated. They
// come proved against the newest checkpoint, and are proved anew against the
// receipt's.
absl::Status AddCheckpointKeys(const Asked& asked,
                               std::map<uint64_t, judge::EntryProof>* keys,
                               uint64_t size) {
  AMANAH_ASSIGN_OR_RETURN(const v1::GetCheckpointResponse answer,
                          asked.remote->GetCheckpoint());
  for (const v1::ProvedEntry& one : answer.key_entries()) {
    if (one.sequence() >= size || keys->contains(one.sequence())) continue;
    AMANAH_ASSIGN_OR_RETURN(judge::EntryProof proof, ProofOf(one));
    v1::GetInclusionProofRequest request;
    request.set_sequence(one.sequence());
    request.set_size(size);
    AMANAH_ASSIGN_OR_RETURN(const v1::GetInclusionProofResponse inclusion,
                            asked.remote->GetInclusionProof(request));
    AMANAH_ASSIGN_OR_RETURN(proof.inclusion_path, PathOf(inclusion.path()));
    keys->emplace(proof.sequence, std::move(proof));
  }
  return absl::OkStatus();
}

absl::StatusOr<judge::Receipt> Fetch(const Asked& asked, uint64_t sequence) {
  v1::GetEntryRequest request;
  request.set_sequence(sequence);
  AMANAH_ASSIGN_OR_RETURN(const v1::GetEntryResponse answer,
                          asked.remote->GetEntry(request));
  const v1::Proof& proof = answer.proof();
  AMANAH_ASSIGN_OR_RETURN(const VerifiedProof verified,
                          asked.verifier->VerifyProof(proof));
  if (verified.items.size() != 1 || verified.items[0].sequence != sequence) {
    return NotSo(absl::StrFormat(
        "the server answers with another entry than entry %d", sequence));
  }
  if (!verified.items[0].content.has_value()) {
    return FromServer(absl::PermissionDeniedError(absl::StrFormat(
        "our role may not read entry %d, so there is no receipt of it for us",
        sequence)));
  }
  judge::Receipt receipt;
  AMANAH_ASSIGN_OR_RETURN(receipt.entry, ProofOf(proof.entries(0)));
  receipt.checkpoint = proof.checkpoint();
  std::map<uint64_t, judge::EntryProof> keys;
  for (const v1::ProvedEntry& one : proof.key_entries()) {
    AMANAH_ASSIGN_OR_RETURN(judge::EntryProof key, ProofOf(one));
    keys.emplace(key.sequence, std::move(key));
  }
  AMANAH_ASSIGN_OR_RETURN(const uint64_t size, SizeOf(receipt.checkpoint));
  AMANAH_RETURN_IF_ERROR(AddCheckpointKeys(asked, &keys, size));
  for (auto& [number, key] : keys) {
    receipt.key_entries.push_back(std::move(key));
  }
  if (receipt.key_entries.size() > judge::kReceiptKeyEntriesMax) {
    return NotSo("the server gives more key entries than a receipt may hold");
  }
  return receipt;
}

struct GetOptions {
  std::optional<uint64_t> sequence;
  std::string reference;
  std::string author;
  std::string out;
};

absl::StatusOr<uint64_t> SequenceOf(Context& context, const Asked& asked,
                                    const GetOptions& options) {
  if (options.sequence.has_value()) return *options.sequence;
  v1::LookupReferencesRequest request;
  AMANAH_ASSIGN_OR_RETURN(const Profile* const profile, context.profile());
  request.set_author(options.author.empty() ? profile->authority
                                            : options.author);
  request.add_references(options.reference);
  AMANAH_ASSIGN_OR_RETURN(const v1::LookupReferencesResponse answer,
                          asked.remote->LookupReferences(request));
  AMANAH_RETURN_IF_ERROR(asked.verifier->OpenTip(answer.checkpoint()).status());
  if (answer.statuses_size() != 1) {
    return NotSo("one reference was asked for, and another number answered");
  }
  if (!answer.statuses(0).has_sequence()) {
    return FromServer(absl::NotFoundError(absl::StrFormat(
        "nothing is recorded under reference %s", options.reference)));
  }
  return answer.statuses(0).sequence();
}

// The entry that the server names must be the one of this reference.
absl::Status CheckReference(Context& context, const GetOptions& options,
                            const judge::VerifiedEntry& entry) {
  if (options.sequence.has_value()) return absl::OkStatus();
  AMANAH_ASSIGN_OR_RETURN(const Profile* const profile, context.profile());
  const std::string& author =
      options.author.empty() ? profile->authority : options.author;
  if (entry.statement.reference == options.reference &&
      (author.empty() || entry.author == author)) {
    return absl::OkStatus();
  }
  return NotSo(absl::StrFormat(
      "entry %d, which the server names, is that of another reference",
      entry.entry.sequence));
}

VerifiedProof::Item ItemOf(const judge::VerifiedReceipt& receipt) {
  return {receipt.entry.entry.sequence, receipt.entry.hash, receipt.entry};
}

absl::StatusOr<ExitCode> RunGet(Context& context, const GetOptions& options) {
  if (options.sequence.has_value() == !options.reference.empty()) {
    return absl::InvalidArgumentError(
        "give the entry's sequence, or --reference");
  }
  if (!options.reference.empty() && !domain::IsIdentifier(options.reference)) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s is no reference", domain::Quoted(options.reference)));
  }
  AMANAH_ASSIGN_OR_RETURN(const judge::LedgerId ledger, context.ledger());
  AMANAH_ASSIGN_OR_RETURN(const Asked asked, BeginAsking(context));
  AMANAH_ASSIGN_OR_RETURN(const uint64_t sequence,
                          SequenceOf(context, asked, options));
  AMANAH_ASSIGN_OR_RETURN(const judge::Receipt receipt, Fetch(asked, sequence));
  const std::string text = judge::FormatReceipt(receipt);
  // As whoever gets the file will do.
  const auto verified = judge::VerifyReceipt(ledger, text);
  if (!verified.ok()) return NotSo(std::string(verified.status().message()));
  AMANAH_RETURN_IF_ERROR(CheckReference(context, options, verified->entry));
  AMANAH_RETURN_IF_ERROR(WriteNewFile(options.out, text, false));
  Output& output = context.output();
  const VerifiedProof::Item item = ItemOf(*verified);
  TellEntry(&output, item);
  MarkAs(&output, Standing::kProved,
         absl::StrFormat("this, by the receipt in %s; without the ledger: "
                         "amanah receipt verify %s",
                         options.out, options.out));
  output.Json({{"proved", EntryJson(item)}, {"file", options.out}});
  return ExitCode::kDone;
}

struct Verdict {
  std::string file;
  absl::StatusOr<judge::VerifiedReceipt> receipt;
};

// A receipt's checkpoint shows that the log forked when we saw another of its
// size. `text`: the receipt.
absl::Status CompareWithSeen(const KeptState& kept,
                             const std::optional<SeenCheckpoint>& seen,
                             const log::Checkpoint& checkpoint,
                             std::string_view text) {
  if (!seen.has_value() || seen->checkpoint.size != checkpoint.size ||
      seen->checkpoint.root == checkpoint.root) {
    return absl::OkStatus();
  }
  return ReportFork(kept,
                    absl::StrFormat("the ledger forked: it signed two roots "
                                    "for %d entries, one of them in a receipt",
                                    checkpoint.size),
                    seen->note, text);
}

bool IsCompared(const std::optional<SeenCheckpoint>& seen,
                const log::Checkpoint& checkpoint) {
  return seen.has_value() && seen->checkpoint.size == checkpoint.size;
}

std::string ComparisonText(const std::optional<SeenCheckpoint>& seen,
                           const log::Checkpoint& checkpoint) {
  if (!seen.has_value()) {
    return "not compared with a checkpoint that we saw: we saw none of it";
  }
  if (IsCompared(seen, checkpoint)) return "the checkpoint that we saw, too";
  return absl::StrFormat(
      "not compared with the checkpoint that we saw, which is of %s entries",
      FormatCount(seen->checkpoint.size));
}

void TellVerdict(Output* output, const Verdict& verdict,
                 const std::optional<SeenCheckpoint>& seen) {
  if (!verdict.receipt.ok()) {
    output->Line(absl::StrFormat(
        "%s: %s: %s", verdict.file, output->Toned(Tone::kBad, "NOT PROVED"),
        std::string(verdict.receipt.status().message())));
    return;
  }
  const log::Checkpoint& checkpoint = verdict.receipt->checkpoint;
  output->Line(absl::StrFormat("%s:", verdict.file));
  TellEntry(output, ItemOf(*verdict.receipt));
  output->Line(absl::StrFormat("  in %s", CheckpointText(checkpoint)));
  output->Line("  " + ComparisonText(seen, checkpoint));
  MarkAs(output, Standing::kProved,
         verdict.receipt->provisional
             ? "provisionally: no witness was heard that all see this log"
             : "the entry, its author's seal and its place in the log");
}

ordered_json VerdictJson(const Verdict& verdict,
                         const std::optional<SeenCheckpoint>& seen) {
  ordered_json json{{"file", verdict.file}};
  if (!verdict.receipt.ok()) {
    json["problem"] = std::string(verdict.receipt.status().message());
    return json;
  }
  json["proved"] = EntryJson(ItemOf(*verdict.receipt));
  json["checkpoint"] = CheckpointJson(verdict.receipt->checkpoint);
  json["seen"] = nullptr;
  if (seen.has_value()) json["seen"] = CheckpointJson(seen->checkpoint);
  json["compared_with_seen"] = IsCompared(seen, verdict.receipt->checkpoint);
  json["provisional"] = verdict.receipt->provisional;
  return json;
}

absl::StatusOr<ExitCode> RunVerify(Context& context,
                                   const std::vector<std::string>& files) {
  AMANAH_ASSIGN_OR_RETURN(const judge::LedgerId ledger, context.ledger());
  // Where no state is kept, nothing was seen.
  const auto folder = context.state_folder();
  const KeptState kept(folder.ok() ? *folder : std::filesystem::path(),
                       ledger.origin);
  std::optional<SeenCheckpoint> seen;
  if (folder.ok()) {
    AMANAH_ASSIGN_OR_RETURN(seen, kept.ReadCheckpoint());
  }
  ordered_json all = ordered_json::array();
  bool good = true;
  for (const std::string& file : files) {
    AMANAH_ASSIGN_OR_RETURN(const std::string text, ReadText(file));
    const Verdict verdict{file, judge::VerifyReceipt(ledger, text)};
    good = good && verdict.receipt.ok();
    if (verdict.receipt.ok()) {
      AMANAH_RETURN_IF_ERROR(
          CompareWithSeen(kept, seen, verdict.receipt->checkpoint, text));
    }
    TellVerdict(&context.output(), verdict, seen);
    all.push_back(VerdictJson(verdict, seen));
  }
  context.output().Json(all);
  return good ? ExitCode::kDone : ExitCode::kRefused;
}

void AddReceiptGet(Command receipt, Context& context) {
  Command command = receipt.AddCommand(
      "get", "Keep an entry and all that proves it in one file");
  auto options = std::make_shared<GetOptions>();
  command.AddOption("SEQUENCE", options->sequence, "The entry's place");
  command.AddOption("--reference", options->reference,
                    "The author's reference, instead of the place");
  command.AddOption("--author", options->author,
                    "Whose reference; else the profile's authority");
  command.AddOption("-o,--out", options->out, "File to write").Required();
  Teach(command, {{"of the opening of the ledger",
                   "amanah receipt get 0 --out entry-0.tlog-proof"},
                  {"of a payment of ours",
                   "amanah receipt get --reference pay/D-1/credited --out "
                   "D-1.tlog-proof"}});
  OnRun(command, context,
        [&context, options] { return RunGet(context, *options); });
}

void AddReceiptVerify(Command receipt, Context& context) {
  Command command = receipt.AddCommand(
      "verify",
      "Verify receipts without the ledger; origin and genesis are enough");
  auto files = std::make_shared<std::vector<std::string>>();
  command.AddOption("FILE", *files, "Receipts").Required();
  Teach(command, {{"what somebody was given",
                   "amanah receipt verify entry-0.tlog-proof"}});
  OnRun(command, context,
        [&context, files] { return RunVerify(context, *files); });
}

}  // namespace

void AddReceipt(Command app, Context& context) {
  Command receipt = app.AddGroup(
      "receipt", "Entries and their proofs in files, to keep and to hand on");
  AddReceiptGet(receipt, context);
  AddReceiptVerify(receipt, context);
}

}  // namespace amanah::client
