#include "ledger/store/index.h"

#include <algorithm>
#include <utility>

#include "ledger/base/check.h"
#include "ledger/domain/row_codec.h"

namespace amanah::store {
namespace {

using domain::Amount;
using domain::Author;
using domain::DisbursementReported;
using domain::DisbursementRow;
using domain::DisbursementState;
using domain::EntitlementGranted;
using domain::EntitlementRevoked;
using domain::EntitlementRow;
using domain::Outcome;
using domain::Overlay;
using domain::Prepared;
using domain::ProgramRow;

constexpr char kRefusalTable = 'U';

std::string NumberPrefix(char kind, uint64_t number) {
  std::string key(1, kind);
  AppendBigEndian(&key, number);
  return key;
}

std::string WithSequence(std::string prefix, uint64_t sequence) {
  AppendBigEndian(&prefix, sequence);
  return prefix;
}

std::string TotalIndexKey(const TotalName& name) {
  std::string key = TotalIndexPrefix(name.program);
  key += name.region;
  key.push_back('\0');
  key += name.month;
  return key;
}

// An entitlement by the sequence of its grant, with its program.
struct Entitled {
  EntitlementRow row;
  ProgramRow program;
};

std::optional<Entitled> EntitledBy(Overlay* state, uint64_t grant) {
  auto row = domain::LoadRow<EntitlementRow>(state, grant);
  if (!row.has_value()) return std::nullopt;
  auto program = domain::LoadRow<ProgramRow>(state, row->program);
  if (!program.has_value()) return std::nullopt;
  return Entitled{*std::move(row), *std::move(program)};
}

// Requires: a statement's amount, which is above 0.
absl::uint128 MinorOf(domain::Amount amount) {
  AMANAH_CHECK(amount.minor > 0);
  return absl::uint128(amount.minor);
}

void WriteSum(absl::uint128 sum, domain::RowWriter* out) {
  out->Number(absl::Uint128High64(sum));
  out->Number(absl::Uint128Low64(sum));
}

absl::uint128 ReadSum(domain::RowReader* in) {
  const uint64_t high = in->Number();
  return absl::MakeUint128(high, in->Number());
}

// Whether the rules let the author say it at all.
bool HadASay(const Outcome& outcome) {
  return outcome.refusal != domain::Refusal::kRoleNotAllowed &&
         outcome.refusal != domain::Refusal::kOutOfScope;
}

// One statement at its place, and where its rows go.
class Indexer {
 public:
  Indexer(const Author& author, const Prepared& prepared,
          const Outcome& outcome, uint64_t sequence, Overlay* state,
          std::vector<IndexRow>* rows)
      : author_(author),
        prepared_(prepared),
        outcome_(outcome),
        sequence_(sequence),
        state_(state),
        rows_(rows) {}

  void operator()(const EntitlementGranted& grant) {
    AddRecipients(grant);
    if (!outcome_.accepted()) return;
    Add(GrantIndexPrefix(sequence_));
    const auto entitled = EntitledBy(state_, sequence_);
    if (!entitled.has_value()) return;
    Add(ProgramIndexPrefix(entitled->row.program));
    ChangeTotal(*entitled, [&](TotalRow* total) {
      ++total->entitlements;
      total->granted += MinorOf(grant.amount);
    });
  }

  void operator()(const EntitlementRevoked&) {
    const auto grant = AddToEntitlement();
    if (!grant.has_value() || !outcome_.accepted()) return;
    if (const auto entitled = EntitledBy(state_, *grant)) {
      ChangeTotal(*entitled, [](TotalRow* total) { ++total->revoked; });
    }
  }

  void operator()(const DisbursementReported& report) {
    const auto grant = AddToEntitlement();
    if (!grant.has_value() || !outcome_.accepted()) return;
    const auto row =
        domain::LoadRow<DisbursementRow>(state_, prepared_.disbursement_key);
    const auto entitled = EntitledBy(state_, *grant);
    if (!row.has_value() || !entitled.has_value()) return;
    const bool first = row->first_entry == sequence_;
    if (first) {
      const auto& key = prepared_.disbursement_key.bytes;
      rows_->push_back(
          {WithSequence(BankIndexPrefix(author_.ordinal), sequence_),
           std::string(key.begin(), key.end())});
    }
    ChangeTotal(*entitled,
                [&](TotalRow* total) { Count(report, first, *row, total); });
  }

  void operator()(const domain::ProgramDefined& program) {
    if (!outcome_.accepted()) return;
    const auto ordinal =
        domain::LoadNumber(state_, domain::NameKey('G', program.program));
    if (ordinal.has_value()) Add(VersionIndexPrefix(*ordinal));
  }

  void operator()(const domain::FundsAppropriated& funds) {
    if (!outcome_.accepted()) return;
    const auto ordinal = domain::LoadNumber(
        state_,
        domain::AccountKey(funds.program, funds.fiscal_year, funds.region));
    if (!ordinal.has_value()) return;
    rows_->push_back({WithSequence(AccountIndexPrefix(), *ordinal), "1"});
  }

  template <typename Other>
  void operator()(const Other&) {}

 private:
  void Add(std::string prefix) {
    rows_->push_back({WithSequence(std::move(prefix), sequence_), "1"});
  }

  // Every pseudonym that a grant names, once.
  void AddRecipients(const EntitlementGranted& grant) {
    if (!HadASay(outcome_)) return;
    std::vector<crypto::Pseudonym> named = grant.members;
    named.push_back(grant.recipient);
    if (grant.household.has_value()) named.push_back(*grant.household);
    std::sort(named.begin(), named.end());
    named.erase(std::unique(named.begin(), named.end()), named.end());
    for (const auto& pseudonym : named) Add(RecipientIndexPrefix(pseudonym));
  }

