// The layout is in the header, as operators may have to look at it.
#include "ledger/store/signer_memory.h"

#include <fcntl.h>

#include <string_view>
#include <utility>

#include "absl/strings/str_format.h"
#include "ledger/base/status.h"
#include "ledger/log/merkle.h"

namespace amanah::store {
namespace {

constexpr std::string_view kMagic = "AMSIGNR1";
constexpr size_t kCounterOffset = 8;
constexpr size_t kSizeOffset = 16;
constexpr size_t kRootOffset = 24;
constexpr size_t kTimeOffset = 56;
constexpr size_t kMonotonicOffset = 64;
constexpr size_t kBootOffset = 72;
constexpr size_t kDigestOffset = kSignerSlotLength - crypto::kHashLength;
constexpr size_t kFileLength = kSignerSlotDistance + kSignerSlotLength;

std::optional<SignerSlot> SlotIn(ByteView file, unsigned place) {
  const size_t offset = place * kSignerSlotDistance;
  if (file.size() < offset + kSignerSlotLength) return std::nullopt;
  return DecodeSignerSlot(file.subspan(offset, kSignerSlotLength));
}

absl::Status WriteSlot(const FileHandle& file,
                       const std::filesystem::path& path, unsigned place,
                       const SignerSlot& slot) {
  AMANAH_RETURN_IF_ERROR(WriteAt(file, path, place * kSignerSlotDistance,
                                 AsBytes(EncodeSignerSlot(slot))));
  return SyncData(file, path);
}

}  // namespace

std::string EncodeSignerSlot(const SignerSlot& slot) {
  std::string bytes(kMagic);
  AppendBigEndian(&bytes, slot.counter);
  AppendBigEndian(&bytes, slot.last.size);
  Append(&bytes, slot.last.root.view());
  AppendBigEndian(&bytes, static_cast<uint64_t>(slot.last.last_entry_time_us));
  AppendBigEndian(&bytes,
                  static_cast<uint64_t>(slot.last.last_entry_monotonic_us));
  Append(&bytes, slot.last.boot);
  bytes.resize(kDigestOffset, '\0');
  Append(&bytes, crypto::Sha256(AsBytes(bytes)).view());
  return bytes;
}

std::optional<SignerSlot> DecodeSignerSlot(ByteView bytes) {
  if (bytes.size() != kSignerSlotLength) return std::nullopt;
  SignerSlot slot;
  slot.counter = ReadBigEndian<uint64_t>(bytes.subspan(kCounterOffset));
  slot.last.size = ReadBigEndian<uint64_t>(bytes.subspan(kSizeOffset));
  CopyExact(bytes.subspan(kRootOffset, crypto::kHashLength),
            &slot.last.root.bytes);
  slot.last.last_entry_time_us =
      static_cast<int64_t>(ReadBigEndian<uint64_t>(bytes.subspan(kTimeOffset)));
  slot.last.last_entry_monotonic_us = static_cast<int64_t>(
      ReadBigEndian<uint64_t>(bytes.subspan(kMonotonicOffset)));
  CopyExact(bytes.subspan(kBootOffset, slot.last.boot.size()), &slot.last.boot);
  // Covers magic, zeros and digest at once.
  if (AsText(bytes) != EncodeSignerSlot(slot)) return std::nullopt;
  return slot;
}

SignerMemory::SignerMemory(std::filesystem::path path, FileHandle file,
                           SignerSlot slot, unsigned place)
    : path_(std::move(path)),
      file_(std::move(file)),
      slot_(slot),
      place_(place) {}

absl::StatusOr<std::unique_ptr<SignerMemory>> SignerMemory::Create(
    const std::filesystem::path& path) {
  AMANAH_ASSIGN_OR_RETURN(FileHandle file,
                          OpenFile(path, O_RDWR | O_CREAT | O_EXCL));
  // Both slots are good from the start, so that one bad slot is never fatal.
  SignerSlot slot{1, {0, log::EmptyRoot(), 0}};
  AMANAH_RETURN_IF_ERROR(WriteSlot(file, path, 0, slot));
  slot.counter = 2;
  AMANAH_RETURN_IF_ERROR(WriteSlot(file, path, 1, slot));
  AMANAH_RETURN_IF_ERROR(SyncFolder(path.parent_path()));
  return std::unique_ptr<SignerMemory>(
      new SignerMemory(path, std::move(file), slot, 1));
}

absl::StatusOr<std::unique_ptr<SignerMemory>> SignerMemory::Open(
    const std::filesystem::path& path) {
  AMANAH_ASSIGN_OR_RETURN(FileHandle file, OpenFile(path, O_RDWR));
  AMANAH_ASSIGN_OR_RETURN(const std::string bytes, ReadFile(path, kFileLength));
  const std::optional<SignerSlot> first = SlotIn(AsBytes(bytes), 0);
  const std::optional<SignerSlot> second = SlotIn(AsBytes(bytes), 1);
  if (!first.has_value() && !second.has_value()) {
    return absl::DataLossError(
        absl::StrFormat("file %s: both slots are damaged", path.string()));
  }
  const bool take_second =
      second.has_value() &&
      (!first.has_value() || second->counter > first->counter);
  return std::unique_ptr<SignerMemory>(
      new SignerMemory(path, std::move(file), take_second ? *second : *first,
                       take_second ? 1 : 0));
}

absl::Status SignerMemory::Remember(const SignedSize& next) {
  if (halted_) {
    return absl::UnavailableError(absl::StrFormat(
        "file %s: halted after a failed write", path_.string()));
  }
  if (next.size < slot_.last.size) {
    return absl::FailedPreconditionError(
        absl::StrFormat("a checkpoint of size %d follows one of size %d",
                        next.size, slot_.last.size));
  }
  if (next.size == slot_.last.size) {
    if (next.root == slot_.last.root) return absl::OkStatus();
    return absl::FailedPreconditionError(absl::StrFormat(
        "two checkpoints of size %d have different roots", next.size));
  }
  const SignerSlot slot{slot_.counter + 1, next};
  const unsigned place = 1 - place_;
  if (absl::Status written = WriteSlot(file_, path_, place, slot);
      !written.ok()) {
    halted_ = true;
    return written;
  }
  slot_ = slot;
  place_ = place;
  return absl::OkStatus();
}

}  // namespace amanah::store
