"""How long until the first result: ``python tests/bench/first_use.py [--quick]``.

A copy of the sources in a folder of its own, as pip leaves it (compiled to byte code), with an empty folder for caches;
then, each in a new process: the first use ever on a machine (from `simulate` to its result), the same once machine
code is there (from the import to the result, the middle of many), and the same after a rule was edited. For c126118
too, where numba takes a minute twice; ``--quick`` leaves it out.
"""

from __future__ import annotations

import compileall
import shutil
import statistics
import tempfile
from pathlib import Path

from bench import BEFORE, HOME, OWN, before, once, run

AGAIN = 15
EDITED = Path("teamsim", "rules", "pay.py")


def measure(quick: bool) -> dict[str, object]:
    """Try both."""
    return {engine: tried(engine, 3 if quick else AGAIN) for engine in ([OWN] if quick else [BEFORE, OWN])}


def tried(engine: str, again: int) -> dict[str, float]:
    """From an empty folder on."""
    tree = HOME if engine == OWN else before()
    with tempfile.TemporaryDirectory() as folder:
        there = {"sources": Path(folder) / "src", "cache": Path(folder) / "cache"}
        shutil.copytree(tree / "src", there["sources"], ignore=shutil.ignore_patterns("__pycache__"))
        compileall.compile_dir(there["sources"], quiet=1)
        first = once(engine, "start", **there)
        later = [once(engine, "start", **there) for _ in range(again)]
        rule = there["sources"] / EDITED
        text = rule.read_text(encoding="utf-8")
        edited = text.replace(" * ", " * 1.5 * ", 1)
        assert edited != text
        rule.write_text(edited, encoding="utf-8")
        after = once(engine, "start", **there)
    return {
        "first use ever: simulate to result, s": first["simulate"],
        "a fresh process: import to first result, s": statistics.median(one["import to result"] for one in later),
        "the least of these, s": min(one["import to result"] for one in later),
        "of which the import, s": statistics.median(one["import"] for one in later),
        "an edited rule: import to first result, s": after["import to result"],
    }


if __name__ == "__main__":
    run("first_use", measure)
