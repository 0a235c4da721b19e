#!/usr/bin/python3
"""Runs every example of every help text, as it stands, on a real ledger.

The examples tell one story: a city opens a ledger, a bank joins, people are
granted aid, are paid, and are asked about. This program tells it in order, does
what no example does (the other administrators' keys and signatures), and fails
when an example is left that it did not run. Then it is told once more, on
another ledger, with --json behind every line: each run must say exactly one
JSON document. Ends only the servers that it started.

Needs the built programs in $AMANAH_BUILD/bin (./build unless set).
"""

import json
import os
import pathlib
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("AMANAH_BUILD", ROOT / "build")) / "bin"
ORIGIN = "ledger.example/mojokerto"
ADMINISTRATORS = {"ani": "DINSOS", "budi": "INSPEKTORAT", "citra": "KAP"}
# Made up: what they are made of was never given out together.
NIK, KK, NIK_2, KK_2 = ("3576021501909999", "3576021501129999",
                        "3576025501909998", "3576021501129998")
ROWS, SUM = 999, "163145.00"
SECONDS = 120


class Story:
    """A folder, the programs that run in it, and the examples still to run."""

    def __init__(self, folder, as_json=False):
        self.folder = pathlib.Path(folder)
        self.as_json = as_json
        self.server = Server(self.folder)
        self.left = self._examples([])
        self.told = len(self.left)

    def path(self, name):
        return self.folder / name

    def start(self, words, who=None, **options):
        """One run of the client, by somebody with a profile or without."""
        environment = {**os.environ, "HOME": str(self.folder), "NO_COLOR": "1",
                       "AMANAH_STATE": str(self.path("state"))}
        environment.pop("AMANAH_PROFILE", None)
        if who is not None:
            environment["AMANAH_PROFILE"] = str(self.path(who + ".toml"))
        return subprocess.run(
            [str(BIN / "amanah"), *words], cwd=self.folder, env=environment,
            capture_output=True, text=True, timeout=SECONDS, check=False,
            **options)

    def run(self, line, who=None, text="", code=0):
        """A command line that must end with `code`; what it printed."""
        words = shlex.split(line)
        if self.as_json and "--json" not in words:
            words.append("--json")
        done = self.start(words, who, input=text)
        assert done.returncode == code, (
            f"amanah {line}\nended with {done.returncode}, not {code}\n"
            f"{done.stdout}{done.stderr}")
        if self.as_json:
            self.check_document(line, done)
        return done.stdout

    def check_document(self, line, done):
        """One document, which names an error exactly when there was one."""
        try:
            document = json.loads(done.stdout)
        except ValueError as error:
            raise AssertionError(f"amanah {line}: {error}\n{done.stdout}")
        error = isinstance(document, dict) and document.get("error")
        in_words = "error: " in done.stderr or "--help" in done.stderr
        assert bool(error) == in_words, (
            f"amanah {line}\n{done.stdout}{done.stderr}")
        assert not error or (error["code"].isupper() and error["message"]), (
            f"amanah {line}\n{done.stdout}")

    def _help(self, words):
        done = self.start([*words, "--help"])
        assert done.returncode == 0, f"no help of amanah {' '.join(words)}"
        return done.stdout

    def _examples(self, words):
        """The examples of a command and of those below it."""
        text = self._help(words)
        found, below = [], False
        for line in text.splitlines():
            if line.startswith("  amanah "):
                found.append(line[len("  amanah "):])
            if line == "Subcommands:":
                below = True
            elif below and line.startswith("  ") and line[2] != " ":
                found += self._examples([*words, line.split()[0]])
            elif not line.strip():
                below = False
        assert found, f"amanah {' '.join(words)} teaches nothing by example"
        return found

    def example(self, start, who=None, text=""):
        """Runs the one example that is this line, or else begins with it. Help
        texts may share an example."""
        chosen = {line for line in self.left if line == start} or {
            line for line in self.left if line.startswith(start + " ")}
        assert len(chosen) == 1, f"{len(chosen)} examples begin: {start}"
        line = chosen.pop()
        self.left = [other for other in self.left if other != line]
        return self.run(line, who, text)

    def agree(self, file):
        """The second administrator signs, and it is posted."""
        self.run(f"sign {file} --yes", "budi")
        self.run(f"post {file}", "ani")


