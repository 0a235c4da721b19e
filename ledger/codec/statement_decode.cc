#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_format.h"
#include "ledger/codec/kinds.h"
#include "ledger/codec/statement_codec.h"
#include "ledger/codec/wire.h"
#include "ledger/domain/identifier.h"
#include "ledger/domain/validate.h"
#include "ledger/log/verifier_key.h"

namespace amanah::codec {
namespace {

// The first fault of each sort. A field that is out of range does not stop the
// reading: bytes that are not canonical are reported before it.
struct Faults {
  absl::Status encoding;
  absl::Status field;
};

// Reads one message's fields into domain types.
class MessageReader {
 public:
  MessageReader(ByteView bytes, std::string_view name, Faults* faults)
      : wire_(bytes, name, &faults->encoding), name_(name), faults_(faults) {}

  WireReader& wire() { return wire_; }
  Faults* faults() { return faults_; }

  void Text(uint32_t field, std::string* out) { wire_.ReadString(field, out); }

  // Exactly N bytes.
  template <size_t N>
  void Array(uint32_t field, std::string_view label,
             std::array<uint8_t, N>* out) {
    ByteView bytes;
    wire_.ReadBytes(field, &bytes);
    Copy(bytes, label, out);
  }

  // Exactly N bytes, or absent. T is a struct around an array `bytes`.
  template <typename T>
  void Optional(uint32_t field, std::string_view label, std::optional<T>* out) {
    ByteView bytes;
    if (wire_.ReadBytes(field, &bytes)) {
      Copy(bytes, label, &out->emplace().bytes);
    }
  }

  template <typename T>
  void Arrays(uint32_t field, std::string_view label, std::vector<T>* out) {
    ByteView bytes;
    while (wire_.ReadRepeatedBytes(field, &bytes)) {
      Copy(bytes, label, &out->emplace_back().bytes);
    }
  }

  void Texts(uint32_t field, std::vector<std::string>* out) {
    std::string text;
    while (wire_.ReadRepeatedString(field, &text)) {
      out->push_back(std::move(text));
      text.clear();
    }
  }

  // The first month is `field`, the last the field after it.
  void Months(uint32_t field, domain::Period* out) {
    Month(field, "first_month", &out->first);
    Month(field + 1, "last_month", &out->last);
  }

  // `known` holds the enum's numbers but 0.
  template <typename T>
  void Enum(uint32_t field, std::string_view label,
            std::initializer_list<T> known, T* out) {
    uint64_t number = 0;
    if (!wire_.ReadEnum(field, &number)) {
      Fail(label, "is not set");
      return;
    }
    for (const T value : known) {
      if (static_cast<uint64_t>(value) != number) continue;
      *out = value;
      return;
    }
    wire_.Fail(field,
               absl::StrFormat("is %d, which %s has not", number, label));
  }

  // A verifier key and, as the field after it, its possession. Gives the key's
  // name, empty when there is no such key. No message shows the key.
  std::string Key(uint32_t field, std::string_view label, domain::NewKey* out) {
    std::string_view text;
    wire_.ReadString(field, &text);
    Array(field + 1, "possession", &out->possession.bytes);
    const absl::StatusOr<log::VerifierKey> key = log::ParseVerifierKey(text);
    if (!key.ok() || key->type != log::kTypeEd25519) {
      Fail(label, "is no verifier key of a valid Ed25519 point");
      return "";
    }
    out->key = *log::Ed25519KeyOf(*key);
    return key->name;
  }

  void KeyOf(std::string_view name, uint32_t field, std::string_view label,
             domain::NewKey* out) {
    const std::string key_name = Key(field, label, out);
    if (key_name != name) {
      Fail(label,
           absl::StrFormat("is named %s, not %s", domain::Quoted(key_name),
                           domain::Quoted(name)));
    }
  }

  void Fail(std::string_view label, std::string_view what) {
    if (!faults_->field.ok()) return;
    faults_->field = absl::InvalidArgumentError(
        name_ == "statement" ? absl::StrFormat("%s %s", label, what)
                             : absl::StrFormat("%s.%s %s", name_, label, what));
  }

 private:
  template <size_t N>
  void Copy(ByteView bytes, std::string_view label,
            std::array<uint8_t, N>* out) {
    if (CopyExact(bytes, out)) [[likely]]
      return;
    Fail(label, absl::StrFormat("has %d bytes, not %d", bytes.size(), N));
  }

