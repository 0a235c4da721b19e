#!/usr/bin/python3
"""Builds each message of golden.txt with Python's protobuf classes and compares.

Run as: golden_test.py [<root of the repository> [--write]]
With --write the file is written instead. Exit code 77: no protobuf here (skip).

The values stand here a second time (the first is tests/codec/samples.cc), in
another language and with another protobuf library, so that a golden line is what
both say of the format, and not what our encoder happens to do.
"""

import base64
import hashlib
import importlib
import pathlib
import subprocess
import sys
import tempfile

# Ed25519 public keys of the seeds 01 01 ..., 02 02 ..., and so on.
KEYS = [
    bytes.fromhex(text)
    for text in (
        "8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c",
        "8139770ea87d175f56a35466c34c7ecccb8d8a91b4ee37a25df60f5b8fc9b394",
        "ed4928c628d1c2c6eae90338905995612959273a5c63f93636c14614ac8737d1",
        "ca93ac1705187071d67b83c7ff0efe8108e8ec4530575d7726879333dbdabe7c",
        "6e7a1cdd29b0b78fd13af4c5598feff4ef2a97166e3ca6f2e4fbfccd80505bf1",
    )
]
SALT = bytes(range(0xA0, 0xB0))
ORIGIN = "ledger.kota.example/bansos"


def run(byte, length):
    """`length` times the same byte: hashes, pins, signatures."""
    return bytes([byte]) * length


def verifier_key(name, key):
    typed = b"\x01" + key
    key_id = hashlib.sha256(name.encode() + b"\n" + typed).digest()[:4]
    return f"{name}+{key_id.hex()}+{base64.b64encode(typed).decode()}"


def pseudonym(byte):
    return b"\x11" + run(byte, 32)


def statement(pb, **body):
    return pb.Statement(reference="2026/ref_0001.a-b", salt=SALT, **body)


def administrator(pb, name, key, possession, pins):
    return pb.Administrator(
        name=name, institution="ID.DINSOS/01",
        verifier_key=verifier_key(name, KEYS[key]),
        possession=run(possession, 64), pins=pins)


def opened(pb):
    note = (
        "old.kota.example/bansos\n5\n"
        + base64.b64encode(run(0x0C, 32)).decode()
        + "\n\n\u2014 old.kota.example/bansos "
        + base64.b64encode(b"\x01\x02\x03\x04" + run(0x0D, 64)).decode()
        + "\n")
    yield "ledger_opened.continued", statement(pb, ledger_opened=pb.LedgerOpened(
        origin=ORIGIN, rules_version=1, nonce=bytes(range(32)), threshold=2,
        administrators=[
            administrator(pb, "admin-a", 0, 0x31, [run(0x41, 32), run(0x42, 32)]),
            administrator(pb, "admin-b", 1, 0x32, [run(0x43, 32)]),
            administrator(pb, "admin-c", 2, 0x33, [run(0x40, 32)]),
        ],
        checkpoint_key=verifier_key(ORIGIN, KEYS[3]),
        checkpoint_possession=run(0x34, 64),
        statement_key=verifier_key(ORIGIN, KEYS[4]),
        statement_possession=run(0x35, 64),
        witness_policy="# none \u2013 yet\nquorum none\n",
        predecessor=pb.Predecessor(
            origin="old.kota.example/bansos", checkpoint=note.encode())))
    yield "ledger_opened.smallest", statement(pb, ledger_opened=pb.LedgerOpened(
        origin=ORIGIN, rules_version=1, nonce=run(0, 32), threshold=1,
        administrators=[administrator(pb, "admin-a", 0, 0x31, [run(0x41, 32)])],
        checkpoint_key=verifier_key(ORIGIN, KEYS[3]),
        checkpoint_possession=run(0x34, 64),
        statement_key=verifier_key(ORIGIN, KEYS[4]),
        statement_possession=run(0x35, 64)))


