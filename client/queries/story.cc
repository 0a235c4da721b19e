#include "client/queries/story.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "client/queries/asking.h"
#include "ledger/base/status.h"

namespace amanah::client {
namespace {

using domain::DisbursementState;

// Rules version 1, as an auditor replays them in full; here it shows an answer
// that leaves out a report in between.
bool MayFollow(DisbursementState from, DisbursementState to) {
  if (from == DisbursementState::kInstructed) {
    return to == DisbursementState::kCredited ||
           to == DisbursementState::kRejected;
  }
  return from == DisbursementState::kCredited &&
         to == DisbursementState::kReturned;
}

}  // namespace

bool ProvedPayment::live() const {
  return last.state == DisbursementState::kInstructed ||
         last.state == DisbursementState::kCredited;
}

absl::StatusOr<Story> Story::Of(const VerifiedProof& proof, bool truncated) {
  Story story;
  story.complete_ = !truncated;
  for (const VerifiedProof::Item& item : proof.items) {
    if (!item.content.has_value()) story.complete_ = false;
  }
  for (size_t i = 0; i < proof.items.size(); ++i) {
    const VerifiedProof::Item& item = proof.items[i];
    if (i > 0 && item.sequence <= proof.items[i - 1].sequence) {
      return NotSo(absl::StrFormat(
          "the answer's entries are not in order: %d stands before %d",
          proof.items[i - 1].sequence, item.sequence));
    }
    if (item.content.has_value() && item.content->entry.outcome.accepted()) {
      AMANAH_RETURN_IF_ERROR(story.Add(*item.content));
    }
  }
  for (const auto& [entitlement, sequence] : story.revocations_) {
    for (ProvedGrant& grant : story.grants_) {
      if (grant.grant.entitlement == entitlement) {
        grant.revoked_sequence = sequence;
      }
    }
  }
  return story;
}

absl::Status Story::Add(const judge::VerifiedEntry& entry) {
  const domain::Body& body = entry.statement.body;
  if (const auto* grant = std::get_if<domain::EntitlementGranted>(&body)) {
    grants_.push_back(
        {entry.entry.sequence, entry.entry.time_us, entry.author, *grant, {}});
  } else if (const auto* revoked =
                 std::get_if<domain::EntitlementRevoked>(&body)) {
    revocations_.emplace_back(revoked->entitlement, entry.entry.sequence);
  } else if (const auto* report =
                 std::get_if<domain::DisbursementReported>(&body)) {
    return AddReport(entry, *report);
  }
  return absl::OkStatus();
}

absl::Status Story::AddReport(const judge::VerifiedEntry& entry,
                              const domain::DisbursementReported& report) {
  const std::string& bank =
      report.predecessor.empty() ? entry.author : report.predecessor;
  const uint64_t sequence = entry.entry.sequence;
  const auto found =
      std::find_if(payments_.begin(), payments_.end(), [&](const auto& one) {
        return one.bank == bank && one.last.disbursement == report.disbursement;
      });
  if (found == payments_.end()) {
    payments_.push_back(
        {bank, entry.author, sequence, sequence, entry.entry.time_us, report});
    return absl::OkStatus();
  }
  const bool same = found->last.entitlement == report.entitlement &&
                    found->last.amount == report.amount &&
                    found->last.currency == report.currency &&
                    found->last.end_to_end_id == report.end_to_end_id;
  if (!same || (complete_ && !MayFollow(found->last.state, report.state))) {
    return NotSo(absl::StrFormat(
        "entry %d cannot follow entry %d: one of the payment's reports is left "
        "out, or the ledger accepted what it should have refused",
        sequence, found->last_sequence));
  }
  found->author = entry.author;
  found->last_sequence = sequence;
  found->last_time_us = entry.entry.time_us;
  found->last = report;
  return absl::OkStatus();
}

const ProvedGrant* Story::FindGrant(std::string_view entitlement) const {
  for (const ProvedGrant& one : grants_) {
    if (one.grant.entitlement == entitlement) return &one;
  }
  return nullptr;
}

const ProvedPayment* Story::FindPayment(std::string_view bank,
                                        std::string_view disbursement) const {
  for (const ProvedPayment& one : payments_) {
    if (one.bank == bank && one.last.disbursement == disbursement) return &one;
  }
  return nullptr;
}

std::optional<domain::Amount> Story::LiveOf(
    std::string_view entitlement) const {
  std::optional<domain::Amount> sum = domain::Amount{};
  for (const ProvedPayment& one : payments_) {
    if (!one.live() || one.last.entitlement != entitlement) continue;
    sum = domain::Add(*sum, one.last.amount);
    if (!sum.has_value()) return std::nullopt;
  }
  return sum;
}

}  // namespace amanah::client
