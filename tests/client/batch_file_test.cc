#include "client/batch_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <variant>

#include "client/reference.h"
#include "ledger/codec/statement_codec.h"
#include "tests/support/book_fixture.h"
#include "tests/support/matchers.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_ledger.h"

namespace amanah::client {
namespace {

namespace ts = testing_support;
using absl::StatusCode;
using ts::Fails;

const judge::LedgerId& Ledger() {
  static const judge::LedgerId id{std::string(ts::kTestOrigin),
                                  crypto::Sha256(AsBytes("entry 0"))};
  return id;
}

crypto::Secret SaltKey() {
  return *crypto::Secret::FromBytes(crypto::Sha256(AsBytes("salt key")).view());
}

std::string Bytes(const std::string& entitlement) {
  auto bytes = EncodeChecked(
      Salted(SaltKey(), "grant/" + entitlement, ts::Grant(entitlement)));
  EXPECT_OK(bytes);
  return *std::move(bytes);
}

TEST(BatchFileTest, MakesTheSameStatementOnEveryRun) {
  EXPECT_EQ(Bytes("e1"), Bytes("e1"));
  EXPECT_NE(Bytes("e1"), Bytes("e2"));
}

TEST(BatchFileTest, SealsWhatTheJudgeAccepts) {
  const crypto::SigningKey key = ts::SigningKeyOf("dinsos");
  const auto batch = SealBatch(Ledger(), "dinsos", key, 1'800'000'000,
                               {Bytes("e1"), Bytes("e2")});
  ASSERT_OK(batch);
  const auto parsed = judge::ParseBatch(
      Ledger(), {batch->seal(),
                 {batch->statements().begin(), batch->statements().end()}});
  ASSERT_TRUE(std::holds_alternative<judge::ParsedBatch>(parsed));
  const auto& ready = std::get<judge::ParsedBatch>(parsed);
  EXPECT_EQ(ready.seal.author, "dinsos");
  EXPECT_EQ(ready.seal.last_second, 1'800'000'000);
  ASSERT_EQ(ready.signatures.size(), 1);
  const auto signature =
      crypto::SignatureFromBytes(AsBytes(ready.signatures[0].signature));
  EXPECT_TRUE(crypto::Verify(
      key.public_key(), AsBytes(log::FormatSealText(ready.seal)), *signature));
}

TEST(BatchFileTest, KeepsAProposalThatNobodySigned) {
  auto batch =
      ProposeBatch(Ledger(), "administrators", 1'800'000'000, {Bytes("e1")});
  ASSERT_OK(batch);
  auto opened = OpenBatch(*batch);
  ASSERT_OK(opened);
  EXPECT_TRUE(opened->signatures.empty());
  ASSERT_OK(SignBatch("ani", ts::SigningKeyOf("ani"), &*batch));
  ASSERT_OK(SignBatch("budi", ts::SigningKeyOf("budi"), &*batch));
  opened = OpenBatch(*batch);
  ASSERT_OK(opened);
  ASSERT_EQ(opened->signatures.size(), 2);
  EXPECT_EQ(opened->signatures[0].name, "ani");
  EXPECT_EQ(opened->signatures[1].name, "budi");
  EXPECT_THAT(SignBatch("ani", ts::SigningKeyOf("ani"), &*batch),
              Fails(StatusCode::kAlreadyExists, "ani"));
}

TEST(BatchFileTest, RefusesBatchesBeyondTheLimits) {
  EXPECT_THAT(ProposeBatch(Ledger(), "dinsos", 1, {}),
              Fails(StatusCode::kInvalidArgument, "1 to 4096"));
  std::vector<std::string> many(4097, Bytes("e1"));
  EXPECT_THAT(ProposeBatch(Ledger(), "dinsos", 1, many),
              Fails(StatusCode::kInvalidArgument, "4097"));
  EXPECT_THAT(ProposeBatch(Ledger(), "dinsos", 1, {Bytes("e1"), Bytes("e1")}),
              Fails(StatusCode::kInvalidArgument, "twice"));
  EXPECT_THAT(
      ProposeBatch(Ledger(), "dinsos", 1,
                   std::vector<std::string>(70, std::string(16'000, 'x'))),
      Fails(StatusCode::kInvalidArgument, "1048576 bytes"));
}

TEST(BatchFileTest, RefusesAStatementOutsideItsRanges) {
  domain::EntitlementGranted grant = ts::Grant("e1");
  grant.amount.minor = 0;
  EXPECT_THAT(EncodeChecked(Salted(SaltKey(), "r", grant)),
              Fails(StatusCode::kInvalidArgument, "amount"));
}

TEST(BatchFileTest, RefusesASealOverOtherStatements) {
  auto batch = SealBatch(Ledger(), "dinsos", ts::SigningKeyOf("dinsos"),
                         1'800'000'000, {Bytes("e1"), Bytes("e2")});
  ASSERT_OK(batch);
  v1::PostBatchRequest swapped = *batch;
  swapped.mutable_statements()->SwapElements(0, 1);
  EXPECT_THAT(OpenBatch(swapped), Fails(StatusCode::kInvalidArgument, "root"));
  batch->mutable_statements()->RemoveLast();
  EXPECT_THAT(OpenBatch(*batch),
              Fails(StatusCode::kInvalidArgument, "covers 2 statements"));
}

TEST(BatchFileTest, ReadsBackWhatItWrote) {
  const ts::TemporaryFolder folder;
  const auto path = folder.path() / "one.batch";
  const auto batch = SealBatch(Ledger(), "dinsos", ts::SigningKeyOf("dinsos"),
                               1'800'000'000, {Bytes("e1")});
  ASSERT_OK(batch);
  ASSERT_OK(WriteBatchFile(path, *batch));
  const auto read = ReadBatchFile(path);
  ASSERT_OK(read);
  EXPECT_EQ(read->SerializeAsString(), batch->SerializeAsString());
  EXPECT_THAT(ReadBatchFile(folder.path() / "none.batch"),
              Fails(StatusCode::kNotFound, "none.batch"));
  std::ofstream(folder.path() / "text.batch") << "hello";
  EXPECT_THAT(ReadBatchFile(folder.path() / "text.batch"),
              Fails(StatusCode::kInvalidArgument, "not a batch file"));
}

TEST(BatchFileTest, RefusesEveryFlippedBitOfAFile) {
  const auto batch = SealBatch(Ledger(), "dinsos", ts::SigningKeyOf("dinsos"),
                               1'800'000'000, {Bytes("e1")});
  ASSERT_OK(batch);
  const std::string bytes = batch->SerializeAsString();
  const std::string text = batch->seal().substr(0, batch->seal().find("\n\n"));
  for (size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    std::string altered = bytes;
    altered[bit / 8] = static_cast<char>(altered[bit / 8] ^ (1 << (bit % 8)));
    v1::PostBatchRequest other;
    if (!other.ParseFromString(altered)) continue;
    const auto opened = OpenBatch(other);
    if (!opened.ok()) continue;
    // What still opens has another signature, expiry or name, and says so: the
    // statement itself is the one that was sealed.
    EXPECT_EQ(codec::EncodeStatement(opened->statements.at(0)), Bytes("e1"));
  }
}

TEST(ReferenceTest, JoinsItsParts) {
  EXPECT_EQ(MakeReference({"pay", "D-1", "credited"}), "pay/D-1/credited");
}

TEST(ReferenceTest, CutsWhatIsTooLongAndStaysUnique) {
  const std::string a =
      MakeReference({"pay", std::string(64, 'a'), "credited"});
  const std::string b =
      MakeReference({"pay", std::string(64, 'a'), "returned"});
  EXPECT_EQ(a.size(), 64);
  EXPECT_NE(a, b);
  EXPECT_EQ(a.substr(0, 51), b.substr(0, 51));
}

}  // namespace
}  // namespace amanah::client
