"""Outcomes that are no mean of a measure or of a state: functions of one history, by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

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
