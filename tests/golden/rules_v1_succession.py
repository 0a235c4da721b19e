"""Last part of the golden log: keys rotated, authorities suspended, reinstated
and succeeded, the ledger's own keys, and the next rules."""

from log_writer import OK, no
from signing import ADMINISTRATORS

HALF = 20_000_000


def status(log):
    log.batch(ADMINISTRATORS, [
        ("rotate/bank-a", log.rotated("bank-a", "BANK", "bank-a#2"), OK),
        ("rotate/unknown", log.rotated("nobody", "BANK", "bank-a#1"),
         no("AUTHORITY_UNKNOWN")),
        ("rotate/used", log.rotated("bank-b", "BANK", "bank-a#1"),
         no("KEY_USED", "enrol/bank-a")),
        ("rotate/in-force", log.rotated("bank-a", "BANK", "bank-a#2"),
         no("KEY_USED", "rotate/bank-a")),
        ("rotate/ani", log.rotated("ani", "ADMINISTRATOR", "ani#2"), OK),
        ("suspend/unknown", log.suspended("nobody"), no("AUTHORITY_UNKNOWN")),
        ("suspend/bank-c", log.suspended("bank-c"), OK),
        ("suspend/again", log.suspended("bank-c"),
         no("AUTHORITY_STATE", "suspend/bank-c")),
        ("reinstate/unknown", log.reinstated("nobody"),
         no("AUTHORITY_UNKNOWN")),
        ("reinstate/active", log.reinstated("bank-b"),
         no("AUTHORITY_STATE", "enrol/bank-b")),
        ("reinstate/ani", log.reinstated("ani"),
         no("AUTHORITY_STATE", "opening")),
        ("suspend/citra", log.suspended("citra"), OK),
        ("suspend/citra-again", log.suspended("citra"),
         no("AUTHORITY_STATE", "suspend/citra")),
        ("suspend/too-few", log.suspended("budi"), no("BELOW_THRESHOLD")),
        ("enrol/dewi", log.enrolled("dewi", "ADMINISTRATOR"), OK),
        # The batch's own seal holds: budi was active before its first entry.
        ("suspend/budi", log.suspended("budi"), OK),
    ], signers=("ani", "budi"))
    log.batch(ADMINISTRATORS, [
        ("reinstate/citra", log.reinstated("citra"), OK),
        ("reinstate/budi", log.reinstated("budi"), OK),
        ("reinstate/bank-c", log.reinstated("bank-c"), OK),
        ("reinstate/again", log.reinstated("bank-c"),
         no("AUTHORITY_STATE", "reinstate/bank-c")),
        ("suspend/bank-x", log.suspended("bank-x"), OK),
        # A key that was replaced is used for ever.
        ("key/replaced", log.enrolled("bank-w", "BANK", key="ani#1"),
         no("KEY_USED", "opening")),
        ("key/rotated-in", log.enrolled("bank-w", "BANK", key="bank-a#2"),
         no("KEY_USED", "rotate/bank-a")),
    ], signers=("dewi", "ani"))
    log.batch("bank-c", [
        ("status/c3", log.report("c3", "e1", HALF, "INSTRUCTED"), OK)])
    log.batch("bank-a", [
        ("status/d9", log.report("d9", "e1", 100, "INSTRUCTED"),
         no("EXCEEDS_REMAINING", "pay/d3"))])
    log.batch("bank-y", [
        ("status/y1", log.report("y1", "h3", 1, "INSTRUCTED"), OK)])


