#!/usr/bin/python3
"""Colours and progress are for terminals: pseudo-terminals tell the two streams
apart.

Needs what harness.py names.
"""

import os
import pathlib
import pty
import subprocess
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from harness import RUN_SECONDS, Deployment, Party, program

ROWS = 3_000
ESCAPE = b"\x1b["
REDRAW = b"\r\x1b[K"
MAPPING = """[ids]
public = true
[ids.entitlement]
columns = ["NO"]
[entitlement]
program = "SEMBAKO"
fiscal_year = 2026
appropriation_region = "35.76"
recipient = {scheme = "id.test", value = "{NO}"}
region = "35.76.02"
month = "2026-01"
currency = "IDR"
amount = "1000"
basis = "SK-1"
"""


class Stream:
    """One of a program's streams, a terminal or a pipe; all that it says."""

    def __init__(self, terminal):
        self._ours, self.theirs = pty.openpty() if terminal else os.pipe()
        self.said = b""
        self._reader = threading.Thread(target=self._read)

    def _read(self):
        while True:
            try:
                more = os.read(self._ours, 65536)
            except OSError:  # how a terminal ends
                more = b""
            if not more:
                return
            self.said += more

    def start(self):
        os.close(self.theirs)
        self._reader.start()

    def end(self):
        self._reader.join(RUN_SECONDS)
        os.close(self._ours)
        return self.said


def run(ledger, name, words, out, error, **variables):
    """What the client says on standard output and standard error, each a
    terminal or not."""
    environment = {**os.environ, "AMANAH_PROFILE": str(ledger.profile(name)),
                   "AMANAH_STATE": str(ledger.parties[name].folder / "state"),
                   **variables}
    if "NO_COLOR" not in variables:
        environment.pop("NO_COLOR", None)
    streams = [Stream(out), Stream(error)]
    started = subprocess.Popen(
        [program("amanah"), *map(str, words)], env=environment,
        stdin=subprocess.DEVNULL, stdout=streams[0].theirs,
        stderr=streams[1].theirs)
    for stream in streams:
        stream.start()
    code = started.wait(RUN_SECONDS)
    said = [stream.end() for stream in streams]
    assert code == 0, (words, code, said)
    return said


def check_colours(ledger):
    """The marks of what is proved are green, on a terminal that wants it."""
    words = ["get", "entry", "1"]
    told, _ = run(ledger, "ani", words, True, False)
    assert b"\x1b[32m[proved]\x1b[0m" in told, told
    plain = told.replace(b"\r\n", b"\n")
    for code in (b"\x1b[32m", b"\x1b[33m", b"\x1b[2m", b"\x1b[1m", b"\x1b[0m"):
        plain = plain.replace(code, b"")
    assert ESCAPE not in plain, plain

    # An empty NO_COLOR is none.
    assert run(ledger, "ani", words, True, False, NO_COLOR="")[0] == told
    for out, error, more, variables in (
            (True, True, [], {"NO_COLOR": "1"}),
            (False, True, [], {}),
            (False, False, [], {})):
        said, beside = run(ledger, "ani", words + more, out, error, **variables)
        assert said.replace(b"\r\n", b"\n") == plain, said
        assert not beside, beside
    said, _ = run(ledger, "ani", words + ["--json"], True, True)
    assert ESCAPE not in said and said.startswith(b"{"), said


def check_progress(ledger):
    """A bar on standard error, if that is a terminal, whatever the other is."""
    folder = ledger.parties["dinsos"].folder
    (folder / "grants.csv").write_text(
        "NO\n" + "".join(f"{number}\n" for number in range(ROWS)))
    (folder / "grants.toml").write_text(MAPPING)
    words = ["import", "entitlements", folder / "grants.csv", "--mapping",
             folder / "grants.toml"]
    for out in (False, True):
        _, error = run(ledger, "dinsos", words, out, True)
        assert REDRAW + b"reading  [" in error, error
        assert REDRAW + b"rows  [" in error, error
        assert b"of 3,000" in error, error
        # It is gone when the run ends.
        assert error.endswith(REDRAW), error
        _, error = run(ledger, "dinsos", words, out, False)
        assert error == b"", error
        # Whoever wants no colours may still want to know how far it is.
        _, error = run(ledger, "dinsos", words, out, True, NO_COLOR="1")
        assert REDRAW in error, error
        _, error = run(ledger, "dinsos", words + ["--json"], out, True)
        assert error == b"", error


def set_up(ledger):
    pb = ledger.statement
    ledger.enrol(Party("dinsos", "PROGRAM_OWNER"))
    ledger.administer(
        {"program_defined": pb.ProgramDefined(
            program="SEMBAKO", version=1, first_month="2026-01",
            last_month="2026-12", currency="IDR", unit=pb.UNIT_PERSON,
            benefit="SEMBAKO", recipient_scheme="id.test",
            region_scheme="id.kemendagri")},
        {"funds_appropriated": pb.FundsAppropriated(
            program="SEMBAKO", fiscal_year=2026, region="35.76",
            currency="IDR", amount_minor=ROWS * 100_000, legal_basis="APBD")})


def main():
    with Deployment() as ledger:
        set_up(ledger)
        check_colours(ledger)
        check_progress(ledger)
    print("ok")


if __name__ == "__main__":
    main()
