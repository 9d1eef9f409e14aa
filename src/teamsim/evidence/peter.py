"""The published promotion model, rebuilt: what becomes of an organisation that always promotes the best.

Pluchino, Rapisarda & Garofalo 2010, "The Peter principle revisited: a computational study", Physica A 389:467. It is
another model than teamsim's own and shares nothing with it but keyed chance: six levels, people who are an age and a
competence, and one decision. Under *common sense* competence is taken along to the next level, under the *Peter
hypothesis* every level asks for another one, so that it is drawn afresh.

On the size of common sense's "small change" public rebuildings disagree: a total width of one point reproduces the
paper's differences, one of two points does not. Starts, hires and promotions are keyed by run, year and seat, so all
cells of a run begin with the same people, and are compared pair by pair.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import scipy

from teamsim.chance import mix, normal, uniform
from teamsim.compiler import array, door, fraction, rule, truth, word
from teamsim.fields import InputError, closest

__all__ = ["CELLS", "DIFFERENCES", "Replication", "efficiency", "replicate"]

Numbers = np.ndarray[Any, np.dtype[np.float64]]

# --- the model ------------------------------------------------------------------------------------

PEOPLE = (1, 5, 11, 21, 41, 81)
RESPONSIBILITY = (1.0, 0.9, 0.8, 0.6, 0.4, 0.2)
FIRST = (0, 1, 6, 17, 38, 79, 160)
"""By level from the top: how many people, what their competence counts, and the number of their first seat."""

LEVELS, SEATS, HIRING_LEVEL = 6, 160, 5
MEAN_AGE, SPREAD_OF_AGE, YOUNGEST, OLDEST = 25.0, 5.0, 18.0, 60.0
MEAN, SPREAD, LEAST, MOST = 7.0, 2.0, 1.0, 10.0
DISMISSED_BELOW = 4.0
CHANGE = 0.5
"""Of common sense: how far competence changes at most, up or down, when somebody rises."""

EMPTY = -1.0
AGE, COMPETENCE, CHANGED, LOT, COIN = range(1, 6)


@rule
def within(value: float, low: float, high: float) -> float:
    """Return the nearest value in a range."""
    return low if value < low else high if value > high else value


@rule
def drawn_competence(luck: Any) -> Any:
    """Draw a competence for work never done before."""
    return within(MEAN + SPREAD * normal(luck, COMPETENCE), LEAST, MOST)


@rule
def hire(age: Numbers, competence: Numbers, seat: int, luck: Any) -> None:
    """Take on somebody from outside."""
    age[seat] = within(MEAN_AGE + SPREAD_OF_AGE * normal(luck, AGE), YOUNGEST, OLDEST)
    competence[seat] = drawn_competence(luck)


@rule
def grow_older_and_go(age: Numbers, competence: Numbers) -> None:
    """Let everybody grow older by a year; whoever is too old or too weak leaves."""
    for seat in range(SEATS):
        age[seat] += 1.0
        if age[seat] > OLDEST or competence[seat] < DISMISSED_BELOW:
            age[seat] = EMPTY


@rule
def choose(age: Numbers, competence: Numbers, level: int, best: float, by_lot: bool, luck: Any) -> int:
    """Return the seat of who is promoted from a level: the best or the worst, or anybody; -1 for nobody."""
    chosen, there, upwards = -1, 0, uniform(luck, COIN) < best
    for seat in range(FIRST[level], FIRST[level + 1]):
        if age[seat] != EMPTY:
            there += 1
            if by_lot:
                ahead = True if chosen < 0 else uniform(mix(luck, seat), LOT) * there < 1.0
            elif chosen < 0:
                ahead = True
            else:
                ahead = competence[seat] > competence[chosen] if upwards else competence[seat] < competence[chosen]
            chosen = seat if ahead else chosen
    return chosen


@rule
def fill_vacancies(
    age: Numbers, competence: Numbers, year: Any, best: float, by_lot: bool, common: bool, change: float
) -> None:
    """Fill vacancies from the top level down, each by somebody from the level just below; the lowest level hires."""
    for level in range(LEVELS):
        for seat in range(FIRST[level], FIRST[level + 1]):
            if age[seat] != EMPTY:
                continue
            luck = mix(year, seat)
            if level == HIRING_LEVEL:
                hire(age, competence, seat, luck)
                continue
            chosen = choose(age, competence, level + 1, best, by_lot, luck)
            if chosen >= 0:
                age[seat], age[chosen] = age[chosen], EMPTY
                if common:
                    changed = change * (2.0 * uniform(luck, CHANGED) - 1.0)
                    competence[seat] = within(competence[chosen] + changed, LEAST, MOST)
                else:
                    competence[seat] = drawn_competence(luck)


@rule
def global_efficiency(age: Numbers, competence: Numbers) -> float:
    """Return the organisation's competence, weighted by responsibility, in per cent of what it could be."""
    there, possible = 0.0, 0.0
    for level in range(LEVELS):
        for seat in range(FIRST[level], FIRST[level + 1]):
            possible += MOST * RESPONSIBILITY[level]
            if age[seat] != EMPTY:
                there += competence[seat] * RESPONSIBILITY[level]
    return 100.0 * there / possible


