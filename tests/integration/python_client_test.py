#!/usr/bin/python3
"""The program of docs/integration.md, run against a real server as a bank.

The Python blocks of that page are joined, the protoc command of that page makes
its classes, and nothing else of ours speaks for the bank.
"""

import pathlib
import re
import subprocess
import sys
import tempfile
import time
import types

import harness
from harness import ROOT, Deployment, Party, signing

PAGE = ROOT / "docs" / "integration.md"
HALF = 30_000_000


def load_document(folder):
    """The page's program as a module, with the classes that it asks for."""
    page = PAGE.read_text()
    command = re.search(r"^    protoc (?:.*\\\n)*.*\n", page, re.M).group(0)
    (folder / "gen").mkdir()
    (folder / "proto").symlink_to(ROOT / "proto")
    subprocess.run(["bash", "-ec", command], cwd=folder, check=True)
    # Ours, of the same names, must not stand in for the page's.
    for name in list(sys.modules):
        if name.split(".")[0] == "amanah" or name.startswith("google.rpc"):
            del sys.modules[name]
    sys.path.insert(0, str(folder / "gen"))
    document = types.ModuleType("document")
    blocks = re.findall(r"^```python\n(.*?)^```$", page, re.M | re.S)
    exec(compile("\n".join(blocks), PAGE, "exec"), document.__dict__)
    made = pathlib.Path(document.posting_pb2.__file__)
    assert made.is_relative_to(folder), made
    return document


class Bank:
    """bank-a, speaking through the page's functions alone."""

    def __init__(self, document, ledger):
        party = ledger.parties["bank-a"]
        self.document = document
        self.name = party.name
        self.key = party.key
        self.salt_key = party.salt_key
        self.origin = ledger.origin
        self.entry0_hash = ledger.entry0_hash
        self.channel = document.connect(
            ledger.address,
            (ledger.folder / "ledger" / "tls.pem").read_bytes(),
            party.read("tls.key"), party.read("tls.pem"))

    def payment(self, reference, disbursement, entitlement, amount=HALF,
                state="CREDITED"):
        return self.document.payment(
            self.salt_key, reference, disbursement=disbursement,
            entitlement=entitlement, end_to_end_id="x/" + disbursement,
            state="DISBURSEMENT_STATE_" + state, currency="IDR",
            amount_minor=amount, value_date="2026-03-02", channel="KKS")

    def seal(self, statements, **other):
        values = {"origin": self.origin, "entry0_hash": self.entry0_hash,
                  "author": self.name, "key": self.key,
                  "last_second": int(time.time()) + 600, **other}
        return self.document.seal(statements=statements, **values)

    def post(self, statements, seal=None):
        return self.document.post(
            self.channel, seal or self.seal(statements), statements)

    def problem(self, statements, seal):
        """The gRPC code and the BatchError's problem of a batch that fails."""
        try:
            self.post(statements, seal)
        except harness.grpc.RpcError as failure:
            error = self.document.batch_error(failure)
            assert error.code == failure.code().value[0], error
            name = self.document.posting_pb2.BatchProblem.Name(
                error.problem).removeprefix("BATCH_PROBLEM_")
            return failure.code().name, name, error
        raise AssertionError("the batch was taken")

    def prove(self, sequence, statement):
        key = self.document.checkpoint_key(self.channel, self.entry0_hash)
        return self.document.prove(self.channel, self.origin, key, sequence,
                                   statement)


def set_up(ledger):
    """A bank, an owner, a program with money, and two entitlements."""
    pb = ledger.statement
    ledger.enrol(Party("bank-a", "BANK"), Party("dinsos", "PROGRAM_OWNER"))
    ledger.administer(
        {"program_defined": pb.ProgramDefined(
            program="SEMBAKO", version=1, first_month="2026-01",
            last_month="2026-12", currency="IDR", unit=pb.UNIT_PERSON,
            benefit="SEMBAKO", recipient_scheme="id.nik",
            region_scheme="id.kemendagri")},
        {"funds_appropriated": pb.FundsAppropriated(
            program="SEMBAKO", fiscal_year=2026, region="35.76",
            currency="IDR", amount_minor=100 * HALF, legal_basis="APBD")})
    results = ledger.post("dinsos", [
        {"entitlement_granted": pb.EntitlementGranted(
            entitlement=name, program="SEMBAKO", fiscal_year=2026,
            appropriation_region="35.76", region="35.76.02.1003",
            recipient=signing.pseudonym("id.nik", name),
            first_month="2026-01", last_month="2026-03", currency="IDR",
            amount_minor=2 * HALF, basis="SK-1")}
        for name in ("e1", "e2")])
    assert not any(r.outcome.refusal for r in results), results


def check_posting(bank, entry_pb2):
    """Accepted, refused and repeated; gives statements with their results."""
    first = [bank.payment("pay/1", "d1", "e1"),
             bank.payment("pay/2", "d2", "e1", state="INSTRUCTED"),
             bank.payment("pay/3", "d3", "e2", 2 * HALF)]
    seal = bank.seal(first)
    answer = bank.post(first, seal)
    assert not answer.repeat
    places = [r.sequence for r in answer.results]
    assert places == list(range(places[0], places[0] + 3)), answer
    for result in answer.results:
        assert result.outcome.verdict == entry_pb2.VERDICT_ACCEPTED, answer

    again = bank.post(first, seal)
    assert again.repeat and again.results == answer.results, again
    # Under a new seal too.
    later = bank.post(first, bank.seal(first, last_second=2_000_000_000))
    assert later.repeat and later.results == answer.results, later

    refused = [bank.payment("pay/4", "d4", "e1", 1)]
    no = bank.post(refused)
    outcome = no.results[0].outcome
    assert no.results[0].sequence == places[-1] + 1, no
    assert outcome.verdict == entry_pb2.VERDICT_REFUSED, no
    assert outcome.refusal == entry_pb2.REFUSAL_EXCEEDS_REMAINING, no
    assert outcome.conflict == places[0], no
    assert bank.post(refused).repeat
    return list(zip(first + refused, [*answer.results, *no.results]))


