"""Sums and means over weeks: over all of them, those so far, or the last few."""

from __future__ import annotations

from typing import Any

import numpy as np

from teamsim.compiler import array, door, lane, lanes, rule, whole
from teamsim.compiler.doors import lanes_for
from teamsim.statistics.sums import Numbers, Places, series_of

__all__ = ["add_up_lately", "average_lately", "over_weeks", "running_means", "running_sums", "sum_or_mean"]


@rule
def lately(numbers, week, place, width, before):
    """The sum of a series over the last weeks, as many as `width`; before there are so many, over all of them."""
    found = before + numbers[week, place]
    if week >= width:
        found = 0.0
        for earlier in range(week - width + 1, week + 1):
            found += numbers[earlier, place]
    return found


@door(numbers=array("f", 2), width=whole, found=array("f", 2))
def add_up_lately(numbers, width, found):
    """Add up the last weeks of every series of ``numbers[week, series]``, week by week."""
    for first in range(0, numbers.shape[1], lanes()):
        place = first + lane()
        if place < numbers.shape[1]:
            added = 0.0
            for week in range(numbers.shape[0]):
                added = lately(numbers, week, place, width, added)
                found[week, place] = added


@door(numbers=array("f", 2), width=whole, found=array("f", 2))
def average_lately(numbers, width, found):
    """Average the last weeks of every series of ``numbers[week, series]``, week by week."""
    for first in range(0, numbers.shape[1], lanes()):
        place = first + lane()
        if place < numbers.shape[1]:
            added = 0.0
            for week in range(numbers.shape[0]):
                added = lately(numbers, week, place, width, added)
                found[week, place] = added / (week + 1 if week < width else width)


@door(numbers=array("f", 3), columns=array("i"), averaged=array("i"), found=array("f", 2))
def sum_or_mean(numbers, columns, averaged, found):
    """Add up some columns of ``numbers[run, week, column]`` over the weeks, or average them: ``found[place, run]``."""
    for run in range(numbers.shape[0]):
        for first in range(0, columns.shape[0], lanes()):
            place = first + lane()
            if place < columns.shape[0]:
                added = 0.0
                for week in range(numbers.shape[1]):
                    added += numbers[run, week, columns[place]]
                found[place, run] = added / numbers.shape[1] if averaged[place] == 1 else added


def over_weeks(numbers: Numbers, columns: Places, averaged: Any) -> Numbers:
    """Add up some columns over the weeks of every run, or average them.

    Parameters
    ----------
    numbers : array, run x week x column
        Where they are, row after row.
    columns : array of int
        Which columns.
    averaged : sequence of bool
        By column: whether it is averaged.

    Returns
    -------
    array
        By column and run.

    Examples
    --------
    >>> numbers = np.array([[[1.0, 5.0], [3.0, 5.0]]])
    >>> over_weeks(numbers, np.array([0, 0]), [False, True]).tolist()
    [[4.0], [2.0]]
    """
    found = np.empty((len(columns), len(numbers)))
    sum_or_mean.at(lanes_for(len(columns)))(numbers, columns, np.array(averaged, dtype=np.int64), found)
    return found


def running_sums(values: Any, width: int | None = None) -> Numbers:
    """Add up the weeks so far, or the last ones of them.

    Parameters
    ----------
    values : array
        Numbers; the first axis is weeks.
    width : int, optional
        How many weeks, from 1; all so far where nothing is said.

    Returns
    -------
    array
        Of the same shape.

    Examples
    --------
    >>> running_sums([1.0, 2.0, 3.0, 4.0]).tolist(), running_sums([1.0, 2.0, 3.0, 4.0], 2).tolist()
    ([1.0, 3.0, 6.0, 10.0], [1.0, 3.0, 5.0, 7.0])
    """
    return _by_week(add_up_lately, values, width)


def running_means(values: Any, width: int) -> Numbers:
    """Return means over the last weeks; over those there were, while there are too few.

    Parameters
    ----------
    values : array
        Numbers; the first axis is weeks.
    width : int
        How many weeks, from 1.

    Returns
    -------
    array
        Of the same shape.

    Examples
    --------
    >>> running_means([1.0, 2.0, 3.0, 4.0], 2).tolist()
    [1.0, 1.5, 2.5, 3.5]
    """
    return _by_week(average_lately, values, width)


def _by_week(door: Any, values: Any, width: int | None) -> Numbers:
    numbers, shape = series_of(values)
    found = np.empty_like(numbers)
    door.at(lanes_for(numbers.shape[1]))(numbers, len(numbers) if width is None else width, found)
    return found.reshape(len(numbers), *shape)
