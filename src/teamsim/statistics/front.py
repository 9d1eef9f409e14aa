"""Trade-offs between aims: what nothing else is better than in one of them and as good in all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

from teamsim.compiler import array, door, rule
from teamsim.fields import InputError

__all__ = ["find_front", "front"]

Truths: TypeAlias = "np.ndarray[Any, np.dtype[np.bool_]]"


@rule
def dominates(values, one, other, ways):
    """1 where one point is better in an aim and as good in all others; ways are 1 for more, and -1 for less."""
    worse, better = 0, 0
    for aim in range(ways.shape[0]):
        ahead = ways[aim] * (values[one, aim] - values[other, aim])
        worse += 1 if ahead < 0.0 else 0
        better += 1 if ahead > 0.0 else 0
    return 1 if worse == 0 and better > 0 else 0


@door(values=array("f", 2), ways=array("f"), allowed=array("i"), found=array("i"))
def find_front(values, ways, allowed, found):
    """Say of each point of ``values[point, aim]`` whether it is on the front of those that are allowed."""
    for point in range(values.shape[0]):
        found[point] = allowed[point]
        for other in range(values.shape[0]):
            if allowed[other] == 1 and dominates(values, other, point, ways) == 1:
                found[point] = 0


def front(values: Any, more: Sequence[bool], allowed: Sequence[bool]) -> Truths:
    """Say of each point whether it is on the front: allowed, and dominated by no other that is.

    Points that are alike do not dominate each other.

    Parameters
    ----------
    values : array, point x aim
        How far each came.
    more : sequence of bool
        By aim: whether more is better.
    allowed : sequence of bool
        By point: whether it may be on the front at all.

    Returns
    -------
    array of bool

    Examples
    --------
    >>> front([[1.0, 5.0], [2.0, 4.0], [1.0, 4.0]], [True, True], [True, True, True]).tolist()
    [True, True, False]
    """
    given = np.ascontiguousarray(values, dtype=float)
    ways = np.where(np.array(more, dtype=bool), 1.0, -1.0)
    if given.ndim != 2 or given.shape != (len(allowed), len(ways)):
        raise InputError(f"is {given.shape}; allowed is {len(allowed)} points by {len(ways)} aims", ("values",))
    found = np.empty(len(given), dtype=np.int64)
    find_front(given, ways, np.array(allowed, dtype=np.int64), found)
    on: Truths = found == 1
    return on
