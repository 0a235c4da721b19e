// The client's files: profile, batch, key proof. What is accepted is written
// back as the same value.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "client/batch_file.h"
#include "client/key_proof.h"
#include "client/profile.h"
#include "ledger/base/check.h"
#include "ledger/codec/statement_codec.h"
#include "ledger/log/verifier_key.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

using namespace amanah;          // NOLINT(google-build-using-namespace)
using namespace amanah::client;  // NOLINT(google-build-using-namespace)
using testing_support::FuzzInput;

void CheckProfile(const std::string& text) {
  const auto profile = ParseProfile(text, "");
  if (!profile.ok()) return;
  const std::string once = FormatProfile(*profile);
  const auto again = ParseProfile(once, "");
  AMANAH_CHECK(again.ok() && FormatProfile(*again) == once);
  AMANAH_CHECK(again->server == profile->server &&
               again->signing_key == profile->signing_key &&
               again->genesis == profile->genesis);
}

void CheckKeyProof(FuzzInput input) {
  const std::string text = input.Rest();
  if (const auto proof = ParseKeyProof(text); proof.ok()) {
    AMANAH_CHECK(FormatKeyProof(*proof) == text);
  }
}

// A proof of the input's values under a real signature.
void CheckSignedProof(FuzzInput input) {
  static const crypto::SigningKey key =
      crypto::SigningKey::FromSeed(AsBytes(std::string(32, 'k')));
  KeyProof proof;
  proof.role = KeyRoles()[input.Byte() % KeyRoles().size()];
  proof.pins.resize(input.Byte() % 10u);
  for (domain::Pin& pin : proof.pins) pin.bytes[31] = input.Byte();
  proof.ledger.origin = input.Text();
  proof.institution = input.Text();
  proof.name = input.Text();
  if (!log::IsValidKeyName(proof.name) ||
      proof.ledger.origin.find('\n') != std::string::npos) {
    return;
  }
  const KeyProof made = MakeKeyProof(key, proof);
  const std::string text = FormatKeyProof(made);
  if (const auto parsed = ParseKeyProof(text); parsed.ok()) {
    AMANAH_CHECK(FormatKeyProof(*parsed) == text);
  }
}

void CheckBatch(const v1::PostBatchRequest& batch) {
  const auto opened = OpenBatch(batch);
  if (!opened.ok()) return;
  AMANAH_CHECK(static_cast<size_t>(batch.statements_size()) ==
               opened->statements.size());
  for (size_t i = 0; i < opened->statements.size(); ++i) {
    AMANAH_CHECK(codec::EncodeStatement(opened->statements[i]) ==
                 batch.statements(static_cast<int>(i)));
  }
}

// A batch of the input's bytes, and one over them that fits.
void CheckBatches(const std::string& bytes) {
  v1::PostBatchRequest batch;
  if (!batch.ParseFromString(bytes)) return;
  CheckBatch(batch);
  const judge::LedgerId ledger{"ledger.example/fuzz", {}};
  const auto proposed =
      ProposeBatch(ledger, "bank", 1,
                   {batch.statements().begin(), batch.statements().end()});
  if (!proposed.ok()) return;
  AMANAH_CHECK(OpenBatch(*proposed).ok());
  CheckBatch(*proposed);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string bytes(AsText({data, size}));
  CheckProfile(bytes);
  CheckKeyProof(FuzzInput(data, size));
  CheckSignedProof(FuzzInput(data, size));
  CheckBatches(bytes);
  return 0;
}
