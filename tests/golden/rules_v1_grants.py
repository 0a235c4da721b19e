"""Grants of the golden log: precedence down docs/rules.md, both sides of each
border, claims of persons and households, exclusion, ceilings, overflow."""

from log_writer import OK, no
from signing import ADMINISTRATORS

CITY = "35.76"


def sembako(log, name, person, months, amount, **fields):
    return log.grant(name, "SEMBAKO", person, months, amount,
                     **{"appropriation_region": CITY, **fields})


def pkh(log, name, person, months, amount, **fields):
    return log.grant(name, "PKH", person, months, amount,
                     **{"appropriation_region": "35", "region": "35.76.01",
                        **fields})


def blt(log, name, person, months="2026-01", amount=5_000_000, **fields):
    return log.grant(name, "BLT", person, months, amount,
                     **{"region": "35.76.01", **fields})


def kota(log, name, person, months, amount):
    return log.grant(name, "KOTA", person, months, amount,
                     appropriation_region=CITY)


def persons(log):
    """SEMBAKO has Rp4,000,001 for 35.76 and a ceiling of Rp200,000 a month."""
    log.batch("dinsos", [
        # Three months at the ceiling.
        ("grant/e1", sembako(log, "e1", "p1", "2026-01 2026-03", 60_000_000),
         OK),
        ("grant/scope", sembako(log, "e2", "p2", "2026-01", 10_000_000,
                                region="35.73.01"), no("OUT_OF_SCOPE")),
        ("grant/scope-above", sembako(log, "e2", "p2", "2026-01", 10_000_000,
                                      region="35"), no("OUT_OF_SCOPE")),
        ("grant/scope-prefix", sembako(log, "e2", "p2", "2026-01", 10_000_000,
                                       region="35.760"), no("OUT_OF_SCOPE")),
        ("grant/program", log.grant("e1", "NEW", "p1", "2020-01", 1),
         no("PROGRAM_UNKNOWN")),
        # From here each row mends the fault of the one before.
        ("grant/months-before",
         sembako(log, "e1", "p1", "2025-11 2026-03", 999_999_950,
                 currency="USD", region="35.76.2",
                 appropriation_region="35.73"),
         no("MONTHS_OUTSIDE_PROGRAM", "program/sembako-2")),
        ("grant/months-after",
         sembako(log, "e1", "p1", "2026-03 2027-02", 999_999_950,
                 currency="USD", region="35.76.2",
                 appropriation_region="35.73"),
         no("MONTHS_OUTSIDE_PROGRAM", "program/sembako-2")),
        ("grant/currency",
         sembako(log, "e1", "p1", "2026-03 2026-04", 999_999_950,
                 currency="USD", region="35.76.2",
                 appropriation_region="35.73"),
         no("CURRENCY_MISMATCH", "program/sembako-2")),
        ("grant/not-whole",
         sembako(log, "e1", "p1", "2026-03 2026-04", 999_999_950,
                 region="35.76.2", appropriation_region="35.73"),
         no("NOT_WHOLE_UNITS", "program/sembako-2")),
        ("grant/region",
         sembako(log, "e1", "p1", "2026-03 2026-04", 999_999_900,
                 region="35.76.2", appropriation_region="35.73"),
         no("REGION_FORM", "program/sembako-2")),
        ("grant/appropriation",
         sembako(log, "e1", "p1", "2026-03 2026-04", 999_999_900,
                 appropriation_region="35.73"),
         no("REGION_OUTSIDE_APPROPRIATION")),
        ("grant/funds",
         sembako(log, "e1", "p1", "2026-03 2026-04", 999_999_900),
         no("FUNDS_INSUFFICIENT", "ref/administrators")),
        ("grant/name-used",
         sembako(log, "e1", "p1", "2026-03 2026-04", 99_999_900),
         no("ENTITLEMENT_USED", "grant/e1")),
        ("grant/overlap",
         sembako(log, "e2", "p1", "2026-03 2026-04", 99_999_900),
         no("OVERLAP", "grant/e1")),
        ("grant/ceiling",
         sembako(log, "e2", "p1", "2026-04 2026-05", 99_999_900),
         no("ABOVE_CEILING", "program/sembako-2")),
        # The month after is free; ceil(amount / months) counts.
        ("grant/e2", sembako(log, "e2", "p1", "2026-04", 20_000_000), OK),
        ("grant/ceiling-rounds-up",
         sembako(log, "e3", "p2", "2026-01 2026-03", 60_000_100),
         no("ABOVE_CEILING", "program/sembako-2")),
        ("grant/earliest",
         sembako(log, "e3", "p1", "2026-02 2026-06", 20_000_000),
         no("OVERLAP", "grant/e1")),
        ("grant/e3", sembako(log, "e3", "p2", "2026-01", 10_000_000), OK),
        # The first and last months of the program's second version.
        ("grant/e4", sembako(log, "e4", "p3", "2025-12 2026-01", 20_000_000),
         OK),
        ("grant/e5", sembako(log, "e5", "p3", "2026-12 2027-01", 20_000_000),
         OK),
        ("grant/year-before",
         sembako(log, "e6", "p3", "2025-12", 100), no("OVERLAP", "grant/e4")),
        ("grant/year-after",
         sembako(log, "e6", "p3", "2027-01", 100), no("OVERLAP", "grant/e5")),
        ("grant/other-year",
         sembako(log, "e6", "p4", "2026-01", 100, fiscal_year=2027),
         no("FUNDS_INSUFFICIENT")),
        ("grant/above-its-appropriation",
         sembako(log, "e6", "p4", "2026-01", 100, region=CITY,
                 appropriation_region="35.76.02"),
         no("REGION_OUTSIDE_APPROPRIATION")),
        # Programs that share a benefit code share its claims.
        ("grant/shared-benefit", kota(log, "e6", "p1", "2026-03", 1),
         no("OVERLAP", "grant/e1")),
        ("grant/e6", kota(log, "e6", "p10", "2026-01", 500_000_000), OK),
        ("grant/nothing-left", kota(log, "e7", "p11", "2026-01", 1),
         no("FUNDS_INSUFFICIENT", "funds/give-again")),
        ("grant/shared-benefit-back",
         sembako(log, "e7", "p10", "2026-01", 100), no("OVERLAP", "grant/e6")),
    ])
    log.batch("dinsos-2", [
        ("grant/program-scope",
         sembako(log, "e7", "p11", "2026-01", 100, region="35.73.01"),
         no("OUT_OF_SCOPE")),
        ("grant/dinsos-2",
         pkh(log, "e7", "p11", "2026-01", 100, household="h11",
             region="35.73"), OK),
        ("grant/others-name",
         pkh(log, "e1", "p12", "2026-01", 100, household="h12",
             region="35.73.01"), no("ENTITLEMENT_USED", "grant/e1")),
    ])


