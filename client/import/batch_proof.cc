#include "client/import/batch_proof.h"

#include <algorithm>
#include <deque>
#include <span>
#include <utility>

#include "absl/strings/str_format.h"
#include "ledger/base/bytes.h"
#include "ledger/base/status.h"
#include "ledger/codec/entry_codec.h"
#include "ledger/log/merkle.h"

namespace amanah::client {
namespace {

// The two that are fetched prove a batch of two by themselves.
constexpr size_t kRebuiltSizeMin = 3;

bool IsOurStatement(const Claim& claim) {
  return log::LeafHash(AsBytes(claim.statement)) == claim.record.statement_hash;
}

// No entry could be made of it.
absl::Status CheckConflict(const OnRecord& record) {
  const auto& conflict = record.outcome.conflict;
  if (!conflict.has_value() || *conflict < record.sequence) {
    return absl::OkStatus();
  }
  return absl::DataLossError(absl::StrFormat(
      "entry %d, the server says, conflicts with entry %d, which is no earlier",
      record.sequence, *conflict));
}

bool Holds(const Claim& claim, std::string_view author,
           const VerifiedProof::Item& item) {
  if (!item.content.has_value()) return false;
  const judge::VerifiedEntry& content = *item.content;
  if (content.author != author ||
      content.entry.outcome != claim.record.outcome) {
    return false;
  }
  if (IsOurStatement(claim)) return content.entry.statement == claim.statement;
  return content.statement.reference == claim.reference &&
         log::LeafHash(AsBytes(content.entry.statement)) ==
             claim.record.statement_hash;
}

absl::StatusOr<codec::Entry> FetchAndProve(Verifier* verifier,
                                           std::string_view author,
                                           const Claim& claim) {
  AMANAH_ASSIGN_OR_RETURN(VerifiedProof::Item item,
                          verifier->FetchEntry(claim.record.sequence));
  if (Holds(claim, author, item)) return std::move(item.content->entry);
  return absl::DataLossError(absl::StrFormat(
      "entry %d is not what the server says is recorded under a reference",
      claim.record.sequence));
}

// Whether these are the statements under the seal, in their order and place.
bool IsWholeBatch(std::span<const Claim> claims, const codec::Entry& first) {
  std::vector<crypto::Hash> leaves;
  for (size_t i = 0; i < claims.size(); ++i) {
    if (claims[i].record.sequence != first.sequence + i) return false;
    leaves.push_back(claims[i].record.statement_hash);
  }
  return log::RootOf(leaves) == first.seal.root;
}

// The hash that the entry behind these holds as its `previous`, if they are
// what is claimed.
crypto::Hash HashOfLast(std::span<const Claim> claims, codec::Entry entry) {
  crypto::Hash hash = log::LeafHash(AsBytes(codec::EncodeEntry(entry)));
  for (const Claim& claim : claims.subspan(1)) {
    ++entry.sequence;
    ++entry.seal.index;
    entry.previous = hash;
    entry.statement = claim.statement;
    entry.outcome = claim.record.outcome;
    hash = log::LeafHash(AsBytes(codec::EncodeEntry(entry)));
  }
  return hash;
}

// Proves the first claim, and those of its batch with it where it can; gives
// how many.
absl::StatusOr<size_t> ProveFirst(Verifier* verifier, std::string_view author,
                                  std::span<const Claim> claims) {
  AMANAH_ASSIGN_OR_RETURN(const codec::Entry first,
                          FetchAndProve(verifier, author, claims[0]));
  const size_t size = first.seal.size;
  if (first.seal.index != 0 || size < kRebuiltSizeMin || size > claims.size()) {
    return 1;
  }
  const auto batch = claims.first(size);
  if (!IsWholeBatch(batch, first)) return 1;
  AMANAH_ASSIGN_OR_RETURN(const codec::Entry last,
                          FetchAndProve(verifier, author, batch.back()));
  // Otherwise one by one, so that the message names the entry that differs.
  return HashOfLast(batch.first(size - 1), first) == last.previous ? size : 1;
}

}  // namespace

absl::Status ProveClaims(Verifier* verifier, std::string_view author,
                         std::vector<Claim> claims) {
  std::sort(claims.begin(), claims.end(), [](const Claim& a, const Claim& b) {
    return a.record.sequence < b.record.sequence;
  });
  // Of other statements than ours the bytes are to be had from the entry alone.
  std::deque<codec::Entry> others;
  for (Claim& claim : claims) {
    AMANAH_RETURN_IF_ERROR(CheckConflict(claim.record));
    if (IsOurStatement(claim)) continue;
    AMANAH_ASSIGN_OR_RETURN(codec::Entry entry,
                            FetchAndProve(verifier, author, claim));
    others.push_back(std::move(entry));
    claim.statement = others.back().statement;
  }
  const std::span<const Claim> all(claims);
  for (size_t done = 0; done < all.size();) {
    AMANAH_ASSIGN_OR_RETURN(const size_t more,
                            ProveFirst(verifier, author, all.subspan(done)));
    done += more;
  }
  return absl::OkStatus();
}

}  // namespace amanah::client
