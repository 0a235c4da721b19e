#include "ledger/audit/audit.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"
#include "ledger/audit/checkpoint_check.h"
#include "ledger/audit/log_reader.h"
#include "ledger/base/status.h"
#include "ledger/judge/replay.h"

namespace amanah::audit {
namespace {

// Rows that the overlay may cache before it is emptied.
constexpr size_t kCachedRowsMax = 1 << 17;

const Clock& ClockOf(const AuditOptions& options) {
  return options.clock != nullptr ? *options.clock : SystemClock();
}

// One audit.
class Auditor {
 public:
  Auditor(const log::TileSource& source, const AuditOptions& options,
          KeptCheckpoints kept, Rows* rows)
      : source_(source),
        options_(options),
        kept_(std::move(kept)),
        rows_(rows),
        overlay_(rows),
        report_finding_([this](judge::Finding finding) {
          report_.findings.Add(std::move(finding));
        }),
        replay_(&overlay_,
                {.time_max_us = ClockOf(options).NowUs() + kTimeSlackUs},
                report_finding_,
                [this](const judge::ReplayedBatch& batch) { OnBatch(batch); }) {
    report_.findings = Findings(options.findings_kept_max_per_kind);
  }

  AuditReport Run();

 private:
  absl::Status ReadCheckpoint();
  absl::Status ReadEntries();
  void Take(Chunk chunk);
  void Judge(judge::ReadEntry read);
  void OnBatch(const judge::ReplayedBatch& batch);
  void CheckGenesis(const crypto::Hash& hash);
  void CheckCheckpoint();
  void Finish(const absl::Status& read);

