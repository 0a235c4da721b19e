#!/usr/bin/python3
"""A city's quarter: grants, payments, fraud, questions, audit.

    demo.py BUILD_FOLDER WORK_FOLDER [FAMILIES]
"""

import csv
import pathlib
import shutil
import sys
import time

import population
from world import BANKS, Failure, World

FAMILIES = 41_242
MONTHS = "2026-01..2026-12"
BUDGET = 40_000_000_000


def rupiah(amount):
    return "Rp" + f"{amount:,}".replace(",", ".")


class Story:
    """Prints what happens, and how long each step took."""

    def __init__(self):
        self.number = 0
        self.started = self.last = time.monotonic()

    def step(self, text):
        self.number += 1
        self.last = time.monotonic()
        print(f"\n{self.number}. {text}", flush=True)

    def tell(self, text):
        print(f"   {text}", flush=True)

    def done(self):
        print(f"   ({time.monotonic() - self.last:.1f} s)", flush=True)


def expect(what, got, wanted):
    if got != wanted:
        raise Failure(f"{what}: {got}, and it must be {wanted}")


MAPPING_FILE = """[file]
delimiter = ";"
decimal = ","
thousands = "."

"""
MAPPING_IDS = """[ids]
key = "ids.key"

[ids.entitlement]
prefix = "{prefix}"
columns = ["PROGRAM", "KK", "AWAL", "AKHIR"]

"""
MAPPING_GRANTS = """[entitlement]
program = "{PROGRAM}"
fiscal_year = "2026"
appropriation_region = "35.76"
recipient = {scheme = "id.nik", value = "{NIK}"}
household = {scheme = "id.kk", value = "{KK}"}
region = "{KELURAHAN}"
first_month = {value = "{AWAL}", form = "YYYYMM"}
last_month = {value = "{AKHIR}", form = "YYYYMM"}
currency = "IDR"
amount = "{NOMINAL}"
basis = "SK-2026-014"
"""
MAPPING_PAYMENTS = """[ids.disbursement]
prefix = "pay-"

[disbursement]
state = "credited"
currency = "IDR"
amount = "{NOMINAL}"
value_date = "2026-01-20"
channel = "KKS"
"""


def write_mappings(world):
    """What the columns of the city's files mean."""
    world.run("keygen", "ids", "--kind", "authority", "--name", "ids")
    shutil.copy(world.path("ids/salt.key"), world.path("ids.key"))
    ids = MAPPING_IDS.replace("{prefix}", "2026q1-")
    texts = {"grants.toml": MAPPING_FILE + ids + MAPPING_GRANTS}
    for bank in BANKS:
        only = f'[only]\nBANK = "{bank}"\n\n'
        texts[bank + "-pays.toml"] = (MAPPING_FILE + only + ids +
                                      MAPPING_PAYMENTS)
    # A bank's own file, of which it pays every row.
    texts["all-rows.toml"] = MAPPING_FILE + ids + MAPPING_PAYMENTS
    for name, text in texts.items():
        with open(world.path(name), "w", encoding="utf-8") as file:
            file.write(text)


def set_up(world, story):
    story.step("The ledger opens. Three administrators hold the keys; any two "
               "of them together decide.")
    world.make_keys()
    world.open_ledger()
    world.write_profiles()
    story.tell(f"Entry 0 is published: {world.genesis}")
    story.done()

    story.step("The administrators admit a social office, three banks and an "
               "auditor, and define two programs.")
    proposals = []
    for name, role, scope in [
            ("dinsos", "program-owner", ["--region", "35.76"]),
            ("bpk", "auditor", [])] + [
                (bank, "bank", ["--region", *regions])
                for bank, regions in BANKS.items()]:
        world.run("key", "prove", "--role", role, "--name", name,
                  "--institution", name.upper(), "-o", f"{name}.proof",
                  who=name)
        proposals.append(["enrol", "--key-proof", f"{name}.proof",
                          "--quota", "1000000", *scope])
    for program in ("pkh", "sembako"):
        proposals.append(
            ["program", "define", program, "--months", MONTHS, "--unit",
             "household", "--benefit", program.upper(), "--recipient-scheme",
             "id.nik", "--region-scheme", "id.kemendagri", "--currency", "IDR",
             "--whole-units"])
        proposals.append(
            ["fund", program, "--year", "2026", "--region", "35.76",
             "--amount", str(BUDGET), "--currency", "IDR", "--legal-basis",
             "APBD-2026-1"])
    world.together("setup.batch", proposals)
    story.tell(f"Each program has {rupiah(BUDGET)} for 2026.")
    story.done()


