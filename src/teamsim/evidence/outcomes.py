"""Outcomes that are no mean of a measure or of a state: functions of one history, by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from teamsim.scenario import Scenario
from teamsim.world import Records

__all__ = ["FUNCTIONS", "History", "outcome"]


@dataclass(frozen=True)
class History:
    """What one history left behind.

    Attributes
    ----------
    scenario : Scenario
        The scenario that was lived.
    measures : records of (weeks, groups)
        The organisation, its three thirds, then each team.
    life : records of (weeks, seats)
        Who sat where, and how they were; see `PersonState`. Overwritten by the next history: copy what is kept.
    exits : records
        See `ExitRecord`.
    """

    scenario: Scenario
    measures: Records
    life: Records
    exits: Records


Function = Callable[[History], float]
FUNCTIONS: dict[str, Function] = {}


def outcome(function: Function) -> Function:
    """Make a function known by its name, with spaces for underscores."""
    FUNCTIONS[function.__name__.replace("_", " ")] = function
    return function


def promoted(history: History) -> list[tuple[Any, Any]]:
    """Return who was promoted: as they were in the last week before, and from then on as long as they lead."""
    life, found = history.life, []
    chairs = np.flatnonzero(life[0]["leads"] >= 0)
    weeks, taken = np.nonzero((life["promoted"][:, chairs] == 1) & (life["present"][:, chairs] == 1))
    for week, seat in zip(weeks, chairs[taken], strict=True):
        identity = life[week, seat]["identity"]
        before = life[week - 1][(life[week - 1]["identity"] == identity) & (life[week - 1]["present"] == 1)]
        after = life[week:, seat]
        found.append((before[0], after[(after["identity"] == identity) & (after["present"] == 1)]))
    return found


@outcome
def potential_of_the_promoted(history: History) -> float:
    """Mean of what could become of them as leaders."""
    return float(np.mean([before["leadership"] for before, _ in promoted(history)]))


@outcome
def first_step_of_the_promoted(history: History) -> float:
    """Mean of how well they lead before they begin."""
    return float(np.mean([before["lead_skill"] for before, _ in promoted(history)]))


@outcome
def reluctance_of_the_promoted(history: History) -> float:
    """Mean of how far they would rather not have led."""
    return float(np.mean([max(0.0, 0.5 - before["wish_to_lead"]) for before, _ in promoted(history)]))


@outcome
def strain_of_the_promoted(history: History) -> float:
    """Mean strain as long as they lead."""
    return float(np.mean([after["strain"].mean() for _, after in promoted(history)]))


@outcome
def accuracy_of_ratings(history: History) -> float:
    """Mean, over reviews, of the correlation of ratings and contributions."""
    found = []
    for week in history.life:
        reviewed = week[(week["present"] == 1) & (week["reviewed"] == 1)]
        if len(reviewed) > 2:
            found.append(np.corrcoef(reviewed["rating"], reviewed["contribution"])[0, 1])
    return float(np.mean(found))


@outcome
def misjudged(history: History) -> float:
    """How many ratings lie on the wrong side: low for who does more than the others, or the reverse."""
    wrong = 0
    for week in history.life:
        reviewed = week[(week["present"] == 1) & (week["reviewed"] == 1)]
        if len(reviewed):
            more = reviewed["contribution"] > reviewed["contribution"].mean()
            wrong += int((more != (reviewed["rating"] > 0.5)).sum())
    return float(wrong)
