#include "ledger/crypto/certificate.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "ledger/base/base64.h"
#include "tests/support/matchers.h"

namespace amanah::crypto {
namespace {

using absl::StatusCode;
using testing_support::Fails;

// Made by `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256`; its
// SPKI hash by `openssl x509 -pubkey | openssl pkey -pubin -outform der |
// sha256sum`.
constexpr std::string_view kCertificate =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBgzCCASmgAwIBAgIUIDLgn6pASBhUqdE2FRvL2rVB3JUwCgYIKoZIzj0EAwIw\n"
    "FzEVMBMGA1UEAwwMYmFuay5leGFtcGxlMB4XDTI2MTEyNDIzNTAyNVoXDTM2MTEy\n"
    "MTIzNTAyNVowFzEVMBMGA1UEAwwMYmFuay5leGFtcGxlMFkwEwYHKoZIzj0CAQYI\n"
    "KoZIzj0DAQcDQgAEdwWdwIvdyGtrixIp0vwYI9nL/Bjx1y5BNmMBnDZT1H9ULE0h\n"
    "unpcHipmrCZICTK6Ps8Ucl+JfaRvVMh18jzR2aNTMFEwHQYDVR0OBBYEFHuUqI9o\n"
    "f0ebuphsEsCiN4vsTdjVMB8GA1UdIwQYMBaAFHuUqI9of0ebuphsEsCiN4vsTdjV\n"
    "MA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIgPSvqhH/QIjTEhKd+\n"
    "z+tCsB3TrjZBMpev6BsBbLVz+1kCIQD+LVT1Ead0xlXgK3TCM+tc4W0yNgz56YTC\n"
    "OX2VyRXzxw==\n"
    "-----END CERTIFICATE-----\n";
constexpr std::string_view kSpkiHash =
    "c5f3546c7b6bd74a570d662a41eebfbd8f3a45d3885a77d9beec4eb9e930926c";
constexpr int64_t kNotBefore = 1'795'564'225;
constexpr int64_t kNotAfter = 2'110'924'225;

TlsCertificateChoice Choice(TlsKeyKind kind) {
  return {"bank.example", kind, 1'800'000'000, 30};
}

TEST(CertificateTest, ReadsTheKeyHashAndTheTimesThatOpensslPrints) {
  const auto facts = ReadCertificate(kCertificate);
  ASSERT_OK(facts);
  EXPECT_EQ(EncodeHex(facts->spki_hash.view()), kSpkiHash);
  EXPECT_EQ(facts->not_before, kNotBefore);
  EXPECT_EQ(facts->not_after, kNotAfter);
  const auto hash = SpkiHashOfPem(kCertificate);
  ASSERT_OK(hash);
  EXPECT_EQ(*hash, facts->spki_hash);
}

TEST(CertificateTest, ReadsTheFirstOfSeveralCertificates) {
  const auto second = MakeTlsCertificate(Choice(TlsKeyKind::kP256));
  ASSERT_OK(second);
  const auto hash =
      SpkiHashOfPem(std::string(kCertificate) + second->certificate_pem);
  ASSERT_OK(hash);
  EXPECT_EQ(EncodeHex(hash->view()), kSpkiHash);
}

TEST(CertificateTest, RefusesEveryTruncation) {
  // Without its last newline the text is whole still.
  for (size_t length = 0; length + 1 < kCertificate.size(); ++length) {
    EXPECT_THAT(ReadCertificate(kCertificate.substr(0, length)),
                Fails(StatusCode::kInvalidArgument, "certificate"))
        << length;
  }
}

// A certificate's signature over itself is not checked, since it proves
// nothing: TLS makes the peer show that it holds the key. So some flips pass.
TEST(CertificateTest, SurvivesEveryFlippedBit) {
  for (size_t bit = 0; bit < 8 * kCertificate.size(); ++bit) {
    std::string damaged(kCertificate);
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    const auto facts = ReadCertificate(damaged);
    if (!facts.ok()) {
      EXPECT_EQ(facts.status().code(), StatusCode::kInvalidArgument);
    }
  }
}

TEST(CertificateTest, IsValidFromItsFirstSecondToItsLast) {
  const CertificateFacts facts{{}, 100, 200};
  EXPECT_THAT(CheckValidity(facts, 99),
              Fails(StatusCode::kUnauthenticated, "valid from second 100"));
  EXPECT_OK(CheckValidity(facts, 100));
  EXPECT_OK(CheckValidity(facts, 200));
  EXPECT_THAT(CheckValidity(facts, 201),
              Fails(StatusCode::kUnauthenticated, "valid to second 200"));
}

TEST(CertificateTest, MakesCertificatesOfBothKinds) {
  for (const TlsKeyKind kind : {TlsKeyKind::kP256, TlsKeyKind::kEd25519}) {
    const auto made = MakeTlsCertificate(Choice(kind));
    ASSERT_OK(made);
    EXPECT_EQ(made->key_pem.rfind("-----BEGIN PRIVATE KEY-----\n", 0), 0u);
    const auto facts = ReadCertificate(made->certificate_pem);
    ASSERT_OK(facts);
    EXPECT_EQ(facts->not_before, 1'800'000'000);
    EXPECT_EQ(facts->not_after, 1'800'000'000 + 30 * 86'400 - 1);
    const auto other = MakeTlsCertificate(Choice(kind));
    ASSERT_OK(other);
    const auto other_hash = SpkiHashOfPem(other->certificate_pem);
    ASSERT_OK(other_hash);
    EXPECT_NE(facts->spki_hash, *other_hash);
  }
}

TEST(CertificateTest, KnowsAKeyThatIsNotTheCertificates) {
  const auto one = MakeTlsCertificate(Choice(TlsKeyKind::kP256));
  const auto other = MakeTlsCertificate(Choice(TlsKeyKind::kEd25519));
  ASSERT_OK(one);
  ASSERT_OK(other);
  EXPECT_OK(CheckKeyFits(one->certificate_pem, one->key_pem));
  EXPECT_OK(CheckKeyFits(other->certificate_pem, other->key_pem));
  EXPECT_THAT(CheckKeyFits(one->certificate_pem, other->key_pem),
              Fails(StatusCode::kInvalidArgument, "not that of"));
  EXPECT_THAT(CheckKeyFits(one->certificate_pem, one->certificate_pem),
              Fails(StatusCode::kInvalidArgument, "private key"));
  EXPECT_THAT(CheckKeyFits(one->key_pem, one->key_pem),
              Fails(StatusCode::kInvalidArgument, "certificate"));
}

TEST(CertificateTest, AcceptsNamesAndDaysWithinTheirRangeOnly) {
  const struct {
    std::string name;
    int days;
    bool good;
  } rows[] = {
      {"", 30, false},
      {"a", 30, true},
      {"127.0.0.1", 30, true},
      {"bank_a/b-c.d", 30, true},
      {"a b", 30, false},
      {"a,DNS:b", 30, false},
      {"a", 0, false},
      {"a", 1, true},
      {"a", 36'500, true},
      {"a", 36'501, false},
      {std::string(64, 'a'), 30, true},
      {std::string(65, 'a'), 30, false},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(testing::Message() << row.name << " for " << row.days);
    const auto made = MakeTlsCertificate(
        {row.name, TlsKeyKind::kP256, 1'800'000'000, row.days});
    EXPECT_EQ(made.ok(), row.good);
    if (!row.good) {
      EXPECT_EQ(made.status().code(), StatusCode::kInvalidArgument);
    }
  }
}

}  // namespace
}  // namespace amanah::crypto
