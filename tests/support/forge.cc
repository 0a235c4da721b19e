#include "tests/support/forge.h"

#include <utility>

#include "ledger/base/check.h"
#include "ledger/codec/statement_codec.h"
#include "ledger/judge/admission.h"
#include "ledger/judge/opening.h"
#include "ledger/log/checkpoint.h"
#include "ledger/log/tile_tree.h"

namespace amanah::testing_support {
namespace {

constexpr int64_t kSecondUs = 1'000'000;

codec::Entry Decode(const std::string& bytes) {
  auto entry = codec::DecodeEntry(AsBytes(bytes));
  AMANAH_CHECK(entry.ok());
  return *std::move(entry);
}

log::TileTree TreeOf(const std::vector<std::string>& entries,
                     const log::TileTree::OnTile& on_tile) {
  log::TileTree tree;
  for (const std::string& entry : entries) {
    tree.Append(log::LeafHash(AsBytes(entry)), on_tile);
  }
  tree.ForEachPartial(on_tile);
  return tree;
}

std::string Sign(const log::TileTree& tree, int key_generation,
                 std::string_view origin) {
  return log::SignCheckpoint(
      {std::string(origin), tree.size(), tree.Root(), {}},
      CheckpointKey(key_generation));
}

absl::StatusOr<std::string> FileOf(
    const std::map<std::string, std::string>& files, const std::string& path) {
  const auto found = files.find(path);
  if (found == files.end()) return absl::NotFoundError(path);
  return found->second;
}

}  // namespace

Recorder::Recorder(bool pilot) {
  RecordOpening();
  if (pilot) Post(domain::kAdministrators, parties_.PilotBodies());
}

void Recorder::RecordOpening() {
  auto parsed =
      judge::ParseBatch({std::string(kTestOrigin), {}}, parties_.Opening());
  AMANAH_CHECK(std::holds_alternative<judge::ParsedBatch>(parsed));
  auto sealed =
      judge::CheckOpening(std::get<judge::ParsedBatch>(std::move(parsed)));
  AMANAH_CHECK(std::holds_alternative<judge::SealedBatch>(sealed));
  const judge::JudgedEntry entry = judge::JudgeOpening(
      std::get<judge::SealedBatch>(sealed), time_us_, &state_, &tip_);
  entries_.push_back(entry.bytes);
  parties_.SetGenesis(entry.hash);
}

Answer Recorder::Submit(judge::SubmittedBatch batch) {
  auto parsed = judge::ParseBatch(parties_.id(), std::move(batch));
  if (auto* error = std::get_if<judge::BatchError>(&parsed)) return *error;
  auto checked = judge::CheckSeal(
      std::get<judge::ParsedBatch>(std::move(parsed)), &state_);
  if (auto* error = std::get_if<judge::BatchError>(&checked)) return *error;
  const auto& sealed = std::get<judge::SealedBatch>(checked);
  const int64_t now = time_us_ + kSecondUs;
  auto admitted = judge::Admit(parties_.id(), sealed, now, &state_);
  if (auto* error = std::get_if<judge::BatchError>(&admitted)) return *error;
  if (auto* repeat = std::get_if<judge::Repeat>(&admitted)) return *repeat;
  time_us_ = now;
  const judge::SealedBatch* const batches[] = {&sealed};
  judge::Prefetch(batches, &state_);
  RecordedBatch recorded;
  recorded.first = tip_.size;
  recorded.outcomes = judge::JudgeStatements(
      sealed, std::get<judge::Admission>(admitted), now, tip_.size, &state_);
  AMANAH_CHECK(state_.status().ok());
  for (auto& entry :
       judge::MakeEntries(sealed, recorded.outcomes, now, &tip_)) {
    entries_.push_back(std::move(entry.bytes));
  }
  return recorded;
}

RecordedBatch Recorder::Record(judge::SubmittedBatch batch) {
  Answer answer = Submit(std::move(batch));
  AMANAH_CHECK(std::holds_alternative<RecordedBatch>(answer));
  return std::get<RecordedBatch>(std::move(answer));
}

RecordedBatch Recorder::Post(std::string_view author,
                             std::vector<domain::Body> bodies,
                             const SealChoice& choice) {
  return Record(parties_.Post(author, std::move(bodies), choice));
}

const domain::MemoryState& Recorder::rows() {
  base_.Apply(state_.TakeChanges());
  return base_;
}

absl::StatusOr<std::string> MemoryTiles::ReadCheckpoint() const {
  return FileOf(files, "checkpoint");
}

absl::StatusOr<std::string> MemoryTiles::ReadTile(
    const log::TileId& tile) const {
  return FileOf(files, log::TilePath(tile));
}

absl::StatusOr<std::string> MemoryTiles::ReadBundle(
    const log::BundleId& bundle) const {
  return FileOf(files, log::EntryBundlePath(bundle));
}

MemoryTiles TilesOf(const std::vector<std::string>& entries, int key_generation,
                    std::string_view origin) {
  MemoryTiles tiles;
  const log::TileTree tree =
      TreeOf(entries, [&](const log::TileId& tile, auto hashes) {
        tiles.files[log::TilePath(tile)] = log::EncodeHashTile(hashes);
      });
  for (const log::BundleId& bundle : log::BundlesOfSize(entries.size())) {
    tiles.files[log::EntryBundlePath(bundle)] =
        log::EncodeBundle(std::span(entries).subspan(
            bundle.index * log::kTileWidth, bundle.width));
  }
  tiles.files["checkpoint"] = Sign(tree, key_generation, origin);
  return tiles;
}

std::string CheckpointOf(const std::vector<std::string>& entries,
                         int key_generation) {
  return Sign(TreeOf(entries, [](const log::TileId&, auto) {}), key_generation,
              kTestOrigin);
}

std::vector<std::string> Rechain(std::vector<std::string> entries) {
  crypto::Hash previous;
  for (uint64_t i = 0; i < entries.size(); ++i) {
    EditEntry(&entries, i, [&](codec::Entry* entry) {
      entry->sequence = i;
      entry->previous = previous;
    });
    previous = log::LeafHash(AsBytes(entries[i]));
  }
  return entries;
}

void EditEntry(std::vector<std::string>* entries, uint64_t sequence,
               const std::function<void(codec::Entry*)>& edit) {
  codec::Entry entry = Decode((*entries)[sequence]);
  edit(&entry);
  (*entries)[sequence] = codec::EncodeEntry(entry);
}

void EditStatement(std::vector<std::string>* entries, uint64_t sequence,
                   const std::function<void(domain::Statement*)>& edit) {
  EditEntry(entries, sequence, [&](codec::Entry* entry) {
    auto statement = codec::DecodeStatement(AsBytes(entry->statement));
    AMANAH_CHECK(statement.ok());
    edit(&*statement);
    entry->statement = codec::EncodeStatement(*statement);
  });
}

void AppendForced(std::vector<std::string>* entries,
                  judge::SubmittedBatch batch, const judge::LedgerId& ledger,
                  domain::Overlay* state, int64_t time_us) {
  auto parsed = judge::ParseBatch(ledger, std::move(batch));
  AMANAH_CHECK(std::holds_alternative<judge::ParsedBatch>(parsed));
  auto sealed =
      judge::CheckSeal(std::get<judge::ParsedBatch>(std::move(parsed)), state);
  AMANAH_CHECK(std::holds_alternative<judge::SealedBatch>(sealed));
  const auto& ready = std::get<judge::SealedBatch>(sealed);
  judge::Tip tip;
  tip.size = entries->size();
  tip.last_hash = log::LeafHash(AsBytes(entries->back()));
  const std::vector<domain::Outcome> accepted(ready.batch.bytes.size());
  for (auto& entry : judge::MakeEntries(ready, accepted, time_us, &tip)) {
    entries->push_back(std::move(entry.bytes));
  }
}

}  // namespace amanah::testing_support
