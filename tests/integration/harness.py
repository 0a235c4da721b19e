"""A real server on loopback, and the parties that speak to it.

For tests that drive the programs from outside. A Deployment is a folder with a
ledger of three administrators (any two of them), their keys and certificates,
and a server that it starts and stops; it ends only processes that it started.

    with Deployment() as ledger:
        ledger.enrol(Party("bank-a", "BANK"))
        channel = ledger.connect("bank-a")
        ledger.run("bank-a", "status")

Needs Debian's python3-grpcio, python3-protobuf and python3-nacl, protoc with
grpc_python_plugin, openssl, and the built programs in $AMANAH_BUILD/bin
(./build unless set). What is missing skips the test: exit code 77.
"""

import contextlib
import hashlib
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "golden"))

PLUGIN = "/usr/bin/grpc_python_plugin"
ORIGIN = "ledger.test.example/integration"
ADMINISTRATORS = "administrators"
START_SECONDS = 60
STOP_SECONDS = 40
RUN_SECONDS = 120


def skip(why):
    print(f"skipped: {why}")
    sys.exit(77)


try:
    import grpc
    import google.protobuf  # noqa: F401
    import signing
except ImportError as missing:
    skip(missing)


def program(name):
    """A built program; the test is skipped when it is not there."""
    folder = pathlib.Path(os.environ.get("AMANAH_BUILD", ROOT / "build"))
    path = folder.resolve() / "bin" / name
    if not path.exists():
        skip(f"{path} is not built")
    return str(path)


def need_tools():
    for tool in ("protoc", "openssl", PLUGIN):
        if shutil.which(tool) is None:
            skip(f"{tool} is not here")


def write_private(path, text):
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600),
              "w", encoding="utf-8") as file:
        file.write(text)


def key_text(kind, name, secret):
    """A key file without a passphrase (ledger/crypto/key_text.h)."""
    lines = (f"amanah-key/v1\nkind: {kind}\nname: {name}\ncipher: none\n"
             f"secret: {signing.b64(secret)}\n")
    check = hashlib.sha256(lines.encode()).hexdigest()[:8]
    return f"{lines}check: {check}\n"


def make_certificate(folder, common_name):
    """tls.key and tls.pem in `folder`, P-256; gives the pin of the key."""
    key, certificate = folder / "tls.key", folder / "tls.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
         "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30", "-subj",
         f"/CN={common_name}", "-keyout", key, "-out", certificate],
        check=True, capture_output=True)
    key.chmod(0o600)
    spki = subprocess.run(
        ["openssl", "pkey", "-in", key, "-pubout", "-outform", "DER"],
        check=True, capture_output=True).stdout
    return hashlib.sha256(spki).digest()


class Party:
    """An authority with keys that follow from its name."""

    def __init__(self, name, role, programs=(), regions=(), quota=1_000_000):
        self.name = name
        self.role = role
        self.programs = sorted(programs)
        self.regions = sorted(regions)
        self.quota = quota
        self.key = signing.key_of(name + "#1")
        self.salt_key = signing.salt_key_of(name)
        self.folder = None
        self.pin = None
        self._spoken = 0

    def settle(self, folder):
        """Writes its files: signing.key, salt.key, tls.key, tls.pem; a program
        owner's pseudonym.key too."""
        self.folder = folder / self.name
        self.folder.mkdir(mode=0o700)
        write_private(self.folder / "signing.key",
                      key_text("signing", self.name, bytes(self.key)))
        write_private(self.folder / "salt.key",
                      key_text("salt", self.name, self.salt_key))
        if self.role == "PROGRAM_OWNER":
            write_private(self.folder / "pseudonym.key", key_text(
                "pseudonym", "pseudonyms",
                signing.sha256(b"amanah golden pseudonym key")))
        self.pin = make_certificate(self.folder, self.name)

    def read(self, name):
        return (self.folder / name).read_bytes()

    def reference(self):
        self._spoken += 1
        return f"{self.name}/{self._spoken}"


