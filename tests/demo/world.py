"""The parties of the demonstration, their keys and profiles, and the server.

Everything happens through the two programs, as their users would run them.
"""

import json
import os
import subprocess
import time

ORIGIN = "ledger.example/kota-mojokerto"
ADMINISTRATORS = {"dinas-sosial": "DINSOS", "inspektorat": "INSPEKTORAT",
                  "auditor-luar": "KAP-LUAR"}
BANKS = {"bank-barat": ["35.76.01"], "bank-timur": ["35.76.02"],
         "bank-tengah": ["35.76.03"]}


class Failure(Exception):
    """Something did not come out as it must."""


class World:
    """A folder with everyone's keys, and the server that runs in it."""

    def __init__(self, build, folder):
        self.build, self.folder = os.path.abspath(build), folder
        self.server = None
        self.address = self.genesis = self.pin = ""
        self.environment = dict(os.environ, AMANAH_STATE=self.path("state"),
                                NO_COLOR="1")

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def run(self, *arguments, who=None, stdin=None, expect=(0,)):
        """One command of the client; its standard output."""
        command = [os.path.join(self.build, "bin", "amanah")]
        if who:
            command += ["--profile", self.path(who + ".toml")]
        command += [str(a) for a in arguments]
        done = subprocess.run(
            command, cwd=self.folder, env=self.environment, input=stdin or "",
            capture_output=True, text=True, timeout=600, check=False)
        if done.returncode not in expect:
            raise Failure(f"{' '.join(command)}\nended with {done.returncode}, "
                          f"not {expect}\n{done.stdout}{done.stderr}")
        return done.stdout

    def ask(self, *arguments, **options):
        """One command with --json; its document."""
        return json.loads(self.run("--json", *arguments, **options))

    def make_keys(self):
        """Everyone's keys, each by its owner."""
        names = list(ADMINISTRATORS) + list(BANKS) + ["dinsos", "bpk"]
        for name in names:
            self.run("keygen", f"keys/{name}", "--name", name)
        self.run("keygen", "keys/ledger", "--kind", "checkpoint", "--name",
                 ORIGIN)
        self.run("keygen", "keys/ledger", "--kind", "statement", "--name",
                 ORIGIN)
        made = self.ask("keygen", "keys/server", "--kind", "tls", "--name",
                        "localhost")
        self.pin = made["pin"]
        self.run("keygen", "keys/pseudonyms", "--kind", "pseudonym", "--name",
                 "epoch-1")

    def open_ledger(self):
        """Entry 0: two of three administrators sign the opening."""
        for name, institution in ADMINISTRATORS.items():
            self.run("key", "prove", "--opening", "--origin", ORIGIN, "--role",
                     "administrator", "--name", name, "--institution",
                     institution, "--key", f"keys/{name}/signing.key",
                     "--pin-certificate", f"keys/{name}/tls.pem", "-o",
                     f"{name}.proof")
        for kind in ("checkpoint", "statement"):
            self.run("key", "prove", "--opening", "--origin", ORIGIN, "--role",
                     f"ledger-{kind}", "--key", f"keys/ledger/{kind}.key",
                     "-o", f"{kind}.proof")
        self.run("init", "--origin", ORIGIN, "--administrator",
                 *[f"{name}.proof" for name in ADMINISTRATORS],
                 "--checkpoint-key", "checkpoint.proof", "--statement-key",
                 "statement.proof", "-o", "opening.batch")
        for name in list(ADMINISTRATORS)[:2]:
            self.run("sign", "opening.batch", "--yes", "--authority", name,
                     "--signing-key", f"keys/{name}/signing.key")
        keys = ["--data", self.path("data"), "--checkpoint-key",
                self.path("keys/ledger/checkpoint.key"), "--statement-key",
                self.path("keys/ledger/statement.key")]
        program = os.path.join(self.build, "bin", "amanahd")
        done = subprocess.run(
            [program, "init", "--opening", self.path("opening.batch")] + keys,
            capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Failure(f"amanahd init: {done.stdout}{done.stderr}")
        for line in done.stdout.splitlines():
            if line.strip().startswith(("genesis", "entry 0")):
                self.genesis = line.split()[-1].strip('"')
        with open(self.path("server.log"), "wb") as log:
            self.server = subprocess.Popen(
                [program, "serve", "--listen", "127.0.0.1:0", "--tls-cert",
                 self.path("keys/server/tls.pem"), "--tls-key",
                 self.path("keys/server/tls.key"), "--port-file",
                 self.path("port")] + keys, stdout=log, stderr=log)
        for _ in range(300):
            if os.path.exists(self.path("port")):
                with open(self.path("port"), encoding="ascii") as file:
                    port = file.read().strip()
                if port:
                    self.address = f"127.0.0.1:{port}"
                    return
            if self.server.poll() is not None:
                break
            time.sleep(0.1)
        with open(self.path("server.log"), encoding="utf-8") as file:
            raise Failure("the server did not start:\n" + file.read())

    def write_profiles(self):
        """A profile for each, so that commands are short."""
        for name in list(ADMINISTRATORS) + list(BANKS) + ["dinsos", "bpk"]:
            lines = {
                "server": self.address, "origin": ORIGIN,
                "genesis": self.genesis, "authority": name,
                "signing_key": f"keys/{name}/signing.key",
                "salt_key": f"keys/{name}/salt.key",
                "certificate": f"keys/{name}/tls.pem",
                "certificate_key": f"keys/{name}/tls.key",
                "server_pin": self.pin,
            }
            if name in ("dinsos", "bpk"):
                lines["pseudonym_key"] = "keys/pseudonyms/pseudonym.key"
            with open(self.path(name + ".toml"), "w", encoding="utf-8") as file:
                for key, value in lines.items():
                    file.write(f'{key} = "{value}"\n')

    def together(self, file, proposals):
        """Administrators propose, sign and post: two of three."""
        first, second = list(ADMINISTRATORS)[:2]
        for number, arguments in enumerate(proposals):
            more = ["--append"] if number else []
            self.run(*arguments, "--out", file, *more, who=first)
        self.run("sign", file, "--yes", who=second)
        self.run("post", file, who=second)

    def stop(self):
        """Ends the server, in good order."""
        if self.server and self.server.poll() is None:
            self.server.terminate()
            try:
                self.server.wait(40)
            except subprocess.TimeoutExpired:
                self.server.kill()
                self.server.wait()
        self.server = None
