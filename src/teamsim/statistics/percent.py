"""Shares in whole per cent that sum to 100."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from teamsim.compiler import array, door

__all__ = ["percent", "round_together"]


@door(shares=array("f"), rest=array("f"), found=array("i"))
def round_together(shares, rest, found):
    """Round shares of a whole to per cent that sum to 100: what is missing goes to the largest remainders.

    Of equal ones, the first comes first; `rest` is room to work in.
    """
    missing = 100
    for place in range(shares.shape[0]):
        exact = 100.0 * shares[place]
        found[place] = int(exact) if 0.0 <= exact < 101.0 else 0
        rest[place] = exact - found[place]
        missing -= found[place]
    for _ in range(missing if missing < shares.shape[0] else shares.shape[0]):
        largest = 0
        for place in range(1, shares.shape[0]):
            if rest[place] > rest[largest]:
                largest = place
        found[largest] += 1
        rest[largest] = -1.0


def percent(shares: Iterable[float]) -> list[int]:
    """Return shares in whole per cent that sum to 100: the largest remainders are rounded up.

    Parameters
    ----------
    shares : sequence of float
        Of a whole: they sum to 1.

    Returns
    -------
    list of int

    Examples
    --------
    >>> percent([0.626, 0.297, 0.077])
    [62, 30, 8]
    """
    given = np.array([*shares], dtype=float)
    found = np.empty(len(given), dtype=np.int64)
    round_together(given, np.empty(len(given)), found)
    return [int(one) for one in found]
