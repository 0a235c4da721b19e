#include "ledger/log/witness_policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "tests/support/matchers.h"

namespace amanah::log {
namespace {

using testing::ElementsAre;
using testing_support::Fails;

std::string Key(std::string_view name, uint8_t type) {
  // RFC 8032 §7.1, test 1.
  const std::string point =
      "\xd7\x5a\x98\x01\x82\xb1\x0a\xb7\xd5\x4b\xfe\xd3\xc9\x64\x07\x3a"
      "\x0e\xe1\x72\xf3\xda\xa6\x23\x25\xaf\x02\x1a\x68\xf7\x07\x51\x1a";
  return FormatVerifierKey(
      {std::string(name), KeyId(name, type, AsBytes(point)), type, point});
}

std::string Witness(std::string_view name) {
  return absl::StrFormat(
      "witness %s %s\n", name,
      Key(absl::StrFormat("%s.example", name), kTypeEd25519Cosignature));
}

TEST(WitnessPolicyTest, ReadsEveryKindOfLine) {
  const std::string text =
      "# of a city\n\nlog " + Key("ledger.example/a", kTypeEd25519) +
      " https://ledger.example/a\n" + Witness("w1") + "witness\t w2 " +
      Key("w2.example", kTypeEd25519Cosignature) + "  https://w2.example\n" +
      Witness("w3") +
      "group offices any w1 w2\ngroup both all offices w3\nquorum both\n";
  const auto policy = ParseWitnessPolicy(text);
  ASSERT_OK(policy);
  ASSERT_EQ(policy->logs.size(), 1u);
  EXPECT_EQ(policy->logs[0].key.name, "ledger.example/a");
  EXPECT_EQ(policy->logs[0].url, "https://ledger.example/a");
  ASSERT_EQ(policy->witnesses.size(), 3u);
  EXPECT_EQ(policy->witnesses[0].url, "");
  EXPECT_EQ(policy->witnesses[1].name, "w2");
  EXPECT_EQ(policy->witnesses[1].key.name, "w2.example");
  EXPECT_EQ(policy->witnesses[1].url, "https://w2.example");
  ASSERT_EQ(policy->groups.size(), 2u);
  EXPECT_EQ(policy->groups[0].threshold, 1u);
  EXPECT_EQ(policy->groups[1].threshold, 2u);
  EXPECT_THAT(policy->groups[1].members, ElementsAre("offices", "w3"));
  EXPECT_EQ(policy->quorum, "both");
}

TEST(WitnessPolicyTest, MayAskForNobody) {
  const auto policy = ParseWitnessPolicy("quorum none");
  ASSERT_OK(policy);
  EXPECT_EQ(policy->quorum, "");
}

TEST(WitnessPolicyTest, TakesThresholdsUpToTheMembers) {
  const auto with = [](std::string_view threshold) {
    return ParseWitnessPolicy(Witness("w1") + Witness("w2") + "group g " +
                              std::string(threshold) + " w1 w2\nquorum g\n");
  };
  EXPECT_EQ(with("1")->groups[0].threshold, 1u);
  EXPECT_EQ(with("2")->groups[0].threshold, 2u);
  for (const char* bad : {"0", "3", "02", "-1", "+1", "2.0", "most",
                          "4294967297", "18446744073709551617"}) {
    EXPECT_THAT(with(bad), Fails(absl::StatusCode::kInvalidArgument,
                                 "line 3: \"" + std::string(bad)));
  }
}

TEST(WitnessPolicyTest, NamesTheLineThatIsWrong) {
  const std::string key = Key("w.example", kTypeEd25519Cosignature);
  const std::string one = Witness("w1");
  const struct {
    std::string text;
    const char* why;
  } rows[] = {
      {"", "there is no line \"quorum\""},
      {"no policy at all", "line 1: \"no\" is none of"},
      {"quorum none\nquorum none", "line 2: there is a quorum already"},
      {"quorum", "line 1: a quorum has one name"},
      {"quorum w1", "line 1: w1 is not defined before"},
      {"quorum none none", "line 1: a quorum has one name"},
      {"log", "line 1: a log has"},
      {"log " + key + " a b", "line 1: a log has"},
      {"log nothing", "line 1: not a verifier key"},
      {"witness w1", "line 1: a witness has"},
      {"witness w1 " + key + " a b", "line 1: a witness has"},
      {"witness w1 " + key + "x", "line 1: not a verifier key"},
      {"witness w1 " + Key("w.example", kTypeEd25519), "for cosignatures"},
      {"witness none " + key, "\"none\" can be nobody's name"},
      {one + one, "line 2: w1 is defined already"},
      {one + "group w1 any w1", "line 2: w1 is defined already"},
      {one + "group g any", "line 2: a group has"},
      {"group g any w1\n" + one, "line 1: w1 is not defined before"},
      {one + "group g any g", "line 2: g is not defined before"},
      {one + "group g any w1 w1", "line 2: w1 is in a group already"},
      {one + "group g any w1\ngroup h any w1", "line 3: w1 is in a group"}};
  for (const auto& row : rows) {
    EXPECT_THAT(ParseWitnessPolicy(row.text),
                Fails(absl::StatusCode::kInvalidArgument, row.why))
        << row.text;
  }
}

TEST(WitnessPolicyTest, Takes32OfEach) {
  std::string logs;
  std::string witnesses;
  std::string groups;
  for (int i = 0; i < 32; ++i) {
    const std::string name = "w" + std::to_string(i);
    logs += "log " + Key(name, kTypeEd25519) + "\n";
    witnesses += Witness(name);
    groups += "group g" + std::to_string(i) + " all " + name + "\n";
  }
  const std::string quorum = "quorum g31\n";
  EXPECT_OK(ParseWitnessPolicy(logs + witnesses + groups + quorum));
  EXPECT_THAT(
      ParseWitnessPolicy(logs + "log " + Key("w32", kTypeEd25519) + "\n"),
      Fails(absl::StatusCode::kInvalidArgument, "line 33: too many logs"));
  EXPECT_THAT(
      ParseWitnessPolicy(witnesses + Witness("w32")),
      Fails(absl::StatusCode::kInvalidArgument, "line 33: too many witnesses"));
  EXPECT_THAT(
      ParseWitnessPolicy(witnesses + groups + "group g32 any g0\n"),
      Fails(absl::StatusCode::kInvalidArgument, "line 65: too many groups"));
}

}  // namespace
}  // namespace amanah::log
