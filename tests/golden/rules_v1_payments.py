"""Payments of the golden log: precedence, the life of a disbursement, what is
left and whom a refusal names, revocation with money in transit."""

from log_writer import OK, no
from rules_v1_grants import kota, sembako

HALF = 20_000_000


def first_reports(log):
    """e1 is Rp600,000 of SEMBAKO: three payments of Rp200,000."""
    say = log.report
    log.batch("bank-a", [
        ("pay/d1", say("d1", "e1", HALF, "INSTRUCTED"), OK),
        ("pay/d2", say("d2", "e1", HALF, "CREDITED"), OK),
        # Each row mends the fault of the one before.
        ("pay/unknown", say("d3", "e99", 99_999_950, "REJECTED",
                            currency="USD"), no("ENTITLEMENT_UNKNOWN")),
        ("pay/currency", say("d3", "e1", 99_999_950, "REJECTED",
                             currency="USD"),
         no("CURRENCY_MISMATCH", "program/sembako-2")),
        ("pay/not-whole", say("d3", "e1", 99_999_950, "REJECTED"),
         no("NOT_WHOLE_UNITS", "program/sembako-2")),
        ("pay/too-much", say("d3", "e1", HALF + 100, "REJECTED"),
         no("EXCEEDS_REMAINING", "pay/d1")),
        ("pay/none-live", say("d3", "e2", HALF + 100, "INSTRUCTED"),
         no("EXCEEDS_REMAINING", "grant/e2")),
        ("pay/begins-rejected", say("d3", "e1", HALF, "REJECTED"),
         no("ILLEGAL_TRANSITION")),
        ("pay/begins-returned", say("d3", "e1", HALF, "RETURNED"),
         no("ILLEGAL_TRANSITION")),
        ("pay/d3", say("d3", "e1", HALF, "INSTRUCTED"), OK),
        ("pay/nothing-left", say("d4", "e1", 100, "INSTRUCTED"),
         no("EXCEEDS_REMAINING", "pay/d1")),
        ("pay/d1-rejected", say("d1", "e1", HALF, "REJECTED"), OK),
        ("pay/earliest-now", say("d4", "e1", HALF + 100, "INSTRUCTED"),
         no("EXCEEDS_REMAINING", "pay/d2")),
        # A payment that failed keeps its end-to-end id.
        ("pay/id-used", say("d4", "e1", HALF, "CREDITED",
                            end_to_end_id="x/d1"),
         no("END_TO_END_ID_USED", "pay/d1")),
        ("pay/d4", say("d4", "e1", HALF, "CREDITED"), OK),
        ("pay/d2-returned", say("d2", "e1", HALF, "RETURNED"), OK),
        ("pay/earliest-later", say("d5", "e1", HALF + 100, "CREDITED"),
         no("EXCEEDS_REMAINING", "pay/d3")),
        ("pay/large", say("d6", "l1", 4 * 10**18, "CREDITED"), OK),
        ("pay/reais", say("d7", "n1", 60_000, "CREDITED", currency="BRL"), OK),
        ("pay/d30", say("d30", "s1", 10_000_000, "INSTRUCTED"), OK),
    ])
    log.batch("bank-b", [
        ("pay/b-too-much", say("i0", "b1", 5_000_001, "INSTRUCTED"),
         no("EXCEEDS_REMAINING", "blt/b1")),
        ("pay/b-program", say("i0", "b1", 5_000_000, "INSTRUCTED",
                              end_to_end_id="x/d1"),
         no("BANK_NOT_IN_SCOPE", "blt/b1")),
        # Names and ids are each bank's own.
        ("pay/b-d1", say("d1", "e3", 10_000_000, "INSTRUCTED"), OK),
        ("pay/b-not-its-own", say("d3", "e1", HALF, "RETURNED"),
         no("ILLEGAL_TRANSITION")),
        ("pay/i1", say("i1", "h1", 100_000_000, "INSTRUCTED"), OK),
        ("pay/i2", say("i2", "h1", 100_000_000, "CREDITED"), OK),
        ("pay/i3", say("i3", "h2", 50_000_000, "INSTRUCTED"), OK),
    ])
    log.batch("bank-c", [
        ("pay/c-region", say("c1", "h1", 100, "CREDITED"),
         no("BANK_NOT_IN_SCOPE", "pkh/h1")),
        ("pay/c1", say("c1", "e2", 5_000_000, "CREDITED"), OK),
        ("pay/c-id-of-a", say("c2", "e2", 5_000_000, "REJECTED",
                              predecessor="bank-a", end_to_end_id="x/d1"),
         no("END_TO_END_ID_USED", "pay/d1")),
        ("pay/c-no-successor", say("c2", "e2", 5_000_000, "REJECTED",
                                   predecessor="bank-a"),
         no("NOT_SUCCESSOR")),
        ("pay/c-of-nobody", say("c2", "e2", 5_000_000, "CREDITED",
                                predecessor="nobody"), no("NOT_SUCCESSOR")),
        ("pay/c-not-its-payment", say("d3", "e1", 100, "INSTRUCTED",
                                      predecessor="bank-a"),
         no("NOT_SUCCESSOR")),
    ])


