#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "ledger/base/status.h"
#include "ledger/base/text.h"
#include "ledger/log/checkpoint.h"
#include "ledger/log/note.h"
#include "ledger/log/tile_tree.h"
#include "ledger/store/files.h"
#include "ledger/store/tile_folder.h"

namespace amanah::store {
namespace {

using log::BundleId;
using log::Checkpoint;
using log::Hash;
using log::TileId;

absl::StatusOr<Checkpoint> CheckpointOf(std::string_view note) {
  AMANAH_ASSIGN_OR_RETURN(const log::Note parsed, log::ParseNote(note));
  return log::ParseCheckpointText(parsed.text);
}

// One call of ExtendTileFolder.
class Extension {
 public:
  Extension(const std::filesystem::path& path, const log::TileSource& source,
            const OnExtended& on_extended)
      : path_(path),
        source_(source),
        on_extended_(on_extended),
        folder_(path) {}

  absl::StatusOr<ExtendedFolder> Run();

 private:
  absl::Status ReadCheckpoints();
  absl::Status TakeBundle(const BundleId& bundle);
  absl::Status Append(const std::vector<Hash>& leaves);
  absl::StatusOr<std::vector<Hash>> LeavesOf(const std::string& bundle,
                                             unsigned width) const;
  absl::Status WriteTile(const TileId& tile, std::span<const Hash> hashes);
  absl::Status Write(const std::string& name, std::string_view bytes);
  absl::Status Finish();
  absl::Status Sync() const;
  absl::Status RemovePartials(const std::string& full, unsigned width) const;

  const std::filesystem::path path_;
  const log::TileSource& source_;
  const OnExtended& on_extended_;
  const TileFolder folder_;

