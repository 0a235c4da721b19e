#!/usr/bin/python3
"""A server whose disk fails, whose machine loses power, whose clock steps.

A preloaded library (tests/support/disk_faults) makes the real server's writes
and syncs fail, and keeps account of what would survive a loss of power. After
each failure: nothing was acknowledged that is not there, once, with its
sequence, after the next start; the same batch again gives the same answer; an
audit finds nothing; and what the server said is in docs/operations.md.

Skipped where there is no C compiler.
"""

import contextlib
import mmap
import os
import re
import shutil
import signal
import struct
import subprocess
import threading
import time

import harness
from harness import ADMINISTRATORS, ROOT, Deployment, grpc, signing

SOURCE = ROOT / "tests" / "support" / "disk_faults" / "disk_faults.c"
OPERATIONS = ROOT / "docs" / "operations.md"
WRITE_NO_SPACE, SYNC_FAILS, SYNC_HANGS, SYNC_LIES, WRITE_TEARS = range(1, 6)
DAY_SECONDS = 86_400
STORAGE_FAILED = "the ledger appends nothing: a write to its storage failed"
# Seals hold however the clock is set.
LAST_SECOND = 4_000_000_000


def compile_library(folder):
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        harness.skip("there is no C compiler")
    library = folder / "disk_faults.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, SOURCE],
                   check=True)
    return library


class Disk:
    """What the server's disk and clock do, and what of it would survive."""

    def __init__(self, folder, data):
        self.data = data
        self.library = compile_library(folder)
        self.control = folder / "control"
        self.control.write_bytes(bytes(4096))
        self.synced = folder / "synced"
        with open(self.control, "r+b") as file:
            self.map = mmap.mmap(file.fileno(), 4096)
        self.lengths = {}  # by inode
        self.names = set()  # (inode of a folder, inode of a file)

    @contextlib.contextmanager
    def preloaded(self):
        """For a server that is started within; all that is there survives."""
        self.synced.write_bytes(b"")
        self.lengths, self.names = {}, set()
        for path in self.data.rglob("*"):
            facts = path.stat()
            self.lengths[facts.st_ino] = facts.st_size
            self.names.add((path.parent.stat().st_ino, facts.st_ino))
        values = {"LD_PRELOAD": str(self.library),
                  "AMANAH_FAULT_FOLDER": str(self.data),
                  "AMANAH_FAULT_CONTROL": str(self.control),
                  "AMANAH_FAULT_SYNCED": str(self.synced)}
        os.environ.update(values)
        try:
            yield
        finally:
            for name in values:
                del os.environ[name]

    def clock_of_server(self):
        """For a program that runs on the server's clock."""
        return os.environ | {"LD_PRELOAD": str(self.library),
                             "AMANAH_FAULT_FOLDER": "/nowhere",
                             "AMANAH_FAULT_CONTROL": str(self.control),
                             "AMANAH_FAULT_SYNCED": os.devnull}

    def fail(self, fault, part, succeed=0):
        """From now on `fault` for files whose path holds `part`, after so many
        calls that succeed."""
        self.map[0:8] = bytes(8)
        self.map[8:16] = struct.pack("=q", succeed)
        self.map[24:32] = bytes(8)
        self.map[64:576] = part.encode().ljust(512, b"\0")
        self.map[0:8] = struct.pack("=q", fault)

    def mend(self):
        self.fail(0, "")

    def failed(self):
        return struct.unpack("=q", self.map[24:32])[0]

    def step_clock(self, seconds):
        self.map[16:24] = struct.pack("=q", seconds)

    def lose_power(self, tail=None):
        """Takes away what was not synced. `tail`: the lengths survived, and
        this byte stands where bytes did not."""
        for line in self.synced.read_text().splitlines():
            kind, first, second = line.split()
            if kind == "data":
                length = self.lengths.get(int(first), 0)
                self.lengths[int(first)] = max(length, int(second))
            else:
                self.names.add((int(first), int(second)))
        for path in sorted(self.data.rglob("*")):
            if path.is_dir():
                continue
            facts = path.stat()
            if (path.parent.stat().st_ino, facts.st_ino) not in self.names:
                path.unlink()
                continue
            kept = self.lengths.get(facts.st_ino, 0)
            if facts.st_size > kept:
                os.truncate(path, kept)
                if tail is not None:
                    with open(path, "ab") as file:
                        file.write(tail * (facts.st_size - kept))


