"""Futures as quickly as somebody can move a lever: a few at once, many when it rests."""

from __future__ import annotations

import time

from teamsim.engine import futures, histories
from teamsim.results import Futures
from teamsim.scenario import Scenario
from teamsim.style import Plan, Style
from teamsim.world import Records, World

AT_ONCE = 0.040
"""Seconds for a picture while a lever moves."""
FEWEST, MOST = 12, 200


def silent(_done: int, _all: int) -> None:
    """Show no bar: the picture itself is the progress."""


class Preview:
    """Runs futures of one scenario in one luck; how many fit into the time is learnt from those before.

    With `past`, a style holds from a week on, and until then what was done before.

    Examples
    --------
    >>> from teamsim.scenario import Scenario
    >>> preview = Preview(Scenario.load("managing-stars"), seed=1)
    >>> FEWEST <= preview.few(Style()).shape[0] <= MOST
    True
    >>> preview.many(Style(), runs=20).made.runs
    20
    """

    def __init__(self, scenario: Scenario, seed: int, past: Plan | None = None, week: int = 0) -> None:
        self.scenario, self.seed = scenario, seed
        self.past, self.week = past, week
        self.fits = 40

    def plan(self, style: Style) -> Plan:
        """Return all that is done where a style holds from now on."""
        return Plan.of(style) if self.past is None else self.past.then(self.week, style)

    def few(self, style: Style) -> Records:
        """Return the measures ``[run, week, group]`` of as many futures as fit; the first of those at rest."""
        start = time.perf_counter()
        world = World.build(self.scenario, self.plan(style), None, None)
        measures, _, _ = histories(world, self.seed, self.fits, progress=silent)
        spent = time.perf_counter() - start
        # a slow moment of the machine lowers the number by half at most, a quick one raises it by half
        share = min(1.5, max(0.5, AT_ONCE / spent))
        self.fits = round(min(MOST, max(FEWEST, self.fits * share)))
        return measures

    def many(self, style: Style, runs: int = MOST) -> Futures:
        """Return all the futures there are to be seen."""
        return futures(self.scenario, self.plan(style), runs, self.seed, progress=silent)

    def first_week(self, style: Style) -> Records:
        """Return the measures of the first week that a style holds: what it asks of the team as it is."""
        events = tuple(event for event in self.scenario.events if event.week <= self.week)
        world = World.build(self.scenario.replace(weeks=self.week + 1, events=events), self.plan(style), None, None)
        measures, _, _ = histories(world, self.seed, 1, threads=1, progress=silent)
        return measures[:, self.week :]
