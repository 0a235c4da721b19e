#include "ledger/audit/balance_check.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_format.h"
#include "ledger/domain/accounts.h"
#include "ledger/domain/rows.h"

namespace amanah::audit {
namespace {

using domain::AccountRow;
using domain::Amount;
using domain::DisbursementRow;
using domain::EntitlementRow;
using domain::ProgramRow;
using domain::StateKey;
using judge::FindingKind;

char TableOf(const StateKey& key) { return static_cast<char>(key.bytes[0]); }

uint64_t NumberOf(const StateKey& key) {
  return ReadBigEndian<uint64_t>(ByteView(key.bytes).subspan(1));
}

std::string Describe(const AccountRow& row) {
  return absl::StrFormat(
      "appropriated %d is not available %d + committed %d + in transit %d + "
      "credited %d",
      row.appropriated.minor, row.available.minor, row.committed.minor,
      row.in_transit.minor, row.credited.minor);
}

// What the account of an ordinal must hold, by its entitlements and payments.
// Sums of at most 2^63 minor units: an account that balances keeps them there.
struct Sums {
  Amount committed;
  Amount in_transit;
  Amount credited;
  bool overflowed = false;

  void AddTo(Amount Sums::*part, Amount amount) {
    const auto sum = domain::Add(this->*part, amount);
    if (!sum.has_value()) overflowed = true;
    this->*part = sum.value_or(this->*part);
  }
};

// All rows that concern money, by what they are looked up with.
struct Books {
  std::map<uint64_t, AccountRow> accounts;
  std::map<uint64_t, ProgramRow> programs;
  absl::flat_hash_map<uint64_t, uint64_t> account_of_grant;
  std::map<uint64_t, Sums> sums;
  bool readable = true;

  template <typename Row>
  std::optional<Row> Read(std::string_view value) {
    Row row;
    if (domain::DecodeRow(value, &row)) return row;
    readable = false;
    return std::nullopt;
  }
};

void ReadAccountsAndGrants(const Rows& rows, Books* books) {
  rows.ForEach([&](const StateKey& key, std::string_view value) {
    if (TableOf(key) == AccountRow::kTable) {
      if (auto row = books->Read<AccountRow>(value)) {
        books->accounts[NumberOf(key)] = *row;
      }
    } else if (TableOf(key) == ProgramRow::kTable) {
      if (auto row = books->Read<ProgramRow>(value)) {
        books->programs[NumberOf(key)] = *row;
      }
    } else if (TableOf(key) == EntitlementRow::kTable) {
      const auto row = books->Read<EntitlementRow>(value);
      if (!row.has_value()) return;
      books->account_of_grant[NumberOf(key)] = row->account;
      if (row->revoked_entry == 0) {
        books->sums[row->account].AddTo(&Sums::committed,
                                        {row->amount.minor - row->live.minor});
      }
    }
  });
}

void ReadPayments(const Rows& rows, Books* books) {
  rows.ForEach([&](const StateKey& key, std::string_view value) {
    if (TableOf(key) != DisbursementRow::kTable) return;
    const auto row = books->Read<DisbursementRow>(value);
    if (!row.has_value()) return;
    const auto account = books->account_of_grant.find(row->grant);
    if (account == books->account_of_grant.end()) {
      books->readable = false;
      return;
    }
    Sums& sums = books->sums[account->second];
    if (row->state == domain::DisbursementState::kInstructed) {
      sums.AddTo(&Sums::in_transit, row->amount);
    } else if (row->state == domain::DisbursementState::kCredited) {
      sums.AddTo(&Sums::credited, row->amount);
    }
  });
}

AccountTotals TotalsOf(const AccountRow& row, const ProgramRow& program) {
  return {program.program, program.currency, row.fiscal_year,
          row.region,      row.appropriated, row.available,
          row.committed,   row.in_transit,   row.credited};
}

std::string NameOf(const AccountTotals& account) {
  return absl::StrFormat("account %s %d %s", account.program,
                         account.fiscal_year, account.region);
}

}  // namespace

void CheckChangedAccounts(std::span<const domain::StateChange> changes,
                          uint64_t last_sequence, const OnFinding& on_finding) {
  for (const domain::StateChange& change : changes) {
    if (TableOf(change.key) != AccountRow::kTable) continue;
    AccountRow row;
    if (!domain::DecodeRow(change.value, &row)) {
      on_finding({last_sequence, FindingKind::kBalance,
                  "an account that its batch changed cannot be read"});
    } else if (!domain::Balances(row)) {
      on_finding({last_sequence, FindingKind::kBalance,
                  absl::StrFormat("after its batch account %d, of %d %s, does "
                                  "not balance: %s",
                                  NumberOf(change.key), row.fiscal_year,
                                  row.region, Describe(row))});
    }
  }
}

std::vector<AccountTotals> CheckAllAccounts(const Rows& rows,
                                            const OnFinding& on_finding) {
  Books books;
  ReadAccountsAndGrants(rows, &books);
  ReadPayments(rows, &books);
  if (!books.readable) {
    on_finding({0, FindingKind::kBalance, "a row of the state is malformed"});
  }
  std::vector<AccountTotals> totals;
  for (const auto& [ordinal, row] : books.accounts) {
    const AccountTotals& account =
        totals.emplace_back(TotalsOf(row, books.programs[row.program]));
    if (!domain::Balances(row)) {
      on_finding({row.last_entry, FindingKind::kBalance,
                  absl::StrFormat("in the end %s does not balance: %s",
                                  NameOf(account), Describe(row))});
    }
    const Sums& sums = books.sums[ordinal];
    if (sums.overflowed || sums.committed != row.committed ||
        sums.in_transit != row.in_transit || sums.credited != row.credited) {
      on_finding(
          {row.last_entry, FindingKind::kBalance,
           absl::StrFormat("in the end %s says committed %d, in transit %d, "
                           "credited %d, but its entitlements and payments "
                           "add up to %d, %d, %d",
                           NameOf(account), row.committed.minor,
                           row.in_transit.minor, row.credited.minor,
                           sums.committed.minor, sums.in_transit.minor,
                           sums.credited.minor)});
    }
    books.sums.erase(ordinal);
  }
  if (!books.sums.empty()) {
    on_finding({0, FindingKind::kBalance,
                "there are entitlements of an account that does not exist"});
  }
  std::sort(totals.begin(), totals.end(), [](const auto& a, const auto& b) {
    return std::tie(a.program, a.fiscal_year, a.region) <
           std::tie(b.program, b.fiscal_year, b.region);
  });
  return totals;
}

}  // namespace amanah::audit