class FaultyLedger(Deployment):
    """A deployment whose server runs on such a disk."""

    disk = None

    def start(self):
        if self.disk is None:
            self.disk = Disk(self.folder, self.folder / "ledger" / "data")
        with self.disk.preloaded():
            super().start()

    def lose_power(self, tail=None):
        self.stop(signal.SIGKILL)
        self.disk.mend()
        self.disk.lose_power(tail)

    def restart(self):
        """After a failure, with a disk that works."""
        self.disk.mend()
        self.stop()
        self.start()

    def wait_not_serving(self, wanted=b"\x08\x02"):
        with self.connect("ani") as channel:
            check = channel.unary_unary("/grpc.health.v1.Health/Check")
            end = time.monotonic() + 20
            while check(b"", timeout=20) != wanted:
                assert time.monotonic() < end, "health says otherwise still"
                time.sleep(0.01)

    def wait_serving(self):
        self.wait_not_serving(wanted=b"\x08\x01")


class Record:
    """What the administrators said, and what the ledger acknowledged."""

    def __init__(self, ledger):
        self.ledger = ledger
        self.lock = threading.Lock()
        self.acknowledged = []  # (statements, results)
        self.open = []  # statements that got no answer

    def batch(self, size=3):
        money = self.ledger.statement.FundsAppropriated(
            program="SEMBAKO", fiscal_year=2026, region="35.76",
            currency="IDR", amount_minor=100, legal_basis="APBD")
        with self.lock:
            return [self.ledger.say(ADMINISTRATORS, funds_appropriated=money)
                    for _ in range(size)]

    def send(self, channel, statements, timeout=20):
        """The acknowledgement; RpcError otherwise."""
        request = self.ledger.seal(ADMINISTRATORS, statements,
                                   last_second=LAST_SECOND)
        stub = self.ledger.posting_stubs.PostingStub(channel)
        return stub.PostBatch(request, timeout=timeout).acknowledgement

    def post(self, channel, statements=None, timeout=20):
        """Posts and takes down what came of it; None, or the RpcError."""
        statements = statements or self.batch()
        try:
            results = list(self.send(channel, statements, timeout).results)
        except grpc.RpcError as error:
            with self.lock:
                self.open.append(statements)
            return error
        with self.lock:
            self.acknowledged.append((statements, results))
        return None

    def accepted(self, count=1):
        with self.ledger.connect("ani") as channel:
            for _ in range(count):
                error = self.post(channel)
                assert error is None, error

    def refused(self, code="UNAVAILABLE"):
        """A batch that the ledger must not acknowledge; gives what it says."""
        with self.ledger.connect("ani") as channel:
            error = self.post(channel)
        assert error is not None, "acknowledged in spite of the failure"
        assert error.code().name == code, error
        return error.details()

    def post_until_it_ends(self, enough):
        """Posts from several threads; after `enough` acknowledgements the
        process is killed."""
        reached = threading.Event()
        target = len(self.acknowledged) + enough
        with self.ledger.connect("ani") as channel:
            def run():
                while self.post(channel) is None:
                    if len(self.acknowledged) >= target:
                        reached.set()
            threads = [threading.Thread(target=run) for _ in range(4)]
            for thread in threads:
                thread.start()
            assert reached.wait(30)
            self.ledger.server.kill()
            for thread in threads:
                thread.join()

    def entries(self):
        with self.ledger.connect("ani") as channel:
            stub = self.ledger.audit_stubs.AuditStub(channel)
            request = self.ledger.audit.StreamEntriesRequest()
            return [entry
                    for answer in stub.StreamEntries(request, timeout=30)
                    for entry in answer.entries]

    def check(self):
        """All of it, on a server that runs again."""
        self._check_entries()
        with self.ledger.connect("ani") as channel:
            for statements, results in self.acknowledged:
                again = self.send(channel, statements)
                assert again.repeat and list(again.results) == results, again
            # What got no answer is settled by posting it again.
            unsettled, self.open = self.open, []
            for statements in unsettled:
                assert self.post(channel, statements) is None
        self._check_entries()
        self.ledger.run("ani", "audit", env=self.ledger.disk.clock_of_server())

    def _check_entries(self):
        places = {}
        entries = self.entries()
        for place, entry in enumerate(entries):
            said = self.ledger.entry.Entry.FromString(entry).statement
            assert said not in places, f"{places[said]} and {place}"
            places[said] = place
        for statements, results in self.acknowledged:
            for statement, result in zip(statements, results):
                assert places.get(statement) == result.sequence, result
                leaf = signing.leaf_hash(entries[result.sequence])
                assert leaf == result.entry_hash, result
        for statements in self.open:
            found = [places[s] for s in statements if s in places]
            # Whole and in order, or not at all.
            assert not found or found == list(
                range(found[0], found[0] + len(statements))), found


