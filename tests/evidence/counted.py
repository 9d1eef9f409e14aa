"""Write how many targets and bounds are met, and where the numbers come from: python tests/evidence/counted.py

In README, CITATION and the notebook "evidence", a sentence each. Its words stay; its numbers come from scorecard.csv,
and in README and CITATION those of another sentence from the sources in parameters.toml.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from teamsim.evidence.findings import findings
from teamsim.parameters import sources

HOME = Path(__file__).parents[2]
FILES = ("README.md", "CITATION.cff", "notebooks/evidence.ipynb")
SAID = "the model meets # of # findings, and keeps # of # checks of bounds and # of the # bounds that must hold."
FROM = (
    "Of the # numbers inside the rules, # name a publication, # only one of five articles, # are assumed, "
    "and # are definitions."
)
OF_SOURCES = ("README.md", "CITATION.cff")
BETWEEN = r'(?:\s|\\n",\s*")+'
"""What may stand between two words: in a notebook's file, the end of a line of source, too."""


def counts(card: pd.DataFrame) -> list[int]:
    """Return the six numbers of the sentence: of targets, of checks of bounds, of bounds that must hold."""
    of_targets = card["kind"] == "target"
    parts = (
        card.loc[of_targets, "in_band"].groupby("target").all(),
        card.loc[~of_targets, "in_band"],
        card.loc[card["must"], "in_band"].groupby("target").all(),
    )
    return [number for part in parts for number in (int(part.sum()), len(part))]


def sentence(card: pd.DataFrame) -> str:
    """Return the sentence as it has to stand there, on one line."""
    numbers = iter(counts(card))
    return re.sub("#", lambda _: str(next(numbers)), SAID)


def written(text: str, said: str, numbers: Sequence[int]) -> str:
    """Return a text with the numbers of a sentence made anew."""
    pattern = BETWEEN.join(r"\d+" if word == "#" else re.escape(word) for word in said.split())
    [found] = re.finditer(pattern, text)
    following = iter(numbers)
    anew = re.sub(r"\d+", lambda _: str(next(following)), found.group())
    return text[: found.start()] + anew + text[found.end() :]


if __name__ == "__main__":
    met = counts(findings("scorecard"))
    come_from = list(sources().values())
    for name in FILES:
        file = HOME / name
        text = written(file.read_text(encoding="utf-8"), SAID, met)
        if name in OF_SOURCES:
            text = written(text, FROM, [sum(come_from), *come_from])
        file.write_text(text, encoding="utf-8", newline="\n")
