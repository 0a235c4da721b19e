// What is recorded under references: how an import finds out what is left to
// post.
#include <algorithm>
#include <map>

#include "absl/strings/str_format.h"
#include "ledger/base/status.h"
#include "ledger/domain/book.h"
#include "ledger/domain/identifier.h"
#include "ledger/log/merkle.h"
#include "server/access.h"
#include "server/convert.h"
#include "server/limits.h"
#include "server/query/answers.h"

namespace amanah::server {
namespace {

using domain::ReferenceRow;

absl::Status CheckReferences(const v1::LookupReferencesRequest& request) {
  const int count = request.references_size();
  if (count < 1 || count > kReferencesMax) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "1 to %d references may be asked for, not %d", kReferencesMax, count));
  }
  for (const std::string& reference : request.references()) {
    if (!domain::IsIdentifier(reference)) {
      return absl::InvalidArgumentError(
          absl::StrFormat("%s is no reference", domain::Quoted(reference)));
    }
  }
  return absl::OkStatus();
}

// Whose references these are.
absl::StatusOr<std::string> AuthorOf(
    Reading* reading, const v1::LookupReferencesRequest& request) {
  const Caller& caller = reading->caller();
  const std::string author =
      request.author().empty() ? caller.authority.name : request.author();
  if (author.empty()) {
    return absl::InvalidArgumentError(
        "author is needed from a caller without a certificate");
  }
  const auto found = domain::FindAuthor(reading->state(), author);
  AMANAH_RETURN_IF_ERROR(reading->state()->status());
  const Access access(&caller, reading->state());
  const bool own = found.has_value() && !found->administrators() &&
                   access.IsOwn(found->ordinal);
  if (!own && !caller.ReadsAll()) {
    return absl::PermissionDeniedError(
        "references of others are for auditors and administrators");
  }
  if (!found.has_value()) {
    return absl::NotFoundError(
        absl::StrFormat("there is no authority %s", domain::Quoted(author)));
  }
  return author;
}

void Fill(const RecordedEntry& entry, v1::ReferenceStatus* out) {
  out->set_sequence(entry.sequence);
  ToProto(entry.entry.outcome, out->mutable_outcome());
  out->set_statement_hash(
      BytesOf(log::LeafHash(AsBytes(entry.entry.statement))));
  out->set_entry_hash(BytesOf(log::LeafHash(AsBytes(entry.bytes))));
}

}  // namespace

absl::Status Answer(Reading* reading,
                    const v1::LookupReferencesRequest& request,
                    v1::LookupReferencesResponse* response) {
  AMANAH_RETURN_IF_ERROR(CheckReferences(request));
  AMANAH_ASSIGN_OR_RETURN(const std::string author, AuthorOf(reading, request));
  std::vector<domain::StateKey> keys;
  for (const std::string& reference : request.references()) {
    keys.push_back(domain::NameKey(ReferenceRow::kTable, author, reference));
  }
  reading->state()->Prefetch(keys);
  std::vector<std::optional<ReferenceRow>> rows;
  std::vector<uint64_t> sequences;
  for (const domain::StateKey& key : keys) {
    rows.push_back(domain::LoadRow<ReferenceRow>(reading->state(), key));
    if (rows.back().has_value()) sequences.push_back(rows.back()->sequence);
  }
  AMANAH_RETURN_IF_ERROR(reading->state()->status());
  std::sort(sequences.begin(), sequences.end());
  sequences.erase(std::unique(sequences.begin(), sequences.end()),
                  sequences.end());
  AMANAH_ASSIGN_OR_RETURN(const std::vector<RecordedEntry> entries,
                          reading->ReadEntries(sequences));
  for (const auto& row : rows) {
    v1::ReferenceStatus* status = response->add_statuses();
    if (!row.has_value()) continue;
    const auto at =
        std::lower_bound(sequences.begin(), sequences.end(), row->sequence);
    Fill(entries[static_cast<size_t>(at - sequences.begin())], status);
  }
  AMANAH_ASSIGN_OR_RETURN(
      const TipPointer tip,
      reading->TipOfSize(sequences.empty() ? 1 : sequences.back() + 1));
  response->set_checkpoint(tip->checkpoint);
  return absl::OkStatus();
}

}  // namespace amanah::server
