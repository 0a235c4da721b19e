// Statements as the book sees them: what statement.proto says, field by field,
// with months, amounts, keys and pseudonyms in types of their own.
//
// A Statement that the codec decoded or that Validate() passed holds what the
// bytes alone can promise; everything else is for the book to decide.
#ifndef AMANAH_LEDGER_DOMAIN_STATEMENT_H_
#define AMANAH_LEDGER_DOMAIN_STATEMENT_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ledger/crypto/hash.h"
#include "ledger/crypto/pseudonym.h"
#include "ledger/crypto/signing.h"
#include "ledger/domain/calendar.h"
#include "ledger/domain/money.h"

namespace amanah::domain {

inline constexpr size_t kStatementLengthMax = size_t{16} * 1024;
inline constexpr size_t kBatchSizeMax = 4'096;
inline constexpr size_t kBatchLengthMax = size_t{1024} * 1024;
// The author of what administrators say together; no authority may be so named.
inline constexpr std::string_view kAdministrators = "administrators";

// Numbers as in statement.proto.
enum class Role : uint8_t {
  kAdministrator = 1,
  kProgramOwner = 2,
  kRegistry = 3,
  kBank = 4,
  kAuditor = 5,
};

// "program-owner": the role's text in proofs of possession and for people.
std::string_view RoleName(Role role);

enum class Unit : uint8_t { kPerson = 1, kHousehold = 2 };

enum class DisbursementState : uint8_t {
  kInstructed = 1,
  kCredited = 3,
  kRejected = 4,
  kReturned = 8,
};

// "instructed", for people.
std::string_view DisbursementStateName(DisbursementState state);

enum class LedgerKeyKind : uint8_t { kCheckpoint = 1, kStatement = 2 };

// The role text in a proof of possession: "ledger-checkpoint".
std::string_view LedgerKeyRoleName(LedgerKeyKind kind);

using Pin = crypto::Hash;

// A key that a statement introduces, with its proof of possession. In protobuf
// it is a C2SP verifier key whose name is the authority's (or the origin).
struct NewKey {
  crypto::PublicKey key;
  crypto::Signature possession;
  friend bool operator==(const NewKey&, const NewKey&) = default;
};

struct Administrator {
  std::string name;
  std::string institution;
  NewKey key;
  std::vector<Pin> pins;
  friend bool operator==(const Administrator&, const Administrator&) = default;
};

struct Predecessor {
  std::string origin;
  std::string checkpoint;
  friend bool operator==(const Predecessor&, const Predecessor&) = default;
};

struct LedgerOpened {
  std::string origin;
  uint32_t rules_version = 0;
  std::array<uint8_t, 32> nonce{};
  uint32_t threshold = 0;
  std::vector<Administrator> administrators;
  NewKey checkpoint_key;
  NewKey statement_key;
  std::string witness_policy;
  std::optional<Predecessor> predecessor;
  friend bool operator==(const LedgerOpened&, const LedgerOpened&) = default;
};

struct AuthorityEnrolled {
  std::string name;
  std::string institution;
  Role role = Role::kAuditor;
  std::vector<std::string> programs;
  std::vector<std::string> regions;
  NewKey key;
  std::vector<Pin> pins;
  uint32_t daily_quota = 0;
  friend bool operator==(const AuthorityEnrolled&,
                         const AuthorityEnrolled&) = default;
};

struct KeyRotated {
  std::string name;
  NewKey key;
  friend bool operator==(const KeyRotated&, const KeyRotated&) = default;
};

struct AuthoritySuspended {
  std::string name;
  std::string reason_code;
  friend bool operator==(const AuthoritySuspended&,
                         const AuthoritySuspended&) = default;
};

struct AuthorityReinstated {
  std::string name;
  std::string reason_code;
  friend bool operator==(const AuthorityReinstated&,
                         const AuthorityReinstated&) = default;
};

struct AuthoritySucceeded {
  std::string name;
  std::string successor;
  friend bool operator==(const AuthoritySucceeded&,
                         const AuthoritySucceeded&) = default;
};

struct PinsChanged {
  std::vector<Pin> pins;
  friend bool operator==(const PinsChanged&, const PinsChanged&) = default;
};

struct LedgerKeyRotated {
  LedgerKeyKind kind = LedgerKeyKind::kCheckpoint;
  // The verifier key's name, which must be the origin.
  std::string key_name;
  NewKey key;
  friend bool operator==(const LedgerKeyRotated&,
                         const LedgerKeyRotated&) = default;
};

struct RulesAdopted {
  uint32_t version = 0;
  friend bool operator==(const RulesAdopted&, const RulesAdopted&) = default;
};

struct ProgramDefined {
  std::string program;
  uint32_t version = 0;
  Period months;
  std::string currency;
  bool whole_units = false;
  Unit unit = Unit::kPerson;
  std::string benefit;
  std::string recipient_scheme;
  std::string region_scheme;
  std::vector<std::string> excludes;
  std::optional<Amount> ceiling;
  friend bool operator==(const ProgramDefined&,
                         const ProgramDefined&) = default;
};

struct FundsAppropriated {
  std::string program;
  uint32_t fiscal_year = 0;
  std::string region;
  std::string currency;
  Amount amount;
  std::string legal_basis;
  friend bool operator==(const FundsAppropriated&,
                         const FundsAppropriated&) = default;
};

struct EntitlementGranted {
  std::string entitlement;
  std::string program;
  uint32_t fiscal_year = 0;
  std::string appropriation_region;
  crypto::Pseudonym recipient;
  std::optional<crypto::Pseudonym> household;
  std::vector<crypto::Pseudonym> members;
  std::string region;
  Period months;
  std::string currency;
  Amount amount;
  std::string basis;
  std::optional<crypto::Hash> basis_digest;
  friend bool operator==(const EntitlementGranted&,
                         const EntitlementGranted&) = default;
};

struct EntitlementRevoked {
  std::string entitlement;
  std::string reason_code;
  friend bool operator==(const EntitlementRevoked&,
                         const EntitlementRevoked&) = default;
};

struct DisbursementReported {
  std::string disbursement;
  std::string entitlement;
  std::string end_to_end_id;
  DisbursementState state = DisbursementState::kInstructed;
  std::string currency;
  Amount amount;
  std::string value_date;
  std::string channel;
  std::string reason_code;
  std::string bank_reason_code;
  std::string predecessor;
  friend bool operator==(const DisbursementReported&,
                         const DisbursementReported&) = default;
};

using Body =
    std::variant<LedgerOpened, AuthorityEnrolled, KeyRotated,
                 AuthoritySuspended, AuthorityReinstated, AuthoritySucceeded,
                 PinsChanged, LedgerKeyRotated, RulesAdopted, ProgramDefined,
                 FundsAppropriated, EntitlementGranted, EntitlementRevoked,
                 DisbursementReported>;

struct Statement {
  std::string reference;
  std::array<uint8_t, 16> salt{};
  Body body;
  friend bool operator==(const Statement&, const Statement&) = default;
};

// "EntitlementGranted": the message's name in the protocol.
std::string_view KindName(const Body& body);

}  // namespace amanah::domain

#endif  // AMANAH_LEDGER_DOMAIN_STATEMENT_H_
