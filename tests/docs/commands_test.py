#!/usr/bin/python3
"""Runs the commands of the documents, as they stand, on real ledgers.

A ledger is opened as docs/operations.md says, and files are imported as
docs/import.md says, with its mappings. A command in a block that was not run
fails the test, as does a flag that the programs' help does not know. The
commands of docs/integration.md are run by the client that is made from it.
"""

import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

import documents
from documents import ROOT, Page

sys.path.insert(0, str(ROOT / "tests" / "integration"))
import harness  # noqa: E402
from harness import Deployment, Party, signing  # noqa: E402

ORIGIN = "ledger.example/mojokerto"
SCRIPT_SECONDS = 10
ROWS, SUM = 999, 16_314_500  # the control totals of docs/import.md
PAID = 3


class Commands:
    """The commands of one page's blocks, each to be run once."""

    def __init__(self, page):
        self.page = page
        self.left = page.commands()

    def take(self, start):
        chosen = [line for line in self.left if line.startswith(start)]
        assert len(chosen) == 1, f"{self.page.name}: {start}: {chosen}"
        self.left.remove(chosen[0])
        return chosen[0]

    def span(self, start):
        """The longest inline command that begins so."""
        chosen = [s for s in self.page.spans() if s.startswith(start)]
        assert chosen, f"{self.page.name} has no `{start}`"
        return max(chosen, key=len)


# The ledger that docs/operations.md opens.


class Operator:
    def __init__(self, folder):
        self.folder = folder
        self.commands = Commands(Page("docs/operations.md"))
        self.server = None

    def run(self, line, more=""):
        """A command of the page, with what it leaves open."""
        name, *words = shlex.split(line) + shlex.split(more)
        environment = {**os.environ, "HOME": str(self.folder),
                       "AMANAH_STATE": str(self.folder / "state")}
        environment.pop("AMANAH_PROFILE", None)
        done = subprocess.run(
            [harness.program(name), *words], cwd=self.folder, env=environment,
            capture_output=True, text=True, check=False, input="",
            timeout=harness.RUN_SECONDS)
        assert done.returncode == 0, (
            f"{line} {more}: {done.returncode}\n{done.stdout}{done.stderr}")
        return dict(row.split(maxsplit=1) for row in done.stdout.splitlines()
                    if len(row.split(maxsplit=1)) == 2)

    def prepare(self):
        """Steps 1 and 2: keys and their proofs."""
        keys = self.commands.take("amanah keygen keys/ani")
        prove = self.commands.take("amanah key prove --opening")
        assert ORIGIN in prove, prove
        for name in ("ani", "budi", "citra"):
            self.run(keys.replace("ani", name))
            self.run(re.sub(r"\bani\b", name, prove))
        spans = self.commands.page.spans()
        for kind in ("checkpoint", "statement"):
            flag = f"--kind {kind}"
            assert any(flag in span for span in spans), flag
            self.run(f"amanah keygen {flag}", f"keys --name {ORIGIN}")
            proof = self.commands.span("amanah key prove --opening --role")
            self.run(proof.replace("checkpoint", kind),
                     f"--origin {ORIGIN} --key keys/{kind}.key "
                     f"--out {kind}.proof")
        assert "--kind tls" in spans
        return self.run("amanah keygen --kind tls keys --name localhost")["pin"]

    def open(self):
        """Steps 3 and 4; gives entry 0's hash."""
        self.run(self.commands.span("amanah init"),
                 f"--origin {ORIGIN} --administrator ani.proof budi.proof "
                 "citra.proof --checkpoint-key checkpoint.proof "
                 "--statement-key statement.proof --out opening.batch")
        for name in ("ani", "budi"):
            self.run(self.commands.span("amanah sign"),
                     f"opening.batch --yes --authority {name} "
                     f"--signing-key keys/{name}/signing.key")
        line = self.commands.span("amanahd init")
        for start, value in (("--data", "keys/data"),
                             ("--checkpoint-key", "keys/checkpoint.key"),
                             ("--statement-key", "keys/statement.key")):
            line, count = re.subn(rf"{start} [A-Z]+", f"{start} {value}", line)
            assert count == 1, line
        return self.run(line)["genesis"]

    def serve(self):
        """Step 5, with the page's file, but on a free port of loopback."""
        settings, = self.commands.page.fenced("toml")
        (self.folder / "keys" / "amanahd.toml").write_text(settings)
        name, *words = shlex.split(self.commands.span("amanahd serve --config"))
        self.server = subprocess.Popen(
            [harness.program(name), *words, "--listen", "127.0.0.1:0"],
            cwd=self.folder / "keys", stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)
        said = self.server.stdout.readline()
        assert said.startswith("listening on 127.0.0.1:"), (
            self.server.communicate(timeout=harness.STOP_SECONDS)[1])
        return said.split()[-1]

    def stop(self):
        if self.server is None:
            return
        self.server.terminate()
        try:
            self.server.communicate(timeout=harness.STOP_SECONDS)
        finally:
            self.server.kill()
            self.server.wait()