def authorities(pb):
    yield "authority_enrolled.scoped", statement(
        pb, authority_enrolled=pb.AuthorityEnrolled(
            name="bank-a", institution="ID.BANK-A", role=pb.ROLE_BANK,
            programs=["PKH", "SEMBAKO"], regions=["35.76", "35.78.01"],
            verifier_key=verifier_key("bank-a", KEYS[0]),
            possession=run(0x31, 64), pins=[run(0x41, 32), run(0x42, 32)],
            daily_quota=5_000_000))
    yield "authority_enrolled.unscoped", statement(
        pb, authority_enrolled=pb.AuthorityEnrolled(
            name="bpk", institution="BPK", role=pb.ROLE_AUDITOR,
            verifier_key=verifier_key("bpk", KEYS[0]),
            possession=run(0x31, 64), pins=[run(0x41, 32)], daily_quota=1))
    yield "key_rotated", statement(pb, key_rotated=pb.KeyRotated(
        name="bank-a", verifier_key=verifier_key("bank-a", KEYS[1]),
        possession=run(0x31, 64)))
    yield "authority_suspended", statement(
        pb, authority_suspended=pb.AuthoritySuspended(
            name="bank-a", reason_code="KEY-LOST"))
    yield "authority_reinstated", statement(
        pb, authority_reinstated=pb.AuthorityReinstated(
            name="bank-a", reason_code="KEY-FOUND"))
    yield "authority_succeeded", statement(
        pb, authority_succeeded=pb.AuthoritySucceeded(
            name="bank-a", successor="bank-b"))
    yield "pins_changed", statement(pb, pins_changed=pb.PinsChanged(
        pins=[run(0x41, 32), run(0x42, 32), run(0xFF, 32)]))
    yield "ledger_key_rotated", statement(
        pb, ledger_key_rotated=pb.LedgerKeyRotated(
            kind=pb.LEDGER_KEY_KIND_STATEMENT,
            verifier_key=verifier_key(ORIGIN, KEYS[2]),
            possession=run(0x31, 64)))
    yield "rules_adopted", statement(
        pb, rules_adopted=pb.RulesAdopted(version=300))


def programs(pb):
    yield "program_defined.full", statement(
        pb, program_defined=pb.ProgramDefined(
            program="SEMBAKO", version=2, first_month="2026-01",
            last_month="2027-12", currency="IDR", whole_units=True,
            unit=pb.UNIT_HOUSEHOLD, benefit="SEMBAKO", recipient_scheme="id.nik",
            region_scheme="id.kemendagri", excludes=["BLT-DD", "PKH"],
            ceiling_minor=20_000_000))
    yield "program_defined.smallest", statement(
        pb, program_defined=pb.ProgramDefined(
            program="P", version=1, first_month="1900-01", last_month="9999-12",
            currency="KWD", unit=pb.UNIT_PERSON, benefit="B",
            recipient_scheme="br.nis", region_scheme="br.ibge"))
    yield "funds_appropriated.taken_back", statement(
        pb, funds_appropriated=pb.FundsAppropriated(
            program="SEMBAKO", fiscal_year=2026, region="35.76", currency="IDR",
            amount_minor=-60_000_000, legal_basis="APBD-2026/4"))
    yield "funds_appropriated.whole_scheme", statement(
        pb, funds_appropriated=pb.FundsAppropriated(
            program="SEMBAKO", fiscal_year=2026, currency="IDR",
            amount_minor=2**63 - 1, legal_basis="APBN-2026"))


def payments(pb):
    yield "entitlement_granted.household", statement(
        pb, entitlement_granted=pb.EntitlementGranted(
            entitlement="E/2026/0001", program="SEMBAKO", fiscal_year=2026,
            appropriation_region="35.76", recipient=pseudonym(0x51),
            household=pseudonym(0x52),
            members=[pseudonym(0x50), pseudonym(0x53)],
            region="35.76.02.1003", first_month="2026-01", last_month="2026-03",
            currency="IDR", amount_minor=60_000_000, basis="SK-2026/17",
            basis_digest=run(0x61, 32)))
    yield "entitlement_granted.person", statement(
        pb, entitlement_granted=pb.EntitlementGranted(
            entitlement="E/2026/0002", program="PKH", fiscal_year=2026,
            recipient=pseudonym(0x51), region="35", first_month="2026-12",
            last_month="2026-12", currency="IDR", amount_minor=1, basis="SK"))
    yield "entitlement_revoked", statement(
        pb, entitlement_revoked=pb.EntitlementRevoked(
            entitlement="E/2026/0001", reason_code="DECEASED"))
    yield "disbursement_reported.instructed", statement(
        pb, disbursement_reported=pb.DisbursementReported(
            disbursement="D/2026/0001", entitlement="E/2026/0001",
            end_to_end_id="E2E_0001", state=pb.DISBURSEMENT_STATE_INSTRUCTED,
            currency="IDR", amount_minor=20_000_000, value_date="2026-01-15",
            channel="KKS"))
    yield "disbursement_reported.returned", statement(
        pb, disbursement_reported=pb.DisbursementReported(
            disbursement="D/2026/0001", entitlement="E/2026/0001",
            end_to_end_id="E2E_0001", state=pb.DISBURSEMENT_STATE_RETURNED,
            currency="IDR", amount_minor=20_000_000, value_date="2028-02-29",
            channel="POS", reason_code="AC04", bank_reason_code="CLOSED-7",
            predecessor="bank-0"))


