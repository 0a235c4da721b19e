#include "ledger/judge/admission.h"

#include <utility>

#include "absl/strings/str_format.h"
#include "ledger/base/check.h"

namespace amanah::judge {
namespace {

using domain::Author;

BatchError Error(Problem problem, std::string message) {
  return {problem, std::move(message), {}, {}};
}

// Every statement that is on the record, in order.
std::vector<Recorded> FindRecorded(const ParsedBatch& batch,
                                   domain::Overlay* state) {
  std::vector<Recorded> recorded;
  for (uint32_t i = 0; i < batch.prepared.size(); ++i) {
    if (const auto at = domain::FindRepeat(state, batch.prepared[i])) {
      recorded.push_back({i, *at});
    }
  }
  return recorded;
}

// One signer's status: active, and signed with the key in force.
std::optional<BatchError> CheckSigner(uint64_t ordinal,
                                      const codec::SealSignature& signature,
                                      domain::Overlay* state) {
  const auto signer = domain::AuthorOf(state, ordinal);
  if (!signer.has_value()) {
    // Only a state that cannot be read has lost it.
    return Error(Problem::kHalted, "the state of the book cannot be read");
  }
  const domain::AuthorityRow& row = signer->authority;
  if (row.suspended) {
    return Error(Problem::kAuthorSuspended,
                 absl::StrFormat("%s was suspended by entry %d", row.name,
                                 row.status_entry));
  }
  const domain::AuthorityKey& key = row.keys.back();
  if (key.entry != signature.key_entry ||
      key.position != signature.key_position) {
    return Error(Problem::kKeyRetired,
                 absl::StrFormat("the key of %s was replaced by entry %d",
                                 row.name, key.entry));
  }
  return std::nullopt;
}

std::optional<BatchError> CheckSigners(const SealedBatch& batch,
                                       const domain::LedgerRow& ledger,
                                       domain::Overlay* state) {
  for (size_t i = 0; i < batch.signers.size(); ++i) {
    if (auto error =
            CheckSigner(batch.signers[i], batch.seal.signatures[i], state)) {
      return error;
    }
  }
  if (batch.batch.seal.author == domain::kAdministrators &&
      batch.signers.size() < ledger.threshold) {
    return Error(Problem::kThreshold,
                 absl::StrFormat("%d administrators must sign, %d did",
                                 ledger.threshold, batch.signers.size()));
  }
  return std::nullopt;
}

std::optional<BatchError> CheckQuota(const Author& author, size_t entries,
                                     int64_t time_us, domain::Overlay* state) {
  const uint64_t left = domain::QuotaLeft(state, author, time_us);
  if (entries <= left) return std::nullopt;
  return Error(Problem::kQuota,
               absl::StrFormat("%s may add %d more entries today, the batch "
                               "has %d",
                               author.authority.name, left, entries));
}

}  // namespace

std::optional<BatchError> CheckLastSecond(const log::SealText& seal,
                                          int64_t time_us) {
  const auto second = static_cast<uint64_t>(time_us / 1'000'000);
  if (second <= seal.last_second) return std::nullopt;
  return Error(Problem::kExpired,
               absl::StrFormat("the seal holds to second %d, it is %d",
                               seal.last_second, second));
}

std::variant<Admission, Repeat, BatchError> Admit(const LedgerId& ledger,
                                                  const SealedBatch& batch,
                                                  int64_t time_us,
                                                  domain::Overlay* state) {
  const ParsedBatch& parsed = batch.batch;
  std::vector<Recorded> recorded = FindRecorded(parsed, state);
  if (recorded.size() == parsed.prepared.size()) {
    Repeat repeat;
    for (const Recorded& one : recorded) repeat.push_back(one.sequence);
    return repeat;
  }
  if (!recorded.empty()) {
    BatchError error =
        Error(Problem::kPartlyRecorded,
              absl::StrFormat("%d of %d statements are recorded already",
                              recorded.size(), parsed.prepared.size()));
    error.recorded = std::move(recorded);
    return error;
  }
  const auto row = domain::FindLedger(state);
  const auto author = domain::FindAuthor(state, parsed.seal.author);
  if (!row.has_value() || !author.has_value()) {
    return Error(Problem::kHalted, "the state of the book cannot be read");
  }
  if (row->rules_version > domain::kRulesVersionMax) {
    return Error(Problem::kNeedsRules,
                 absl::StrFormat("needs rules version %d", row->rules_version));
  }
  if (auto error = CheckSigners(batch, *row, state)) return *std::move(error);
  if (auto error = CheckLastSecond(parsed.seal, time_us))
    return *std::move(error);
  if (auto error = CheckPossessions(ledger, parsed, state)) {
    return *std::move(error);
  }
  if (auto error =
          CheckQuota(*author, parsed.prepared.size(), time_us, state)) {
    return *std::move(error);
  }
  return Admission{*author, row->rules_version};
}

}  // namespace amanah::judge
