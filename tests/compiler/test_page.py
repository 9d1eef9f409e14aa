"""The page about the language of rules says what the compiler does: its examples are tried."""

import ast
import os
import re
from pathlib import Path
from unittest import mock

import numpy as np
import pytest

from rulebook import LANES, bits, written
from teamsim.compiler.doors import PLAIN, room
from teamsim.compiler.language import RuleError

PAGE = Path(__file__).parents[2] / "docs" / "language-of-rules.md"
BLOCKS = re.findall(r"^```python ([^\n]+)\n(.*?)^```\n(?:> ([^\n]+)\n)?", PAGE.read_text(encoding="utf-8"), re.M | re.S)
DECLARED = [source for mark, source, _ in BLOCKS if mark == "declared"]
ALLOWED = [source for mark, source, _ in BLOCKS if mark == "allowed"]
REFUSED = [(source, why, mark) for mark, source, why in BLOCKS if mark.startswith("refused")]
HEAD = f"""
import math

from teamsim.arithmetic import exp, log
from teamsim.compiler import array, bits_of, door, each, from_bits, lane, lanes, own, rule
from teamsim.fields import Declared, Key, quantity


{DECLARED[0]}

"""
MEANT = {"worker": "mine[0]", "team": "team", "pays": "pays", "n": "mine[0].weeks", "key": "mine[0].key"}
DOOR = """

@door(team=array(Worker), pays=array("f"), mine=own(Worker), found=array("f"))
def go(team, pays, mine, found):
    for first in range(0, team.shape[0], lanes()):
        at = first + lane()
        if at < team.shape[0]:
            mine[0] = team[at]
            {call}
            team[at] = mine[0]
"""


def entered(source, folder):
    """A door to the last rule of a block."""
    last = ast.parse(source).body[-1]
    call = f"{last.name}({', '.join(MEANT[argument.arg] for argument in last.args.args)})"
    if any(isinstance(node, ast.Return) and node.value for node in ast.walk(last)):
        call = f"found[at] = {call}"
    return written(source + DOOR.format(call=call), folder, HEAD)


def left(book, lanes):
    """What goes through the door leaves: everybody, and what was returned."""
    count = 11
    team, found, chance = np.zeros(count, dtype=book.Worker.dtype()), np.zeros(count), np.random.default_rng(3)
    team["skill"], team["strain"] = chance.uniform(0.0, 10.0, count), chance.uniform(0.0, 1.0, count)
    team["skill"][::3] *= 0.2
    team["weeks"], team["reports"] = np.arange(count) * 2, 1 + np.arange(count)
    team["key"], team["month"] = chance.integers(0, 2**63, count).astype(np.uint64) * np.uint64(2), 4
    book.go.at(lanes)(team, np.array([0.5, 1.5, 4.0]), room(book.Worker.dtype(), 1, lanes), found)
    return bits(team) + bits(found)


@pytest.mark.parametrize("source", ALLOWED, ids=lambda source: re.findall(r"def (\w+)", source)[-1])
def test_what_is_allowed_is_compiled_and_gives_the_same(source, tmp_path):
    book = entered(source, tmp_path)
    with mock.patch.dict(os.environ, {PLAIN: "1"}):
        expected = left(book, 1)
    for lanes in LANES:
        assert left(book, lanes) == expected


@pytest.mark.parametrize(("source", "why", "mark"), REFUSED, ids=lambda given: given[:60])
def test_what_is_refused_is_refused_with_this_sentence(source, why, mark, tmp_path):
    assert why, "the sentence stands below the example"
    book = entered(source, tmp_path)
    if mark == "refused in lanes":
        book.go.at(1)
    for lanes in LANES[mark == "refused in lanes" :]:
        with pytest.raises(RuleError) as caught:
            book.go.at(lanes)
        assert str(caught.value).partition(": ")[2] == why


def test_every_example_is_tried():
    fences = re.findall(r"^```(.*)$", PAGE.read_text(encoding="utf-8"), re.M)
    assert len(fences) == 2 * len(BLOCKS)
    assert len(DECLARED) == 1
    assert len(DECLARED) + len(ALLOWED) + len(REFUSED) == len(BLOCKS)
