#include <gtest/gtest.h>

#include <map>
#include <string>

#include "ledger/codec/statement_codec.h"
#include "ledger/domain/validate.h"
#include "tests/codec/proto_agreement.h"
#include "tests/codec/samples.h"
#include "tests/crypto/damage.h"
#include "tests/support/matchers.h"

namespace amanah::codec {
namespace {

using testing_support::BitFlips;
using testing_support::Damaged;
using testing_support::Golden;
using testing_support::GoldenBytes;
using testing_support::Reserialised;
using testing_support::SampleEntries;
using testing_support::SampleStatements;
using testing_support::Truncations;

TEST(StatementGoldenTest, HoldsEverySampleAndNothingElse) {
  EXPECT_EQ(Golden().size(),
            SampleStatements().size() + SampleEntries().size());
}

TEST(StatementGoldenTest, HoldsEveryKind) {
  std::map<size_t, int> kinds;
  for (const auto& [name, statement] : SampleStatements()) {
    ++kinds[statement.body.index()];
  }
  EXPECT_EQ(kinds.size(), std::variant_size_v<domain::Body>);
}

TEST(StatementGoldenTest, EncodesToTheBytesOfPython) {
  for (const auto& [name, statement] : SampleStatements()) {
    SCOPED_TRACE(name);
    EXPECT_EQ(EncodeStatement(statement), GoldenBytes(name));
  }
}

TEST(StatementGoldenTest, DecodesToTheValuesWrittenHere) {
  for (const auto& [name, statement] : SampleStatements()) {
    SCOPED_TRACE(name);
    const auto decoded = DecodeStatement(AsBytes(GoldenBytes(name)));
    ASSERT_OK(decoded);
    EXPECT_TRUE(*decoded == statement);
    EXPECT_OK(domain::Validate(statement));
  }
}

TEST(StatementGoldenTest, IsWhatTheGeneratedClassesWriteToo) {
  for (const auto& [name, statement] : SampleStatements()) {
    SCOPED_TRACE(name);
    EXPECT_EQ(Reserialised<v1::Statement>(GoldenBytes(name)),
              GoldenBytes(name));
  }
}

TEST(StatementGoldenTest, NoTruncationIsAStatement) {
  for (const auto& [name, statement] : SampleStatements()) {
    for (const Damaged& damaged : Truncations(GoldenBytes(name))) {
      EXPECT_FALSE(DecodeStatement(AsBytes(damaged.bytes)).ok())
          << name << " " << damaged.what;
    }
  }
}

// A flipped bit may give another statement, but never a second encoding of one.
TEST(StatementGoldenTest, ABitFlipIsRefusedOrAnotherStatement) {
  for (const auto& [name, statement] : SampleStatements()) {
    for (const Damaged& damaged : BitFlips(GoldenBytes(name))) {
      const auto decoded = DecodeStatement(AsBytes(damaged.bytes));
      if (!decoded.ok()) continue;
      EXPECT_EQ(EncodeStatement(*decoded), damaged.bytes)
          << name << " " << damaged.what;
      EXPECT_EQ(Reserialised<v1::Statement>(damaged.bytes), damaged.bytes)
          << name << " " << damaged.what;
      EXPECT_FALSE(*decoded == statement) << name << " " << damaged.what;
    }
  }
}

}  // namespace
}  // namespace amanah::codec
