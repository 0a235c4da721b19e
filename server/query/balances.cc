// Accounts of appropriations, in order of program, fiscal year and region. The
// book numbers them in order of entry, so all are read and sorted; there are as
// many as a budget has lines.
#include <algorithm>
#include <map>

#include "absl/strings/str_format.h"
#include "ledger/base/base64.h"
#include "ledger/base/status.h"
#include "ledger/domain/book.h"
#include "ledger/domain/identifier.h"
#include "server/access.h"
#include "server/limits.h"
#include "server/query/answers.h"
#include "server/query/paging.h"
#include "server/query/status_of.h"

namespace amanah::server {
namespace {

constexpr uint64_t kRowsAtATime = 1'024;

// By a key that sorts as the answer does: program, zero, year, region.
using Accounts = std::map<std::string, domain::AccountRow>;

std::string SortKey(const domain::AccountRow& row,
                    const domain::ProgramRow& program) {
  std::string key = program.program;
  key.push_back('\0');
  AppendBigEndian(&key, row.fiscal_year);
  return key + row.region;
}

absl::StatusOr<std::optional<uint64_t>> ProgramAskedFor(
    Reading* reading, const std::string& code) {
  if (code.empty()) return std::optional<uint64_t>();
  const auto program = FindProgram(reading->state(), code);
  AMANAH_RETURN_IF_ERROR(reading->state()->status());
  if (!program.has_value()) {
    return absl::NotFoundError(
        absl::StrFormat("there is no program %s", domain::Quoted(code)));
  }
  const Access access(&reading->caller(), reading->state());
  if (!access.CoversProgram(code)) {
    return absl::PermissionDeniedError(absl::StrFormat(
        "program %s lies outside the caller's scope", domain::Quoted(code)));
  }
  return program;
}

absl::StatusOr<Accounts> AccountsAfter(Reading* reading,
                                       std::optional<uint64_t> only,
                                       const std::string& after) {
  domain::Overlay* state = reading->state();
  const Access access(&reading->caller(), state);
  const auto ledger = domain::FindLedger(state);
  const uint64_t count = ledger.has_value() ? ledger->accounts : 0;
  Accounts accounts;
  for (uint64_t first = 1; first <= count; first += kRowsAtATime) {
    const uint64_t end = std::min(first + kRowsAtATime, count + 1);
    std::vector<domain::StateKey> keys;
    for (uint64_t i = first; i < end; ++i) {
      keys.push_back(domain::NumberKey(domain::AccountRow::kTable, i));
    }
    state->Prefetch(keys);
    for (const domain::StateKey& key : keys) {
      auto row = domain::LoadRow<domain::AccountRow>(state, key);
      if (!row.has_value()) continue;
      if (only.has_value() && row->program != *only) continue;
      const auto program =
          domain::LoadRow<domain::ProgramRow>(state, row->program);
      if (!program.has_value() || !access.CoversProgram(program->program)) {
        continue;
      }
      std::string sort_key = SortKey(*row, *program);
      if (sort_key > after) {
        accounts.emplace(std::move(sort_key), *std::move(row));
      }
    }
  }
  AMANAH_RETURN_IF_ERROR(state->status());
  return accounts;
}

void Fill(const domain::AccountRow& row, const domain::ProgramRow& program,
          v1::Balance* out) {
  out->set_program(program.program);
  out->set_fiscal_year(row.fiscal_year);
  out->set_region(row.region);
  out->set_currency(program.currency);
  out->set_appropriated_minor(row.appropriated.minor);
  out->set_available_minor(row.available.minor);
  out->set_committed_minor(row.committed.minor);
  out->set_in_transit_minor(row.in_transit.minor);
  out->set_credited_minor(row.credited.minor);
}

}  // namespace

absl::Status Answer(Reading* reading, const v1::GetBalancesRequest& request,
                    v1::GetBalancesResponse* response) {
  AMANAH_ASSIGN_OR_RETURN(const size_t page_size,
                          PageSizeOf(request.page_size(), kBalancesPageSizeMax,
                                     kBalancesPageSizeMax));
  const auto after = DecodeHex(request.page_token());
  if (!after.has_value()) {
    return absl::InvalidArgumentError("the page token is none of ours");
  }
  // Taken first: what is read afterwards includes it.
  AMANAH_ASSIGN_OR_RETURN(const TipPointer tip, reading->TipOfSize(1));
  response->set_checkpoint(tip->checkpoint);
  AMANAH_ASSIGN_OR_RETURN(const auto only,
                          ProgramAskedFor(reading, request.program()));
  AMANAH_ASSIGN_OR_RETURN(const Accounts accounts,
                          AccountsAfter(reading, only, *after));
  size_t shown = 0;
  std::string last;
  for (const auto& [key, row] : accounts) {
    if (shown == page_size) {
      response->set_next_page_token(EncodeHex(AsBytes(last)));
      break;
    }
    const auto program =
        domain::LoadRow<domain::ProgramRow>(reading->state(), row.program);
    if (program.has_value()) Fill(row, *program, response->add_balances());
    last = key;
    ++shown;
  }
  return reading->state()->status();
}

}  // namespace amanah::server