class Deployment:
    """A ledger in a folder of its own, opened, with its server running.
    `serve`: more arguments for `amanahd serve`."""

    def __init__(self, origin=ORIGIN, serve=()):
        need_tools()
        self.origin = origin
        self.serve = list(serve)
        self.server_program = program("amanahd")
        self.folder = None
        self.genesis = signing.NO_ENTRY
        self.parties = {name: Party(name, "ADMINISTRATOR")
                        for name in ("ani", "budi", "citra")}
        self.server = None
        self.port = None
        self._together = Party(ADMINISTRATORS, "ADMINISTRATOR")
        self._stack = contextlib.ExitStack()

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            self._stack = stack
            names = ["statement_pb2", "entry_pb2", "posting_pb2",
                     "posting_pb2_grpc", "query_pb2", "query_pb2_grpc",
                     "audit_pb2", "audit_pb2_grpc"]
            modules = stack.enter_context(
                signing.generated(*names, plugin=PLUGIN))
            for name, module in zip(names, modules):
                setattr(self, name.replace("_pb2", "").replace(
                    "_grpc", "_stubs"), module)
            self.folder = pathlib.Path(
                stack.enter_context(tempfile.TemporaryDirectory()))
            stack.callback(self.stop)
            self._open()
            self.start()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *error):
        self._stack.close()

    # The server.

    def _open(self):
        for party in self.parties.values():
            party.settle(self.folder)
        ledger = self.folder / "ledger"
        ledger.mkdir(mode=0o700)
        for kind in ("checkpoint", "statement"):
            write_private(ledger / f"{kind}.key", key_text(
                "signing", self.origin, bytes(self._ledger_key(kind))))
        self.server_pin = make_certificate(ledger, "localhost")
        opening = ledger / "opening.batch"
        opening.write_bytes(
            self.seal(ADMINISTRATORS, [self._opening()]).SerializeToString())
        told = subprocess.run(
            [self.server_program, "init", "--opening", opening,
             *self._server_flags()],
            check=True, capture_output=True, text=True,
            timeout=START_SECONDS).stdout
        facts = dict(line.split(maxsplit=1) for line in told.splitlines())
        assert facts["origin"] == self.origin, told
        self.entry0_hash = facts["genesis"]
        self.genesis = signing.base64.b64decode(self.entry0_hash)

    def _server_flags(self):
        ledger = self.folder / "ledger"
        return ["--data", ledger / "data",
                "--checkpoint-key", ledger / "checkpoint.key",
                "--statement-key", ledger / "statement.key"]

    def size(self):
        """How many entries the newest checkpoint has, as the server says."""
        with self.connect("ani") as channel:
            note = self.audit_stubs.AuditStub(channel).GetCheckpoint(
                self.audit.GetCheckpointRequest(),
                timeout=RUN_SECONDS).checkpoint
        return int(note.decode().splitlines()[1])

    def start(self):
        """Starts the server and waits until it says that it listens.
        RuntimeError, with the server's log, when it does not."""
        ledger = self.folder / "ledger"
        port_file = ledger / "port"
        port_file.unlink(missing_ok=True)
        self.log = open(ledger / "server.log", "ab")
        self.server = subprocess.Popen(
            [self.server_program, "serve", *self._server_flags(),
             "--listen", "127.0.0.1:0", "--port-file", port_file,
             "--tls-cert", ledger / "tls.pem", "--tls-key", ledger / "tls.key",
             *self.serve],
            stdout=subprocess.PIPE, stderr=self.log)
        late = threading.Timer(START_SECONDS, self.server.kill)
        late.start()
        said = self.server.stdout.readline()
        late.cancel()
        if not said.startswith(b"listening on "):
            self.stop()
            raise RuntimeError(f"the server did not start: {self.server_log()}")
        self.port = int(port_file.read_text())

    def stop(self, how=signal.SIGTERM):
        """Stops the server and gives its exit code; None when none runs."""
        if self.server is None:
            return None
        server, self.server = self.server, None
        if server.poll() is None:
            server.send_signal(how)
        try:
            return server.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
            raise
        finally:
            server.stdout.close()
            self.log.close()

    def server_log(self):
        return (self.folder / "ledger" / "server.log").read_text()

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    # Speaking to it.

    def connect(self, name):
        """A channel with that party's certificate."""
        party = self.parties[name]
        return grpc.secure_channel(
            self.address,
            grpc.ssl_channel_credentials(
                (self.folder / "ledger" / "tls.pem").read_bytes(),
                party.read("tls.key"), party.read("tls.pem")),
            [("grpc.ssl_target_name_override", "localhost")])

    def seal(self, author, statements, signers=("ani", "budi"), last_second=0):
        """A PostBatchRequest of statements' bytes."""
        text = signing.seal_text(
            self.origin, self.genesis, author,
            last_second or int(time.time()) + 600, statements)
        names = signers if author == ADMINISTRATORS else [author]
        return self.posting.PostBatchRequest(
            seal=signing.signed_note(
                text, [(name, self.parties[name].key) for name in names]),
            statements=statements)

    def say(self, author, **body):
        """A statement's bytes under a fresh reference."""
        party = self.parties.get(author, self._together)
        return signing.salted(self.statement, party.salt_key,
                              party.reference(), **body)

    def post(self, author, bodies, caller=None):
        """Posts {field: message} bodies in one batch; gives the results."""
        statements = [self.say(author, **body) for body in bodies]
        caller = caller or ("ani" if author == ADMINISTRATORS else author)
        with self.connect(caller) as channel:
            stub = self.posting_stubs.PostingStub(channel)
            return stub.PostBatch(
                self.seal(author, statements),
                timeout=RUN_SECONDS).acknowledgement.results

    def enrol(self, *parties):
        """Settles and enrols authorities, all accepted."""
        bodies = []
        for party in parties:
            party.settle(self.folder)
            self.parties[party.name] = party
            bodies.append({"authority_enrolled": self._enrolment(party)})
        self.administer(*bodies)

    def administer(self, *bodies):
        """What the administrators say together, all accepted."""
        for result in self.post(ADMINISTRATORS, bodies):
            assert not result.outcome.refusal, result

    # The client program.

    def profile(self, name):
        """The path of that party's profile."""
        path = self.parties[name].folder / "profile.toml"
        pseudonyms = ""
        if (path.parent / "pseudonym.key").exists():
            pseudonyms = 'pseudonym_key = "pseudonym.key"\n'
        path.write_text(
            pseudonyms +
            f'server = "{self.address}"\norigin = "{self.origin}"\n'
            f'genesis = "{self.entry0_hash}"\nauthority = "{name}"\n'
            'signing_key = "signing.key"\nsalt_key = "salt.key"\n'
            'certificate = "tls.pem"\ncertificate_key = "tls.key"\n'
            f'server_pin = "{signing.b64(self.server_pin)}"\n')
        return path

    def attempt(self, name, *arguments, env=None, **options):
        """Runs `amanah` with that party's profile, however it ends."""
        environment = {**(env or os.environ),
                       "AMANAH_PROFILE": str(self.profile(name)),
                       "HOME": str(self.parties[name].folder),
                       "XDG_STATE_HOME": str(self.parties[name].folder)}
        return subprocess.run(
            [program("amanah"), *arguments], env=environment, text=True,
            capture_output=True, timeout=RUN_SECONDS, check=False, **options)

    def run(self, name, *arguments, code=0, **options):
        """The same, and it must end so; gives what it printed."""
        done = self.attempt(name, *arguments, **options)
        assert done.returncode == code, (
            f"amanah {' '.join(map(str, arguments))}: {done.returncode}, "
            f"not {code}\n{done.stdout}{done.stderr}")
        return done.stdout

    # What the administrators say first.

    def _ledger_key(self, kind):
        return signing.key_of(f"{self.origin} {kind}#1")

    def _key(self, name, key, role):
        return {"verifier_key": signing.verifier_key(
                    name, signing.public_key(key)),
                "possession": signing.possession(
                    key, self.origin, self.genesis, name, role)}

    def _opening(self):
        pb = self.statement
        ledger = {}
        for kind in ("checkpoint", "statement"):
            key = self._key(self.origin, self._ledger_key(kind),
                            "ledger-" + kind)
            ledger[kind + "_key"] = key["verifier_key"]
            ledger[kind + "_possession"] = key["possession"]
        return self.say(ADMINISTRATORS, ledger_opened=pb.LedgerOpened(
            origin=self.origin, rules_version=1, nonce=os.urandom(32),
            threshold=2, **ledger,
            administrators=[pb.Administrator(
                name=party.name, institution="ID.TEST", pins=[party.pin],
                **self._key(party.name, party.key, "administrator"))
                for party in self.parties.values()]))

    def _enrolment(self, party):
        role = party.role.lower().replace("_", "-")
        return self.statement.AuthorityEnrolled(
            name=party.name, institution="ID.TEST",
            role=getattr(self.statement, "ROLE_" + party.role),
            programs=party.programs, regions=party.regions, pins=[party.pin],
            daily_quota=party.quota, **self._key(party.name, party.key, role))
