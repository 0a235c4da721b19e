// The parties of a ledger for tests: their keys, the batch that opens it, and
// batches that they seal. Everything follows from names, so that two runs make
// the same bytes; only entry 0's hash depends on when it was recorded.
//
//   ani, budi, citra   administrators, any two of them
//   dinsos             program owner of sembako
//   dukcapil           registry
//   bank-a, bank-b     banks of sembako in 35.76
//   bpk                auditor
#ifndef AMANAH_TESTS_SUPPORT_TEST_LEDGER_H_
#define AMANAH_TESTS_SUPPORT_TEST_LEDGER_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/crypto/signing.h"
#include "ledger/domain/statement.h"
#include "ledger/judge/batch.h"

namespace amanah::testing_support {

inline constexpr std::string_view kTestOrigin = "ledger.example/mojokerto";
// A last second that no test outlives.
inline constexpr uint64_t kFarSecond = 32'503'680'000;

// The generation-th signing key of that name.
crypto::SigningKey SigningKeyOf(std::string_view name, int generation = 1);
// The ledger's own keys.
crypto::SigningKey CheckpointKey(int generation = 1);
crypto::SigningKey StatementKey(int generation = 1);

// What a seal says beside the statements; a test changes what it wants wrong.
struct SealChoice {
  // Who signs: names and generations of their keys. Empty: the author, or ani
  // and budi for the administrators.
  std::vector<std::pair<std::string, int>> signers = {};
  uint64_t last_second = kFarSecond;
  std::optional<std::string> origin = std::nullopt;
  std::optional<crypto::Hash> genesis = std::nullopt;
};

// Not thread-safe.
class TestLedger {
 public:
  explicit TestLedger(std::string_view origin = kTestOrigin);

  // Entry 0, sealed by ani and budi.
  judge::SubmittedBatch Opening();
  // Once it is recorded: later seals and proofs of possession name its hash.
  void SetGenesis(const crypto::Hash& genesis) { id_.genesis = genesis; }
  const judge::LedgerId& id() const { return id_; }

  // The TLS pin that statements give this authority; PinOf(name) unless set.
  void SetPin(std::string_view name, const domain::Pin& pin);
  domain::Pin PinFor(std::string_view name) const;

  // An enrolment with key, proof and pin; scope and quota may be changed.
  domain::AuthorityEnrolled Enrolment(std::string_view name,
                                      domain::Role role) const;
  // `name`'s next key with its proof.
  domain::KeyRotated Rotation(std::string_view name, domain::Role role,
                              int generation) const;
  // The ledger's own next key with its proof.
  domain::NewKey LedgerKeyWithProof(domain::LedgerKeyKind kind,
                                    int generation) const;
  // Everyone above, the program sembako (book_fixture.h) and its funds of
  // Rp1,000,000,000,000 for 2026 in 35.76: what administrators say first.
  std::vector<domain::Body> PilotBodies() const;
  static constexpr uint64_t kPilotSize = 8;  // entries 0 to 7

  // A statement with a salt of the author's. Without a reference: a fresh one,
  // "s/1", "s/2" and so on.
  domain::Statement Say(std::string_view author, domain::Body body,
                        std::string_view reference = {});

  // Seals statements as bytes.
  judge::SubmittedBatch SealBytes(std::string_view author,
                                  std::vector<std::string> statements,
                                  const SealChoice& choice = {}) const;
  // The same for statements that are encoded here.
  judge::SubmittedBatch Seal(std::string_view author,
                             const std::vector<domain::Statement>& statements,
                             const SealChoice& choice = {}) const;
  // The same with fresh references.
  judge::SubmittedBatch Post(std::string_view author,
                             std::vector<domain::Body> bodies,
                             const SealChoice& choice = {});

 private:
  domain::NewKey KeyWithProof(std::string_view name, std::string_view role,
                              crypto::SigningKey key) const;

  judge::LedgerId id_;
  std::map<std::string, domain::Pin, std::less<>> pins_;
  uint64_t references_ = 0;
};

}  // namespace amanah::testing_support

#endif  // AMANAH_TESTS_SUPPORT_TEST_LEDGER_H_
