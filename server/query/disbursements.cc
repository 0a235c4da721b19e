#include <algorithm>
#include <variant>

#include "absl/strings/str_format.h"
#include "ledger/base/check.h"
#include "ledger/base/status.h"
#include "ledger/domain/book.h"
#include "ledger/domain/identifier.h"
#include "ledger/store/index.h"
#include "server/access.h"
#include "server/limits.h"
#include "server/proof.h"
#include "server/query/answers.h"
#include "server/query/paging.h"
#include "server/query/status_of.h"
#include "server/query/story.h"

namespace amanah::server {
namespace {

using domain::DisbursementRow;
using domain::Role;

absl::Status NoSuchDisbursement(std::string_view name) {
  return absl::NotFoundError(
      absl::StrFormat("there is no disbursement %s that the caller may read",
                      domain::Quoted(name)));
}

absl::StatusOr<KnownDisbursement> FindReadable(Reading* reading,
                                               const std::string& bank_name,
                                               std::string_view name) {
  domain::Overlay* state = reading->state();
  const Access access(&reading->caller(), state);
  const auto bank = domain::FindAuthor(state, bank_name);
  const auto row = domain::LoadRow<DisbursementRow>(
      state, domain::NameKey(DisbursementRow::kTable, bank_name, name));
  bool readable = false;
  if (bank.has_value() && row.has_value()) {
    const auto entitlement = FindEntitlement(state, row->grant);
    readable = entitlement.has_value() &&
               access.MayReadPaymentOf(bank->ordinal, entitlement->row);
  }
  AMANAH_RETURN_IF_ERROR(state->status());
  if (!readable) return NoSuchDisbursement(name);
  return KnownDisbursement{bank_name, *row};
}

// Whether an entry reports this disbursement: its bank's own report, or its
// successor's.
bool Reports(const RecordedEntry& entry, std::string_view author,
             const KnownDisbursement& known, std::string_view name) {
  const auto* report =
      std::get_if<domain::DisbursementReported>(&entry.statement.body);
  if (report == nullptr || report->disbursement != name) return false;
  return report->predecessor.empty() ? author == known.bank
                                     : report->predecessor == known.bank;
}

absl::StatusOr<Story> ReportsOf(Reading* reading,
                                const KnownDisbursement& known,
                                std::string_view name) {
  const Access access(&reading->caller(), reading->state());
  AMANAH_ASSIGN_OR_RETURN(
      Story story,
      StoryOf(reading, known.row.grant, known.row.first_entry,
              [&](const RecordedEntry& entry) {
                const auto author = domain::AuthorOf(
                    reading->state(), access.AuthorOf(entry.entry));
                return author.has_value() &&
                       Reports(entry, author->authority.name, known, name);
              }));
  AMANAH_RETURN_IF_ERROR(reading->state()->status());
  return story;
}

struct Bank {
  uint64_t ordinal = 0;
  std::string name;
};

absl::StatusOr<std::vector<Bank>> AllBanks(Reading* reading) {
  domain::Overlay* state = reading->state();
  const Access access(&reading->caller(), state);
  const auto ledger = domain::FindLedger(state);
  std::vector<Bank> banks;
  for (uint64_t i = 1; ledger.has_value() && i <= ledger->authorities; ++i) {
    const auto author = domain::AuthorOf(state, i);
    if (!author.has_value() || author->authority.role != Role::kBank) continue;
    if (reading->caller().Is(Role::kBank) && !access.IsOwn(i)) continue;
    banks.push_back({i, author->authority.name});
  }
  AMANAH_RETURN_IF_ERROR(state->status());
  return banks;
}

absl::StatusOr<std::vector<Bank>> BanksOf(
    Reading* reading, const v1::ListDisbursementsRequest& request) {
  if (reading->caller().Is(Role::kRegistry)) {
    return absl::PermissionDeniedError("a registry reads no disbursements");
  }
  if (request.bank().empty()) return AllBanks(reading);
  const auto author = domain::FindAuthor(reading->state(), request.bank());
  AMANAH_RETURN_IF_ERROR(reading->state()->status());
  if (!author.has_value() || author->authority.role != Role::kBank) {
    return absl::NotFoundError(
        absl::StrFormat("there is no bank %s", domain::Quoted(request.bank())));
  }
  const Access access(&reading->caller(), reading->state());
  if (reading->caller().Is(Role::kBank) && !access.IsOwn(author->ordinal)) {
    return absl::PermissionDeniedError(
        "a bank reads its own disbursements only");
  }
  return std::vector<Bank>{{author->ordinal, author->authority.name}};
}

struct Filter {
  std::optional<uint64_t> program;
  std::optional<domain::DisbursementState> state;
};

absl::StatusOr<Filter> FilterOf(Reading* reading,
                                const v1::ListDisbursementsRequest& request) {
  Filter filter;
  if (!request.program().empty()) {
    filter.program = FindProgram(reading->state(), request.program());
    AMANAH_RETURN_IF_ERROR(reading->state()->status());
    if (!filter.program.has_value()) {
      return absl::NotFoundError(absl::StrFormat(
          "there is no program %s", domain::Quoted(request.program())));
    }
  }
  if (request.state() != v1::DISBURSEMENT_STATE_UNSPECIFIED) {
    if (!v1::DisbursementState_IsValid(request.state())) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "state %d is none of a disbursement", request.state()));
    }
    filter.state = static_cast<domain::DisbursementState>(request.state());
  }
  return filter;
}