def check_operations():
    with tempfile.TemporaryDirectory() as folder:
        operator = Operator(pathlib.Path(folder))
        try:
            pin = operator.prepare()
            genesis = operator.open()
            address = operator.serve()
            operator.run(
                operator.commands.span("amanah status"),
                f"--server {address} --origin {ORIGIN} --genesis {genesis} "
                "--authority ani --signing-key keys/ani/signing.key --salt-key "
                "keys/ani/salt.key --certificate keys/ani/tls.pem "
                f"--certificate-key keys/ani/tls.key --server-pin {pin}")
        finally:
            operator.stop()
        assert operator.server.returncode == 0
    assert not operator.commands.left, operator.commands.left


# The files that docs/import.md imports.


def write_grants(path):
    """ROWS rows that are meant, and one of another state."""
    amounts = [16_200] * (ROWS - 1)
    amounts.append(SUM - sum(amounts))
    with open(path, "w", encoding="utf-8-sig") as file:
        file.write("MÊS REFERÊNCIA;MÊS COMPETÊNCIA;UF;CÓDIGO MUNICÍPIO SIAFI;"
                   "NIS FAVORECIDO;KK;M1;VALOR PARCELA\r\n")
        file.write("202101;202101;SP;7107;10000009999;;;163,00\r\n")
        for number, minor in enumerate(amounts):
            state = ("AM", "AP")[number % 2]
            file.write(f"202101;202101;{state};0255;{10_000_000_000 + number};"
                       f"357602150112{number + 1:04};;\"R$ {money(minor)}\"\r\n")


def money(minor):
    return f"{minor // 100:,}".replace(",", ".") + f",{minor % 100:02}"


def write_paid(path, columns):
    """PAID rows of the bank, and one of another; `columns`: what the mapping
    asks for."""
    with open(path, "w", encoding="utf-8") as file:
        file.write(";".join(columns) + "\n")
        for number in range(PAID + 1):
            values = {"BANCO": "CAIXA" if number < PAID else "OUTRO",
                      "MÊS REFERÊNCIA": "202101",
                      "NIS FAVORECIDO": str(10_000_000_000 + number),
                      "STATUS": "PAGO", "VALOR PARCELA": "162,00",
                      "DATA": "29/01/2021", "E2E": f"e2e-{number}",
                      "MOTIVO": "", "MOTIVO-B": ""}
            file.write(";".join(values[name] for name in columns) + "\n")


def columns_of(mapping):
    """The columns that a mapping names, in order of their first naming."""
    body = re.sub(r"#.*", "", mapping)
    found = re.findall(r'\{([^{}="]+)\}', body)
    for listed in re.findall(r"^columns = \[(.*)\]", body, re.M):
        found += re.findall(r'"([^"]+)"', listed)
    found += re.findall(r"\[only\]\s+(\w+) =", body)
    return list(dict.fromkeys(found))


def set_up(ledger):
    pb = ledger.statement
    ledger.enrol(Party("dinsos", "PROGRAM_OWNER"),
                 Party("banco-velho", "BANK"), Party("caixa", "BANK"))
    ledger.administer(
        {"program_defined": pb.ProgramDefined(
            program="bolsa-familia", version=1, first_month="2020-01",
            last_month="2021-12", currency="BRL", unit=pb.UNIT_PERSON,
            benefit="BF", recipient_scheme="br.nis",
            region_scheme="br.siafi")},
        {"funds_appropriated": pb.FundsAppropriated(
            program="bolsa-familia", fiscal_year=2021, currency="BRL",
            amount_minor=SUM, legal_basis="LOA")})


