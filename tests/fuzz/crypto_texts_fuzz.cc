// Texts of keys and certificates, and the encodings under them: what is
// accepted is the one text of its value.
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/str_format.h"
#include "ledger/base/base64.h"
#include "ledger/base/check.h"
#include "ledger/base/text.h"
#include "ledger/crypto/certificate.h"
#include "ledger/crypto/hash.h"
#include "ledger/crypto/key_text.h"
#include "ledger/crypto/pseudonym.h"

namespace {

using namespace amanah;  // NOLINT(google-build-using-namespace)

void CheckEncodings(const std::string& text) {
  if (const auto bytes = DecodeBase64(text)) {
    AMANAH_CHECK(EncodeBase64(AsBytes(*bytes)) == text);
  }
  if (const auto bytes = DecodeHex(text)) {
    AMANAH_CHECK(EncodeHex(AsBytes(*bytes)) == text);
  }
  if (const auto number = ParseDecimal(text)) {
    AMANAH_CHECK(absl::StrFormat("%d", *number) == text);
  }
  (void)IsValidUtf8(text);
}

// A text under a passphrase is not opened: what it costs is its own choice.
void CheckKeyText(const std::string& text) {
  const auto boxed = crypto::NeedsPassphrase(text);
  if (!boxed.ok() || *boxed) return;
  const auto key = crypto::OpenKeyText(text, "");
  AMANAH_CHECK(key.ok());
  const auto again = crypto::FormatKeyText(*key, std::nullopt, {});
  AMANAH_CHECK(again.ok() && *again == text);
}

void CheckCertificate(const std::string& pem) {
  const auto facts = crypto::ReadCertificate(pem);
  const auto pin = crypto::SpkiHashOfPem(pem);
  AMANAH_CHECK(pin.ok() == facts.ok());
  if (facts.ok()) AMANAH_CHECK(*pin == facts->spki_hash);
  (void)crypto::CheckKeyFits(pem, pem);
}

void CheckIdentifiers(const std::string& text) {
  for (const char* scheme : {"id.nik", "id.kk", "br.nis"}) {
    const bool fits = crypto::CheckIdentifier(scheme, text).ok();
    const std::string key(crypto::kPseudonymKeyLength, 'k');
    const auto made = crypto::MakePseudonym(AsBytes(key), 1, scheme, text);
    AMANAH_CHECK(made.ok() == fits);
    if (!made.ok()) continue;
    AMANAH_CHECK(crypto::PseudonymFromBytes(made->view()) == *made);
  }
  (void)crypto::IsValidScheme(text);
  (void)crypto::PseudonymFromBytes(AsBytes(text));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(AsText({data, size}));
  CheckEncodings(text);
  CheckKeyText(text);
  // Also with the check line that a fuzzer cannot guess.
  const std::string check =
      EncodeHex(crypto::Sha256(AsBytes(text)).view()).substr(0, 8);
  CheckKeyText(absl::StrFormat("%scheck: %s\n", text, check));
  CheckCertificate(text);
  CheckCertificate(absl::StrFormat(
      "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n",
      EncodeBase64(AsBytes(text))));
  CheckIdentifiers(text);
  return 0;
}
