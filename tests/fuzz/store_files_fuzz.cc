// What lies in a data folder or an export, as a broken disk or a stranger may
// leave it: read without harm, and what is accepted agrees with itself.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "ledger/base/check.h"
#include "ledger/crypto/hash.h"
#include "ledger/kv/memory.h"
#include "ledger/log/tile.h"
#include "ledger/store/data_folder.h"
#include "ledger/store/entry_store.h"
#include "ledger/store/index.h"
#include "ledger/store/signer_memory.h"
#include "ledger/store/tile_folder.h"
#include "tests/fuzz/fuzz_input.h"
#include "tests/support/temporary_folder.h"

namespace {

using namespace amanah;  // NOLINT(google-build-using-namespace)
using testing_support::FuzzInput;

// What is read of a log whose size is beyond reason.
constexpr uint64_t kEntriesMax = 600;

void CheckTexts(const std::string& bytes) {
  if (const auto identity = store::ParseFolderIdentity(bytes); identity.ok()) {
    AMANAH_CHECK(store::FormatFolderIdentity(*identity) == bytes);
  }
  store::TotalRow row;
  if (store::DecodeRow(bytes, &row)) {
    AMANAH_CHECK(store::EncodeRow(row) == bytes);
  }
  store::TotalName name;
  (void)store::ParseTotalIndexKey(bytes, &name);
}

void Write(const std::filesystem::path& path, std::string_view bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << bytes;
  file.close();
  AMANAH_CHECK(file.good());
}

// With the digest that a fuzzer cannot guess.
std::string SlotOf(FuzzInput* input) {
  std::string slot = "AMSIGNR1" + input->Bytes(56);
  slot.resize(store::kSignerSlotLength - crypto::kHashLength, '\0');
  slot += AsText(crypto::Sha256(AsBytes(slot)).view());
  return slot;
}

void CheckSigner(FuzzInput input, const std::filesystem::path& path) {
  const uint8_t damage = input.Byte();
  std::string file = SlotOf(&input);
  const auto first = store::DecodeSignerSlot(AsBytes(file));
  AMANAH_CHECK(first.has_value() && store::EncodeSignerSlot(*first) == file);
  file.resize(store::kSignerSlotDistance, '\0');
  file += SlotOf(&input);
  const std::string slot = file.substr(store::kSignerSlotDistance);
  const auto second = store::DecodeSignerSlot(AsBytes(slot));
  AMANAH_CHECK(second.has_value());
  if (damage % 4 == 1) file[10] = static_cast<char>(file[10] ^ 1);
  if (damage % 4 == 2) file[4106] = static_cast<char>(file[4106] ^ 1);
  if (damage % 4 == 3) file.resize(file.size() - 1);
  Write(path, file);
  const auto memory = store::SignerMemory::Open(path);
  // One good slot is left whatever the damage, and the later one counts.
  AMANAH_CHECK(memory.ok());
  const store::SignerSlot& later =
      second->counter > first->counter ? *second : *first;
  const store::SignerSlot& expected = damage % 4 == 0   ? later
                                      : damage % 4 == 1 ? *second
                                                        : *first;
  AMANAH_CHECK((*memory)->last() == expected.last);
}

// Rows of entries near each other, whose values are the input's.
std::shared_ptr<kv::MemoryKeyValue> RowsOf(FuzzInput* input) {
  kv::RowMap rows;
  uint64_t first = input->Byte() % 2 == 0 ? 0 : input->Number();
  while (!input->empty()) {
    std::string key;
    AppendBigEndian(&key, first);
    rows[key] = input->Bytes(input->Byte());
    first += input->Byte();
  }
  return std::make_shared<kv::MemoryKeyValue>(std::move(rows));
}

void CheckEntries(FuzzInput input) {
  const auto store = store::EntryStore::Open(RowsOf(&input));
  if (!store.ok()) return;
  const uint64_t size = (*store)->size();
  const uint64_t first = size > kEntriesMax ? size - kEntriesMax : 0;
  std::vector<std::string> entries;
  const absl::Status walked = (*store)->ForEach(
      first, size - first, [&](uint64_t sequence, ByteView entry) {
        AMANAH_CHECK(sequence == first + entries.size());
        entries.emplace_back(AsText(entry));
        return absl::OkStatus();
      });
  for (uint64_t i = first; i < size; ++i) {
    const auto entry = (*store)->Get(i);
    if (!walked.ok()) continue;
    AMANAH_CHECK(entry.ok() && *entry == entries[i - first]);
  }
  if (size == 0) return;
  for (uint64_t index = first / 256; index <= (size - 1) / 256; ++index) {
    const unsigned width = log::TileWidthAt(size, 0, index);
    const auto bundle = (*store)->ReadBundle(index, width);
    if (!bundle.ok()) continue;
    AMANAH_CHECK(log::DecodeBundle(AsBytes(*bundle), width).ok());
  }
}

void CheckTiles(FuzzInput input, const std::filesystem::path& folder) {
  const unsigned width = 1 + input.Byte();
  const bool full = input.Byte() % 2 == 0;
  const std::string name = full ? "000" : absl::StrFormat("000.p/%d", width);
  if (!full && width == log::kTileWidth) return;
  const std::string bytes = input.Rest();
  for (const char* kind : {"tile/0/", "tile/entries/"}) {
    const std::filesystem::path file = folder / (kind + name);
    std::filesystem::create_directories(file.parent_path());
    Write(file, bytes);
  }
  const store::TileFolder tiles(folder);
  if (const auto tile = tiles.ReadTile({0, 0, width}); tile.ok()) {
    const auto hashes = log::DecodeHashTile(AsBytes(*tile), width);
    AMANAH_CHECK(hashes.ok() && log::EncodeHashTile(*hashes) == *tile);
  }
  if (const auto bundle = tiles.ReadBundle({0, width}); bundle.ok()) {
    AMANAH_CHECK(log::DecodeBundle(AsBytes(*bundle), width).ok());
    AMANAH_CHECK(bytes.starts_with(*bundle));
  }
  for (const char* kind : {"tile/0/", "tile/entries/"}) {
    std::filesystem::remove(folder / (kind + name));
  }
}

}  // namespace

// The first byte says what the others are: files are slow.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const testing_support::TemporaryFolder folder;
  if (size == 0) return 0;
  const FuzzInput input(data + 1, size - 1);
  switch (data[0] % 8) {
    case 0:
      CheckSigner(input, folder.path() / "signer");
      break;
    case 1:
      CheckTiles(input, folder.path());
      break;
    case 2:
      CheckTexts(std::string(AsText({data + 1, size - 1})));
      break;
    default:
      CheckEntries(input);
  }
  return 0;
}
