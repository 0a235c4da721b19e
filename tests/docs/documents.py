"""What the documents say that a test can check: their code and their links."""

import pathlib
import re
import shlex

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAMS = ("amanah", "amanahd")


class Page:
    """One document, by its path from the root."""

    def __init__(self, name):
        self.name = name
        self.text = (ROOT / name).read_text(encoding="utf-8")
        self.lines = self.text.splitlines()
        self._fences = re.findall(r"^```(\w*)\n(.*?)^```$", self.text,
                                  re.M | re.S)

    def fenced(self, language):
        """The fenced blocks of that language, in order."""
        return [block for kind, block in self._fences if kind == language]

    def _prose(self):
        return re.sub(r"^```\w*\n.*?^```$", "", self.text, flags=re.M | re.S)

    def indented(self):
        """The indented blocks, in order, each without its indentation."""
        blocks, block, after_blank = [], [], True
        for line in self._prose().splitlines() + [""]:
            if line.startswith("    ") and (after_blank or block):
                block.append(line.strip())
            elif block and line.strip():
                blocks.append("\n".join(block))
                block = []
            after_blank = not line.strip()
        return blocks + (["\n".join(block)] if block else [])

    def commands(self):
        """The command lines of its blocks, without comments behind them."""
        text = "\n".join(self.indented() + self.fenced("") + self.fenced("sh"))
        lines = re.sub(r"\\\n", "", text).splitlines()
        return [" ".join(shlex.split(line, comments=True)) for line in lines
                if re.match(r"(amanahd?|\./\w+\.sh|protoc) ", line + " ")]

    def spans(self):
        """What stands between backticks in a line or two, spaces made one."""
        found = re.findall(r"(?<!`)`([^`]+)`(?!`)", self._prose())
        return [" ".join(span.split()) for span in found if span.strip()]

    def links(self):
        """Relative links, without what follows a number sign."""
        targets = re.findall(r"\]\(([^)]*)\)", self._prose())
        return [target.split("#")[0] for target in targets
                if "://" not in target and not target.startswith("#")]

    def table(self, heading):
        """The rows of the first table below that heading, as lists."""
        rows = []
        for line in self.lines[self.lines.index(heading) + 1:]:
            if line.startswith("|"):
                rows.append([c.strip() for c in line.strip("|").split("|")])
            elif rows:
                break
        return rows[2:]


def pages():
    found = sorted((ROOT / "docs").rglob("*.md"))
    return [Page("README.md")] + [
        Page(str(path.relative_to(ROOT))) for path in found]
