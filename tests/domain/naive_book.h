// Rules version 1 a second time, as plainly as they can be said: lists that are
// searched from end to end, and of all refusals that hold the lowest number. It
// shares no code with the book but the statements themselves.
#ifndef AMANAH_TESTS_DOMAIN_NAIVE_BOOK_H_
#define AMANAH_TESTS_DOMAIN_NAIVE_BOOK_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ledger/domain/refusal.h"
#include "ledger/domain/statement.h"

namespace amanah::domain {

// "35.76" gives "35" and "76".
std::vector<std::string> RegionParts(const std::string& region);
bool LiesIn(const std::string& inner, const std::string& outer);
bool Contains(const std::vector<std::string>& all, const std::string& one);

struct NaiveAuthority {
  Role role = Role::kAuditor;
  std::vector<std::string> programs;
  std::vector<std::string> regions;
  std::vector<std::pair<Pin, uint64_t>> pins;  // with the entry that set each
  bool suspended = false;
  uint64_t enrolled = 0;
  uint64_t status_entry = 0;
  std::string successor;
  uint64_t succeeded = 0;
};

struct NaiveProgram {
  ProgramDefined body;
  uint64_t last_entry = 0;
};

struct NaiveAccount {
  std::string program;
  uint32_t fiscal_year = 0;
  std::string region;
  uint64_t last_entry = 0;
  int64_t appropriated = 0;
};

struct NaiveGrant {
  uint64_t sequence = 0;
  std::string owner;
  EntitlementGranted body;
  size_t account = 0;
  uint64_t revoked = 0;
};

struct NaivePayment {
  uint64_t first = 0;
  uint64_t last = 0;
  std::string bank;
  DisbursementReported body;  // the first report
  size_t grant = 0;
  DisbursementState state = DisbursementState::kInstructed;

  bool live() const {
    return state == DisbursementState::kInstructed ||
           state == DisbursementState::kCredited;
  }
};

struct NaivePosting {
  std::string author;
  Statement statement;
  std::string bytes;  // what stands for the statement's bytes
};

// An account's money.
struct NaiveParts {
  int64_t available = 0;
  int64_t committed = 0;
  int64_t in_transit = 0;
  int64_t credited = 0;
};

class NaiveBook {
 public:
  explicit NaiveBook(const LedgerOpened& opened);

  std::optional<uint64_t> FindRepeat(const NaivePosting& posting) const;
  Outcome Judge(const NaivePosting& posting) const;
  // Records what was posted, and its effect when it is accepted.
  void Take(const NaivePosting& posting, const Outcome& outcome,
            uint64_t sequence);

  std::vector<NaiveParts> Money() const;  // as accounts()
  int64_t Live(size_t grant) const;

  const std::map<std::string, NaiveAuthority>& authorities() const {
    return authorities_;
  }
  const std::map<std::string, NaiveProgram>& programs() const {
    return programs_;
  }
  const std::vector<NaiveAccount>& accounts() const { return accounts_; }
  const std::vector<NaiveGrant>& grants() const { return grants_; }
  const std::vector<NaivePayment>& payments() const { return payments_; }
  uint32_t rules_version() const { return rules_version_; }

 private:
  using Refusals = std::vector<Outcome>;
  struct Judging;
  struct Taking;

  bool Covers(const std::string& author, const std::string& program,
              const std::string& region) const;
  bool BusinessReaches(const std::string& from, const std::string& to) const;
  bool InScope(const NaivePosting& posting) const;
  std::optional<uint64_t> KeyEntry(const crypto::PublicKey& key) const;
  std::optional<uint64_t> PinEntry(const std::vector<Pin>& pins,
                                   const std::string& author) const;
  std::optional<size_t> FindGrant(const std::string& entitlement) const;
  std::optional<size_t> FindAccount(const std::string& program, uint32_t year,
                                    const std::string& region) const;
  bool Holds(const NaiveGrant& grant, const EntitlementGranted& body) const;
  uint64_t EarliestLive(size_t grant) const;

  std::map<std::string, NaiveAuthority> authorities_;
  std::map<std::string, NaiveProgram> programs_;
  std::map<std::string, std::pair<Unit, uint64_t>> benefits_;
  std::vector<NaiveAccount> accounts_;
  std::vector<NaiveGrant> grants_;
  std::vector<NaivePayment> payments_;
  std::vector<std::pair<crypto::PublicKey, uint64_t>> keys_;
  std::vector<std::pair<NaivePosting, uint64_t>> posted_;
  uint32_t rules_version_ = 0;
  size_t threshold_ = 0;
};

}  // namespace amanah::domain

#endif  // AMANAH_TESTS_DOMAIN_NAIVE_BOOK_H_
