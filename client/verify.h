// Checks what a server says against what only the ledger's keys could have
// signed, and against what was seen before. Knows no gRPC: what it must fetch,
// it asks of the functions that it is given.
#ifndef AMANAH_CLIENT_VERIFY_H_
#define AMANAH_CLIENT_VERIFY_H_

#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "amanah/v1/audit.pb.h"
#include "amanah/v1/posting.pb.h"
#include "amanah/v1/query.pb.h"
#include "client/kept_state.h"
#include "ledger/judge/batch.h"
#include "ledger/judge/proved_entry.h"
#include "ledger/log/checkpoint.h"

namespace amanah::client {

// What a verifier fetches itself.
struct Fetch {
  std::function<absl::StatusOr<v1::GetEntryResponse>(uint64_t sequence)> entry;
  // With the key entries that lead from entry 0 to today's checkpoint key.
  std::function<absl::StatusOr<v1::GetCheckpointResponse>()> checkpoint;
  std::function<absl::StatusOr<v1::GetConsistencyProofResponse>(
      uint64_t old_size, uint64_t new_size)>
      consistency;
};

// An answer's entries, proved.
struct VerifiedProof {
  log::Checkpoint checkpoint;
  // In the answer's order. Where our role may not read an entry, only its hash
  // is proved, and `content` is absent.
  struct Item {
    uint64_t sequence = 0;
    crypto::Hash hash;
    std::optional<judge::VerifiedEntry> content;
  };
  std::vector<Item> items;
};

// DATA_LOSS everywhere means that what the server said is not so; the message
// says what and names the sequence. Thread-safe; while something is fetched the
// other callers wait.
class Verifier {
 public:
  Verifier(judge::LedgerId ledger, KeptState kept, Fetch fetch);

  // Reads what was kept, and entry 0 where it was not. Call it before asking
  // the server for what is then verified: an answer that was given earlier may
  // be older than what another process keeps meanwhile.
  absl::Status Prepare();

  // The checkpoint in `note`, signed by the ledger's checkpoint key. Says
  // nothing of whether it continues what was seen before.
  absl::StatusOr<log::Checkpoint> OpenNote(std::string_view note);

  // The newest checkpoint: OpenNote, and that it continues the last one seen
  // for this origin, by a consistency proof where it is larger. Then it is the
  // last one seen, in the state folder too. A smaller size, another root at the
  // same size or a proof that fails is DATA_LOSS with IsFork(); the two notes
  // are kept in a file that the message names.
  //
  // A checkpoint smaller than one that came in during this run (answers
  // overtake each other) is accepted when it is proved to be part of that one.
  absl::StatusOr<log::Checkpoint> OpenTip(std::string_view note);

  // The entry, its author's seal and its place in `checkpoint`.
  absl::StatusOr<VerifiedProof::Item> VerifyEntry(
      const v1::ProvedEntry& entry,
      const google::protobuf::RepeatedPtrField<v1::ProvedEntry>& key_entries,
      const log::Checkpoint& checkpoint);

  // OpenTip of the answer's checkpoint, and each of its entries.
  absl::StatusOr<VerifiedProof> VerifyProof(const v1::Proof& proof);

  // Fetches an entry and verifies it, and that it is the one asked for.
  absl::StatusOr<VerifiedProof::Item> FetchEntry(uint64_t sequence);

  // That an acknowledgement speaks of these statements' own entries: OpenTip,
  // and for each result its entry, fetched, with our statement's bytes, this
  // outcome and this hash; and that `repeat` does not deny what was seen before
  // this run. `author` is the seal's.
  absl::Status VerifyAcknowledgement(
      std::string_view author, const std::vector<std::string>& statements,
      const v1::Acknowledgement& acknowledgement,
      const std::function<void(size_t done)>& on_progress = nullptr);

  // Whether this entry was in the log when this run began, by the checkpoint
  // that was kept. False says nothing. Requires: the entry was verified.
  bool WasThereBefore(uint64_t sequence);

  const judge::LedgerId& ledger() const { return ledger_; }

 private:
  absl::Status Begin();
  absl::StatusOr<log::Checkpoint> Open(std::string_view note);
  absl::Status LearnCheckpointKeys();
  absl::Status CheckContinues(const log::Checkpoint& tip,
                              std::string_view note);
  absl::Status CheckPrefix(const log::Checkpoint& smaller,
                           const log::Checkpoint& larger,
                           std::string_view note);
  absl::Status ReportFork(std::string_view why, std::string_view note);

  const judge::LedgerId ledger_;
  const KeptState kept_;
  const Fetch fetch_;

  std::mutex mutex_;  // guards what follows
  std::optional<judge::KeyRing> keys_;
  // Seen before this run, and the largest seen until now.
  std::optional<SeenCheckpoint> before_;
  std::optional<SeenCheckpoint> last_;
};

// Keeps two notes that contradict, and gives the error that names the file:
// DATA_LOSS with IsFork().
absl::Status ReportFork(const KeptState& kept, std::string_view why,
                        std::string_view kept_note, std::string_view new_note);
// Whether an error tells of a ledger that forked or went backwards.
bool IsFork(const absl::Status& status);

}  // namespace amanah::client

#endif  // AMANAH_CLIENT_VERIFY_H_
