#include "absl/strings/str_format.h"
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

using domain::Role;

absl::StatusOr<KnownEntitlement> FindReadable(Reading* reading,
                                              std::string_view name) {
  const Access access(&reading->caller(), reading->state());
  auto known = FindEntitlement(reading->state(), name);
  const bool readable = known.has_value() && access.MayRead(known->row);
  AMANAH_RETURN_IF_ERROR(reading->state()->status());
  if (!readable) {
    return absl::NotFoundError(
        absl::StrFormat("there is no entitlement %s that the caller may read",
                        domain::Quoted(name)));
  }
  return *std::move(known);
}

// What a list asks for, understood.
struct Filter {
  std::string region;
  std::optional<domain::Month> month;
  bool unpaid = false;

  bool Passes(const domain::EntitlementRow& row) const {
    if (!region.empty() && !domain::RegionContains(region, row.region)) {
      return false;
    }
    if (month.has_value() &&
        (*month < row.months.first || row.months.last < *month)) {
      return false;
    }
    return !unpaid ||
           (row.revoked_entry == 0 && row.live.minor < row.amount.minor);
  }
};

absl::StatusOr<Filter> FilterOf(const v1::ListEntitlementsRequest& request) {
  Filter filter{request.region(), {}, request.unpaid()};
  if (!request.month().empty()) {
    filter.month = domain::ParseMonth(request.month());
    if (!filter.month.has_value()) {
      return absl::InvalidArgumentError(
          absl::StrFormat("month %s is not of the form YYYY-MM",
                          domain::Quoted(request.month())));
    }
  }
  return filter;
}

// The ordinals of the programs that the list goes over.
absl::StatusOr<std::vector<uint64_t>> ProgramsOf(
    Reading* reading, const v1::ListEntitlementsRequest& request) {
  const Caller& caller = reading->caller();
  if (caller.Is(Role::kRegistry)) {
    return absl::PermissionDeniedError("a registry reads no entitlements");
  }
  std::vector<uint64_t> programs;
  if (!request.program().empty()) {
    const auto program = FindProgram(reading->state(), request.program());
    if (!program.has_value()) {
      AMANAH_RETURN_IF_ERROR(reading->state()->status());
      return absl::NotFoundError(absl::StrFormat(
          "there is no program %s", domain::Quoted(request.program())));
    }
    programs.push_back(*program);
    return programs;
  }
  if (!caller.ReadsAll()) {
    return absl::InvalidArgumentError(
        "program is needed, unless the caller may read all");
  }
  const auto ledger = domain::FindLedger(reading->state());
  AMANAH_RETURN_IF_ERROR(reading->state()->status());
  for (uint64_t i = 1; ledger.has_value() && i <= ledger->programs; ++i) {
    programs.push_back(i);
  }
  return programs;
}

// The next rows of an index, with the entitlements that they name.
absl::StatusOr<std::vector<uint64_t>> NextGrants(Reading* reading,
                                                 MergedIndex* index,
                                                 size_t count) {
  std::vector<uint64_t> grants;
  std::vector<domain::StateKey> keys;
  while (grants.size() < count) {
    AMANAH_ASSIGN_OR_RETURN(const auto item, index->Next());
    if (!item.has_value()) break;
    grants.push_back(item->sequence);
    keys.push_back(
        domain::NumberKey(domain::EntitlementRow::kTable, item->sequence));
  }
  reading->state()->Prefetch(keys);
  return grants;
}

}  // namespace

absl::Status Answer(Reading* reading, const v1::GetEntitlementRequest& request,
                    v1::GetEntitlementResponse* response) {
  AMANAH_ASSIGN_OR_RETURN(KnownEntitlement known,
                          FindReadable(reading, request.entitlement()));
  Story story;
  // Payments may come in between: until status and entries agree.
  while (true) {
    AMANAH_ASSIGN_OR_RETURN(story, StoryOf(reading, known.grant, 0));
    reading->ReadAnew();
    AMANAH_ASSIGN_OR_RETURN(KnownEntitlement again,
                            FindReadable(reading, request.entitlement()));
    const bool agree = EncodeRow(again.row) == EncodeRow(known.row);
    known = std::move(again);
    if (agree) break;
  }
  google::protobuf::RepeatedPtrField<v1::EntitlementStatus> status;
  AMANAH_RETURN_IF_ERROR(AddStatuses(reading, {known}, &status));
  *response->mutable_status() = std::move(status[0]);
  response->set_truncated(story.truncated);
  return ProveEntries(reading, std::move(story.sequences),
                      response->mutable_proof());
}

absl::Status Answer(Reading* reading,
                    const v1::ListEntitlementsRequest& request,
                    v1::ListEntitlementsResponse* response) {
  AMANAH_ASSIGN_OR_RETURN(
      const size_t page_size,
      PageSizeOf(request.page_size(), kPageSizeDefault, kPageSizeMax));
  AMANAH_ASSIGN_OR_RETURN(const uint64_t from,
                          ParsePageToken(request.page_token()));
  AMANAH_ASSIGN_OR_RETURN(const Filter filter, FilterOf(request));
  // Taken first: what is read afterwards includes it.
  AMANAH_ASSIGN_OR_RETURN(const TipPointer tip, reading->TipOfSize(1));
  response->set_checkpoint(tip->checkpoint);
  AMANAH_ASSIGN_OR_RETURN(const std::vector<uint64_t> programs,
                          ProgramsOf(reading, request));
  std::vector<std::string> prefixes;
  prefixes.reserve(programs.size());
  for (const uint64_t program : programs) {
    prefixes.push_back(store::ProgramIndexPrefix(program));
  }
  MergedIndex index(&reading->ledger().derived(), prefixes, from, page_size);
  const Access access(&reading->caller(), reading->state());
  std::vector<KnownEntitlement> page;
  uint64_t next = from;
  bool ended = false;
  for (size_t seen = 0; !ended && page.size() < page_size &&
                        seen < reading->limits().page_scan_max;) {
    AMANAH_ASSIGN_OR_RETURN(const std::vector<uint64_t> grants,
                            NextGrants(reading, &index, page_size));
    ended = grants.size() < page_size;
    for (const uint64_t grant : grants) {
      if (page.size() == page_size) {
        ended = false;
        break;
      }
      ++seen;
      next = grant + 1;
      auto known = FindEntitlement(reading->state(), grant);
      if (known.has_value() && filter.Passes(known->row) &&
          access.MayRead(known->row)) {
        page.push_back(*std::move(known));
      }
    }
    AMANAH_RETURN_IF_ERROR(reading->state()->status());
  }
  if (!ended) response->set_next_page_token(FormatPageToken(next));
  return AddStatuses(reading, page, response->mutable_entitlements());
}

}  // namespace amanah::server
