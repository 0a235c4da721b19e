// Replay: recorded entries, judged again. What a start-up does from where its
// state stands, and an auditor from entry 0 on.
//
// Each entry is compared with what the same code would have recorded. A
// difference is a finding; replay reports it and goes on, so that one forged
// entry neither hides the next nor is reported again with all that follows from
// it: with the book's own outcome where the recorded one is another, and with
// the batch as it stands where its seal is broken or it should have been an
// error. A repeat, an incomplete batch and what cannot be read have no effect.
#ifndef AMANAH_LEDGER_JUDGE_REPLAY_H_
#define AMANAH_LEDGER_JUDGE_REPLAY_H_

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "ledger/codec/entry_codec.h"
#include "ledger/judge/judge.h"
#include "ledger/judge/read_ahead.h"

namespace amanah::judge {

enum class FindingKind : uint8_t {
  kMalformed,    // the bytes are no entry
  kSequence,     // the entry names another place
  kChain,        // `previous` is not the hash of the entry before
  kTime,         // earlier than the entry before, or in the future
  kBatch,        // a batch that is not whole, or entries of two mixed
  kSeal,         // the seal does not verify or is not of these statements
  kNotAdmitted,  // should have been an error, and no entry
  kRepeat,       // was recorded before, and should be no entry
  kOutcome,      // the book decides otherwise
  kBalance,      // an account does not balance
  kTree,         // a tile or checkpoint is not that of the entries
};

// "outcome"
std::string_view FindingKindName(FindingKind kind);

struct Finding {
  uint64_t sequence = 0;
  FindingKind kind = FindingKind::kMalformed;
  std::string text;
};

// A recorded batch after it was judged, for those who derive more from it.
struct ReplayedBatch {
  uint64_t first_sequence = 0;
  int64_t time_us = 0;
  const SealedBatch* batch = nullptr;
  // Of entry 0 in an opening: the administrators together.
  const domain::Author* author = nullptr;
  const std::vector<domain::Outcome>* outcomes = nullptr;
  // Its signatures were verified, and cover these statements.
  bool seal_verified = false;
};

struct ReplayOptions {
  // Verify signatures. A start-up does not: it replays what this very ledger
  // checked and synced.
  bool verify_signatures = true;
  // UTC microseconds: a later time is a finding. Quotas are counted by the days
  // of entries, so days that have not come yet would lend a quota of theirs.
  int64_t time_max_us = std::numeric_limits<int64_t>::max();
};

// Not thread-safe.
class Replay {
 public:
  using OnFinding = std::function<void(Finding)>;
  using OnBatch = std::function<void(const ReplayedBatch&)>;

  // From the first entry on. `state` must outlive it.
  Replay(domain::Overlay* state, ReplayOptions options, OnFinding on_finding,
         OnBatch on_batch = nullptr);
  // From entry `tip.size` on, where a batch begins; `state` stands there too.
  Replay(domain::Overlay* state, LedgerId ledger, Tip tip,
         ReplayOptions options, OnFinding on_finding,
         OnBatch on_batch = nullptr);

  // Takes the next entry; `hash` is its leaf hash. Fails with
  // FAILED_PRECONDITION "needs rules version N" when this software cannot
  // judge what follows, with DATA_LOSS when entry 0 opens no ledger, and as the
  // state's reader does. Nothing more may be added after that.
  absl::Status Add(ByteView entry, const crypto::Hash& hash);
  // The same for an entry that was read ahead.
  absl::Status Add(ReadEntry read);
  // The log ends here: a batch that is not whole is a finding.
  void Finish();

  // Whether a batch ends at the last entry that was added.
  bool between_batches() const { return pending_.empty(); }
  const Tip& tip() const { return tip_; }
  // Set after entry 0.
  const std::optional<LedgerId>& ledger() const { return ledger_; }

 private:
  struct Pending {
    uint64_t sequence;
    codec::Entry entry;
    std::shared_ptr<const std::string> author;
    std::optional<domain::Prepared> prepared;  // for that author
  };
  void Report(uint64_t sequence, FindingKind kind, std::string text);
  absl::Status CheckRules();
  void CheckPlace(const codec::Entry& entry);
  bool Continues(const codec::Entry& entry) const;
  void DropPending(std::string_view why);
  absl::Status JudgePending();
  absl::Status JudgeEntryZero();
  std::optional<std::string> AuthorOfSeal(const codec::Seal& seal);
  // Reports what keeps the statements from being judged at all.
  std::optional<PreparedStatements> PreparePending(
      std::string_view author, std::vector<std::string>* statements);
  bool CheckSealOf(const SealedBatch& sealed, const crypto::Hash& root);
  std::optional<Admission> AdmitPending(const SealedBatch& sealed);
  std::string PlacesOfPending() const;
  void CompareOutcomes(const std::vector<domain::Outcome>& outcomes);
  absl::Status JudgeSealed(const SealedBatch& sealed, bool seal_verified);

  domain::Overlay* state_;
  ReplayOptions options_;
  OnFinding on_finding_;
  OnBatch on_batch_;
  std::optional<LedgerId> ledger_;
  Tip tip_;
  std::vector<Pending> pending_;
};

}  // namespace amanah::judge

#endif  // AMANAH_LEDGER_JUDGE_REPLAY_H_
