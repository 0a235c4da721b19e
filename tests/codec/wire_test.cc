#include "ledger/codec/wire.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "tests/codec/raw_wire.h"

namespace amanah::codec {
namespace {

// From the protobuf encoding guide: 150 is 96 01; sint64 maps 0, -1, 1, -2 to
// 0, 1, 2, 3; int64 -2 takes ten bytes.
TEST(WireTest, WritesTheExamplesOfTheEncodingGuide) {
  std::string out;
  WireWriter writer(&out);
  writer.WriteUint64(1, 150);
  writer.WriteString(2, "testing");
  writer.WriteInt64(3, -2);
  writer.WriteSint64(4, -1);
  writer.WriteSint64(5, 1);
  writer.WriteSint64(6, std::numeric_limits<int64_t>::min());
  writer.WriteSint64(7, std::numeric_limits<int64_t>::max());
  EXPECT_EQ(out,
            "\x08\x96\x01"
            "\x12\x07testing"
            "\x18\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01"
            "\x20\x01"
            "\x28\x02"
            "\x30\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"
            "\x38\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01");
}

TEST(WireTest, WritesNoDefaultsButWhereTheyMeanSomething) {
  std::string out;
  WireWriter writer(&out);
  writer.WriteUint64(1, 0);
  writer.WriteString(2, "");
  writer.WriteBytes(3, {});
  writer.WriteSint64(4, 0);
  writer.WriteOptionalUint64(5, std::nullopt);
  EXPECT_EQ(out, "");
  writer.WriteOptionalUint64(6, 0);
  writer.WriteRepeated(7, {});
  writer.End(writer.Begin(8));
  EXPECT_EQ(out, std::string("\x30\x00\x3a\x00\x42\x00", 6));
}

TEST(WireTest, NestsMessagesOnBothSidesOfEachLengthOfLength) {
  for (const size_t length : {126U, 127U, 128U, 129U, 16'383U, 16'384U}) {
    const std::string inner(length - (length < 131 ? 2 : 4), 'i');
    std::string out = "before";
    WireWriter writer(&out);
    const size_t mark = writer.Begin(5);
    writer.WriteString(1, inner);
    writer.End(mark);
    writer.WriteUint64(6, 1);
    EXPECT_EQ(out,
              "before" +
                  testing_support::Bytes(5, testing_support::Bytes(1, inner)) +
                  "\x30\x01")
        << length;
  }
}

TEST(WireTest, ReadsWhatTheWriterWrites) {
  constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
  std::string out;
  WireWriter writer(&out);
  writer.WriteUint64(1, ~uint64_t{0});
  writer.WriteUint64(2, 0xffffffff);
  writer.WriteInt64(3, kMin);
  writer.WriteSint64(4, kMin);
  writer.WriteSint64(5, -2);
  writer.WriteUint64(6, 1);
  writer.WriteOptionalUint64(1'000, 0);
  writer.WriteRepeated(536'870'911, AsBytes("a"));
  writer.WriteRepeated(536'870'911, {});

  absl::Status error;
  WireReader reader(AsBytes(out), "message", &error);
  uint64_t big = 0;
  uint32_t small = 0;
  int64_t numbers[3] = {};
  bool yes = false;
  std::optional<uint64_t> zero;
  std::string text;
  EXPECT_EQ(reader.next_field(), 1U);
  EXPECT_TRUE(reader.ReadUint64(1, &big));
  EXPECT_TRUE(reader.ReadUint32(2, &small));
  EXPECT_TRUE(reader.ReadInt64(3, &numbers[0]));
  EXPECT_TRUE(reader.ReadSint64(4, &numbers[1]));
  EXPECT_TRUE(reader.ReadSint64(5, &numbers[2]));
  EXPECT_TRUE(reader.ReadBool(6, &yes));
  EXPECT_FALSE(reader.ReadUint64(7, &big));  // not there: left as it is
  EXPECT_TRUE(reader.ReadOptionalUint64(1'000, &zero));
  EXPECT_TRUE(reader.ReadRepeatedString(536'870'911, &text));
  EXPECT_EQ(text, "a");
  EXPECT_TRUE(reader.ReadRepeatedString(536'870'911, &text));
  EXPECT_EQ(text, "");
  EXPECT_FALSE(reader.ReadRepeatedString(536'870'911, &text));
  EXPECT_EQ(reader.next_field(), 0U);
  EXPECT_TRUE(reader.Finish());
  EXPECT_EQ(big, ~uint64_t{0});
  EXPECT_EQ(small, 0xffffffffU);
  EXPECT_EQ(numbers[0], kMin);
  EXPECT_EQ(numbers[1], kMin);
  EXPECT_EQ(numbers[2], -2);
  EXPECT_TRUE(yes);
  EXPECT_EQ(zero, 0U);
}

TEST(WireTest, ReadsNothingAfterTheFirstFault) {
  const std::string bytes = testing_support::Number(1, 0) +
                            testing_support::Number(2, 5) +
                            testing_support::Number(3, 0);
  absl::Status error;
  WireReader reader(AsBytes(bytes), "message", &error);
  uint64_t value = 0;
  EXPECT_FALSE(reader.ReadUint64(1, &value));
  EXPECT_FALSE(reader.ReadUint64(2, &value));
  EXPECT_FALSE(reader.ReadUint64(3, &value));
  EXPECT_EQ(value, 0U);
  EXPECT_FALSE(reader.Finish());
  EXPECT_EQ(error,
            absl::InvalidArgumentError("message: field 1 is there but 0"));
}

TEST(WireTest, TakesUtf8OfEveryLength) {
  const std::string euro = "\xe2\x82\xac";
  for (size_t before = 0; before < 20; ++before) {
    const std::string good = std::string(before, 'a') + euro;
    const std::string bad = good.substr(0, good.size() - 1);
    for (const bool want : {true, false}) {
      const std::string bytes = testing_support::Bytes(1, want ? good : bad);
      absl::Status error;
      WireReader reader(AsBytes(bytes), "message", &error);
      std::string text;
      EXPECT_EQ(reader.ReadString(1, &text), want) << before;
      EXPECT_EQ(text, want ? good : "");
    }
  }
}

}  // namespace
}  // namespace amanah::codec
