// Entry 0, enrolment, keys, suspension, succession and pins.
#include <algorithm>

#include "ledger/base/check.h"
#include "ledger/domain/v1/kinds.h"
#include "ledger/domain/v1/rules.h"

namespace amanah::domain::v1 {
namespace {

// Where a key was introduced, if it ever was.
std::optional<uint64_t> KeyIntroduced(Overlay* state,
                                      const crypto::PublicKey& key) {
  return LoadNumber(state, NameKey('k', AsText(key.view())));
}

void RecordKey(Overlay* state, const crypto::PublicKey& key, uint64_t entry) {
  state->Put(NameKey('k', AsText(key.view())), EncodeNumber(entry));
}

StateKey PinKey(const Pin& pin) {
  return NameKey(PinRow::kTable, AsText(pin.view()));
}

// The first of `pins` that another authority than `ordinal` has set.
std::optional<uint64_t> PinConflict(Overlay* state,
                                    const std::vector<Pin>& pins,
                                    uint64_t ordinal) {
  for (const Pin& pin : pins) {
    const auto row = LoadRow<PinRow>(state, PinKey(pin));
    if (row.has_value() && row->authority != ordinal) return row->entry;
  }
  return std::nullopt;
}

void RecordPins(Overlay* state, const std::vector<Pin>& pins, uint64_t ordinal,
                uint64_t entry) {
  for (const Pin& pin : pins) {
    state->Put(PinKey(pin), EncodeRow(PinRow{ordinal, entry}));
  }
}

// Gives an authority its next key, which seals name by entry and position.
void GiveKey(Overlay* state, uint64_t ordinal, AuthorityRow* row,
             const AuthorityKey& key) {
  row->keys.push_back(key);
  RecordKey(state, key.key, key.entry);
  state->Put(IntroducedKeyKey(key.entry, key.position),
             EncodeRow(KeyRow{ordinal, key.key}));
}

// Writes a new authority's rows, and counts it.
void AddAuthority(Overlay* state, LedgerRow* ledger, AuthorityRow row,
                  const AuthorityKey& key) {
  const uint64_t ordinal = ++ledger->authorities;
  if (row.role == Role::kAdministrator) ++ledger->active_administrators;
  GiveKey(state, ordinal, &row, key);
  RecordPins(state, row.pins, ordinal, row.enrolled_entry);
  state->Put(NameKey('A', row.name), EncodeNumber(ordinal));
  StoreRow(state, ordinal, row);
}

LedgerRow LoadLedger(Overlay* state) {
  std::optional<LedgerRow> ledger = FindLedger(state);
  AMANAH_CHECK(ledger.has_value() || !state->status().ok());
  return ledger.value_or(LedgerRow{});
}

void StoreLedger(Overlay* state, const LedgerRow& ledger) {
  state->Put(LedgerKey(), EncodeRow(ledger));
}

// The entry that last changed whether an authority may speak.
uint64_t StatusEntry(const AuthorityRow& row) {
  return row.status_entry != 0 ? row.status_entry : row.enrolled_entry;
}

void SetSuspended(const Context& in, std::string_view name, bool suspended) {
  std::optional<Author> found = FindAuthor(in.state, name);
  AMANAH_CHECK(found.has_value());
  found->authority.suspended = suspended;
  found->authority.status_entry = in.sequence;
  StoreRow(in.state, found->ordinal, found->authority);
  if (found->authority.role == Role::kAdministrator) {
    LedgerRow ledger = LoadLedger(in.state);
    if (suspended) {
      --ledger.active_administrators;
    } else {
      ++ledger.active_administrators;
    }
    StoreLedger(in.state, ledger);
  }
}

// The authority of that name; the administrators together are none.
std::optional<Author> FindOne(Overlay* state, std::string_view name) {
  if (name == kAdministrators) return std::nullopt;
  return FindAuthor(state, name);
}

}  // namespace

void ApplyLedgerOpened(Overlay* state, const LedgerOpened& opened) {
  LedgerRow ledger;
  ledger.origin = opened.origin;
  ledger.rules_version = opened.rules_version;
  ledger.threshold = opened.threshold;
  ledger.checkpoint_key = opened.checkpoint_key.key;
  ledger.statement_key = opened.statement_key.key;
  RecordKey(state, opened.checkpoint_key.key, 0);
  RecordKey(state, opened.statement_key.key, 0);
  uint32_t position = 0;
  for (const Administrator& administrator : opened.administrators) {
    AuthorityRow row;
    row.name = administrator.name;
    row.institution = administrator.institution;
    row.role = Role::kAdministrator;
    row.pins = administrator.pins;
    AddAuthority(state, &ledger, std::move(row),
                 {administrator.key.key, 0, position++});
  }
  StoreLedger(state, ledger);
}

// Never reached: no role allows it after entry 0.
Outcome CheckKind(const Context&, const LedgerOpened&) {
  return Refuse(Refusal::kRoleNotAllowed);
}
void ApplyKind(const Context&, const LedgerOpened&) { AMANAH_CHECK(false); }

Outcome CheckKind(const Context& in, const AuthorityEnrolled& body) {
  if (const auto known = FindAuthor(in.state, body.name)) {
    return Refuse(Refusal::kNameUsed, known->authority.enrolled_entry);
  }
  if (const auto entry = KeyIntroduced(in.state, body.key.key)) {
    return Refuse(Refusal::kKeyUsed, *entry);
  }
  if (const auto entry = PinConflict(in.state, body.pins, 0)) {
    return Refuse(Refusal::kPinUsed, *entry);
  }
  return kAccepted;
}

void ApplyKind(const Context& in, const AuthorityEnrolled& body) {
  LedgerRow ledger = LoadLedger(in.state);
  AuthorityRow row;
  row.name = body.name;
  row.institution = body.institution;
  row.role = body.role;
  row.enrolled_entry = in.sequence;
  row.daily_quota = body.daily_quota;
  row.programs = body.programs;
  row.regions = body.regions;
  row.pins = body.pins;
  AddAuthority(in.state, &ledger, std::move(row),
               {body.key.key, in.sequence, 0});
  StoreLedger(in.state, ledger);
}

Outcome CheckKind(const Context& in, const KeyRotated& body) {
  if (!FindOne(in.state, body.name).has_value()) {
    return Refuse(Refusal::kAuthorityUnknown);
  }
  if (const auto entry = KeyIntroduced(in.state, body.key.key)) {
    return Refuse(Refusal::kKeyUsed, *entry);
  }
  return kAccepted;
}

void ApplyKind(const Context& in, const KeyRotated& body) {
  std::optional<Author> found = FindOne(in.state, body.name);
  AMANAH_CHECK(found.has_value());
  GiveKey(in.state, found->ordinal, &found->authority,
          {body.key.key, in.sequence, 0});
  StoreRow(in.state, found->ordinal, found->authority);
}

Outcome CheckKind(const Context& in, const AuthoritySuspended& body) {
  const auto found = FindOne(in.state, body.name);
  if (!found.has_value()) return Refuse(Refusal::kAuthorityUnknown);
  const AuthorityRow& row = found->authority;
  if (row.suspended) {
    return Refuse(Refusal::kAuthorityState, StatusEntry(row));
  }
  const LedgerRow ledger = LoadLedger(in.state);
  if (row.role == Role::kAdministrator &&
      ledger.active_administrators <= ledger.threshold) {
    return Refuse(Refusal::kBelowThreshold);
  }
  return kAccepted;
}

void ApplyKind(const Context& in, const AuthoritySuspended& body) {
  SetSuspended(in, body.name, true);
}

Outcome CheckKind(const Context& in, const AuthorityReinstated& body) {
  const auto found = FindOne(in.state, body.name);
  if (!found.has_value()) return Refuse(Refusal::kAuthorityUnknown);
  if (!found->authority.suspended) {
    return Refuse(Refusal::kAuthorityState, StatusEntry(found->authority));
  }
  return kAccepted;
}

void ApplyKind(const Context& in, const AuthorityReinstated& body) {
  SetSuspended(in, body.name, false);
}

Outcome CheckKind(const Context& in, const AuthoritySucceeded& body) {
  const auto from = FindOne(in.state, body.name);
  const auto to = FindOne(in.state, body.successor);
  if (!from.has_value() || !to.has_value()) {
    return Refuse(Refusal::kAuthorityUnknown);
  }
  if (from->authority.successor != 0) {
    return Refuse(Refusal::kAuthorityState, from->authority.succeeded_entry);
  }
  if (from->ordinal == to->ordinal ||
      from->authority.role != to->authority.role ||
      to->authority.successor != 0) {
    return Refuse(Refusal::kSuccessorUnfit);
  }
  return kAccepted;
}

void ApplyKind(const Context& in, const AuthoritySucceeded& body) {
  std::optional<Author> from = FindOne(in.state, body.name);
  const std::optional<Author> to = FindOne(in.state, body.successor);
  AMANAH_CHECK(from.has_value() && to.has_value());
  from->authority.successor = to->ordinal;
  from->authority.succeeded_entry = in.sequence;
  StoreRow(in.state, from->ordinal, from->authority);
}

Outcome CheckKind(const Context& in, const PinsChanged& body) {
  if (const auto entry = PinConflict(in.state, body.pins, in.author.ordinal)) {
    return Refuse(Refusal::kPinUsed, *entry);
  }
  return kAccepted;
}

void ApplyKind(const Context& in, const PinsChanged& body) {
  // Read anew: an earlier statement of the batch may have changed the row.
  std::optional<Author> found = AuthorOf(in.state, in.author.ordinal);
  AMANAH_CHECK(found.has_value());
  for (const Pin& pin : found->authority.pins) in.state->Put(PinKey(pin), "");
  RecordPins(in.state, body.pins, found->ordinal, in.sequence);
  found->authority.pins = body.pins;
  StoreRow(in.state, found->ordinal, found->authority);
}

Outcome CheckKind(const Context& in, const LedgerKeyRotated& body) {
  if (const auto entry = KeyIntroduced(in.state, body.key.key)) {
    return Refuse(Refusal::kKeyUsed, *entry);
  }
  return kAccepted;
}

void ApplyKind(const Context& in, const LedgerKeyRotated& body) {
  LedgerRow ledger = LoadLedger(in.state);
  RecordKey(in.state, body.key.key, in.sequence);
  if (body.kind == LedgerKeyKind::kCheckpoint) {
    ledger.checkpoint_key = body.key.key;
    ledger.checkpoint_key_entry = in.sequence;
  } else {
    ledger.statement_key = body.key.key;
    ledger.statement_key_entry = in.sequence;
  }
  StoreLedger(in.state, ledger);
}

Outcome CheckKind(const Context& in, const RulesAdopted& body) {
  // Subtracting cannot wrap: a version is at least 2 where it enters.
  if (body.version - 1 != LoadLedger(in.state).rules_version) {
    return Refuse(Refusal::kRulesVersionNotNext);
  }
  return kAccepted;
}

void ApplyKind(const Context& in, const RulesAdopted& body) {
  LedgerRow ledger = LoadLedger(in.state);
  ledger.rules_version = body.version;
  StoreLedger(in.state, ledger);
}

}  // namespace amanah::domain::v1
