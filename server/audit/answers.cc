#include "server/audit/answers.h"

#include "absl/strings/str_format.h"
#include "ledger/base/status.h"
#include "ledger/log/proof.h"
#include "server/convert.h"
#include "server/proof.h"

namespace amanah::server {
namespace {

// The newest checkpoint and the size that is asked for; 0 is the checkpoint's.
struct SizedTip {
  TipPointer tip;
  uint64_t size = 0;
};

absl::StatusOr<SizedTip> TipFor(Reading* reading, uint64_t size) {
  if (size > reading->ledger().entries().size()) {
    return absl::OutOfRangeError(
        absl::StrFormat("size %d is beyond the log, which has %d entries", size,
                        reading->ledger().entries().size()));
  }
  AMANAH_ASSIGN_OR_RETURN(TipPointer tip, reading->TipOfSize(size));
  const uint64_t chosen = size == 0 ? tip->size : size;
  return SizedTip{std::move(tip), chosen};
}

}  // namespace

absl::Status Answer(Reading* reading, const v1::GetCheckpointRequest&,
                    v1::GetCheckpointResponse* response) {
  AMANAH_ASSIGN_OR_RETURN(const TipPointer tip,
                          ProveTip(reading, response->mutable_key_entries()));
  response->set_checkpoint(tip->checkpoint);
  return absl::OkStatus();
}

absl::Status Answer(Reading* reading,
                    const v1::GetInclusionProofRequest& request,
                    v1::GetInclusionProofResponse* response) {
  AMANAH_ASSIGN_OR_RETURN(const SizedTip at, TipFor(reading, request.size()));
  if (request.sequence() >= at.size) {
    return absl::OutOfRangeError(absl::StrFormat(
        "entry %d is beyond a log of %d entries", request.sequence(), at.size));
  }
  const store::TileStore& tiles = reading->ledger().tiles();
  AMANAH_ASSIGN_OR_RETURN(const crypto::Hash leaf,
                          tiles.ReadNode(0, request.sequence()));
  AMANAH_ASSIGN_OR_RETURN(
      const std::vector<crypto::Hash> path,
      log::ProveInclusion(tiles, request.sequence(), at.size));
  response->set_entry_hash(BytesOf(leaf));
  for (const crypto::Hash& hash : path) response->add_path(BytesOf(hash));
  response->set_checkpoint(at.tip->checkpoint);
  return absl::OkStatus();
}

absl::Status Answer(Reading* reading,
                    const v1::GetConsistencyProofRequest& request,
                    v1::GetConsistencyProofResponse* response) {
  if (request.old_size() == 0) {
    return absl::InvalidArgumentError("there is no proof from size 0");
  }
  AMANAH_ASSIGN_OR_RETURN(const SizedTip at,
                          TipFor(reading, request.new_size()));
  if (request.old_size() > at.size) {
    return absl::OutOfRangeError(absl::StrFormat(
        "size %d is not a prefix of size %d", request.old_size(), at.size));
  }
  AMANAH_ASSIGN_OR_RETURN(const std::vector<crypto::Hash> path,
                          log::ProveConsistency(reading->ledger().tiles(),
                                                request.old_size(), at.size));
  for (const crypto::Hash& hash : path) response->add_path(BytesOf(hash));
  response->set_checkpoint(at.tip->checkpoint);
  return absl::OkStatus();
}

}  // namespace amanah::server
