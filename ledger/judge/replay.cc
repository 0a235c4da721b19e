#include "ledger/judge/replay.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"
#include "ledger/base/check.h"
#include "ledger/base/status.h"
#include "ledger/codec/statement_codec.h"
#include "ledger/judge/opening.h"

namespace amanah::judge {
namespace {

// An outcome in words: "accepted", "refused: OVERLAP, entry 12".
std::string Describe(const domain::Outcome& outcome) {
  if (outcome.accepted()) return "accepted";
  const auto name = domain::RefusalName(static_cast<int>(*outcome.refusal));
  std::string text = absl::StrFormat("refused: %s", name.value_or("?"));
  if (outcome.conflict.has_value()) {
    text += absl::StrFormat(", entry %d", *outcome.conflict);
  }
  return text;
}

// An error of a recorded batch as a kind of finding: what is about the seal is
// told apart from what should have kept the batch out.
FindingKind KindOf(Problem problem) {
  switch (problem) {
    case Problem::kRoot:
    case Problem::kSealForm:
    case Problem::kSignature:
    case Problem::kKeyUnknown:
    case Problem::kAuthorUnknown:
    case Problem::kOrigin:
    case Problem::kGenesis:
      return FindingKind::kSeal;
    case Problem::kPartlyRecorded:
      return FindingKind::kRepeat;
    default:
      return FindingKind::kNotAdmitted;
  }
}

}  // namespace

std::string_view FindingKindName(FindingKind kind) {
  switch (kind) {
    case FindingKind::kMalformed:
      return "malformed";
    case FindingKind::kSequence:
      return "sequence";
    case FindingKind::kChain:
      return "chain";
    case FindingKind::kTime:
      return "time";
    case FindingKind::kBatch:
      return "batch";
    case FindingKind::kSeal:
      return "seal";
    case FindingKind::kNotAdmitted:
      return "not-admitted";
    case FindingKind::kRepeat:
      return "repeat";
    case FindingKind::kOutcome:
      return "outcome";
    case FindingKind::kBalance:
      return "balance";
    case FindingKind::kTree:
      return "tree";
  }
  CheckFailed(__FILE__, __LINE__, "finding kind is known");
}

Replay::Replay(domain::Overlay* state, ReplayOptions options,
               OnFinding on_finding, OnBatch on_batch)
    : state_(state),
      options_(options),
      on_finding_(std::move(on_finding)),
      on_batch_(std::move(on_batch)) {}

Replay::Replay(domain::Overlay* state, LedgerId ledger, Tip tip,
               ReplayOptions options, OnFinding on_finding, OnBatch on_batch)
    : Replay(state, options, std::move(on_finding), std::move(on_batch)) {
  AMANAH_CHECK(tip.size > 0);
  ledger_ = std::move(ledger);
  tip_ = tip;
}

void Replay::Report(uint64_t sequence, FindingKind kind, std::string text) {
  on_finding_({sequence, kind, std::move(text)});
}

void Replay::CheckPlace(const codec::Entry& entry) {
  if (entry.sequence != tip_.size) {
    Report(
        tip_.size, FindingKind::kSequence,
        absl::StrFormat("the entry says that it is entry %d", entry.sequence));
  }
  if (entry.previous != tip_.last_hash) {
    Report(tip_.size, FindingKind::kChain,
           "it does not name the entry before it");
  }
  if (entry.time_us < tip_.last_time_us) {
    Report(tip_.size, FindingKind::kTime,
           absl::StrFormat("its time %d is before the last one %d",
                           entry.time_us, tip_.last_time_us));
  }
  if (entry.time_us > options_.time_max_us) {
    Report(tip_.size, FindingKind::kTime,
           absl::StrFormat("its time %d is in the future, after %d",
                           entry.time_us, options_.time_max_us));
  }
}

bool Replay::Continues(const codec::Entry& entry) const {
  const codec::Entry& first = pending_.front().entry;
  const codec::Seal& seal = entry.seal;
  // All that a batch's seals share, which is all but the index.
  return seal.index == pending_.size() && seal.size == first.seal.size &&
         seal.root == first.seal.root &&
         seal.last_second == first.seal.last_second &&
         seal.signatures == first.seal.signatures &&
         seal.administrators == first.seal.administrators &&
         entry.time_us == first.time_us;
}

void Replay::DropPending(std::string_view why) {
  if (pending_.empty()) return;
  Report(
      pending_.front().sequence, FindingKind::kBatch,
      absl::StrFormat("its batch has %d of %d statements: %s", pending_.size(),
                      pending_.front().entry.seal.size, why));
  pending_.clear();
}

absl::Status Replay::Add(ByteView bytes, const crypto::Hash& hash) {
  return Add({codec::DecodeEntry(bytes), hash, nullptr, std::nullopt});
}

absl::Status Replay::Add(ReadEntry read) {
  absl::StatusOr<codec::Entry>& entry = read.entry;
  const uint64_t sequence = tip_.size;
  if (pending_.empty()) AMANAH_RETURN_IF_ERROR(CheckRules());
  if (entry.ok()) {
    CheckPlace(*entry);
    tip_.last_time_us = std::max(tip_.last_time_us, entry->time_us);
  } else {
    Report(sequence, FindingKind::kMalformed,
           std::string(entry.status().message()));
  }
  tip_.last_hash = read.hash;
  ++tip_.size;
  if (!entry.ok()) {
    DropPending("the next entry is malformed");
    return absl::OkStatus();
  }
  if (!pending_.empty() && !Continues(*entry)) {
    DropPending("the next entry is of another batch");
  }
  if (pending_.empty() && entry->seal.index != 0) {
    Report(sequence, FindingKind::kBatch,
           absl::StrFormat("it is statement %d of a batch whose beginning is "
                           "missing",
                           entry->seal.index));
    return absl::OkStatus();
  }
  pending_.push_back({sequence, *std::move(entry), std::move(read.author),
                      std::move(read.prepared)});
  if (pending_.size() < pending_.front().entry.seal.size) {
    return absl::OkStatus();
  }
  absl::Status judged =
      pending_.front().sequence == 0 ? JudgeEntryZero() : JudgePending();
  pending_.clear();
  return judged;
}

// Before anything is said of an entry: what later rules know, and this software
// does not, is no fault of it.
absl::Status Replay::CheckRules() {
  if (!ledger_.has_value()) return absl::OkStatus();
  const auto ledger = domain::FindLedger(state_);
  AMANAH_RETURN_IF_ERROR(state_->status());
  AMANAH_CHECK(ledger.has_value());
  if (ledger->rules_version > domain::kRulesVersionMax) {
    return absl::FailedPreconditionError(
        absl::StrFormat("needs rules version %d", ledger->rules_version));
  }
  return absl::OkStatus();
}

void Replay::Finish() { DropPending("the log ends"); }

std::optional<std::string> Replay::AuthorOfSeal(const codec::Seal& seal) {
  if (seal.administrators) return std::string(domain::kAdministrators);
  const codec::SealSignature& first = seal.signatures.front();
  const auto row = domain::LoadRow<domain::KeyRow>(
      state_, domain::IntroducedKeyKey(first.key_entry, first.key_position));
  if (!row.has_value()) return std::nullopt;
  const auto author = domain::AuthorOf(state_, row->authority);
  if (!author.has_value()) return std::nullopt;
  return author->authority.name;
}

std::string Replay::PlacesOfPending() const {
  const uint64_t first = pending_.front().sequence;
  if (pending_.size() == 1) return absl::StrFormat("entry %d", first);
  return absl::StrFormat("entries %d to %d", first, pending_.back().sequence);
}

std::optional<PreparedStatements> Replay::PreparePending(
    std::string_view author, std::vector<std::string>* statements) {
  const uint64_t first = pending_.front().sequence;
  const auto report = [&](const BatchError& error, uint64_t sequence) {
    Report(sequence, KindOf(error.problem), error.message);
    return std::nullopt;
  };
  std::vector<domain::Prepared> prepared;
  prepared.reserve(pending_.size());
  statements->reserve(pending_.size());
  size_t length = 0;
  for (Pending& one : pending_) {
    if (one.prepared.has_value() && *one.author == author) {
      prepared.push_back(*std::move(one.prepared));
    } else {
      auto read = PrepareStatement(author, AsBytes(one.entry.statement));
      if (const auto* error = std::get_if<BatchError>(&read)) {
        return report(*error, one.sequence);
      }
      prepared.push_back(std::get<domain::Prepared>(std::move(read)));
    }
    length += one.entry.statement.size();
    statements->push_back(std::move(one.entry.statement));
  }
  auto joined = JoinStatements(std::move(prepared), length);
  if (const auto* error = std::get_if<BatchError>(&joined)) {
    return report(*error, first + error->statement_index.value_or(0));
  }
  return std::get<PreparedStatements>(std::move(joined));
}

void Replay::CompareOutcomes(const std::vector<domain::Outcome>& outcomes) {
  for (size_t i = 0; i < outcomes.size(); ++i) {
    const domain::Outcome& recorded = pending_[i].entry.outcome;
    if (recorded == outcomes[i]) continue;
    Report(pending_[i].sequence, FindingKind::kOutcome,
           absl::StrFormat("recorded as %s, but the rules say %s",
                           Describe(recorded), Describe(outcomes[i])));
  }
}

absl::Status Replay::JudgeEntryZero() {
  const codec::Seal seal = pending_.front().entry.seal;
  const int64_t time_us = pending_.front().entry.time_us;
  std::vector<std::string> statements;
  auto prepared = PreparePending(domain::kAdministrators, &statements);
  if (!prepared.has_value()) {
    return absl::DataLossError("entry 0 opens no ledger");
  }
  LedgerId self;
  if (const auto* opened = std::get_if<domain::LedgerOpened>(
          &prepared->prepared[0].statement.body)) {
    self.origin = opened->origin;
  }
  ParsedBatch parsed{
      {self.origin, self.genesis, std::string(domain::kAdministrators),
       seal.last_second, seal.size, prepared->root},
      {},
      std::move(statements),
      std::move(prepared->prepared)};
  auto checked = CheckCompactOpening(std::move(parsed), seal);
  if (const auto* error = std::get_if<BatchError>(&checked)) {
    if (error->problem == Problem::kNeedsRules) {
      return absl::FailedPreconditionError(error->message);
    }
    Report(0, KindOf(error->problem), error->message);
    return absl::DataLossError(
        absl::StrFormat("entry 0 opens no ledger: %s", error->message));
  }
  const SealedBatch& sealed = std::get<SealedBatch>(checked);
  if (seal.root != sealed.batch.seal.root) {
    Report(0, FindingKind::kSeal, "its seal names another root");
  }
  if (const auto error = CheckLastSecond(sealed.batch.seal, time_us)) {
    Report(0, FindingKind::kNotAdmitted, error->message);
  }
  domain::Open(state_, OpenedBy(sealed), sealed.batch.prepared[0]);
  ledger_ = LedgerId{self.origin, tip_.last_hash};
  const std::vector<domain::Outcome> outcomes(1);
  CompareOutcomes(outcomes);
  if (on_batch_) {
    const auto author = domain::FindAuthor(state_, domain::kAdministrators);
    on_batch_({0, time_us, &sealed, &*author, &outcomes, true});
  }
  return state_->status();
}

// Whether the seal was verified; reports what is wrong with it.
bool Replay::CheckSealOf(const SealedBatch& sealed, const crypto::Hash& root) {
  const uint64_t first = pending_.front().sequence;
  if (root != sealed.batch.seal.root) {
    Report(first, FindingKind::kSeal,
           absl::StrFormat("the seal of %s does not cover the statements of %s",
                           sealed.batch.seal.author, PlacesOfPending()));
    return false;
  }
  if (!options_.verify_signatures) return false;
  if (const auto error = VerifySignatures(sealed, state_)) {
    Report(first, FindingKind::kSeal,
           absl::StrFormat("%s: %s", PlacesOfPending(), error->message));
    return false;
  }
  return true;
}

absl::Status Replay::JudgePending() {
  const codec::Seal seal = pending_.front().entry.seal;
  const uint64_t first = pending_.front().sequence;
  if (!ledger_.has_value()) {
    return absl::DataLossError("entry 0 opens no ledger");
  }
  auto author = AuthorOfSeal(seal);
  if (!author.has_value()) {
    Report(first, FindingKind::kSeal, "no entry introduced its sealing key");
    return state_->status();
  }
  std::vector<std::string> statements;
  auto prepared = PreparePending(*author, &statements);
  if (!prepared.has_value()) return state_->status();
  ParsedBatch parsed{{ledger_->origin, ledger_->genesis, *std::move(author),
                      seal.last_second, seal.size, seal.root},
                     {},
                     std::move(statements),
                     std::move(prepared->prepared)};
  auto bound = BindCompactSeal(std::move(parsed), seal, state_);
  if (const auto* error = std::get_if<BatchError>(&bound)) {
    Report(first, KindOf(error->problem), error->message);
    return state_->status();
  }
  const SealedBatch& sealed = std::get<SealedBatch>(bound);
  return JudgeSealed(sealed, CheckSealOf(sealed, prepared->root));
}

// The batch's admission; reports what is against it. Nullopt when it must have
// no effect, or when status() of the state says why it cannot be known.
std::optional<Admission> Replay::AdmitPending(const SealedBatch& sealed) {
  const uint64_t first = pending_.front().sequence;
  auto admitted =
      Admit(*ledger_, sealed, pending_.front().entry.time_us, state_);
  if (auto* admission = std::get_if<Admission>(&admitted)) {
    return std::move(*admission);
  }
  if (!state_->status().ok()) return std::nullopt;
  if (const auto* repeat = std::get_if<Repeat>(&admitted)) {
    Report(first, FindingKind::kRepeat,
           absl::StrFormat("its batch was recorded already, from entry %d on",
                           repeat->front()));
    return std::nullopt;
  }
  const BatchError& error = std::get<BatchError>(admitted);
  Report(first + error.statement_index.value_or(0), KindOf(error.problem),
         error.message);
  if (error.problem == Problem::kPartlyRecorded) return std::nullopt;
  const auto author = domain::FindAuthor(state_, sealed.batch.seal.author);
  const auto ledger = domain::FindLedger(state_);
  if (!author.has_value() || !ledger.has_value()) return std::nullopt;
  return Admission{*author, ledger->rules_version};
}

absl::Status Replay::JudgeSealed(const SealedBatch& sealed,
                                 bool seal_verified) {
  const uint64_t first = pending_.front().sequence;
  const int64_t time_us = pending_.front().entry.time_us;
  const SealedBatch* const batches[] = {&sealed};
  Prefetch(batches, state_);
  const std::optional<Admission> admission = AdmitPending(sealed);
  if (!admission.has_value()) return state_->status();
  const std::vector<domain::Outcome> outcomes =
      JudgeStatements(sealed, *admission, time_us, first, state_);
  AMANAH_RETURN_IF_ERROR(state_->status());
  CompareOutcomes(outcomes);
  if (on_batch_) {
    on_batch_({first, time_us, &sealed, &admission->author, &outcomes,
               seal_verified});
  }
  return absl::OkStatus();
}

}  // namespace amanah::judge
