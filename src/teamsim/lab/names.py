"""What people are called where participants read it."""

from __future__ import annotations

from teamsim.scenario import HIRE, Scenario
from teamsim.words import say

__all__ = ["called"]


def called(scenario: Scenario, person: str) -> str:
    """Return a person's name as participants read it: the cast by name, somebody hired after their seat in the team.

    Parameters
    ----------
    scenario : Scenario
        Whose cast it is.
    person : str
        As in the column ``person`` of `Run.people`.

    Examples
    --------
    >>> import teamsim as ts
    >>> scenario = ts.Scenario.load("managing-stars")
    >>> called(scenario, "Amara"), called(scenario, "hire 1 in seat 4")
    ('Amara', 'New in seat 5')
    """
    hire = HIRE.fullmatch(person)
    if not hire:
        return person
    number, seat = map(int, hire.groups())
    for team in scenario.teams:
        if seat < team.seats:
            break
        seat -= team.seats
    return say("team.new" if number == 1 else "team.new_again", seat=seat + 1, n=number)
