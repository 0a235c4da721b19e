// What a batch's bytes alone show: one row for each way to be no batch.
#include "ledger/judge/batch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "ledger/codec/statement_codec.h"
#include "ledger/log/merkle.h"
#include "tests/support/book_fixture.h"
#include "tests/support/forge.h"

namespace amanah::testing_support {
namespace {

using judge::BatchError;
using judge::ParsedBatch;
using judge::Problem;
using testing::HasSubstr;

class BatchTest : public testing::Test {
 protected:
  BatchTest() { parties_.SetGenesis(crypto::Sha256(AsBytes("entry 0"))); }

  // A good statement's bytes.
  std::string Good(std::string_view entitlement = "e1") {
    return codec::EncodeStatement(parties_.Say("dinsos", Grant(entitlement)));
  }
  std::optional<BatchError> ErrorOf(judge::SubmittedBatch batch) const {
    auto parsed = judge::ParseBatch(parties_.id(), std::move(batch));
    if (auto* error = std::get_if<BatchError>(&parsed)) return *error;
    return std::nullopt;
  }
  std::optional<BatchError> Sealed(std::vector<std::string> statements,
                                   const SealChoice& choice = {}) const {
    return ErrorOf(parties_.SealBytes("dinsos", std::move(statements), choice));
  }
  void ExpectProblem(const std::optional<BatchError>& error, Problem problem,
                     std::optional<uint32_t> statement,
                     std::string_view text) const {
    ASSERT_TRUE(error.has_value());
    EXPECT_EQ(judge::ProblemName(error->problem), judge::ProblemName(problem));
    EXPECT_EQ(error->statement_index, statement);
    EXPECT_THAT(error->message, HasSubstr(std::string(text)));
  }
  // `count` short statements that all differ.
  std::vector<std::string> Many(size_t count) {
    std::vector<std::string> statements;
    for (size_t i = 0; i < count; ++i) {
      statements.push_back(codec::EncodeStatement(
          parties_.Say("dinsos", Revocation("e" + std::to_string(i)))));
    }
    return statements;
  }

