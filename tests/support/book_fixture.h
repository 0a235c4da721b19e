// A book in memory whose entries a test adds one after another, and the
// statements that tests start from and change where it matters.
//
// Keys and pins are hashes of their names, since the book asks for no more.
#ifndef AMANAH_TESTS_SUPPORT_BOOK_FIXTURE_H_
#define AMANAH_TESTS_SUPPORT_BOOK_FIXTURE_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ledger/domain/book.h"
#include "ledger/domain/rows.h"

namespace amanah::domain {

// "OVERLAP against entry 7", in failure messages.
void PrintTo(const Outcome& outcome, std::ostream* out);

}  // namespace amanah::domain

namespace amanah::testing_support {

inline domain::Outcome Accepted() { return {}; }
inline domain::Outcome Refused(domain::Refusal refusal) {
  return {refusal, std::nullopt};
}
inline domain::Outcome Refused(domain::Refusal refusal, uint64_t conflict) {
  return {refusal, conflict};
}

crypto::PublicKey KeyOf(std::string_view name);
domain::Pin PinOf(std::string_view name);
crypto::Pseudonym PersonOf(std::string_view name);
// Requires: a month as "2026-01".
domain::Period Months(std::string_view first, std::string_view last);
domain::Amount Rupiah(int64_t whole);

// Entry 0: administrators ani, budi and citra, any two of them; rules 1.
domain::LedgerOpened Opening();
// Records entry 0 in an empty state.
void Open(domain::Overlay* state);

// Statements that the book of PilotBook accepts as they are.
domain::AuthorityEnrolled Authority(std::string_view name, domain::Role role);
domain::ProgramDefined Program(std::string_view code);
domain::FundsAppropriated Funds(std::string_view program, int64_t rupiah);
domain::EntitlementGranted Grant(std::string_view entitlement);
domain::EntitlementRevoked Revocation(std::string_view entitlement);
// A payment of the whole entitlement; "D1" has the end-to-end id "e2e/D1".
domain::DisbursementReported Report(std::string_view disbursement,
                                    std::string_view entitlement,
                                    domain::DisbursementState state);

// Rows in order of their keys.
using Rows = std::map<domain::StateKey, std::string>;
void ApplyTo(Rows* rows, std::span<const domain::StateChange> changes);

struct Posted {
  uint64_t sequence = 0;
  domain::Outcome outcome;
  bool repeat = false;
};

// Each statement is a batch of its own.
class TestBook {
 public:
  // Opening() is entry 0.
  TestBook();
  TestBook(const TestBook&) = delete;
  TestBook& operator=(const TestBook&) = delete;

  // What the book would answer; nothing is recorded.
  domain::Outcome Judge(std::string_view author, domain::Body body,
                        std::string_view reference = "never-used");

  // FindRepeat, Check and Apply. `bytes` stands for the statement's bytes.
  Posted Post(std::string_view author, domain::Statement statement,
              std::string_view bytes);
  // The same with a fresh reference and fresh bytes.
  Posted Post(std::string_view author, domain::Body body);
  domain::Outcome Say(std::string_view author, domain::Body body) {
    return Post(author, std::move(body)).outcome;
  }
  // The entry's sequence. The test fails when the book refuses.
  uint64_t Accept(std::string_view author, domain::Body body);

  // Requires: there is one.
  domain::AuthorityRow AuthorityNamed(std::string_view name);
  domain::EntitlementRow Entitlement(std::string_view name);
  domain::AccountRow Account(std::string_view program, uint32_t fiscal_year,
                             std::string_view region);

  domain::Overlay* state() { return &state_; }
  uint64_t size() const { return size_; }

 private:
  domain::MemoryState base_;
  domain::Overlay state_{&base_};
  uint64_t size_ = 0;
};

// The parts of an account, in whole rupiah.
struct Parts {
  int64_t available = 0;
  int64_t committed = 0;
  int64_t in_transit = 0;
  int64_t credited = 0;
  friend bool operator==(const Parts&, const Parts&) = default;
};
void PrintTo(const Parts& parts, std::ostream* out);

// The book of a city that pays one program.
class PilotBook : public TestBook {
 public:
  static constexpr uint64_t kOwner = 1;    // "dinsos", a program owner
  static constexpr uint64_t kBankA = 2;    // "bank-a"
  static constexpr uint64_t kBankB = 3;    // "bank-b"
  static constexpr uint64_t kProgram = 4;  // "sembako"
  static constexpr uint64_t kFunds = 5;    // Rp10,000,000 for 35.76 in 2026
  PilotBook();

  // Of that account.
  Parts Money();
};

// A statement with many faults, and the faults in order of precedence: each is
// reported while it is there, and mended before the next.
template <typename Kind>
struct Draft {
  std::string author;
  std::string reference;
  Kind body;
};
template <typename Kind>
struct Fault {
  domain::Outcome want;
  void (*mend)(Draft<Kind>* draft);
};

template <typename Kind>
void ExpectPrecedence(TestBook* book, Draft<Kind> draft,
                      const std::vector<Fault<Kind>>& faults) {
  std::optional<domain::Refusal> before;
  for (const Fault<Kind>& fault : faults) {
    EXPECT_LE(before, fault.want.refusal);
    EXPECT_EQ(book->Judge(draft.author, draft.body, draft.reference),
              fault.want);
    fault.mend(&draft);
    before = fault.want.refusal;
  }
  EXPECT_EQ(book->Judge(draft.author, draft.body, draft.reference), Accepted());
}

}  // namespace amanah::testing_support

#endif  // AMANAH_TESTS_SUPPORT_BOOK_FIXTURE_H_