  const log::TileSource& source_;
  const AuditOptions& options_;
  KeptCheckpoints kept_;
  Rows* const rows_;
  domain::Overlay overlay_;
  AuditReport report_;
  OnFinding report_finding_;
  judge::Replay replay_;
  CheckpointKeys keys_;
  UnopenedCheckpoint shown_;
  crypto::Hash read_root_ =
      log::EmptyRoot();  // over the entries that were read
  bool judging_ = true;
};

absl::Status Auditor::ReadCheckpoint() {
  AMANAH_ASSIGN_OR_RETURN(std::string note, source_.ReadCheckpoint());
  AMANAH_ASSIGN_OR_RETURN(shown_, ParseCheckpoint(std::move(note)));
  report_.origin = shown_.checkpoint.origin;
  report_.size = shown_.checkpoint.size;
  report_.root = shown_.checkpoint.root;
  if (report_.size == 0) return absl::DataLossError("the log has no entry 0");
  if (options_.origin.has_value() && *options_.origin != report_.origin) {
    report_.findings.Add(0, FindingKind::kTree,
                         absl::StrFormat("the checkpoint is of %s, not of %s",
                                         report_.origin, *options_.origin));
  }
  return absl::OkStatus();
}

void Auditor::CheckGenesis(const crypto::Hash& hash) {
  report_.genesis = hash;
  if (options_.genesis.has_value() && *options_.genesis != hash) {
    report_.findings.Add(0, FindingKind::kTree,
                         "it is not the entry 0 that was to be expected");
  }
}

void Auditor::OnBatch(const judge::ReplayedBatch& batch) {
  const auto& prepared = batch.batch->batch.prepared;
  ++report_.batches;
  if (batch.seal_verified) ++report_.seals_verified;
  if (batch.first_sequence == 0) report_.first_time_us = batch.time_us;
  report_.last_time_us = std::max(report_.last_time_us, batch.time_us);
  for (size_t i = 0; i < prepared.size(); ++i) {
    const auto kind = domain::KindName(prepared[i].statement.body);
    auto found = report_.statements.find(kind);
    if (found == report_.statements.end()) {
      found = report_.statements.emplace(std::string(kind), 0).first;
    }
    ++found->second;
    const domain::Outcome& outcome = (*batch.outcomes)[i];
    if (outcome.accepted()) {
      ++report_.accepted;
    } else {
      ++report_.refused[*outcome.refusal];
    }
  }
  report_.entries_judged += prepared.size();
  keys_.Add(batch);
  std::vector<domain::StateChange> changes = overlay_.TakeChanges();
  CheckChangedAccounts(changes, batch.first_sequence + prepared.size() - 1,
                       report_finding_);
  rows_->Apply(std::move(changes));
  if (overlay_.cached() > kCachedRowsMax) overlay_.Trim();
}

void Auditor::Judge(judge::ReadEntry read) {
  if (!judging_) return;
  const absl::Status judged = replay_.Add(std::move(read));
  if (judged.ok()) return;
  // Nothing after this can be judged; hashing goes on.
  judging_ = false;
  const std::string why(judged.message());
  if (absl::IsFailedPrecondition(judged)) {
    report_.needs_rules = absl::StrFormat("%s for its last entries, after %d",
                                          why, report_.entries_judged);
  } else {
    report_.unreadable = why;
  }
}

void Auditor::Take(Chunk chunk) {
  constexpr uint64_t kEntriesPerCall = 1 << 16;
  for (judge::Finding& finding : chunk.findings) {
    report_.findings.Add(std::move(finding));
  }
  for (judge::ReadEntry& read : chunk.entries) {
    if (report_.entries_hashed++ == 0) CheckGenesis(read.hash);
    Judge(std::move(read));
  }
  const bool last = report_.entries_hashed == report_.size;
  if (options_.on_progress &&
      (last || report_.entries_hashed % kEntriesPerCall == 0)) {
    options_.on_progress(report_.entries_hashed, report_.size);
  }
}

absl::Status Auditor::ReadEntries() {
  LogReader reader(&source_, report_.size, &kept_);
  while (std::optional<Chunk> chunk = reader.Next()) Take(*std::move(chunk));
  const ReadResult read = reader.Finish();
  read_root_ = read.root;
  if (judging_ && read.status.ok()) replay_.Finish();
  return read.status;
}

void Auditor::CheckCheckpoint() {
  const std::string origin =
      replay_.ledger().has_value() ? replay_.ledger()->origin : report_.origin;
  const uint64_t last = report_.size == 0 ? 0 : report_.size - 1;
  // Which key signs now is known only when all was judged.
  const bool complete = judging_ && replay_.ledger().has_value() &&
                        report_.entries_hashed == report_.size;
  if (const absl::Status signature = keys_.Check(shown_, origin);
      complete && !signature.ok()) {
    report_.findings.Add(last, FindingKind::kTree,
                         absl::StrFormat("the checkpoint is not this ledger's: "
                                         "%s",
                                         std::string(signature.message())));
  }
  if (!shown_.checkpoint.extensions.empty()) {
    report_.findings.Add(last, FindingKind::kTree,
                         "the checkpoint has lines that none of this ledger "
                         "has");
  }
  if (report_.entries_hashed == report_.size && read_root_ != report_.root) {
    report_.findings.Add(last, FindingKind::kTree,
                         "the entries do not give the checkpoint's root");
  }
  kept_.Check(report_.size, origin, complete ? &keys_ : nullptr,
              &report_.findings);
}

void Auditor::Finish(const absl::Status& read) {
  if (!read.ok()) report_.unreadable = std::string(read.message());
  // Without a checkpoint there is no log to speak of.
  if (!shown_.note.empty()) CheckCheckpoint();
  report_.accounts = CheckAllAccounts(*rows_, report_finding_);
  report_.state_digest = rows_->Digest();
}

AuditReport Auditor::Run() {
  const Clock& clock = ClockOf(options_);
  const int64_t start_us = clock.MonotonicUs();
  absl::Status read = ReadCheckpoint();
  if (read.ok()) read = ReadEntries();
  Finish(read);
  report_.elapsed_us = clock.MonotonicUs() - start_us;
  return std::move(report_);
}

}  // namespace

absl::StatusOr<AuditReport> AuditOnto(const log::TileSource& source,
                                      const AuditOptions& options, Rows* rows) {
  std::vector<UnopenedCheckpoint> kept;
  for (const std::string& note : options.kept_checkpoints) {
    AMANAH_ASSIGN_OR_RETURN(kept.emplace_back(), ParseCheckpoint(note));
  }
  return Auditor(source, options, KeptCheckpoints(std::move(kept)), rows).Run();
}

absl::StatusOr<AuditReport> Audit(const log::TileSource& source,
                                  const AuditOptions& options) {
  Rows rows;
  return AuditOnto(source, options, &rows);
}

}  // namespace amanah::audit
