#include "ledger/codec/entry_codec.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/codec/proto_agreement.h"
#include "tests/codec/raw_wire.h"
#include "tests/codec/samples.h"
#include "tests/crypto/damage.h"
#include "tests/support/matchers.h"

namespace amanah::codec {
namespace {

using testing_support::BitFlips;
using testing_support::Bytes;
using testing_support::Damaged;
using testing_support::Fails;
using testing_support::GoldenBytes;
using testing_support::Number;
using testing_support::Reserialised;
using testing_support::SampleEntries;
using testing_support::Truncations;

TEST(EntryCodecTest, EncodesToTheBytesOfPython) {
  for (const auto& [name, entry] : SampleEntries()) {
    SCOPED_TRACE(name);
    EXPECT_EQ(EncodeEntry(entry), GoldenBytes(name));
  }
}

TEST(EntryCodecTest, DecodesToTheValuesWrittenHere) {
  for (const auto& [name, entry] : SampleEntries()) {
    SCOPED_TRACE(name);
    const auto decoded = DecodeEntry(AsBytes(GoldenBytes(name)));
    ASSERT_OK(decoded);
    EXPECT_TRUE(*decoded == entry);
  }
}

TEST(EntryCodecTest, AppendsBehindWhatIsThere) {
  std::string out;
  std::string want;
  for (const auto& [name, entry] : SampleEntries()) {
    AppendEntry(&out, {.sequence = entry.sequence,
                       .previous = entry.previous,
                       .time_us = entry.time_us,
                       .statement = AsBytes(entry.statement),
                       .seal = &entry.seal,
                       .outcome = entry.outcome});
    want += GoldenBytes(name);
  }
  EXPECT_EQ(out, want);
}

TEST(EntryCodecTest, IsWhatTheGeneratedClassesWriteToo) {
  for (const auto& [name, entry] : SampleEntries()) {
    SCOPED_TRACE(name);
    EXPECT_EQ(Reserialised<v1::Entry>(GoldenBytes(name)), GoldenBytes(name));
  }
}

TEST(EntryCodecTest, NoTruncationIsAnEntry) {
  for (const auto& [name, entry] : SampleEntries()) {
    for (const Damaged& damaged : Truncations(GoldenBytes(name))) {
      EXPECT_FALSE(DecodeEntry(AsBytes(damaged.bytes)).ok())
          << name << " " << damaged.what;
    }
  }
}

TEST(EntryCodecTest, ABitFlipIsRefusedOrAnotherEntry) {
  for (const auto& [name, entry] : SampleEntries()) {
    for (const Damaged& damaged : BitFlips(GoldenBytes(name))) {
      const auto decoded = DecodeEntry(AsBytes(damaged.bytes));
      if (!decoded.ok()) continue;
      EXPECT_EQ(EncodeEntry(*decoded), damaged.bytes)
          << name << " " << damaged.what;
      EXPECT_EQ(Reserialised<v1::Entry>(damaged.bytes), damaged.bytes)
          << name << " " << damaged.what;
      EXPECT_FALSE(*decoded == entry) << name << " " << damaged.what;
    }
  }
}

// The parts of an entry by hand, each replaceable.
struct Parts {
  std::string sequence = Number(1, 9);
  std::string previous = Bytes(2, std::string(32, 'p'));
  std::string time = Number(3, 1);
  std::string statement = Bytes(4, "s");
  std::string index = Number(1, 1);
  std::string size = Number(2, 2);
  std::string root = Bytes(3, std::string(32, 'r'));
  std::string last_second = Number(4, 7);
  std::string signatures = Signature(3, 0);
  std::string administrators = Number(6, 1);
  std::string outcome = Number(1, 1);
  std::string end;