@door(
    seed=word, best=fraction, by_lot=truth, common=truth, change=fraction,
    found=array("f", 2), age=array("f"), competence=array("f"),
)  # fmt: skip
def live(
    seed: Any, best: float, by_lot: bool, common: bool, change: float, found: Numbers, age: Numbers, competence: Numbers
) -> None:
    """Fill `found`, by run and year, with the efficiency, the first year being the start; of seats, `age` and so on."""
    for run in range(found.shape[0]):
        key = mix(seed, run)
        for seat in range(SEATS):
            hire(age, competence, seat, mix(mix(key, 0), seat))
        found[run, 0] = global_efficiency(age, competence)
        for year in range(1, found.shape[1]):
            grow_older_and_go(age, competence)
            fill_vacancies(age, competence, mix(key, year), best, by_lot, common, change)
            found[run, year] = global_efficiency(age, competence)


# --- what it says ---------------------------------------------------------------------------------

PETER, COMMON = "Peter hypothesis", "common sense"
BEST, WORST, RANDOM = "the best", "the worst", "by lot"
CELLS = {
    (PETER, BEST): -10.0,
    (PETER, WORST): 12.0,
    (PETER, RANDOM): 1.0,
    (COMMON, BEST): 9.0,
    (COMMON, WORST): -5.0,
    (COMMON, RANDOM): 2.0,
}
"""Published gains in efficiency over the start, in percentage points, by hypothesis and who is promoted."""

DIFFERENCES = (
    (COMMON, BEST, RANDOM, 7.0),
    (COMMON, RANDOM, WORST, 7.0),
    (PETER, WORST, RANDOM, 11.0),
    (PETER, RANDOM, BEST, 11.0),
)
TOLERANCE = 1.0
"""Published differences between two gains; one start's standard deviation of 1.7 points drops out of them."""

CROSSING, NEAR = 0.47, (0.44, 0.50)
"""The share of the best at which the two mixed curves cross, as published, and what counts as the same."""

SHARES = tuple(number / 10 for number in range(11))
SETTLED = 200


