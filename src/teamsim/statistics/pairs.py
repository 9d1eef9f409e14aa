"""Differences under the same chance events: their mean, its t interval, and what pairing gains."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from teamsim.arithmetic import exp, log
from teamsim.compiler import array, door, fraction, rule
from teamsim.fields import InputError

__all__ = ["compare_pairs", "paired_interval"]

HALF_LOG_TWO_PI = 0.9189385332046727
CLOSE, MOST_STEPS, HALVINGS = 1e-16, 1000.0, 100
"""When a continued fraction has settled, at the latest after so many steps; and how often an interval is halved."""


@rule
def log_gamma(z):
    """The logarithm of the gamma function above 0 (Stirling's series, from 12 on)."""
    product = 1.0
    while z < 12.0:
        product *= z
        z += 1.0
    square = 1.0 / (z * z)
    series = 1.0 / 1260.0 - square * (1.0 / 1680.0 - square * (1.0 / 1188.0 - square * (691.0 / 360360.0)))
    series = (1.0 / 12.0 - square * (1.0 / 360.0 - square * series)) / z
    return (z - 0.5) * log(z) - z + HALF_LOG_TWO_PI + series - log(product)


@rule
def beta_fraction(a, b, x):
    """The continued fraction of the incomplete beta function (Lentz 1976, Applied Optics 15)."""
    over, under = 1.0, 1.0 / (1.0 - (a + b) * x / (a + 1.0))
    found, step, m = under, 2.0, 1.0
    while (step - 1.0) * (step - 1.0) > CLOSE * CLOSE and m < MOST_STEPS:
        even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m))
        under, over = 1.0 / (1.0 + even * under), 1.0 + even / over
        found *= over * under
        odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0))
        under, over = 1.0 / (1.0 + odd * under), 1.0 + odd / over
        step = over * under
        found *= step
        m += 1.0
    return found


@rule
def beta_share(a, b, x):
    """What share of a beta distribution lies below x."""
    whole = log_gamma(a + b) - log_gamma(a) - log_gamma(b)
    density = exp(whole + a * log(x) + b * log(1.0 - x))
    if x < (a + 1.0) / (a + b + 2.0):
        return density * beta_fraction(a, b, x) / a
    return 1.0 - density * beta_fraction(b, a, 1.0 - x) / b


@rule
def t_quantile(confidence, freedom):
    """Between minus and plus what a share of Student's t distribution lies, at so many degrees of freedom, from 1."""
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        if middle > 0.0 and middle < 1.0 and beta_share(0.5, 0.5 * freedom, middle) < confidence:
            low = middle
        else:
            high = middle
    return math.sqrt(freedom * low / (1.0 - low)) if low < 1.0 else 0.0


@rule
def spread(numbers, middle):
    """The variance of some numbers around their mean, from two of them on."""
    squares = 0.0
    for place in range(numbers.shape[0]):
        squares += (numbers[place] - middle) * (numbers[place] - middle)
    return squares / float(numbers.shape[0] - 1)


@door(base=array("f"), other=array("f"), pairs=array("f"), confidence=fraction, found=array("f"))
def compare_pairs(base, other, pairs, confidence, found):
    """Find the mean of paired differences, half the width of its t interval, and of Welch's of unpaired ones.

    `pairs` is room for the differences.
    """
    runs = float(base.shape[0])
    one, its, middle = 0.0, 0.0, 0.0
    for place in range(base.shape[0]):
        pairs[place] = other[place] - base[place]
        one += base[place]
        its += other[place]
        middle += pairs[place]
    found[0] = middle / runs
    found[1] = t_quantile(confidence, runs - 1.0) * math.sqrt(spread(pairs, found[0]) / runs)
    mine, theirs = spread(base, one / runs) / runs, spread(other, its / runs) / runs
    both, squares = mine + theirs, mine * mine + theirs * theirs
    freedom = both * both * (runs - 1.0) / squares if squares > 0.0 else 1.0
    found[2] = t_quantile(confidence, freedom) * math.sqrt(both)


def paired_interval(base: Any, other: Any, confidence: float) -> dict[str, float]:
    """Return the mean of paired differences, its t interval, and how much wider Welch's unpaired one is.

    Parameters
    ----------
    base, other : array
        What is held against the other, and the other; two or more pairs.
    confidence : float
        Of the interval, between 0 and 1.

    Returns
    -------
    dict of float
        ``difference``, ``low``, ``high``, and ``narrower``: missing where pairs do not differ.

    Raises
    ------
    InputError
        If there are fewer pairs, or the confidence is none.

    Examples
    --------
    >>> found = paired_interval([1.0, 2.0, 3.0], [2.0, 3.0, 5.0], 0.95)
    >>> round(found["difference"], 3), round(found["low"], 3)
    (1.333, -0.101)
    """
    first, second = np.array(base, dtype=float), np.array(other, dtype=float)
    if first.ndim != 1 or first.shape != second.shape or len(first) < 2:
        given = f"{np.size(base)} and {np.size(other)} numbers"
        raise InputError(f"have {given}; give two or more pairs", ("base", "other"))
    if not 0.0 < confidence < 1.0:
        raise InputError(f"= {confidence!r} is not a number between 0 and 1", ("confidence",))
    found = np.empty(3)
    compare_pairs(first, second, np.empty(len(first)), confidence, found)
    mean, half, apart = found.tolist()
    return {
        "difference": mean, "low": mean - half, "high": mean + half, "narrower": apart / half if half > 0 else np.nan,
    }  # fmt: skip