  static std::string Signature(uint64_t entry, uint64_t position) {
    return Bytes(5, (entry == 0 ? "" : Number(1, entry)) +
                        (position == 0 ? "" : Number(2, position)) +
                        Bytes(3, std::string(64, 'e')));
  }
  std::string bytes() const {
    return sequence + previous + time + statement +
           Bytes(5, index + size + root + last_second + signatures +
                        administrators) +
           Bytes(6, outcome) + end;
  }
};

struct Row {
  std::string what;
  std::string Parts::*part;
  std::string with;
  std::string message;  // empty: it is an entry
};

void Expect(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    Parts parts;
    parts.*row.part = row.with;
    const std::string bytes = parts.bytes();
    const auto decoded = DecodeEntry(AsBytes(bytes));
    if (!row.message.empty()) {
      EXPECT_THAT(decoded,
                  Fails(absl::StatusCode::kInvalidArgument, row.message));
      continue;
    }
    ASSERT_OK(decoded);
    EXPECT_EQ(EncodeEntry(*decoded), bytes);
  }
}

TEST(EntryCodecTest, BoundsEachField) {
  constexpr uint64_t k2To63 = uint64_t{1} << 63;
  const std::string longest(16'384, 's');
  Expect({
      {"as it is", &Parts::end, "", ""},
      {"sequence 0", &Parts::sequence, "", ""},
      {"last sequence", &Parts::sequence, Number(1, ~0ULL), ""},
      {"previous missing", &Parts::previous, "",
       "entry: field 2 has 0 bytes, not 32"},
      {"previous short", &Parts::previous, Bytes(2, std::string(31, 'p')),
       "entry: field 2 has 31 bytes, not 32"},
      {"previous long", &Parts::previous, Bytes(2, std::string(33, 'p')),
       "entry: field 2 has 33 bytes, not 32"},
      {"time 0", &Parts::time, "", ""},
      {"last time", &Parts::time, Number(3, k2To63 - 1), ""},
      {"negative time", &Parts::time, Number(3, k2To63),
       "entry: field 3 is 2^63 or more"},
      {"no statement", &Parts::statement, "",
       "entry: field 4 has 0 bytes, not 1 to 16384"},
      {"longest statement", &Parts::statement, Bytes(4, longest), ""},
      {"too long a statement", &Parts::statement, Bytes(4, longest + "s"),
       "entry: field 4 has 16385 bytes, not 1 to 16384"},
      {"first of a batch", &Parts::index, "", ""},
      {"index as size", &Parts::index, Number(1, 2),
       "seal: field 1 is 2 in a batch of 2"},
      {"no size", &Parts::size, "", "seal: field 2 is 0, not 1 to 4096"},
      {"largest batch", &Parts::size, Number(2, 4'096), ""},
      {"too large a batch", &Parts::size, Number(2, 4'097),
       "seal: field 2 is 4097, not 1 to 4096"},
      {"no root", &Parts::root, "", "seal: field 3 has 0 bytes, not 32"},
      {"last second 0", &Parts::last_second, "", ""},
      {"latest last second", &Parts::last_second, Number(4, k2To63 - 1), ""},
      {"last second 2^63", &Parts::last_second, Number(4, k2To63),
       "seal: field 4 is 2^63 or more"},
      {"one signer of its own", &Parts::administrators, "", ""},
      {"administrators twice", &Parts::administrators, Number(6, 2),
       "seal: field 6 is 2, not true"},
      {"unknown field in the seal", &Parts::administrators, Number(7, 1),
       "seal: field 7 is unknown"},
      {"field behind the outcome", &Parts::end, Number(7, 1),
       "entry: field 7 is unknown"},
      {"second outcome", &Parts::end, Bytes(6, Number(1, 1)),
       "entry: field 6 stands there twice"},
  });
}

TEST(EntryCodecTest, WantsSignaturesInOrderOfTheirKeys) {
  const auto signature = Parts::Signature;
  std::string sixteen;
  for (uint64_t i = 0; i < 16; ++i) sixteen += signature(0, i);
  const std::string order = "seal: field 5 is not in ascending order of key";
  Expect({
      {"none", &Parts::signatures, "", "seal: field 5 is missing"},
      {"two of an entry", &Parts::signatures, signature(3, 0) + signature(3, 1),
       ""},
      {"later entry, lower position", &Parts::signatures,
       signature(3, 2) + signature(4, 1), ""},
      {"same key", &Parts::signatures, signature(3, 1) + signature(3, 1),
       order},
      {"lower position", &Parts::signatures, signature(3, 1) + signature(3, 0),
       order},
      {"lower entry", &Parts::signatures, signature(3, 0) + signature(2, 1),
       order},
      {"sixteen", &Parts::signatures, sixteen, ""},
      {"seventeen", &Parts::signatures, sixteen + signature(1, 0),
       "seal: field 5 stands there more than 16 times"},
      {"short", &Parts::signatures, Bytes(5, Bytes(3, std::string(63, 'e'))),
       "seal.signatures: field 3 has 63 bytes, not 64"},
      {"empty", &Parts::signatures, Bytes(5, ""),
       "seal.signatures: field 3 has 0 bytes, not 64"},
      {"position of 33 bits", &Parts::signatures, signature(3, 1ULL << 32),
       "seal.signatures: field 2 is 4294967296, more than 32 bits"},
  });
}

TEST(EntryCodecTest, WantsSeveralSignersToBeAdministrators) {
  Parts parts;
  parts.signatures += Parts::Signature(3, 1);
  EXPECT_OK(DecodeEntry(AsBytes(parts.bytes())));
  parts.administrators = "";
  EXPECT_THAT(DecodeEntry(AsBytes(parts.bytes())),
              Fails(absl::StatusCode::kInvalidArgument,
                    "seal: field 6 is missing beside several signatures"));
}

TEST(EntryCodecTest, WantsAnOutcomeThatFitsItself) {
  const std::string refused = Number(1, 2);
  Expect({
      {"no verdict", &Parts::outcome, "", "outcome: field 1 is 0, no verdict"},
      {"unknown verdict", &Parts::outcome, Number(1, 3),
       "outcome: field 1 is 3, no verdict"},
      {"accepted with a refusal", &Parts::outcome, Number(1, 1) + Number(2, 50),
       "outcome: field 2 does not fit the verdict"},
      {"refused without", &Parts::outcome, refused,
       "outcome: field 2 does not fit the verdict"},
      {"refused", &Parts::outcome, refused + Number(2, 50), ""},
      {"unknown refusal", &Parts::outcome, refused + Number(2, 68),
       "outcome: field 2 is 68, no refusal"},
      {"gap among the refusals", &Parts::outcome, refused + Number(2, 4),
       "outcome: field 2 is 4, no refusal"},
      {"refusal of nine bits", &Parts::outcome, refused + Number(2, 256 + 50),
       "outcome: field 2 is 306, no refusal"},
      {"refusal of 64 bits", &Parts::outcome, refused + Number(2, ~0ULL),
       "no refusal"},
      {"conflict 0", &Parts::outcome, refused + Number(2, 50) + Number(3, 0),
       ""},
      {"conflict just before", &Parts::outcome,
       refused + Number(2, 50) + Number(3, 8), ""},
      {"conflict with itself", &Parts::outcome,
       refused + Number(2, 50) + Number(3, 9),
       "outcome: field 3 is 9 in refused entry 9"},
      {"conflict of an accepted", &Parts::outcome, Number(1, 1) + Number(3, 0),
       "outcome: field 3 is 0 in accepted entry 9"},
  });
}

TEST(EntryCodecTest, RefusesMoreThan65535Bytes) {
  const std::string bytes(65'536, '\x08');
  EXPECT_THAT(DecodeEntry(AsBytes(bytes)),
              Fails(absl::StatusCode::kInvalidArgument,
                    "an entry has 65536 bytes, more than 65535"));
}

}  // namespace
}  // namespace amanah::codec