def later_reports(log):
    say = log.report
    log.batch("bank-a", [
        ("life/d3-instructed", say("d3", "e1", HALF, "INSTRUCTED"),
         no("ILLEGAL_TRANSITION", "pay/d3")),
        ("life/d3-returned", say("d3", "e1", HALF, "RETURNED"),
         no("ILLEGAL_TRANSITION", "pay/d3")),
        # Another entitlement, id or amount comes before the transition.
        ("life/unknown", say("d3", "e99", HALF, "RETURNED"),
         no("ENTITLEMENT_UNKNOWN")),
        ("life/currency", say("d3", "e1", HALF, "RETURNED", currency="USD"),
         no("CURRENCY_MISMATCH", "program/sembako-2")),
        ("life/not-whole", say("d3", "e1", HALF + 50, "RETURNED"),
         no("NOT_WHOLE_UNITS", "program/sembako-2")),
        ("life/amount", say("d3", "e1", HALF - 100, "RETURNED"),
         no("DISBURSEMENT_DIFFERS", "pay/d3")),
        ("life/id-of-another", say("d3", "e1", HALF, "RETURNED",
                                   end_to_end_id="x/d4"),
         no("DISBURSEMENT_DIFFERS", "pay/d3")),
        ("life/id-of-none", say("d3", "e1", HALF, "CREDITED",
                                end_to_end_id="x/none"),
         no("DISBURSEMENT_DIFFERS", "pay/d3")),
        ("life/entitlement", say("d3", "e2", HALF, "CREDITED"),
         no("DISBURSEMENT_DIFFERS", "pay/d3")),
        ("life/other-program", say("d3", "n1", HALF, "CREDITED",
                                   currency="BRL"),
         no("DISBURSEMENT_DIFFERS", "pay/d3")),
        ("life/d3-credited", say("d3", "e1", HALF, "CREDITED"), OK),
        ("life/d3-credited-again",
         say("d3", "e1", HALF, "CREDITED", value_date="2026-01-16"),
         no("ILLEGAL_TRANSITION", "life/d3-credited")),
        ("life/d3-rejected", say("d3", "e1", HALF, "REJECTED"),
         no("ILLEGAL_TRANSITION", "life/d3-credited")),
        ("life/d3-back", say("d3", "e1", HALF, "INSTRUCTED"),
         no("ILLEGAL_TRANSITION", "life/d3-credited")),
    ] + [
        (f"life/{name}-{state.lower()}", say(name, "e1", HALF, state),
         no("ILLEGAL_TRANSITION", last))
        for name, last in [("d1", "pay/d1-rejected"),
                           ("d2", "pay/d2-returned")]
        for state in ("INSTRUCTED", "CREDITED", "REJECTED", "RETURNED")
    ])