class Server:
    """A folder with what the examples of `amanahd` name, and those examples.
    They run as they stand, but at a free port of the loopback address."""

    CONFIG = ('data = "data"\nlisten = "127.0.0.1:0"\n'
              'checkpoint_keys = ["checkpoint.key", "checkpoint-2.key"]\n'
              'statement_keys = ["statement.key"]\n'
              'tls_cert = "tls.crt"\ntls_key = "tls.key"\n')

    def __init__(self, folder):
        self.folder = folder / "server"
        self.running = None
        self.port = None
        self.left = {line for words in ([], ["init"], ["serve"])
                     for line in self._examples(words)}
        self.told = len(self.left)

    def _examples(self, words):
        text = subprocess.run(
            [BIN / "amanahd", *words, "--help"], capture_output=True, text=True,
            timeout=SECONDS, check=True).stdout.replace("\\\n", "")
        found = [line[len("  amanahd "):] for line in text.splitlines()
                 if line.startswith("  amanahd ")]
        assert found, f"amanahd {words} teaches nothing by example"
        return found

    def settle(self, keys):
        """Collects what was made elsewhere under the names of the examples."""
        self.folder.mkdir()
        for name, made in (("opening.batch", "../opening.batch"),
                           ("checkpoint.key", "ledger/checkpoint.key"),
                           ("checkpoint-2.key", "ledger-2/checkpoint.key"),
                           ("statement.key", "ledger/statement.key"),
                           ("tls.crt", "server/tls.pem"),
                           ("tls.key", "server/tls.key")):
            shutil.copy(keys / made, self.folder / name)
        (self.folder / "amanahd.toml").write_text(self.CONFIG)

    def take(self, part):
        """The words of the one example that holds `part`."""
        chosen = [line for line in self.left if part in line]
        assert len(chosen) == 1, f"{len(chosen)} examples hold: {part}"
        self.left.remove(chosen[0])
        return shlex.split(chosen[0])

    def init(self):
        """Records entry 0; gives its hash."""
        told = subprocess.run(
            [BIN / "amanahd", *self.take("init ")], cwd=self.folder,
            capture_output=True, text=True, timeout=SECONDS, check=True).stdout
        return dict(line.split(maxsplit=1) for line in told.splitlines())[
            "genesis"]

    def start(self, words):
        if "--listen" in words:
            words[words.index("--listen") + 1] = "127.0.0.1:0"
        with open(self.folder / "log", "wb") as log:
            self.running = subprocess.Popen(
                [BIN / "amanahd", *words], cwd=self.folder,
                stdout=subprocess.PIPE, stderr=log, text=True)
        late = threading.Timer(SECONDS, self.running.kill)
        late.start()
        said = self.running.stdout.readline()
        late.cancel()
        log = (self.folder / "log").read_text()
        assert said.startswith("listening on 127.0.0.1:"), f"{words}\n{log}"
        self.port = said.rsplit(":", 1)[1].strip()
        if "--port-file" in words:
            assert (self.folder / "port").read_text().strip() == self.port

    def stop(self):
        """Gives the exit code; None when none runs."""
        if self.running is None:
            return None
        server, self.running = self.running, None
        server.send_signal(signal.SIGTERM)
        try:
            return server.wait(SECONDS)
        finally:
            if server.poll() is None:
                server.kill()
                server.wait()
            server.stdout.close()


def pin_of(story, certificate):
    for line in story.run(f"key show {certificate}").splitlines():
        if line.strip(' "').startswith("pin"):
            return line.split()[-1].strip('",')
    raise AssertionError("a certificate without a pin")


