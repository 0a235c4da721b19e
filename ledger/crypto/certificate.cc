#include "ledger/crypto/certificate.h"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <time.h>

#include <memory>
#include <optional>

#include "absl/strings/str_format.h"
#include "ledger/base/check.h"
#include "ledger/base/status.h"
#include "ledger/crypto/random.h"

namespace amanah::crypto {
namespace {

template <auto Free>
struct Freer {
  template <typename T>
  void operator()(T* value) const {
    Free(value);
  }
};
using BioPtr = std::unique_ptr<BIO, Freer<BIO_free_all>>;
using X509Ptr = std::unique_ptr<X509, Freer<X509_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using ExtensionPtr =
    std::unique_ptr<X509_EXTENSION, Freer<X509_EXTENSION_free>>;

constexpr int64_t kSecondsPerDay = 86'400;
constexpr int kDaysMax = 36'500;
constexpr size_t kCommonNameLengthMax = 64;  // X.520's ub-common-name
constexpr size_t kSerialLength = 16;

BioPtr BioOver(std::string_view text) {
  BioPtr bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  AMANAH_CHECK(bio != nullptr);
  return bio;
}

// Null when there is none.
X509Ptr ParseCertificate(std::string_view pem) {
  const BioPtr bio = BioOver(pem);
  X509Ptr certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  ERR_clear_error();
  return certificate;
}

std::optional<int64_t> SecondsOf(const ASN1_TIME* time) {
  struct tm parts = {};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
  return timegm(&parts);
}

std::optional<Hash> HashOfSpki(const X509* certificate) {
  unsigned char* der = nullptr;
  const int length = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
  if (length <= 0) return std::nullopt;
  const Hash hash = Sha256(ByteView(der, static_cast<size_t>(length)));
  OPENSSL_free(der);
  return hash;
}

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '/' || c == '-';
}

absl::Status CheckChoice(const TlsCertificateChoice& choice) {
  const std::string& name = choice.common_name;
  bool good = !name.empty() && name.size() <= kCommonNameLengthMax;
  for (const char c : name) good = good && IsNameCharacter(c);
  if (!good) {
    return absl::InvalidArgumentError(
        "a certificate's name has 1 to 64 of A-Z a-z 0-9 . _ / -");
  }
  if (choice.days < 1 || choice.days > kDaysMax) {
    return absl::InvalidArgumentError(
        absl::StrFormat("a certificate is valid for 1 to %d days, not %d",
                        kDaysMax, choice.days));
  }
  return absl::OkStatus();
}

// The alternative name in OpenSSL's notation; empty: none.
std::string AlternativeName(const std::string& name) {
  struct in_addr ignored = {};
  if (inet_pton(AF_INET, name.c_str(), &ignored) == 1) return "IP:" + name;
  if (name.find_first_of("_/") != std::string::npos) return "";
  return "DNS:" + name;
}

void AddExtension(X509* certificate, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const ExtensionPtr extension(
      X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  AMANAH_CHECK(extension != nullptr);
  AMANAH_CHECK(X509_add_ext(certificate, extension.get(), -1) == 1);
}

KeyPtr MakeKey(TlsKeyKind kind) {
  KeyPtr key(kind == TlsKeyKind::kEd25519
                 ? EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")
                 : EVP_EC_gen("P-256"));
  AMANAH_CHECK(key != nullptr);
  return key;
}

void SetNames(X509* certificate, const std::string& name) {
  X509_NAME* subject = X509_get_subject_name(certificate);
  AMANAH_CHECK(X509_NAME_add_entry_by_txt(
                   subject, "CN", MBSTRING_UTF8, AsBytes(name).data(),
                   static_cast<int>(name.size()), -1, 0) == 1);
  AMANAH_CHECK(X509_set_issuer_name(certificate, subject) == 1);
}

// RFC 5280 asks for a positive serial that does not repeat.
void SetSerial(X509* certificate) {
  std::string bytes = RandomBytes(kSerialLength);
  bytes[0] = static_cast<char>((bytes[0] & 0x3f) | 0x40);
  BIGNUM* number =
      BN_bin2bn(AsBytes(bytes).data(), static_cast<int>(bytes.size()), nullptr);
  AMANAH_CHECK(number != nullptr);
  AMANAH_CHECK(BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) !=
               nullptr);
  BN_free(number);
}

void SetTimes(X509* certificate, const TlsCertificateChoice& choice) {
  const time_t first = choice.not_before;
  const time_t last = first + choice.days * kSecondsPerDay - 1;
  AMANAH_CHECK(ASN1_TIME_set(X509_getm_notBefore(certificate), first) !=
               nullptr);
  AMANAH_CHECK(ASN1_TIME_set(X509_getm_notAfter(certificate), last) != nullptr);
}

std::string TextOf(BIO* bio) {
  const char* data = nullptr;
  const long length = BIO_get_mem_data(bio, &data);
  AMANAH_CHECK(length > 0);
  return std::string(data, static_cast<size_t>(length));
}

}  // namespace

