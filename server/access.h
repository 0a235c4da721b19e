// What a caller may read, by its role and scope.
//
//   auditor, administrator   everything
//   owner    entitlements of its programs and regions with all their payments,
//            and what it said itself
//   bank     entitlements that it may pay, and what it said itself (and who it
//            took over)
//   registry what it said itself
//   all      who holds which key and role, programs, hashes and proofs
#ifndef AMANAH_SERVER_ACCESS_H_
#define AMANAH_SERVER_ACCESS_H_

#include <cstdint>
#include <string_view>

#include "ledger/codec/entry_codec.h"
#include "ledger/domain/rows.h"
#include "ledger/domain/statement.h"
#include "server/caller.h"

namespace amanah::server {

// Not thread-safe. Answers are worth nothing once state->status() fails.
class Access {
 public:
  // Both must outlive it.
  Access(const Caller* caller, domain::Overlay* state)
      : caller_(caller), state_(state) {}

  // Whether the caller's scope holds the program (and region). A caller that
  // reads all has no scope.
  bool CoversProgram(std::string_view program) const;
  bool Covers(std::string_view program, std::string_view region) const;

  // Whether the caller is that authority, or took over its business.
  bool IsOwn(uint64_t authority) const;

  bool MayRead(const domain::EntitlementRow& entitlement) const;
  bool MayReadPaymentOf(uint64_t bank,
                        const domain::EntitlementRow& entitlement) const;
  // Whether the caller may read what the entry says.
  bool MayRead(const codec::Entry& entry,
               const domain::Statement& statement) const;

  // The ordinal of who said an entry; 0 is the administrators together.
  uint64_t AuthorOf(const codec::Entry& entry) const;

 private:
  bool MayReadGrant(const domain::EntitlementGranted& grant,
                    bool accepted) const;
  bool MayReadOf(std::string_view entitlement) const;

  const Caller* const caller_;
  domain::Overlay* const state_;
};

}  // namespace amanah::server

#endif  // AMANAH_SERVER_ACCESS_H_
