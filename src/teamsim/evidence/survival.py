"""Survival over tenure (Kaplan-Meier): of an HR table, as points no row can be read from; of the model, by month."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from teamsim.engine import observe
from teamsim.evidence.invented import BURN_IN, invented_firm
from teamsim.fields import Declared
from teamsim.hr_privacy import LEAST, Flags, Numbers
from teamsim.people import ROADS
from teamsim.world import Records, World

__all__ = ["MOST_RUNS", "TWO_SIDED", "Firms", "Points"]

WEEKS_A_MONTH = 52.0 / 12.0
MOST_POINTS = 16
MOST_MONTHS = 180
"""Beyond that the invented firms hold too few people to be compared."""
TWO_SIDED = 1.959964
"""Standard errors to either end of a 95 % interval."""
MOST_RUNS = 10_000
DISMISSED = ROADS.index("dismissed")


@dataclass(frozen=True)
class Points:
    """Who was still there at the end of some months: each lies ten exits or more behind the one before.

    Attributes
    ----------
    months : int64 array
        Months since joining.
    exits : int64 array
        How many left since the point before.
    share, low, high : float64 array
        Share still there, and the ends of its 95 % interval.

    Examples
    --------
    >>> months, left = np.arange(1.0, 101.0), np.arange(100) % 2 == 0
    >>> points = Points.of(months, left)
    >>> points.months.tolist(), points.exits.tolist(), points.share.round(2).tolist()
    ([19, 39, 59, 79], [10, 10, 10, 10], [0.89, 0.78, 0.63, 0.45])
    """

    months: np.ndarray[Any, np.dtype[np.int64]]
    exits: np.ndarray[Any, np.dtype[np.int64]]
    share: Numbers
    low: Numbers
    high: Numbers

    @classmethod
    def of(cls, months: Numbers, left: Flags) -> Points:
        """Estimate them from everybody's months and whether they left; there may be none."""
        least, ends, gone = max(LEAST, -(-int(left.sum()) // MOST_POINTS)), list[int](), [0]
        for month in range(1, 1 + int(min(months.max(), MOST_MONTHS))):
            by_then = int(left[months <= month].sum())
            if by_then - gone[-1] >= least and (months > month).sum() >= LEAST:
                ends.append(month)
                gone.append(by_then)
        share, low, high = kaplan_meier(months, left, ends) if ends else np.empty((3, 0))
        return cls(np.array(ends, dtype=np.int64), np.diff(gone), share, low, high)

    def expected(self, survival: Numbers) -> Numbers:
        """How many would have left between the points if the hazard were that of a survival by month."""
        known = np.maximum(survival[self.months], 1e-9)
        expected: Numbers = self.exits * _hazard(known) / _hazard(self.share)
        return expected

    def misses(self, survival: Numbers) -> Numbers:
        """How far from expected the exits between the points are, in standard errors: a count's root has one of 1/2."""
        misses: Numbers = 2.0 * (np.sqrt(self.expected(survival)) - np.sqrt(self.exits))
        return misses

    def gap(self, survival: Numbers) -> float:
        """Largest difference of the share still there."""
        return float(np.abs(survival[self.months] - self.share).max())


class Firms:
    """Some invented firms in an ordinary market, whose people's tenures are observed under other and other parameters.

    Luck and firms stay the same, so that only the parameters make a difference. Before the first weeks are over that
    nobody should remember (`BURN_IN`), nobody is at risk: who was there before enters with the tenure reached by then.

    Parameters
    ----------
    parameters : Parameters
        From which numbers the cast is drawn.
    runs : int
        How many firms.
    seed : int
        Which firms and which luck.
    voluntary : bool
        Whether dismissals are censored rather than exits.
    """

    def __init__(self, parameters: Declared, runs: int, seed: int, voluntary: bool = False) -> None:
        self.seed, self.voluntary = seed, voluntary
        drawn = (invented_firm(seed * MOST_RUNS + number, parameters=parameters) for number in range(runs))
        self.worlds = [World.build(firm, styles, parameters) for firm, styles in drawn]

    def survival(self, parameters: Declared, months: Sequence[int], threads: int | None = None) -> Numbers:
        """Return the share still there at the end of some months."""
        record = parameters.record()

        def live(number: int) -> Numbers:
            world = replace(self.worlds[number], parameters=record)
            found: Numbers = observe(world, self.seed, 1, self._times, first=number, threads=1)[0]
            return found

        with ThreadPoolExecutor(threads or os.cpu_count()) as pool:
            entered, last, left = np.hstack(list(pool.map(live, range(len(self.worlds)))))
        share: Numbers = kaplan_meier(last / WEEKS_A_MONTH, left == 1.0, months, entered / WEEKS_A_MONTH)[0]
        return share

    def _times(self, _: Records, life: Records, exits: Records, __: int) -> Numbers:
        """Return three rows: tenure when somebody began to be watched, tenure at last, whether they left then."""
        weeks, unwatched = len(life), 52 * BURN_IN
        here = life[-1][(life[-1]["present"] == 1) & (life[-1]["leaving"] == 0)]
        gone = exits[exits["week"] >= unwatched]
        last = np.concatenate([gone["tenure"], here["tenure"]])
        watched = np.concatenate([gone["week"] + 1 - unwatched, np.full(len(here), weeks - unwatched)])
        counted = (gone["road"] != DISMISSED) if self.voluntary else np.ones(len(gone), dtype=bool)
        left = np.concatenate([counted, np.zeros(len(here), dtype=bool)])
        return np.array([np.maximum(0.0, last - watched), last, left])


def kaplan_meier(months: Numbers, left: Flags, at: Sequence[int], entered: Numbers | None = None) -> Numbers:
    """Return three rows: the share still there at the end of some months, and the ends of its 95 % interval."""
    from lifelines import KaplanMeierFitter

    found = KaplanMeierFitter().fit(months, left, timeline=at, entry=entered)
    columns = found.survival_function_.join(found.confidence_interval_)
    shares: Numbers = columns.to_numpy(dtype=np.float64).T
    return shares


def _hazard(share: Numbers) -> Numbers:
    """Cumulative hazard between points."""
    return -np.diff(np.log(share), prepend=0.0)
