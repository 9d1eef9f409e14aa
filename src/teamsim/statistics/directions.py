"""Whether something rose or fell, or is about the same."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from teamsim.compiler import array, door, fraction, rule

__all__ = ["compare_ends", "directions"]

Signs: TypeAlias = "np.ndarray[Any, np.dtype[np.int64]]"


@rule
def direction(first, last, band, share):
    """1 up, -1 down, 0 where they lie no further apart than the band, or than a share of the first without one."""
    apart, size = last - first, first if first > 0.0 else -first
    far, same = apart if apart > 0.0 else -apart, band if band > 0.0 else share * size
    if far <= same:
        return 0
    return 1 if apart > 0.0 else -1


@door(first=array("f"), last=array("f"), band=fraction, share=fraction, found=array("i"), counts=array("i"))
def compare_ends(first, last, band, share, found, counts):
    """Say of each future whether it rose or fell, and count those that fell, are about the same, and rose."""
    for way in range(3):
        counts[way] = 0
    for run in range(first.shape[0]):
        found[run] = direction(first[run], last[run], band, share)
        counts[found[run] + 1] += 1


def directions(first: Any, last: Any, band: float, share: float) -> tuple[Signs, Signs]:
    """Say of each future whether it rose or fell.

    Parameters
    ----------
    first, last : array
        What it began with, and what it came to.
    band : float
        What counts as about the same; 0 where a share of the first does.
    share : float
        That share.

    Returns
    -------
    tuple of array
        -1, 0 or 1 for each; and how many fell, are about the same, and rose.

    Examples
    --------
    >>> found, counts = directions([1.0, 1.0, 1.0], [0.5, 1.01, 2.0], 0.0, 0.05)
    >>> found.tolist(), counts.tolist()
    ([-1, 0, 1], [1, 1, 1])
    """
    ends = [np.ascontiguousarray(np.atleast_1d(one), dtype=float) for one in (first, last)]
    found, counts = np.empty(len(ends[0]), dtype=np.int64), np.empty(3, dtype=np.int64)
    compare_ends(*ends, band, share, found, counts)
    return found, counts
