"""Keys, seals and statements in Python, from docs/formats.md alone.

Shares no code with the ledger: what both make of the same values is the format.
Keys follow from names, so that two runs make the same bytes.
"""

import base64
import contextlib
import hashlib
import hmac
import importlib
import pathlib
import subprocess
import sys
import tempfile

import nacl.signing

ROOT = pathlib.Path(__file__).resolve().parents[2]
ADMINISTRATORS = "administrators"
NO_ENTRY = bytes(32)


@contextlib.contextmanager
def generated(*names, plugin=None):
    """The modules that protoc makes of proto/amanah/v1/NAME.proto."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["protoc", f"--proto_path={ROOT / 'proto'}",
                   f"--python_out={folder}"]
        if plugin:
            command += [f"--grpc_python_out={folder}",
                        f"--plugin=protoc-gen-grpc_python={plugin}"]
        protos = sorted((ROOT / "proto").rglob("*.proto"))
        subprocess.run(
            command + [str(p.relative_to(ROOT / "proto")) for p in protos],
            check=True)
        sys.path.insert(0, folder)
        try:
            yield [importlib.import_module(f"amanah.v1.{name}")
                   for name in names]
        finally:
            sys.path.remove(folder)


def b64(data):
    return base64.b64encode(data).decode()


def sha256(data):
    return hashlib.sha256(data).digest()


def leaf_hash(data):
    return sha256(b"\x00" + data)


def tree_root(leaves):
    """RFC 6962, section 2.1, of at least one leaf."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while 2 * split < len(leaves):
        split *= 2
    return sha256(b"\x01" + tree_root(leaves[:split])
                  + tree_root(leaves[split:]))


def key_of(token):
    """The signing key of "name#generation"."""
    return nacl.signing.SigningKey(
        sha256(b"amanah golden key " + token.encode()))


def pin_of(name):
    return sha256(b"amanah golden pin " + name.encode())


def salt_key_of(author):
    return sha256(b"amanah golden salt " + author.encode())


def pseudonym(scheme, identifier):
    """Suite 1, epoch 1."""
    text = f"amanah.pseudonym/v1\n{scheme}\n{identifier}\n".encode()
    key = sha256(b"amanah golden pseudonym key")
    return b"\x11" + hmac.new(key, text, hashlib.sha256).digest()


def key_id(name, public_key):
    return sha256(name.encode() + b"\n\x01" + public_key)[:4]


def verifier_key(name, public_key):
    return (f"{name}+{key_id(name, public_key).hex()}"
            f"+{b64(bytes([1]) + public_key)}")


def public_key(key):
    return bytes(key.verify_key)


def possession(key, origin, genesis, name, role):
    text = f"amanah.key/v1\n{origin}\n{b64(genesis)}\n{name}\n{role}\n"
    return key.sign(text.encode()).signature


def salted(statement_pb, salt_key, reference, **body):
    """A statement's canonical bytes."""
    salt = hmac.new(salt_key, reference.encode(), hashlib.sha256).digest()[:16]
    return statement_pb.Statement(
        reference=reference, salt=salt, **body).SerializeToString(
            deterministic=True)


def seal_text(origin, genesis, author, last_second, statements):
    root = tree_root([leaf_hash(s) for s in statements])
    return (f"amanah.batch/v1\n{origin}\n{b64(genesis)}\n{author}\n"
            f"{last_second}\n{len(statements)}\n{b64(root)}\n").encode()


def signed_note(text, signers):
    """`signers`: names with their keys."""
    note = text + b"\n"
    for name, key in signers:
        mark = key_id(name, public_key(key)) + key.sign(text).signature
        note += f"\u2014 {name} {b64(mark)}\n".encode()
    return note


def checkpoint(origin, leaves, key):
    text = f"{origin}\n{len(leaves)}\n{b64(tree_root(leaves))}\n"
    return signed_note(text.encode(), [(origin, key)])