def documented():
    """What the operations page says that the server says, as patterns: N and M
    are numbers."""
    page = OPERATIONS.read_text()
    table = page.split("## What stops it, and what to do")[1].split("##")[0]
    rows = re.findall(r"^\| (.+?) \| .+? \| .+? \|$", table, re.M)[1:]
    assert rows, table
    return [re.sub(r"\b[MN]\b", r"\\d+", re.escape(row)) for row in rows]


def assert_documented(said, words):
    """That `said` holds the words, and a row of the page that has them."""
    rows = [row.removesuffix(re.escape("...")) for row in documented()
            if words in re.sub(r"\\(.)", r"\1", row)]
    assert rows, f"{words}: not in {OPERATIONS.name}"
    assert any(re.search(row, said) for row in rows), (rows, said)


def check_failed_calls(ledger, record):
    """Full disk and failed sync, in each file that an answer waits for."""
    for fault, part in [(WRITE_NO_SPACE, "/entries/"),
                        (WRITE_TEARS, "/entries/"), (SYNC_FAILS, "/entries/"),
                        (WRITE_NO_SPACE, "/signer"), (SYNC_FAILS, "/signer")]:
        record.accepted()
        ledger.disk.fail(fault, part)
        said = record.refused()
        assert_documented(said, STORAGE_FAILED)
        assert str(ledger.disk.data) not in said, said
        assert ledger.disk.failed() > 0, part
        ledger.wait_not_serving()
        # Which file it was is for the operator alone.
        halted = [line for line in ledger.server_log().splitlines()
                  if "halted" in line]
        assert halted and part.strip("/") in halted[-1], halted
        # Once is for good, though the disk may be well again.
        ledger.disk.mend()
        assert_documented(record.refused(), STORAGE_FAILED)
        # What was acknowledged can still be read.
        size = max(results[-1].sequence
                   for _, results in record.acknowledged) + 1
        assert len(record.entries()) >= size
        ledger.restart()
        record.check()


def check_failed_derived(ledger, record):
    """Derived rows that cannot be written cost nothing but time."""
    record.accepted()
    ledger.disk.fail(SYNC_FAILS, "/state/")
    assert ledger.stop() != 0
    assert ledger.disk.failed() > 0
    ledger.disk.mend()
    ledger.start()
    record.check()


def check_full_at_start(ledger, record):
    """A start on a full disk ends with a word, and spoils nothing."""
    record.accepted()
    ledger.stop(signal.SIGKILL)
    for part in ["/entries/", "/state/"]:
        ledger.disk.fail(WRITE_NO_SPACE, part)
        try:
            ledger.start()
        except RuntimeError as failure:
            assert "no space for rows" in str(failure), failure
        else:
            raise AssertionError(f"started without space in {part}")
    ledger.disk.mend()
    ledger.start()
    record.check()


def check_two_servers(ledger):
    second = subprocess.run(
        [ledger.server_program, "serve", *ledger._server_flags(), "--listen",
         "127.0.0.1:0", "--insecure-plaintext"],
        capture_output=True, text=True, timeout=30, check=False)
    assert second.returncode == 1, second
    assert_documented(second.stderr, "in use by another process")


def check_kill(ledger, record):
    for _ in range(2):
        record.post_until_it_ends(10)
        ledger.stop()
        ledger.start()
        record.check()


def check_lost_power(ledger, record):
    """Power goes while many post, and while a sync is under way."""
    for tail in [None, b"\0", b"\xa5"]:
        record.post_until_it_ends(5)
        ledger.lose_power(tail)
        ledger.start()
        record.check()
        for part in ["/entries/", "/signer"]:
            before = (ledger.disk.data / "signer").read_bytes()
            ledger.disk.fail(SYNC_HANGS, part)
            with ledger.connect("ani") as channel:
                error = record.post(channel, timeout=1)
            assert error.code().name == "DEADLINE_EXCEEDED", error
            assert ledger.disk.failed() > 0, part
            ledger.lose_power(tail)
            if part == "/signer":
                tear(ledger.disk.data / "signer", before, tail)
            ledger.start()
            record.check()


