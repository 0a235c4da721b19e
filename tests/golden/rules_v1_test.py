#!/usr/bin/python3
"""Makes the golden log of rules version 1 anew and compares it with the file.

Exit code 77: no Python protobuf or nacl here (skip).
"""

import sys

try:
    import google.protobuf  # noqa: F401
    import nacl.signing  # noqa: F401
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

import make_rules_v1

# The same constants stand in replay_test.cc.
TEST = make_rules_v1.FOLDER / "replay_test.cc"


def main():
    log = make_rules_v1.make()
    kept = (make_rules_v1.FOLDER / "rules_v1.log").read_text()
    for sequence, (ours, golden) in enumerate(
            zip(make_rules_v1.text_of(log).splitlines(), kept.splitlines())):
        if ours != golden:
            print(f"entry {sequence} ({log.rows[sequence][1]}) differs:\n"
                  f" {ours}\n {golden}")
            return 1
    if make_rules_v1.text_of(log) != kept:
        print(f"{len(log.entries)} entries here, {len(kept.splitlines())} kept")
        return 1
    checkpoint = (make_rules_v1.FOLDER / "rules_v1.checkpoint").read_bytes()
    if make_rules_v1.checkpoint_of(log) != checkpoint:
        print("rules_v1.checkpoint differs")
        return 1
    totals = make_rules_v1.totals_of(log)
    constants = TEST.read_text()
    wanted = [f'"{totals["sha256"]}"', f'"{totals["root"]}"',
              f"kEntries = {totals['entries']};",
              f"kAccepted = {totals['accepted']};",
              f"kBatches = {totals['batches']};"]
    wanted += ["{" + ", ".join(f'"{part}"' if isinstance(part, str)
                               else str(part) for part in account) + "}"
               for account in totals["accounts"]]
    wanted += ["{Refusal::k" + name.title().replace("_", "") + f", {count}}}"
               for name, count in totals["refused"].items()]
    missing = [text for text in wanted if text not in constants]
    if missing:
        print("not in replay_test.cc: " + " ".join(missing))
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
