"""Four bots against the real server; the largest class: teamsim workshop rehearse managing-stars --bots 60"""

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from teamsim.fields import InputError
from teamsim.workshop.ready import inspect
from teamsim.workshop.rehearse import rehearse
from teamsim.workshop.serve import MOST_SEATS, serve


def test_four_bots_play_two_rounds_and_nothing_is_lost_or_double() -> None:
    said: list[str] = []
    found = rehearse("managing-stars", bots=4, rounds=2, within=2.0, thinks=2.0, say=said.append)
    assert (found.lost, found.double) == (0, 0)
    assert len(found.times.page) == 4
    assert len(found.times.result) == 8
    assert len(found.times.back) == 2
    assert found.memory > 0
    assert said[-1] == "round 2 of 2 is played"


@pytest.mark.parametrize("size", [0, MOST_SEATS + 1])
@pytest.mark.parametrize(
    ("begin", "what"),
    [(partial(rehearse, "managing-stars"), "bots"), (partial(serve, "managing-stars"), "seats"), (inspect, "seats")],
)
def test_nobody_and_more_than_were_tried_are_refused(begin: Callable[..., object], what: str, size: int) -> None:
    with pytest.raises(InputError, match=rf"^{what} = {size} is outside 1\.\.{MOST_SEATS}$"):
        begin(**{what: size})


def test_the_readme_names_the_largest_class_that_was_tried() -> None:
    readme = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
    found = re.search(r"class of up to (\d+) has been tried", readme)
    assert found
    assert int(found[1]) == MOST_SEATS
