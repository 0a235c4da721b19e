#!/usr/bin/python3
"""Runs clang-tidy over our own sources, two at a time.

    run_tidy.py BUILD_FOLDER [PATH_PART...]

Reads BUILD_FOLDER/compile_commands.json. What a file was found clean with is
remembered by a hash of it, its options and everything in the project that it
includes, so that a second run checks only what changed. Exits 1 on a finding.
"""

import concurrent.futures
import hashlib
import json
import os
import re
import subprocess
import sys

PRECOMPILED = re.compile(
    r" -fpch-preprocess| -Winvalid-pch| -include \S+cmake_pch.hxx")
INCLUDE = re.compile(rb'^#include "([^"]+)"', re.MULTILINE)


def closure(path, root, build, seen):
    """Adds `path` and what it includes of the project to `seen`."""
    if path in seen or not os.path.exists(path):
        return
    with open(path, "rb") as file:
        text = file.read()
    seen[path] = hashlib.sha256(text).hexdigest()
    for include in INCLUDE.findall(text):
        name = include.decode()
        closure(os.path.join(root, name), root, build, seen)
        closure(os.path.join(build, "proto", name), root, build, seen)


def fingerprint(entry, root, build, config):
    """What the findings of a file depend on; the same in every clone."""
    seen = {}
    closure(entry["file"], root, build, seen)
    parts = [config, PRECOMPILED.sub("", entry["command"])]
    parts += [path + seen[path] for path in sorted(seen)]
    text = "\n".join(parts).replace(build + os.sep, "BUILD/")
    text = text.replace(root + os.sep, "ROOT/").replace(root + " ", "ROOT ")
    return hashlib.sha256(text.encode()).hexdigest()


def write_commands(entries, build):
    """A compile_commands.json without what only g++ knows: its folder."""
    folder = os.path.join(build, "tidy")
    os.makedirs(folder, exist_ok=True)
    plain = [dict(entry, command=PRECOMPILED.sub("", entry["command"]))
             for entry in entries]
    with open(os.path.join(folder, "compile_commands.json"), "w",
              encoding="utf-8") as file:
        json.dump(plain, file)
    return folder


def check(entry, commands):
    done = subprocess.run(
        ["clang-tidy", "--quiet", "-p", commands, entry["file"]],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    text = done.stdout.decode("utf-8", "replace")
    clean = done.returncode == 0 and "warning:" not in text
    return clean, text


def main():
    build = os.path.abspath(sys.argv[1])
    parts = sys.argv[2:]
    root = os.getcwd()
    config = ""
    for name in (".clang-tidy", "tests/.clang-tidy"):
        with open(name, encoding="utf-8") as file:
            config += file.read()
    with open(os.path.join(build, "compile_commands.json"),
              encoding="utf-8") as file:
        entries = [e for e in json.load(file)
                   if e["file"].startswith(root + os.sep)
                   and not e["file"].startswith(build + os.sep)
                   and (not parts or any(p in e["file"] for p in parts))]
    memory = os.path.join(
        os.environ.get("CCACHE_DIR", os.path.expanduser("~/.cache/ccache")),
        "..", "amanah-tidy")
    os.makedirs(memory, exist_ok=True)
    commands = write_commands(entries, build)
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        runs = {}
        for entry in entries:
            mark = os.path.join(memory,
                                fingerprint(entry, root, build, config))
            if not os.path.exists(mark):
                runs[pool.submit(check, entry, commands)] = (entry, mark)
        for run in concurrent.futures.as_completed(runs):
            entry, mark = runs[run]
            clean, text = run.result()
            if clean:
                with open(mark, "w", encoding="utf-8"):
                    pass
            else:
                failed += 1
                print(os.path.relpath(entry["file"], root))
                print(text, flush=True)
    print(f"{len(entries)} files, {len(runs)} checked, {failed} with findings")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
