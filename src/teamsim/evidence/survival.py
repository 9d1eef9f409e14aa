"""Survival by tenure (Kaplan-Meier): of an HR table, as points that no row can be read from; of the model by month."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from teamsim.engine import observe
from teamsim.evidence.invented import BURN_IN, invented_firm
from teamsim.fields import Declared, InputError
from teamsim.hr_privacy import LEAST, Flags, Numbers
from teamsim.people import ROADS
from teamsim.world import Records, World

__all__ = ["Firms", "Points", "log_hazard"]

WEEKS_A_MONTH = 52.0 / 12.0
MOST_POINTS = 24
MOST_MONTHS = 180
"""Beyond that the invented firms hold too few people to be compared."""
TWO_SIDED = 1.959964
"""Standard errors to either end of a 95 % interval."""
MOST_RUNS = 10_000
DISMISSED = ROADS.index("dismissed")


def log_hazard(share: Numbers) -> Numbers:
    """Return the logarithm of the cumulative hazard: all of it moves alike where all leave more often."""
    logs: Numbers = np.log(-np.log(share))
    return logs


def fitter(months: Numbers, left: Flags, entered: Numbers | None = None) -> Any:
    """Return lifelines' Kaplan-Meier estimate; who entered later counts from then on.

    Raises
    ------
    InputError
        If lifelines is not installed.
    """
    try:
        from lifelines import KaplanMeierFitter
    except ModuleNotFoundError as error:
        raise InputError(f"{error.name} is missing: python -m pip install 'teamsim[research]'") from None
    return KaplanMeierFitter().fit(months, left, entry=entered)


@dataclass(frozen=True)
class Points:
    """Who was still there at the end of some months: each lies ten exits or more behind the one before.

    Attributes
    ----------
    months : int64 array
        Months since joining.
    share, low, high : float64 array
        Share still there, and the ends of its 95 % interval.
    rows, exits, person_months : int, int, float
        What it rests on.

    Examples
    --------
    >>> months, left = np.arange(1.0, 101.0), np.arange(100) % 2 == 0
    >>> points = Points.of(months, left)
    >>> points.exits, points.months.tolist(), points.share.round(2).tolist()
    (50, [19, 39, 59, 79], [0.9, 0.78, 0.64, 0.45])
    """

    months: np.ndarray[Any, np.dtype[np.int64]]
    share: Numbers
    low: Numbers
    high: Numbers
    rows: int
    exits: int
    person_months: float

    @classmethod
    def of(cls, months: Numbers, left: Flags) -> Points:
        """Estimate them from everybody's months and whether they left."""
        exits = int(left.sum())
        least, ends, before = max(LEAST, -(-exits // MOST_POINTS)), list[int](), 0
        for month in range(1, 1 + int(min(months.max(), MOST_MONTHS))):
            gone = int(left[months <= month].sum())
            if gone - before >= least and (months > month).sum() >= LEAST:
                ends.append(month)
                before = gone
        found = fitter(months, left)
        band = found.confidence_interval_survival_function_
        low, high = band.iloc[np.searchsorted(band.index, ends, side="right") - 1].to_numpy().T
        share = found.survival_function_at_times(ends).to_numpy()
        return cls(np.array(ends, dtype=np.int64), share, low, high, len(months), exits, float(months.sum()))

    @property
    def error(self) -> Numbers:
        """Standard error of the logarithm of the cumulative hazard."""
        error: Numbers = (log_hazard(self.low) - log_hazard(self.high)) / (2.0 * TWO_SIDED)
        return error

    @property
    def correlation(self) -> np.ndarray[Any, np.dtype[np.float64]]:
        """How the errors of two points go together: what happened up to the earlier one is in both."""
        spread = self.error * -np.log(self.share)
        together: np.ndarray[Any, np.dtype[np.float64]] = np.minimum.outer(spread, spread)
        return together / np.maximum.outer(spread, spread)


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

        with ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
            entered, last, left = np.hstack(list(pool.map(live, range(len(self.worlds)))))
        found = fitter(last / WEEKS_A_MONTH, left == 1.0, entered / WEEKS_A_MONTH)
        share: Numbers = found.survival_function_at_times(months).to_numpy()
        return share

    def _times(self, _: Records, life: Records, exits: Records) -> Numbers:
        """Return three rows: tenure when somebody began to be watched, tenure at last, whether they left then."""
        weeks, unwatched = len(life), 52 * BURN_IN
        here = life[-1][(life[-1]["present"] == 1) & (life[-1]["leaving"] == 0)]
        gone = exits[exits["week"] >= unwatched]
        last = np.concatenate([gone["tenure"], here["tenure"]])
        watched = np.concatenate([gone["week"] + 1 - unwatched, np.full(len(here), weeks - unwatched)])
        counted = (gone["road"] != DISMISSED) if self.voluntary else np.ones(len(gone), dtype=bool)
        left = np.concatenate([counted, np.zeros(len(here), dtype=bool)])
        return np.array([np.maximum(0.0, last - watched), last, left])
