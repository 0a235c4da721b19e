#include "ledger/judge/proved_entry.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include "absl/strings/str_format.h"
#include "ledger/base/base64.h"
#include "ledger/base/status.h"
#include "ledger/codec/statement_codec.h"
#include "ledger/judge/admission.h"
#include "ledger/judge/opening.h"
#include "ledger/log/merkle.h"
#include "ledger/log/possession.h"
#include "ledger/log/proof.h"

namespace amanah::judge {
namespace {

using domain::Role;

absl::Status Disproved(uint64_t sequence, std::string_view why) {
  return absl::DataLossError(absl::StrFormat("entry %d: %s", sequence, why));
}

absl::Status Disproved(uint64_t sequence, const absl::Status& status) {
  return Disproved(sequence, std::string(status.message()));
}

// The seal as its author signed it.
log::SealText TextOf(const LedgerId& ledger, const codec::Entry& entry,
                     std::string author) {
  log::SealText seal;
  seal.origin = ledger.origin;
  // Entry 0 cannot name its own hash.
  if (entry.sequence != 0) seal.genesis = ledger.genesis;
  seal.author = std::move(author);
  seal.last_second = entry.seal.last_second;
  seal.size = entry.seal.size;
  seal.root = entry.seal.root;
  return seal;
}

bool Proves(const LedgerId& ledger, const domain::NewKey& key,
            std::string_view name, std::string_view role) {
  return crypto::Verify(key.key,
                        AsBytes(log::FormatPossessionText(
                            {ledger.origin, ledger.genesis, std::string(name),
                             std::string(role)})),
                        key.possession);
}

// The role that a rotated key's own proof of possession names. Its holder
// signed it, and the ledger accepts no rotation whose proof names another role
// than the authority's, so the enrolment need not be at hand.
std::optional<Role> RoleOfRotation(const LedgerId& ledger,
                                   const domain::KeyRotated& body) {
  for (const Role role : {Role::kAdministrator, Role::kProgramOwner,
                          Role::kRegistry, Role::kBank, Role::kAuditor}) {
    if (Proves(ledger, body.key, body.name, RoleName(role))) return role;
  }
  return std::nullopt;
}

// The entry's place in the log and its statement's place in the batch.
absl::Status CheckPaths(const EntryProof& proof, const codec::Entry& entry,
                        const log::Checkpoint& checkpoint) {
  if (entry.sequence != proof.sequence) {
    return Disproved(
        proof.sequence,
        absl::StrFormat("its bytes are those of entry %d", entry.sequence));
  }
  const absl::Status included = log::CheckInclusion(
      proof.sequence, checkpoint.size, log::LeafHash(AsBytes(proof.bytes)),
      proof.inclusion_path, checkpoint.root);
  if (!included.ok()) return Disproved(proof.sequence, included);
  const absl::Status sealed =
      log::CheckInclusion(entry.seal.index, entry.seal.size,
                          log::LeafHash(AsBytes(entry.statement)),
                          proof.batch_path, entry.seal.root);
  if (!sealed.ok()) {
    return Disproved(
        proof.sequence,
        absl::StrFormat("its statement is not one of its seal's batch: %s",
                        std::string(sealed.message())));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<KeyRing> KeyRing::FromEntryZero(const LedgerId& ledger,
                                               std::string_view bytes) {
  const crypto::Hash hash = log::LeafHash(AsBytes(bytes));
  if (hash != ledger.genesis) {
    return Disproved(
        0, absl::StrFormat("its hash is %s, and %s was to be expected",
                           EncodeBase64(hash.view()),
                           EncodeBase64(ledger.genesis.view())));
  }
  auto entry = codec::DecodeEntry(AsBytes(bytes));
  if (!entry.ok()) return Disproved(0, entry.status());
  if (entry->sequence != 0 || entry->previous != crypto::Hash{} ||
      entry->seal.size != 1 || !entry->outcome.accepted()) {
    return Disproved(0, "it does not begin a log");
  }
  auto parsed = ParseStatements(
      TextOf(ledger, *entry, std::string(domain::kAdministrators)),
      {entry->statement});
  if (const auto* error = std::get_if<BatchError>(&parsed)) {
    return Disproved(0, error->message);
  }
  const auto sealed = CheckCompactOpening(
      std::get<ParsedBatch>(std::move(parsed)), entry->seal);
  if (const auto* error = std::get_if<BatchError>(&sealed)) {
    return Disproved(0, error->message);
  }
  KeyRing ring;
  ring.ledger_ = ledger;
  ring.opening_ = OpenedBy(std::get<SealedBatch>(sealed));
  AMANAH_RETURN_IF_ERROR(ring.Take(0, ring.opening_));
  ring.taken_.emplace(0, hash);
  return ring;
}

absl::StatusOr<VerifiedEntry> KeyRing::Verify(
    const EntryProof& proof, const log::Checkpoint& checkpoint) const {
  auto entry = codec::DecodeEntry(AsBytes(proof.bytes));
  if (!entry.ok()) return Disproved(proof.sequence, entry.status());
  AMANAH_RETURN_IF_ERROR(CheckPaths(proof, *entry, checkpoint));
  auto statement = codec::DecodeStatement(AsBytes(entry->statement));
  if (!statement.ok()) return Disproved(proof.sequence, statement.status());

  VerifiedEntry verified;
  verified.entry = *std::move(entry);
  verified.statement = *std::move(statement);
  verified.hash = log::LeafHash(AsBytes(proof.bytes));
  if (proof.sequence == 0 && verified.hash != ledger_.genesis) {
    return Disproved(0, "it is not the entry 0 of this ledger");
  }
  AMANAH_RETURN_IF_ERROR(FindSigners(&verified));
  verified.seal = TextOf(ledger_, verified.entry, verified.author);
  if (const auto error =
          CheckLastSecond(verified.seal, verified.entry.time_us)) {
    return Disproved(proof.sequence, error->message);
  }
  AMANAH_RETURN_IF_ERROR(CheckSignatures(verified));
  return verified;
}

// Who signed, and so who speaks. Entries that follow are sealed by keys that
// were introduced before them.
absl::Status KeyRing::FindSigners(VerifiedEntry* verified) const {
  const codec::Entry& entry = verified->entry;
  for (const codec::SealSignature& one : entry.seal.signatures) {
    if (one.key_entry >= entry.sequence && entry.sequence != 0) {
      return Disproved(entry.sequence,
                       absl::StrFormat("its key comes from entry %d, which is "
                                       "not before it",
                                       one.key_entry));
    }
    const auto holder = holders_.find({one.key_entry, one.key_position});
    if (holder == holders_.end()) {
      return absl::NotFoundError(absl::StrFormat(
          "entry %d was sealed by key %d of entry %d, which was not given",
          entry.sequence, one.key_position, one.key_entry));
    }
    if (entry.seal.administrators &&
        holder->second.role != Role::kAdministrator) {
      return Disproved(entry.sequence, absl::StrFormat("%s is no administrator",
                                                       holder->second.name));
    }
    verified->signers.push_back(holder->second.name);
  }
  verified->author = entry.seal.administrators
                         ? std::string(domain::kAdministrators)
                         : verified->signers.at(0);
  return absl::OkStatus();
}

absl::Status KeyRing::CheckSignatures(const VerifiedEntry& verified) const {
  const codec::Entry& entry = verified.entry;
  const std::string text = log::FormatSealText(verified.seal);
  for (size_t i = 0; i < entry.seal.signatures.size(); ++i) {
    const codec::SealSignature& one = entry.seal.signatures[i];
    const Holder& holder = holders_.at({one.key_entry, one.key_position});
    if (!crypto::Verify(holder.key, AsBytes(text), one.signature)) {
      return Disproved(
          entry.sequence,
          absl::StrFormat("the signature of %s does not verify", holder.name));
    }
  }
  std::vector<std::string> signers = verified.signers;
  std::sort(signers.begin(), signers.end());
  if (std::adjacent_find(signers.begin(), signers.end()) != signers.end()) {
    return Disproved(entry.sequence, "one administrator signed twice");
  }
  if (entry.seal.administrators && signers.size() < opening_.threshold) {
    return Disproved(entry.sequence,
                     absl::StrFormat("%d administrators must sign, %d did",
                                     opening_.threshold, signers.size()));
  }
  return absl::OkStatus();
}

absl::Status KeyRing::Add(const EntryProof& proof,
                          const log::Checkpoint& checkpoint) {
  const auto taken = taken_.find(proof.sequence);
  if (taken != taken_.end() &&
      taken->second == log::LeafHash(AsBytes(proof.bytes))) {
    return absl::OkStatus();
  }
  AMANAH_ASSIGN_OR_RETURN(const VerifiedEntry verified,
                          Verify(proof, checkpoint));
  if (taken != taken_.end()) {
    return Disproved(proof.sequence, "it was another entry before");
  }
  if (!verified.entry.outcome.accepted() ||
      !verified.entry.seal.administrators) {
    return Disproved(proof.sequence, "it gives nobody a key");
  }
  AMANAH_RETURN_IF_ERROR(Take(proof.sequence, verified.statement.body));
  taken_.emplace(proof.sequence, verified.hash);
  return absl::OkStatus();
}

absl::Status KeyRing::Take(uint64_t sequence, const domain::Body& body) {
  if (const auto* opened = std::get_if<domain::LedgerOpened>(&body);
      opened != nullptr && sequence == 0) {
    uint32_t position = 0;
    for (const domain::Administrator& one : opened->administrators) {
      holders_[{0, position++}] = {one.name, Role::kAdministrator, one.key.key};
    }
    checkpoint_keys_.emplace(
        0, log::MakeVerifierKey(opened->origin, opened->checkpoint_key.key));
    return absl::OkStatus();
  }
  if (const auto* enrolled = std::get_if<domain::AuthorityEnrolled>(&body)) {
    if (!Proves(ledger_, enrolled->key, enrolled->name,
                RoleName(enrolled->role))) {
      return Disproved(sequence, "its new key does not prove its possession");
    }
    holders_[{sequence, 0}] = {enrolled->name, enrolled->role,
                               enrolled->key.key};
    return absl::OkStatus();
  }
  if (const auto* rotated = std::get_if<domain::KeyRotated>(&body)) {
    const auto role = RoleOfRotation(ledger_, *rotated);
    if (!role.has_value()) {
      return Disproved(sequence, "its new key does not prove its possession");
    }
    holders_[{sequence, 0}] = {rotated->name, *role, rotated->key.key};
    return absl::OkStatus();
  }
  if (const auto* rotated = std::get_if<domain::LedgerKeyRotated>(&body)) {
    if (rotated->key_name != ledger_.origin ||
        !Proves(ledger_, rotated->key, ledger_.origin,
                LedgerKeyRoleName(rotated->kind))) {
      return Disproved(sequence, "its new key does not prove its possession");
    }
    if (rotated->kind == domain::LedgerKeyKind::kCheckpoint) {
      checkpoint_keys_.emplace(
          sequence, log::MakeVerifierKey(ledger_.origin, rotated->key.key));
    }
    return absl::OkStatus();
  }
  return Disproved(sequence, "it gives nobody a key");
}

// A key signs until the checkpoint that includes its successor, which the
// successor signs; so a retired key cannot speak of a later size.
absl::StatusOr<log::Checkpoint> KeyRing::OpenCheckpoint(
    std::string_view note) const {
  AMANAH_ASSIGN_OR_RETURN(const log::Note parsed, log::ParseNote(note));
  AMANAH_ASSIGN_OR_RETURN(const log::Checkpoint unverified,
                          log::ParseCheckpointText(parsed.text));
  auto key = checkpoint_keys_.lower_bound(unverified.size);
  if (key != checkpoint_keys_.begin()) --key;
  AMANAH_ASSIGN_OR_RETURN(
      log::OpenedCheckpoint opened,
      log::OpenCheckpoint(note, ledger_.origin, {&key->second, 1}));
  return std::move(opened.checkpoint);
}

}  // namespace amanah::judge