  std::string note_;
  Checkpoint checkpoint_;
  std::optional<Checkpoint> old_;
  log::TileTree tree_;
  absl::Status tiles_written_;  // first error of a tile that was to be written
  ExtendedFolder result_;
};

absl::Status Extension::ReadCheckpoints() {
  AMANAH_ASSIGN_OR_RETURN(note_, source_.ReadCheckpoint());
  AMANAH_ASSIGN_OR_RETURN(checkpoint_, CheckpointOf(note_));
  result_.size = checkpoint_.size;
  std::error_code error;
  std::filesystem::create_directories(path_, error);
  if (error) return ErrnoStatus("create", path_, error.value());
  const auto note = folder_.ReadCheckpoint();
  if (absl::IsNotFound(note.status())) return absl::OkStatus();
  if (!note.ok()) return note.status();
  const auto old = CheckpointOf(*note);
  if (!old.ok() || old->origin != checkpoint_.origin) {
    return absl::FailedPreconditionError(absl::StrFormat(
        "folder %s holds no log of %s", path_.string(), checkpoint_.origin));
  }
  if (old->size > checkpoint_.size) {
    return absl::FailedPreconditionError(
        absl::StrFormat("folder %s holds %d entries, the log only %d",
                        path_.string(), old->size, checkpoint_.size));
  }
  old_ = *old;
  result_.old_size = old->size;
  return absl::OkStatus();
}

absl::Status Extension::Write(const std::string& name, std::string_view bytes) {
  const std::filesystem::path path = path_ / name;
  std::error_code error;
  std::filesystem::create_directories(path.parent_path(), error);
  if (error) return ErrnoStatus("create", path.parent_path(), error.value());
  std::filesystem::path temporary = path;
  temporary += ".tmp";
  {
    AMANAH_ASSIGN_OR_RETURN(const FileHandle file,
                            OpenFile(temporary, O_WRONLY | O_CREAT | O_TRUNC));
    AMANAH_RETURN_IF_ERROR(WriteAt(file, temporary, 0, AsBytes(bytes)));
  }
  // A reader finds a whole file or none; one sync comes before the checkpoint.
  if (std::rename(temporary.c_str(), path.c_str()) != 0) {
    return ErrnoStatus("rename", path, errno);
  }
  ++result_.files_written;
  return absl::OkStatus();
}

absl::Status Extension::WriteTile(const TileId& tile,
                                  std::span<const Hash> hashes) {
  const std::string bytes = log::EncodeHashTile(hashes);
  const auto there = folder_.ReadTile(tile);
  if (there.ok() && *there == bytes) return absl::OkStatus();
  AMANAH_ASSIGN_OR_RETURN(const std::string given, source_.ReadTile(tile));
  if (given != bytes) {
    return absl::DataLossError(absl::StrFormat(
        "%s of the source is not that of its entries", log::TilePath(tile)));
  }
  return Write(log::TilePath(tile), bytes);
}

absl::StatusOr<std::vector<Hash>> Extension::LeavesOf(const std::string& bundle,
                                                      unsigned width) const {
  AMANAH_ASSIGN_OR_RETURN(const auto entries,
                          log::DecodeBundle(AsBytes(bundle), width));
  std::vector<Hash> leaves;
  leaves.reserve(width);
  for (const ByteView entry : entries) leaves.push_back(log::LeafHash(entry));
  return leaves;
}

absl::Status Extension::Append(const std::vector<Hash>& leaves) {
  for (const Hash& leaf : leaves) {
    tree_.Append(leaf, [&](const TileId& tile, std::span<const Hash> hashes) {
      tiles_written_.Update(WriteTile(tile, hashes));
    });
    AMANAH_RETURN_IF_ERROR(tiles_written_);
    if (old_.has_value() && tree_.size() == old_->size &&
        tree_.Root() != old_->root) {
      return absl::FailedPreconditionError(absl::StrFormat(
          "the first %d entries do not give the root of the checkpoint in %s: "
          "the log does not continue it, or the folder was changed",
          old_->size, path_.string()));
    }
  }
  return absl::OkStatus();
}

// What is there stays if its hashes are those of the tile beside it; the root
// decides in the end whether both are right.
absl::Status Extension::TakeBundle(const BundleId& bundle) {
  const auto there = folder_.ReadBundle(bundle);
  const auto tile = folder_.ReadTile({0, bundle.index, bundle.width});
  if (there.ok() && tile.ok()) {
    const auto leaves = LeavesOf(*there, bundle.width);
    if (leaves.ok() && log::EncodeHashTile(*leaves) == *tile) {
      return Append(*leaves);
    }
  }
  AMANAH_ASSIGN_OR_RETURN(const std::string bytes, source_.ReadBundle(bundle));
  AMANAH_ASSIGN_OR_RETURN(const auto leaves, LeavesOf(bytes, bundle.width));
  AMANAH_RETURN_IF_ERROR(Write(log::EntryBundlePath(bundle), bytes));
  return Append(leaves);
}

absl::Status Extension::Sync() const {
  AMANAH_ASSIGN_OR_RETURN(const FileHandle folder,
                          OpenFile(path_, O_RDONLY | O_DIRECTORY));
  if (syncfs(folder.descriptor()) != 0) {
    return ErrnoStatus("sync", path_, errno);
  }
  return absl::OkStatus();
}

// Removes partial files of a tile, all but that of `width`.
absl::Status Extension::RemovePartials(const std::string& full,
                                       unsigned width) const {
  const std::filesystem::path partials = path_ / (full + ".p");
  std::error_code error;
  if (!std::filesystem::is_directory(partials, error)) return absl::OkStatus();
  for (unsigned other = 1; other < log::kTileWidth; ++other) {
    if (other == width) continue;
    std::filesystem::remove(partials / absl::StrFormat("%d", other), error);
    if (error) return ErrnoStatus("remove", partials, error.value());
  }
  // Stays while there is a file in it.
  std::filesystem::remove(partials, error);
  return absl::OkStatus();
}

absl::Status Extension::Finish() {
  tree_.ForEachPartial([&](const TileId& tile, std::span<const Hash> hashes) {
    tiles_written_.Update(WriteTile(tile, hashes));
  });
  AMANAH_RETURN_IF_ERROR(tiles_written_);
  if (tree_.Root() != checkpoint_.root) {
    return absl::DataLossError(absl::StrFormat(
        "the log's %d entries do not give its checkpoint's root",
        checkpoint_.size));
  }
  AMANAH_RETURN_IF_ERROR(Sync());
  AMANAH_RETURN_IF_ERROR(WriteFileAtomically(path_ / "checkpoint", note_));
  for (const TileId& tile : log::TilesOfSize(result_.size, result_.old_size)) {
    AMANAH_RETURN_IF_ERROR(
        RemovePartials(log::TilePath({tile.level, tile.index}), tile.width));
  }
  for (const BundleId& bundle :
       log::BundlesOfSize(result_.size, result_.old_size)) {
    AMANAH_RETURN_IF_ERROR(
        RemovePartials(log::EntryBundlePath({bundle.index}), bundle.width));
  }
  return absl::OkStatus();
}

absl::StatusOr<ExtendedFolder> Extension::Run() {
  AMANAH_RETURN_IF_ERROR(ReadCheckpoints());
  for (uint64_t index = 0; tree_.size() < checkpoint_.size; ++index) {
    const uint64_t left = checkpoint_.size - tree_.size();
    const auto width =
        static_cast<unsigned>(std::min<uint64_t>(left, log::kTileWidth));
    AMANAH_RETURN_IF_ERROR(TakeBundle({index, width}));
    if (on_extended_ && (index % 256 == 255 || left <= log::kTileWidth)) {
      on_extended_(tree_.size(), checkpoint_.size);
    }
  }
  AMANAH_RETURN_IF_ERROR(Finish());
  return result_;
}

}  // namespace

absl::StatusOr<ExtendedFolder> ExtendTileFolder(
    const std::filesystem::path& path, const log::TileSource& source,
    const OnExtended& on_extended) {
  return Extension(path, source, on_extended).Run();
}

}  // namespace amanah::store
