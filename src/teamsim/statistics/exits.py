"""Who stays and who leaves: frequencies, and how sure they are."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from teamsim.compiler import array, door, rule, whole
from teamsim.fields import InputError
from teamsim.statistics.sums import Numbers

__all__ = ["count_still_there", "find_wilson", "still_there", "wilson"]

NORMAL = 1.959963984540054
"""Between minus and plus so many standard deviations lie 95 % of a normal distribution."""


@door(left=array("i"), first=whole, counts=array("i"), shares=array("f"))
def count_still_there(left, first, counts, shares):
    """Count in how many runs somebody is still there at the end of each week, and their share.

    `left` holds the week in which they leave, run by run, or one after all that is looked at; weeks begin at `first`.
    """
    for place in range(counts.shape[0]):
        counts[place] = 0
        for run in range(left.shape[0]):
            if left[run] > first + place:
                counts[place] += 1
        shares[place] = counts[place] / left.shape[0]


@rule
def half_width(share, runs):
    """Half the width of Wilson's interval."""
    square = NORMAL * NORMAL
    return NORMAL / (2.0 * (runs + square)) * math.sqrt(4.0 * runs * share * (1.0 - share) + square)


@door(counted=whole, runs=whole, ends=array("f"))
def find_wilson(counted, runs, ends):
    """Find the 95 % interval of a share: so many of so many runs (Wilson 1927)."""
    share, square = counted / runs, NORMAL * NORMAL
    middle, half = (2.0 * runs * share + square) / (2.0 * (runs + square)), half_width(share, runs)
    ends[0] = middle - half if counted > 0 else 0.0
    ends[1] = middle + half if counted < runs else 1.0


def still_there(left: Any, first: int, last: int) -> tuple[Any, Numbers]:
    """Return in how many runs somebody is still there, week by week, and in what share of them.

    Parameters
    ----------
    left : array of int
        In which week they leave, run by run; a week after the last one where they do not.
    first, last : int
        The weeks that are looked at, both with their end.

    Returns
    -------
    tuple of array
        Counts and shares, a number a week.

    Examples
    --------
    >>> counts, shares = still_there(np.array([3, 9, 9, 4]), 2, 4)
    >>> counts.tolist(), shares.tolist()
    ([4, 3, 2], [1.0, 0.75, 0.5])
    """
    weeks = last - first + 1
    counts, shares = np.empty(weeks, dtype=np.int64), np.empty(weeks)
    count_still_there(np.ascontiguousarray(left, dtype=np.int64), first, counts, shares)
    return counts, shares


def wilson(counted: int, runs: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson 1927, *Journal of the American Statistical Association* 22).

    Parameters
    ----------
    counted, runs : int
        In how many of how many runs; one run or more.

    Returns
    -------
    tuple of float
        From where to where.

    Examples
    --------
    >>> low, high = wilson(41, 100)
    >>> round(low, 2), round(high, 2)
    (0.32, 0.51)
    """
    if not 0 <= counted <= runs or runs < 1:
        raise InputError(f"= {counted!r} is not a count of {runs!r} runs, of which there have to be some", ("counted",))
    ends = np.empty(2)
    find_wilson(counted, runs, ends)
    return float(ends[0]), float(ends[1])