def households(log):
    log.batch("kemensos", [
        ("pkh/missing", pkh(log, "h1", "p20", "2026-01", 2_000_000_000),
         no("HOUSEHOLD_MISSING", "program/pkh")),
        ("pkh/h1", pkh(log, "h1", "p20", "2026-01 2026-06", 300_000_000,
                       household="k1", members=["m1", "m2"]), OK),
        ("pkh/payee", pkh(log, "h2", "p20", "2026-06", 100, household="k2"),
         no("OVERLAP", "pkh/h1")),
        ("pkh/household",
         pkh(log, "h2", "p21", "2026-06 2026-07", 100, household="k1"),
         no("OVERLAP", "pkh/h1")),
        ("pkh/member", pkh(log, "h2", "p22", "2026-01", 100, household="k3",
                           members=["m2", "m3"]), no("OVERLAP", "pkh/h1")),
        ("pkh/member-is-payee",
         pkh(log, "h2", "m1", "2026-01", 100, household="k4"),
         no("OVERLAP", "pkh/h1")),
        ("pkh/h2", pkh(log, "h2", "p20", "2026-07 2026-12", 300_000_000,
                       household="k1", members=["m1"]), OK),
        ("pkh/h3", pkh(log, "h3", "p23", "2026-01 2026-12", 100_000_000,
                       household="k5", members=["m4"]), OK),
        ("pkh/earliest-of-two",
         pkh(log, "h4", "p23", "2026-07", 100, household="k1"),
         no("OVERLAP", "pkh/h2")),
        # m2 is no member of the second grant.
        ("pkh/h4", pkh(log, "h4", "m2", "2026-07", 50_000_000,
                       household="k6"), OK),
        ("sembako/p20", sembako(log, "s1", "p20", "2026-06", 10_000_000), OK),
    ])


