"""First half of the golden log of rules version 1: who speaks, programs, money,
roles, references and pins. Outcomes follow docs/rules.md, row by row."""

from log_writer import OK, no
from signing import ADMINISTRATORS

ALL = ("ani", "budi", "citra")
MAX = 2**63 - 1


def open_ledger(log):
    log.batch(ADMINISTRATORS, [("opening", log.opened(ALL, 2), OK)],
              signers=("citra", "ani"))


def enrol(log):
    log.batch(ADMINISTRATORS, [
        ("enrol/dinsos",
         log.enrolled("dinsos", "PROGRAM_OWNER", regions=["35.76"]), OK),
        ("enrol/kemensos", log.enrolled("kemensos", "PROGRAM_OWNER"), OK),
        ("enrol/dinsos-2",
         log.enrolled("dinsos-2", "PROGRAM_OWNER", programs=["PKH"],
                      regions=["35.73"]), OK),
        ("enrol/bank-a", log.enrolled("bank-a", "BANK"), OK),
        ("enrol/bank-b",
         log.enrolled("bank-b", "BANK", programs=["PKH", "SEMBAKO"],
                      regions=["35.76"]), OK),
        ("enrol/bank-c",
         log.enrolled("bank-c", "BANK", regions=["35.73", "35.76.02"]), OK),
        ("enrol/bank-d", log.enrolled("bank-d", "BANK"), OK),
        ("enrol/bank-e", log.enrolled("bank-e", "BANK", programs=["BLT"]), OK),
        ("enrol/dukcapil", log.enrolled("dukcapil", "REGISTRY"), OK),
        ("enrol/bpk", log.enrolled("bpk", "AUDITOR"), OK),
        # Name, then key, then pin: each row mends the fault before it.
        ("name/of-entry-0", log.enrolled("budi", "BANK", key="fresh#1"),
         no("NAME_USED", "opening")),
        ("name/of-a-bank", log.enrolled("bank-a", "BANK"),
         no("NAME_USED", "enrol/bank-a")),
        ("key/of-entry-0", log.enrolled("bank-x", "BANK", key="citra#1"),
         no("KEY_USED", "opening")),
        ("key/of-the-ledger",
         log.enrolled("bank-x", "BANK", key="checkpoint#1"),
         no("KEY_USED", "opening")),
        ("key/of-a-bank",
         log.enrolled("bank-x", "BANK", key="bank-b#1", pins=["bank-a"]),
         no("KEY_USED", "enrol/bank-b")),
        ("pin/of-a-bank",
         log.enrolled("bank-x", "BANK", pins=["bank-x", "bank-a"]),
         no("PIN_USED", "enrol/bank-a")),
        ("pin/of-entry-0", log.enrolled("bank-x", "BANK", pins=["ani"]),
         no("PIN_USED", "opening")),
        # What refused rows held is free.
        ("enrol/bank-x", log.enrolled("bank-x", "BANK"), OK),
        # An authority may be given a key in the batch that enrols it.
        ("enrol/bank-y", log.enrolled("bank-y", "BANK"), OK),
        ("rotate/bank-y", log.rotated("bank-y", "BANK", "bank-y#2"), OK),
    ], signers=("ani", "budi"))


