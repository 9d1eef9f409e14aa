"""How far futures come in the aims of a goal, and in what share of them it is reached."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from teamsim.compiler import array, door
from teamsim.fields import InputError
from teamsim.statistics.sums import Numbers

__all__ = ["count_those_who_stay", "hold_against_aims", "shares_met", "those_who_stay"]


@door(gone=array("u"), counts=array("i"), asked=array("u"), found=array("f"))
def count_those_who_stay(gone, counts, asked, found):
    """Count for each run who of those asked about does not leave.

    `gone` holds the identities of those who left, one run after another, and `counts` how many of them each run has.
    """
    first = 0
    for run in range(counts.shape[0]):
        left = 0
        for one in range(first, first + counts[run]):
            for who in range(asked.shape[0]):
                if gone[one] == asked[who]:
                    left += 1
        found[run] = float(asked.shape[0] - left)
        first += counts[run]


@door(values=array("f", 2), least=array("f"), most=array("f"), shares=array("f"))
def hold_against_aims(values, least, most, shares):
    """Find in what share of the runs of ``values[run, aim]`` each aim is met.

    The last of `shares` is that of all aims together.
    """
    aims = least.shape[0]
    for aim in range(aims + 1):
        shares[aim] = 0.0
    for run in range(values.shape[0]):
        met = 1.0
        for aim in range(aims):
            if values[run, aim] >= least[aim] and values[run, aim] <= most[aim]:
                shares[aim] += 1.0
            else:
                met = 0.0
        shares[aims] += met
    for aim in range(aims + 1):
        shares[aim] = shares[aim] / values.shape[0]


def those_who_stay(gone: Any, counts: Any, asked: Sequence[int]) -> Numbers:
    """Return for each run how many of some people do not leave.

    Parameters
    ----------
    gone : array of uint64
        The identities of those who left, one run after another.
    counts : array of int
        How many of them each run has.
    asked : sequence of int
        The identities of those asked about.

    Returns
    -------
    array
        A number a run.

    Examples
    --------
    >>> those_who_stay(np.array([7, 9, 7], dtype=np.uint64), np.array([2, 0, 1]), [7, 9]).tolist()
    [0.0, 2.0, 1.0]
    """
    found = np.empty(len(counts))
    count_those_who_stay(
        np.ascontiguousarray(gone, dtype=np.uint64),
        np.ascontiguousarray(counts, dtype=np.int64),
        np.array(asked, dtype=np.uint64),
        found,
    )
    return found


def shares_met(values: Any, ends: Sequence[tuple[float, float]]) -> tuple[list[float], float]:
    """Return in what share of runs each aim is met, and in what share all of them are.

    Parameters
    ----------
    values : array, run x aim
        How far each run came; one or more runs.
    ends : sequence of pairs of float
        The least and the most that each aim allows.

    Returns
    -------
    tuple
        The shares by aim, and the share of all together.

    Examples
    --------
    >>> shares_met([[1.0, 0.2], [1.0, 0.6]], [(1.0, np.inf), (-np.inf, 0.5)])
    ([1.0, 0.5], 0.5)
    """
    given = np.ascontiguousarray(values, dtype=float)
    if given.ndim != 2 or not len(given) or given.shape[1] != len(ends) or not ends:
        raise InputError(f"is {given.shape}; allowed is a row a run, and {len(ends)} aims", ("values",))
    least, most = np.array(ends, dtype=float).T.copy()
    shares = np.empty(len(ends) + 1)
    hold_against_aims(given, least, most, shares)
    *alone, together = shares.tolist()
    return alone, together
