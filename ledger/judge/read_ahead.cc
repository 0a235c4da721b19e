#include "ledger/judge/read_ahead.h"

#include <variant>

#include "ledger/judge/batch.h"

namespace amanah::judge {

std::shared_ptr<const std::string> ReadAhead::AuthorOf(
    const codec::Seal& seal) const {
  if (seal.administrators) {
    static const auto* const kTogether = new std::shared_ptr<const std::string>(
        std::make_shared<std::string>(domain::kAdministrators));
    return *kTogether;
  }
  const codec::SealSignature& first = seal.signatures.front();
  const auto found = names_.find({first.key_entry, first.key_position});
  return found == names_.end() ? nullptr : found->second;
}

void ReadAhead::TakeNames(uint64_t sequence, const domain::Body& body) {
  if (const auto* opened = std::get_if<domain::LedgerOpened>(&body)) {
    uint32_t position = 0;
    for (const domain::Administrator& one : opened->administrators) {
      names_[{sequence, position++}] = std::make_shared<std::string>(one.name);
    }
  } else if (const auto* enrolled =
                 std::get_if<domain::AuthorityEnrolled>(&body)) {
    names_[{sequence, 0}] = std::make_shared<std::string>(enrolled->name);
  } else if (const auto* rotated = std::get_if<domain::KeyRotated>(&body)) {
    names_[{sequence, 0}] = std::make_shared<std::string>(rotated->name);
  }
}

ReadEntry ReadAhead::Read(ByteView bytes, const crypto::Hash& hash) {
  ReadEntry read{codec::DecodeEntry(bytes), hash, nullptr, std::nullopt};
  if (!read.entry.ok()) return read;
  read.author = AuthorOf(read.entry->seal);
  if (read.author == nullptr) return read;
  auto prepared =
      PrepareStatement(*read.author, AsBytes(read.entry->statement));
  if (auto* ready = std::get_if<domain::Prepared>(&prepared)) {
    TakeNames(read.entry->sequence, ready->statement.body);
    read.prepared = std::move(*ready);
  }
  return read;
}

}  // namespace amanah::judge