def succession(log):
    everyone = ("ani", "budi", "citra", "dewi")
    log.batch(ADMINISTRATORS, [
        ("succeed/unknown", log.succeeded("nobody", "bank-d"),
         no("AUTHORITY_UNKNOWN")),
        ("succeed/by-unknown", log.succeeded("bank-b", "nobody"),
         no("AUTHORITY_UNKNOWN")),
        ("succeed/itself", log.succeeded("bank-b", "bank-b"),
         no("SUCCESSOR_UNFIT")),
        ("succeed/other-role", log.succeeded("bank-b", "dinsos"),
         no("SUCCESSOR_UNFIT")),
        ("succeed/bank-b", log.succeeded("bank-b", "bank-d"), OK),
        ("succeed/again", log.succeeded("bank-b", "bank-b"),
         no("AUTHORITY_STATE", "succeed/bank-b")),
        ("succeed/by-succeeded", log.succeeded("bank-e", "bank-b"),
         no("SUCCESSOR_UNFIT")),
        ("succeed/ring", log.succeeded("bank-d", "bank-b"),
         no("SUCCESSOR_UNFIT")),
        ("succeed/suspended", log.succeeded("bank-x", "bank-a"), OK),
    ], signers=everyone)
    log.batch("bank-d", [
        ("take/i1", log.report("i1", "h1", 100_000_000, "CREDITED",
                               predecessor="bank-b"), OK),
        ("take/differs", log.report("i1", "h1", 100, "CREDITED",
                                    predecessor="bank-b"),
         no("DISBURSEMENT_DIFFERS", "pay/i1")),
        ("take/illegal", log.report("i1", "h1", 100_000_000, "INSTRUCTED",
                                    predecessor="bank-b"),
         no("ILLEGAL_TRANSITION", "take/i1")),
        ("take/own", log.report("i1", "h4", 10_000_000, "CREDITED"), OK),
        # What a successor begins is its own.
        ("take/begins", log.report("i9", "h4", 10_000_000, "CREDITED",
                                   predecessor="bank-b"),
         no("ILLEGAL_TRANSITION")),
        ("take/not-taken-over", log.report("d4", "e1", HALF, "RETURNED",
                                           predecessor="bank-a"),
         no("NOT_SUCCESSOR")),
    ])
    # Succession alone silences nobody.
    log.batch("bank-b", [
        ("take/still-bank-b",
         log.report("i3", "h2", 50_000_000, "CREDITED"), OK)])
    log.batch(ADMINISTRATORS, [
        ("succeed/bank-d", log.succeeded("bank-d", "bank-e"), OK),
        ("succeed/dinsos", log.succeeded("dinsos", "dinsos-2"), OK),
    ], signers=("citra", "dewi"))
    log.batch("bank-e", [
        # Down the chain, and outside its own scope.
        ("take/i2", log.report("i2", "h1", 100_000_000, "RETURNED",
                               predecessor="bank-b"), OK),
        ("take/of-bank-d", log.report("i1", "h4", 10_000_000, "RETURNED",
                                      predecessor="bank-d"), OK),
        ("take/scope", log.report("e1", "h4", 100, "CREDITED"),
         no("BANK_NOT_IN_SCOPE", "pkh/h4")),
        ("take/of-bank-x", log.report("e1", "b3", 5_000_000, "CREDITED",
                                      predecessor="bank-x"),
         no("NOT_SUCCESSOR")),
        ("take/e1", log.report("e1", "b3", 5_000_000, "CREDITED"), OK),
    ])
    log.batch("dinsos-2", [
        ("take/revoke-e1", log.revoked("e1"), OK),
        ("take/revoke-b2", log.revoked("b2"), no("OUT_OF_SCOPE")),
    ])
    log.batch("bank-c", [
        ("take/c3-rejected", log.report("c3", "e1", HALF, "REJECTED"), OK)])


def ledger_keys(log):
    log.batch(ADMINISTRATORS, [
        ("ledger-key/of-a-bank", log.ledger_key("STATEMENT", "bank-a#1"),
         no("KEY_USED", "enrol/bank-a")),
        ("ledger-key/own", log.ledger_key("CHECKPOINT", "statement#1"),
         no("KEY_USED", "opening")),
        ("ledger-key/statement", log.ledger_key("STATEMENT", "statement#2"),
         OK),
        ("ledger-key/checkpoint",
         log.ledger_key("CHECKPOINT", "checkpoint#2"), OK),
        ("ledger-key/used-now",
         log.enrolled("bank-w", "BANK", key="checkpoint#2"),
         no("KEY_USED", "ledger-key/checkpoint")),
    ], signers=("budi", "dewi"))


def next_rules(log):
    """Rules version 1 judges this batch to its end, and nothing after it."""
    log.batch(ADMINISTRATORS, [
        ("rules/skips-one", log.rules(3), no("RULES_VERSION_NOT_NEXT")),
        ("rules/2", log.rules(2), OK),
        ("rules/once-more", log.rules(2), no("RULES_VERSION_NOT_NEXT")),
        ("rules/last-of-1",
         log.funds("SEMBAKO", 100, region="35.76"), OK),
    ], signers=("ani", "citra"))