  TestLedger parties_;
};

TEST_F(BatchTest, IsTakenWhenItIsWellFormed) {
  const std::string first = Good("e1");
  const std::string second = Good("e2");
  auto parsed = judge::ParseBatch(
      parties_.id(), parties_.SealBytes("dinsos", {first, second}));
  ASSERT_TRUE(std::holds_alternative<ParsedBatch>(parsed));
  const auto& batch = std::get<ParsedBatch>(parsed);
  EXPECT_EQ(batch.seal.author, "dinsos");
  EXPECT_EQ(batch.seal.size, 2U);
  EXPECT_EQ(batch.seal.root, log::NodeHash(log::LeafHash(AsBytes(first)),
                                           log::LeafHash(AsBytes(second))));
  EXPECT_EQ(batch.bytes, (std::vector<std::string>{first, second}));
  ASSERT_EQ(batch.prepared.size(), 2U);
  EXPECT_EQ(batch.prepared[1].hash, log::LeafHash(AsBytes(second)));
  ASSERT_EQ(batch.signatures.size(), 1U);
  EXPECT_EQ(batch.signatures[0].name, "dinsos");
}

TEST_F(BatchTest, HasOneTo4096Statements) {
  judge::SubmittedBatch none = parties_.SealBytes("dinsos", {Good()});
  none.statements.clear();
  ExpectProblem(ErrorOf(none), Problem::kSize, std::nullopt, "this one 0");
  std::vector<std::string> statements = Many(4'096);
  EXPECT_FALSE(Sealed(statements).has_value());
  statements.push_back(Good());
  ExpectProblem(Sealed(statements), Problem::kSize, std::nullopt,
                "this one 4097");
}

TEST_F(BatchTest, HasAtMostOneMebibyteOfStatements) {
  // 64 statements of 16 KiB are exactly a mebibyte. What fills them is not
  // read before the length is known.
  const std::string full(size_t{16} * 1024, 'x');
  std::vector<std::string> statements(64, full);
  ExpectProblem(Sealed(statements), Problem::kEncoding, 0, "");
  statements.emplace_back(1, 'x');
  ExpectProblem(Sealed(statements), Problem::kLength, std::nullopt,
                "this one 1048577");
}

TEST_F(BatchTest, HasStatementsOfAtMost16KiB) {
  ExpectProblem(Sealed({Good(), std::string(16 * 1024 + 1, 'x')}),
                Problem::kLength, 1, "this one 16385");
  ExpectProblem(Sealed({Good(), ""}), Problem::kLength, 1, "");
}

TEST_F(BatchTest, HoldsCanonicalStatements) {
  const std::string good = Good();
  const auto expect = [&](std::string bad, std::string_view text) {
    ExpectProblem(Sealed({good, std::move(bad)}), Problem::kEncoding, 1, text);
  };
  expect("no statement", "");
  expect(Good().substr(0, 40), "");
  expect(Good() + std::string("\xf8\x07\x01", 3), "field 127");
  std::string nested = Good();
  // The grant, field 120, stands last: one more field at its very end, and a
  // length that is longer by two.
  const size_t tag = nested.find("\xc2\x07");
  ASSERT_NE(tag, std::string::npos);
  const size_t length_at = tag + 2;
  nested[length_at] = static_cast<char>(nested[length_at] + 2);
  expect(nested + std::string("\x78\x01", 2), "field 15");
  // An enum value that no version knows: a report in state 9, reserved.
  domain::DisbursementReported report =
      Report("d1", "e1", domain::DisbursementState::kCredited);
  report.state = static_cast<domain::DisbursementState>(9);
  expect(codec::EncodeStatement(parties_.Say("dinsos", report)), "");
  // A varint in a longer form than needed: reference length 3 as two bytes.
  std::string longer =
      codec::EncodeStatement(parties_.Say("dinsos", Grant("e1"), "abc"));
  ASSERT_EQ(longer.substr(0, 2), "\x0a\x03");
  expect(std::string("\x0a\x83\x00", 3) + longer.substr(2), "");
  // Fields out of order: the salt before the reference.
  expect(longer.substr(5, 18) + longer.substr(0, 5) + longer.substr(23), "");
}

TEST_F(BatchTest, HoldsFieldsInTheirRange) {
  const auto expect = [&](domain::Body body, std::string_view text) {
    ExpectProblem(Sealed({Good(), codec::EncodeStatement(parties_.Say(
                                      "dinsos", std::move(body)))}),
                  Problem::kField, 1, text);
  };
  domain::EntitlementGranted grant = Grant("e1");
  grant.amount = {0};
  expect(grant, "amount");
  grant = Grant("e1");
  grant.amount = {-1};
  expect(grant, "amount");
  grant = Grant("e1");
  std::swap(grant.months.first, grant.months.last);
  expect(grant, "month");
  grant = Grant("e1");
  grant.region = "35/76 ";
  expect(grant, "region");
  grant = Grant("with space");
  expect(grant, "entitlement");
  expect(Grant("3576011212900001"), "16 digits");
  domain::DisbursementReported report =
      Report("d1", "e1", domain::DisbursementState::kCredited);
  report.value_date = "2026-02-30";
  expect(report, "value_date");
}

// 32 bytes that are a point of small order: the neutral element.
TEST_F(BatchTest, HoldsNoKeyOfSmallOrder) {
  domain::AuthorityEnrolled enrolment =
      parties_.Enrolment("bank-x", domain::Role::kBank);
  enrolment.key.key = {};
  enrolment.key.key.bytes[0] = 1;
  const auto error = Sealed({codec::EncodeStatement(
      parties_.Say(domain::kAdministrators, enrolment))});
  ASSERT_TRUE(error.has_value());
  EXPECT_THAT(error->message, HasSubstr("verifier_key"));
  EXPECT_EQ(error->statement_index, 0U);
}

TEST_F(BatchTest, HoldsNoStatementTwice) {
  const std::string statement = Good();
  ExpectProblem(Sealed({statement, Good(), statement}), Problem::kRepeatsItself,
                2, "twice");
}

TEST_F(BatchTest, ComesUnderASealOfItsForm) {
  const auto with_seal = [&](std::string seal) {
    judge::SubmittedBatch batch = parties_.SealBytes("dinsos", {Good()});
    batch.seal = std::move(seal);
    return ErrorOf(std::move(batch));
  };
  const std::string good = parties_.SealBytes("dinsos", {Good()}).seal;
  ExpectProblem(with_seal(""), Problem::kSealForm, std::nullopt, "no signed");
  ExpectProblem(with_seal("some text\n\nno signature\n"), Problem::kSealForm,
                std::nullopt, "");
  ExpectProblem(with_seal(good + "x"), Problem::kSealForm, std::nullopt, "");
  ExpectProblem(with_seal(std::string(4'097, 'x')), Problem::kSealForm,
                std::nullopt, "this one 4097");
  // A checkpoint is no seal.
  ExpectProblem(with_seal(CheckpointOf({"an entry"})), Problem::kSealForm,
                std::nullopt, "seal's text");
}

TEST_F(BatchTest, ComesUnderASealOfThisLedgerAndTheseStatements) {
  SealChoice choice;
  choice.origin = "ledger.example/malang";
  ExpectProblem(Sealed({Good()}, choice), Problem::kOrigin, std::nullopt,
                "malang");
  choice = {};
  choice.genesis = crypto::Sha256(AsBytes("another entry 0"));
  ExpectProblem(Sealed({Good()}, choice), Problem::kGenesis, std::nullopt,
                "same origin");
  judge::SubmittedBatch batch = parties_.SealBytes("dinsos", {Good(), Good()});
  batch.statements.pop_back();
  ExpectProblem(ErrorOf(batch), Problem::kRoot, std::nullopt, "covers 2");
  batch.statements.push_back(Good());
  ExpectProblem(ErrorOf(batch), Problem::kRoot, std::nullopt, "root");
}

TEST(ProblemTest, HasANameAndACodeForEach) {
  std::set<std::string_view> names;
  for (int i = 1; i <= 24; ++i) {
    const auto problem = static_cast<Problem>(i);
    names.insert(judge::ProblemName(problem));
    EXPECT_NE(judge::CodeOf(problem), absl::StatusCode::kOk);
  }
  EXPECT_EQ(names.size(), 24U);
  const absl::Status status =
      judge::ToStatus({Problem::kField, "field amount is 0", 3, {}});
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(), "statement 3: field amount is 0");
}

}  // namespace
}  // namespace amanah::testing_support