def efficiency(
    hypothesis: str, promoted: str | float, runs: int = 50, years: int = 500, seed: int = 1, change: float = CHANGE
) -> Numbers:
    """Live through the published model.

    Parameters
    ----------
    hypothesis : str
        ``"Peter hypothesis"`` or ``"common sense"``.
    promoted : str or float
        ``"the best"``, ``"the worst"``, ``"by lot"``; or the chance 0..1 that it is the best rather than the worst.
    runs, years : int
        How many organisations, and for how long.
    seed : int
        The luck.
    change : float
        Under common sense: how far competence changes at most, up or down, on a promotion.

    Returns
    -------
    float64 array of (runs, years + 1)
        Global efficiency in per cent; the first column is the start.

    Raises
    ------
    InputError
        If a hypothesis or a way of promoting is not known.

    Examples
    --------
    >>> found = efficiency("common sense", "the best", runs=5, years=60)
    >>> bool((found[:, -1] > found[:, 0]).all())
    True
    """
    if hypothesis not in (PETER, COMMON):
        raise InputError(f"= {hypothesis!r} is not known; {closest(hypothesis, (PETER, COMMON))}", ("hypothesis",))
    known = {BEST: 1.0, WORST: 0.0, RANDOM: 0.5}
    if isinstance(promoted, str):
        if promoted not in known:
            raise InputError(f"= {promoted!r} is not known; {closest(promoted, known)}", ("promoted",))
    elif not 0.0 <= promoted <= 1.0:
        raise InputError(f"= {promoted!r} is outside 0..1", ("promoted",))
    for name, value in {"runs": runs, "years": years}.items():
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise InputError(f"= {value!r} is not a whole number from 1", (name,))
    best = known[promoted] if isinstance(promoted, str) else float(promoted)
    found = np.empty((runs, years + 1))
    live(seed, best, promoted == RANDOM, hypothesis == COMMON, change, found, *np.empty((2, SEATS)))
    return found


@dataclass(frozen=True)
class Replication:
    """The published experiment, lived through again; made by `replicate`.

    Attributes
    ----------
    cells : DataFrame
        The six cells in the published order: the gain over the start with its 95 % interval, beside the published one.
    differences : DataFrame
        The four published differences between them, pair by pair, and whether each is within 1.0.
    steps : DataFrame
        From each cell to the next in the published order, pair by pair: above 0 everywhere if the order is the same.
    mixed : DataFrame
        Gains where the best is promoted with some chance, and else the worst.
    years : DataFrame
        Mean efficiency year by year.
    """

    runs: int
    horizon: int
    seed: int
    of_cells: dict[tuple[str, str], Numbers]
    of_shares: dict[tuple[str, float], Numbers]

    @cached_property
    def start(self) -> tuple[float, float]:
        """The mean of efficiency at the start, and its standard deviation over runs."""
        found = self.of_cells[PETER, BEST][:, 0]
        return float(found.mean()), float(found.std(ddof=1))

    @property
    def offset(self) -> float:
        """How far the six gains lie above the published ones together: what one start of the paper makes up."""
        return float((self.cells["gain"] - self.cells["published"]).mean())

    @cached_property
    def cells(self) -> pd.DataFrame:
        """The six cells, the highest published gain first."""
        rows = []
        for (hypothesis, promoted), published in sorted(CELLS.items(), key=lambda cell: -cell[1]):
            found = _interval(_gain(self.of_cells[hypothesis, promoted]), "gain")
            rows.append({"hypothesis": hypothesis, "promoted": promoted, "published": published, **found})
        return pd.DataFrame(rows)

    @cached_property
    def differences(self) -> pd.DataFrame:
        """The published differences, pair by pair."""
        rows = []
        for hypothesis, one, other, published in DIFFERENCES:
            pairs = _gain(self.of_cells[hypothesis, one]) - _gain(self.of_cells[hypothesis, other])
            found = _interval(pairs, "difference")
            same = abs(found["difference"] - published) <= TOLERANCE
            about = {"hypothesis": hypothesis, "between": f"{one} less {other}", "published": published}
            rows.append({**about, **found, "holds": same})
        return pd.DataFrame(rows)

    @cached_property
    def steps(self) -> pd.DataFrame:
        """From each cell to the next one down in the published order."""
        ordered = sorted(CELLS, key=lambda cell: -CELLS[cell])
        rows = []
        for above, below in pairwise(ordered):
            found = _interval(_gain(self.of_cells[above]) - _gain(self.of_cells[below]), "step")
            rows.append({"above": ", ".join(above), "below": ", ".join(below), **found, "holds": found["low"] > 0})
        return pd.DataFrame(rows)

    @cached_property
    def mixed(self) -> pd.DataFrame:
        """Gains by hypothesis and by the share of the best among the promoted."""
        return pd.DataFrame(
            {"hypothesis": hypothesis, "share of the best": share, **_interval(_gain(found), "gain")}
            for (hypothesis, share), found in self.of_shares.items()
        )

    @cached_property
    def crossing(self) -> dict[str, float]:
        """Where the two mixed curves cross: the share of the best with its 95 % interval, and the gain there."""
        shares = sorted({share for _, share in self.of_shares})
        pairs = [_gain(self.of_shares[COMMON, share]) - _gain(self.of_shares[PETER, share]) for share in shares]
        bands = [_interval(pair, "mean") for pair in pairs]
        at = {name: _where_zero(shares, [band[name] for band in bands]) for name in ("mean", "high", "low")}
        gains = [float(_gain(self.of_shares[COMMON, share]).mean()) for share in shares]
        gain = float(np.interp(at["mean"], shares, gains))
        return {"published": CROSSING, "share": at["mean"], "low": at["high"], "high": at["low"], "gain": gain}

    @cached_property
    def years(self) -> pd.DataFrame:
        """Mean efficiency of all runs, year by year."""
        return pd.DataFrame(
            {"hypothesis": hypothesis, "promoted": promoted, "year": year, "efficiency": value}
            for (hypothesis, promoted), found in self.of_cells.items()
            for year, value in enumerate(found.mean(axis=0))
        )

    @property
    def holds(self) -> bool:
        """Whether all of it comes out: every difference, the order of the cells, and the crossing."""
        near = NEAR[0] <= self.crossing["share"] <= NEAR[1]
        return bool(self.differences["holds"].all() and self.steps["holds"].all() and near)


