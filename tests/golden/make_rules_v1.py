#!/usr/bin/python3
"""Makes the golden log of rules version 1, and what it adds up to.

    make_rules_v1.py           prints the totals
    make_rules_v1.py --write   also writes rules_v1.log and rules_v1.checkpoint

The log is one entry a line, in hex. What each statement's outcome must be
stands beside it in the tables of rules_v1_*.py: written by hand from
docs/rules.md, and computed by nobody. Once a release has spoken rules version
1, neither the tables nor the files change again.
"""

import collections
import pathlib
import sys

import rules_v1_grants
import rules_v1_parties
import rules_v1_payments
import rules_v1_succession
from log_writer import Log
from signing import checkpoint, generated, key_of, leaf_hash, sha256, tree_root

FOLDER = pathlib.Path(__file__).resolve().parent
ORIGIN = "ledger.golden.example/rules-1"
# 2026-01-05 02:00 UTC.
TIME_US = 1_767_578_400_000_000

STORY = (
    rules_v1_parties.open_ledger, rules_v1_parties.enrol,
    rules_v1_parties.define, rules_v1_parties.appropriate,
    rules_v1_parties.roles, rules_v1_parties.pins, rules_v1_parties.references,
    rules_v1_grants.persons, rules_v1_grants.households,
    rules_v1_grants.exclusion, rules_v1_grants.other_scheme,
    rules_v1_grants.large, rules_v1_payments.first_reports,
    rules_v1_payments.later_reports, rules_v1_payments.revocations,
    rules_v1_payments.payday, rules_v1_succession.status,
    rules_v1_succession.succession, rules_v1_succession.ledger_keys,
    rules_v1_succession.next_rules,
)


def make():
    with generated("statement_pb2", "entry_pb2") as (statement_pb, entry_pb):
        log = Log(statement_pb, entry_pb, ORIGIN, TIME_US)
        for part in STORY:
            part(log)
        return log


def text_of(log):
    return "".join(entry.hex() + "\n" for entry in log.entries)


def checkpoint_of(log):
    return checkpoint(ORIGIN, [leaf_hash(e) for e in log.entries],
                      key_of("checkpoint#2"))


class Accounts:
    """What accepted statements move, as docs/rules.md says under Accounts."""

    def __init__(self):
        # By program, year and region: available, committed, in transit,
        # credited.
        self.parts = collections.defaultdict(collections.Counter)
        self.grants = {}    # account, amount left, revoked
        self.payments = {}  # grant, amount, part

    def add(self, author, body):
        message = body.message
        if body.field == "funds_appropriated":
            account = (message.program, message.fiscal_year, message.region)
            self.parts[account]["available"] += message.amount_minor
        elif body.field == "entitlement_granted":
            account = (message.program, message.fiscal_year,
                       message.appropriation_region)
            self.grants[message.entitlement] = [
                account, message.amount_minor, False]
            self._move(account, "available", "committed", message.amount_minor)
        elif body.field == "entitlement_revoked":
            grant = self.grants[message.entitlement]
            self._move(grant[0], "committed", "available", grant[1])
            grant[2] = True
        elif body.field == "disbursement_reported":
            self._pay(message.predecessor or author, message)

    def _pay(self, bank, message):
        grant = self.grants[message.entitlement]
        name = (bank, message.disbursement)
        before = self.payments.get(name)
        if message.reason_code:
            after = "available" if grant[2] else "committed"
            grant[1] += message.amount_minor
        else:
            after = {1: "in transit", 3: "credited"}[message.state]
            if before is None:
                grant[1] -= message.amount_minor
        self.payments[name] = after
        self._move(grant[0], before or "committed", after,
                   message.amount_minor)

    def _move(self, account, source, target, amount):
        parts = self.parts[account]
        assert parts[source] >= amount, (account, source)
        parts[source] -= amount
        parts[target] += amount

    def totals(self):
        for account, parts in sorted(self.parts.items()):
            yield account + tuple(parts[name] for name in (
                "available", "committed", "in transit", "credited"))


def totals_of(log):
    """Everything that a replay must come to."""
    accounts = Accounts()
    counts = collections.Counter()
    for author, _, body, want in log.rows:
        counts[want.refusal or "accepted"] += 1
        if not want.refusal:
            accounts.add(author, body)
    return {
        "entries": len(log.entries),
        "batches": log.batches,
        "accepted": counts.pop("accepted"),
        "refused": dict(sorted(counts.items())),
        "sha256": sha256(text_of(log).encode()).hex(),
        "root": tree_root([leaf_hash(e) for e in log.entries]).hex(),
        "accounts": list(accounts.totals()),
    }


def main():
    log = make()
    if sys.argv[1:] == ["--write"]:
        (FOLDER / "rules_v1.log").write_text(text_of(log))
        (FOLDER / "rules_v1.checkpoint").write_bytes(checkpoint_of(log))
    for name, value in totals_of(log).items():
        print(f"{name}: {value}")


if __name__ == "__main__":
    main()
