"""Four bots against the real server; thirty: teamsim workshop rehearse managing-stars --bots 30"""

import pytest

from teamsim.fields import InputError
from teamsim.workshop.rehearse import rehearse


def test_four_bots_play_two_rounds_and_nothing_is_lost_or_double() -> None:
    said: list[str] = []
    found = rehearse("managing-stars", bots=4, rounds=2, within=2.0, thinks=2.0, say=said.append)
    assert (found.lost, found.double) == (0, 0)
    assert len(found.times.page) == 4
    assert len(found.times.result) == 8
    assert len(found.times.back) == 2
    assert found.memory > 0
    assert said[-1] == "round 2 of 2 is played"


@pytest.mark.parametrize("bots", [0, 201])
def test_a_class_of_nobody_or_of_hundreds_is_refused(bots: int) -> None:
    with pytest.raises(InputError, match=r"outside 1\.\.200"):
        rehearse("managing-stars", bots=bots)
