#!/usr/bin/python3
"""Runs test programs and adds up what they say.

    run_tests.py [--jobs N] [--timeout S] [--label L] PROGRAM...

A program that is a GoogleTest binary counts once for each of its tests; any
other (a script) counts once. What a program prints is shown only when it fails.
Ends with a line `N passed, N failed, N skipped` and exits 1 if any failed.
"""

import argparse
import concurrent.futures
import json
import os
import subprocess
import sys
import tempfile
import time


def is_gtest(program):
    """Whether the file is a compiled test program."""
    with open(program, "rb") as file:
        return file.read(4) == b"\x7fELF"


def count_gtest(report):
    """Passed, failed, skipped and the names of the skipped of one report."""
    passed, failed, skipped = 0, 0, []
    for suite in report["testsuites"]:
        for case in suite["testsuite"]:
            name = suite["name"] + "." + case["name"]
            if case.get("result") == "SKIPPED":
                skipped.append(name)
            elif case.get("failures"):
                failed += 1
            elif case.get("status") == "RUN":
                passed += 1
    return passed, failed, skipped


def run_one(program, timeout):
    """Runs one program; its counts, output and time."""
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        report = os.path.join(folder, "report.json")
        command = [program]
        gtest = is_gtest(program)
        if gtest:
            command.append("--gtest_output=json:" + report)
        try:
            done = subprocess.run(
                command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL, timeout=timeout, check=False)
            code, output = done.returncode, done.stdout
        except subprocess.TimeoutExpired as late:
            code, output = 124, (late.stdout or b"") + b"\ntimed out\n"
        passed, failed, skipped = 0, 0, []
        if gtest and os.path.exists(report):
            with open(report, encoding="utf-8") as file:
                passed, failed, skipped = count_gtest(json.load(file))
            # A crash at the end, or a leak, is a failure that no test shows.
            if code != 0 and failed == 0:
                failed = 1
        elif code == 77:
            skipped = [os.path.basename(program)]
        elif code == 0 and not gtest:
            passed = 1
        else:
            failed = 1
    return program, passed, failed, skipped, output, time.monotonic() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--timeout", type=int, default=900)
    parser.add_argument("--label", default="")
    parser.add_argument("programs", nargs="+")
    options = parser.parse_args()
    totals = [0, 0, 0]
    label = options.label + " " if options.label else ""
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        runs = [pool.submit(run_one, program, options.timeout)
                for program in options.programs]
        for run in concurrent.futures.as_completed(runs):
            program, passed, failed, skipped, output, seconds = run.result()
            name = os.path.basename(program)
            print(f"{label}{name}: {passed} passed, {failed} failed"
                  f"{f', {len(skipped)} skipped' if skipped else ''}"
                  f" ({seconds:.1f} s)", flush=True)
            for one in skipped:
                print(f"  skipped: {one}", flush=True)
            if failed:
                sys.stdout.write(output.decode("utf-8", "replace")[-20000:])
            totals[0] += passed
            totals[1] += failed
            totals[2] += len(skipped)
    print(f"{totals[0]} passed, {totals[1]} failed, {totals[2]} skipped",
          flush=True)
    if os.environ.get("AMANAH_COUNTS"):
        with open(os.environ["AMANAH_COUNTS"], "a", encoding="utf-8") as file:
            file.write("%d %d %d\n" % tuple(totals))
    return 1 if totals[1] else 0


if __name__ == "__main__":
    sys.exit(main())
