#include "client/key_proof.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "ledger/crypto/hash.h"
#include "tests/support/book_fixture.h"
#include "tests/support/matchers.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_ledger.h"

namespace amanah::client {
namespace {

namespace ts = testing_support;
using absl::StatusCode;
using ts::Fails;

KeyProof Proof() {
  KeyProof proof;
  proof.ledger = {std::string(ts::kTestOrigin),
                  crypto::Sha256(AsBytes("entry 0"))};
  proof.role = "bank";
  proof.institution = "BANK-JATIM";
  proof.name = "bank-jatim";
  proof.pins = {ts::PinOf("two"), ts::PinOf("one")};
  return MakeKeyProof(ts::SigningKeyOf("bank-jatim"), std::move(proof));
}

TEST(KeyProofTest, ReadsWhatItWrites) {
  const KeyProof proof = Proof();
  const auto read = ParseKeyProof(FormatKeyProof(proof));
  ASSERT_OK(read);
  EXPECT_EQ(*read, proof);
  EXPECT_LT(read->pins[0], read->pins[1]);
}

TEST(KeyProofTest, ProvesWhatTheLedgerAsksFor) {
  ts::TestLedger ledger;
  ledger.SetGenesis(Proof().ledger.genesis);
  const auto enrolment = ledger.Enrolment("bank-jatim", domain::Role::kBank);
  EXPECT_EQ(Proof().key, enrolment.key);
}

TEST(KeyProofTest, HasAFormOfItsOwn) {
  KeyProof proof = Proof();
  proof.pins.clear();
  const std::string text = FormatKeyProof(proof);
  EXPECT_EQ(text.substr(0, text.find("key: ")),
            "amanah-key-proof/v1\n"
            "origin: ledger.example/mojokerto\n"
            "genesis: aZE6l+n5Mc65sR/fuhUy+kOm9wZLlcs5jGTkIqXclug=\n"
            "role: bank\n"
            "institution: BANK-JATIM\n");
}

TEST(KeyProofTest, RefusesEveryFlippedBitAndEveryCut) {
  const std::string text = FormatKeyProof(Proof());
  // Institution and pins are what an administrator looks at; the key's proof
  // does not cover them.
  const size_t institution = text.find("institution");
  const size_t key = text.find("key: ");
  const size_t pins = text.find("pin: ");
  for (size_t i = 0; i < text.size(); ++i) {
    EXPECT_FALSE(i < pins && ParseKeyProof(text.substr(0, i)).ok()) << i;
    if ((i >= institution && i < key) || i >= pins) continue;
    for (int bit = 0; bit < 8; ++bit) {
      std::string altered = text;
      altered[i] = static_cast<char>(altered[i] ^ (1 << bit));
      EXPECT_FALSE(ParseKeyProof(altered).ok()) << i << " bit " << bit;
    }
  }
  EXPECT_THAT(ParseKeyProof(text + "\n"),
              Fails(StatusCode::kInvalidArgument, "more follows"));
}

TEST(KeyProofTest, IsForOneLedgerAndRole) {
  const ts::TemporaryFolder folder;
  const auto path = folder.path() / "bank.proof";
  std::ofstream(path) << FormatKeyProof(Proof());
  const judge::LedgerId ledger = Proof().ledger;
  EXPECT_OK(ReadKeyProof(path, ledger, {"bank"}));
  EXPECT_THAT(ReadKeyProof(path, ledger, {"auditor", "administrator"}),
              Fails(StatusCode::kInvalidArgument, "for the role bank"));
  EXPECT_THAT(
      ReadKeyProof(path, {"ledger.example/other", ledger.genesis}, {"bank"}),
      Fails(StatusCode::kInvalidArgument, "ledger.example/other"));
  EXPECT_THAT(ReadKeyProof(path, {ledger.origin, {}}, {"bank"}),
              Fails(StatusCode::kInvalidArgument, "entry 0"));
  EXPECT_THAT(ReadKeyProof(folder.path() / "none", ledger, {"bank"}),
              Fails(StatusCode::kNotFound, "none"));
}

}  // namespace
}  // namespace amanah::client
