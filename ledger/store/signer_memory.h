// What the checkpoint key signed last, so that a log that lost entries is
// never signed again at a smaller size.
//
// A file of two slots that are written in turn; each is synced before the
// checkpoint leaves. A write that was torn leaves the other slot, which holds
// the last one that may have left.
//
//   offset in file   slot
//                0   slot 0, 512 bytes
//              512   zeros (slots lie in different blocks of any disk)
//            4,096   slot 1, 512 bytes; end of file at 4,608
//
//   offset in slot   length   field (integers big-endian)
//                0        8   magic, "AMSIGNR1"
//                8        8   counter: higher is later
//               16        8   size of the checkpoint
//               24       32   root of the checkpoint
//               56        8   time of the last entry, UTC microseconds
//               64        8   monotonic time of the last entry, microseconds
//               72       16   the machine's run in which that counts, or zeros
//               88      392   zeros
//              480       32   SHA-256 of the 480 bytes before
#ifndef AMANAH_LEDGER_STORE_SIGNER_MEMORY_H_
#define AMANAH_LEDGER_STORE_SIGNER_MEMORY_H_

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ledger/base/bytes.h"
#include "ledger/base/clock.h"
#include "ledger/crypto/hash.h"
#include "ledger/store/files.h"

namespace amanah::store {

using crypto::Hash;

struct SignedSize {
  uint64_t size = 0;
  Hash root;
  int64_t last_entry_time_us = 0;  // UTC microseconds
  // When that was by Clock::MonotonicUs(), in which run of the machine; so a
  // start can tell how much time has passed, whatever the clock says.
  int64_t last_entry_monotonic_us = 0;
  BootId boot{};

  friend bool operator==(const SignedSize&, const SignedSize&) = default;
};

struct SignerSlot {
  uint64_t counter = 0;
  SignedSize last;

  friend bool operator==(const SignerSlot&, const SignerSlot&) = default;
};

inline constexpr size_t kSignerSlotLength = 512;
inline constexpr size_t kSignerSlotDistance = 4096;

std::string EncodeSignerSlot(const SignerSlot& slot);
// nullopt unless `bytes` is exactly what EncodeSignerSlot gives for some slot.
std::optional<SignerSlot> DecodeSignerSlot(ByteView bytes);

// Not thread-safe; the thread that signs checkpoints owns it.
class SignerMemory {
 public:
  // Makes the file, with nothing signed: size 0 and the empty tree's root.
  // ALREADY_EXISTS: there is one.
  static absl::StatusOr<std::unique_ptr<SignerMemory>> Create(
      const std::filesystem::path& path);

  // NOT_FOUND: missing. DATA_LOSS: both slots are bad.
  static absl::StatusOr<std::unique_ptr<SignerMemory>> Open(
      const std::filesystem::path& path);

  const SignedSize& last() const { return slot_.last; }

  // To be called before a checkpoint of this size and root leaves; survives
  // once this returns OK. FAILED_PRECONDITION: a smaller size than last(), or
  // the same with another root; nothing changes. After any other error all
  // later calls fail with UNAVAILABLE, "halted after a failed write".
  absl::Status Remember(const SignedSize& next);

 private:
  SignerMemory(std::filesystem::path path, FileHandle file, SignerSlot slot,
               unsigned place);

  std::filesystem::path path_;
  FileHandle file_;
  SignerSlot slot_;
  unsigned place_ = 0;  // where slot_ lies: 0 or 1
  bool halted_ = false;
};

}  // namespace amanah::store

#endif  // AMANAH_LEDGER_STORE_SIGNER_MEMORY_H_
