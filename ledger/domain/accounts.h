// The accounts of appropriations: program, fiscal year and region. Money moves
// between an account's parts; appropriated stays their sum.
#ifndef AMANAH_LEDGER_DOMAIN_ACCOUNTS_H_
#define AMANAH_LEDGER_DOMAIN_ACCOUNTS_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "ledger/domain/rows.h"

namespace amanah::domain {

struct KnownAccount {
  uint64_t ordinal = 0;
  AccountRow row;
};

std::optional<KnownAccount> FindAccount(Overlay* state,
                                        std::string_view program,
                                        uint32_t fiscal_year,
                                        std::string_view region);
// A new account is empty. Requires: the program is known.
KnownAccount FindOrAddAccount(Overlay* state, std::string_view program,
                              uint32_t fiscal_year, std::string_view region);

// Adds to what is appropriated and available (negative: takes away).
// Requires: neither leaves its range nor falls below zero.
void Appropriate(AccountRow* account, Amount amount);

// Moves `amount` between two parts of an account, given as members.
// Requires: 0 <= amount <= the part that it leaves.
using AccountPart = Amount AccountRow::*;
void Move(AccountRow* account, AccountPart from, AccountPart to, Amount amount);

// Whether appropriated is the sum of the parts and none is negative.
bool Balances(const AccountRow& account);

}  // namespace amanah::domain

#endif  // AMANAH_LEDGER_DOMAIN_ACCOUNTS_H_