def grant(world, story, city):
    rows = list(population.rows_of(city))
    story.step(f"The social office grants a quarter: {len(rows):,} "
               f"entitlements for {len(city):,} families in 18 kelurahan.")
    population.write_rows(world.path("grants.csv"), rows)
    result = world.ask("import", "entitlements", "grants.csv", "--mapping",
                       "grants.toml", "--rows", len(rows), "--result",
                       "granted.csv", who="dinsos")
    expect("accepted grants", result["accepted"]["rows"], len(rows))
    story.done()
    return rows


def pay(world, story, rows):
    story.step("It is payment day. Each of three banks pays its district.")
    for bank in BANKS:
        mine = [row for row in rows if row[5] == bank]
        result = world.ask("import", "disbursements", "grants.csv",
                           "--mapping", bank + "-pays.toml", "--result",
                           bank + ".csv", who=bank)
        expect(f"payments of {bank}", result["accepted"]["rows"], len(mine))
        story.tell(f"{bank}: {len(mine):,} payments, all accepted")
    story.done()


def results_of(world, name):
    """The lines of an import's result file: for each row its columns."""
    with open(world.path(name), encoding="utf-8") as file:
        return list(csv.DictReader(file))


def expect_refused(world, kind, mapping, who, rows, name, reason, conflicts):
    """Posts a file of which every row must be refused for one reason, and name
    the entry that `conflicts` gives for it."""
    population.write_rows(world.path(name + ".csv"), rows)
    result = world.ask("import", kind, name + ".csv", "--mapping", mapping,
                       "--result", name + "-result.csv", who=who, expect=(1,))
    expect(f"{name}: accepted", result["accepted"]["rows"], 0)
    expect(f"{name}: refused", result["refused"]["rows"], len(rows))
    expect(f"{name}: reasons", result["refused"]["reasons"],
           {reason: len(rows)})
    lines = results_of(world, name + "-result.csv")
    expect(f"{name}: conflicts", [line["conflict"] for line in lines],
           conflicts)


def attack(world, story, city, rows):
    story.step("Somebody tries to take more.")
    other = {"bank-barat": "bank-timur", "bank-timur": "bank-tengah",
             "bank-tengah": "bank-barat"}
    twice = [row for row in rows if row[5] == "bank-barat"][:40]
    expect_refused(world, "disbursements", "all-rows.toml",
                   other["bank-barat"], twice, "twice", "EXCEEDS_REMAINING",
                   [line["sequence"]
                    for line in results_of(world, "bank-barat.csv")[:40]])
    story.tell("40 payments that another bank had already made: refused, each "
               "names the first payment")
    nobody = []
    for family in city:
        if not family.entitlements() and family.bank == "bank-timur":
            nobody.append([family.kk, family.nik, family.name,
                           family.kelurahan, "sembako", "bank-timur", "202601",
                           "202603", "600.000,00"])
    expect_refused(world, "disbursements", "all-rows.toml", "bank-timur",
                   nobody[:30], "nobody", "ENTITLEMENT_UNKNOWN", [""] * 30)
    story.tell("30 payments to families who are not entitled: refused")
    again, granted = [], []
    for row, line in zip(rows, results_of(world, "granted.csv")):
        if row[4] == "sembako" and len(again) < 40:
            again.append(row[:6] + ["202603", "202605"] + row[8:])
            granted.append(line["sequence"])
    expect_refused(world, "entitlements", "grants.toml", "dinsos", again,
                   "overlap", "OVERLAP", granted)
    story.tell("40 second grants that overlap in March: refused, each names "
               "the first grant")
    story.done()


def give_back(world, story, rows):
    story.step("Five accounts were closed; the money comes back and is paid "
               "again.")
    with open(world.path("bank-tengah.csv"), encoding="utf-8") as file:
        references = [line.split(",")[1] for line in file][1:6]
    for reference in references:
        found = world.ask("get", "reference", reference, who="bank-tengah")
        name = find(found, "disbursement")
        entitlement = find(found, "entitlement")
        amount = int(find(found, "amount_minor")) // 100
        world.run("return", name, "--reason", "AC04", "--date", "2026-01-24",
                  who="bank-tengah")
        world.run("pay", entitlement, "--disbursement", name + ".again",
                  "--amount", amount, "--currency", "IDR", "--date",
                  "2026-01-27", "--channel", "KANTOR-POS", who="bank-tengah")
    story.done()