  // An entry about an entitlement, if that is known; gives its grant.
  std::optional<uint64_t> AddToEntitlement() {
    const auto grant = domain::LoadNumber(state_, prepared_.entitlement_key);
    if (grant.has_value() && HadASay(outcome_)) {
      Add(GrantIndexPrefix(*grant));
    }
    return grant;
  }

  // What an accepted report adds to a total. A later report leaves the state
  // before it: credited and rejected come from in transit, since a credited
  // payment can only be returned.
  static void Count(const DisbursementReported& report, bool first,
                    const DisbursementRow& row, TotalRow* total) {
    const absl::uint128 amount = MinorOf(row.amount);
    if (first) ++total->live_disbursements;
    switch (report.state) {
      case DisbursementState::kInstructed:
        total->in_transit += amount;
        return;
      case DisbursementState::kCredited:
        if (!first) total->in_transit -= amount;
        total->credited += amount;
        return;
      case DisbursementState::kRejected:
        total->in_transit -= amount;
        break;
      case DisbursementState::kReturned:
        total->credited -= amount;
        break;
    }
    --total->live_disbursements;
    ++total->failed_disbursements;
    total->failed += amount;
  }

  template <typename Change>
  void ChangeTotal(const Entitled& entitled, const Change& change) {
    const TotalName name{entitled.program.program, entitled.row.region,
                         domain::FormatMonth(entitled.row.months.first)};
    const domain::StateKey key = TotalKey(name);
    TotalRow total;
    if (const std::string_view bytes = state_->Get(key); bytes.empty()) {
      total.currency = entitled.program.currency;
      rows_->push_back({TotalIndexKey(name), "1"});
    } else if (!DecodeRow(bytes, &total)) {
      state_->FailRow(key);
    }
    change(&total);
    state_->Put(key, EncodeRow(total));
  }

  const Author& author_;
  const Prepared& prepared_;
  const Outcome& outcome_;
  const uint64_t sequence_;
  Overlay* const state_;
  std::vector<IndexRow>* const rows_;
};

}  // namespace

std::string GrantIndexPrefix(uint64_t grant) {
  return NumberPrefix('g', grant);
}

std::string RecipientIndexPrefix(const crypto::Pseudonym& pseudonym) {
  std::string key(1, 'r');
  Append(&key, pseudonym.view());
  return key;
}

std::string ProgramIndexPrefix(uint64_t program) {
  return NumberPrefix('p', program);
}

std::string BankIndexPrefix(uint64_t bank) { return NumberPrefix('b', bank); }

std::string VersionIndexPrefix(uint64_t program) {
  return NumberPrefix('v', program);
}

std::string AccountIndexPrefix() { return "a"; }

std::string TotalIndexPrefix(std::string_view program) {
  std::string key(1, 's');
  if (program.empty()) return key;
  key += program;
  key.push_back('\0');
  return key;
}

uint64_t SequenceOfIndexKey(std::string_view key) {
  AMANAH_CHECK(key.size() >= 8);
  return ReadBigEndian<uint64_t>(AsBytes(key.substr(key.size() - 8)));
}

bool ParseTotalIndexKey(std::string_view key, TotalName* name) {
  if (key.empty() || key[0] != 's') return false;
  key.remove_prefix(1);
  const size_t first = key.find('\0');
  if (first == std::string_view::npos) return false;
  const size_t second = key.find('\0', first + 1);
  if (second == std::string_view::npos) return false;
  name->program = std::string(key.substr(0, first));
  name->region = std::string(key.substr(first + 1, second - first - 1));
  name->month = std::string(key.substr(second + 1));
  return true;
}

std::string EncodeRow(const TotalRow& row) {
  domain::RowWriter out;
  out.Text(row.currency);
  out.Number(row.entitlements);
  WriteSum(row.granted, &out);
  out.Number(row.live_disbursements);
  WriteSum(row.in_transit, &out);
  WriteSum(row.credited, &out);
  out.Number(row.failed_disbursements);
  WriteSum(row.failed, &out);
  out.Number(row.revoked);
  return out.Take();
}

bool DecodeRow(std::string_view bytes, TotalRow* row) {
  domain::RowReader in(bytes);
  row->currency = in.Text();
  row->entitlements = in.Number();
  row->granted = ReadSum(&in);
  row->live_disbursements = in.Number();
  row->in_transit = ReadSum(&in);
  row->credited = ReadSum(&in);
  row->failed_disbursements = in.Number();
  row->failed = ReadSum(&in);
  row->revoked = in.Number();
  return in.Finished();
}

domain::StateKey TotalKey(const TotalName& name) {
  const std::string rest = name.region + "/" + name.month;
  return domain::NameKey(TotalRow::kTable, name.program, rest);
}

domain::StateKey RefusalCountKey(domain::Refusal refusal) {
  return domain::NumberKey(kRefusalTable, static_cast<uint64_t>(refusal));
}

void IndexStatement(const Author& author, const Prepared& prepared,
                    const Outcome& outcome, uint64_t sequence, Overlay* state,
                    std::vector<IndexRow>* rows) {
  if (outcome.refusal.has_value()) {
    const domain::StateKey key = RefusalCountKey(*outcome.refusal);
    const uint64_t count = domain::LoadNumber(state, key).value_or(0);
    state->Put(key, domain::EncodeNumber(count + 1));
  }
  std::visit(Indexer(author, prepared, outcome, sequence, state, rows),
             prepared.statement.body);
}

}  // namespace amanah::store
