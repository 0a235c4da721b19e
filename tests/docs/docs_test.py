#!/usr/bin/python3
"""What the documents claim about the sources: links, files, limits, words.

Needs nothing but the sources. commands_test.py runs the documents' commands.
"""

import re
import sys

from documents import ROOT, Page, pages

README_LINES, README_COLUMNS = 60, 80

# What each row of the table of limits is called in the sources.
LIMITS = {
    "message to the server, from the server":
        "kRequestLengthMax response_length_max",
    "batch": "kBatchSizeMax kBatchLengthMax kStatementLengthMax",
    "entries in one message of a stream": "kChunkLengthMax",
    "batches that wait for the ledger, then BUSY":
        "queued_batches_max queued_length_max",
    "batches in flight on a stream": "batches_in_flight_max",
    "kept of a stream that is not read on": "kUnreadLengthMax",
    "answers in flight on a stream": "answers_length_max kAnswerLengthEach",
    "posting streams, of one authority":
        "posting_streams_max posting_streams_each_max",
    "entry streams, of one authority":
        "entry_streams_max entry_streams_each_max",
    "checkpoint streams, of one authority":
        "checkpoint_streams_max checkpoint_streams_each_max",
    "message that a stream's client does not take": "write_time_max_us",
    "memory of gRPC for all connections": "network_memory_max",
    "calls of one connection at a time": "calls_per_connection_max",
    "unary call": "unary_time_max_us",
    "page": "kPageSizeDefault kPageSizeMax",
    "questions that wait for a reader": "waiting_reads_max",
    "entries in one proof, and looked at for it":
        "kProofEntriesMax story_scan_max",
    "rows looked at for a page or history, for another answer":
        "page_scan_max index_scan_max",
    "entitlements, disbursements in one history":
        "history_entitlements_max history_disbursements_max",
    "totals in one summary": "totals_max",
    "references in one look-up": "kReferencesMax",
    "caller looked up again on a stream": "recheck_every_us",
    "idle connection": "idle_connection_max_ms",
    "replay at a start after a crash": "flush_every",
}
LIMIT_FILES = ["server/limits.h", "ledger/domain/statement.h",
               "ledger/store/derived_store.h", "ledger/writer/ledger.h"]
UNITS = {"": 1, "KiB": 2**10, "MiB": 2**20, "s": 1, "min": 60}


def source(name):
    return (ROOT / name).read_text(encoding="utf-8")


def check_readme():
    lines = Page("README.md").lines
    assert len(lines) <= README_LINES, f"README.md has {len(lines)} lines"
    for number, line in enumerate(lines, 1):
        assert len(line) <= README_COLUMNS, (
            f"README.md line {number} has {len(line)} columns")


def check_links():
    for page in pages():
        for target in page.links():
            path = (ROOT / page.name).parent / target
            assert path.exists(), f"{page.name} links to {target}"


def check_paths():
    """`server/limits.h` and its like are there, also without their endings."""
    tops = {path.name for path in ROOT.iterdir() if path.is_dir()}
    for page in pages():
        for span in page.spans():
            if re.fullmatch(r"[\w.]+/[\w./]*", span):
                top = span.split("/")[0]
                if top in tops - {"build"}:
                    assert (ROOT / span).exists() or list(
                        ROOT.glob(span + ".*")), f"{page.name}: no {span}"


def constant(name):
    """A number of the sources; times in seconds."""
    for file in LIMIT_FILES:
        found = re.search(rf"\b{name} =\s*([^;]+);", source(file))
        if found:
            value = re.sub(r"\w+\{(\d+)\}", r"\1", found.group(1))
            value = value.replace("'", "")
            assert re.fullmatch(r"[\d *<]+", value), (name, value)
            number = eval(value)
            scale = {"_us": 10**6, "_ms": 10**3}.get(name[-3:], 1)
            assert number % scale == 0, name
            return number // scale
    raise AssertionError(f"no source has {name}")


def check_limits():
    rows = Page("docs/operations.md").table("## Limits")
    assert {row[0] for row in rows} == set(LIMITS), "the rows of the limits"
    for what, told in rows:
        numbers = [int(n.replace(",", "")) * UNITS.get(unit, 1)
                   for n, unit in re.findall(r"(\d[\d,]*\d|\d) ?([A-Za-z]*)",
                                             told)]
        real = [constant(name) for name in LIMITS[what].split()]
        assert numbers == real, f"{what}: told {numbers}, are {real}"


def check_messages():
    """What operations.md quotes is what the programs say."""
    text = ""
    for folder in ("ledger", "server"):
        for path in sorted((ROOT / folder).rglob("*.cc")):
            text += path.read_text(encoding="utf-8")
    said = re.sub(r'"\s*\n\s*"', "", text)
    heading = "## What stops it, and what to do"
    for row in Page("docs/operations.md").table(heading):
        quoted = row[0].removesuffix("...").rstrip(": ")
        form = re.sub(r"\b[NM]\b", "%d", quoted)
        assert form in said, f"docs/operations.md quotes: {row[0]}"


def check_refusals():
    """rules.md lists each refusal with its number, and no other."""
    names = re.findall(r"^  REFUSAL_(\w+) = ([1-9]\d*);",
                       source("proto/amanah/v1/entry.proto"), re.M)
    rows = Page("docs/rules.md").table("## Refusals, in order of precedence")
    told = [(row[1], row[0]) for row in rows]
    assert told == names, set(told) ^ set(names)


def check_problems():
    """integration.md names problems that there are."""
    names = re.findall(r"BATCH_PROBLEM_(\w+) =",
                       source("proto/amanah/v1/posting.proto"))
    codes = {"ALREADY_EXISTS", "RESOURCE_EXHAUSTED", "UNAVAILABLE",
             "DEADLINE_EXCEEDED", "PERMISSION_DENIED", "UNAUTHENTICATED"}
    for row in Page("docs/integration.md").table("## 3. Post it"):
        for word in re.findall(r"\b[A-Z]{2}[A-Z_]+\b", row[0]):
            assert word in codes | set(names), f"integration.md: {word}"


def main():
    for check in (check_readme, check_links, check_paths, check_limits,
                  check_messages, check_refusals, check_problems):
        check()
    print(f"{len(pages())} documents agree with the sources")


if __name__ == "__main__":
    sys.exit(main())