def tear(path, before, tail):
    """Of what was written in place nothing survived, or the first bytes of it,
    or all."""
    after = path.read_bytes()
    assert len(after) == len(before) and after != before
    changed = [i for i, byte in enumerate(after) if byte != before[i]]
    kept = {None: 0, b"\0": len(changed) // 2, b"\xa5": len(changed)}[tail]
    torn = bytearray(before)
    for i in changed[:kept]:
        torn[i] = after[i]
    path.write_bytes(torn)


def check_lying_disk(ledger, record):
    """A disk that only says that it synced: the loss does not go unnoticed."""
    record.accepted()
    ledger.disk.fail(SYNC_LIES, "/entries/")
    record.accepted(2)
    assert ledger.disk.failed() > 0
    ledger.stop(signal.SIGKILL)
    entries = ledger.disk.data / "entries"
    newest = ledger.folder / "newest copy"
    shutil.copytree(entries, newest)
    ledger.lose_power()
    try:
        ledger.start()
    except RuntimeError as failure:
        assert_documented(str(failure), ", but a checkpoint of ")
    else:
        raise AssertionError("entries were lost, and nobody noticed")
    # What the page says to do.
    shutil.rmtree(entries)
    newest.rename(entries)
    ledger.start()
    record.check()


def check_clock(ledger, record):
    """Steps of a day, forward and back. Two days are between the entries so far
    and those from here on, so that there is room for a step back."""
    ledger.stop()
    ledger.disk.step_clock(2 * DAY_SECONDS)
    # The machine did not start anew: it is known that no two days have passed.
    ledger.start()
    ledger.wait_not_serving()
    assert_documented(record.refused(), "the clock leads the last entry")
    confirm_clock(ledger)
    ledger.wait_serving()
    record.accepted()
    ledger.disk.step_clock(3 * DAY_SECONDS)
    assert_documented(record.refused(), "the clock leads the last entry")
    ledger.wait_not_serving()
    assert "the clock leads" in ledger.server_log().splitlines()[-1]
    with ledger.connect("ani") as channel:
        assert record.send(channel, record.acknowledged[-1][0]).repeat
    ledger.disk.step_clock(2 * DAY_SECONDS)
    ledger.wait_serving()
    record.accepted()
    ledger.disk.step_clock(1 * DAY_SECONDS)
    record.accepted()
    ledger.disk.step_clock(2 * DAY_SECONDS)
    record.check()
    ledger.disk.step_clock(3 * DAY_SECONDS)
    assert "the clock leads" in record.refused()
    confirm_clock(ledger)
    record.accepted()
    record.check()
    ledger.disk.step_clock(0)
    ledger.restart()
    record.accepted()
    # Whose clock is right finds that the ledger's was not.
    said = ledger.attempt("ani", "audit")
    assert said.returncode == 1 and "in the future" in said.stdout, said
    ledger.disk.step_clock(3 * DAY_SECONDS)
    record.check()
    check_times(ledger, record)


def confirm_clock(ledger):
    ledger.stop()
    ledger.serve.append("--confirm-clock")
    ledger.start()
    ledger.serve.remove("--confirm-clock")


def check_times(ledger, record):
    """Never backwards, and the days that the clock was ahead by are there."""
    times = [ledger.entry.Entry.FromString(entry).time_us
             for entry in record.entries()]
    assert times == sorted(times)
    ahead_seconds = times[-1] / 1e6 - time.time()
    assert 2.9 * DAY_SECONDS < ahead_seconds < 3.1 * DAY_SECONDS, times[-1]


def main():
    with FaultyLedger() as ledger:
        pb = ledger.statement
        ledger.administer({"program_defined": pb.ProgramDefined(
            program="SEMBAKO", version=1, first_month="2026-01",
            last_month="2026-12", currency="IDR", unit=pb.UNIT_PERSON,
            benefit="SEMBAKO", recipient_scheme="id.nik",
            region_scheme="id.kemendagri")})
        record = Record(ledger)
        record.accepted(2)
        checks = [check_failed_calls, check_failed_derived,
                  check_full_at_start, check_kill, check_lost_power,
                  check_lying_disk, check_clock]
        check_two_servers(ledger)
        for check in checks:
            begun = time.monotonic()
            check(ledger, record)
            print(f"{check.__name__}: {time.monotonic() - begun:.1f} s",
                  flush=True)
        assert ledger.stop() == 0, ledger.server_log()
    print("ok")


if __name__ == "__main__":
    main()
