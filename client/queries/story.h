// What proved entries tell of entitlements and payments, reckoned here from the
// entries alone, and how it compares with what the server says of them.
#ifndef AMANAH_CLIENT_QUERIES_STORY_H_
#define AMANAH_CLIENT_QUERIES_STORY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "client/output.h"
#include "client/verify.h"
#include "ledger/domain/statement.h"

namespace amanah::client {

struct ProvedGrant {
  uint64_t sequence = 0;
  int64_t time_us = 0;
  std::string author;
  domain::EntitlementGranted grant;
  std::optional<uint64_t> revoked_sequence;
};

struct ProvedPayment {
  std::string bank;    // that reported it first
  std::string author;  // of the last report
  uint64_t first_sequence = 0;
  uint64_t last_sequence = 0;
  int64_t last_time_us = 0;
  domain::DisbursementReported last;  // the last accepted report

  // In transit or credited.
  bool live() const;
};

// Not thread-safe.
class Story {
 public:
  // `truncated`: the server says that it does not show all entries.
  // DATA_LOSS: the entries are not in order, one stands there twice, or
  // accepted reports contradict each other.
  static absl::StatusOr<Story> Of(const VerifiedProof& proof, bool truncated);

  // Accepted ones, in order of sequence.
  const std::vector<ProvedGrant>& grants() const { return grants_; }
  const std::vector<ProvedPayment>& payments() const { return payments_; }
  // Whether the answer shows all that it speaks of: every entry could be read,
  // and none is left out, the server says.
  bool complete() const { return complete_; }

  const ProvedGrant* FindGrant(std::string_view entitlement) const;
  const ProvedPayment* FindPayment(std::string_view bank,
                                   std::string_view disbursement) const;
  // nullopt when the sum leaves the range of amounts.
  std::optional<domain::Amount> LiveOf(std::string_view entitlement) const;

 private:
  absl::Status Add(const judge::VerifiedEntry& entry);
  absl::Status AddReport(const judge::VerifiedEntry& entry,
                         const domain::DisbursementReported& report);

  std::vector<ProvedGrant> grants_;
  std::vector<ProvedPayment> payments_;
  // Of entitlements, by name; the grant may stand outside the answer.
  std::vector<std::pair<std::string, uint64_t>> revocations_;
  bool complete_ = true;
};

// Compares a status with the entries, field by field. Proved: every field is
// what the entries say; stated: they do not tell all of it (the answer is not
// complete), and contradict none. DATA_LOSS: a field is another.
absl::StatusOr<Standing> CheckStatus(const v1::EntitlementStatus& status,
                                     const Story& story);
absl::StatusOr<Standing> CheckStatus(const v1::DisbursementStatus& status,
                                     const Story& story);

// That a status holds names, months and amounts at all, before it is printed.
// DATA_LOSS: it does not.
absl::Status CheckForm(const v1::EntitlementStatus& status);
absl::Status CheckForm(const v1::DisbursementStatus& status);

}  // namespace amanah::client

#endif  // AMANAH_CLIENT_QUERIES_STORY_H_
