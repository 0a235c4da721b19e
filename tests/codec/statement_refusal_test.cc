// Bytes that are no statement, and which fault is named. The bytes are put
// together by hand.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "ledger/codec/statement_codec.h"
#include "ledger/domain/validate.h"
#include "tests/codec/raw_wire.h"
#include "tests/codec/samples.h"
#include "tests/support/matchers.h"

namespace amanah::codec {
namespace {

using testing_support::Bytes;
using testing_support::Fails;
using testing_support::GoldenBytes;
using testing_support::Number;
using testing_support::Replaced;
using testing_support::SampleStatements;
using testing_support::Tag;
using testing_support::Varint;

struct Row {
  std::string what;
  std::string bytes;
  StatementFault fault;
  std::string message;
};

void ExpectRefused(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    // Another value than that expected, so that it must be set.
    StatementFault fault = row.fault == StatementFault::kLength
                               ? StatementFault::kField
                               : StatementFault::kLength;
    EXPECT_THAT(DecodeStatement(AsBytes(row.bytes), &fault),
                Fails(absl::StatusCode::kInvalidArgument, row.message));
    EXPECT_EQ(fault, row.fault);
  }
}

const std::string kSalt(16, '\x5a');
const std::string kHead = Bytes(1, "r1") + Bytes(2, kSalt);
const std::string kRevoked = Bytes(1, "E1") + Bytes(2, "DEAD");

std::string Revoked(const std::string& body) {
  return kHead + Bytes(121, body);
}

// DisbursementReported with one field's bytes replaced.
std::string Reported(uint32_t field, const std::string& with) {
  const std::string fields[] = {
      Bytes(1, "D1"),  Bytes(2, "E1"), Bytes(3, "X1"),         Number(4, 1),
      Bytes(5, "IDR"), Number(6, 100), Bytes(7, "2026-01-15"), Bytes(8, "KKS")};
  std::string body;
  for (uint32_t i = 1; i <= 8; ++i) body += i == field ? with : fields[i - 1];
  return kHead + Bytes(130, body);
}

TEST(StatementRefusalTest, TakesTheStatementsThatTheRowsBreak) {
  EXPECT_OK(DecodeStatement(AsBytes(Revoked(kRevoked))));
  EXPECT_OK(DecodeStatement(AsBytes(Reported(0, ""))));
  StatementFault fault = StatementFault::kField;
  EXPECT_OK(DecodeStatement(AsBytes(Revoked(kRevoked)), &fault));
}

TEST(StatementRefusalTest, RefusesWhatIsNoCanonicalEncoding) {
  const auto kFault = StatementFault::kEncoding;
  ExpectRefused({
      {"unknown field between", kHead + Number(3, 1) + Bytes(121, kRevoked),
       kFault, "statement: field 3 is of no known kind"},
      {"unknown field at the end", Revoked(kRevoked) + Number(200, 1), kFault,
       "statement: field 200 is unknown or out of place"},
      {"unknown field nested", Revoked(kRevoked + Number(3, 1)), kFault,
       "entitlement_revoked: field 3 is unknown or out of place"},
      {"empty group", Revoked(kRevoked + Tag(3, 3) + Tag(3, 4)), kFault,
       "entitlement_revoked: field 3 is unknown"},
      {"group as a known field", Revoked(Tag(1, 3) + Tag(1, 4)), kFault,
       "entitlement_revoked: field 1 has wire type 3, not 2"},
      {"end of a group", Revoked(kRevoked) + Tag(121, 4), kFault,
       "statement: field 121 stands there twice"},
      {"wire type 6", Revoked(kRevoked + Tag(3, 6)), kFault, "field 3"},
      {"wire type 7", Revoked(kRevoked + Tag(3, 7)), kFault, "field 3"},
      {"fixed32", Reported(6, Tag(6, 5) + std::string(4, 'a')), kFault,
       "disbursement_reported: field 6 has wire type 5, not 0"},
      {"fixed64", Reported(6, Tag(6, 1) + std::string(8, 'a')), kFault,
       "disbursement_reported: field 6 has wire type 1, not 0"},
      {"text as a number", Revoked(Number(1, 5) + Bytes(2, "DEAD")), kFault,
       "entitlement_revoked: field 1 has wire type 0, not 2"},
      {"number as text", Reported(6, Bytes(6, "1")), kFault,
       "disbursement_reported: field 6 has wire type 2, not 0"},
      {"field number 0", Revoked(std::string("\0\x01", 2) + kRevoked), kFault,
       "entitlement_revoked: a field has the number 0"},
      {"field number above 2^29 - 1", Revoked(kRevoked + Varint(1ULL << 32)),
       kFault, "entitlement_revoked: field 2 is followed by no tag"},
      {"tag one byte too long",
       Revoked(std::string("\x8a\x00", 2) + Varint(2) + "E1" + Bytes(2, "D")),
       kFault, "entitlement_revoked: begins with no tag"},
      {"length one byte too long",
       Revoked(Tag(1, 2) + std::string("\x82\x00", 2) + "E1" + Bytes(2, "D")),
       kFault, "field 1 has no shortest varint as its length"},
      {"value one byte too long",
       Reported(6, Tag(6, 0) + std::string("\xe4\x00", 2)), kFault,
       "field 6 is no shortest varint"},
      {"value of 2^64",
       Reported(6, Tag(6, 0) + "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x02"),
       kFault, "field 6 is no shortest varint of 64 bits"},
      {"value of 11 bytes",
       Reported(6, Tag(6, 0) + "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01"),
       kFault, "field 6 is no shortest varint of 64 bits"},
      {"length beyond the end", kHead + Tag(121, 2) + Varint(99) + kRevoked,
       kFault, "statement: field 121 has a length of 99 where 10 bytes"},
      {"length beyond the nested end",
       Revoked(Bytes(1, "E1") + Tag(2, 2) + Varint(9) + "DEAD"), kFault,
       "entitlement_revoked: field 2 has a length of 9 where 4 bytes"},
      {"length of 2^64 - 1", kHead + Tag(121, 2) + Varint(~0ULL), kFault,
       "field 121 has a length of 18446744073709551615"},
      {"empty text", Revoked(kRevoked.substr(0, 4) + Bytes(2, "")), kFault,
       "entitlement_revoked: field 2 is there but empty"},
      {"empty salt", Bytes(1, "r1") + Bytes(2, "") + Bytes(121, kRevoked),
       kFault, "statement: field 2 is there but empty"},
      {"number 0", Reported(6, Number(6, 0)), kFault,
       "disbursement_reported: field 6 is there but 0"},
      {"enum 0", Reported(4, Number(4, 0)), kFault,
       "disbursement_reported: field 4 is there but 0"},
      {"field twice", Revoked(Bytes(1, "E1") + kRevoked), kFault,
       "entitlement_revoked: field 1 stands there twice"},
      {"reference twice", Bytes(1, "r1") + Revoked(kRevoked), kFault,
       "statement: field 1 is out of order or there twice"},
      {"fields out of order", Revoked(Bytes(2, "DEAD") + Bytes(1, "E1")),
       kFault, "entitlement_revoked: field 1 is out of order or unknown"},
      {"salt before reference",
       Bytes(2, kSalt) + Bytes(1, "r1") + Bytes(121, kRevoked), kFault,
       "statement: field 1 is out of order or there twice"},
      {"one kind twice", Revoked(kRevoked) + Bytes(121, kRevoked), kFault,
       "statement: field 121 stands there twice"},
      {"two kinds", kHead + Bytes(108, Number(1, 2)) + Bytes(121, kRevoked),
       kFault, "statement: field 121 is unknown or out of place"},
      {"no kind", kHead, kFault, "statement: has no kind"},
      {"unknown kind", kHead + Bytes(122, kRevoked), kFault,
       "statement: field 122 is of no known kind"},
      {"reserved kind", kHead + Bytes(109, kRevoked), kFault,
       "statement: field 109 is of no known kind"},
      {"kind as a number", kHead + Number(121, 1), kFault,
       "statement: field 121 has wire type 0, not 2"},
      {"invalid UTF-8", Revoked(Bytes(1, "E1\xc3") + Bytes(2, "DEAD")), kFault,
       "entitlement_revoked: field 1 is not valid UTF-8"},
      {"overlong UTF-8 in a long text",
       Revoked(Bytes(1, "ENTITLEMENT-\xc0\xaf") + Bytes(2, "DEAD")), kFault,
       "entitlement_revoked: field 1 is not valid UTF-8"},
      {"invalid UTF-8 in a list",
       Replaced(GoldenBytes("program_defined.full"), "BLT-DD", "BLT-\xff\xff"),
       kFault, "program_defined: field 11 is not valid UTF-8"},
      {"year of more than 32 bits",
       kHead + Bytes(111, Bytes(1, "P") + Number(2, 1ULL << 32)), kFault,
       "funds_appropriated: field 2 is 4294967296, more than 32 bits"},
  });
}

TEST(StatementRefusalTest, RefusesNumbersThatAnEnumHasNot) {
  const auto role = [](char number) {
    return Replaced(GoldenBytes("authority_enrolled.unscoped"), "BPK\x18\x05",
                    std::string("BPK\x18") + number);
  };
  const auto unit = [](char number) {
    return Replaced(GoldenBytes("program_defined.full"), "\x38\x02\x42",
                    std::string("\x38") + number + "\x42");
  };
  const auto kind = [](char number) {
    const std::string golden = GoldenBytes("ledger_key_rotated");
    const std::string key =
        "\x12\x50"
        "ledger.";
    return Replaced(golden, "\x02" + key, std::string(1, number) + key);
  };
  EXPECT_OK(DecodeStatement(AsBytes(role(4))));
  EXPECT_OK(DecodeStatement(AsBytes(unit(1))));
  EXPECT_OK(DecodeStatement(AsBytes(kind(1))));
  std::vector<Row> rows = {
      {"role", role(6), StatementFault::kEncoding, "is 6, which role has not"},
      {"unit", unit(3), StatementFault::kEncoding, "is 3, which unit has not"},
      {"kind", kind(3), StatementFault::kEncoding, "is 3, which kind has not"},
  };
  for (const uint64_t state : {uint64_t{2}, uint64_t{5}, uint64_t{6},
                               uint64_t{7}, uint64_t{9}, ~uint64_t{0}}) {
    rows.push_back({"state", Reported(4, Number(4, state)),
                    StatementFault::kEncoding, "which state has not"});
  }
  ExpectRefused(rows);
}

TEST(StatementRefusalTest, RefusesBooleansOtherThanTrue) {
  const std::string golden = GoldenBytes("program_defined.full");
  ExpectRefused(
      {{"2", Replaced(golden, "IDR\x30\x01", "IDR\x30\x02"),
        StatementFault::kEncoding, "program_defined: field 6 is 2, not true"}});
}

TEST(StatementRefusalTest, RefusesFieldsOutOfTheirRange) {
  const auto kFault = StatementFault::kField;
  const std::string granted = GoldenBytes("entitlement_granted.household");
  ExpectRefused({
      {"no reference", Bytes(2, kSalt) + Bytes(121, kRevoked), kFault,
       "reference \"\" is not"},
      {"no salt", Bytes(1, "r1") + Bytes(121, kRevoked), kFault,
       "salt has 0 bytes, not 16"},
      {"short salt", Bytes(1, "r1") + Bytes(2, "a") + Bytes(121, kRevoked),
       kFault, "salt has 1 bytes, not 16"},
      {"empty body", Revoked(""), kFault, "entitlement_revoked.entitlement"},
      {"control character", Revoked(Bytes(1, "E\n1") + Bytes(2, "DEAD")),
       kFault, "entitlement_revoked.entitlement \"E?1\" is not"},
      {"letter that is not ASCII",
       Revoked(Bytes(1, "E\xc3\xa9") + Bytes(2, "DEAD")), kFault,
       "entitlement_revoked.entitlement \"E??\" is not"},
      {"national number",
       Revoked(Bytes(1, "E3576010101800001") + Bytes(2, "DEAD")), kFault,
       "entitlement_revoked.entitlement (16 digits in a row) is not"},
      {"no state", Reported(4, ""), kFault,
       "disbursement_reported.state is not set"},
      {"no amount", Reported(6, ""), kFault,
       "disbursement_reported.amount_minor 0 is not positive"},
      {"negative amount", Reported(6, Number(6, ~0ULL)), kFault,
       "disbursement_reported.amount_minor -1 is not positive"},
      {"month 13", Replaced(granted, "2026-03", "2026-13"), kFault,
       "entitlement_granted.last_month \"2026-13\" is no month YYYY-MM"},
      {"first after last", Replaced(granted, "2026-03", "2025-12"), kFault,
       "entitlement_granted.last_month 2025-12 is before first_month 2026-01"},
      {"pin of 31 bytes", kHead + Bytes(106, Bytes(1, std::string(31, 'a'))),
       kFault, "pins_changed.pins has 31 bytes, not 32"},
      {"empty element of a list", kHead + Bytes(106, Bytes(1, "")), kFault,
       "pins_changed.pins has 0 bytes, not 32"},
      {"possession of 63 bytes",
       kHead + Bytes(102, Bytes(1, "a") + Bytes(3, std::string(63, 'a'))),
       kFault, "key_rotated.possession has 63 bytes, not 64"},
  });
}

TEST(StatementRefusalTest, NamesAnEncodingFaultBeforeAFieldFault) {
  ExpectRefused({{"both", Reported(6, Number(6, ~0ULL)) + Number(200, 1),
                  StatementFault::kEncoding, "statement: field 200"}});
}

TEST(StatementRefusalTest, NeverShowsAKey) {
  const std::string golden = GoldenBytes("key_rotated");
  const std::string text = "bank-a+";
  const size_t at = golden.find(text);
  ASSERT_NE(at, std::string::npos);
  std::string other = golden;
  other[at + 20] = other[at + 20] == 'A' ? 'B' : 'A';
  const auto decoded = DecodeStatement(AsBytes(other));
  EXPECT_THAT(decoded, Fails(absl::StatusCode::kInvalidArgument,
                             "key_rotated.verifier_key is no verifier key"));
  EXPECT_EQ(std::string(decoded.status().message()).find(text),
            std::string::npos);
}

// Verifier keys of the seed 01 01 ...: of bank-a, of bank-b, and of type 0x04
// (a cosigner's); then the point of order 1, under which anything verifies.
constexpr char kGoodKey[] =
    "bank-a+c7bae4cf+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c";
constexpr char kOtherName[] =
    "bank-b+6714eefb+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c";
constexpr char kCosignerKey[] =
    "bank-a+c205b5a6+BIqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c";
constexpr char kSmallOrderKey[] =
    "bank-a+e9172127+AQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

TEST(StatementRefusalTest, RefusesKeysOfAnotherNameOrType) {
  const auto rotated = [](const std::string& key) {
    return kHead + Bytes(102, Bytes(1, "bank-a") + Bytes(2, key) +
                                  Bytes(3, std::string(64, 's')));
  };
  EXPECT_OK(DecodeStatement(AsBytes(rotated(kGoodKey))));
  const auto kFault = StatementFault::kField;
  ExpectRefused({
      {"other name", rotated(kOtherName), kFault,
       "key_rotated.verifier_key is named \"bank-b\", not \"bank-a\""},
      {"cosigner's type", rotated(kCosignerKey), kFault, "is no verifier key"},
      {"small order", rotated(kSmallOrderKey), kFault, "is no verifier key"},
      {"no key", rotated(""), StatementFault::kEncoding, "field 2"},
  });
  // The ledger's own keys are named by its origin.
  const std::string opened = GoldenBytes("ledger_opened.smallest");
  ExpectRefused(
      {{"another origin", Replaced(opened, "\x0a\x1aledger", "\x0a\x1aLedger"),
        kFault, "ledger_opened.checkpoint_key is named \"ledger."}});
}

// The longest statement there may be, and one byte more.
TEST(StatementRefusalTest, TakesAtMost16384Bytes) {
  domain::Statement statement = SampleStatements()["ledger_opened.continued"];
  auto& opened = std::get<domain::LedgerOpened>(statement.body);
  opened.administrators.clear();
  for (uint8_t i = 0; i < domain::kAdministratorsMax; ++i) {
    const std::string seed(32, static_cast<char>(100 + i));
    domain::Administrator administrator{
        .name = std::string(40, static_cast<char>('a' + i)),
        .institution = std::string(35, 'I'),
        .key = {.key = crypto::SigningKey::FromSeed(AsBytes(seed)).public_key(),
                .possession = {}},
        .pins = {}};
    for (uint8_t k = 0; k < 8; ++k) {
      const auto byte = static_cast<uint8_t>(8 * i + k);
      administrator.pins.push_back(testing_support::HashOf(byte));
    }
    opened.administrators.push_back(administrator);
  }
  const std::string note = opened.predecessor->checkpoint;
  const size_t border = note.find("\n\n");
  opened.predecessor->checkpoint = note.substr(0, border) + "\n" +
                                   std::string(3'700, 'x') +
                                   note.substr(border);
  opened.witness_policy.assign(3'000, '#');
  const size_t length = EncodeStatement(statement).size();
  ASSERT_LT(length, domain::kStatementLengthMax);
  opened.witness_policy.append(domain::kStatementLengthMax - length, '#');
  EXPECT_OK(DecodeStatement(AsBytes(EncodeStatement(statement))));
  opened.witness_policy.push_back('#');
  ExpectRefused(
      {{"one more", EncodeStatement(statement), StatementFault::kLength,
        "a statement has 16385 bytes, not 1 to 16384"},
       {"none", "", StatementFault::kLength,
        "a statement has 0 bytes, not 1 to 16384"}});
}

// Each list at its limit and one above; the elements are as they should be.
TEST(StatementRefusalTest, BoundsEachList) {
  const auto enrolled = [](size_t programs, size_t regions, size_t pins) {
    domain::Statement statement =
        SampleStatements()["authority_enrolled.unscoped"];
    auto& body = std::get<domain::AuthorityEnrolled>(statement.body);
    body.pins.clear();
    for (size_t i = 0; i < programs; ++i) {
      body.programs.push_back("P" + std::to_string(100 + i));
    }
    for (size_t i = 0; i < regions; ++i) {
      body.regions.push_back("R" + std::to_string(100 + i));
    }
    for (size_t i = 0; i < pins; ++i) {
      body.pins.push_back(testing_support::HashOf(static_cast<uint8_t>(i)));
    }
    return DecodeStatement(AsBytes(EncodeStatement(statement)));
  };
  const auto kCode = absl::StatusCode::kInvalidArgument;
  EXPECT_OK(enrolled(64, 64, 8));
  EXPECT_THAT(enrolled(65, 0, 1), Fails(kCode, "programs has 65 values"));
  EXPECT_THAT(enrolled(0, 65, 1), Fails(kCode, "regions has 65 values"));
  EXPECT_THAT(enrolled(0, 0, 9), Fails(kCode, "pins has 9 values"));
  EXPECT_THAT(enrolled(0, 0, 0), Fails(kCode, "pins has 0 values"));
}

}  // namespace
}  // namespace amanah::codec
