"""What predictions are held against: whether something rose or fell, and how far off a sketch was."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from teamsim.compiler import array, door, fraction, rule
from teamsim.fields import InputError

__all__ = ["compare_ends", "directions", "hold_sketch", "sketch_off"]

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


@rule
def drawn(points, at, week):
    """How high a line through some points is in a week; before the first and behind the last as high as they are."""
    start = 0
    for place in range(1, at.shape[0]):
        if at[place] <= week:
            start = place
    if start == at.shape[0] - 1 or week < at[0]:
        return points[start]
    slope = (points[start + 1] - points[start]) / (at[start + 1] - at[start])
    return slope * (week - at[start]) + points[start]


@door(points=array("f"), at=array("i"), bands=array("f", 2), found=array("f"))
def hold_sketch(points, at, bands, found):
    """Hold points drawn for some weeks against ``bands[week, low to high]``, the middle one of which is the median.

    `found` is told how far the line through them is off the median, in the mean of all weeks, and how many of them lie
    between low and high.
    """
    apart, inside = 0.0, 0
    for week in range(bands.shape[0]):
        off = drawn(points, at, week) - bands[week, 1]
        apart += off if off > 0.0 else -off
    for place in range(at.shape[0]):
        if bands[at[place], 0] <= points[place] and points[place] <= bands[at[place], 2]:
            inside += 1
    found[0], found[1] = apart / bands.shape[0], float(inside)


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
    if ends[0].shape != ends[1].shape or not np.isfinite(ends).all():
        raise InputError("have to be as many, with no number missing", ("first", "last"))
    found, counts = np.empty(len(ends[0]), dtype=np.int64), np.empty(3, dtype=np.int64)
    compare_ends(*ends, band, share, found, counts)
    return found, counts


def sketch_off(points: Any, at: Any, bands: Any) -> tuple[float, int]:
    """Return how far a sketch is off the median, in the mean of all weeks, and how many of its points lie in the band.

    Parameters
    ----------
    points : array
        How high the sketch is in some weeks.
    at : array of int
        These weeks, in order.
    bands : array, week x (low, median, high)
        What came.

    Returns
    -------
    tuple
        The distance, and how many points.

    Examples
    --------
    >>> sketch_off([0.0, 1.0], [0, 2], [[0.0, 0.5, 1.0], [0.0, 0.5, 1.0], [0.0, 0.5, 0.9]])
    (0.3333333333333333, 1)
    """
    found, where, came = np.empty(2), np.array(at, dtype=np.int64), np.ascontiguousarray(bands, dtype=float)
    if where.shape != np.shape(points) or where.min() < 0 or where.max() >= len(came):
        raise InputError(f"= {at!r} are not the weeks of the points, below {len(came)}", ("at",))
    hold_sketch(np.array(points, dtype=float), where, came, found)
    return float(found[0]), int(found[1])