absl::StatusOr<CertificateFacts> ReadCertificate(std::string_view pem) {
  const X509Ptr certificate = ParseCertificate(pem);
  if (certificate == nullptr) {
    return absl::InvalidArgumentError("not a certificate in PEM form");
  }
  const auto hash = HashOfSpki(certificate.get());
  const auto first = SecondsOf(X509_get0_notBefore(certificate.get()));
  const auto last = SecondsOf(X509_get0_notAfter(certificate.get()));
  if (!hash.has_value() || !first.has_value() || !last.has_value()) {
    ERR_clear_error();
    return absl::InvalidArgumentError("the certificate is malformed");
  }
  return CertificateFacts{*hash, *first, *last};
}

absl::StatusOr<Hash> SpkiHashOfPem(std::string_view pem) {
  AMANAH_ASSIGN_OR_RETURN(const CertificateFacts facts, ReadCertificate(pem));
  return facts.spki_hash;
}

absl::Status CheckValidity(const CertificateFacts& facts, int64_t now) {
  if (now < facts.not_before) {
    return absl::UnauthenticatedError(
        absl::StrFormat("the certificate is valid from second %d, it is %d",
                        facts.not_before, now));
  }
  if (now > facts.not_after) {
    return absl::UnauthenticatedError(
        absl::StrFormat("the certificate was valid to second %d, it is %d",
                        facts.not_after, now));
  }
  return absl::OkStatus();
}

absl::Status CheckKeyFits(std::string_view certificate_pem,
                          std::string_view key_pem) {
  const X509Ptr certificate = ParseCertificate(certificate_pem);
  if (certificate == nullptr) {
    return absl::InvalidArgumentError("not a certificate in PEM form");
  }
  const BioPtr bio = BioOver(key_pem);
  // An empty passphrase, so that an encrypted key fails instead of asking.
  std::string passphrase;
  const KeyPtr key(
      PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, passphrase.data()));
  const bool fits = key != nullptr &&
                    X509_check_private_key(certificate.get(), key.get()) == 1;
  ERR_clear_error();
  if (key == nullptr) {
    return absl::InvalidArgumentError("not an open private key in PEM form");
  }
  if (!fits) {
    return absl::InvalidArgumentError(
        "the private key is not that of the certificate");
  }
  return absl::OkStatus();
}

absl::StatusOr<TlsCertificate> MakeTlsCertificate(
    const TlsCertificateChoice& choice) {
  AMANAH_RETURN_IF_ERROR(CheckChoice(choice));
  const KeyPtr key = MakeKey(choice.kind);
  const X509Ptr certificate(X509_new());
  AMANAH_CHECK(certificate != nullptr);
  AMANAH_CHECK(X509_set_version(certificate.get(), X509_VERSION_3) == 1);
  SetSerial(certificate.get());
  SetTimes(certificate.get(), choice);
  SetNames(certificate.get(), choice.common_name);
  AMANAH_CHECK(X509_set_pubkey(certificate.get(), key.get()) == 1);
  AddExtension(certificate.get(), NID_basic_constraints, "critical,CA:FALSE");
  AddExtension(certificate.get(), NID_key_usage, "critical,digitalSignature");
  AddExtension(certificate.get(), NID_ext_key_usage, "serverAuth,clientAuth");
  if (const std::string name = AlternativeName(choice.common_name);
      !name.empty()) {
    AddExtension(certificate.get(), NID_subject_alt_name, name);
  }
  // Ed25519 hashes within the signature and takes no digest beside it.
  const EVP_MD* digest =
      choice.kind == TlsKeyKind::kEd25519 ? nullptr : EVP_sha256();
  AMANAH_CHECK(X509_sign(certificate.get(), key.get(), digest) > 0);

  const BioPtr certificate_bio(BIO_new(BIO_s_mem()));
  const BioPtr key_bio(BIO_new(BIO_s_secmem()));
  AMANAH_CHECK(PEM_write_bio_X509(certificate_bio.get(), certificate.get()) ==
               1);
  AMANAH_CHECK(PEM_write_bio_PKCS8PrivateKey(key_bio.get(), key.get(), nullptr,
                                             nullptr, 0, nullptr,
                                             nullptr) == 1);
  return TlsCertificate{TextOf(key_bio.get()), TextOf(certificate_bio.get())};
}

}  // namespace amanah::crypto