def find(document, key):
    """The first value of that name anywhere in a JSON document."""
    if isinstance(document, dict):
        if key in document:
            return document[key]
        document = list(document.values())
    if isinstance(document, list):
        for one in document:
            value = find(one, key)
            if value is not None:
                return value
    return None


def show(text, lines):
    for line in text.rstrip().splitlines()[:lines]:
        print("     | " + line)


def question(world, story, rows):
    story.step("A citizen asks: was I paid, by whom, when, and where is the "
               "proof?")
    kk = next(row[0] for row in rows if row[5] == "bank-timur")
    show(world.run("get", "recipient", "--scheme", "id.kk", who="bpk",
                   stdin=kk + "\n"), 24)
    story.tell("And the mayor: what has become of the money?")
    show(world.run("balances", who="bpk"), 12)
    with open(world.path("bank-timur.csv"), encoding="utf-8") as file:
        sequence = file.readlines()[1].split(",")[2]
    world.run("receipt", "get", sequence, "-o", "payment.tlog-proof",
              who="bank-timur")
    world.run("receipt", "verify", "payment.tlog-proof", who="bank-timur")
    story.tell(f"The receipt of entry {sequence} was verified without the "
               "server.")
    story.done()


def audit(world, story):
    story.step("The auditor copies the whole log and judges every entry again, "
               "offline.")
    world.run("export", "export", who="bpk")
    world.stop()
    report = world.ask("audit", "export", who="bpk")
    expect("the audit's result", report["result"], "agrees")
    story.tell(f"{report['entries_judged']:,} entries, "
               f"{report['seals_verified']:,} seals: everything agrees.")
    story.done()
    return report


def forge(world, story):
    story.step("The operator edits one amount in his copy of the log.")
    shutil.copytree(world.path("export"), world.path("forged"))
    bundle, sequence = tamper(world.path("forged"))
    story.tell(f"One byte of {bundle}, in entry {sequence}")
    report = world.ask("audit", "forged", who="bpk", expect=(1,))
    named = {finding["sequence"] for finding in report["findings"]["first"]}
    if sequence not in named:
        raise Failure(f"the auditor named {sorted(named)[:5]}, not {sequence}")
    finding = next(f for f in report["findings"]["first"]
                   if f["sequence"] == sequence)
    story.tell(f"The auditor names entry {sequence}: {finding['text']}")
    story.done()


def payment_in(bundle):
    """(offset of the first IDR payment's amount, its index) or None."""
    at, index = 0, 0
    while at < len(bundle):
        length = int.from_bytes(bundle[at:at + 2], "big")
        # Currency and amount of a payment: fields 5 and 6 of its message.
        place = bundle.find(b"\x2a\x03IDR\x30", at + 2, at + 2 + length)
        if place >= 0:
            return place + 6, index
        at, index = at + 2 + length, index + 1
    return None


def tamper(folder):
    """Adds to the amount of the first IDR payment of the middle bundle."""
    root = pathlib.Path(folder)
    found = []
    for path in sorted(root.glob("tile/entries/**/[0-9][0-9][0-9]")):
        payment = payment_in(path.read_bytes())
        if payment is not None:
            found.append((path, *payment))
    if not found:
        raise Failure("the export has no full bundle with a payment")
    path, place, index = found[len(found) // 2]
    bundle = bytearray(path.read_bytes())
    bundle[place] ^= 0x01
    path.write_bytes(bundle)
    name = path.relative_to(root / "tile" / "entries")
    number = int("".join(part.lstrip("x") for part in name.parts))
    return path.relative_to(root), number * 256 + index


def main():
    build, folder = sys.argv[1], sys.argv[2]
    families = int(sys.argv[3]) if len(sys.argv) > 3 else FAMILIES
    story, world = Story(), World(build, folder)
    print("Amanah: a quarter of social assistance in a city like Kota "
          "Mojokerto.\nAll people are invented.")
    try:
        set_up(world, story)
        write_mappings(world)
        city = population.make_city(families)
        rows = grant(world, story, city)
        pay(world, story, rows)
        attack(world, story, city, rows)
        give_back(world, story, rows)
        question(world, story, rows)
        audit(world, story)
        forge(world, story)
    except Failure as failure:
        print(f"\ndemo: failed: {failure}", flush=True)
        return 1
    finally:
        world.stop()
    print(f"\nAll of it took {time.monotonic() - story.started:.0f} s.")
    print("demo: ok")
    return 0


if __name__ == "__main__":
    sys.exit(main())
