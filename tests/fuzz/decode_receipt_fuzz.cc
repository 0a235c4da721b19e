// Receipts as anyone may hand them on: what is accepted is the one text of its
// value, also for protobuf's own classes, and nothing in it is believed.
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/str_format.h"
#include "amanah/v1/receipt.pb.h"
#include "ledger/base/base64.h"
#include "ledger/base/check.h"
#include "ledger/codec/receipt_codec.h"
#include "ledger/crypto/signing.h"
#include "ledger/judge/receipt.h"
#include "ledger/log/merkle.h"
#include "ledger/log/proof_file.h"
#include "tests/codec/proto_agreement.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

using namespace amanah;  // NOLINT(google-build-using-namespace)

constexpr char kOrigin[] = "ledger.example/fuzz";

void CheckText(const std::string& text) {
  const auto receipt = judge::ParseReceipt(text);
  if (!receipt.ok()) return;
  AMANAH_CHECK(judge::FormatReceipt(*receipt) == text);
  // The input's own entry 0 is taken for the ledger's, so that more of it is
  // looked at. No key of the input's is known to sign.
  const judge::LedgerId ledger{
      kOrigin, log::LeafHash(AsBytes(receipt->key_entries[0].bytes))};
  AMANAH_CHECK(!judge::VerifyReceipt(ledger, text).ok());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string bytes(AsText({data, size}));
  const auto extra = codec::DecodeReceiptExtra(AsBytes(bytes));
  if (extra.ok()) {
    AMANAH_CHECK(codec::EncodeReceiptExtra(*extra) == bytes);
    AMANAH_CHECK(testing_support::Reserialised<v1::ReceiptExtra>(bytes) ==
                 bytes);
  }
  CheckText(bytes);
  // The same within a proof file that is sound.
  testing_support::FuzzInput input(data, size);
  log::ProofFile file;
  file.index = input.Byte();
  file.path.resize(input.Byte() % 8u);
  file.extra = input.Rest();
  // A checkpoint whose root and signature are zeros.
  file.checkpoint = absl::StrFormat(
      "%s\n%d\n%s\n\n\u2014 %s %s\n", kOrigin, file.index + 1,
      EncodeBase64(AsBytes(std::string(crypto::kHashLength, '\0'))), kOrigin,
      EncodeBase64(AsBytes(std::string(4 + crypto::kSignatureLength, '\0'))));
  CheckText(log::FormatProofFile(file));
  return 0;
}
