"""Quantiles of many series at once, and means beside them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from teamsim.compiler import array, door, lane, lanes, own, whole
from teamsim.compiler.doors import lanes_for, room
from teamsim.fields import InputError
from teamsim.statistics.order import quantile, sort
from teamsim.statistics.sums import Numbers, Places, series_of

__all__ = ["find_levels", "levels", "median", "quantiles"]

DOUBLE = np.dtype(np.float64)
MANY = 200_000
"""From how many numbers on several threads look at them."""


@door(
    numbers=array("f", 2), places=array("i"), shares=array("f"), start=whole, end=whole,
    ordered=own("f"), middle=array("f"), found=array("f", 2),
)  # fmt: skip
def find_levels(numbers, places, shares, start, end, ordered, middle, found):
    """Find the means and quantiles of some series of ``numbers[step, series]``: those at `places`, from start to end.

    `middle` holds the means in the order of places, `found` quantiles by share and place; `ordered` is room to work in.
    """
    for first in range(start, end, lanes()):
        number = first + lane()
        place = places[number if number < end else first]  # lanes beyond the end do the first one's work once more
        added = 0.0
        for step in range(numbers.shape[0]):
            ordered[step] = numbers[step, place]
            added += ordered[step]
        sort(ordered)
        if number < end:
            middle[number] = added / numbers.shape[0]
        for which in range(shares.shape[0]):
            level = quantile(ordered, numbers.shape[0], shares[which])
            level = level if added == added else added  # where a number is missing, all of its levels are
            if number < end:
                found[which, number] = level


def quantiles(values: Any, shares: Sequence[float]) -> Numbers:
    """Return quantiles along the first axis: the bits of `numpy.quantile`.

    Parameters
    ----------
    values : array
        Numbers; where one is missing, so are the quantiles.
    shares : sequence of float
        Which quantiles, between 0 and 1.

    Returns
    -------
    array
        By share, and then of the other axes.

    Raises
    ------
    InputError
        If there are no numbers, or a share is none.

    Examples
    --------
    >>> quantiles([1.0, 2.0, 4.0], [0.25, 0.5]).tolist()
    [1.5, 2.0]
    """
    numbers, shape = series_of(values)
    return levels(numbers, np.arange(numbers.shape[1]), shares)[1].reshape(len(shares), *shape)


def median(values: Any) -> Any:
    """Return the median along the first axis.

    Parameters
    ----------
    values : array
        Numbers; where one is missing, so is the median.

    Returns
    -------
    float or array
        Of the other axes.

    Examples
    --------
    >>> float(median([1.0, 2.0, 4.0]))
    2.0
    """
    return quantiles(values, [0.5])[0]


def levels(numbers: Numbers, places: Places, shares: Sequence[float]) -> tuple[Numbers, Numbers]:
    """Return means and quantiles of some of many series, on all cores where there is much to do.

    Parameters
    ----------
    numbers : array, step x series
        Where they are, row after row.
    places : array of int
        Which series.
    shares : sequence of float
        Which quantiles, between 0 and 1.

    Returns
    -------
    tuple of array
        Means by place, and quantiles by share and place.

    Examples
    --------
    >>> middle, found = levels(np.array([[1.0, 9.0], [2.0, 9.0], [6.0, 9.0]]), np.array([0]), [0.5, 1.0])
    >>> middle.tolist(), found.tolist()
    ([3.0], [[2.0], [6.0]])
    """
    asked = np.array(shares, dtype=float)
    if not ((asked >= 0.0) & (asked <= 1.0)).all():
        raise InputError(f"= {shares!r} are not between 0 and 1", ("shares",))
    middle, found = np.empty(len(places)), np.empty((len(asked), len(places)))
    threads = os.cpu_count() or 1 if len(places) * len(numbers) >= MANY else 1
    bounds = np.linspace(0, len(places), threads + 1).astype(int).tolist()
    side_by_side = lanes_for(-(-len(places) // threads))

    def look(start: int, end: int) -> None:
        ordered = room(DOUBLE, len(numbers), side_by_side)
        find_levels.at(side_by_side)(numbers, places, asked, start, end, ordered, middle, found)

    if threads == 1:
        look(0, len(places))
    else:
        with ThreadPoolExecutor(threads) as pool:
            [*pool.map(look, bounds[:-1], bounds[1:])]
    return middle, found