def check_import():
    page = Page("docs/import.md")
    commands = Commands(page)
    grants, paid = page.fenced("toml")
    with Deployment() as ledger:
        set_up(ledger)
        folder = ledger.folder / "files"
        folder.mkdir()
        harness.write_private(folder / "ids.key", harness.key_text(
            "salt", "ids", signing.sha256(b"ids")))
        (folder / "grants.toml").write_text(grants)
        (folder / "paid.toml").write_text(paid)
        write_grants(folder / "grants.csv")
        write_paid(folder / "paid.csv", columns_of(paid))

        def run(who, line, *more):
            return ledger.run(who, *shlex.split(line)[1:], *more, cwd=folder)

        size = ledger.size()
        line = commands.take("amanah import entitlements")
        run("dinsos", line)
        assert ledger.size() == size + ROWS
        # Again: adds nothing, and tells what is on the record.
        run("dinsos", line, "--result", "result.csv")
        assert ledger.size() == size + ROWS
        header, *rows = (folder / "result.csv").read_text().splitlines()
        assert header in page.text, header
        assert len(rows) == ROWS, len(rows)
        assert all(row.split(",")[3] == "accepted" for row in rows)

        # The bank before began the payments that this one reports on.
        line = commands.take("amanah import disbursements")
        begun = re.sub(r'(?m)^predecessor.*$|"credited"',
                       lambda m: '"instructed"' if m[0][0] == '"' else "", paid)
        assert begun.count("instructed") == 1 and "velho" not in begun
        (folder / "begun.toml").write_text(begun)
        run("banco-velho", line.replace("paid.toml", "begun.toml"))
        ledger.administer({"authority_succeeded":
                           ledger.statement.AuthoritySucceeded(
                               name="banco-velho", successor="caixa")})
        size = ledger.size()
        run("caixa", line)
        assert ledger.size() == size + PAID
    assert not commands.left, commands.left


# Flags and scripts.


def help_of(words):
    """What `--help` says; None when there is no such command."""
    done = subprocess.run(
        [harness.program(words[0]), *words[1:], "--help"], text=True,
        capture_output=True, timeout=harness.RUN_SECONDS, check=False)
    return done.stdout if done.returncode == 0 else None


def flags_in(text):
    return set(re.findall(r"(?<![\w-])--?[a-z][\w-]*", text))


def known_flags(words):
    """The flags of a command and of the program that it belongs to."""
    command, shared = help_of(words), help_of(words[:1])
    assert command, f"there is no {' '.join(words)}"
    options = "\n".join(line for line in (command + shared).splitlines()
                        if re.match(r"  -", line))
    return flags_in(options.replace(",", " "))


def check_mentioned():
    """Every command and flag in the pages is one that the help knows."""
    imports = ["amanah import entitlements", "amanah import disbursements"]
    alone = {"docs/import.md": imports,
             "docs/operations.md": ["amanah keygen", "amanahd serve"]}
    count = 0
    for page in documents.pages():
        for text in page.commands() + page.spans():
            words = text.split()
            if words[0] in documents.PROGRAMS:
                path = [words[0]]
                for word in words[1:]:
                    if not re.fullmatch(r"[a-z][a-z-]*", word):
                        break
                    path.append(word)
                # What is no command is a value of the one before it.
                known = known_flags(path)
            elif words[0].startswith("--"):
                every = [known_flags(c.split()) for c in alone[page.name]]
                known = (set.intersection(*every) if page.name ==
                         "docs/import.md" else set.union(*every))
            else:
                continue
            unknown = flags_in(text) - known
            assert not unknown, f"{page.name}: `{text}`: no {unknown}"
            count += 1
    return count


def check_scripts():
    """The scripts that the pages name explain themselves, with the options
    that the pages give them."""
    for page in documents.pages():
        for text in page.commands() + page.spans():
            if not text.startswith("./"):
                continue
            script, *words = text.split()
            told = subprocess.run(
                [script, "--help"], cwd=ROOT, capture_output=True, text=True,
                timeout=SCRIPT_SECONDS, check=True).stdout
            missing = flags_in(" ".join(words)) - flags_in(told)
            assert script in told and not missing, f"{text}: {missing}"


def check_elsewhere():
    """The client of docs/integration.md runs that page's commands."""
    client = (ROOT / "tests/integration/python_client_test.py").read_text()
    for page in documents.pages():
        if page.name in ("docs/operations.md", "docs/import.md"):
            continue
        for line in page.commands():
            if line.startswith("./"):
                continue
            assert page.name == "docs/integration.md", f"{page.name}: {line}"
            assert line.startswith("protoc ") and "protoc" in client, line


def main():
    harness.program("amanah")
    harness.program("amanahd")
    check_elsewhere()
    check_scripts()
    count = check_mentioned()
    check_operations()
    check_import()
    print(f"{count} commands and flags of the documents work")


if __name__ == "__main__":
    sys.exit(main())
