#include "ledger/store/tile_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <vector>

#include "absl/strings/str_format.h"
#include "ledger/base/status.h"
#include "ledger/base/text.h"
#include "ledger/log/checkpoint.h"
#include "ledger/log/note.h"
#include "ledger/store/files.h"

namespace amanah::store {
namespace {

constexpr size_t kBundleLengthMax =
    log::kTileWidth * (2 + log::kBundleEntryBytesMax);
constexpr size_t kTileLengthMax = log::kTileWidth * crypto::kHashLength;

// Opens a file below `folder`, one name after another and through no link.
absl::StatusOr<FileHandle> OpenWithin(const std::filesystem::path& folder,
                                      const std::string& name) {
  AMANAH_ASSIGN_OR_RETURN(FileHandle at,
                          OpenFile(folder, O_RDONLY | O_DIRECTORY));
  const std::vector<std::string_view> parts = Split(name, '/');
  for (size_t i = 0; i < parts.size(); ++i) {
    const int kind = i + 1 < parts.size() ? O_DIRECTORY : O_NONBLOCK;
    const int next = openat(at.descriptor(), std::string(parts[i]).c_str(),
                            O_RDONLY | O_NOFOLLOW | O_CLOEXEC | kind);
    if (next < 0) {
      // A file where a folder should be, or the reverse, is no such tile.
      return ErrnoStatus("open", folder / name,
                         errno == ENOTDIR ? ENOENT : errno);
    }
    at = FileHandle(next);
  }
  struct stat kind {};
  if (fstat(at.descriptor(), &kind) != 0) {
    return ErrnoStatus("stat", folder / name, errno);
  }
  if (!S_ISREG(kind.st_mode)) {
    return absl::DataLossError(absl::StrFormat("%s is no regular file", name));
  }
  return at;
}

// The first `width` entries of a full bundle.
absl::StatusOr<std::string> CutBundle(std::string bytes, unsigned width) {
  AMANAH_ASSIGN_OR_RETURN(const auto entries,
                          log::DecodeBundle(AsBytes(bytes), log::kTileWidth));
  const ByteView last = entries[width - 1];
  const auto* const end = last.data() + last.size();
  bytes.resize(static_cast<size_t>(end - AsBytes(bytes).data()));
  return bytes;
}

}  // namespace

absl::StatusOr<std::string> TileFolder::ReadWithin(const std::string& name,
                                                   size_t length_max) const {
  AMANAH_ASSIGN_OR_RETURN(const FileHandle file, OpenWithin(path_, name));
  std::string bytes;
  std::array<char, 65'536> chunk;
  while (true) {
    const ssize_t length = read(file.descriptor(), chunk.data(), chunk.size());
    if (length < 0 && errno == EINTR) continue;
    if (length < 0) return ErrnoStatus("read", path_ / name, errno);
    if (length == 0) return bytes;
    bytes.append(chunk.data(), static_cast<size_t>(length));
    if (bytes.size() > length_max) {
      return absl::DataLossError(
          absl::StrFormat("%s is longer than %d bytes", name, length_max));
    }
  }
}

absl::StatusOr<std::string> TileFolder::ReadCheckpoint() const {
  return ReadWithin("checkpoint", log::kNoteBytesMax);
}

absl::StatusOr<std::string> TileFolder::ReadTile(
    const log::TileId& tile) const {
  auto bytes = ReadWithin(log::TilePath(tile), kTileLengthMax);
  unsigned width = tile.width;
  if (absl::IsNotFound(bytes.status()) && width < log::kTileWidth) {
    bytes = ReadWithin(log::TilePath({tile.level, tile.index}), kTileLengthMax);
    width = log::kTileWidth;
  }
  if (!bytes.ok()) return bytes;
  if (bytes->size() != width * crypto::kHashLength) {
    return absl::DataLossError(
        absl::StrFormat("%s has %d bytes, not %d",
                        log::TilePath({tile.level, tile.index, width}),
                        bytes->size(), width * crypto::kHashLength));
  }
  bytes->resize(tile.width * crypto::kHashLength);
  return bytes;
}

absl::StatusOr<std::string> TileFolder::ReadBundle(
    const log::BundleId& bundle) const {
  auto bytes = ReadWithin(log::EntryBundlePath(bundle), kBundleLengthMax);
  if (absl::IsNotFound(bytes.status()) && bundle.width < log::kTileWidth) {
    bytes = ReadWithin(log::EntryBundlePath({bundle.index}), kBundleLengthMax);
    if (!bytes.ok()) return bytes;
    return CutBundle(*std::move(bytes), bundle.width);
  }
  if (!bytes.ok()) return bytes;
  AMANAH_RETURN_IF_ERROR(
      log::DecodeBundle(AsBytes(*bytes), bundle.width).status());
  return bytes;
}

}  // namespace amanah::store
