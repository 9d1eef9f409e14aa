"""Sums and means of many series at once, over runs or over weeks."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from teamsim.compiler import array, door, lane, lanes, rule
from teamsim.compiler.doors import lanes_for
from teamsim.fields import InputError

__all__ = ["add_up", "average", "average_parts", "means", "means_by", "series_of", "sums"]

Numbers: TypeAlias = "np.ndarray[Any, np.dtype[np.float64]]"
Places: TypeAlias = "np.ndarray[Any, np.dtype[np.int64]]"


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


@door(numbers=array("f", 2), part=array("i"), counts=array("i"), found=array("f", 2))
def average_parts(numbers, part, counts, found):
    """Find the means of ``numbers[row, column]`` by part: `part` says to which one a row belongs, from 0.

    `counts` is told how many rows each part has, `found` its means by part and column.
    """
    for one in range(counts.shape[0]):
        counts[one] = 0
        for column in range(numbers.shape[1]):
            found[one, column] = 0.0
    for row in range(numbers.shape[0]):
        counts[part[row]] += 1
        for column in range(numbers.shape[1]):
            found[part[row], column] += numbers[row, column]
    for one in range(counts.shape[0]):
        for column in range(numbers.shape[1]):
            found[one, column] = found[one, column] / counts[one] if counts[one] > 0 else 0.0


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


def means_by(values: Any, part: Any) -> Numbers:
    """Return means of the rows of each part.

    Parameters
    ----------
    values : array
        Numbers; the first axis is rows.
    part : array of int
        To which part each row belongs, counted from 0 without a gap.

    Returns
    -------
    array
        By part, and then of the other axes.

    Raises
    ------
    InputError
        If there are no numbers, or a row has no part.

    Examples
    --------
    >>> means_by([1.0, 2.0, 6.0], [0, 1, 0]).tolist()
    [3.5, 2.0]
    """
    numbers, shape = series_of(values)
    belongs = np.array(part, dtype=np.int64)
    if belongs.shape != (len(numbers),) or belongs.min() < 0:
        raise InputError("says of each row to which part it belongs, from 0", ("part",))
    parts = int(belongs.max()) + 1
    found = np.empty((parts, numbers.shape[1]))
    average_parts(numbers, belongs, np.empty(parts, dtype=np.int64), found)
    return found.reshape(parts, *shape)