def revocations(log):
    log.batch("dinsos", [
        ("revoke/unknown", log.revoked("e99"), no("ENTITLEMENT_UNKNOWN")),
        ("revoke/others", log.revoked("e7"), no("OUT_OF_SCOPE")),
        # All of e3 is in transit: it holds its claim.
        ("revoke/e3", log.revoked("e3"), OK),
        ("revoke/e3-again", log.revoked("e3"),
         no("ENTITLEMENT_REVOKED", "revoke/e3")),
        ("revoke/claim-held", sembako(log, "e8", "p2", "2026-01", 10_000_000),
         no("OVERLAP", "grant/e3")),
        # A quarter of e2 is credited.
        ("revoke/e2", log.revoked("e2"), OK),
        ("revoke/claim-held-too", sembako(log, "e8", "p1", "2026-04", 100),
         no("OVERLAP", "grant/e2")),
        # Nothing of e5 was paid: it is free at once.
        ("revoke/e5", log.revoked("e5"), OK),
        ("revoke/granted-anew",
         sembako(log, "e9", "p3", "2026-12 2027-01", 20_000_000), OK),
        # Another owner's, in its scope.
        ("revoke/s1", log.revoked("s1"), OK),
        ("revoke/b1", log.revoked("b1"), OK),
        ("revoke/no-longer-excluded",
         sembako(log, "e10", "p1", "2026-05", 20_000_000), OK),
    ])
    log.batch("dinsos-2", [
        ("revoke/not-its-own", log.revoked("e1"), no("OUT_OF_SCOPE"))])
    log.batch("bank-a", [
        ("revoke/new-payment",
         log.report("d8", "e3", 20_000_000, "INSTRUCTED"),
         no("ENTITLEMENT_REVOKED", "revoke/e3")),
        ("revoke/d30-credited",
         log.report("d30", "s1", 10_000_000, "CREDITED"), OK),
    ])
    log.batch("bank-b", [
        ("revoke/d1-rejected",
         log.report("d1", "e3", 10_000_000, "REJECTED"), OK)])
    log.batch("bank-c", [
        ("revoke/c1-returned",
         log.report("c1", "e2", 5_000_000, "RETURNED"), OK)])
    log.batch("dinsos", [
        ("free/e8", sembako(log, "e8", "p2", "2026-01", 10_000_000), OK),
        ("free/e11", sembako(log, "e11", "p1", "2026-04", 20_000_000), OK),
        # s1 is revoked, but its payment is credited.
        ("free/not-yet", sembako(log, "e12", "p20", "2026-06", 10_000_000),
         no("OVERLAP", "sembako/p20")),
        ("free/still-revoked", log.revoked("e3"),
         no("ENTITLEMENT_REVOKED", "revoke/e3")),
        ("free/name-is-not", sembako(log, "e3", "p5", "2026-01", 100),
         no("ENTITLEMENT_USED", "grant/e3")),
    ])
    log.batch("bank-a", [
        ("free/d30-returned",
         log.report("d30", "s1", 10_000_000, "RETURNED"), OK)])
    log.batch("kemensos", [
        ("free/e12", sembako(log, "e12", "p20", "2026-06", 10_000_000), OK),
        ("revoke/e4", log.revoked("e4"), OK),
    ])


def payday(log):
    """Forty small grants and their payments, each under one seal."""
    log.batch("kemensos", [("day/revoke-e6", log.revoked("e6"), OK)])
    log.batch("kemensos", [
        (f"day/k{i}", kota(log, f"k{i}", f"r{i}", "2026-02", 1_000 + i), OK)
        for i in range(40)])
    log.batch("bank-d", [
        (f"day/p{i}", log.report(f"p{i}", f"k{i}", 1_000 + i, "CREDITED"), OK)
        for i in range(40)])