def exclusion(log):
    """BLT excludes PKH and SEMBAKO."""
    log.batch("kemensos", [
        ("blt/sembako", blt(log, "b1", "p1", "2026-03"),
         no("EXCLUDED_PROGRAM", "grant/e1")),
        ("blt/member", blt(log, "b1", "m1", "2026-06 2026-07"),
         no("EXCLUDED_PROGRAM", "pkh/h1")),
        ("blt/earliest", blt(log, "b1", "p20", "2026-06"),
         no("EXCLUDED_PROGRAM", "pkh/h1")),
        ("blt/b1", blt(log, "b1", "p1", "2026-05"), OK),
        ("blt/overlap", blt(log, "b2", "p1", "2026-05"),
         no("OVERLAP", "blt/b1")),
        # Both ways, and before the ceiling.
        ("blt/excludes-back",
         sembako(log, "s2", "p1", "2026-05", 30_000_000),
         no("EXCLUDED_PROGRAM", "blt/b1")),
        ("blt/household-back",
         pkh(log, "h5", "p24", "2026-05", 100, household="k7",
             members=["p1"]), no("EXCLUDED_PROGRAM", "blt/b1")),
        # KOTA has SEMBAKO's benefit code, but is not excluded.
        ("blt/b2", blt(log, "b2", "p10"), OK),
    ])
    log.batch(ADMINISTRATORS, [
        ("program/blt-2",
         log.program("BLT", version=2, last_month="2027-06",
                     excludes=["SEMBAKO"], ceiling_minor=5_000_000), OK),
        ("program/pkh-2",
         log.program("PKH", version=2, unit="HOUSEHOLD", excludes=["KOTA"]),
         OK),
    ], signers=("ani", "citra"))
    log.batch("kemensos", [
        ("blt/b3", blt(log, "b3", "m1", "2026-06"), OK),
        ("blt/ceiling", blt(log, "b4", "m3", "2026-06", 5_000_001),
         no("ABOVE_CEILING", "program/blt-2")),
        ("pkh/h5", pkh(log, "h5", "p24", "2026-05", 20_000_000,
                       household="k7", members=["p1"]), OK),
        ("pkh/excludes", pkh(log, "h6", "p25", "2026-01", 100, household="k8",
                             members=["p10"]),
         no("EXCLUDED_PROGRAM", "grant/e6")),
        ("pkh/months", pkh(log, "h6", "p25", "2026-12 2027-01", 100,
                           household="k8"),
         no("MONTHS_OUTSIDE_PROGRAM", "program/pkh-2")),
    ])


def other_scheme(log):
    fields = {"currency": "BRL", "region": "SP.3550308",
              "appropriation_region": "SP.3550308"}
    log.batch("kemensos", [
        ("bolsa/n1",
         log.grant("n1", "BOLSA", "p1", "2026-01", 60_000, **fields), OK),
        ("bolsa/again",
         log.grant("n2", "BOLSA", "p1", "2026-01", 100, **fields),
         no("OVERLAP", "bolsa/n1")),
        ("bolsa/other-region",
         log.grant("n2", "BOLSA", "p2", "2026-01", 100,
                   **{**fields, "region": "SP.35503081"}),
         no("REGION_OUTSIDE_APPROPRIATION")),
    ])


def large(log):
    """What is appropriated overflows before what is available does."""
    log.batch("kemensos", [
        ("large/grant-too-large",
         blt(log, "l1", "p40", "2026-01", 4 * 10**18, fiscal_year=2030),
         no("ABOVE_CEILING", "program/blt-2"))])
    log.batch(ADMINISTRATORS, [
        ("program/blt-3",
         log.program("BLT", version=3, last_month="2027-06",
                     excludes=["SEMBAKO"]), OK),
    ], signers=("ani", "citra"))
    log.batch("kemensos", [
        ("large/l1",
         blt(log, "l1", "p40", "2026-01", 4 * 10**18, fiscal_year=2030), OK)])
    log.batch(ADMINISTRATORS, [
        ("large/appropriated", log.funds("BLT", 1, year=2030),
         no("FUNDS_OVERFLOW")),
        ("large/take-back",
         log.funds("BLT", -(2**63 - 1 - 4 * 10**18), year=2030), OK),
        ("large/nothing-to-take", log.funds("BLT", -1, year=2030),
         no("FUNDS_INSUFFICIENT", "large/take-back")),
    ], signers=("ani", "citra"))
