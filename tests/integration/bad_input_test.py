#!/usr/bin/python3
"""A row for each bad input: a clear error, its documented code, no change.

Batches go to a real server with a gRPC client of another language, files and
words to the client program, keys and data folders to the server's start. The
size of the log is compared before and after each row. What only the book can
know (a name or a key used before) is refused by an entry, and only by that.
"""

import contextlib
import dataclasses
import shutil
import sys
import time
import typing

import harness
from harness import Deployment, Party, grpc, signing

NIK = "3576021501909999"  # made up, as all numbers here


# Protobuf by hand, since no library writes what is not canonical.


def varint(number):
    out = b""
    while number > 0x7F:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])


def number(field, value):
    return varint(field << 3) + varint(value)


def run(field, value):
    value = value.encode() if isinstance(value, str) else value
    return varint(field << 3 | 2) + varint(len(value)) + value


SALT = run(2, bytes(16))
MONEY = number(6, 1)  # amount_minor of a payment
STATE = number(4, 3)  # credited


def payment(head=None, amount=MONEY, state=STATE, tail=b"", after=b""):
    """A DisbursementReported in which a part may be put wrong. Its reference
    is new, as long as nothing is recorded."""
    body = (run(1, "d-bad") + run(2, "e1") + run(3, "x-bad") + state
            + run(5, "IDR") + amount + run(7, "2026-03-02") + run(8, "KKS")
            + tail)
    head = run(1, "bad") + SALT if head is None else head
    return head + run(130, body) + after


def payments(count):
    return [payment(run(1, f"bad-{i}") + SALT) for i in range(count)]


