#include "client/verify.h"

#include <algorithm>
#include <utility>

#include "absl/strings/cord.h"
#include "client/describe.h"
#include "ledger/base/base64.h"
#include "ledger/base/clock.h"
#include "ledger/base/status.h"
#include "ledger/log/merkle.h"
#include "ledger/log/note.h"
#include "ledger/log/proof.h"

namespace amanah::client {
namespace {

using Paths = google::protobuf::RepeatedPtrField<std::string>;
using Entries = google::protobuf::RepeatedPtrField<v1::ProvedEntry>;

constexpr char kForkPayload[] = "amanah/fork";

absl::Status NotSo(std::string_view why) {
  return absl::DataLossError(absl::StrFormat("%s", why));
}

absl::StatusOr<std::vector<crypto::Hash>> HashesOf(const Paths& path) {
  std::vector<crypto::Hash> hashes;
  for (const std::string& one : path) {
    const auto hash = crypto::HashFromBytes(AsBytes(one));
    if (!hash.has_value()) {
      return NotSo(
          absl::StrFormat("a path of the answer holds %d bytes for a "
                          "hash of 32",
                          one.size()));
    }
    hashes.push_back(*hash);
  }
  return hashes;
}

absl::StatusOr<judge::EntryProof> ProofOf(const v1::ProvedEntry& entry) {
  judge::EntryProof proof;
  proof.sequence = entry.sequence();
  proof.bytes = entry.entry();
  AMANAH_ASSIGN_OR_RETURN(proof.inclusion_path,
                          HashesOf(entry.inclusion_path()));
  AMANAH_ASSIGN_OR_RETURN(proof.batch_path, HashesOf(entry.batch_path()));
  return proof;
}

// An entry that our role may not read: its hash and place alone.
absl::Status CheckHashOnly(const judge::EntryProof& proof,
                           const crypto::Hash& hash,
                           const log::Checkpoint& checkpoint) {
  const absl::Status included =
      log::CheckInclusion(proof.sequence, checkpoint.size, hash,
                          proof.inclusion_path, checkpoint.root);
  if (included.ok()) return absl::OkStatus();
  return NotSo(absl::StrFormat("entry %d: %s", proof.sequence,
                               std::string(included.message())));
}

absl::StatusOr<log::Checkpoint> ParseUnverified(std::string_view note) {
  const auto parsed = log::ParseNote(note);
  if (!parsed.ok()) {
    return NotSo(absl::StrFormat("the checkpoint: %s",
                                 std::string(parsed.status().message())));
  }
  auto checkpoint = log::ParseCheckpointText(parsed->text);
  if (!checkpoint.ok())
    return NotSo(std::string(checkpoint.status().message()));
  return *std::move(checkpoint);
}

absl::Status AddKeys(const Entries& key_entries,
                     const log::Checkpoint& checkpoint, judge::KeyRing* keys) {
  for (const v1::ProvedEntry& one : key_entries) {
    AMANAH_ASSIGN_OR_RETURN(const judge::EntryProof proof, ProofOf(one));
    const crypto::Hash hash = log::LeafHash(AsBytes(proof.bytes));
    if (one.entry_hash() != AsText(hash.view())) {
      return NotSo(absl::StrFormat(
          "the answer gives entry %d another hash than its bytes have",
          proof.sequence));
    }
    // A ring does not look again at what it knows; an answer that misplaces it
    // is untrue all the same.
    AMANAH_RETURN_IF_ERROR(CheckHashOnly(proof, hash, checkpoint));
    AMANAH_RETURN_IF_ERROR(keys->Add(proof, checkpoint));
  }
  return absl::OkStatus();
}

// An answer that cannot be relied on is DATA_LOSS, whatever was wrong with it.
absl::Status AsNotSo(const absl::Status& status) {
  return status.ok() ? status : NotSo(std::string(status.message()));
}

// What `result` says must be what the entry says.
absl::Status CompareResult(const VerifiedProof::Item& item,
                           std::string_view author,
                           const std::string& statement,
                           const v1::Result& result) {
  const uint64_t sequence = result.sequence();
  if (item.hash.view().size() != result.entry_hash().size() ||
      AsText(item.hash.view()) != result.entry_hash()) {
    return NotSo(absl::StrFormat(
        "the acknowledgement names another hash than entry %d has", sequence));
  }
  if (!item.content.has_value()) {
    return NotSo(
        absl::StrFormat("the server withholds our own entry %d", sequence));
  }
  const judge::VerifiedEntry& content = *item.content;
  if (content.entry.statement != statement || content.author != author) {
    return NotSo(absl::StrFormat(
        "entry %d does not hold the statement that was posted", sequence));
  }
  const auto outcome = OutcomeOf(result.outcome());
  if (!outcome.ok() || *outcome != content.entry.outcome) {
    return NotSo(absl::StrFormat(
        "the acknowledgement gives entry %d another outcome than it has",
        sequence));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ReportFork(const KeptState& kept, std::string_view why,
                        std::string_view kept_note, std::string_view new_note) {
  const auto file =
      kept.KeepFork(why, kept_note, new_note, SystemClock().NowUs());
  absl::Status status = NotSo(absl::StrFormat(
      "%s (%s)", why,
      file.ok()
          ? absl::StrFormat("both checkpoints are kept in %s", file->string())
          : absl::StrFormat("the checkpoints could not be kept: %s",
                            std::string(file.status().message()))));
  status.SetPayload(kForkPayload, absl::Cord());
  return status;
}

bool IsFork(const absl::Status& status) {
  return status.GetPayload(kForkPayload).has_value();
}

Verifier::Verifier(judge::LedgerId ledger, KeptState kept, Fetch fetch)
    : ledger_(std::move(ledger)),
      kept_(std::move(kept)),
      fetch_(std::move(fetch)) {}

// What was kept is read before anything is asked: whatever the server then
// calls newest cannot be older than it.
absl::Status Verifier::Begin() {
  if (keys_.has_value()) return absl::OkStatus();
  AMANAH_ASSIGN_OR_RETURN(auto bytes, kept_.ReadEntryZero());
  const bool was_kept = bytes.has_value();
  if (was_kept && log::LeafHash(AsBytes(*bytes)) != ledger_.genesis) {
    return NotSo(absl::StrFormat(
        "%s remembers another ledger of the name %s: its entry 0 is %s, the "
        "profile pins %s",
        kept_.folder().string(), ledger_.origin,
        EncodeBase64(log::LeafHash(AsBytes(*bytes)).view()),
        EncodeBase64(ledger_.genesis.view())));
  }
  if (!was_kept) {
    AMANAH_ASSIGN_OR_RETURN(const v1::GetEntryResponse answer, fetch_.entry(0));
    if (answer.proof().entries_size() != 1) {
      return NotSo("the server does not show entry 0");
    }
    bytes = answer.proof().entries(0).entry();
  }
  AMANAH_ASSIGN_OR_RETURN(judge::KeyRing keys,
                          judge::KeyRing::FromEntryZero(ledger_, *bytes));
  AMANAH_ASSIGN_OR_RETURN(before_, kept_.ReadCheckpoint());
  if (!was_kept) AMANAH_RETURN_IF_ERROR(kept_.KeepEntryZero(*bytes));
  last_ = before_;
  if (!last_.has_value()) {
    // Whoever has seen nothing yet has entry 0, which is a log of one entry.
    last_ = {{ledger_.origin, 1, ledger_.genesis, {}}, ""};
  }
  keys_ = std::move(keys);
  return absl::OkStatus();
}

absl::StatusOr<log::Checkpoint> Verifier::Open(std::string_view note) {
  auto opened = keys_->OpenCheckpoint(note);
  if (opened.ok()) return opened;
  if (opened.status().code() == absl::StatusCode::kUnauthenticated) {
    // The ledger may have another checkpoint key by now.
    AMANAH_RETURN_IF_ERROR(LearnCheckpointKeys());
    opened = keys_->OpenCheckpoint(note);
    if (opened.ok()) return opened;
  }
  return NotSo(absl::StrFormat("the checkpoint: %s",
                               std::string(opened.status().message())));
}

// The entries that rotated the key are proved by administrators' seals, and
// their place against the very checkpoint that the new key signed; only if that
// signature then verifies is any of it kept.
absl::Status Verifier::LearnCheckpointKeys() {
  AMANAH_ASSIGN_OR_RETURN(const v1::GetCheckpointResponse answer,
                          fetch_.checkpoint());
  AMANAH_ASSIGN_OR_RETURN(const log::Checkpoint unverified,
                          ParseUnverified(answer.checkpoint()));
  judge::KeyRing keys = *keys_;
  AMANAH_RETURN_IF_ERROR(
      AsNotSo(AddKeys(answer.key_entries(), unverified, &keys)));
  const auto opened = keys.OpenCheckpoint(answer.checkpoint());
  if (!opened.ok()) {
    return NotSo(absl::StrFormat("the newest checkpoint: %s",
                                 std::string(opened.status().message())));
  }
  keys_ = std::move(keys);
  return absl::OkStatus();
}

absl::Status Verifier::ReportFork(std::string_view why, std::string_view note) {
  return client::ReportFork(kept_, why, last_->note, note);
}

absl::Status Verifier::CheckPrefix(const log::Checkpoint& smaller,
                                   const log::Checkpoint& larger,
                                   std::string_view note) {
  AMANAH_ASSIGN_OR_RETURN(const v1::GetConsistencyProofResponse answer,
                          fetch_.consistency(smaller.size, larger.size));
  const auto path = HashesOf(answer.path());
  const absl::Status checked =
      path.ok() ? log::CheckConsistency(smaller.size, larger.size, *path,
                                        smaller.root, larger.root)
                : path.status();
  if (checked.ok()) return absl::OkStatus();
  return ReportFork(
      absl::StrFormat("the ledger forked: its %d entries do not begin with the "
                      "%d of another checkpoint that it signed: %s",
                      larger.size, smaller.size,
                      std::string(checked.message())),
      note);
}

absl::Status Verifier::CheckContinues(const log::Checkpoint& tip,
                                      std::string_view note) {
  const log::Checkpoint& last = last_->checkpoint;
  if (before_.has_value() && tip.size < before_->checkpoint.size) {
    return ReportFork(
        absl::StrFormat("the ledger went backwards: it had %d entries, and now "
                        "says it has %d",
                        before_->checkpoint.size, tip.size),
        note);
  }
  if (tip.size == last.size && tip.root != last.root) {
    return ReportFork(absl::StrFormat("the ledger forked: it signed two roots "
                                      "for %d entries",
                                      tip.size),
                      note);
  }
  if (tip.size == 0) {
    return ReportFork("the ledger says that it has no entry 0", note);
  }
  if (tip.size < last.size) return CheckPrefix(tip, last, note);
  if (tip.size > last.size) {
    AMANAH_RETURN_IF_ERROR(CheckPrefix(last, tip, note));
  }
  // Equal to what is kept already, unless this is the first one.
  if (tip.size > last.size || last_->note.empty()) {
    SeenCheckpoint seen{tip, std::string(note)};
    AMANAH_RETURN_IF_ERROR(kept_.KeepCheckpoint(seen));
    last_ = std::move(seen);
  }
  return absl::OkStatus();
}

absl::Status Verifier::Prepare() {
  const std::lock_guard lock(mutex_);
  return Begin();
}

absl::StatusOr<log::Checkpoint> Verifier::OpenNote(std::string_view note) {
  const std::lock_guard lock(mutex_);
  AMANAH_RETURN_IF_ERROR(Begin());
  return Open(note);
}

absl::StatusOr<log::Checkpoint> Verifier::OpenTip(std::string_view note) {
  const std::lock_guard lock(mutex_);
  AMANAH_RETURN_IF_ERROR(Begin());
  AMANAH_ASSIGN_OR_RETURN(log::Checkpoint tip, Open(note));
  AMANAH_RETURN_IF_ERROR(CheckContinues(tip, note));
  return tip;
}

absl::StatusOr<VerifiedProof::Item> Verifier::VerifyEntry(
    const v1::ProvedEntry& entry, const Entries& key_entries,
    const log::Checkpoint& checkpoint) {
  const std::lock_guard lock(mutex_);
  AMANAH_RETURN_IF_ERROR(Begin());
  AMANAH_RETURN_IF_ERROR(AsNotSo(AddKeys(key_entries, checkpoint, &*keys_)));
  AMANAH_ASSIGN_OR_RETURN(const judge::EntryProof proof, ProofOf(entry));
  const auto hash = crypto::HashFromBytes(AsBytes(entry.entry_hash()));
  if (!hash.has_value() ||
      (!proof.bytes.empty() && *hash != log::LeafHash(AsBytes(proof.bytes)))) {
    return NotSo(absl::StrFormat(
        "the answer gives entry %d another hash than its bytes have",
        proof.sequence));
  }
  VerifiedProof::Item item;
  item.sequence = proof.sequence;
  item.hash = *hash;
  if (proof.bytes.empty()) {
    AMANAH_RETURN_IF_ERROR(CheckHashOnly(proof, *hash, checkpoint));
    return item;
  }
  auto content = keys_->Verify(proof, checkpoint);
  if (!content.ok()) return AsNotSo(content.status());
  item.content = *std::move(content);
  return item;
}

absl::StatusOr<VerifiedProof> Verifier::VerifyProof(const v1::Proof& proof) {
  VerifiedProof verified;
  AMANAH_ASSIGN_OR_RETURN(verified.checkpoint, OpenTip(proof.checkpoint()));
  for (const v1::ProvedEntry& one : proof.entries()) {
    AMANAH_ASSIGN_OR_RETURN(
        VerifiedProof::Item item,
        VerifyEntry(one, proof.key_entries(), verified.checkpoint));
    verified.items.push_back(std::move(item));
  }
  return verified;
}

absl::StatusOr<VerifiedProof::Item> Verifier::FetchEntry(uint64_t sequence) {
  AMANAH_RETURN_IF_ERROR(Prepare());
  AMANAH_ASSIGN_OR_RETURN(const v1::GetEntryResponse answer,
                          fetch_.entry(sequence));
  AMANAH_ASSIGN_OR_RETURN(VerifiedProof proof, VerifyProof(answer.proof()));
  if (proof.items.size() != 1 || proof.items[0].sequence != sequence) {
    return NotSo(
        absl::StrFormat("the server answers with another entry than "
                        "entry %d",
                        sequence));
  }
  return std::move(proof.items[0]);
}

bool Verifier::WasThereBefore(uint64_t sequence) {
  const std::lock_guard lock(mutex_);
  return before_.has_value() && sequence < before_->checkpoint.size;
}

absl::Status Verifier::VerifyAcknowledgement(
    std::string_view author, const std::vector<std::string>& statements,
    const v1::Acknowledgement& acknowledgement,
    const std::function<void(size_t done)>& on_progress) {
  if (static_cast<size_t>(acknowledgement.results_size()) !=
      statements.size()) {
    return NotSo(absl::StrFormat("%d statements were posted, and %d answered",
                                 statements.size(),
                                 acknowledgement.results_size()));
  }
  AMANAH_ASSIGN_OR_RETURN(const log::Checkpoint tip,
                          OpenTip(acknowledgement.checkpoint()));
  for (size_t i = 0; i < statements.size(); ++i) {
    const v1::Result& result = acknowledgement.results(static_cast<int>(i));
    if (result.sequence() >= tip.size) {
      return NotSo(
          absl::StrFormat("the acknowledgement's checkpoint of %d "
                          "entries does not include entry %d",
                          tip.size, result.sequence()));
    }
    AMANAH_ASSIGN_OR_RETURN(const VerifiedProof::Item item,
                            FetchEntry(result.sequence()));
    AMANAH_RETURN_IF_ERROR(CompareResult(item, author, statements[i], result));
    if (!acknowledgement.repeat() && WasThereBefore(result.sequence())) {
      return NotSo(absl::StrFormat(
          "the server says that it recorded entry %d now, and it was there "
          "before",
          result.sequence()));
    }
    if (on_progress) on_progress(i + 1);
  }
  return absl::OkStatus();
}

}  // namespace amanah::client
