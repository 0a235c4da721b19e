// All that concerns a person or household.
#include <algorithm>
#include <set>
#include <variant>

#include "absl/strings/str_format.h"
#include "ledger/base/status.h"
#include "ledger/crypto/pseudonym.h"
#include "ledger/domain/book.h"
#include "ledger/store/index.h"
#include "server/access.h"
#include "server/limits.h"
#include "server/proof.h"
#include "server/query/answers.h"
#include "server/query/status_of.h"
#include "server/query/story.h"

namespace amanah::server {
namespace {

using domain::DisbursementRow;
using domain::Role;

constexpr size_t kEntriesAtATime = 256;

absl::StatusOr<std::vector<uint64_t>> Scan(Reading* reading,
                                           const std::string& prefix) {
  std::vector<uint64_t> sequences;
  AMANAH_RETURN_IF_ERROR(reading->ledger().derived().ScanIndex(
      prefix, prefix, reading->limits().page_scan_max,
      [&](std::string_view key, std::string_view) {
        sequences.push_back(store::SequenceOfIndexKey(key));
        return true;
      }));
  return sequences;
}

// Gathers a history within its limits.
class History {
 public:
  History(Reading* reading, v1::GetRecipientHistoryResponse* response)
      : reading_(reading),
        response_(response),
        access_(&reading->caller(), reading->state()) {}

  // A grant that names the recipient; refused ones entitle to nothing, but
  // their entries count.
  absl::Status AddGrant(uint64_t sequence) {
    AddCandidate(sequence);
    auto known = FindEntitlement(reading_->state(), sequence);
    if (!known.has_value() || !access_.MayRead(known->row)) {
      return reading_->state()->status();
    }
    if (entitlements_.size() == reading_->limits().history_entitlements_max) {
      response_->set_truncated(true);
      return absl::OkStatus();
    }
    entitlements_.push_back(*std::move(known));
    AMANAH_ASSIGN_OR_RETURN(const std::vector<uint64_t> entries,
                            Scan(reading_, store::GrantIndexPrefix(sequence)));
    for (const uint64_t entry : entries) AddCandidate(entry);
    return absl::OkStatus();
  }

  absl::Status ReadEntries() {
    const std::vector<uint64_t> all(candidates_.begin(), candidates_.end());
    for (size_t first = 0; first < all.size(); first += kEntriesAtATime) {
      const size_t count = std::min(kEntriesAtATime, all.size() - first);
      AMANAH_ASSIGN_OR_RETURN(
          const std::vector<RecordedEntry> entries,
          reading_->ReadEntries(std::span(all).subspan(first, count)));
      for (const RecordedEntry& entry : entries) AddEntry(entry);
    }
    return reading_->state()->status();
  }

  absl::Status Finish() {
    AMANAH_RETURN_IF_ERROR(AddStatuses(reading_, entitlements_,
                                       response_->mutable_entitlements()));
    AMANAH_RETURN_IF_ERROR(AddStatuses(reading_, disbursements_,
                                       response_->mutable_disbursements()));
    Story story = ChooseForProof(accepted_, refused_);
    if (story.truncated) response_->set_truncated(true);
    return ProveEntries(reading_, std::move(story.sequences),
                        response_->mutable_proof());
  }

 private:
  void AddCandidate(uint64_t sequence) {
    if (candidates_.size() < reading_->limits().page_scan_max) {
      candidates_.insert(sequence);
    } else {
      response_->set_truncated(true);
    }
  }

  void AddEntry(const RecordedEntry& entry) {
    if (!access_.MayRead(entry.entry, entry.statement)) return;
    auto& readable = entry.entry.outcome.accepted() ? accepted_ : refused_;
    readable.push_back(entry.sequence);
    const auto* report =
        std::get_if<domain::DisbursementReported>(&entry.statement.body);
    if (report == nullptr || !entry.entry.outcome.accepted()) return;
    const auto bank =
        domain::AuthorOf(reading_->state(), access_.AuthorOf(entry.entry));
    if (!bank.has_value()) return;
    const auto row = domain::LoadRow<DisbursementRow>(
        reading_->state(),
        domain::NameKey(DisbursementRow::kTable, bank->authority.name,
                        report->disbursement));
    // A later report, and a successor's, is not the first.
    if (!row.has_value() || row->first_entry != entry.sequence) return;
    if (disbursements_.size() < reading_->limits().history_disbursements_max) {
      disbursements_.push_back({bank->authority.name, *row});
    } else {
      response_->set_truncated(true);
    }
  }

  Reading* const reading_;
  v1::GetRecipientHistoryResponse* const response_;
  const Access access_;
  std::set<uint64_t> candidates_;
  std::vector<KnownEntitlement> entitlements_;
  std::vector<KnownDisbursement> disbursements_;
  std::vector<uint64_t> accepted_;
  std::vector<uint64_t> refused_;
};

}  // namespace

absl::Status Answer(Reading* reading,
                    const v1::GetRecipientHistoryRequest& request,
                    v1::GetRecipientHistoryResponse* response) {
  if (reading->caller().Is(Role::kRegistry)) {
    return absl::PermissionDeniedError("a registry reads no histories");
  }
  const auto pseudonym =
      crypto::PseudonymFromBytes(AsBytes(request.pseudonym()));
  if (!pseudonym.has_value()) {
    return absl::InvalidArgumentError(
        "a pseudonym is 33 bytes of suite 1 and an epoch of 1 to 15");
  }
  AMANAH_ASSIGN_OR_RETURN(
      const std::vector<uint64_t> grants,
      Scan(reading, store::RecipientIndexPrefix(*pseudonym)));
  if (grants.size() == reading->limits().page_scan_max) {
    response->set_truncated(true);
  }
  History history(reading, response);
  for (const uint64_t grant : grants) {
    AMANAH_RETURN_IF_ERROR(history.AddGrant(grant));
  }
  AMANAH_RETURN_IF_ERROR(history.ReadEntries());
  return history.Finish();
}

}  // namespace amanah::server
