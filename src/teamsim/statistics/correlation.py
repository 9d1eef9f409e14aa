"""How closely two series go together."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from teamsim.compiler import array, door, rule
from teamsim.fields import InputError

__all__ = ["correlate", "correlation"]

FLAT = 1e-9
"""A series whose standard deviation is smaller does not vary."""


@rule
def mean_of(numbers):
    """The mean of a series, added up from the first number to the last."""
    added = 0.0
    for place in range(numbers.shape[0]):
        added += numbers[place]
    return added / numbers.shape[0]


@door(one=array("f"), other=array("f"), found=array("f"))
def correlate(one, other, found):
    """Find the correlation of two series (Pearson's), and whether there is any: 0 where one of them does not vary."""
    middle, its = mean_of(one), mean_of(other)
    squares, its_squares, products = 0.0, 0.0, 0.0
    for place in range(one.shape[0]):
        apart, its_apart = one[place] - middle, other[place] - its
        squares += apart * apart
        its_squares += its_apart * its_apart
        products += apart * its_apart
    least = FLAT * FLAT * one.shape[0]
    varies = squares >= least and its_squares >= least
    found[0] = products / (math.sqrt(squares) * math.sqrt(its_squares)) if varies else 0.0
    found[1] = 1.0 if varies else 0.0


def correlation(one: Any, other: Any) -> float:
    """Return the correlation of two series (Pearson's); missing where one of them does not vary.

    Parameters
    ----------
    one, other : array
        Numbers, as many of one as of the other.

    Returns
    -------
    float

    Examples
    --------
    >>> round(correlation([1.0, 2.0, 3.0], [2.0, 1.0, 0.0]), 9), correlation([1.0, 2.0], [3.0, 3.0])
    (-1.0, nan)
    """
    found, pair = np.empty(2), [np.array(series, dtype=float) for series in (one, other)]
    if pair[0].ndim != 1 or pair[0].shape != pair[1].shape or not len(pair[0]):
        raise InputError(f"have {np.size(one)} and {np.size(other)} numbers; give as many of both", ("one", "other"))
    correlate(*pair, found)
    return float(found[0]) if found[1] else math.nan
