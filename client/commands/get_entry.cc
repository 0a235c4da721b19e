// One entry, by its place or by its author's reference.

#include <memory>
#include <nlohmann/json.hpp>

#include "client/commands/get.h"
#include "client/describe.h"
#include "client/queries/asking.h"
#include "client/queries/telling.h"
#include "ledger/base/status.h"
#include "ledger/domain/identifier.h"
#include "ledger/log/merkle.h"

namespace amanah::client {
namespace {

using nlohmann::ordered_json;

void TellItem(Context& context, const VerifiedProof::Item& item) {
  Output& output = context.output();
  TellEntryInFull(&output, item);
  MarkAs(&output, Standing::kProved,
         item.content.has_value()
             ? "the entry, its author's seal and its place in the log"
             : "that the log has an entry of this hash there");
  output.Line(
      absl::StrFormat("To keep: amanah receipt get %d --out "
                      "entry-%d.tlog-proof",
                      item.sequence, item.sequence));
}

absl::StatusOr<ExitCode> RunEntry(Context& context, uint64_t sequence) {
  AMANAH_ASSIGN_OR_RETURN(const Asked asked, BeginAsking(context));
  AMANAH_ASSIGN_OR_RETURN(const VerifiedProof::Item item,
                          asked.verifier->FetchEntry(sequence));
  TellItem(context, item);
  context.output().Json({{"proved", EntryJson(item)}});
  return ExitCode::kDone;
}

struct ReferenceOptions {
  std::string reference;
  std::string author;
};

// Nothing recorded, and so nothing said of an entry.
absl::Status CheckNothing(const v1::ReferenceStatus& status) {
  if (!status.has_outcome() && status.statement_hash().empty() &&
      status.entry_hash().empty()) {
    return absl::OkStatus();
  }
  return NotSo("the server tells of an entry and names none");
}

absl::Status CompareReference(const v1::ReferenceStatus& status,
                              const VerifiedProof::Item& item,
                              const std::string& author,
                              const std::string& reference) {
  if (!item.content.has_value()) {
    return NotSo(absl::StrFormat(
        "the server names entry %d and does not show it", item.sequence));
  }
  const judge::VerifiedEntry& content = *item.content;
  if (content.statement.reference != reference ||
      (!author.empty() && content.author != author)) {
    return NotSo(absl::StrFormat(
        "entry %d, which the server names, is that of another reference or "
        "author",
        item.sequence));
  }
  const auto outcome = OutcomeOf(status.outcome());
  const crypto::Hash statement =
      log::LeafHash(AsBytes(content.entry.statement));
  if (!outcome.ok() || *outcome != content.entry.outcome ||
      status.entry_hash() != AsText(item.hash.view()) ||
      status.statement_hash() != AsText(statement.view())) {
    return NotSo(absl::StrFormat(
        "the server says of entry %d what its bytes disprove", item.sequence));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> AuthorFor(Context& context,
                                      const std::string& author) {
  if (!author.empty()) return author;
  AMANAH_ASSIGN_OR_RETURN(const Profile* const profile, context.profile());
  return profile->authority;
}

absl::StatusOr<ExitCode> RunReference(Context& context,
                                      const ReferenceOptions& options) {
  if (!domain::IsIdentifier(options.reference)) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s is no reference", domain::Quoted(options.reference)));
  }
  AMANAH_ASSIGN_OR_RETURN(const std::string author,
                          AuthorFor(context, options.author));
  AMANAH_ASSIGN_OR_RETURN(const Asked asked, BeginAsking(context));
  v1::LookupReferencesRequest request;
  request.set_author(author);
  request.add_references(options.reference);
  AMANAH_ASSIGN_OR_RETURN(const v1::LookupReferencesResponse answer,
                          asked.remote->LookupReferences(request));
  AMANAH_RETURN_IF_ERROR(asked.verifier->OpenTip(answer.checkpoint()).status());
  if (answer.statuses_size() != 1) {
    return NotSo(absl::StrFormat("one reference was asked for, and %d answered",
                                 answer.statuses_size()));
  }
  const v1::ReferenceStatus& status = answer.statuses(0);
  Output& output = context.output();
  if (!status.has_sequence()) {
    AMANAH_RETURN_IF_ERROR(CheckNothing(status));
    MarkAs(&output, Standing::kStated,
           absl::StrFormat("nothing is recorded under %s", options.reference));
    output.Json({{"stated", {{"recorded", false}}}});
    return ExitCode::kRefused;
  }
  AMANAH_ASSIGN_OR_RETURN(const VerifiedProof::Item item,
                          asked.verifier->FetchEntry(status.sequence()));
  AMANAH_RETURN_IF_ERROR(
      CompareReference(status, item, author, options.reference));
  TellItem(context, item);
  output.Json({{"proved", EntryJson(item)}});
  return ExitCode::kDone;
}

}  // namespace

void AddGetEntry(Command get, Context& context) {
  Command command = get.AddCommand("entry", "One entry of the ledger, proved");
  auto sequence = std::make_shared<uint64_t>(0);
  command.AddOption("SEQUENCE", *sequence, "Its place in the log, from 0")
      .Required();
  Teach(command, {{"the opening of the ledger", "amanah get entry 0"}});
  OnRun(command, context,
        [&context, sequence] { return RunEntry(context, *sequence); });
}

void AddGetReference(Command get, Context& context) {
  Command command = get.AddCommand(
      "reference",
      "What is recorded under an author's reference; exit code 1 when nothing "
      "is");
  auto options = std::make_shared<ReferenceOptions>();
  command.AddOption("REFERENCE", options->reference, "The reference")
      .Required();
  command.AddOption("--author", options->author,
                    "Whose reference; else the profile's authority");
  Teach(command,
        {{"a statement of ours", "amanah get reference pay/D-1/credited"},
         {"one of another's, for those who may read all",
          "amanah get reference pay/D-1/credited --author bank-jatim"}});
  OnRun(command, context,
        [&context, options] { return RunReference(context, *options); });
}

}  // namespace amanah::client
