// Every parser of the log's public formats: what is accepted formats back to
// the same bytes.
#include <cstdint>
#include <string>
#include <vector>

#include "ledger/base/check.h"
#include "ledger/log/checkpoint.h"
#include "ledger/log/note.h"
#include "ledger/log/proof_file.h"
#include "ledger/log/seal.h"
#include "ledger/log/tile.h"
#include "ledger/log/verifier_key.h"
#include "ledger/log/witness_policy.h"

namespace {

using namespace amanah;  // NOLINT(google-build-using-namespace)

// The first byte says how many hashes or entries the others are to hold.
void CheckTileBytes(const std::string& text) {
  if (text.empty()) return;
  const unsigned width = 1u + static_cast<uint8_t>(text[0]);
  const std::string bytes = text.substr(1);
  if (const auto tile = log::DecodeHashTile(AsBytes(bytes), width); tile.ok()) {
    AMANAH_CHECK(log::EncodeHashTile(*tile) == bytes);
  }
  if (const auto views = log::DecodeBundle(AsBytes(bytes), width); views.ok()) {
    std::vector<std::string> entries;
    for (const ByteView& view : *views) entries.emplace_back(AsText(view));
    AMANAH_CHECK(log::EncodeBundle(entries) == bytes);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t length) {
  const std::string text(reinterpret_cast<const char*>(data), length);
  if (const auto note = log::ParseNote(text); note.ok()) {
    // A repeated signature is dropped, so only the second pass is exact.
    const std::string once = log::FormatNote(*note);
    const auto again = log::ParseNote(once);
    AMANAH_CHECK(again.ok() && *again == *note);
  }
  if (const auto checkpoint = log::ParseCheckpointText(text); checkpoint.ok()) {
    AMANAH_CHECK(log::FormatCheckpointText(*checkpoint) == text);
  }
  if (const auto seal = log::ParseSealText(text); seal.ok()) {
    AMANAH_CHECK(log::FormatSealText(*seal) == text);
  }
  if (const auto key = log::ParseVerifierKey(text); key.ok()) {
    AMANAH_CHECK(log::FormatVerifierKey(*key) == text);
  }
  if (const auto policy = log::ParseWitnessPolicy(text); policy.ok()) {
    AMANAH_CHECK(policy->witnesses.size() <= log::kPolicyItemsMax);
  }
  if (const auto proof = log::ParseProofFile(text); proof.ok()) {
    AMANAH_CHECK(log::FormatProofFile(*proof) == text);
  }
  if (const auto tile = log::ParseTilePath(text)) {
    AMANAH_CHECK(log::TilePath(*tile) == text);
  }
  if (const auto bundle = log::ParseEntryBundlePath(text)) {
    AMANAH_CHECK(log::EntryBundlePath(*bundle) == text);
  }
  CheckTileBytes(text);
  return 0;
}