def write_profiles(story, names, address, genesis, pin):
    for name in names:
        story.path(name + ".toml").write_text(
            f'server = "{address}"\norigin = "{ORIGIN}"\n'
            f'genesis = "{genesis}"\nauthority = "{name}"\n'
            f'signing_key = "keys/{name}/signing.key"\n'
            f'salt_key = "keys/{name}/salt.key"\n'
            f'pseudonym_key = "keys/pseudonyms/pseudonym.key"\n'
            f'certificate = "keys/{name}/tls.pem"\n'
            f'certificate_key = "keys/{name}/tls.key"\n'
            f'server_pin = "{pin}"\n')


def open_ledger(story):
    """Keys, entry 0, the server, and a profile for each."""
    story.example("keygen keys/bank-jatim")
    story.example("keygen keys/ledger")
    story.example("keygen keys/pseudonyms")
    story.example("keygen keys/pkh")
    story.example("key show")
    story.run(f"keygen keys/ledger --kind statement --name {ORIGIN}")
    story.run(f"keygen keys/ledger-2 --kind checkpoint --name {ORIGIN}")
    story.run("keygen keys/server --kind tls --name localhost")
    others = ["dinsos", "bank-bri", "bpk"]
    for name in [*ADMINISTRATORS, *others]:
        story.run(f"keygen keys/{name} --name {name}")
    story.example("key prove --opening")
    for name in ("budi", "citra"):
        story.run(f"key prove --opening --origin {ORIGIN} --role administrator "
                  f"--name {name} --institution {ADMINISTRATORS[name]} "
                  f"--key keys/{name}/signing.key "
                  f"--pin-certificate keys/{name}/tls.pem --out {name}.proof")
    for kind in ("checkpoint", "statement"):
        story.run(f"key prove --opening --origin {ORIGIN} --role ledger-{kind} "
                  f"--key keys/ledger/{kind}.key --out {kind}.proof")
    story.example("init")
    story.example("sign opening.batch")
    story.run("sign opening.batch --yes --authority budi "
              "--signing-key keys/budi/signing.key")
    story.server.settle(story.path("keys"))
    genesis = story.server.init()
    story.server.start(story.server.take("--port-file"))
    write_profiles(
        story, [*ADMINISTRATORS, *others, "bank-jatim"],
        f"127.0.0.1:{story.server.port}", genesis,
        pin_of(story, "keys/server/tls.pem"))


def set_up(story):
    """Programs, money and authorities."""
    story.example("program define", "ani")
    story.example("fund sembako --year 2026 --region 35.76 --amount "
                  "10000000000 --legal-basis DPA-2026-11 --out "
                  "fund-sembako.batch", "ani")
    story.example("fund sembako --year 2026 --region 35.76 --amount "
                  "10000000000 --legal-basis DPA-2026-11 --out sembako.batch "
                  "--append", "ani")
    story.run("program define pkh --months 2026-01..2026-12 --unit person "
              "--benefit PKH --out sembako.batch --append", "ani")
    story.run("fund pkh --year 2026 --region 35.76 --amount 1000000 "
              "--legal-basis DPA-2026-12 --out sembako.batch --append", "ani")
    story.agree("sembako.batch")
    story.example("key prove --role bank", "ani")
    story.example("enrol", "ani")
    story.example("sign enrol-bank-jatim.batch", "budi")
    story.example("post", "ani")
    for name, role, more in (("dinsos", "program-owner", "--region 35.76"),
                             ("bank-bri", "bank", ""), ("bpk", "auditor", "")):
        story.run(f"key prove --role {role} --name {name} --institution X "
                  f"--out {name}.proof", name)
        story.run(f"enrol --key-proof {name}.proof --quota 100000 {more} "
                  f"--out enrol-{name}.batch", "ani")
        story.agree(f"enrol-{name}.batch")


