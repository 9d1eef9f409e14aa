"""The same numbers from machine code for 1, 2, 4 and 8 runs side by side, and from plain Python."""

import os
from contextlib import ExitStack
from unittest.mock import patch

import numpy as np

from teamsim.statistics import levels, sums, variance, weeks

LANED = (levels, sums, variance, weeks)


def every_way(compute):
    """Return what is computed, once it is known to be the same to the last bit in every way."""
    found = []
    for lanes in (1, 2, 4, 8):
        with ExitStack() as changed:
            for module in LANED:
                changed.enter_context(patch.object(module, "lanes_for", return_value=lanes))
            found.append(compute())
    with patch.dict(os.environ, TEAMSIM_PLAIN="1"):
        found.append(compute())
    for other in found[1:]:
        same(found[0], other)
    return found[0]


def same(one, other):
    """The same numbers, wherever they stand; one that is missing is like another."""
    if isinstance(one, tuple | list):
        assert len(one) == len(other)
        for mine, its in zip(one, other, strict=True):
            same(mine, its)
    else:
        np.testing.assert_array_equal(one, other)
