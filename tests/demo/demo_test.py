#!/usr/bin/python3
"""The demo, with fewer families: it ends with "demo: ok" or this fails.

Needs the built programs in $AMANAH_BUILD/bin (./build unless set).
"""

import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("AMANAH_BUILD", ROOT / "build")).resolve()
FAMILIES = 900
SECONDS = 120


def main():
    if not (BUILD / "bin" / "amanahd").exists():
        print(f"skipped: {BUILD / 'bin' / 'amanahd'} is not built")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, ROOT / "tests" / "demo" / "demo.py", BUILD, folder,
             str(FAMILIES)], capture_output=True, text=True, timeout=SECONDS,
            check=False)
    print(done.stdout, done.stderr)
    last = done.stdout.splitlines()[-1] if done.stdout else ""
    return 0 if done.returncode == 0 and last == "demo: ok" else 1


if __name__ == "__main__":
    sys.exit(main())
