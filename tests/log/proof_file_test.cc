#include "ledger/log/proof_file.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "ledger/log/checkpoint.h"
#include "ledger/log/proof.h"
#include "tests/crypto/damage.h"
#include "tests/support/matchers.h"

namespace amanah::log {
namespace {

using testing_support::Fails;
constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

// Leaf 1 of the two entries "entry 0" and "entry 1", under a checkpoint signed
// by the seed 00 01 ... 1f. Written by Python's hashlib and PyNaCl.
constexpr char kCheckpoint[] =
    "ledger.example/mojokerto\n"
    "2\n"
    "WkdmL9ijF9lgSaP59HxV3GfKZgUbqjaD27GbL+CaB7A=\n"
    "\n"
    "\u2014 ledger.example/mojokerto W48Fy/aDVOptymjTk2sG8yBcyBoXAzs5igmVaNnuz"
    "OC1JSqwu1nRBSmPU8OH6Ig5Mh5cuHufqnVPb+nUIHpbj3K7RwI=\n";
constexpr char kHead[] =
    "c2sp.org/tlog-proof@v1\n"
    "extra b3BlbmluZw==\n"
    "index 1\n"
    "dziFphNIniTOLPdhmdakI/BC5LvxLX7s7pEu8nbGVwE=\n"
    "\n";

std::string Text() { return std::string(kHead) + kCheckpoint; }

ProofFile TestProof() {
  return {"opening", 1, {LeafHash(AsBytes("entry 0"))}, kCheckpoint};
}

TEST(ProofFileTest, WritesAndReadsItsText) {
  EXPECT_EQ(FormatProofFile(TestProof()), Text());
  const auto proof = ParseProofFile(Text());
  ASSERT_OK(proof);
  EXPECT_EQ(*proof, TestProof());
}

TEST(ProofFileTest, HoldsAllThatVerifyingNeeds) {
  const auto proof = ParseProofFile(Text()).value();
  std::string seed;
  for (char c = 0; c < 32; ++c) seed.push_back(c);
  const std::string origin = "ledger.example/mojokerto";
  const std::vector<VerifierKey> keys{MakeVerifierKey(
      origin, crypto::SigningKey::FromSeed(AsBytes(seed)).public_key())};
  const auto opened = OpenCheckpoint(proof.checkpoint, origin, keys);
  ASSERT_OK(opened);
  EXPECT_OK(CheckInclusion(proof.index, opened->checkpoint.size,
                           LeafHash(AsBytes("entry 1")), proof.path,
                           opened->checkpoint.root));
}

TEST(ProofFileTest, MayHaveNoExtraAndNoPath) {
  const ProofFile bare{std::nullopt, 0, {}, kCheckpoint};
  const std::string text =
      std::string("c2sp.org/tlog-proof@v1\nindex 0\n\n") + kCheckpoint;
  EXPECT_EQ(FormatProofFile(bare), text);
  EXPECT_EQ(ParseProofFile(text).value(), bare);
}

TEST(ProofFileTest, TakesAPathOf63Hashes) {
  ProofFile proof = TestProof();
  proof.path.assign(63, Hash{});
  EXPECT_EQ(ParseProofFile(FormatProofFile(proof)).value(), proof);
  proof.path.emplace_back();
  EXPECT_THAT(ParseProofFile(FormatProofFile(proof)),
              Fails(kInvalid, "more than 63"));
}

TEST(ProofFileTest, NeverReadsDamageAsTheSame) {
  for (const auto& damaged : testing_support::Truncations(Text())) {
    EXPECT_FALSE(ParseProofFile(damaged.bytes).ok()) << damaged.what;
  }
  for (const auto& damaged : testing_support::BitFlips(Text())) {
    const auto proof = ParseProofFile(damaged.bytes);
    if (!proof.ok()) continue;
    EXPECT_FALSE(*proof == TestProof()) << damaged.what;
    EXPECT_EQ(FormatProofFile(*proof), damaged.bytes) << damaged.what;
  }
}

TEST(ProofFileTest, RejectsOtherTexts) {
  const std::string first = "c2sp.org/tlog-proof@v1\n";
  const struct {
    std::string head;
    const char* message;
  } rows[] = {
      {"", "first line"},
      {"c2sp.org/tlog-proof@v2\nindex 0\n\n", "first line"},
      {first + "\n", "index"},
      {first + "index 01\n\n", "index"},
      {first + "index -1\n\n", "index"},
      {first + "index 18446744073709551616\n\n", "index"},
      {first + "extra b3BlbmluZx==\nindex 0\n\n", "extra"},
      {first + "extra eA==\nextra eA==\nindex 0\n\n", "index"},
      {first + "index 0\nextra eA==\n\n", "hash 0"},
      {first + "index 0\nAAAA\n\n", "hash 0"},
  };
  for (const auto& row : rows) {
    EXPECT_THAT(ParseProofFile(row.head + kCheckpoint),
                Fails(kInvalid, row.message))
        << row.head;
  }
  EXPECT_THAT(ParseProofFile(first + "index 0\n"), Fails(kInvalid, "no end"));
  EXPECT_THAT(ParseProofFile(first + "index 0\n\n"),
              Fails(kInvalid, "not a signed note"));
}

}  // namespace
}  // namespace amanah::log
