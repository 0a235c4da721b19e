#include "tests/bench/log_copy.h"

#include <grpcpp/client_context.h>

#include "amanah/v1/audit.grpc.pb.h"
#include "ledger/base/bytes.h"
#include "ledger/base/check.h"
#include "ledger/log/checkpoint.h"
#include "ledger/log/note.h"
#include "ledger/log/tile_tree.h"

namespace amanah::bench {
namespace {

std::string BytesOf(std::span<const crypto::Hash> hashes) {
  std::string out;
  for (const crypto::Hash& hash : hashes) Append(&out, hash.view());
  return out;
}

}  // namespace

LogCopy::LogCopy(const std::shared_ptr<grpc::Channel>& channel) {
  const auto stub = v1::Audit::NewStub(channel);
  {
    grpc::ClientContext context;
    v1::GetCheckpointResponse response;
    AMANAH_CHECK(stub->GetCheckpoint(&context, {}, &response).ok());
    checkpoint_ = response.checkpoint();
  }
  const auto note = log::ParseNote(checkpoint_);
  AMANAH_CHECK(note.ok());
  const auto checkpoint = log::ParseCheckpointText(note->text);
  AMANAH_CHECK(checkpoint.ok());
  log::TileTree tree;
  const auto keep = [this](const log::TileId& id,
                           std::span<const crypto::Hash> hashes) {
    tiles_[{id.level, id.index}] = BytesOf(hashes);
  };
  grpc::ClientContext context;
  v1::StreamEntriesRequest request;
  request.set_count(checkpoint->size);
  const auto stream = stub->StreamEntries(&context, request);
  v1::StreamEntriesResponse response;
  while (stream->Read(&response)) {
    for (std::string& entry : *response.mutable_entries()) {
      tree.Append(log::LeafHash(AsBytes(entry)), keep);
      entries_.push_back(std::move(entry));
    }
  }
  AMANAH_CHECK(stream->Finish().ok());
  AMANAH_CHECK(entries_.size() == checkpoint->size);
  tree.ForEachPartial(keep);
}

absl::StatusOr<std::string> LogCopy::ReadCheckpoint() const {
  return checkpoint_;
}

absl::StatusOr<std::string> LogCopy::ReadTile(const log::TileId& tile) const {
  const auto found = tiles_.find({tile.level, tile.index});
  if (found == tiles_.end()) return absl::NotFoundError("no such tile");
  return found->second.substr(0, size_t{tile.width} * crypto::kHashLength);
}

absl::StatusOr<std::string> LogCopy::ReadBundle(
    const log::BundleId& bundle) const {
  std::string out;
  for (uint64_t i = 0; i < bundle.width; ++i) {
    const std::string& entry = entries_[bundle.index * 256 + i];
    AppendBigEndian(&out, static_cast<uint16_t>(entry.size()));
    out += entry;
  }
  return out;
}

}  // namespace amanah::bench