domain::StateKey KeyIn(const MergedIndex::Item& item) {
  domain::StateKey key;
  AMANAH_CHECK(CopyExact(AsBytes(item.value), &key.bytes));
  return key;
}

// The next rows of an index, with the disbursements and entitlements that they
// name read ahead.
absl::StatusOr<std::vector<MergedIndex::Item>> NextItems(Reading* reading,
                                                         MergedIndex* index,
                                                         size_t count) {
  std::vector<MergedIndex::Item> items;
  std::vector<domain::StateKey> keys;
  while (items.size() < count) {
    AMANAH_ASSIGN_OR_RETURN(auto item, index->Next());
    if (!item.has_value()) break;
    keys.push_back(KeyIn(*item));
    items.push_back(*std::move(item));
  }
  reading->state()->Prefetch(keys);
  std::vector<domain::StateKey> grants;
  for (const domain::StateKey& key : keys) {
    const auto row = domain::LoadRow<DisbursementRow>(reading->state(), key);
    if (row.has_value()) {
      grants.push_back(
          domain::NumberKey(domain::EntitlementRow::kTable, row->grant));
    }
  }
  reading->state()->Prefetch(grants);
  return items;
}

// The disbursement of an index row, if the caller asks for it and may read it.
std::optional<KnownDisbursement> Select(Reading* reading, const Filter& filter,
                                        const Bank& bank,
                                        const MergedIndex::Item& item) {
  domain::Overlay* state = reading->state();
  const auto row = domain::LoadRow<DisbursementRow>(state, KeyIn(item));
  if (!row.has_value()) return std::nullopt;
  if (filter.state.has_value() && row->state != *filter.state) {
    return std::nullopt;
  }
  const auto entitlement = FindEntitlement(state, row->grant);
  if (!entitlement.has_value()) return std::nullopt;
  if (filter.program.has_value() &&
      entitlement->row.program != *filter.program) {
    return std::nullopt;
  }
  const Access access(&reading->caller(), state);
  if (!access.MayReadPaymentOf(bank.ordinal, entitlement->row)) {
    return std::nullopt;
  }
  return KnownDisbursement{bank.name, *row};
}

}  // namespace

absl::Status Answer(Reading* reading, const v1::GetDisbursementRequest& request,
                    v1::GetDisbursementResponse* response) {
  const std::string bank = request.bank().empty()
                               ? reading->caller().authority.name
                               : request.bank();
  AMANAH_ASSIGN_OR_RETURN(KnownDisbursement known,
                          FindReadable(reading, bank, request.disbursement()));
  Story story;
  // Reports may come in between: until status and entries agree.
  while (true) {
    AMANAH_ASSIGN_OR_RETURN(story,
                            ReportsOf(reading, known, request.disbursement()));
    reading->ReadAnew();
    AMANAH_ASSIGN_OR_RETURN(
        KnownDisbursement again,
        FindReadable(reading, bank, request.disbursement()));
    const bool agree = EncodeRow(again.row) == EncodeRow(known.row);
    known = std::move(again);
    if (agree) break;
  }
  google::protobuf::RepeatedPtrField<v1::DisbursementStatus> status;
  AMANAH_RETURN_IF_ERROR(AddStatuses(reading, {known}, &status));
  *response->mutable_status() = std::move(status[0]);
  response->set_truncated(story.truncated);
  return ProveEntries(reading, std::move(story.sequences),
                      response->mutable_proof());
}

absl::Status Answer(Reading* reading,
                    const v1::ListDisbursementsRequest& request,
                    v1::ListDisbursementsResponse* response) {
  AMANAH_ASSIGN_OR_RETURN(
      const size_t page_size,
      PageSizeOf(request.page_size(), kPageSizeDefault, kPageSizeMax));
  AMANAH_ASSIGN_OR_RETURN(const uint64_t from,
                          ParsePageToken(request.page_token()));
  // Taken first: what is read afterwards includes it.
  AMANAH_ASSIGN_OR_RETURN(const TipPointer tip, reading->TipOfSize(1));
  response->set_checkpoint(tip->checkpoint);
  AMANAH_ASSIGN_OR_RETURN(const std::vector<Bank> banks,
                          BanksOf(reading, request));
  AMANAH_ASSIGN_OR_RETURN(const Filter filter, FilterOf(reading, request));
  std::vector<std::string> prefixes;
  prefixes.reserve(banks.size());
  for (const Bank& bank : banks) {
    prefixes.push_back(store::BankIndexPrefix(bank.ordinal));
  }
  MergedIndex index(&reading->ledger().derived(), prefixes, from, page_size);
  std::vector<KnownDisbursement> page;
  uint64_t next = from;
  bool ended = false;
  for (size_t seen = 0; !ended && page.size() < page_size &&
                        seen < reading->limits().page_scan_max;) {
    AMANAH_ASSIGN_OR_RETURN(const std::vector<MergedIndex::Item> items,
                            NextItems(reading, &index, page_size));
    ended = items.size() < page_size;
    for (const MergedIndex::Item& item : items) {
      if (page.size() == page_size) {
        ended = false;
        break;
      }
      ++seen;
      next = item.sequence + 1;
      if (auto known = Select(reading, filter, banks[item.prefix], item)) {
        page.push_back(*std::move(known));
      }
    }
    AMANAH_RETURN_IF_ERROR(reading->state()->status());
  }
  if (!ended) response->set_next_page_token(FormatPageToken(next));
  return AddStatuses(reading, page, response->mutable_disbursements());
}

}  // namespace amanah::server
