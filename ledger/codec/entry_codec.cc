#include "ledger/codec/entry_codec.h"

#include <algorithm>
#include <array>
#include <limits>
#include <tuple>

#include "ledger/base/status.h"
#include "ledger/codec/wire.h"
#include "ledger/domain/statement.h"

namespace amanah::codec {
namespace {

// Numbers of entry.proto's Verdict.
constexpr uint64_t kVerdictAccepted = 1;
constexpr uint64_t kVerdictRefused = 2;
constexpr auto kInt64Max =
    static_cast<uint64_t>(std::numeric_limits<int64_t>::max());

// Room for all of an entry but its statement and signatures, and for one
// signature: nothing is moved while an entry is written.
constexpr size_t kFixedLengthMax = 160;
constexpr size_t kSignatureRoom = 88;

// Fails with the field's name unless it has exactly N bytes.
template <size_t N>
bool ReadArray(WireReader* reader, uint32_t field,
               std::array<uint8_t, N>* out) {
  ByteView bytes;
  reader->ReadBytes(field, &bytes);
  if (!reader->ok()) return false;
  if (CopyExact(bytes, out)) return true;
  reader->Fail(field, absl::StrFormat("has %d bytes, not %d", bytes.size(), N));
  return false;
}

bool Precedes(const SealSignature& a, const SealSignature& b) {
  return std::tie(a.key_entry, a.key_position) <
         std::tie(b.key_entry, b.key_position);
}

void DecodeSignature(ByteView bytes, absl::Status* error, SealSignature* out) {
  WireReader reader(bytes, "seal.signatures", error);
  reader.ReadUint64(1, &out->key_entry);
  reader.ReadUint32(2, &out->key_position);
  ReadArray(&reader, 3, &out->signature.bytes);
  reader.Finish();
}

void DecodeSeal(ByteView bytes, absl::Status* error, Seal* out) {
  WireReader reader(bytes, "seal", error);
  reader.ReadUint32(1, &out->index);
  reader.ReadUint32(2, &out->size);
  if (out->size < 1 || out->size > domain::kBatchSizeMax) {
    reader.Fail(2, absl::StrFormat("is %d, not 1 to %d", out->size,
                                   domain::kBatchSizeMax));
  }
  if (out->index >= out->size) {
    reader.Fail(
        1, absl::StrFormat("is %d in a batch of %d", out->index, out->size));
  }
  ReadArray(&reader, 3, &out->root.bytes);
  reader.ReadUint64(4, &out->last_second);
  if (out->last_second > kInt64Max) reader.Fail(4, "is 2^63 or more");
  ByteView signature;
  while (reader.ReadRepeatedBytes(5, &signature)) {
    if (out->signatures.size() == kSealSignaturesMax) {
      reader.Fail(5, "stands there more than 16 times");
      return;
    }
    DecodeSignature(signature, error, &out->signatures.emplace_back());
    const size_t count = out->signatures.size();
    if (count > 1 &&
        !Precedes(out->signatures[count - 2], out->signatures[count - 1])) {
      reader.Fail(5, "is not in ascending order of key");
    }
  }
  if (out->signatures.empty()) reader.Fail(5, "is missing");
  reader.ReadBool(6, &out->administrators);
  if (out->signatures.size() > 1 && !out->administrators) {
    reader.Fail(6, "is missing beside several signatures");
  }
  reader.Finish();
}

void DecodeOutcome(ByteView bytes, uint64_t sequence, absl::Status* error,
                   domain::Outcome* out) {
  WireReader reader(bytes, "outcome", error);
  uint64_t verdict = 0;
  reader.ReadEnum(1, &verdict);
  if (verdict != kVerdictAccepted && verdict != kVerdictRefused) {
    reader.Fail(1, absl::StrFormat("is %d, no verdict", verdict));
  }
  uint64_t refusal = 0;
  reader.ReadEnum(2, &refusal);
  if ((verdict == kVerdictRefused) != (refusal != 0)) {
    reader.Fail(2, "does not fit the verdict");
  }
  if (refusal != 0) {
    constexpr uint64_t kRefusalMax = std::numeric_limits<uint8_t>::max();
    if (refusal > kRefusalMax ||
        !domain::RefusalName(static_cast<int>(refusal)).has_value()) {
      reader.Fail(2, absl::StrFormat("is %d, no refusal", refusal));
    }
    out->refusal = static_cast<domain::Refusal>(refusal);
  }
  reader.ReadOptionalUint64(3, &out->conflict);
  if (out->conflict.has_value() &&
      (refusal == 0 || *out->conflict >= sequence)) {
    reader.Fail(
        3, absl::StrFormat("is %d in %s entry %d", *out->conflict,
                           refusal == 0 ? "accepted" : "refused", sequence));
  }
  reader.Finish();
}

void WriteSeal(WireWriter* writer, const Seal& seal) {
  const size_t mark = writer->Begin(5);
  writer->WriteUint64(1, seal.index);
  writer->WriteUint64(2, seal.size);
  writer->WriteBytes(3, seal.root.view());
  writer->WriteUint64(4, seal.last_second);
  for (const SealSignature& signature : seal.signatures) {
    const size_t inner = writer->Begin(5);
    writer->WriteUint64(1, signature.key_entry);
    writer->WriteUint64(2, signature.key_position);
    writer->WriteBytes(3, signature.signature.view());
    writer->End(inner);
  }
  writer->WriteUint64(6, seal.administrators ? 1 : 0);
  writer->End(mark);
}

void WriteOutcome(WireWriter* writer, const domain::Outcome& outcome) {
  const size_t mark = writer->Begin(6);
  writer->WriteUint64(1,
                      outcome.accepted() ? kVerdictAccepted : kVerdictRefused);
  if (outcome.refusal.has_value()) {
    writer->WriteUint64(2, static_cast<uint64_t>(*outcome.refusal));
  }
  writer->WriteOptionalUint64(3, outcome.conflict);
  writer->End(mark);
}

}  // namespace

void AppendEntry(std::string* out, const EntryView& entry) {
  // Growing by half at least, so that many entries in one buffer stay cheap.
  const size_t needed = out->size() + kFixedLengthMax + entry.statement.size() +
                        kSignatureRoom * entry.seal->signatures.size();
  if (needed > out->capacity()) {
    out->reserve(std::max(needed, out->capacity() + out->capacity() / 2));
  }
  WireWriter writer(out);
  writer.WriteUint64(1, entry.sequence);
  writer.WriteBytes(2, entry.previous.view());
  writer.WriteInt64(3, entry.time_us);
  writer.WriteBytes(4, entry.statement);
  WriteSeal(&writer, *entry.seal);
  WriteOutcome(&writer, entry.outcome);
}

std::string EncodeEntry(const Entry& entry) {
  std::string out;
  AppendEntry(&out, {.sequence = entry.sequence,
                     .previous = entry.previous,
                     .time_us = entry.time_us,
                     .statement = AsBytes(entry.statement),
                     .seal = &entry.seal,
                     .outcome = entry.outcome});
  return out;
}

absl::StatusOr<Entry> DecodeEntry(ByteView bytes) {
  if (bytes.size() > kEntryLengthMax) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "an entry has %d bytes, more than %d", bytes.size(), kEntryLengthMax));
  }
  Entry entry;
  absl::Status error;
  WireReader reader(bytes, "entry", &error);
  reader.ReadUint64(1, &entry.sequence);
  ReadArray(&reader, 2, &entry.previous.bytes);
  uint64_t time_us = 0;
  reader.ReadUint64(3, &time_us);
  if (time_us > kInt64Max) reader.Fail(3, "is 2^63 or more");
  entry.time_us = static_cast<int64_t>(time_us);
  ByteView statement;
  reader.ReadBytes(4, &statement);
  if (statement.empty() || statement.size() > domain::kStatementLengthMax) {
    reader.Fail(4,
                absl::StrFormat("has %d bytes, not 1 to %d", statement.size(),
                                domain::kStatementLengthMax));
  }
  entry.statement.assign(AsText(statement));
  ByteView seal;
  if (!reader.ReadMessage(5, &seal)) reader.Fail(5, "is missing");
  DecodeSeal(seal, &error, &entry.seal);
  ByteView outcome;
  if (!reader.ReadMessage(6, &outcome)) reader.Fail(6, "is missing");
  DecodeOutcome(outcome, entry.sequence, &error, &entry.outcome);
  reader.Finish();
  if (!error.ok()) return error;
  return entry;
}

}  // namespace amanah::codec