def check_errors(bank, recorded):
    """Each way in which a seal or a batch is wrong, and nothing is recorded."""
    new = [bank.payment("pay/5", "d5", "e2", 1)]
    stranger = signing.key_of("stranger#1")
    rows = [
        ("UNAUTHENTICATED", "KEY_UNKNOWN", bank.seal(new, key=stranger)),
        ("UNAUTHENTICATED", "SIGNATURE", forged(bank.seal(new))),
        ("INVALID_ARGUMENT", "ORIGIN",
         bank.seal(new, origin="another.example/ledger")),
        ("INVALID_ARGUMENT", "GENESIS",
         bank.seal(new, entry0_hash=signing.b64(bytes(32)))),
        ("INVALID_ARGUMENT", "ROOT", bank.seal([recorded])),
        ("INVALID_ARGUMENT", "SEAL_FORM", b"no note\n"),
        ("DEADLINE_EXCEEDED", "EXPIRED", bank.seal(new, last_second=1)),
    ]
    for code, problem, seal in rows:
        found = bank.problem(new, seal)
        assert found[:2] == (code, problem), (found, problem)
    mixed = [recorded, new[0]]
    code, problem, error = bank.problem(mixed, bank.seal(mixed))
    assert (code, problem) == ("ALREADY_EXISTS", "PARTLY_RECORDED"), error
    assert [one.statement_index for one in error.recorded] == [0], error


def check_stream(bank, recorded):
    """A repeat, an error and a new batch on one stream."""
    old = [statement for statement, _ in recorded[:3]]
    new = [bank.payment("pay/6", "d2", "e1")]
    answers = dict(bank.document.post_many(bank.channel, [
        (bank.seal(old), old), (bank.seal(old), new), (bank.seal(new), new)]))
    assert answers[0].repeat, answers
    assert list(answers[0].results) == [r for _, r in recorded[:3]], answers
    problems = bank.document.posting_pb2
    assert answers[1].problem == problems.BATCH_PROBLEM_ROOT, answers
    result = answers[2].results[0]
    assert not result.outcome.refusal, answers
    # The error in between added nothing.
    assert result.sequence == recorded[-1][1].sequence + 1, answers
    return recorded + [(new[0], result)]


def forged(seal):
    """The seal with its last signature byte changed."""
    head, mark = seal.decode().rstrip("\n").rsplit(" ", 1)
    raw = bytearray(signing.base64.b64decode(mark))
    raw[-2] ^= 1
    return f"{head} {signing.b64(bytes(raw))}\n".encode()


def check_proofs(bank, recorded):
    for statement, result in recorded:
        assert bank.prove(result.sequence, statement) == result.outcome
    statement, result = recorded[0]
    for sequence, bytes_ in [(result.sequence + 1, statement),
                             (result.sequence, statement + b"\x00")]:
        try:
            bank.prove(sequence, bytes_)
        except AssertionError:
            continue
        raise RuntimeError("what is not there was proved")


def check_receipt(ledger, bank, statement, result):
    """A receipt that the client program fetched, verified by the page."""
    document = bank.document
    path = ledger.parties["bank-a"].folder / "pay.tlog-proof"
    ledger.run("bank-a", "receipt", "get", str(result.sequence), "-o", path)
    text = path.read_text()
    key = document.checkpoint_key(bank.channel, bank.entry0_hash)
    sequence, entry = document.open_receipt(text, bank.origin, key)
    assert sequence == result.sequence
    assert entry.statement == statement and entry.outcome == result.outcome
    ledger.run("bank-a", "receipt", "verify", path)

    lines = text.split("\n")
    path_line = lines.index(f"index {sequence}") + 1
    lines[path_line] = signing.b64(bytes(32))
    path.write_text("\n".join(lines))
    try:
        document.open_receipt(path.read_text(), bank.origin, key)
    except AssertionError:
        ledger.run("bank-a", "receipt", "verify", path, code=1)
        return
    raise RuntimeError("a receipt with another path was accepted")


def main():
    with Deployment() as ledger, tempfile.TemporaryDirectory() as folder:
        set_up(ledger)
        document = load_document(pathlib.Path(folder))
        bank = Bank(document, ledger)
        with bank.channel:
            recorded = check_posting(bank, ledger.entry)
            check_errors(bank, recorded[0][0])
            recorded = check_stream(bank, recorded)
            check_proofs(bank, recorded)
            # What was recorded outlives the server.
            assert ledger.stop() == 0, ledger.server_log()
        ledger.start()
        bank = Bank(document, ledger)
        with bank.channel:
            check_proofs(bank, recorded)
            again = bank.post([statement for statement, _ in recorded[:3]])
            assert again.repeat
            assert list(again.results) == [r for _, r in recorded[:3]], again
            check_receipt(ledger, bank, *recorded[0])
    print("ok")


if __name__ == "__main__":
    main()
