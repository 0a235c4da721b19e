#include "ledger/domain/rows.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "ledger/base/base64.h"
#include "tests/support/book_fixture.h"
#include "tests/support/matchers.h"

namespace amanah::domain {
namespace {

using testing_support::Fails;
using testing_support::KeyOf;
using testing_support::Months;
using testing_support::PersonOf;
using testing_support::PinOf;

constexpr uint64_t kLast = std::numeric_limits<uint64_t>::max();

LedgerRow Full(const LedgerRow&) {
  LedgerRow row;
  row.origin = "amanah.example/kota";
  row.rules_version = 1;
  row.threshold = 2;
  row.active_administrators = 3;
  row.authorities = 300;
  row.programs = 4;
  row.accounts = 70'000;
  row.checkpoint_key = KeyOf("c");
  row.checkpoint_key_entry = 5;
  row.statement_key = KeyOf("s");
  row.statement_key_entry = kLast;
  return row;
}
AuthorityRow Full(const AuthorityRow&) {
  AuthorityRow row;
  row.name = "bank-a";
  row.institution = "kota";
  row.role = Role::kBank;
  row.suspended = true;
  row.enrolled_entry = 1;
  row.status_entry = 200;
  row.successor = 3;
  row.succeeded_entry = 4;
  row.daily_quota = std::numeric_limits<uint32_t>::max();
  row.programs = {"pkh", "sembako"};
  row.regions = {"35.73", "35.76.02"};
  row.pins = {PinOf("a"), PinOf("b")};
  row.keys = {{KeyOf("a"), 1, 0}, {KeyOf("b"), 300, 15}};
  return row;
}
KeyRow Full(const KeyRow&) { return {7, KeyOf("k")}; }
PinRow Full(const PinRow&) { return {7, 1'000}; }
QuotaRow Full(const QuotaRow&) { return {20'454, 999}; }
ReferenceRow Full(const ReferenceRow&) {
  ReferenceRow row{900, {}};
  row.digest.fill(0xa5);
  return row;
}
ProgramRow Full(const ProgramRow&) {
  ProgramRow row;
  row.program = "pkh";
  row.version = 3;
  row.last_entry = 300;
  row.months = Months("2026-01", "2026-12");
  row.currency = "IDR";
  row.whole_units = true;
  row.unit = Unit::kHousehold;
  row.benefit = "PKH";
  row.recipient_scheme = "id.nik";
  row.region_scheme = "id.kemendagri";
  row.excludes = {1, 2, 300};
  row.excluded_by = {4};
  row.ceiling = {std::numeric_limits<int64_t>::max()};
  return row;
}
BenefitRow Full(const BenefitRow&) { return {Unit::kHousehold, 300}; }
AccountRow Full(const AccountRow&) {
  AccountRow row;
  row.program = 2;
  row.fiscal_year = 2026;
  row.region = "35.76";
  row.last_entry = 9;
  row.appropriated = {std::numeric_limits<int64_t>::max()};
  row.available = {1};
  row.committed = {200};
  row.in_transit = {30'000};
  row.credited = {4'000'000};
  return row;
}
EntitlementRow Full(const EntitlementRow&) {
  EntitlementRow row;
  row.program = 2;
  row.account = 3;
  row.owner = 4;
  row.region = "35.76.02";
  row.months = Months("2026-01", "2026-03");
  row.amount = {60'000'000};
  row.live = {100};
  row.revoked_entry = 500;
  row.first_live = 300;
  row.last_live = 301;
  return row;
}
ClaimRow Full(const ClaimRow&) {
  return {
      {{Months("2026-01", "2026-03"), 6}, {Months("2026-04", "2026-04"), 700}}};
}
DisbursementRow Full(const DisbursementRow&) {
  return {300, 500, DisbursementState::kReturned, 6, {60'000'000}};
}
LinkRow Full(const LinkRow&) { return {300, 301}; }

template <typename Row>
class RowTest : public testing::Test {};
using AllRows =
    testing::Types<LedgerRow, AuthorityRow, KeyRow, PinRow, QuotaRow,
                   ReferenceRow, ProgramRow, BenefitRow, AccountRow,
                   EntitlementRow, ClaimRow, DisbursementRow, LinkRow>;
TYPED_TEST_SUITE(RowTest, AllRows);

// Rows have no equality of their own; one value has one encoding.
TYPED_TEST(RowTest, ComesBackAsItWasWritten) {
  for (const TypeParam& row : {TypeParam{}, Full(TypeParam{})}) {
    const std::string bytes = EncodeRow(row);
    // Something else in each field, so that each must be read.
    TypeParam back = Full(TypeParam{});
    ASSERT_TRUE(DecodeRow(bytes, &back));
    EXPECT_EQ(EncodeRow(back), bytes);
  }
}

TYPED_TEST(RowTest, RefusesEveryTruncation) {
  const std::string bytes = EncodeRow(Full(TypeParam{}));
  for (size_t length = 0; length < bytes.size(); ++length) {
    TypeParam row;
    EXPECT_FALSE(DecodeRow(bytes.substr(0, length), &row)) << length;
  }
}

TYPED_TEST(RowTest, RefusesWhatFollowsARow) {
  const std::string bytes = EncodeRow(Full(TypeParam{}));
  TypeParam row;
  EXPECT_FALSE(DecodeRow(bytes + std::string(1, '\0'), &row));
}

TYPED_TEST(RowTest, ReadsADamagedRowAsAnotherOrNotAtAll) {
  const std::string bytes = EncodeRow(Full(TypeParam{}));
  for (size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    std::string damaged = bytes;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    TypeParam row;
    if (!DecodeRow(damaged, &row)) continue;
    EXPECT_EQ(EncodeRow(row), damaged) << bit;
  }
}

TYPED_TEST(RowTest, MakesTheStatusDataLossWhenItDoesNotDecode) {
  const StateKey key = NumberKey(TypeParam::kTable, 7);
  MemoryState base;
  Overlay overlay(&base);
  EXPECT_FALSE(LoadRow<TypeParam>(&overlay, key).has_value());
  EXPECT_OK(overlay.status());
  overlay.Put(key, EncodeRow(Full(TypeParam{})));
  EXPECT_TRUE(LoadRow<TypeParam>(&overlay, 7).has_value());
  EXPECT_OK(overlay.status());
  overlay.Put(key, EncodeRow(Full(TypeParam{})) + "x");
  EXPECT_FALSE(LoadRow<TypeParam>(&overlay, 7).has_value());
  EXPECT_THAT(overlay.status(),
              Fails(absl::StatusCode::kDataLoss,
                    std::string("table '") + TypeParam::kTable + "'"));
}

TEST(RowsTest, RefusesAPeriodOfMoreMonthsThanCanBeCounted) {
  ClaimRow row;
  const std::string most("\x01\x00\xff\xff\xff\xff\x07\x06", 8);
  ASSERT_TRUE(DecodeRow(most, &row));
  EXPECT_EQ(row.ranges[0].months.months(), std::numeric_limits<int32_t>::max());
  EXPECT_EQ(EncodeRow(row), most);
  const std::string more("\x01\x00\x80\x80\x80\x80\x08\x06", 8);
  EXPECT_FALSE(DecodeRow(more, &row));
}

std::string Hex(std::string_view bytes) { return EncodeHex(AsBytes(bytes)); }

// Bytes on disk: written by hand.
TEST(RowsTest, AreWrittenAsTheyAlwaysWere) {
  EXPECT_EQ(Hex(EncodeNumber(0)), "00");
  EXPECT_EQ(Hex(EncodeNumber(300)), "ac02");
  EXPECT_EQ(Hex(EncodeNumber(kLast)), "ffffffffffffffffff01");
  EXPECT_EQ(Hex(EncodeRow(QuotaRow{-1, 300})), "01ac02");
  EXPECT_EQ(Hex(EncodeRow(LinkRow{1, 128})), "018001");
  EXPECT_EQ(Hex(EncodeRow(BenefitRow{Unit::kHousehold, 5})), "0205");
  EXPECT_EQ(Hex(EncodeRow(
                DisbursementRow{3, 5, DisbursementState::kReturned, 2, {100}})),
            "03020802c801");
  // 2026-01 is month 12 * 2026 = 24312 = f8 bd 01, three months of grant 6.
  EXPECT_EQ(Hex(EncodeRow(ClaimRow{{{Months("2026-01", "2026-03"), 6}}})),
            "01f8bd010306");
  EntitlementRow entitlement;
  entitlement.program = 1;
  entitlement.account = 2;
  entitlement.owner = 3;
  entitlement.region = "35";
  entitlement.months = Months("2026-01", "2026-03");
  entitlement.amount = {64};
  EXPECT_EQ(Hex(EncodeRow(entitlement)), "010203023335f8bd0103800100000000");
}

TEST(RowsTest, RefuseNumbersInALongerForm) {
  uint64_t number = 0;
  for (const std::string_view bytes :
       {std::string_view("\x80\x00", 2), std::string_view("\xff\x80\x00", 3),
        std::string_view("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 10),
        std::string_view("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x81\x00", 11),
        std::string_view("\x80", 1), std::string_view()}) {
    EXPECT_FALSE(DecodeNumber(bytes, &number)) << Hex(bytes);
  }
  EXPECT_TRUE(
      DecodeNumber("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", &number));
  EXPECT_EQ(number, kLast);
}

TEST(RowsTest, ANumberThatDoesNotDecodeIsDataLoss) {
  MemoryState base;
  Overlay overlay(&base);
  EXPECT_FALSE(LoadNumber(&overlay, NameKey('E', "E1")).has_value());
  EXPECT_OK(overlay.status());
  overlay.Put(NameKey('E', "E1"), "\x80");
  EXPECT_FALSE(LoadNumber(&overlay, NameKey('E', "E1")).has_value());
  EXPECT_THAT(overlay.status(),
              Fails(absl::StatusCode::kDataLoss, "table 'E'"));
}

std::string HexOf(const StateKey& key) { return EncodeHex(key.bytes); }

// Expected hashes from Python's hashlib.
TEST(RowsTest, KeysAreAsTheyAlwaysWere) {
  EXPECT_EQ(HexOf(NumberKey('e', 0x0102030405060708)),
            "650102030405060708000000000000000000000000");
  EXPECT_EQ(HexOf(IntroducedKeyKey(9, 0x0a0b0c0d)),
            "4b00000000000000090a0b0c0d0000000000000000");
  EXPECT_EQ(HexOf(LedgerKey()), "4c" + std::string(40, '0'));
  EXPECT_EQ(HexOf(NameKey('E', "E1")),
            "4522249aa61fd2594e50910aa574afbb977f9df8f7");
  EXPECT_EQ(HexOf(NameKey('R', "bank-a", "ref")),
            "52523eb7a1b85c0c2f818af9e1640340c17c63e412");
  EXPECT_EQ(HexOf(AccountKey("pkh", 2026, "35.76")),
            "46d4745b75d4f52f02fbc0081f1a36cee113d0bc92");
  crypto::Pseudonym zero;
  EXPECT_EQ(HexOf(ClaimKey("pkh", zero, 2026)),
            "4354e7e453f2bec570d9e1b2bdd7a7157db338a133");
}

TEST(RowsTest, KeysKeepNamesApart) {
  EXPECT_NE(NameKey('R', "a", "bc"), NameKey('R', "ab", "c"));
  EXPECT_NE(NameKey('R', "a", "b"), NameKey('S', "a", "b"));
  EXPECT_NE(AccountKey("p", 2026, ""), AccountKey("p", 2027, ""));
  EXPECT_NE(AccountKey("p", 2026, ""), AccountKey("p", 2026, "35"));
  EXPECT_NE(ClaimKey("b", PersonOf("siti"), 2026),
            ClaimKey("b", PersonOf("siti"), 2027));
}

}  // namespace
}  // namespace amanah::domain