def write_files(story):
    """What the city's and the bank's own systems would export."""
    amounts = [16300] * (ROWS - 1)
    amounts.append(16314500 - sum(amounts))
    with open(story.path("grants.csv"), "w", encoding="utf-8") as grants, \
            open(story.path("paid.csv"), "w", encoding="utf-8") as paid:
        grants.write("NO,NIK,AMOUNT\n")
        paid.write("NO,AMOUNT\n")
        for number, minor in enumerate(amounts, 1):
            amount = f"{minor // 100}.{minor % 100:02}"
            grants.write(f"{number},357602150190{number:04},{amount}\n")
            paid.write(f"{number},{amount}\n")
    ids = ('[ids]\npublic = true\n\n'
           '[ids.entitlement]\nprefix = "p-"\ncolumns = ["NO"]\n\n')
    story.path("grants.toml").write_text(
        ids + '[entitlement]\nprogram = "pkh"\nfiscal_year = "2026"\n'
        'appropriation_region = "35.76"\n'
        'recipient = {scheme = "id.nik", value = "{NIK}"}\n'
        'region = "35.76.02.1003"\nmonth = "2026-01"\ncurrency = "IDR"\n'
        'amount = "{AMOUNT}"\nbasis = "SK-2026-8"\n')
    story.path("paid.toml").write_text(
        ids + '[ids.disbursement]\nprefix = "pay-"\n\n[disbursement]\n'
        'state = "credited"\ncurrency = "IDR"\namount = "{AMOUNT}"\n'
        'value_date = "2026-01-20"\nchannel = "CARD"\n')


def grant_and_pay(story):
    story.example("pseudonym --pseudonym-key", text=NIK + "\n")
    story.example("pseudonym --scheme id.kk", text=KK + "\n")
    story.example("grant E-1", "dinsos", f"{NIK}\n{KK}\n")
    story.run("grant E-2 --program sembako --year 2026 --funds-region 35.76 "
              "--region 35.76.02 --months 2026-01 --amount 200000 --basis SK-1 "
              "--ask-household", "dinsos", f"{NIK_2}\n{KK_2}\n")
    story.example("pay E-1", "bank-jatim")
    # The money was paid; nobody pays it twice.
    twice = story.run("pay E-1 --disbursement X-1 --amount 600000 --date "
                      "2026-01-16 --channel CARD", "bank-bri", code=1)
    assert "EXCEEDS_REMAINING" in twice and "proved" in twice, twice
    story.example("pay E-2", "bank-jatim")
    story.example("return D-2", "bank-jatim")
    write_files(story)
    story.example("import entitlements grants.csv --mapping grants.toml "
                  "--check", "dinsos")
    story.example("import entitlements grants.csv --mapping grants.toml --rows",
                  "dinsos")
    story.example("import entitlements grants.csv --mapping grants.toml "
                  "--retry-refused", "dinsos")
    story.example("import disbursements", "bank-jatim")
    results = story.path("paid-result.csv").read_text().splitlines()
    assert len(results) == ROWS + 1, len(results)


def ask(story):
    for line in ("status", "status --json", "get entry 0",
                 "get entitlement E-1", "get entitlement E-1 --json",
                 "get disbursement D-1", "get reference pay/D-1/credited",
                 "list disbursements --state", "receipt get 0",
                 "receipt get --reference", "receipt verify"):
        told = story.example(line, "bank-jatim")
        if line == "get entitlement E-1":
            assert ("60000000" if story.as_json else "600,000.00") in told, told
    told = story.example("get recipient", "dinsos", NIK + "\n")
    assert "E-1" in told and NIK not in told, told
    story.example("get recipient --scheme", "dinsos", KK + "\n")
    for line in ("get program", "list entitlements --program pkh --month",
                 "list entitlements --program pkh --region"):
        story.example(line, "dinsos")
    for line in ("get disbursement D-1 --bank",
                 "get reference pay/D-1/credited --author",
                 "list disbursements --bank", "balances", "balances --program",
                 "summary --by", "summary --program", "checkpoint",
                 "checkpoint --watch", "prove inclusion 0",
                 "prove inclusion 0 --size", "prove consistency 1",
                 "prove consistency 1 2"):
        story.example(line, "bpk")
    story.run("receipt verify D-1.tlog-proof", "bank-bri")