  void Month(uint32_t field, std::string_view label, domain::Month* out) {
    std::string_view text;
    wire_.ReadString(field, &text);
    const std::optional<domain::Month> month = domain::ParseMonth(text);
    if (month.has_value()) {
      *out = *month;
    } else {
      Fail(label, domain::Quoted(text) + " is no month YYYY-MM");
    }
  }

  WireReader wire_;
  std::string_view name_;
  Faults* faults_;
};

void ReadAdministrator(ByteView bytes, Faults* faults,
                       domain::Administrator* out) {
  MessageReader in(bytes, "ledger_opened.administrators", faults);
  in.Text(1, &out->name);
  in.Text(2, &out->institution);
  in.KeyOf(out->name, 3, "verifier_key", &out->key);
  in.Arrays(5, "pins", &out->pins);
  in.wire().Finish();
}

void ReadPredecessor(ByteView bytes, Faults* faults, domain::Predecessor* out) {
  MessageReader in(bytes, "ledger_opened.predecessor", faults);
  in.Text(1, &out->origin);
  ByteView checkpoint;
  in.wire().ReadBytes(2, &checkpoint);
  out->checkpoint.assign(AsText(checkpoint));
  in.wire().Finish();
}

void Read(MessageReader& in, domain::LedgerOpened* out) {
  in.Text(1, &out->origin);
  in.wire().ReadUint32(2, &out->rules_version);
  in.Array(3, "nonce", &out->nonce);
  in.wire().ReadUint32(4, &out->threshold);
  ByteView nested;
  while (in.wire().ReadRepeatedBytes(5, &nested)) {
    ReadAdministrator(nested, in.faults(), &out->administrators.emplace_back());
  }
  in.KeyOf(out->origin, 6, "checkpoint_key", &out->checkpoint_key);
  in.KeyOf(out->origin, 8, "statement_key", &out->statement_key);
  in.Text(10, &out->witness_policy);
  if (in.wire().ReadMessage(11, &nested)) {
    ReadPredecessor(nested, in.faults(), &out->predecessor.emplace());
  }
}

void Read(MessageReader& in, domain::AuthorityEnrolled* out) {
  using domain::Role;
  in.Text(1, &out->name);
  in.Text(2, &out->institution);
  in.Enum(3, "role",
          {Role::kAdministrator, Role::kProgramOwner, Role::kRegistry,
           Role::kBank, Role::kAuditor},
          &out->role);
  in.Texts(4, &out->programs);
  in.Texts(5, &out->regions);
  in.KeyOf(out->name, 6, "verifier_key", &out->key);
  in.Arrays(8, "pins", &out->pins);
  in.wire().ReadUint32(9, &out->daily_quota);
}

void Read(MessageReader& in, domain::KeyRotated* out) {
  in.Text(1, &out->name);
  in.KeyOf(out->name, 2, "verifier_key", &out->key);
}

void Read(MessageReader& in, domain::AuthoritySuspended* out) {
  in.Text(1, &out->name);
  in.Text(2, &out->reason_code);
}

void Read(MessageReader& in, domain::AuthorityReinstated* out) {
  in.Text(1, &out->name);
  in.Text(2, &out->reason_code);
}

void Read(MessageReader& in, domain::AuthoritySucceeded* out) {
  in.Text(1, &out->name);
  in.Text(2, &out->successor);
}

void Read(MessageReader& in, domain::PinsChanged* out) {
  in.Arrays(1, "pins", &out->pins);
}

void Read(MessageReader& in, domain::LedgerKeyRotated* out) {
  using domain::LedgerKeyKind;
  in.Enum(1, "kind", {LedgerKeyKind::kCheckpoint, LedgerKeyKind::kStatement},
          &out->kind);
  out->key_name = in.Key(2, "verifier_key", &out->key);
}

void Read(MessageReader& in, domain::RulesAdopted* out) {
  in.wire().ReadUint32(1, &out->version);
}

void Read(MessageReader& in, domain::ProgramDefined* out) {
  using domain::Unit;
  in.Text(1, &out->program);
  in.wire().ReadUint32(2, &out->version);
  in.Months(3, &out->months);
  in.Text(5, &out->currency);
  in.wire().ReadBool(6, &out->whole_units);
  in.Enum(7, "unit", {Unit::kPerson, Unit::kHousehold}, &out->unit);
  in.Text(8, &out->benefit);
  in.Text(9, &out->recipient_scheme);
  in.Text(10, &out->region_scheme);
  in.Texts(11, &out->excludes);
  domain::Amount ceiling;
  if (in.wire().ReadInt64(12, &ceiling.minor)) out->ceiling = ceiling;
}

void Read(MessageReader& in, domain::FundsAppropriated* out) {
  in.Text(1, &out->program);
  in.wire().ReadUint32(2, &out->fiscal_year);
  in.Text(3, &out->region);
  in.Text(4, &out->currency);
  in.wire().ReadSint64(5, &out->amount.minor);
  in.Text(6, &out->legal_basis);
}

void Read(MessageReader& in, domain::EntitlementGranted* out) {
  in.Text(1, &out->entitlement);
  in.Text(2, &out->program);
  in.wire().ReadUint32(3, &out->fiscal_year);
  in.Text(4, &out->appropriation_region);
  in.Array(5, "recipient", &out->recipient.bytes);
  in.Optional(6, "household", &out->household);
  in.Arrays(7, "members", &out->members);
  in.Text(8, &out->region);
  in.Months(9, &out->months);
  in.Text(11, &out->currency);
  in.wire().ReadInt64(12, &out->amount.minor);
  in.Text(13, &out->basis);
  in.Optional(14, "basis_digest", &out->basis_digest);
}

void Read(MessageReader& in, domain::EntitlementRevoked* out) {
  in.Text(1, &out->entitlement);
  in.Text(2, &out->reason_code);
}

void Read(MessageReader& in, domain::DisbursementReported* out) {
  using domain::DisbursementState;
  in.Text(1, &out->disbursement);
  in.Text(2, &out->entitlement);
  in.Text(3, &out->end_to_end_id);
  in.Enum(4, "state",
          {DisbursementState::kInstructed, DisbursementState::kCredited,
           DisbursementState::kRejected, DisbursementState::kReturned},
          &out->state);
  in.Text(5, &out->currency);
  in.wire().ReadInt64(6, &out->amount.minor);
  in.Text(7, &out->value_date);
  in.Text(8, &out->channel);
  in.Text(9, &out->reason_code);
  in.Text(10, &out->bank_reason_code);
  in.Text(11, &out->predecessor);
}

template <size_t kIndex>
void ReadKind(ByteView bytes, Faults* faults, domain::Body* out) {
  MessageReader in(bytes, kKinds[kIndex].name, faults);
  Read(in, &out->emplace<kIndex>());
  in.wire().Finish();
}

// Reads the member of the oneof that is next; false when none is known.
template <size_t... kIndex>
bool ReadBody(WireReader* wire, Faults* faults, domain::Body* out,
              std::index_sequence<kIndex...>) {
  const uint32_t field = wire->next_field();
  ByteView bytes;
  return ((field == kKinds[kIndex].field && wire->ReadMessage(field, &bytes) &&
           (ReadKind<kIndex>(bytes, faults, out), true)) ||
          ...);
}

std::string_view WhyNoKind(uint32_t field) {
  if (field == 0) return "has no kind";
  if (field <= 2) return "is out of order or there twice";
  return "is of no known kind";
}

void ReadStatement(ByteView bytes, Faults* faults, domain::Statement* out) {
  MessageReader in(bytes, "statement", faults);
  in.Text(1, &out->reference);
  in.Array(2, "salt", &out->salt);
  constexpr auto kAll =
      std::make_index_sequence<std::variant_size_v<domain::Body>>();
  if (!ReadBody(&in.wire(), faults, &out->body, kAll)) {
    const uint32_t field = in.wire().next_field();
    in.wire().Fail(field, WhyNoKind(field));
  }
  in.wire().Finish();
}

}  // namespace

absl::StatusOr<domain::Statement> DecodeStatement(ByteView bytes,
                                                  StatementFault* fault) {
  // Filled in place and always returned itself: to move a statement costs as
  // much as to read several fields.
  absl::StatusOr<domain::Statement> statement(absl::in_place);
  const auto fail = [fault, &statement](StatementFault what,
                                        absl::Status status) {
    if (fault != nullptr) *fault = what;
    statement = std::move(status);
  };
  if (bytes.empty() || bytes.size() > domain::kStatementLengthMax) {
    fail(StatementFault::kLength,
         absl::InvalidArgumentError(
             absl::StrFormat("a statement has %d bytes, not 1 to %d",
                             bytes.size(), domain::kStatementLengthMax)));
    return statement;
  }
  Faults faults;
  ReadStatement(bytes, &faults, &*statement);
  if (!faults.encoding.ok()) {
    fail(StatementFault::kEncoding, std::move(faults.encoding));
    return statement;
  }
  if (faults.field.ok()) faults.field = domain::Validate(*statement);
  if (!faults.field.ok()) {
    fail(StatementFault::kField, std::move(faults.field));
  }
  return statement;
}

}  // namespace amanah::codec