def seal(pb, index, size, last_second, signatures, administrators=False):
    return pb.Seal(
        index=index, size=size, root=run(0x71, 32), last_second=last_second,
        administrators=administrators,
        signatures=[
            pb.SealSignature(
                key_entry=entry, key_position=position, signature=run(byte, 64))
            for entry, position, byte in signatures
        ])


def entries(pb):
    accepted = pb.Outcome(verdict=pb.VERDICT_ACCEPTED)
    yield "entry.first", pb.Entry(
        previous=run(0, 32), time_us=1_767_225_600_000_000,
        statement=b"\x0a\x01a", outcome=accepted,
        seal=seal(pb, 0, 1, 1_767_225_700, [(0, 0, 0x81), (0, 2, 0x82)], True))
    yield "entry.accepted", pb.Entry(
        sequence=70_000, previous=run(0x72, 32), time_us=1_767_225_600_000_001,
        statement=run(0x73, 200), outcome=accepted,
        seal=seal(pb, 4_095, 4_096, 1_767_225_700, [(17, 0, 0x83)]))
    yield "entry.refused", pb.Entry(
        sequence=300, previous=run(0x72, 32), time_us=2**63 - 1,
        statement=b"\x00", seal=seal(pb, 1, 2, 2**63 - 1, [(5, 0, 0x84)]),
        outcome=pb.Outcome(
            verdict=pb.VERDICT_REFUSED, refusal=pb.REFUSAL_OVERLAP, conflict=299))
    yield "entry.refused_for_entry_zero", pb.Entry(
        sequence=1, previous=run(0x72, 32), statement=b"\x00",
        seal=seal(pb, 0, 2, 0, [(0, 1, 0x85)], True),
        outcome=pb.Outcome(
            verdict=pb.VERDICT_REFUSED, refusal=pb.REFUSAL_REFERENCE_REUSED,
            conflict=0))
    yield "entry.refused_for_none", pb.Entry(
        sequence=2, previous=run(0x72, 32), time_us=1, statement=b"\x00",
        seal=seal(pb, 0, 1, 1, [(0, 0, 0x86), (0, 1, 0x87), (9, 0, 0x88),
                                (2**64 - 1, 2**32 - 1, 0x89)], True),
        outcome=pb.Outcome(
            verdict=pb.VERDICT_REFUSED, refusal=pb.REFUSAL_ILLEGAL_TRANSITION))


def generated_classes(root, folder):
    """The modules that protoc makes of statement.proto and entry.proto."""
    subprocess.run(
        ["protoc", f"--proto_path={root / 'proto'}", f"--python_out={folder}",
         "amanah/v1/statement.proto", "amanah/v1/entry.proto"], check=True)
    sys.path.insert(0, folder)
    return [importlib.import_module(f"amanah.v1.{name}_pb2")
            for name in ("statement", "entry")]


def main():
    try:
        importlib.import_module("google.protobuf")
    except ImportError:
        print("no Python protobuf")
        return 77
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    with tempfile.TemporaryDirectory() as folder:
        statement_pb, entry_pb = generated_classes(root, folder)
        messages = [*opened(statement_pb), *authorities(statement_pb),
                    *programs(statement_pb), *payments(statement_pb),
                    *entries(entry_pb)]
        lines = [f"{name} {message.SerializeToString(deterministic=True).hex()}"
                 for name, message in messages]
    path = root / "tests" / "codec" / "golden.txt"
    if "--write" in sys.argv[2:]:
        path.write_text("\n".join(lines) + "\n")
        return 0
    kept = path.read_text().splitlines()
    for ours, golden in zip(lines, kept):
        if ours != golden:
            print(f"differs:\n {ours}\n {golden}")
            return 1
    if len(lines) != len(kept):
        print(f"{len(lines)} messages here, {len(kept)} in golden.txt")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
