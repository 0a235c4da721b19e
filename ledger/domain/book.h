// The book: a deterministic state machine over statements. The same entries
// give the same outcomes and the same rows everywhere. Nothing here reads a
// clock, a file, a key or a random source, and nothing iterates a hash table.
//
// For each statement of a batch, in order: FindRepeat, then Check, then Apply
// with the sequence that its entry gets. Which rules judge is fixed for a batch
// before its first entry, and so is the author.
#ifndef AMANAH_LEDGER_DOMAIN_BOOK_H_
#define AMANAH_LEDGER_DOMAIN_BOOK_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/crypto/hash.h"
#include "ledger/domain/refusal.h"
#include "ledger/domain/rows.h"
#include "ledger/domain/state.h"
#include "ledger/domain/statement.h"

namespace amanah::domain {

// The newest rules that this software speaks.
inline constexpr uint32_t kRulesVersionMax = 1;

// Who speaks, as it stood before the batch's first entry.
struct Author {
  // 0: the administrators together.
  uint64_t ordinal = 0;
  // Empty rows for the administrators together, but for the name.
  AuthorityRow authority;

  bool administrators() const { return ordinal == 0; }
};

// A statement with what can be computed from its bytes and its author's name
// alone, so that many threads can do it before the sequencer's one.
struct Prepared {
  Statement statement;
  // RFC 6962 leaf hash of the statement's bytes.
  crypto::Hash hash;
  StateKey reference_key;
  StateKey repeat_key;
  // Set where the statement names one: the entitlement's (granted, revoked or
  // paid), the disbursement's and the end-to-end id's.
  StateKey entitlement_key;
  StateKey disbursement_key;
  StateKey end_to_end_key;
};

Prepared Prepare(std::string_view author, Statement statement,
                 const crypto::Hash& hash);

// The rows that judging the statement reads, as far as they are known without
// reading; for a batched read ahead. An author's claims are not among them.
void AppendKeys(const Prepared& prepared, std::vector<StateKey>* keys);
// The rows that follow from those, when these have been read.
void AppendDependentKeys(const Prepared& prepared, Overlay* state,
                         std::vector<StateKey>* keys);

// The row of the ledger itself; nullopt before entry 0.
std::optional<LedgerRow> FindLedger(Overlay* state);
// The authority of that name ("administrators": all of them together).
std::optional<Author> FindAuthor(Overlay* state, std::string_view name);
// The authority of that ordinal. Requires: there is one, and it is not 0.
std::optional<Author> AuthorOf(Overlay* state, uint64_t ordinal);

// The sequence of the entry that holds these very bytes of this author.
std::optional<uint64_t> FindRepeat(Overlay* state, const Prepared& prepared);

// What is left of an author's quota on the UTC day of `time_us`. Administrators
// together may add kAdministratorsDailyQuota entries.
uint64_t QuotaLeft(Overlay* state, const Author& author, int64_t time_us);
// Requires: entries <= QuotaLeft().
void ChargeQuota(Overlay* state, const Author& author, int64_t time_us,
                 uint64_t entries);
inline constexpr uint32_t kAdministratorsDailyQuota = 100'000;
// Of one administrator alone, who can only change its pins.
inline constexpr uint32_t kAdministratorDailyQuota = 100;

// Entry 0. Requires: the state is empty.
void Open(Overlay* state, const LedgerOpened& opened, const Prepared& prepared);

// The outcome under rules `version`. Requires: version <= kRulesVersionMax.
Outcome Check(Overlay* state, uint32_t version, const Author& author,
              const Prepared& prepared);
// Takes the statement's effect, and records its reference. Requires: `outcome`
// is what Check returned, and nothing was applied in between; sequence > 0.
void Apply(Overlay* state, uint32_t version, const Author& author,
           const Prepared& prepared, const Outcome& outcome, uint64_t sequence);

}  // namespace amanah::domain

#endif  // AMANAH_LEDGER_DOMAIN_BOOK_H_
