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
}

bool Replay::Continues(const codec::Entry& entry) const {
  const codec::Entry& first = pending_.front().entry;
  codec::Seal seal = entry.seal;
  seal.index = first.seal.index;
  return entry.seal.index == pending_.size() && seal == first.seal &&
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
  const uint64_t sequence = tip_.size;
  auto entry = codec::DecodeEntry(bytes);
  if (entry.ok()) {
    CheckPlace(*entry);
    tip_.last_time_us = std::max(tip_.last_time_us, entry->time_us);
  } else {
    Report(sequence, FindingKind::kMalformed,
           std::string(entry.status().message()));
  }
  tip_.last_hash = hash;
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
  pending_.push_back({sequence, *std::move(entry)});
  if (pending_.size() < pending_.front().entry.seal.size) {
    return absl::OkStatus();
  }
  const absl::Status judged =
      pending_.front().sequence == 0 ? JudgeEntryZero() : JudgePending();
  pending_.clear();
  return judged;
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

std::optional<ParsedBatch> Replay::ParsePending(const LedgerId& ledger,
                                                std::string author) {
  const codec::Seal& seal = pending_.front().entry.seal;
  log::SealText text;
  text.origin = ledger.origin;
  text.genesis = ledger.genesis;
  text.author = std::move(author);
  text.last_second = seal.last_second;
  text.size = seal.size;
  text.root = seal.root;
  std::vector<std::string> statements;
  statements.reserve(pending_.size());
  for (Pending& one : pending_) {
    statements.push_back(std::move(one.entry.statement));
  }
  auto parsed = ParseStatements(std::move(text), std::move(statements));
  if (const auto* error = std::get_if<BatchError>(&parsed)) {
    Report(pending_.front().sequence + error->statement_index.value_or(0),
           KindOf(error->problem), error->message);
    return std::nullopt;
  }
  return std::get<ParsedBatch>(std::move(parsed));
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
  const codec::Entry& entry = pending_.front().entry;
  const codec::Seal seal = entry.seal;
  const int64_t time_us = entry.time_us;
  // The origin stands in the statement itself: read it from there first.
  LedgerId self;
  if (auto statement = codec::DecodeStatement(AsBytes(entry.statement));
      statement.ok()) {
    if (const auto* opened =
            std::get_if<domain::LedgerOpened>(&statement->body)) {
      self.origin = opened->origin;
    }
  }
  auto parsed = ParsePending(self, std::string(domain::kAdministrators));
  if (!parsed.has_value()) {
    return absl::DataLossError("entry 0 opens no ledger");
  }
  auto checked = CheckCompactOpening(*std::move(parsed), seal);
  if (const auto* error = std::get_if<BatchError>(&checked)) {
    if (error->problem == Problem::kNeedsRules) {
      return absl::FailedPreconditionError(error->message);
    }
    Report(0, KindOf(error->problem), error->message);
    return absl::DataLossError(
        absl::StrFormat("entry 0 opens no ledger: %s", error->message));
  }
  const SealedBatch& sealed = std::get<SealedBatch>(checked);
  domain::Open(state_, OpenedBy(sealed), sealed.batch.prepared[0]);
  ledger_ = LedgerId{self.origin, tip_.last_hash};
  const std::vector<domain::Outcome> outcomes(1);
  CompareOutcomes(outcomes);
  if (on_batch_) {
    const auto author = domain::FindAuthor(state_, domain::kAdministrators);
    on_batch_({0, time_us, &sealed, &*author, &outcomes});
  }
  return state_->status();
}

absl::Status Replay::JudgePending() {
  const codec::Seal seal = pending_.front().entry.seal;
  const uint64_t first = pending_.front().sequence;
  AMANAH_CHECK(ledger_.has_value());
  auto author = AuthorOfSeal(seal);
  if (!author.has_value()) {
    Report(first, FindingKind::kSeal, "no entry introduced its sealing key");
    return state_->status();
  }
  auto parsed = ParsePending(*ledger_, *std::move(author));
  if (!parsed.has_value()) return state_->status();
  auto checked = CheckCompactSeal(*std::move(parsed), seal, state_,
                                  options_.verify_signatures);
  if (const auto* error = std::get_if<BatchError>(&checked)) {
    Report(first, KindOf(error->problem), error->message);
    return state_->status();
  }
  return JudgeSealed(std::get<SealedBatch>(checked));
}

absl::Status Replay::JudgeSealed(const SealedBatch& sealed) {
  const uint64_t first = pending_.front().sequence;
  const int64_t time_us = pending_.front().entry.time_us;
  const SealedBatch* const batches[] = {&sealed};
  Prefetch(batches, state_);
  auto admitted = Admit(*ledger_, sealed, time_us, state_);
  if (std::holds_alternative<Repeat>(admitted)) {
    Report(first, FindingKind::kRepeat,
           absl::StrFormat("its batch was recorded already, from entry %d on",
                           std::get<Repeat>(admitted).front()));
    return state_->status();
  }
  if (const auto* error = std::get_if<BatchError>(&admitted)) {
    if (error->problem == Problem::kNeedsRules) {
      return absl::FailedPreconditionError(error->message);
    }
    AMANAH_RETURN_IF_ERROR(state_->status());
    Report(first + error->statement_index.value_or(0), KindOf(error->problem),
           error->message);
    return absl::OkStatus();
  }
  const Admission& admission = std::get<Admission>(admitted);
  const std::vector<domain::Outcome> outcomes =
      JudgeStatements(sealed, admission, time_us, first, state_);
  AMANAH_RETURN_IF_ERROR(state_->status());
  CompareOutcomes(outcomes);
  if (on_batch_) {
    on_batch_({first, time_us, &sealed, &admission.author, &outcomes});
  }
  return absl::OkStatus();
}

}  // namespace amanah::judge
