#include "ledger/crypto/pseudonym.h"

#include <gtest/gtest.h>

#include <string>

#include "ledger/base/base64.h"
#include "tests/support/matchers.h"

namespace amanah::crypto {
namespace {

using testing_support::Fails;
constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

// 00 01 02 ... 1f
std::string TestKey() {
  std::string key;
  for (char c = 0; c < 32; ++c) key.push_back(c);
  return key;
}

// Expected values from Python's hmac.
TEST(PseudonymTest, GivesTheKnownAnswers) {
  const struct {
    unsigned epoch;
    const char* scheme;
    const char* identifier;
    const char* want;
  } rows[] = {
      {1, "id.nik", "3576010101900001",
       "11c394817622f2b39dcaf16c36b7eb05a6a9d5d26a5d2008fa27144da30e5a3b1e"},
      {15, "id.nik", "3576014101900001",
       "1fce1f796b99d632a700120694f9547d9cabc2bbf1714b645afb872c9976cf1b5b"},
      // First registered in another regency than the city's.
      {1, "id.nik", "3516021501909999",
       "11e846a4f016d7821ddec03e502e6a95e58f6c3f264c3a998879532bc38cc5a437"},
      {1, "id.kk", "3576010101900001",
       "11912a70cfb5fd4ef7ed99cc4d66ac949abc87cb597465f6edf90f79c47a437a25"},
      {2, "br.nis", "12345678901",
       "12c641405aacaf3c1ef66eb49a7b534659d641e1e3e1d1ffccf0a3b1fcd1bf0723"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.want);
    const auto pseudonym = MakePseudonym(AsBytes(TestKey()), row.epoch,
                                         row.scheme, row.identifier);
    ASSERT_OK(pseudonym);
    EXPECT_EQ(EncodeHex(pseudonym->view()), row.want);
    EXPECT_EQ(pseudonym->suite(), 1U);
    EXPECT_EQ(pseudonym->epoch(), row.epoch);
    EXPECT_EQ(PseudonymFromBytes(pseudonym->view()), *pseudonym);
  }
}

TEST(PseudonymTest, HasEpochs1To15) {
  for (const unsigned epoch : {0U, 16U, 17U}) {
    EXPECT_THAT(MakePseudonym(AsBytes(TestKey()), epoch, "br.nis", "1"),
                Fails(kInvalid, "epoch"));
  }
}

TEST(PseudonymTest, TakesOnly33BytesOfSuite1AndAnEpoch) {
  std::string bytes(33, 'p');
  for (int first = 0; first < 256; ++first) {
    bytes[0] = static_cast<char>(first);
    EXPECT_EQ(PseudonymFromBytes(AsBytes(bytes)).has_value(),
              first >= 0x11 && first <= 0x1f)
        << first;
  }
  bytes[0] = 0x11;
  EXPECT_FALSE(PseudonymFromBytes(AsBytes(bytes).first(32)).has_value());
  EXPECT_FALSE(PseudonymFromBytes(AsBytes(bytes + "x")).has_value());
}

TEST(IdentifierTest, AcceptsNiksOfMenAndWomen) {
  for (const char* nik : {
           "3576010101900001",  // 1 January
           "3576013112990001",  // 31 December
           "3576014101900001",  // a woman, 1 January
           "3576017112999999",  // a woman, 31 December
           "3516021501909999",  // of the regency around the city
           "1101012902000001",  // 29 February, of 2000
           "9971016902960001",  // a woman, 29 February, of 1996
       }) {
    EXPECT_OK(CheckIdentifier("id.nik", nik)) << nik;
  }
}

TEST(IdentifierTest, RefusesNiksThatCannotBe) {
  const struct {
    const char* nik;
    const char* message;
  } rows[] = {
      {"", "0 digits"},
      {"357601010190001", "15 digits"},
      {"35760101019000011", "17 digits"},
      {"3576.01.010190.0001", "something else than digits"},
      {"357601 010190 0001", "something else than digits"},
      {"3576-0101019000-1", "something else than digits"},
      {"357601010190000O", "something else than digits"},
      {"1076010101900001", "province"},
      {"0076010101900001", "province"},
      {"3576010001900001", "date"},  // day 0
      {"3576013201900001", "date"},  // day 32
      {"3576014001900001", "date"},  // day 40
      {"3576017201900001", "date"},  // day 72
      {"3576010100900001", "date"},  // month 0
      {"3576010113900001", "date"},  // month 13
      {"3576013104900001", "date"},  // 31 April
      {"3576013002000001", "date"},  // 30 February
      {"3576012902010001", "date"},  // 29 February of 1901 or 2001
      {"3576016902990001", "date"},  // a woman, 29 February of 1999
      {"3576010101900000", "serial"},
  };
  for (const auto& row : rows) {
    EXPECT_THAT(CheckIdentifier("id.nik", row.nik),
                Fails(kInvalid, row.message))
        << row.nik;
  }
}

TEST(IdentifierTest, TakesAKkNumbersDayAsTheDayOfRecording) {
  EXPECT_OK(CheckIdentifier("id.kk", "3576013112190001"));
  EXPECT_THAT(CheckIdentifier("id.kk", "3576014101190001"),
              Fails(kInvalid, "date"));
  EXPECT_THAT(CheckIdentifier("id.kk", "3576010101190000"),
              Fails(kInvalid, "serial"));
  EXPECT_THAT(CheckIdentifier("id.kk", "357601010119000"),
              Fails(kInvalid, "15 digits"));
}

TEST(IdentifierTest, TakesOtherSchemesAsPrintableText) {
  EXPECT_OK(CheckIdentifier("br.nis", "1"));
  EXPECT_OK(CheckIdentifier("br.nis", std::string(128, '9')));
  EXPECT_OK(CheckIdentifier("us.ppp", "Caf\u00e9 123-45"));
  EXPECT_THAT(CheckIdentifier("br.nis", ""), Fails(kInvalid, "0 bytes"));
  EXPECT_THAT(CheckIdentifier("br.nis", std::string(129, '9')),
              Fails(kInvalid, "129 bytes"));
  EXPECT_THAT(CheckIdentifier("br.nis", "a\xff"), Fails(kInvalid, "UTF-8"));
  for (const char* text :
       {"a\nb", "a\tb", "\x01", "\x7f", "\u0085", "\u009f"}) {
    EXPECT_THAT(CheckIdentifier("br.nis", text), Fails(kInvalid, "control"));
  }
  EXPECT_OK(CheckIdentifier("br.nis", "\u00a0"));
}

TEST(IdentifierTest, KnowsWhatASchemeLooksLike) {
  for (const char* scheme : {"id.nik", "id.kk", "br.nis", "us.ppp", "xx.a-1"}) {
    EXPECT_TRUE(IsValidScheme(scheme)) << scheme;
  }
  const std::string long_name = "id." + std::string(30, 'a');
  for (const char* scheme :
       {"", "nik", "id.", ".nik", "ID.nik", "id.NIK", "i.nik", "id_nik",
        "id.n k", "id.n\n", long_name.c_str()}) {
    EXPECT_FALSE(IsValidScheme(scheme)) << scheme;
    EXPECT_THAT(CheckIdentifier(scheme, "1"), Fails(kInvalid, "scheme"));
  }
}

TEST(IdentifierTest, NeverRepeatsTheIdentifierInAMessage) {
  for (const char* number :
       {"3576010113900001", "1076010101900001", "3576010101900000",
        "35760101019000011", "3576.01.010190.0001"}) {
    for (const char* scheme : {"id.nik", "id.kk", "bad scheme"}) {
      const absl::Status status = CheckIdentifier(scheme, number);
      ASSERT_FALSE(status.ok());
      const std::string message(status.message());
      EXPECT_EQ(message.find(std::string(number).substr(0, 6)),
                std::string::npos);
    }
    // The two in each other's place.
    const std::string message(CheckIdentifier(number, "id.nik").message());
    EXPECT_EQ(message.find(std::string(number).substr(0, 6)),
              std::string::npos);
  }
}

}  // namespace
}  // namespace amanah::crypto
