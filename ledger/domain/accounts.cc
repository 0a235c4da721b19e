#include "ledger/domain/accounts.h"

#include "ledger/base/check.h"
#include "ledger/domain/book.h"

namespace amanah::domain {

std::optional<KnownAccount> FindAccount(Overlay* state,
                                        std::string_view program,
                                        uint32_t fiscal_year,
                                        std::string_view region) {
  const std::optional<uint64_t> ordinal =
      LoadNumber(state, AccountKey(program, fiscal_year, region));
  if (!ordinal.has_value()) return std::nullopt;
  const auto row = LoadRow<AccountRow>(state, *ordinal);
  AMANAH_CHECK(row.has_value() || !state->status().ok());
  return KnownAccount{*ordinal, row.value_or(AccountRow{})};
}

KnownAccount FindOrAddAccount(Overlay* state, std::string_view program,
                              uint32_t fiscal_year, std::string_view region) {
  if (auto known = FindAccount(state, program, fiscal_year, region)) {
    return *known;
  }
  LedgerRow ledger = FindLedger(state).value_or(LedgerRow{});
  KnownAccount account;
  account.ordinal = ++ledger.accounts;
  state->Put(LedgerKey(), EncodeRow(ledger));
  state->Put(AccountKey(program, fiscal_year, region),
             EncodeNumber(account.ordinal));
  const auto ordinal = LoadNumber(state, NameKey('G', program));
  AMANAH_CHECK(ordinal.has_value());
  account.row.program = *ordinal;
  account.row.fiscal_year = fiscal_year;
  account.row.region = std::string(region);
  return account;
}

void Appropriate(AccountRow* account, Amount amount) {
  const auto appropriated = Add(account->appropriated, amount);
  const auto available = Add(account->available, amount);
  AMANAH_CHECK(appropriated.has_value() && available.has_value());
  AMANAH_CHECK(available->minor >= 0);
  account->appropriated = *appropriated;
  account->available = *available;
}

void Move(AccountRow* account, AccountPart from, AccountPart to,
          Amount amount) {
  AMANAH_CHECK(amount.minor >= 0 && amount <= account->*from);
  // The parts sum up to appropriated, so the sum below cannot overflow.
  (account->*from).minor -= amount.minor;
  (account->*to).minor += amount.minor;
}

bool Balances(const AccountRow& account) {
  Amount sum;
  for (const Amount part : {account.available, account.committed,
                            account.in_transit, account.credited}) {
    const auto next = Add(sum, part);
    if (part.minor < 0 || !next.has_value()) return false;
    sum = *next;
  }
  return sum == account.appropriated;
}

}  // namespace amanah::domain
