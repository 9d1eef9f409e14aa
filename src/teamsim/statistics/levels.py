"""Sums, means and quantiles of many series at once, over runs or over weeks."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeAlias

import numpy as np

from teamsim.compiler import array, door, lane, lanes, own, rule, whole
from teamsim.compiler.doors import lanes_for, room
from teamsim.fields import InputError
from teamsim.statistics.order import quantile, sort

__all__ = ["levels", "means", "median", "quantiles", "series_of", "sums"]

Numbers: TypeAlias = "np.ndarray[Any, np.dtype[np.float64]]"
Places: TypeAlias = "np.ndarray[Any, np.dtype[np.int64]]"
FRACTION = np.dtype(np.float64)
MANY = 200_000
"""From how many numbers on several threads look at them."""


@rule
def total(numbers, place):
    """The sum of a series, added up from the first number to the last."""
    found = 0.0
    for step in range(numbers.shape[0]):
        found += numbers[step, place]
    return found


@door(numbers=array("f", 2), found=array("f"))
def add_up(numbers, found):
    """Add up every series of ``numbers[step, series]``."""
    for first in range(0, numbers.shape[1], lanes()):
        place = first + lane()
        if place < numbers.shape[1]:
            found[place] = total(numbers, place)


@door(numbers=array("f", 2), found=array("f"))
def average(numbers, found):
    """Find the mean of every series of ``numbers[step, series]``."""
    for first in range(0, numbers.shape[1], lanes()):
        place = first + lane()
        if place < numbers.shape[1]:
            found[place] = total(numbers, place) / numbers.shape[0]


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
            if number < end:
                found[which, number] = level


def series_of(values: Any) -> tuple[Numbers, tuple[int, ...]]:
    """Return series as doors take them, ``[step, series]``, and the shape of an answer a series.

    Parameters
    ----------
    values : array
        Numbers; the first axis is the one along which they are looked at.

    Returns
    -------
    tuple
        The numbers, row after row, and the shape of the other axes.

    Raises
    ------
    InputError
        If there are no numbers along the first axis.

    Examples
    --------
    >>> numbers, shape = series_of(np.zeros((200, 104, 3)))
    >>> numbers.shape, shape
    ((200, 312), (104, 3))
    """
    given = np.asarray(values, dtype=float)
    if given.ndim == 0 or not len(given):
        raise InputError("holds no numbers; give one or more", ("values",))
    shape = given.shape[1:]
    return np.ascontiguousarray(given.reshape(len(given), int(np.prod(shape)))), shape


def sums(values: Any) -> Numbers:
    """Add up along the first axis, from the first number to the last.

    Parameters
    ----------
    values : array
        Numbers.

    Returns
    -------
    array
        Of the other axes.

    Examples
    --------
    >>> sums([[1.0, 2.0], [3.0, 4.0]]).tolist()
    [4.0, 6.0]
    """
    return _of_each(add_up, values)


def means(values: Any) -> Numbers:
    """Return means along the first axis: added up from the first number to the last, then divided.

    Parameters
    ----------
    values : array
        Numbers.

    Returns
    -------
    array
        Of the other axes.

    Examples
    --------
    >>> means([[1.0, 2.0], [3.0, 4.0]]).tolist()
    [2.0, 3.0]
    """
    return _of_each(average, values)


def _of_each(door: Any, values: Any) -> Numbers:
    numbers, shape = series_of(values)
    found = np.empty(numbers.shape[1])
    door.at(lanes_for(len(found)))(numbers, found)
    return found.reshape(shape)


def quantiles(values: Any, shares: Sequence[float]) -> Numbers:
    """Return quantiles along the first axis: the bits of `numpy.quantile`.

    Parameters
    ----------
    values : array
        Numbers; none of them may be missing.
    shares : sequence of float
        Which quantiles, between 0 and 1.

    Returns
    -------
    array
        By share, and then of the other axes.

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
        Numbers; none of them may be missing.

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
    middle, found = np.empty(len(places)), np.empty((len(asked), len(places)))
    threads = os.cpu_count() or 1 if len(places) * len(numbers) >= MANY else 1
    bounds = np.linspace(0, len(places), threads + 1).astype(int).tolist()
    side_by_side = lanes_for(-(-len(places) // threads))

    def look(start: int, end: int) -> None:
        ordered = room(FRACTION, len(numbers), side_by_side)
        find_levels.at(side_by_side)(numbers, places, asked, start, end, ordered, middle, found)

    if threads == 1:
        look(0, len(places))
    else:
        with ThreadPoolExecutor(threads) as pool:
            [*pool.map(look, bounds[:-1], bounds[1:])]
    return middle, found
