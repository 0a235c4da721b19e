#include "ledger/judge/opening.h"

#include <utility>

#include "absl/strings/str_format.h"
#include "ledger/base/check.h"

namespace amanah::judge {
namespace {

BatchError Error(Problem problem, std::string message) {
  return {problem, std::move(message), {}, {}};
}

// That the batch is an opening at all, and opens the ledger that it names.
std::optional<BatchError> CheckForm(const ParsedBatch& batch) {
  if (batch.prepared.size() != 1 ||
      !std::holds_alternative<domain::LedgerOpened>(
          batch.prepared[0].statement.body) ||
      batch.seal.author != domain::kAdministrators) {
    return Error(Problem::kEncoding,
                 "a ledger opens with one LedgerOpened of its administrators");
  }
  const auto& opened =
      std::get<domain::LedgerOpened>(batch.prepared[0].statement.body);
  if (opened.origin != batch.seal.origin) {
    return Error(Problem::kOrigin,
                 absl::StrFormat("the seal names origin %s, the statement %s",
                                 batch.seal.origin, opened.origin));
  }
  if (opened.rules_version > domain::kRulesVersionMax) {
    return Error(Problem::kNeedsRules, absl::StrFormat("needs rules version %d",
                                                       opened.rules_version));
  }
  if (batch.seal.genesis != crypto::Hash{}) {
    return Error(Problem::kGenesis, "the seal of entry 0 names an entry 0");
  }
  return std::nullopt;
}

// The administrators' keys, as rows in a state of their own: the very checks
// of later seals then hold for the first one.
domain::MemoryState StateOf(const ParsedBatch& batch) {
  domain::MemoryState memory;
  domain::Overlay overlay(&memory);
  domain::Open(&overlay,
               std::get<domain::LedgerOpened>(batch.prepared[0].statement.body),
               batch.prepared[0]);
  memory.Apply(overlay.TakeChanges());
  return memory;
}

std::optional<BatchError> CheckRest(const SealedBatch& batch,
                                    domain::Overlay* state) {
  const domain::LedgerOpened& opened = OpenedBy(batch);
  if (batch.signers.size() < opened.threshold) {
    return Error(Problem::kThreshold,
                 absl::StrFormat("%d administrators must sign, %d did",
                                 opened.threshold, batch.signers.size()));
  }
  return CheckPossessions({opened.origin, crypto::Hash{}}, batch.batch, state);
}

template <typename CheckSignatures>
OrError<SealedBatch> Check(ParsedBatch batch, const CheckSignatures& check) {
  if (auto error = CheckForm(batch)) return *std::move(error);
  const domain::MemoryState memory = StateOf(batch);
  domain::Overlay state(&memory);
  OrError<SealedBatch> sealed = check(std::move(batch), &state);
  if (const auto* ready = std::get_if<SealedBatch>(&sealed)) {
    if (auto error = CheckRest(*ready, &state)) return *std::move(error);
  }
  return sealed;
}

}  // namespace

OrError<SealedBatch> CheckOpening(ParsedBatch batch) {
  return Check(std::move(batch), CheckSeal);
}

OrError<SealedBatch> CheckCompactOpening(ParsedBatch batch,
                                         const codec::Seal& seal) {
  return Check(
      std::move(batch),
      [&](ParsedBatch parsed, domain::Overlay* state) -> OrError<SealedBatch> {
        auto sealed = BindCompactSeal(std::move(parsed), seal, state);
        if (const auto* ready = std::get_if<SealedBatch>(&sealed)) {
          if (auto error = VerifySignatures(*ready, state)) {
            return *std::move(error);
          }
        }
        return sealed;
      });
}

const domain::LedgerOpened& OpenedBy(const SealedBatch& batch) {
  return std::get<domain::LedgerOpened>(batch.batch.prepared[0].statement.body);
}

JudgedEntry JudgeOpening(const SealedBatch& batch, int64_t time_us,
                         domain::Overlay* state, Tip* tip) {
  AMANAH_CHECK(tip->size == 0);
  domain::Open(state, OpenedBy(batch), batch.batch.prepared[0]);
  return std::move(MakeEntries(batch, {domain::Outcome{}}, time_us, tip)[0]);
}

}  // namespace amanah::judge
