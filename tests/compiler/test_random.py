"""Rules that hypothesis writes, on pots that it fills: any number of lanes leaves the bits of plain Python.

TEAMSIM_FUZZ=2000 python -m pytest tests/compiler/test_random.py      searches longer
"""

import os

import numpy as np
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from random_rules import books
from rulebook import agree, pots, written
from teamsim.compiler import machine

EXAMPLES = int(os.environ.get("TEAMSIM_FUZZ", "40"))
DOOR = """

@door(pots=array(Pot), xs=array("f"), shelf=array(Pot), mine=own(Pot))
def go(pots, xs, shelf, mine):
    for first in range(0, pots.shape[0], lanes()):
        at = first + lane()
        if at < pots.shape[0]:
            mine[0] = pots[at]
            mine[1] = shelf[1]
            brew(mine, mine[0], mine[1], xs, shelf, at)
            pots[at] = mine[0]
"""


def filled(seed):
    """Pots with anything in them, edges more often; what is shared is the same in all."""
    chance = np.random.default_rng(seed)
    found = pots(11)
    edges = [0.0, -0.0, 1.0, -1.0, 1e300, 5e-324, np.inf, -np.inf, np.nan, 30.0, 0.001]
    for part, name in ((found, "milk"), (found, "tea"), (found["lid"], "weight")):
        part[name] = np.where(chance.random(11) < 0.1, chance.choice(edges, 11), chance.normal(0.0, 5.0, 11))
    for part, name in ((found, "sips"), (found, "spare")):
        part[name] = chance.integers(-65536, 65536, 11)
    found["cups"], found["lid"]["turns"] = chance.integers(1, 10, 11), chance.integers(-1000, 1000, 11)
    found["key"] = chance.integers(0, 2**64 - 1, 11, dtype=np.uint64)
    return found


@given(books(), st.integers(0, 2**32))
@settings(max_examples=EXAMPLES, suppress_health_check=[*HealthCheck])
def test_any_rule_gives_the_bits_of_plain_python(tmp_path_factory, source, seed):
    note(source)
    book = written(source + DOOR, tmp_path_factory.mktemp("random"))
    agree(book.go, filled(seed), xs=[0.5, -2.0, 8.0, 0.0], checked=seed % 4 == 0)
    machine._MADE.clear()  # or the machine code of thousands of books would be held
