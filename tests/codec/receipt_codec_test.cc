#include "ledger/codec/receipt_codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "amanah/v1/receipt.pb.h"
#include "ledger/base/base64.h"
#include "ledger/codec/entry_codec.h"
#include "tests/support/matchers.h"

namespace amanah::codec {
namespace {

using testing_support::Fails;
using testing_support::IsOk;

crypto::Hash Filled(uint8_t byte) {
  crypto::Hash hash;
  hash.bytes.fill(byte);
  return hash;
}

ReceiptExtra Sample() {
  return {"AB",
          {Filled(0x11)},
          {{0, "C", {Filled(0x22)}, {}}, {300, "D", {}, {Filled(0x33)}}}};
}

std::string Hex(char byte, size_t count) {
  return EncodeHex(AsBytes(std::string(count, byte)));
}

// Written out by hand from receipt.proto.
std::string Golden() {
  return *DecodeHex(
      "0a024142"  // entry "AB"
      "1220" +
      Hex('\x11', 32) +  // batch_path
      "1a25"             // key_entries, 37 bytes
      "120143"           // entry "C"; sequence 0 is absent
      "1a20" +
      Hex('\x22', 32) +  // inclusion_path
      "1a28"             // key_entries, 40 bytes
      "08ac02"           // sequence 300
      "120144"           // entry "D"
      "2220" +
      Hex('\x33', 32));  // batch_path
}

TEST(ReceiptCodecTest, WritesTheBytesThatTheFormatSays) {
  EXPECT_EQ(EncodeHex(AsBytes(EncodeReceiptExtra(Sample()))),
            EncodeHex(AsBytes(Golden())));
  const auto read = DecodeReceiptExtra(AsBytes(Golden()));
  ASSERT_OK(read);
  EXPECT_EQ(*read, Sample());
}

TEST(ReceiptCodecTest, AgreesWithTheGeneratedClass) {
  v1::ReceiptExtra message;
  ASSERT_TRUE(message.ParseFromString(Golden()));
  EXPECT_EQ(message.entry(), "AB");
  ASSERT_EQ(message.key_entries_size(), 2);
  EXPECT_EQ(message.key_entries(1).sequence(), 300U);
  EXPECT_EQ(message.key_entries(1).batch_path(0), std::string(32, '\x33'));
  EXPECT_EQ(message.SerializeAsString(), Golden());
}

TEST(ReceiptCodecTest, RefusesEveryTruncation) {
  const std::string golden = Golden();
  for (size_t length = 0; length < golden.size(); ++length) {
    const auto read = DecodeReceiptExtra(AsBytes(golden.substr(0, length)));
    if (!read.ok()) continue;
    // What ends between two fields is another value, and not that one.
    EXPECT_NE(*read, Sample()) << length;
    EXPECT_EQ(EncodeReceiptExtra(*read), golden.substr(0, length));
  }
}

TEST(ReceiptCodecTest, ReadsNoTwoBytesAsOneValue) {
  const std::string golden = Golden();
  for (size_t bit = 0; bit < golden.size() * 8; ++bit) {
    std::string flipped = golden;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    const auto read = DecodeReceiptExtra(AsBytes(flipped));
    if (!read.ok()) continue;
    EXPECT_EQ(EncodeReceiptExtra(*read), flipped) << bit;
  }
}

TEST(ReceiptCodecTest, KeepsToItsBounds) {
  const auto expect = [](const ReceiptExtra& extra, std::string_view text) {
    EXPECT_THAT(DecodeReceiptExtra(AsBytes(EncodeReceiptExtra(extra))),
                Fails(absl::StatusCode::kInvalidArgument, std::string(text)));
  };
  ReceiptExtra extra = Sample();
  extra.entry = "";
  expect(extra, "has 0 bytes");
  extra.entry = std::string(kEntryLengthMax, 'x');
  EXPECT_OK(DecodeReceiptExtra(AsBytes(EncodeReceiptExtra(extra))));
  extra.entry += 'x';
  expect(extra, "has 65536 bytes");

  extra = Sample();
  extra.batch_path.assign(kBatchPathMax, Filled(1));
  EXPECT_OK(DecodeReceiptExtra(AsBytes(EncodeReceiptExtra(extra))));
  extra.batch_path.push_back(Filled(1));
  expect(extra, "more than 12 times");

  extra = Sample();
  extra.key_entries[0].inclusion_path.assign(kInclusionPathMax + 1, Filled(1));
  expect(extra, "more than 63 times");
  extra = Sample();
  std::swap(extra.key_entries[0], extra.key_entries[1]);
  expect(extra, "ascending order");
  extra.key_entries[0] = extra.key_entries[1];
  expect(extra, "ascending order");

  extra = Sample();
  extra.key_entries.clear();
  for (uint64_t i = 0; i < kReceiptKeyEntriesMax; ++i) {
    extra.key_entries.push_back({i, "K", {}, {}});
  }
  EXPECT_OK(DecodeReceiptExtra(AsBytes(EncodeReceiptExtra(extra))));
  extra.key_entries.push_back({kReceiptKeyEntriesMax, "K", {}, {}});
  expect(extra, "more than 64 times");

  // A hash of 31 bytes, and a field that is not known.
  std::string bytes = Golden().substr(0, 4) + "\x12\x1f" + std::string(31, 'x');
  EXPECT_THAT(DecodeReceiptExtra(AsBytes(bytes)),
              Fails(absl::StatusCode::kInvalidArgument, "31 bytes"));
  EXPECT_THAT(DecodeReceiptExtra(AsBytes(Golden() + "\x20\x01")),
              Fails(absl::StatusCode::kInvalidArgument, ""));
}

}  // namespace
}  // namespace amanah::codec