def define(log):
    sembako = {"whole_units": True, "benefit": "SEMBAKO",
               "ceiling_minor": 20_000_000}
    log.batch(ADMINISTRATORS, [
        ("program/sembako", log.program("SEMBAKO", **sembako), OK),
        ("program/pkh", log.program("PKH", unit="HOUSEHOLD"), OK),
        ("program/blt",
         log.program("BLT", last_month="2027-06", excludes=["PKH", "SEMBAKO"]),
         OK),
        ("program/kota", log.program("KOTA", benefit="SEMBAKO"), OK),
        ("program/bolsa",
         log.program("BOLSA", currency="BRL", recipient_scheme="br.nis",
                     region_scheme="br.ibge"), OK),
        ("program/excludes-unknown",
         log.program("NEW", version=2, excludes=["NEW"]),
         no("PROGRAM_UNKNOWN")),
        ("program/not-first",
         log.program("NEW", version=2, unit="HOUSEHOLD", benefit="SEMBAKO"),
         no("PROGRAM_VERSION_NOT_NEXT")),
        ("program/benefit-unit",
         log.program("NEW", unit="HOUSEHOLD", benefit="SEMBAKO"),
         no("BENEFIT_UNIT", "program/sembako")),
        ("program/once-more",
         log.program("SEMBAKO", **{**sembako, "currency": "USD"}),
         no("PROGRAM_VERSION_NOT_NEXT", "program/sembako")),
        ("program/skips-one", log.program("SEMBAKO", version=3, **sembako),
         no("PROGRAM_VERSION_NOT_NEXT", "program/sembako")),
    ] + [
        ("program/other-" + name.replace("_", "-"),
         log.program("SEMBAKO", version=2, **{**sembako, name: value}),
         no("PROGRAM_REINTERPRETED", "program/sembako"))
        for name, value in [
            ("currency", "USD"), ("whole_units", False), ("unit", "HOUSEHOLD"),
            ("benefit", "OTHER"), ("recipient_scheme", "id.kk"),
            ("region_scheme", "id.bps"), ("first_month", "2026-02"),
            ("last_month", "2026-11")]
    ] + [
        ("program/sembako-2",
         log.program("SEMBAKO", version=2, first_month="2025-12",
                     last_month="2027-01", **sembako), OK),
        ("program/sembako-2-again",
         log.program("SEMBAKO", version=2, first_month="2025-12",
                     last_month="2027-01", **sembako),
         no("PROGRAM_VERSION_NOT_NEXT", "program/sembako-2")),
        ("program/sembako-narrowed",
         log.program("SEMBAKO", version=3, **sembako),
         no("PROGRAM_REINTERPRETED", "program/sembako-2")),
        # Still the definition that fixed the benefit code's unit.
        ("program/benefit-unit-again",
         log.program("NEW", unit="HOUSEHOLD", benefit="SEMBAKO"),
         no("BENEFIT_UNIT", "program/sembako")),
    ], signers=ALL)


def appropriate(log):
    log.batch(ADMINISTRATORS, [
        ("funds/sembako",
         log.funds("SEMBAKO", 300_000_000, region="35.76"), OK),
        ("funds/pkh", log.funds("PKH", 1_000_000_000, region="35"), OK),
        ("funds/blt", log.funds("BLT", 1_000_000_000), OK),
        ("funds/kota", log.funds("KOTA", 500_000_000, region="35.76"), OK),
        ("funds/bolsa",
         log.funds("BOLSA", 100_000, region="SP.3550308", currency="BRL"), OK),
        ("funds/unknown",
         log.funds("NEW", 1, currency="USD"), no("PROGRAM_UNKNOWN")),
        # Currency, whole units, region's form, money.
        ("funds/currency",
         log.funds("SEMBAKO", -150, region="3576", currency="USD"),
         no("CURRENCY_MISMATCH", "program/sembako-2")),
        ("funds/not-whole", log.funds("SEMBAKO", -150, region="3576"),
         no("NOT_WHOLE_UNITS", "program/sembako-2")),
        ("funds/region", log.funds("SEMBAKO", -200, region="3576"),
         no("REGION_FORM", "program/sembako-2")),
        ("funds/none-to-take", log.funds("SEMBAKO", -200, region="35.73"),
         no("FUNDS_INSUFFICIENT")),
        ("funds/more", log.funds("SEMBAKO", 100_000_000, region="35.76"), OK),
        ("funds/take-too-much",
         log.funds("SEMBAKO", -400_000_100, region="35.76"),
         no("FUNDS_INSUFFICIENT", "funds/more")),
        ("funds/take-all", log.funds("KOTA", -500_000_000, region="35.76"),
         OK),
        ("funds/give-again", log.funds("KOTA", 500_000_000, region="35.76"),
         OK),
        ("funds/least", log.funds("BLT", -2**63),
         no("FUNDS_INSUFFICIENT", "funds/blt")),
        ("funds/most", log.funds("BLT", MAX, year=2030), OK),
        ("funds/one-more", log.funds("BLT", 1, year=2030),
         no("FUNDS_OVERFLOW")),
    ], signers=("budi", "citra"))