def what_goes_wrong(story):
    """Returns, revocation, lost keys, a merger."""
    story.example("return D-1", "bank-jatim")
    story.example("revoke", "dinsos")
    story.run("keygen keys/bank-jatim-2 --name bank-jatim")
    story.example("pins", "bank-jatim")
    story.example("suspend", "ani")
    story.agree("suspend-bank-jatim.batch")
    story.run("key prove --role bank --name bank-jatim --institution "
              "BANK-JATIM --key keys/bank-jatim-2/signing.key "
              "--pin-certificate keys/bank-jatim-2/tls.pem --out "
              "bank-jatim-2.proof", "ani")
    story.example("rotate", "ani")
    story.agree("rotate-bank-jatim.batch")
    story.example("reinstate", "ani")
    story.agree("reinstate-bank-jatim.batch")
    shutil.copy(story.path("keys/bank-jatim-2/signing.key"),
                story.path("keys/bank-jatim/signing.key"))
    story.run("pay E-2 --disbursement D-3 --amount 1 --date 2026-01-21 "
              "--channel CARD", "bank-jatim", code=1)
    story.example("succeed", "ani")
    story.agree("succeed-bank-jatim.batch")
    # The rules that this software has not spoken yet are only proposed.
    story.example("rules adopt", "ani")
    story.run("key prove --role ledger-checkpoint --key "
              "keys/ledger-2/checkpoint.key --out checkpoint-2.proof", "ani")
    story.example("ledger-key rotate", "ani")
    story.agree("rotate-checkpoint.batch")
    # Whoever saw the old key follows to the new one.
    story.run("checkpoint", "bpk")


def audit(story):
    story.example("export", "bpk")
    story.example("audit mojokerto", "bpk")
    story.example("audit", "bpk")


def fail(story):
    """Errors of each exit code, in words and as JSON."""
    story.run("get entry 99999", "bpk", code=1)
    story.run("get reference no-such --author bpk", "bpk", code=1)
    story.run("get entry nothing", "bpk", code=2)
    story.run("no-such-command", code=2)
    story.run("receipt verify no-such-file", "bpk", code=2)
    story.run("sign fund-sembako.batch", "budi", code=2)  # nobody answers
    story.run("audit", "bank-bri", code=1)
    assert story.server.stop() == 0
    for line in ("get entry 1", "status", "checkpoint --watch --count 2",
                 "import disbursements paid.csv --mapping paid.toml"):
        story.run(line, "bank-bri", code=3)
    story.server.start(["serve", "--config", "amanahd.toml"])


def serve_otherwise(story):
    """The other ways to serve the ledger that the story made."""
    assert story.server.stop() == 0
    # The key in force since its rotation.
    shutil.copy(story.server.folder / "checkpoint-2.key",
                story.server.folder / "checkpoint.key")
    while story.server.left:
        words = shlex.split(story.server.left.pop())
        story.server.start(words)
        if "--insecure-plaintext" in words:
            story.run(f"checkpoint --plaintext --origin {ORIGIN} --server "
                      f"127.0.0.1:{story.server.port}", "ani")
        assert story.server.stop() == 0, words


def tell(story):
    """All of the story; how many examples it ran."""
    try:
        open_ledger(story)
        set_up(story)
        grant_and_pay(story)
        ask(story)
        what_goes_wrong(story)
        audit(story)
        fail(story)
        serve_otherwise(story)
    finally:
        story.server.stop()
    assert not story.left, f"not run: {story.left}"
    return story.told + story.server.told


def main():
    for name in ("amanah", "amanahd"):
        if not (BIN / name).exists():
            print(f"skipped: {BIN / name} is not built")
            return 77
    started = time.monotonic()
    told = 0
    for as_json in (False, True):
        with tempfile.TemporaryDirectory() as folder:
            told += tell(Story(folder, as_json))
    print(f"ran {told} examples in {time.monotonic() - started:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
