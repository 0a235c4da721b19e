#include "ledger/codec/receipt_codec.h"

#include "absl/strings/str_format.h"
#include "ledger/codec/entry_codec.h"
#include "ledger/codec/wire.h"

namespace amanah::codec {
namespace {

using crypto::Hash;

void ReadEntryBytes(WireReader* reader, uint32_t field, std::string* out) {
  ByteView bytes;
  reader->ReadBytes(field, &bytes);
  if (bytes.empty() || bytes.size() > kEntryLengthMax) {
    reader->Fail(field, absl::StrFormat("has %d bytes, not 1 to %d",
                                        bytes.size(), kEntryLengthMax));
    return;
  }
  out->assign(AsText(bytes));
}

void ReadPath(WireReader* reader, uint32_t field, size_t length_max,
              std::vector<Hash>* out) {
  ByteView bytes;
  while (reader->ReadRepeatedBytes(field, &bytes)) {
    const auto hash = crypto::HashFromBytes(bytes);
    if (!hash.has_value()) {
      reader->Fail(field, absl::StrFormat("has %d bytes, not %d", bytes.size(),
                                          crypto::kHashLength));
      return;
    }
    if (out->size() == length_max) {
      reader->Fail(field, absl::StrFormat("stands there more than %d times",
                                          length_max));
      return;
    }
    out->push_back(*hash);
  }
}

void ReadKeyEntry(ByteView bytes, absl::Status* error, ReceiptKeyEntry* out) {
  WireReader reader(bytes, "receipt.key_entries", error);
  reader.ReadUint64(1, &out->sequence);
  ReadEntryBytes(&reader, 2, &out->entry);
  ReadPath(&reader, 3, kInclusionPathMax, &out->inclusion_path);
  ReadPath(&reader, 4, kBatchPathMax, &out->batch_path);
  reader.Finish();
}

void WritePath(WireWriter* writer, uint32_t field,
               const std::vector<Hash>& path) {
  for (const Hash& hash : path) writer->WriteRepeated(field, hash.view());
}

}  // namespace

std::string EncodeReceiptExtra(const ReceiptExtra& extra) {
  std::string out;
  WireWriter writer(&out);
  writer.WriteBytes(1, AsBytes(extra.entry));
  WritePath(&writer, 2, extra.batch_path);
  for (const ReceiptKeyEntry& key : extra.key_entries) {
    const size_t mark = writer.Begin(3);
    writer.WriteUint64(1, key.sequence);
    writer.WriteBytes(2, AsBytes(key.entry));
    WritePath(&writer, 3, key.inclusion_path);
    WritePath(&writer, 4, key.batch_path);
    writer.End(mark);
  }
  return out;
}

absl::StatusOr<ReceiptExtra> DecodeReceiptExtra(ByteView bytes) {
  ReceiptExtra extra;
  absl::Status error;
  WireReader reader(bytes, "receipt", &error);
  ReadEntryBytes(&reader, 1, &extra.entry);
  ReadPath(&reader, 2, kBatchPathMax, &extra.batch_path);
  ByteView key;
  while (reader.ReadRepeatedBytes(3, &key)) {
    if (extra.key_entries.size() == kReceiptKeyEntriesMax) {
      reader.Fail(3, absl::StrFormat("stands there more than %d times",
                                     kReceiptKeyEntriesMax));
      break;
    }
    ReadKeyEntry(key, &error, &extra.key_entries.emplace_back());
    const size_t count = extra.key_entries.size();
    if (count > 1 && extra.key_entries[count - 2].sequence >=
                         extra.key_entries[count - 1].sequence) {
      reader.Fail(3, "is not in ascending order of sequence");
    }
  }
  reader.Finish();
  if (!error.ok()) return error;
  return extra;
}

}  // namespace amanah::codec