def roles(log):
    """What each author's role does not allow, and all kinds are among it."""
    enrolment = log.enrolled("bank-z", "BANK")
    grant = log.grant("e1", "SEMBAKO", "p1", "2026-01", 10_000_000)
    report = log.report("d1", "e1", 100, "INSTRUCTED")
    administrative = [
        ("enrol", enrolment),
        ("rotate", log.rotated("bank-a", "BANK", "bank-a#9")),
        ("suspend", log.suspended("bank-a")),
        ("reinstate", log.reinstated("bank-a")),
        ("succeed", log.succeeded("bank-a", "bank-b")),
        ("ledger-key", log.ledger_key("STATEMENT", "statement#9")),
        ("rules", log.rules(2)),
        ("program", log.program("NEW")),
        ("funds", log.funds("SEMBAKO", 100, region="35.76")),
    ]
    owners = [("grant", grant), ("revoke", log.revoked("e1"))]
    opening = ("open", log.opened(ALL, 2))

    def refuse(author, kinds, **more):
        log.batch(author, [
            (f"role/{author}/{name}", body, no("ROLE_NOT_ALLOWED"))
            for name, body in kinds], **more)

    refuse(ADMINISTRATORS,
           [opening, ("pins", log.pins("ani"))] + owners + [("pay", report)],
           signers=("ani", "citra"))
    refuse("ani", [opening] + administrative + owners + [("pay", report)])
    refuse("bank-a", [opening] + administrative + owners)
    refuse("dinsos", administrative + [("pay", report)], after_s=0)
    refuse("dukcapil", owners + [("pay", report)], after_s=0)
    refuse("bpk", [("rules", log.rules(2))] + owners + [("pay", report)])


def pins(log):
    log.batch("bank-a", [("pins/bank-a", log.pins("bank-a-2"), OK)])
    log.batch("bank-b", [
        ("pins/of-another", log.pins("bank-a-2"),
         no("PIN_USED", "pins/bank-a")),
        ("pins/own-and-anothers", log.pins("bank-b", "ani"),
         no("PIN_USED", "opening")),
        ("pins/given-up", log.pins("bank-b", "bank-a"), OK),
    ])
    log.batch("bank-a", [("pins/back", log.pins("bank-a", "bank-a-2"),
                          no("PIN_USED", "pins/given-up"))])
    for name in ("ani", "dukcapil", "bpk"):
        log.batch(name, [(f"pins/{name}", log.pins(name, name + "-2"), OK)])


def references(log):
    first = log.grant("e0", "SEMBAKO", "p0", "2026-01", 20_000_000,
                      appropriation_region="35.76")
    log.batch("dinsos", [
        ("ref/1", first, OK),
        ("ref/1/other-bytes", log.revoked("e0"),
         no("REFERENCE_REUSED", "ref/1"), "ref/1"),
        # Role and scope come before the reference.
        ("ref/1/role", log.report("d0", "e0", 100, "INSTRUCTED"),
         no("ROLE_NOT_ALLOWED"), "ref/1"),
        ("ref/1/scope",
         log.grant("e00", "SEMBAKO", "p0", "2026-02", 100, region="35.73.01"),
         no("OUT_OF_SCOPE"), "ref/1"),
    ])
    log.batch("dinsos", [
        ("ref/1/later", log.revoked("e1"),
         no("REFERENCE_REUSED", "ref/1"), "ref/1"),
        # A refused statement uses its reference.
        ("ref/of-a-refused", log.revoked("e0"),
         no("REFERENCE_REUSED", "role/dinsos/pay"), "role/dinsos/pay"),
    ])
    # Each authority has its own; the administrators together too.
    log.batch("kemensos", [("ref/kemensos", log.revoked("e0"), OK, "ref/1")])
    log.batch("ani", [("ref/ani", log.pins("ani"),
                       no("REFERENCE_REUSED", "role/ani/funds"),
                       "role/ani/funds")])
    log.batch(ADMINISTRATORS, [
        ("ref/administrators", log.funds("SEMBAKO", 100, region="35.76"), OK,
         "role/ani/funds"),
    ], signers=("ani", "budi"), holds_s=0)
