#include "ledger/judge/sealing.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"
#include "ledger/log/verifier_key.h"

namespace amanah::judge {
namespace {

using domain::Author;
using domain::AuthorityKey;
using domain::Role;

BatchError Error(Problem problem, std::string message) {
  return {problem, std::move(message), {}, {}};
}

// One signature that verified.
struct Signed {
  uint64_t signer = 0;
  codec::SealSignature signature;
};

// Whose signature this is: the author's own, or one administrator's where they
// speak together.
OrError<Author> SignerOf(const ParsedBatch& batch,
                         const log::NoteSignature& signature,
                         domain::Overlay* state) {
  const bool together = batch.seal.author == domain::kAdministrators;
  if (!together && signature.name != batch.seal.author) {
    return Error(Problem::kKeyUnknown,
                 absl::StrFormat("the seal of %s is signed in the name of %s",
                                 batch.seal.author, signature.name));
  }
  auto signer = domain::FindAuthor(state, signature.name);
  if (!signer.has_value() || signer->administrators() ||
      (together && signer->authority.role != Role::kAdministrator)) {
    return Error(together ? Problem::kKeyUnknown : Problem::kAuthorUnknown,
                 absl::StrFormat("no %s named %s",
                                 together ? "administrator" : "authority",
                                 signature.name));
  }
  return *std::move(signer);
}

// Tries the signer's keys of the signature's id, the newest first. The id is
// four bytes, so several keys may share it.
OrError<Signed> VerifyOne(const std::string& text, const Author& signer,
                          const log::NoteSignature& signature) {
  const auto raw = crypto::SignatureFromBytes(AsBytes(signature.signature));
  bool known = false;
  const auto& keys = signer.authority.keys;
  for (auto key = keys.rbegin(); key != keys.rend(); ++key) {
    if (log::KeyId(signature.name, log::kTypeEd25519, key->key.view()) !=
        signature.id) {
      continue;
    }
    known = true;
    if (raw.has_value() && crypto::Verify(key->key, AsBytes(text), *raw)) {
      return Signed{signer.ordinal, {key->entry, key->position, *raw}};
    }
  }
  return known ? Error(Problem::kSignature,
                       absl::StrFormat("the signature of %s does not verify",
                                       signature.name))
               : Error(Problem::kKeyUnknown,
                       absl::StrFormat("%s never held the key %08x",
                                       signature.name, signature.id));
}

SealedBatch Assemble(ParsedBatch batch, std::vector<Signed> signatures) {
  std::sort(signatures.begin(), signatures.end(),
            [](const Signed& a, const Signed& b) {
              return std::pair(a.signature.key_entry,
                               a.signature.key_position) <
                     std::pair(b.signature.key_entry, b.signature.key_position);
            });
  SealedBatch sealed;
  sealed.seal.size = batch.seal.size;
  sealed.seal.root = batch.seal.root;
  sealed.seal.last_second = batch.seal.last_second;
  sealed.seal.administrators = batch.seal.author == domain::kAdministrators;
  for (const Signed& one : signatures) {
    sealed.seal.signatures.push_back(one.signature);
    sealed.signers.push_back(one.signer);
  }
  sealed.batch = std::move(batch);
  return sealed;
}

// The signers must be distinct, and their number must suit the author.
std::optional<BatchError> CheckSigners(const log::SealText& seal,
                                       std::vector<uint64_t> signers) {
  const bool together = seal.author == domain::kAdministrators;
  const size_t most = together ? codec::kSealSignaturesMax : 1;
  if (signers.empty() || signers.size() > most) {
    return Error(Problem::kSealForm,
                 absl::StrFormat("a seal of %s has 1 to %d signatures, this "
                                 "one %d",
                                 seal.author, most, signers.size()));
  }
  std::sort(signers.begin(), signers.end());
  if (std::adjacent_find(signers.begin(), signers.end()) != signers.end()) {
    return Error(Problem::kSealForm, "one administrator signed twice");
  }
  return std::nullopt;
}

}  // namespace

OrError<SealedBatch> CheckSeal(ParsedBatch batch, domain::Overlay* state) {
  const std::string text = log::FormatSealText(batch.seal);
  std::vector<Signed> signatures;
  if (batch.signatures.size() > codec::kSealSignaturesMax) {
    return Error(
        Problem::kSealForm,
        absl::StrFormat("a seal has at most %d signatures, this one "
                        "%d",
                        codec::kSealSignaturesMax, batch.signatures.size()));
  }
  std::vector<uint64_t> signers;
  for (const log::NoteSignature& signature : batch.signatures) {
    auto signer = SignerOf(batch, signature, state);
    if (auto* error = std::get_if<BatchError>(&signer)) return *error;
    auto verified = VerifyOne(text, std::get<Author>(signer), signature);
    if (auto* error = std::get_if<BatchError>(&verified)) return *error;
    signatures.push_back(std::get<Signed>(verified));
    signers.push_back(signatures.back().signer);
  }
  if (auto error = CheckSigners(batch.seal, std::move(signers))) {
    return *std::move(error);
  }
  return Assemble(std::move(batch), std::move(signatures));
}

OrError<SealedBatch> BindCompactSeal(ParsedBatch batch, const codec::Seal& seal,
                                     domain::Overlay* state) {
  const bool together = batch.seal.author == domain::kAdministrators;
  std::vector<Signed> signatures;
  std::vector<uint64_t> signers;
  for (const codec::SealSignature& signature : seal.signatures) {
    const auto row = domain::LoadRow<domain::KeyRow>(
        state,
        domain::IntroducedKeyKey(signature.key_entry, signature.key_position));
    if (!row.has_value()) {
      return Error(
          Problem::kKeyUnknown,
          absl::StrFormat("entry %d introduced no key %d", signature.key_entry,
                          signature.key_position));
    }
    const auto signer = domain::AuthorOf(state, row->authority);
    if (!signer.has_value() ||
        (together ? signer->authority.role != Role::kAdministrator
                  : signer->authority.name != batch.seal.author)) {
      return Error(Problem::kKeyUnknown,
                   absl::StrFormat("the key of entry %d is not one of %s",
                                   signature.key_entry, batch.seal.author));
    }
    signatures.push_back({row->authority, signature});
    signers.push_back(row->authority);
  }
  if (auto error = CheckSigners(batch.seal, std::move(signers))) {
    return *std::move(error);
  }
  return Assemble(std::move(batch), std::move(signatures));
}

std::optional<BatchError> VerifySignatures(const SealedBatch& batch,
                                           domain::Overlay* state) {
  const std::string text = log::FormatSealText(batch.batch.seal);
  for (size_t i = 0; i < batch.signers.size(); ++i) {
    const codec::SealSignature& signature = batch.seal.signatures[i];
    const auto row = domain::LoadRow<domain::KeyRow>(
        state,
        domain::IntroducedKeyKey(signature.key_entry, signature.key_position));
    if (row.has_value() &&
        crypto::Verify(row->key, AsBytes(text), signature.signature)) {
      continue;
    }
    const auto signer = domain::AuthorOf(state, batch.signers[i]);
    return Error(Problem::kSignature,
                 absl::StrFormat("the signature of %s does not verify",
                                 signer.has_value() ? signer->authority.name
                                                    : "an unknown author"));
  }
  return std::nullopt;
}

}  // namespace amanah::judge
