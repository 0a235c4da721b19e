// Index rows and totals: what spot questions need beside the book's own rows.
// Derived from recorded statements; may be thrown away and rebuilt.
//
// Index rows (derived_store.h), numbers as 8 bytes big-endian:
//
//   'g' grant, sequence          an entry that concerns an entitlement: its
//                                grant, reports and revocations, refused too
//                                (*)
//   'r' pseudonym, sequence      a grant that names it, refused too (*)
//   'p' program, sequence        an accepted grant
//   'b' bank, sequence           an accepted first report; value: the key of
//                                its DisbursementRow
//   'v' program, sequence        an accepted definition
//   'a' account                  an account; value empty of meaning
//   's' program 0 region 0 month a TotalRow that exists
//
// (*) unless its author had no say in it: somebody else's noise must not crowd
// out what matters.
//
// Totals and refusal counts are rows beside the book's, in tables that are not
// part of its state: 'T' (TotalRow) and 'U' (a count by refusal).
#ifndef AMANAH_LEDGER_STORE_INDEX_H_
#define AMANAH_LEDGER_STORE_INDEX_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/numeric/int128.h"
#include "ledger/domain/book.h"
#include "ledger/domain/refusal.h"
#include "ledger/domain/rows.h"
#include "ledger/store/derived_store.h"

namespace amanah::store {

// Prefixes of index keys, and the number at a key's end.
std::string GrantIndexPrefix(uint64_t grant);
std::string RecipientIndexPrefix(const crypto::Pseudonym& pseudonym);
std::string ProgramIndexPrefix(uint64_t program);
std::string BankIndexPrefix(uint64_t bank);
std::string VersionIndexPrefix(uint64_t program);
std::string AccountIndexPrefix();
// With a program, only its totals.
std::string TotalIndexPrefix(std::string_view program = {});
// Requires: key.size() >= 8.
uint64_t SequenceOfIndexKey(std::string_view key);
// The names in a total's index key. False when it is none.
struct TotalName {
  std::string program;
  std::string region;
  std::string month;
};
bool ParseTotalIndexKey(std::string_view key, TotalName* name);

// Sums in minor units. They are of 128 bits, since money that was freed may be
// granted and paid again without end, and several appropriations add up.
struct TotalRow {
  static constexpr char kTable = 'T';
  std::string currency;
  uint64_t entitlements = 0;
  absl::uint128 granted = 0;
  uint64_t live_disbursements = 0;
  absl::uint128 in_transit = 0;
  absl::uint128 credited = 0;
  uint64_t failed_disbursements = 0;
  absl::uint128 failed = 0;
  uint64_t revoked = 0;
};
std::string EncodeRow(const TotalRow& row);
bool DecodeRow(std::string_view bytes, TotalRow* row);
domain::StateKey TotalKey(const TotalName& name);
domain::StateKey RefusalCountKey(domain::Refusal refusal);

// Adds the index rows of one recorded statement to `rows`, and counts it in the
// totals of `state`. To be called once its batch was applied, with the state
// that this left.
void IndexStatement(const domain::Author& author,
                    const domain::Prepared& prepared,
                    const domain::Outcome& outcome, uint64_t sequence,
                    domain::Overlay* state, std::vector<IndexRow>* rows);

}  // namespace amanah::store

#endif  // AMANAH_LEDGER_STORE_INDEX_H_
