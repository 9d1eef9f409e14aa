"""Write how many targets and bounds are met where it is read first: python tests/evidence/counted.py

In README, CITATION and the notebook "evidence", one sentence each. Its words stay; its numbers come from scorecard.csv.
"""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from teamsim.evidence.findings import findings

HOME = Path(__file__).parents[2]
FILES = ("README.md", "CITATION.cff", "notebooks/evidence.ipynb")
SAID = "the model meets # of # findings, and keeps # of # checks of bounds and # of the # bounds that must hold."
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


def written(text: str, card: pd.DataFrame) -> str:
    """Return a text with the sentence's numbers made anew."""
    pattern = BETWEEN.join(r"\d+" if word == "#" else re.escape(word) for word in SAID.split())
    [found] = re.finditer(pattern, text)
    numbers = iter(counts(card))
    anew = re.sub(r"\d+", lambda _: str(next(numbers)), found.group())
    return text[: found.start()] + anew + text[found.end() :]


if __name__ == "__main__":
    for name in FILES:
        file = HOME / name
        text = written(file.read_text(encoding="utf-8"), findings("scorecard"))
        file.write_text(text, encoding="utf-8", newline="\n")