class Scene:
    """The ledger that bad input is brought to."""

    def __init__(self, ledger):
        self.ledger = ledger
        self.pb = ledger.statement
        self.folder = ledger.folder / "input"
        self.folder.mkdir()

    def set_up(self):
        ledger, pb = self.ledger, self.pb
        ledger.enrol(Party("bank-a", "BANK"), Party("bank-s", "BANK"),
                     Party("bank-r", "BANK"), Party("dinsos", "PROGRAM_OWNER"))
        ledger.administer(
            {"program_defined": pb.ProgramDefined(
                program="SEMBAKO", version=1, first_month="2026-01",
                last_month="2026-12", currency="IDR", unit=pb.UNIT_PERSON,
                benefit="SEMBAKO", recipient_scheme="id.nik",
                region_scheme="id.kemendagri")},
            {"funds_appropriated": pb.FundsAppropriated(
                program="SEMBAKO", fiscal_year=2026, region="35.76",
                currency="IDR", amount_minor=10**9, legal_basis="APBD")},
            *({"authority_suspended": pb.AuthoritySuspended(
                name=name, reason_code="LOST")} for name in ("bank-s",
                                                             "citra")),
            {"key_rotated": pb.KeyRotated(name="bank-r", **ledger._key(
                "bank-r", signing.key_of("bank-r#2"), "bank"))})
        result, = ledger.post("dinsos", [self.grant(entitlement="e1")])
        assert not result.outcome.refusal, result

    # Statements.

    def grant(self, **changed):
        fields = {"entitlement": "e-bad", "program": "SEMBAKO",
                  "fiscal_year": 2026, "appropriation_region": "35.76",
                  "recipient": signing.pseudonym("id.nik", NIK),
                  "region": "35.76.02.1003", "first_month": "2026-01",
                  "last_month": "2026-01", "currency": "IDR",
                  "amount_minor": 100, "basis": "SK-1", **changed}
        return {"entitlement_granted": self.pb.EntitlementGranted(**fields)}

    def enrolment(self, party):
        party.pin = signing.pin_of(party.name)
        return {"authority_enrolled": self.ledger._enrolment(party)}

    def small_order(self):
        body = self.enrolment(Party("bank-t", "BANK"))
        body["authority_enrolled"].verifier_key = signing.verifier_key(
            "bank-t", bytes([1]) + bytes(31))
        return body

    def used_key(self):
        party = Party("bank-u", "BANK")
        party.key = self.ledger.parties["bank-a"].key
        return self.enrolment(party)

    # Batches.

    def batch(self, *statements, author="bank-a", **seal):
        """Sealed as the author does; `seal` puts something else in it."""
        party = self.ledger.parties[author]
        text = signing.seal_text(
            seal.get("origin", self.ledger.origin),
            seal.get("genesis", self.ledger.genesis), author,
            seal.get("last_second", int(time.time()) + 600),
            list(statements) or [b""])
        if not statements:
            text = text.replace(b"\n1\n", b"\n0\n")
        return author, self.ledger.posting.PostBatchRequest(
            seal=signing.signed_note(text, [(author, seal.get("key",
                                                              party.key))]),
            statements=statements)

    def say(self, author, body):
        """One statement made by the library, sealed."""
        request = self.ledger.seal(author, [self.ledger.say(author, **body)])
        return "ani" if author == harness.ADMINISTRATORS else author, request

    def suspended(self):
        """What the administrators say, signed by a suspended one of them."""
        statement = self.ledger.say(ADMINISTRATORS, authority_reinstated=(
            self.pb.AuthorityReinstated(name="citra", reason_code="FOUND")))
        return "ani", self.ledger.seal(ADMINISTRATORS, [statement],
                                       ("ani", "citra"))

    def reference(self, text):
        """A payment under that reference."""
        return self.batch(payment(run(1, text) + SALT))

    def forged(self):
        author, request = self.batch(payment())
        head, mark = request.seal.decode().rstrip("\n").rsplit(" ", 1)
        raw = bytearray(signing.base64.b64decode(mark))
        raw[-2] ^= 1
        request.seal = f"{head} {signing.b64(bytes(raw))}\n".encode()
        return author, request

    def post(self, caller, request):
        """The gRPC code, BatchError's problem and text; or what was decided."""
        with self.ledger.connect(caller) as channel:
            stub = self.ledger.posting_stubs.PostingStub(channel)
            try:
                answer = stub.PostBatch(request, timeout=30)
            except grpc.RpcError as failure:
                return failure.code().name, self.problem(failure), \
                    failure.details()
        result, = answer.acknowledgement.results
        name = self.ledger.entry.Refusal.Name(result.outcome.refusal)
        return "OK", name.removeprefix("REFUSAL_"), str(result.outcome)

    def problem(self, failure):
        from google.rpc import status_pb2
        error = self.ledger.posting.BatchError()
        for key, value in failure.trailing_metadata() or ():
            if key == "grpc-status-details-bin":
                for detail in status_pb2.Status.FromString(value).details:
                    detail.Unpack(error)
        return self.ledger.posting.BatchProblem.Name(
            error.problem).removeprefix("BATCH_PROBLEM_")

    # Files.

    def write(self, name, data):
        path = self.folder / name
        path.unlink(missing_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    def imported(self, rows, head="NO,NIK,MONTH,REGION,AMOUNT\n", more=""):
        """What `import entitlements` says of a file."""
        if isinstance(rows, str):
            rows = rows.encode()
        file = self.write("grants.csv", head.encode() + rows)
        mapping = self.write("grants.toml", MAPPING + more)
        return self.client("dinsos", "import", "entitlements", file,
                           "--mapping", mapping)

    def client(self, name, *arguments, text="", changed=()):
        """Exit code and what was said. `changed`: files of that party that are
        another way for this run: (name, bytes or None, mode)."""
        folder = self.ledger.parties[name].folder
        with contextlib.ExitStack() as stack:
            for file, data, mode in changed:
                stack.enter_context(put(folder / file, data, mode))
            done = self.ledger.attempt(name, *arguments, input=text)
        return done.returncode, done.stdout + done.stderr

    def grant_word(self, *changed, text=NIK + "\n"):
        words = {"--program": "SEMBAKO", "--year": "2026", "--funds-region":
                 "35.76", "--region": "35.76.02.1003", "--months": "2026-02",
                 "--amount": "1", "--basis": "SK-1"}
        words.update(dict(changed))
        flat = [part for pair in words.items() for part in pair]
        return self.client("dinsos", "grant", "e-bad", *flat, text=text)

    def pay(self, amount="1", **options):
        return self.client(
            "bank-a", "pay", "e1", "--disbursement", "d-bad", "--amount",
            amount, "--date", "2026-03-02", "--channel", "KKS", **options)


@contextlib.contextmanager
def put(path, data=None, mode=None):
    """A file with other bytes or another mode, for a while."""
    old, old_mode = path.read_bytes(), path.stat().st_mode & 0o777
    if data is not None:
        path.write_bytes(data)
    if mode is not None:
        path.chmod(mode)
    try:
        yield
    finally:
        path.write_bytes(old)
        path.chmod(old_mode)


MAPPING = """
[ids]
public = true
[ids.entitlement]
prefix = "p-"
columns = ["NO"]
[entitlement]
program = "SEMBAKO"
fiscal_year = "2026"
appropriation_region = "35.76"
recipient = {scheme = "id.nik", value = "{NIK}"}
region = "{REGION}"
month = "{MONTH}"
currency = "IDR"
amount = "{AMOUNT}"
basis = "SK-1"
"""
GOOD_ROW = f"1,{NIK},2026-01,35.76.02.1003,1000.00\n"


@dataclasses.dataclass
class Row:
    """A bad input: its name, what brings it in, and what is said to it. `code`
    is a gRPC status with a problem, or a program's exit code."""
    name: str
    bring: typing.Callable
    code: typing.Union[str, int]
    text: str
    entries: int = 0


ADMINISTRATORS = harness.ADMINISTRATORS
INVALID = "INVALID_ARGUMENT "

BATCHES = [
    Row("malformed protobuf", lambda s: s.batch(b"\x0a\xff"),
        INVALID + "ENCODING", "field 1 has no shortest varint as its length"),
    Row("no bytes at all", lambda s: s.batch(b""), INVALID + "LENGTH",
        "a statement has 0 bytes, not 1 to 16384"),
    Row("a length that is not minimal",
        lambda s: s.batch(payment(b"\x0a\x83\x00bad" + SALT)),
        INVALID + "ENCODING", "field 1 has no shortest varint"),
    Row("a number that is not minimal",
        lambda s: s.batch(payment(amount=varint(6 << 3) + b"\x81\x00")),
        INVALID + "ENCODING", "field 6 is no shortest varint"),
    Row("a default value written out",
        lambda s: s.batch(payment(tail=run(9, b""))), INVALID + "ENCODING",
        "field 9 is there but empty"),
    Row("fields out of order",
        lambda s: s.batch(payment(SALT + run(1, "bad"))),
        INVALID + "ENCODING", "statement: field 1"),
    Row("nested fields out of order",
        lambda s: s.batch(payment(amount=run(7, "2026-03-02") + MONEY)),
        INVALID + "ENCODING", "field 6 is out of order"),
    Row("a field twice",
        lambda s: s.batch(payment(run(1, "bad") + run(1, "bad") + SALT)),
        INVALID + "ENCODING", "statement: field 1"),
    Row("an unknown field", lambda s: s.batch(payment(after=number(200, 1))),
        INVALID + "ENCODING", "field 200 is unknown"),
    Row("a nested unknown field",
        lambda s: s.batch(payment(tail=number(50, 1))), INVALID + "ENCODING",
        "field 50 is unknown"),
    Row("an unknown enum value",
        lambda s: s.batch(payment(state=number(4, 99))), INVALID + "ENCODING",
        "field 4 is 99, which state has not"),
    Row("a reserved enum value",
        lambda s: s.batch(payment(state=number(4, 2))), INVALID + "ENCODING",
        "field 4 is 2, which state has not"),
    Row("another origin",
        lambda s: s.batch(payment(), origin="another.example/ledger"),
        INVALID + "ORIGIN", "another.example/ledger"),
    Row("another ledger of the same origin",
        lambda s: s.batch(payment(), genesis=signing.sha256(b"another")),
        INVALID + "GENESIS", "another ledger of the same origin"),
    Row("a bad signature", lambda s: s.forged(), "UNAUTHENTICATED SIGNATURE",
        "the signature of bank-a does not verify"),
    Row("an expired seal",
        lambda s: s.batch(payment(), last_second=int(time.time()) - 2),
        "DEADLINE_EXCEEDED EXPIRED", "the seal holds to second"),
    Row("an unknown key",
        lambda s: s.batch(payment(), key=signing.key_of("stranger#1")),
        "UNAUTHENTICATED KEY_UNKNOWN", "bank-a never held the key"),
    Row("a suspended key", lambda s: s.suspended(),
        "UNAUTHENTICATED AUTHOR_SUSPENDED", "citra was suspended by entry"),
    Row("a suspended caller", lambda s: s.batch(payment(), author="bank-s"),
        "PERMISSION_DENIED UNSPECIFIED", "bank-s was suspended by entry"),
    Row("a key that was replaced",
        lambda s: s.batch(payment(), author="bank-r"),
        "UNAUTHENTICATED KEY_RETIRED", "the key of bank-r was replaced"),
    Row("a key of small order",
        lambda s: s.say(ADMINISTRATORS, s.small_order()), INVALID + "FIELD",
        "is no verifier key of a valid Ed25519 point"),
    Row("a name used before",
        lambda s: s.say(ADMINISTRATORS, s.enrolment(Party("bank-a", "BANK"))),
        "OK NAME_USED", "conflict: 1", 1),
    Row("a key used before", lambda s: s.say(ADMINISTRATORS, s.used_key()),
        "OK KEY_USED", "conflict: 1", 1),
    Row("a batch of 0", lambda s: s.batch(), INVALID + "SIZE",
        "1 to 4096 statements, this one 0"),
    Row("a batch of 4,097", lambda s: s.batch(*payments(4097)),
        INVALID + "SIZE", "4097"),
    Row("a batch above 1 MiB",
        lambda s: s.batch(*(bytes([i]) * 16_384 for i in range(65))),
        INVALID + "LENGTH", "at most 1048576 bytes of statements"),
    Row("a message above 2 MiB",
        lambda s: s.batch(*(bytes([i]) * 16_384 for i in range(129))),
        "RESOURCE_EXHAUSTED UNSPECIFIED", "larger than max"),
    Row("a statement above 16 KiB",
        lambda s: s.batch(payment(), b"x" * 16_385), INVALID + "LENGTH",
        "statement 1: a statement has at most 16384"),
    Row("a negative amount",
        lambda s: s.batch(payment(amount=number(6, 2**64 - 5))),
        INVALID + "FIELD", "amount_minor -5 is not positive"),
    Row("an amount above 64 bits",
        lambda s: s.batch(payment(amount=varint(6 << 3) + b"\x80" * 9
                                  + b"\x02")), INVALID + "ENCODING",
        "field 6 is no shortest varint of 64 bits"),
    Row("funds that overflow",
        lambda s: s.say(ADMINISTRATORS, {
            "funds_appropriated": s.pb.FundsAppropriated(
                program="SEMBAKO", fiscal_year=2026, region="35.76",
                currency="IDR", amount_minor=2**63 - 1, legal_basis="APBD")}),
        "OK FUNDS_OVERFLOW", "", 1),
    Row("month 13",
        lambda s: s.say("dinsos", s.grant(last_month="2026-13")),
        INVALID + "FIELD", "last_month \"2026-13\" is no month"),
    Row("the first month after the last",
        lambda s: s.say("dinsos", s.grant(first_month="2026-02")),
        INVALID + "FIELD", "2026-01 is before first_month 2026-02"),
    Row("invalid UTF-8", lambda s: s.reference(b"bad\xff"),
        INVALID + "ENCODING", "field 1 is not valid UTF-8"),
    Row("a control character in an identifier", lambda s: s.reference("b\nd"),
        INVALID + "FIELD", "reference \"b?d\" is not"),
    Row("16 digits in a row in an identifier",
        lambda s: s.reference("p-" + NIK), INVALID + "FIELD",
        "reference (16 digits in a row) is not"),
    Row("a region of no form",
        lambda s: s.say("dinsos", s.grant(region="35..76")),
        INVALID + "FIELD", "35..76"),
    Row("a region of another scheme's form",
        lambda s: s.say("dinsos", s.grant(region="35.76.2")),
        "OK REGION_FORM", "conflict: ", 1),
]

WORDS = [
    Row("a NIK with letters",
        lambda s: s.client("dinsos", "pseudonym", text="35760215019O9999\n"),
        2, "holds something else than digits"),
    Row("a NIK with an impossible date",
        lambda s: s.client("dinsos", "pseudonym", text="3576023102909999\n"),
        2, "a date that does not exist"),
    Row("a grant to a NIK of 15 digits",
        lambda s: s.grant_word(text="357602150190999\n"), 2,
        "has 15 digits, not 16"),
    Row("a grant for month 13",
        lambda s: s.grant_word(("--months", "2026-13")), 2,
        '"2026-13" is no month'),
    Row("a grant from March to January",
        lambda s: s.grant_word(("--months", "2026-03..2026-01")), 2,
        "ends before it begins"),
    Row("a grant in a region of no form",
        lambda s: s.grant_word(("--region", "35,76")), 2,
        'region "35,76" is not'),
    Row("a payment of less than nothing", lambda s: s.pay("-1"), 2,
        "amount_minor -100 is not positive"),
    Row("a payment of more than there can be",
        lambda s: s.pay("99999999999999999999"), 2,
        "at most 92233720368547758.07"),
    Row("a payment of 1.234,5", lambda s: s.pay("1.234,5"), 2,
        '"1.234,5" is no amount of IDR'),
    Row("a missing column",
        lambda s: s.imported(f"1,{NIK},2026-01,35.76\n",
                             "NO,NIK,MONTH,REGION\n"), 2, "AMOUNT"),
    Row("a ragged row",
        lambda s: s.imported(GOOD_ROW + f"2,{NIK},2026-01\n"), 2,
        "row 3: 3 fields where the header has 5"),
    Row("1.234,5 in a file with decimal points",
        lambda s: s.imported(f'1,{NIK},2026-01,35.76,"1.234,5"\n'), 2,
        "row 2 column \"AMOUNT\": the amount has ','"),
    Row("a file with month 13",
        lambda s: s.imported(f"1,{NIK},2026-13,35.76,1.00\n"), 2,
        'row 2 column "MONTH": first_month is no month'),
    Row("a file whose NIK has letters",
        lambda s: s.imported("1,35760215019O9999,2026-01,35.76,1.00\n"), 2,
        "row 2 column \"NIK\": a number"),
    Row("a file whose NIK has an impossible date",
        lambda s: s.imported("1,3576023102909999,2026-01,35.76,1.00\n"), 2,
        "a date that does not exist"),
    Row("a file with invalid UTF-8",
        lambda s: s.imported(b"\xff," + GOOD_ROW[2:].encode()), 2,
        'row 2: column "NO": the bytes are not utf-8'),
    Row("a file with a region of no form",
        lambda s: s.imported(f"1,{NIK},2026-01,35..76,1.00\n"), 2,
        'row 2 column "REGION": region is not'),
    Row("a file with less than its control total",
        lambda s: s.imported(GOOD_ROW, more="[totals]\nrows = 2\n"), 2,
        "there are 1 rows to import, and 2 are declared"),
    Row("a mapping with an unknown key",
        lambda s: s.imported(GOOD_ROW, more='bonus = "1"\n'), 2, "bonus"),
    Row("a signing key that was corrupted",
        lambda s: s.pay(changed=[("signing.key", corrupted(s, "signing.key"),
                                  None)]), 2, "not a sound key file"),
    Row("a signing key that was cut short",
        lambda s: s.pay(changed=[("signing.key", b"amanah-key/v1\n", None)]),
        2, "not a sound key file"),
    Row("a salt key in place of the signing key",
        lambda s: s.pay(changed=[
            ("signing.key", s.ledger.parties["bank-a"].read("salt.key"),
             None)]), 2, "holds a salt key, not a signing key"),
    Row("a signing key that others may read",
        lambda s: s.pay(changed=[("signing.key", None, 0o644)]), 2, "0644"),
    Row("a TLS key that the group may read",
        lambda s: s.pay(changed=[("tls.key", None, 0o640)]), 2, "0640"),
    Row("a file that is no batch",
        lambda s: s.client("bank-a", "post", s.write("bad.batch", "no batch")),
        2, "bad.batch is not a batch file"),
    Row("a profile of another entry 0",
        lambda s: s.client("bank-a", "checkpoint", "--genesis",
                           signing.b64(bytes(32))), 1,
        "was to be expected"),
    Row("a profile with another pin of the server",
        lambda s: s.client("bank-a", "checkpoint", "--server-pin",
                           signing.b64(bytes(32))), 1,
        "is not the one that the profile pins"),
]


def corrupted(scene, name):
    """A key file in which one character of the secret is another."""
    data = bytearray(scene.ledger.parties["bank-a"].read(name))
    place = data.index(b"secret: ") + 12
    data[place] = ord("A") if data[place] != ord("A") else ord("B")
    return bytes(data)


def check_batch(scene, row):
    code, problem, text = scene.post(*row.bring(scene))
    assert f"{code} {problem}" == row.code, (code, problem, text)
    assert row.text in text, text


def check_words(scene, row):
    code, text = row.bring(scene)
    assert code == row.code, (code, text)
    assert row.text in text, text
    assert NIK not in text, "the number of a person is shown"


def check_running(scene):
    """The rows that need a server; gives how many were accepted wrongly."""
    bad = 0
    for rows, check in ((BATCHES, check_batch), (WORDS, check_words)):
        for row in rows:
            before = scene.ledger.size()
            try:
                check(scene, row)
                added = scene.ledger.size() - before
                assert added == row.entries, f"added {added} entries"
            except Exception as why:  # all rows are shown, then it fails
                bad += 1
                print(f"{row.name}: {why}")
    return bad


# What a server must not start with.


def edited(path, old, new):
    data = path.read_text()
    assert old in data
    return put(path, data.replace(old, new).encode())


@contextlib.contextmanager
def replaced(folder, other):
    """`folder` holds what `other` does, for a while."""
    kept = folder.with_name("kept")
    folder.rename(kept)
    shutil.copytree(other, folder)
    try:
        yield
    finally:
        shutil.rmtree(folder)
        kept.rename(folder)


@dataclasses.dataclass
class Start:
    name: str
    spoil: typing.Callable  # (the ledger's folder, other data) → context
    text: str
    serve: tuple = ()  # more arguments for `amanahd serve`


STARTS = [
    Start("a data folder of another version",
          lambda f, _: edited(f / "data/FORMAT", "amanah-data/v1",
                              "amanah-data/v2"), "amanah-data/v2"),
    Start("a data folder of another origin",
          lambda f, copies: replaced(f / "data", copies / "other"),
          "the secret of the checkpoint key in force is not here; the folder "
          "holds the ledger another.example/ledger"),
    Start("a data folder of another ledger than is to be served",
          lambda f, copies: replaced(f / "data", copies / "other"),
          f"the folder holds the ledger another.example/ledger, not "
          f"{harness.ORIGIN}", ("--origin", harness.ORIGIN)),
    Start("a FORMAT that names another origin",
          lambda f, _: edited(f / "data/FORMAT", harness.ORIGIN,
                              "another.example/ledger"),
          "names origin another.example/ledger, entry 0 another"),
    Start("a torn FORMAT", lambda f, _: put(f / "data/FORMAT", b"amanah"),
          "torn or damaged"),
    Start("a log shorter than the signer's memory",
          lambda f, copies: replaced(f / "data/entries", copies / "older"),
          "entries, but a checkpoint of"),
    Start("a checkpoint key that was corrupted",
          lambda f, _: put(f / "checkpoint.key", b"amanah-key/v1\n"),
          "not a sound key file"),
    Start("a checkpoint key that others may read",
          lambda f, _: put(f / "checkpoint.key", None, 0o644), "0644"),
    Start("another ledger's checkpoint key",
          lambda f, _: put(f / "checkpoint.key",
                           (f / "statement.key").read_bytes()),
          "the secret of the checkpoint key in force is not here"),
    Start("a TLS key that others may read",
          lambda f, _: put(f / "tls.key", None, 0o644), "0644"),
]


def must_not_start(ledger, row, context):
    """Whether the server refused, and said why."""
    with context:
        place = len(ledger.server_log())
        usual, ledger.serve = ledger.serve, [*ledger.serve, *row.serve]
        try:
            ledger.start()
        except RuntimeError:
            text = ledger.server_log()[place:]
            if row.text in text:
                return True
            print(f"{row.name}: it said {text}")
            return False
        finally:
            ledger.serve = usual
        ledger.stop()
        print(f"{row.name}: the server started")
        return False


def check_starts(scene):
    ledger = scene.ledger
    folder = ledger.folder / "ledger"
    copies = ledger.folder / "copies"
    with Deployment(origin="another.example/ledger") as other:
        assert other.stop() == 0
        shutil.copytree(other.folder / "ledger" / "data", copies / "other")
    assert ledger.stop() == 0
    shutil.copytree(folder / "data" / "entries", copies / "older")
    ledger.start()
    _, request = scene.batch(payment())
    result = scene.post("bank-a", request)
    assert result[:2] == ("OK", "UNSPECIFIED"), result
    size = ledger.size()
    assert ledger.stop() == 0
    bad = 0
    for row in STARTS:
        bad += not must_not_start(ledger, row, row.spoil(folder, copies))
    ledger.start()
    assert ledger.size() == size, "a start that failed changed the log"
    return bad


def main():
    with Deployment() as ledger:
        scene = Scene(ledger)
        scene.set_up()
        # Right input of the same form is taken.
        good = scene.imported(f"9,{NIK},2026-05,35.76.02.1003,1000.00\n")
        assert good[0] == 0, good
        bad = check_running(scene) + check_starts(scene)
        ledger.run("ani", "audit")
    if bad:
        print(f"{bad} bad inputs were not answered as they must be")
        return 1
    print(f"{len(BATCHES) + len(WORDS) + len(STARTS)} bad inputs, "
          "none accepted")
    return 0


if __name__ == "__main__":
    sys.exit(main())
