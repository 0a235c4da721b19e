"""Writes a log entry by entry, with outcomes that the caller states.

Nothing here knows a rule: whether a statement is accepted, and what it
conflicts with, is what the caller's table says.
"""

import collections

from signing import (ADMINISTRATORS, NO_ENTRY, key_of, leaf_hash, pin_of,
                     possession, pseudonym, public_key, salt_key_of, salted,
                     seal_text, tree_root, verifier_key)

ROLES = {"ADMINISTRATOR": "administrator", "PROGRAM_OWNER": "program-owner",
         "REGISTRY": "registry", "BANK": "bank", "AUDITOR": "auditor"}
LEDGER_KEYS = {"CHECKPOINT": "ledger-checkpoint",
               "STATEMENT": "ledger-statement"}

# What a statement says: the member of the oneof, its message, and the keys that
# it introduces, as pairs of authority and key.
Body = collections.namedtuple("Body", "field message keys", defaults=[()])

# What the table says of a statement.
Want = collections.namedtuple("Want", "refusal conflict")
OK = Want(None, None)


def no(refusal, conflict=None):
    """Refused; `conflict` is the name of an earlier row."""
    return Want(refusal, conflict)


class Log:
    """Entries, and the keys by which the next ones are sealed."""

    def __init__(self, statement_pb, entry_pb, origin, time_us):
        self.pb = statement_pb
        self.entry_pb = entry_pb
        self.origin = origin
        self.time_us = time_us
        self.genesis = NO_ENTRY
        self.batches = 0
        self.entries = []       # bytes
        self.rows = []          # (author, name, body, want) of each
        self.sequences = {}     # by a row's name
        self.key_entries = {}   # (entry, position) by key
        self.key_in_force = {}  # key by authority

    def batch(self, author, rows, signers=(), after_s=60, holds_s=3600):
        """Rows: (name, body, outcome[, reference]); the name is the reference
        where none is given. `signers`: who signs for the administrators."""
        self.batches += 1
        self.time_us += after_s * 1_000_000
        statements = [
            salted(self.pb, salt_key_of(author), (row + (row[0],))[3],
                   **{row[1].field: row[1].message})
            for row in rows]
        last_second = self.time_us // 1_000_000 + holds_s
        text = seal_text(self.origin, self.genesis, author, last_second,
                         statements)
        if not self.entries:
            self._introduce(rows[0][1], 0)
        keys = [self.key_in_force[name] for name in signers or [author]]
        seal = self.entry_pb.Seal(
            size=len(rows), root=tree_root([leaf_hash(s) for s in statements]),
            last_second=last_second, administrators=author == ADMINISTRATORS,
            signatures=[
                self.entry_pb.SealSignature(
                    key_entry=entry, key_position=position,
                    signature=key_of(key).sign(text).signature)
                for (entry, position), key in sorted(
                    (self.key_entries[key], key) for key in keys)])
        for index, (row, statement) in enumerate(zip(rows, statements)):
            seal.index = index
            self._append(author, row, statement, seal)

    def _append(self, author, row, statement, seal):
        name, body, want = row[:3]
        sequence = len(self.entries)
        assert name not in self.sequences, name
        outcome = self.entry_pb.Outcome(verdict=self.entry_pb.VERDICT_ACCEPTED)
        if want.refusal:
            outcome = self.entry_pb.Outcome(
                verdict=self.entry_pb.VERDICT_REFUSED,
                refusal=self.entry_pb.Refusal.Value("REFUSAL_" + want.refusal))
            if want.conflict is not None:
                outcome.conflict = self.sequences[want.conflict]
        entry = self.entry_pb.Entry(
            sequence=sequence, time_us=self.time_us, statement=statement,
            previous=leaf_hash(self.entries[-1]) if sequence else NO_ENTRY,
            seal=seal, outcome=outcome)
        self.entries.append(entry.SerializeToString(deterministic=True))
        self.rows.append((author, name, body, want))
        self.sequences[name] = sequence
        if sequence == 0:
            self.genesis = leaf_hash(self.entries[0])
        elif not want.refusal:
            self._introduce(body, sequence)

    def _introduce(self, body, sequence):
        for position, (authority, key) in enumerate(body.keys):
            self.key_entries[key] = (sequence, position)
            self.key_in_force[authority] = key

    # What authorities say.

    def proof(self, key, name, role):
        return possession(key_of(key), self.origin, self.genesis, name, role)

    def vkey(self, name, key):
        return verifier_key(name, public_key(key_of(key)))

    def opened(self, administrators, threshold, nonce=bytes(range(32))):
        return Body("ledger_opened", self.pb.LedgerOpened(
            origin=self.origin, rules_version=1, nonce=nonce,
            threshold=threshold,
            administrators=[self.pb.Administrator(
                name=name, institution="ID.DINSOS/01",
                verifier_key=self.vkey(name, name + "#1"),
                possession=self.proof(name + "#1", name, "administrator"),
                pins=[pin_of(name)]) for name in administrators],
            checkpoint_key=self.vkey(self.origin, "checkpoint#1"),
            checkpoint_possession=self.proof(
                "checkpoint#1", self.origin, "ledger-checkpoint"),
            statement_key=self.vkey(self.origin, "statement#1"),
            statement_possession=self.proof(
                "statement#1", self.origin, "ledger-statement")),
            [(name, name + "#1") for name in administrators])

    def enrolled(self, name, role, key=None, pins=None, programs=(),
                 regions=(), quota=1000):
        key = key or name + "#1"
        return Body("authority_enrolled", self.pb.AuthorityEnrolled(
            name=name, institution="ID.TEST", role=getattr(
                self.pb, "ROLE_" + role),
            programs=programs, regions=regions,
            verifier_key=self.vkey(name, key),
            possession=self.proof(key, name, ROLES[role]),
            pins=sorted(pin_of(pin) for pin in pins or [name]),
            daily_quota=quota), [(name, key)])

    def rotated(self, name, role, key):
        return Body("key_rotated", self.pb.KeyRotated(
            name=name, verifier_key=self.vkey(name, key),
            possession=self.proof(key, name, ROLES[role])), [(name, key)])

    def suspended(self, name):
        return Body("authority_suspended", self.pb.AuthoritySuspended(
            name=name, reason_code="AUDIT"))

    def reinstated(self, name):
        return Body("authority_reinstated", self.pb.AuthorityReinstated(
            name=name, reason_code="CLEARED"))

    def succeeded(self, name, successor):
        return Body("authority_succeeded", self.pb.AuthoritySucceeded(
            name=name, successor=successor))

    def pins(self, *names):
        return Body("pins_changed", self.pb.PinsChanged(
            pins=sorted(pin_of(name) for name in names)))

    def ledger_key(self, kind, key):
        return Body("ledger_key_rotated", self.pb.LedgerKeyRotated(
            kind=getattr(self.pb, "LEDGER_KEY_KIND_" + kind),
            verifier_key=self.vkey(self.origin, key),
            possession=self.proof(key, self.origin, LEDGER_KEYS[kind])),
            [("ledger " + kind, key)])

    def rules(self, version):
        return Body("rules_adopted", self.pb.RulesAdopted(version=version))

    def program(self, code, version=1, **fields):
        unit = fields.pop("unit", "PERSON")
        values = {"first_month": "2026-01", "last_month": "2026-12",
                  "currency": "IDR", "benefit": code,
                  "recipient_scheme": "id.nik",
                  "region_scheme": "id.kemendagri", **fields}
        return Body("program_defined", self.pb.ProgramDefined(
            program=code, version=version,
            unit=getattr(self.pb, "UNIT_" + unit), **values))

    def funds(self, program, amount, year=2026, region="", currency="IDR"):
        return Body("funds_appropriated", self.pb.FundsAppropriated(
            program=program, fiscal_year=year, region=region,
            currency=currency, amount_minor=amount, legal_basis="APBD-2026/1"))

    def grant(self, entitlement, program, person, months, amount, **fields):
        """`months`: "2026-01", or "2026-01 2026-03" for a range."""
        household = fields.pop("household", None)
        members = fields.pop("members", ())
        values = {"fiscal_year": 2026, "region": "35.76.02.1003",
                  "currency": "IDR", "basis": "SK-2026/17", **fields}
        if household:
            values["household"] = pseudonym("id.kk", household)
        return Body("entitlement_granted", self.pb.EntitlementGranted(
            entitlement=entitlement, program=program, amount_minor=amount,
            recipient=pseudonym("id.nik", person),
            members=sorted(pseudonym("id.nik", one) for one in members),
            first_month=months.split()[0], last_month=months.split()[-1],
            **values))

    def revoked(self, entitlement):
        return Body("entitlement_revoked", self.pb.EntitlementRevoked(
            entitlement=entitlement, reason_code="MOVED"))

    def report(self, disbursement, entitlement, amount, state, **fields):
        """The end-to-end id is "x/<disbursement>" unless given."""
        values = {"end_to_end_id": "x/" + disbursement, "currency": "IDR",
                  "value_date": "2026-01-15", "channel": "KKS", **fields}
        if state in ("REJECTED", "RETURNED"):
            values["reason_code"] = "AC04"
        return Body("disbursement_reported", self.pb.DisbursementReported(
            disbursement=disbursement, entitlement=entitlement,
            state=getattr(self.pb, "DISBURSEMENT_STATE_" + state),
            amount_minor=amount, **values))