def replicate(
    runs: int = 100, years: int = 500, seed: int = 1, shares: Sequence[float] = SHARES, change: float = CHANGE
) -> Replication:
    """Live through the published experiment again.

    Parameters
    ----------
    runs : int
        Organisations a cell, from 2; the paper has 50.
    years : int
        How long each is followed; gains are means of the years after the 200th.
    seed : int
        The luck; cells are compared pair by pair under the same one.
    shares : sequence of float
        The chances at which the best rather than the worst is promoted, for the mixed curves.
    change : float
        As in `efficiency`.

    Returns
    -------
    Replication
        Its tables hold the gains with their intervals beside the published ones.

    Raises
    ------
    InputError
        If there are too few runs or years.

    Examples
    --------
    >>> found = replicate(runs=10, years=260, shares=(0.4, 0.5))
    >>> found.cells.loc[0, "promoted"]
    'the worst'
    """
    if runs < 2:
        raise InputError(f"= {runs!r} is not a whole number from 2", ("runs",))
    if years <= SETTLED:
        raise InputError(f"= {years!r} is not a whole number from {SETTLED + 1}: gains settle first", ("years",))
    of_cells = {cell: efficiency(*cell, runs, years, seed, change) for cell in CELLS}
    of_shares = {
        (hypothesis, share): efficiency(hypothesis, float(share), runs, years, seed, change)
        for hypothesis in (COMMON, PETER)
        for share in shares
    }
    return Replication(runs, years, seed, of_cells, of_shares)


def _gain(found: Numbers) -> Numbers:
    """Return the mean of the settled years less the start, a number a run."""
    gain: Numbers = found[:, SETTLED:].mean(axis=1) - found[:, 0]
    return gain


def _interval(values: Numbers, name: str) -> dict[str, float]:
    """Return the mean and its 95 % t interval over runs."""
    runs = len(values)
    mean, half = float(values.mean()), float(scipy.stats.t.ppf(0.975, runs - 1) * values.std(ddof=1) / np.sqrt(runs))
    return {name: mean, "low": mean - half, "high": mean + half}


def _where_zero(at: Sequence[float], values: Sequence[float]) -> float:
    """Return where a curve that rises through zero does so, by straight lines between its points; nan if nowhere."""
    for (left, below), (right, above) in pairwise(zip(at, values, strict=True)):
        if below <= 0.0 < above:
            return left + (right - left) * -below / (above - below)
    return float("nan")
