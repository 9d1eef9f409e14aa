"""What sets outcomes apart: the variance of a crossed table, split into parts, with intervals."""

from __future__ import annotations

from typing import Any

import numpy as np

from teamsim.chance import mix, uniform
from teamsim.compiler import array, door, fraction, lane, lanes, own, rule, word
from teamsim.compiler.doors import lanes_for, room
from teamsim.fields import InputError
from teamsim.statistics.components import EFFECTS, MODEL, RUN, STYLE, components, correct, lay_out
from teamsim.statistics.levels import DOUBLE
from teamsim.statistics.order import quantile, sort
from teamsim.statistics.sums import Numbers

__all__ = ["find_ends", "find_parts", "resample_parts", "variance_split"]

LEADERSHIP, LUCK, BOTH, UNKNOWN = range(4)
"""The parts that are told: of styles, of runs, of both together, and all that has to do with the model."""
RESAMPLED = 1 << 63
"""Stands where the number of a run does in keys of chance; no run has it."""


@rule
def of_models(found):
    """All that would be otherwise under another set of parameters, alone or together with style and run."""
    return found[MODEL] + found[STYLE | MODEL] + found[RUN | MODEL] + found[STYLE | RUN | MODEL]


@rule
def as_share(variance, leadership, luck, both, unknown):
    """A variance as a share of the whole, where one below 0 counts as 0; 0 where there is nothing."""
    whole = (leadership if leadership > 0.0 else 0.0) + (luck if luck > 0.0 else 0.0)
    whole += (both if both > 0.0 else 0.0) + (unknown if unknown > 0.0 else 0.0)
    return variance / whole if variance > 0.0 and whole > 0.0 else 0.0


@door(
    cells=array("f", 2), sizes=array("i"), weights=own("f"), found=own("f"), variances=array("f"), shares=array("f")
)  # fmt: skip
def find_parts(cells, sizes, weights, found, variances, shares):
    """Split the variance of a table that `lay_out` laid out; for one run at a time.

    `weights` has room for as many numbers as there are runs, and `found` for one an effect. Shares are 0 where no part
    is above 0.
    """
    for run in range(sizes[1]):
        weights[run] = 1.0
    components(cells, sizes, weights, found)
    variances[LEADERSHIP], variances[LUCK] = found[STYLE], found[RUN]
    variances[BOTH], variances[UNKNOWN] = found[STYLE | RUN], of_models(found)
    for part in range(4):
        shares[part] = as_share(
            variances[part], variances[LEADERSHIP], variances[LUCK], variances[BOTH], variances[UNKNOWN]
        )


@door(cells=array("f", 2), sizes=array("i"), seed=word, weights=own("f"), found=own("f"), shares=array("f", 2))
def resample_parts(cells, sizes, seed, weights, found, shares):
    """Split the variance again and again, with as many runs drawn from all, and write down ``shares[part, resample]``.

    Which runs are drawn is looked up by the seed and the number of the resample, like all chance.
    """
    runs = sizes[1]
    for first in range(0, shares.shape[1], lanes()):
        number = first + lane()
        key = mix(mix(seed, RESAMPLED), number)
        for run in range(runs):
            weights[run] = 0.0
        for draw in range(runs):
            at = uniform(key, draw) * runs
            place = int(at) if 0.0 <= at < 1e15 else 0
            weights[place if place < runs else runs - 1] += 1.0
        components(cells, sizes, weights, found)
        correct(found, runs)
        leadership, luck, both, unknown = found[STYLE], found[RUN], found[STYLE | RUN], of_models(found)
        if number < shares.shape[1]:
            shares[LEADERSHIP, number] = as_share(leadership, leadership, luck, both, unknown)
            shares[LUCK, number] = as_share(luck, leadership, luck, both, unknown)
            shares[BOTH, number] = as_share(both, leadership, luck, both, unknown)
            shares[UNKNOWN, number] = as_share(unknown, leadership, luck, both, unknown)


@door(shares=array("f", 2), confidence=fraction, ordered=own("f"), ends=array("f", 2))
def find_ends(shares, confidence, ordered, ends):
    """Find where the middle of the resampled shares lies: ``ends[part, low or high]``; for one run at a time.

    Resamples in which nothing differs have shares of 0 only, and do not count.
    """
    for part in range(shares.shape[0]):
        count = 0
        for number in range(shares.shape[1]):
            whole = 0.0
            for other in range(shares.shape[0]):
                whole += shares[other, number]
            ordered[number] = shares[part, number] if whole > 0.0 else 2.0  # behind all shares
            count += 1 if whole > 0.0 else 0
        sort(ordered)
        for side in range(2):
            share = 0.5 * (1.0 - confidence) if side == 0 else 0.5 * (1.0 + confidence)
            ends[part, side] = quantile(ordered, count, share) if count > 0 else 2.0


def variance_split(cube: Any, confidence: float, resamples: int, seed: int) -> tuple[Numbers, Numbers, Numbers]:
    """Split the variance of a crossed table into leadership, luck, both together, and what has to do with the model.

    Parameters
    ----------
    cube : array, style x run x model
        The outcomes; two or more styles and runs.
    confidence : float
        Of the intervals, between 0 and 1.
    resamples : int
        How often the runs are drawn anew for the intervals (percentile bootstrap), from 1.
    seed : int
        Of the bootstrap.

    Returns
    -------
    tuple of array
        By part: variances, shares (missing where nothing differs), and the ends of their intervals.

    Raises
    ------
    InputError
        If there are fewer styles or runs, a number is missing, or the confidence is none.

    Notes
    -----
    Drawing runs anew with replacement makes differences between styles look larger and luck smaller than they are;
    every resample is corrected for it (Brennan 2007, *Educational and Psychological Measurement* 67).

    Examples
    --------
    >>> cube = np.array([[1.0, 2.0, 3.0], [2.0, 4.0, 6.0]])[:, :, None]
    >>> variances, shares, ends = variance_split(cube, 0.95, 100, seed=1)
    >>> variances.round(2).tolist()
    [1.83, 2.0, 0.5, 0.0]
    """
    given = np.ascontiguousarray(cube, dtype=float)
    styles, runs, models = given.shape
    if styles < 2 or runs < 2 or not np.isfinite(given).all():
        raise InputError("needs two or more styles and runs, and no number that is missing", ("values",))
    if not 0.0 < confidence < 1.0:
        raise InputError(f"= {confidence!r} is not a number between 0 and 1", ("confidence",))
    cells, spread, sizes = np.empty(((1 + styles) * (1 + models), runs)), np.empty(1), np.array(given.shape)
    variances, shares, ends = np.zeros(4), np.full(4, np.nan), np.full((4, 2), np.nan)
    lay_out(given, cells, spread)
    if not spread[0]:
        return variances, shares, ends
    find_parts(cells, sizes, np.empty(runs), np.empty(EFFECTS), variances, shares)
    side_by_side = lanes_for(resamples)
    resampled, rooms = np.empty((4, resamples)), [room(DOUBLE, rows, side_by_side) for rows in (runs, EFFECTS)]
    resample_parts.at(side_by_side)(cells, sizes, seed, *rooms, resampled)
    find_ends(resampled, confidence, np.empty(resamples), ends)
    shares[:] = shares if shares.any() else np.nan
    return variances, shares, np.where(ends <= 1.0, ends, np.nan)
