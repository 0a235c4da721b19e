// The life of a disbursement.
#include "ledger/base/check.h"
#include "ledger/domain/accounts.h"
#include "ledger/domain/v1/kinds.h"

namespace amanah::domain::v1 {
namespace {

using State = DisbursementState;

bool MayBegin(State state) {
  return state == State::kInstructed || state == State::kCredited;
}

bool MayFollow(State from, State to) {
  switch (from) {
    case State::kInstructed:
      return to == State::kCredited || to == State::kRejected;
    case State::kCredited:
      return to == State::kReturned;
    case State::kRejected:
    case State::kReturned:
      return false;
  }
  return false;
}

// Where money of a payment in this state lies.
AccountPart PartOf(State state) {
  return state == State::kCredited ? &AccountRow::credited
                                   : &AccountRow::in_transit;
}

// Everything that a report may concern.
struct Known {
  uint64_t grant = 0;
  EntitlementRow entitlement;
  std::optional<DisbursementRow> disbursement;
};

std::optional<Known> FindKnown(const Context& in) {
  const auto grant = LoadNumber(in.state, in.prepared.entitlement_key);
  if (!grant.has_value()) return std::nullopt;
  const auto entitlement = LoadRow<EntitlementRow>(in.state, *grant);
  if (!entitlement.has_value()) return std::nullopt;
  return Known{
      *grant, *entitlement,
      LoadRow<DisbursementRow>(in.state, in.prepared.disbursement_key)};
}

// Whether the author may speak of the payments of the bank that it names.
bool SpeaksForBank(const Context& in, const DisbursementReported& body) {
  if (body.predecessor.empty()) return true;
  const auto bank = FindAuthor(in.state, body.predecessor);
  return bank.has_value() && !bank->administrators() &&
         IsOrSucceeded(in.state, bank->ordinal, in.author.ordinal);
}

// The entitlement is judged here, at the first report, and never again.
Outcome CheckFirst(const Context& in, const Known& known,
                   const ProgramRow& program,
                   const DisbursementReported& body) {
  const EntitlementRow& entitlement = known.entitlement;
  if (entitlement.revoked_entry != 0) {
    return Refuse(Refusal::kEntitlementRevoked, entitlement.revoked_entry);
  }
  if (body.amount.minor > entitlement.amount.minor - entitlement.live.minor) {
    return Refuse(Refusal::kExceedsRemaining, entitlement.first_live != 0
                                                  ? entitlement.first_live
                                                  : known.grant);
  }
  if (!Covers(in.author.authority, program.program, entitlement.region)) {
    return Refuse(Refusal::kBankNotInScope, known.grant);
  }
  if (const auto used = LoadNumber(in.state, in.prepared.end_to_end_key)) {
    return Refuse(Refusal::kEndToEndIdUsed, *used);
  }
  if (!SpeaksForBank(in, body)) return Refuse(Refusal::kNotSuccessor);
  // A successor's own payments are its own from the first report on.
  if (!body.predecessor.empty() || !MayBegin(body.state)) {
    return Refuse(Refusal::kIllegalTransition);
  }
  return kAccepted;
}

Outcome CheckLater(const Context& in, const Known& known,
                   const DisbursementReported& body) {
  const DisbursementRow& disbursement = *known.disbursement;
  const auto end_to_end = LoadNumber(in.state, in.prepared.end_to_end_key);
  if (disbursement.grant != known.grant || disbursement.amount != body.amount ||
      end_to_end != disbursement.first_entry) {
    return Refuse(Refusal::kDisbursementDiffers, disbursement.first_entry);
  }
  if (!MayFollow(disbursement.state, body.state)) {
    return Refuse(Refusal::kIllegalTransition, disbursement.last_entry);
  }
  return kAccepted;
}

void StoreLink(Overlay* state, uint64_t first, const LinkRow& link) {
  const bool alone = link.previous == 0 && link.next == 0;
  state->Put(NumberKey(LinkRow::kTable, first),
             alone ? std::string() : EncodeRow(link));
}

// An entitlement's live payments form a list in order of their first report;
// only neighbours' rows change when one leaves, so it may be of any length.
void AddLive(Overlay* state, EntitlementRow* entitlement, uint64_t first) {
  if (entitlement->last_live == 0) {
    entitlement->first_live = first;
  } else {
    const uint64_t last = entitlement->last_live;
    LinkRow link = LoadRow<LinkRow>(state, last).value_or(LinkRow{});
    link.next = first;
    StoreLink(state, last, link);
    StoreLink(state, first, LinkRow{last, 0});
  }
  entitlement->last_live = first;
}

void RemoveLive(Overlay* state, EntitlementRow* entitlement, uint64_t first) {
  const LinkRow link = LoadRow<LinkRow>(state, first).value_or(LinkRow{});
  if (link.previous == 0) {
    entitlement->first_live = link.next;
  } else {
    LinkRow previous =
        LoadRow<LinkRow>(state, link.previous).value_or(LinkRow{});
    previous.next = link.next;
    StoreLink(state, link.previous, previous);
  }
  if (link.next == 0) {
    entitlement->last_live = link.previous;
  } else {
    LinkRow next = LoadRow<LinkRow>(state, link.next).value_or(LinkRow{});
    next.previous = link.previous;
    StoreLink(state, link.next, next);
  }
  StoreLink(state, first, LinkRow{});
}

void ApplyFirst(const Context& in, const DisbursementReported& body,
                Known* known, AccountRow* account) {
  Move(account, &AccountRow::committed, PartOf(body.state), body.amount);
  known->entitlement.live.minor += body.amount.minor;
  AddLive(in.state, &known->entitlement, in.sequence);
  known->disbursement = DisbursementRow{in.sequence, in.sequence, body.state,
                                        known->grant, body.amount};
  in.state->Put(in.prepared.end_to_end_key, EncodeNumber(in.sequence));
}

void ApplyLater(const Context& in, const DisbursementReported& body,
                Known* known, AccountRow* account) {
  DisbursementRow& disbursement = *known->disbursement;
  if (body.state == State::kCredited) {
    Move(account, PartOf(disbursement.state), PartOf(body.state), body.amount);
  } else {
    // Rejected or returned: the money is free again, for the same entitlement
    // unless that is revoked.
    Move(account, PartOf(disbursement.state),
         known->entitlement.revoked_entry != 0 ? &AccountRow::available
                                               : &AccountRow::committed,
         body.amount);
    known->entitlement.live.minor -= body.amount.minor;
    RemoveLive(in.state, &known->entitlement, disbursement.first_entry);
  }
  disbursement.state = body.state;
  disbursement.last_entry = in.sequence;
}

}  // namespace

Outcome CheckKind(const Context& in, const DisbursementReported& body) {
  const auto known = FindKnown(in);
  if (!known.has_value()) return Refuse(Refusal::kEntitlementUnknown);
  const ProgramRow program = ProgramOf(in.state, known->entitlement.program);
  if (body.currency != program.currency) {
    return Refuse(Refusal::kCurrencyMismatch, program.last_entry);
  }
  if (!WholeWhereNeeded(program, body.amount)) {
    return Refuse(Refusal::kNotWholeUnits, program.last_entry);
  }
  if (!known->disbursement.has_value()) {
    return CheckFirst(in, *known, program, body);
  }
  if (!SpeaksForBank(in, body)) return Refuse(Refusal::kNotSuccessor);
  return CheckLater(in, *known, body);
}

void ApplyKind(const Context& in, const DisbursementReported& body) {
  std::optional<Known> known = FindKnown(in);
  AMANAH_CHECK(known.has_value());
  auto account = LoadRow<AccountRow>(in.state, known->entitlement.account);
  AMANAH_CHECK(account.has_value());
  if (known->disbursement.has_value()) {
    ApplyLater(in, body, &*known, &*account);
  } else {
    ApplyFirst(in, body, &*known, &*account);
  }
  StoreRow(in.state, known->entitlement.account, *account);
  StoreRow(in.state, known->grant, known->entitlement);
  in.state->Put(in.prepared.disbursement_key, EncodeRow(*known->disbursement));
}

}  // namespace amanah::domain::v1
